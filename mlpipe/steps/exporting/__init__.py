"""What `export` writes beside the model."""
