"""How numbers, shares, lists and names are said; the only home of rounding, plurals, cutting and widths.

`numbers`: digits and shares. `lists`: counts with nouns, names in a row, quotes. `widths`: cutting and wrapping by the
columns that letters take. `parameters`: what a message calls a parameter.
"""
