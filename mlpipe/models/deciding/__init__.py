"""From what a model says to what is decided: calibration, thresholds, costs, intervals."""
