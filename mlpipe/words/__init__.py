"""How numbers, shares, lists and names are said; the only home of rounding, plurals, cutting and widths."""
