"""Measures that describe a table: associations, distributions, gaps, words."""
