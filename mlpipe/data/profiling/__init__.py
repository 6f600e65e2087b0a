"""What is in a table: columns in numbers, findings, leaks, changes."""
