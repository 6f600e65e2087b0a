"""Cells that mean "no value" in most files, beside those a person names with `--na-value`."""

from __future__ import annotations

NUMBER_MISSING: tuple[str, ...] = (
    "", "NA", "N/A", "n/a", "na", "#N/A", "#NA", "NaN", "nan", "NAN", "null", "NULL", "Null", "None", "none", "NONE",
    "?", "-", "--", ".", "<NA>", "\\N", "(null)", "nil",
)  # fmt: skip
"""Missing in a column of numbers or dates, where no word can be a level."""

WORD_MISSING: tuple[str, ...] = (
    "?", "null", "NULL", "Null", "NaN", "nan", "NAN", "#N/A", "#NA", "<NA>", "N/A", "n/a", "\\N", "(null)",
)  # fmt: skip
"""Missing in a column of words: `NA`, `None`, `none` and `-` are left out, for they name levels (Namibia)."""
