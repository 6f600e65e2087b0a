"""Finding clusters: fitting, choosing how many, and asking whether there are any."""
