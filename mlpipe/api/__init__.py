"""The Python API: the steps as functions on paths and tables, and what they wrote as objects."""
