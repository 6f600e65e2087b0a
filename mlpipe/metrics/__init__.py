"""Scores, curves and bootstrap intervals from arrays."""
