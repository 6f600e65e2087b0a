"""`auto`: a portfolio compared by cross-validation, its best members blended where that wins."""
