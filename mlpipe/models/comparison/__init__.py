"""`auto`: a portfolio compared by cross-validation, its best members blended unless that loses."""
