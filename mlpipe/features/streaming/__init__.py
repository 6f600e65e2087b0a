"""Fitting a plan on rows that come in blocks: what one pass, or a few, can tell exactly, and a sample for the rest."""
