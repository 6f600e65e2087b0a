"""Estimators that learn from rows in blocks, the same whatever holds the rows."""
