"""Machine learning on CSV files from the command line, without leakage."""

__version__ = "0.1.0"
