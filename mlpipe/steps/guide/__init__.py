"""The guide as `mlpipe docs` shows it."""
