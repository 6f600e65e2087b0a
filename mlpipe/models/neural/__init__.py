"""Models that learn by gradient descent, as scikit-learn estimators over torch; what is fitted is plain arrays."""
