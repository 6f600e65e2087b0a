"""Figures of clusters: how many, where they lie, how clear they are."""
