"""What an audit opens: artifacts with their chain, or two tables of any program."""
