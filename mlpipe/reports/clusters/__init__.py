"""Clusters in words and on a page."""
