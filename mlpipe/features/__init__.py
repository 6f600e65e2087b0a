"""The plan of preprocessing, its transformers, resampling. Knows arrays and tables, no files."""
