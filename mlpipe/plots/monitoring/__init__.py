"""Figures of what changes while a model is used."""
