"""Figures of a preparation."""
