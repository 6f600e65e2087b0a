"""What preprocess shows of what it did."""
