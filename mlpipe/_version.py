"""The version of mlpipe; it imports nothing, so that whoever records it can ask without a circle."""

__version__ = "0.1.0"
