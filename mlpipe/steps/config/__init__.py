"""Files of options: `mlpipe.toml` and recipes."""
