"""Cells to typed columns: how numbers and dates are written, what kind a column is."""
