"""Transformers of our own, in scikit-learn's manner."""
