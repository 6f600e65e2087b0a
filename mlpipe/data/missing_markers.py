"""Cells that mean "no value" in most files, beside those a person names with `--na-value`."""

from __future__ import annotations

from string import ascii_lowercase

EUROSTAT_FLAGS = "bcdefinprsuz"
"""What Eurostat sets behind a figure, or behind the colon in its place: a break, confidential, estimated, …"""

_SHEET_ERRORS = (
    "#NV", "#N/D", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#WERT!", "#BEZUG!", "#ZAHL!",
    "#VALEUR!",
)  # fmt: skip
"""What spreadsheets write where a formula has no value."""

NUMBER_MISSING: tuple[str, ...] = (
    "", "NA", "N/A", "n/a", "na", "#N/A", "#NA", "NaN", "nan", "NAN", "null", "NULL", "Null", "None", "none", "NONE",
    "?", "-", "--", ".", "<NA>", "\\N", "(null)", "nil", "n.a.", "N.A.", "n. a.", "N/D", "n/d", "n.d.", "s/d", "k.A.",
    "k. A.", "n/v", "n.v.", "..", "...", "…", ":", "–", "—", "---", "not available", "Not available", "Not Available",
    *_SHEET_ERRORS, *(f".{letter}" for letter in ascii_lowercase), *(f": {flag}" for flag in EUROSTAT_FLAGS),
)  # fmt: skip
"""Missing in a column of numbers or dates, where no word can be a level: `.a` to `.z` are Stata's and SAS's."""

WORD_MISSING: tuple[str, ...] = (
    "?", "null", "NULL", "Null", "NaN", "nan", "NAN", "#N/A", "#NA", "<NA>", "N/A", "n/a", "\\N", "(null)",
    *_SHEET_ERRORS,
)  # fmt: skip
"""Missing in a column of words: `NA`, `None`, `none` and `-` are left out, for they name levels (Namibia)."""
