"""New rows beside training rows: columns compared, and findings about what moved."""
