"""A model behind HTTP: requests in, the rows that `predict` would give out. Imported by `serve` alone."""
