"""How good clusters are: by themselves, beside reference labels, and what sets each apart."""
