"""What a fitted model goes by: coefficients, importance."""
