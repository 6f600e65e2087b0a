"""What changed between two tables, told from their profiles as findings of the family MLP4xx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.data.profiling.findings import Finding, build_finding, count_of, shorten
from mlpipe.data.profiling.level_changes import compare_levels
from mlpipe.data.profiling.number_changes import compare_missing, compare_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlpipe.data.profiling.column_profile import ColumnProfile
    from mlpipe.data.profiling.profile import Profile
    from mlpipe.data.schema import Dialect

ROWS_FACTOR = 2
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
        yield build_finding("MLP415", f"{count_of(new.rows, 'row')}; there were {old.rows:,}.")
    if dialects is not None:
        pairs = [(part, getattr(dialects[0], part), getattr(dialects[1], part)) for part in _WRITTEN]
        told = [f"{part} {shorten(now)}, was {shorten(was)}" for part, now, was in pairs if now != was]
        if told:
            yield build_finding("MLP417", "; ".join(told).capitalize() + ".")


def _compare_columns(
    new: ColumnProfile, old: ColumnProfile, *, rows: tuple[int, int], is_target: bool
) -> Iterator[Finding]:
    yield from compare_missing(new, old, rows=rows)
    if new.kind is not old.kind:
        # A column without a single value is of no kind.
        if new.distinct and old.distinct:
            yield build_finding("MLP404", f"Holds {new.kind} cells; they were {old.kind}.", column=new.name)
        return
    if new.role is not old.role and not is_target and old.role != "target":
        yield build_finding("MLP405", f"Is {new.role} now; it was {old.role}.", column=new.name)
    if new.numbers is not None and old.numbers is not None:
        yield from compare_numbers(new, old, n_present=(rows[0] - new.missing, rows[1] - old.missing))
    if new.dates is not None and old.dates is not None and new.dates != old.dates:
        message = f"{new.dates.min} … {new.dates.max}; was {old.dates.min} … {old.dates.max}."
        yield build_finding("MLP414", message, column=new.name)
    if new.levels and old.levels:
        yield from compare_levels(new, old, is_target=is_target)
