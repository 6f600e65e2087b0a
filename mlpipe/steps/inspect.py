"""`inspect`: what is in a table, said at a glance."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.kinds import Kind
from mlpipe.artifacts.places import check_out
from mlpipe.artifacts.profiles import ProfileContent, SavedProfile
from mlpipe.data.comparison import compare_profiles
from mlpipe.data.findings import FindingsGateError, Severity, at_least, resolve_codes
from mlpipe.data.profile import Profile, count_markers, profile_table
from mlpipe.data.profile_columns import Cells
from mlpipe.data.rereading import Rereadable
from mlpipe.data.role_options import ask_roles
from mlpipe.data.roles import assign_roles
from mlpipe.data.roles_file import write_columns_toml
from mlpipe.data.source import STDIN
from mlpipe.data.targets import choose_task
from mlpipe.data.typed_table import read_table
from mlpipe.errors import DataError, UsageError
from mlpipe.params import RoleParams
from mlpipe.steps.profile_page import build_page
from mlpipe.steps.reading_notes import reading_notes
from mlpipe.steps.sources import source_input

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from mlpipe.data.findings import Finding
    from mlpipe.data.role_options import Asked
    from mlpipe.data.scanning import Scanned
    from mlpipe.data.schema import Column, Dialect
    from mlpipe.params import InspectParams
    from mlpipe.task import Task


@dataclass(frozen=True, kw_only=True)
class InspectResult:
    """What `inspect` found.

    Parameters
    ----------
    out : Path or None
        `None` where nothing was written.
    changes : tuple of Finding or None
        `None` where the table was held against nothing.
    ignored : int
        Findings and changes that were left out because their codes are ignored.
    fail_on : Severity or None
        The severity from which a finding fails the gate.
    """

    out: Path | None
    name: str
    dialect: Dialect
    profile: Profile
    notes: tuple[str, ...]
    changes: tuple[Finding, ...] | None = None
    ignored: int = 0
    fail_on: Severity | None = None

    @property
    def gated(self) -> tuple[Finding, ...]:
        """Findings and changes that are too severe to pass."""
        return () if self.fail_on is None else at_least((*self.profile.findings, *(self.changes or ())), self.fail_on)

    def check_gate(self) -> None:
        """Raise `GateError` where a finding is too severe to pass."""
        if failed := self.gated:
            raise FindingsGateError(failed, where=self.name)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "data": self.name,
            "dialect": asdict(self.dialect),
            "profile": self.profile.to_json(),
            "notes": list(self.notes),
            "changes": None if self.changes is None else [asdict(change) for change in self.changes],
            "ignored": self.ignored,
            "gate": {"fail_on": self.fail_on, "failed": len(self.gated)},
        }


def inspect(
    data: str, params: InspectParams, *, out: Path | None = None, force: bool = False, seed: int = 0
) -> InspectResult:
    """Describe a table, and draft its column roles.

    Raises
    ------
    DataError
        Where `data` is no table that can be read.
    """
    if data == params.against == STDIN:
        raise UsageError("DATA and --against are both standard input.", remedy="Give one of them as a file.")
    ignored = resolve_codes(params.ignore)
    if out is not None:
        check_out(out, Kind.PROFILE, force=force)
    described = _describe(data, params, seed=seed)
    raw, profile = described.scanned, described.profile
    changes = None
    if params.against is not None:
        old = _load_old(params.against, params, seed=seed)
        changes = compare_profiles(profile, old.profile, dialects=(raw.dialect, old.dialect))
    found = (*profile.findings, *(changes or ()))
    profile = replace(profile, findings=_kept(profile.findings, ignored))
    changes = None if changes is None else _kept(changes, ignored)
    notes = tuple(reading_notes(raw))
    if out is not None:
        page, told = build_page(
            profile, described.cells, name=raw.name, dialect=raw.dialect, notes=notes, changes=changes, seed=seed
        )
        notes += told
        draft = write_columns_toml(described.columns, findings=profile.findings)
        content = ProfileContent(profile=profile, dialect=raw.dialect, columns_toml=draft, report=page, changes=changes)
        content.save(out, params, [source_input("data", data, raw.sha256)], force=force)
    return InspectResult(
        out=out,
        name=raw.name,
        dialect=raw.dialect,
        profile=profile,
        notes=notes,
        changes=changes,
        ignored=sum(finding.code in ignored for finding in found),
        fail_on=None if params.fail_on is None else Severity(params.fail_on),
    )


def _kept(findings: tuple[Finding, ...], ignored: frozenset[str]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.code not in ignored)


def _load_old(against: str, params: InspectParams, *, seed: int) -> SavedProfile:
    """What the new table is held against: a profile is loaded, a table is described as the new one is."""
    if against != STDIN and Path(against).is_dir():
        return SavedProfile.load(Path(against))
    params = replace(params, read=replace(params.read, rejects=None))  # that file is for the new table's rows
    described = _describe(against, params, seed=seed, old=True)
    return SavedProfile(profile=described.profile, dialect=described.scanned.dialect)


@dataclass(frozen=True, kw_only=True)
class _Described:
    scanned: Scanned
    columns: tuple[Column, ...]
    profile: Profile
    cells: tuple[Cells, ...]


def _describe(data: str, params: InspectParams, *, seed: int, old: bool = False) -> _Described:
    def ask(header: Sequence[str]) -> dict[str, Asked]:
        # An old table without the target is a change to report, and no error.
        return ask_roles(header, RoleParams(), target=None if old and params.target not in header else params.target)

    with Rereadable(data, params.read) as source:
        raw = read_table(source, params.read, ask=ask, strict=False)
        columns = assign_roles(raw.typed, raw.scanned.formats, raw.asked)
        coerced = raw.coerced(columns)
    target = params.target if params.target in coerced.table.column_names else None
    profile = profile_table(
        coerced.table,
        columns,
        target=target,
        task=_task(coerced.table, columns, target),
        markers=count_markers(raw.scanned.markers, columns),
        bad=coerced.bad,
        seed=seed,
    )
    cells = tuple(Cells(column, coerced.table[column.name]) for column in columns)
    return _Described(scanned=raw.scanned, columns=columns, profile=profile, cells=cells)


def _task(table: pa.Table, columns: tuple[Column, ...], target: str | None) -> Task | None:
    """The task that the target poses; none where nothing can be learnt, which is a finding and no error here."""
    if target is None:
        return None
    column = next(column for column in columns if column.name == target)
    try:
        return choose_task(table.column(target), column)
    except DataError:
        return None
