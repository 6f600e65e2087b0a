"""What train and tune do beside fitting: comparing, deciding, explaining, scoring."""
