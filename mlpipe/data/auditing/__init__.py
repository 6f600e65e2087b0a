"""Training rows beside test rows: what must not be in both, and what gives the answer away."""
