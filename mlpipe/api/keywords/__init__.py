"""The keywords of the functions, as types: what type checkers, editors and `help` know of options."""
