"""A fitted model as something that runs without mlpipe."""
