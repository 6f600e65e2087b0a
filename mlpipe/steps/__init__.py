"""One file per command: load, compute, save, return; never prints."""
