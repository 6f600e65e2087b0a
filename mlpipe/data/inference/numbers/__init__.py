"""Numbers, however they are written: marks, groups, signs and units."""
