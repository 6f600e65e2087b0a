"""Arrays in, matplotlib figures out; no pyplot state, no files."""
