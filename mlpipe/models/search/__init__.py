"""The search for better parameters than the defaults (needs `mlpipe[tune]`)."""
