"""Folders that appear whole or not at all, and what is checked before they are believed."""
