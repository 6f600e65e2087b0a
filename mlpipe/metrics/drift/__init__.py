"""How far rows have moved from those that a model learnt from, and how much of that is chance."""
