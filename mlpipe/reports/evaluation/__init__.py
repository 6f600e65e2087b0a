"""The page and the documents of `evaluate`."""
