"""New rows beside those of training: drawn, compared, told."""
