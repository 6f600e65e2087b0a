"""Figures of how a model was chosen and fitted."""
