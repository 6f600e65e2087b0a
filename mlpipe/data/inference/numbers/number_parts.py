"""What stands around the digits of a cell that looks like a number: signs, currencies, units."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import counts_of, narrow
from mlpipe.data.inference.numbers.currencies import is_currency
from mlpipe.data.inference.remarks import Remark
from mlpipe.data.missing_markers import EUROSTAT_FLAGS
from mlpipe.words.lists import count_of, listed

if TYPE_CHECKING:
    from collections.abc import Mapping

_SIGN = "(?:[+-] ?)?"
ANY_NUMBER = (
    rf"^(?P<open>\(?){_SIGN}(?P<ahead>%?) ?(?P<before>(?:[^0-9+()% -][^0-9+()%-]*)?)\(?{_SIGN}"
    r"(?P<body>(?:[0-9][0-9.,' ]*|[.,][0-9]+)?[0-9.,](?:[eE][+-]?[0-9]+)?)"
    r" ?(?P<percent>%?) ?(?P<trail>-?) ?(?P<after>(?:[^0-9+()%. -][^0-9+()%-]*[23]?)?)-?\)?$"
)
FLAGS = f" [{EUROSTAT_FLAGS}]{{1,3}}"
NO_BREAK = "\u00a0"
MIXED_UNITS = "MLP133"
_MARKS = frozenset("%<>\u2264\u2265")
_MOST_UNITS = 6
_LEAST_REPEATS = 2
"""Cells of each unit: what stands once behind a number is a word."""
_LEAST_NUMBERS = 10
_LEAST_MEASURED = 0.8


def has(cells: pa.ChunkedArray, pattern: str) -> bool:
    """Whether any cell has what the pattern says."""
    return bool(pc.any(pc.match_substring_regex(cells, pattern)).as_py())


class NumberParts:
    """What stands in cells that look like numbers, and around these.

    Attributes
    ----------
    currency, unit : str or None
        The one that stands in front or behind, `""` without one; None where there are several.
    flagged : bool
        Whether that are remarks on some of the numbers, as Eurostat has them.
    units : dict
        What stands behind numbers and is no currency, with how often.
    """

    def __init__(self, cells: pa.ChunkedArray) -> None:
        found = pc.extract_regex(narrow(cells).drop_null(), ANY_NUMBER)
        counts = {name: counts_of(pc.struct_field(found, name)) for name in ("before", "after")}
        ahead, behind = _tokens(counts["before"]), _tokens(counts["after"])
        self.units = {token: n for token, n in behind.items() if not is_currency(token)}
        money = {*ahead, *(token for token in behind if token not in self.units)}
        self.bodies = pc.struct_field(found, "body")
        known = all(is_currency(token) or self._is_rand(token) for token in ahead)
        self.currency = _only_one(money) if known else None
        self.flagged = self._are_flags(narrow(cells))
        named = all(any(map(_may_be_unit, token)) for token in self.units)
        self.unit = "" if self.flagged else _only_one(set(self.units)) if named else None
        signs = [n for name in ("ahead", "percent") for n in [counts_of(pc.struct_field(found, name)).get("%", 0)]]
        self.percent = any(signs)
        self._marks = Counter(ahead) + Counter(behind) + Counter({"%": sum(signs)})
        self._ahead = {token for token in ahead if not is_currency(token)}
        self.brackets = has(narrow(cells), r"\(")
        self.trailing = has(narrow(cells), "[0-9.][^0-9eE]*-[^0-9]*$")

    def _are_flags(self, cells: pa.ChunkedArray) -> bool:
        """Whether what stands behind fewer than half of the numbers are remarks on these, a blank before each."""
        if not self.units or 2 * sum(self.units.values()) >= len(self.bodies):
            return False
        n_flagged = pc.sum(pc.match_substring_regex(cells, f"[0-9]{FLAGS}$")).as_py()
        return bool(n_flagged == sum(self.units.values()))

    def _is_rand(self, token: str) -> bool:
        """Whether a letter in front stands for a currency: R1 234,50 is an amount, R12 a code."""
        return len(token) == 1 and token.isascii() and has(self.bodies, r"[0-9][ ,.'][0-9]{3}[.,][0-9]{2}$")

    @property
    def mixed_units(self) -> Remark | None:
        """What to say where numbers are measured in a few units or currencies, or some of them in none."""
        n_numbers = len(self.bodies) - self.bodies.null_count
        kinds = dict(self._marks)
        if any(map(_is_mark, kinds)) and (n_bare := n_numbers - sum(kinds.values())) > 0:
            kinds[""] = n_bare
        several = 2 <= len(kinds) <= _MOST_UNITS and min(kinds.values()) >= _LEAST_REPEATS
        if not several or sum(kinds.values()) < _LEAST_MEASURED * len(self.bodies) or not self._ahead <= _MARKS:
            return None
        if pc.count_distinct(self.bodies).as_py() < _LEAST_NUMBERS:
            return None
        common = sorted(kinds, key=lambda token: -kinds[token])
        told = listed(f"{token.replace(NO_BREAK, ' ')!r}" if token else "none" for token in common)
        return Remark(MIXED_UNITS, f"Numbers with {count_of(len(common), 'unit')}: {told}.")


def _tokens(counts: Mapping[str, int]) -> dict[str, int]:
    """What stands around numbers, without blanks; a point that begins decimals is no part of a sign."""
    tokens: dict[str, int] = {}
    for text, n in counts.items():
        token = (text or "").strip()  # null where a cell is no number
        if token.endswith(".") and not is_currency(token) and is_currency(token[:-1].rstrip()):
            token = token[:-1].rstrip()
        if token:
            name = token.replace(" ", NO_BREAK)
            tokens[name] = tokens.get(name, 0) + n
    return tokens


def _only_one(tokens: set[str]) -> str | None:
    return None if len(tokens) > 1 else next(iter(tokens), "")


def _is_mark(token: str) -> bool:
    """Whether a token belongs to numbers, so that one without it is worth a word; `a` and `b` may name houses."""
    return token in _MARKS or is_currency(token) or len(token) > 1


def _may_be_unit(letter: str) -> bool:
    return letter.isalpha() or letter in "°‰"
