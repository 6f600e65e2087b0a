"""Which row goes to which part."""
