"""The rows of a prediction, block by block, and where they go."""
