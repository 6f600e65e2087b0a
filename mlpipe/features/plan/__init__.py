"""Column to role to transform: decided, as data."""
