"""The line of names: what stands above it, whether it is one, and whether it suits its rows."""
