"""Changes of one column between two tables: missing cells, ranges, means and spreads."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlpipe.data.profiling.findings import Finding, build_finding, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlpipe.data.profiling.column_profile import ColumnProfile, NumberSummary

SURE = 4.0
"""Standard errors of a difference that chance reaches once in 16,000 columns."""
MISSING_POINTS = 0.05
FAR = 0.5
EFFECT = 0.2
"""Cohen's d of a small effect (Cohen 1988)."""
SPREAD = 1.5
MIN_CELLS = 20
SPREAD_CELLS = 300
"""Cells from which quartiles are sure enough that chance does not make one spread half as wide again."""


def compare_missing(new: ColumnProfile, old: ColumnProfile, *, rows: tuple[int, int]) -> Iterator[Finding]:
    """Compare shares of missing cells by the test of two proportions."""
    if not all(rows):
        return
    shares = new.missing / rows[0], old.missing / rows[1]
    pooled = (new.missing + old.missing) / sum(rows)
    error = math.sqrt(pooled * (1 - pooled) * (1 / rows[0] + 1 / rows[1]))
    difference = abs(shares[0] - shares[1])
    if difference >= MISSING_POINTS and difference >= SURE * error:
        message = f"{percent(shares[0])} missing; it was {percent(shares[1])}."
        yield build_finding("MLP407", message, column=new.name)


def compare_numbers(new: ColumnProfile, old: ColumnProfile, *, n_present: tuple[int, int]) -> Iterator[Finding]:
    """Compare ranges, means and spreads of a numeric column."""
    now, was = new.numbers, old.numbers
    assert now is not None
    assert was is not None
    if old.integer and not new.integer:
        yield build_finding("MLP406", "Has fractions; all numbers were whole.", column=new.name)
    beyond = max(was.min - now.min, now.max - was.max)
    if beyond > 0:
        code = "MLP409" if beyond > FAR * (was.max - was.min) and min(n_present) >= MIN_CELLS else "MLP408"
        message = f"{now.min:.6g} … {now.max:.6g}; was {was.min:.6g} … {was.max:.6g}."
        yield build_finding(code, message, column=new.name)
    if min(n_present) >= MIN_CELLS:
        told = [text for text in (_shift(now, was, n_present), _spread(now, was, n_present)) if text]
        if told:
            yield build_finding("MLP410", "; ".join(told) + ".", column=new.name)


def _shift(now: NumberSummary, was: NumberSummary, n: tuple[int, int]) -> str:
    spreads = now.std or 0.0, was.std or 0.0
    error = math.hypot(spreads[0] / math.sqrt(n[0]), spreads[1] / math.sqrt(n[1]))
    difference = now.mean - was.mean
    if not difference or abs(difference) < EFFECT * spreads[1] or abs(difference) < SURE * error:
        return ""
    effect = f", {difference / spreads[1]:+.1f} standard deviations" if spreads[1] else ""
    return f"Mean {now.mean:.4g}, was {was.mean:.4g}{effect}"


def _spread(now: NumberSummary, was: NumberSummary, n: tuple[int, int]) -> str:
    """Spreads of the middle half: a single far cell moves the standard deviation, and has a code of its own."""
    spreads = now.q75 - now.q25, was.q75 - was.q25
    if min(n) < SPREAD_CELLS or not min(spreads) or max(spreads) < SPREAD * min(spreads):
        return ""
    return f"Middle half {spreads[0]:.4g} wide, was {spreads[1]:.4g}"
