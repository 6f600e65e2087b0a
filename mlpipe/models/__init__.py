"""Estimators, pipelines and the one door to predictions. Knows arrays and tables, no files."""
