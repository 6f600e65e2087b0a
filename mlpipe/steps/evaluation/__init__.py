"""The labelled rows of an evaluation, and its figures."""
