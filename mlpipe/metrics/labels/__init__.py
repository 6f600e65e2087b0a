"""Scores where each row has several targets: labels, or quantities."""
