"""What changed between two tables, told from their profiles as findings of the family MLP4xx."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import chi2_contingency

from mlpipe.data.profiling.findings import Finding, build_finding
from mlpipe.words.lists import count_of, listed, quoted
from mlpipe.words.numbers import TENTH, format_number, format_share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.profiling.column_profile import ColumnProfile, NumberSummary
    from mlpipe.data.profiling.profile import Profile
    from mlpipe.data.schema import Dialect

ROWS_FACTOR = 2
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
MOVED = 0.1
MOVED_TARGET = 0.05
CHANCE = 1e-4
_SHOWN = 5
_WRITTEN = ("encoding", "delimiter", "decimal", "header")


def compare_profiles(
    new: Profile, old: Profile, *, dialects: tuple[Dialect, Dialect] | None = None
) -> tuple[Finding, ...]:
    """List what changed from `old` to `new`, in order of the codes, then of the columns.

    Parameters
    ----------
    dialects : tuple of Dialect, optional
        How the new and the old file were written.
    """
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    found = [*_compare_names(list(after), list(before)), *_compare_tables(new, old, dialects)]
    for name, column in after.items():
        if name in before:
            rows = new.rows, old.rows
            found += _compare_columns(column, before[name], rows=rows, is_target=name == new.target)
    position = {name: number for number, name in enumerate((*after, *before))}
    return tuple(sorted(found, key=lambda change: (change.code, position.get(change.column or "", -1))))


def _compare_names(new: list[str], old: list[str]) -> Iterator[Finding]:
    for name in old:
        if name not in new:
            yield build_finding("MLP401", "Is in the old table, and not in the new one.", column=name)
    for name in new:
        if name not in old:
            yield build_finding("MLP402", "Is in the new table, and was not in the old one.", column=name)
    shared, shared_before = [name for name in new if name in old], [name for name in old if name in new]
    if shared != shared_before:
        first = next(name for name, before in zip(shared, shared_before, strict=True) if name != before)
        yield build_finding("MLP403", f"The order of the columns differs, from {first!r} on.")


def _compare_tables(new: Profile, old: Profile, dialects: tuple[Dialect, Dialect] | None) -> Iterator[Finding]:
    if max(new.rows, old.rows) > ROWS_FACTOR * min(new.rows, old.rows):
        yield build_finding("MLP415", f"{count_of(new.rows, 'row')}; there were {count_of(old.rows)}.")
    if dialects is not None:
        pairs = [(part, getattr(dialects[0], part), getattr(dialects[1], part)) for part in _WRITTEN]
        told = [f"{part} {quoted(now)}, was {quoted(was)}" for part, now, was in pairs if now != was]
        if told:
            yield build_finding("MLP417", "; ".join(told).capitalize() + ".")


def _compare_columns(
    new: ColumnProfile, old: ColumnProfile, *, rows: tuple[int, int], is_target: bool
) -> Iterator[Finding]:
    yield from _compare_missing(new, old, rows=rows)
    if new.kind is not old.kind:
        # A column without a single value is of no kind.
        if new.distinct and old.distinct:
            yield build_finding("MLP404", f"Holds {new.kind} cells; they were {old.kind}.", column=new.name)
        return
    if new.role is not old.role and not is_target and old.role != "target":
        yield build_finding("MLP405", f"Is {new.role} now; it was {old.role}.", column=new.name)
    if new.numbers is not None and old.numbers is not None:
        yield from _compare_numbers(new, old, n_present=(rows[0] - new.missing, rows[1] - old.missing))
    if new.dates is not None and old.dates is not None and new.dates != old.dates:
        message = f"{new.dates.min} … {new.dates.max}; was {old.dates.min} … {old.dates.max}."
        yield build_finding("MLP414", message, column=new.name)
    if new.levels and old.levels:
        yield from _compare_levels(new, old, is_target=is_target)


def _compare_missing(new: ColumnProfile, old: ColumnProfile, *, rows: tuple[int, int]) -> Iterator[Finding]:
    """Compare shares of missing cells by the test of two proportions."""
    if not all(rows):
        return
    shares = new.missing / rows[0], old.missing / rows[1]
    pooled = (new.missing + old.missing) / sum(rows)
    error = math.sqrt(pooled * (1 - pooled) * (1 / rows[0] + 1 / rows[1]))
    difference = abs(shares[0] - shares[1])
    if difference >= MISSING_POINTS and difference >= SURE * error:
        message = f"{format_share(shares[0])} missing; it was {format_share(shares[1])}."
        yield build_finding("MLP407", message, column=new.name)


def _compare_numbers(new: ColumnProfile, old: ColumnProfile, *, n_present: tuple[int, int]) -> Iterator[Finding]:
    """Compare ranges, means and spreads of a numeric column."""
    now, was = new.numbers, old.numbers
    assert now is not None
    assert was is not None
    if old.integer and not new.integer:
        yield build_finding("MLP406", "Has fractions; all numbers were whole.", column=new.name)
    beyond = max(was.min - now.min, now.max - was.max)
    if beyond > 0:
        code = "MLP409" if beyond > FAR * (was.max - was.min) and min(n_present) >= MIN_CELLS else "MLP408"
        ends = (" … ".join(format_number(end, digits=6) for end in (it.min, it.max)) for it in (now, was))
        yield build_finding(code, "; was ".join(ends) + ".", column=new.name)
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
    sign = "+" if difference > 0 else ""
    effect = f", {sign}{format_number(difference / spreads[1], TENTH)} standard deviations" if spreads[1] else ""
    return f"Mean {format_number(now.mean, digits=4)}, was {format_number(was.mean, digits=4)}{effect}"


def _spread(now: NumberSummary, was: NumberSummary, n: tuple[int, int]) -> str:
    """Spreads of the middle half: a single far cell moves the standard deviation, and has a code of its own."""
    spreads = now.q75 - now.q25, was.q75 - was.q25
    if min(n) < SPREAD_CELLS or not min(spreads) or max(spreads) < SPREAD * min(spreads):
        return ""
    return f"Middle half {format_number(spreads[0], digits=4)} wide, was {format_number(spreads[1], digits=4)}"


def _compare_levels(new: ColumnProfile, old: ColumnProfile, *, is_target: bool = False) -> Iterator[Finding]:
    """Compare the levels of two columns that list them whole."""
    now = {level.value: level.count for level in new.levels}
    was = {level.value: level.count for level in old.levels}
    if added := [value for value in now if value not in was]:
        cells = count_of(sum(now[value] for value in added), "cell")
        yield build_finding("MLP411", f"{listed(map(quoted, added), _SHOWN)}, in {cells}.", column=new.name)
    if gone := [value for value in was if value not in now]:
        yield build_finding("MLP412", f"{listed(map(quoted, gone), _SHOWN)} no more.", column=new.name)
    counts = np.array([[level.get(value, 0) for value in {**now, **was}] for level in (now, was)])
    shares = counts / counts.sum(axis=1, keepdims=True)
    moved = float(np.abs(shares[0] - shares[1]).sum()) / 2
    if moved >= (MOVED_TARGET if is_target else MOVED) and _beyond_chance(counts):
        message = _describe(list({**now, **was}), shares)
        yield build_finding("MLP416" if is_target else "MLP413", message, column=new.name)


def _beyond_chance(counts: NDArray[np.int64]) -> bool:
    """Chi-squared over the levels, those that are too rare for it taken together."""
    expected = counts.sum(axis=0) * counts.sum(axis=1).min() / counts.sum()
    rare = expected < 5
    merged = np.column_stack([counts[:, ~rare], counts[:, rare].sum(axis=1)]) if rare.any() else counts
    merged = merged[:, merged.sum(axis=0) > 0]
    return merged.shape[1] > 1 and bool(chi2_contingency(merged).pvalue < CHANCE)


def _describe(values: Sequence[str], shares: NDArray[np.float64]) -> str:
    order = np.argsort(-np.abs(shares[0] - shares[1]), kind="stable")[:3]
    return (
        "; ".join(f"{quoted(values[i])} {format_share(shares[0, i])}, was {format_share(shares[1, i])}" for i in order)
        + "."
    )
