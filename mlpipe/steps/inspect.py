"""`inspect`: what is in a table, said at a glance."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.profiles import ProfileContent, SavedProfile
from mlpipe.artifacts.store.places import check_out
from mlpipe.data.asked import ask_roles
from mlpipe.data.inference.coercion import coerce
from mlpipe.data.inference.table import scan_table, with_texts
from mlpipe.data.profiling.column_profile import Cells, cells_of
from mlpipe.data.profiling.comparison import compare_profiles
from mlpipe.data.profiling.findings import Severity, at_least, build_finding, gate_error, resolve_codes, tell_remarks
from mlpipe.data.profiling.profile import Profile, count_markers, profile_table
from mlpipe.data.profiling.row_sample import RowSample
from mlpipe.data.profiling.several import describe_several
from mlpipe.data.profiling.training_findings import training_findings
from mlpipe.data.reading.reader import Rereadable
from mlpipe.data.reading.source import STDIN
from mlpipe.data.roles.assign import assign_roles
from mlpipe.data.roles.columns_toml import write_columns_toml
from mlpipe.data.schema import Role
from mlpipe.data.several_targets import choose_targets
from mlpipe.data.spellings import canonical_text
from mlpipe.data.targets import choose_task
from mlpipe.errors import DataError, UsageError
from mlpipe.params import RoleParams
from mlpipe.reports.profile.page import build_page
from mlpipe.steps.inputs import source_input
from mlpipe.steps.reading_notes import reading_notes
from mlpipe.steps.shown import Shown
from mlpipe.target import LabelsTarget, NumbersTarget
from mlpipe.task import Task
from mlpipe.words.parameters import param
from mlpipe.words.progress import share_of, silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from mlpipe.data.asked import Asked
    from mlpipe.data.profiling.findings import Finding
    from mlpipe.data.reading.raw import FileFacts
    from mlpipe.data.schema import Column, Dialect
    from mlpipe.params import InspectParams
    from mlpipe.words.progress import Tell


@dataclass(frozen=True, kw_only=True, repr=False)
class InspectResult(Shown):
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

    def check_gates(self) -> None:
        """Raise `GateError` where a finding is too severe to pass."""
        if failed := self.gated:
            raise gate_error(failed, where=self.name)

    def facts(self) -> dict[str, object]:
        """What is in the table."""
        table = {"rows": self.profile.rows, "columns": len(self.profile.columns)}
        return {**super().facts(), **table, "findings": len(self.profile.findings)}

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "data": self.name,
            "dialect": asdict(self.dialect),
            "profile": self.profile.to_json(),
            "notes": list(self.notes),
            "changes": None if self.changes is None else [change.to_json() for change in self.changes],
            "ignored": self.ignored,
            "gate": {"fail_on": self.fail_on, "failed": len(self.gated)},
        }


def inspect(
    data: str,
    params: InspectParams,
    *,
    out: Path | None = None,
    force: bool = False,
    seed: int = 0,
    watch: Tell = silent,
) -> InspectResult:
    """Describe a table, and draft its column roles.

    Parameters
    ----------
    watch : function, optional
        Is told how far the work is.

    Raises
    ------
    DataError
        Where `data` is no table that can be read.
    """
    if data == params.against == STDIN:
        raise UsageError(f"DATA and {param('against')} are both standard input.", remedy="Give one of them as a file.")
    ignored = resolve_codes(params.ignore)
    if out is not None:
        check_out(out, ArtifactKind.PROFILE, force=force)
    new = _describe(data, params, seed=seed, watch=watch)
    inputs = [source_input("data", data, new.file.sha256)]
    found, changes = new.profile.findings, None
    if params.against is not None:
        old = _load_old(params.against, params, seed=seed)
        inputs.append(source_input("against", params.against, old.fingerprint))
        changes = compare_profiles(new.profile, old.profile, dialects=(new.file.dialect, old.dialect))
    result = InspectResult(
        out=out,
        name=new.file.name,
        dialect=new.file.dialect,
        profile=replace(new.profile, findings=_kept(found, ignored)),
        notes=tuple(reading_notes(new.file)),
        changes=None if changes is None else _kept(changes, ignored),
        ignored=sum(finding.code in ignored for finding in (*found, *(changes or ()))),
        fail_on=None if params.fail_on is None else Severity(params.fail_on),
    )
    if out is None:
        return result
    watch(None, "drawing the page")
    report, told = build_page(
        result.profile, new.cells, name=result.name, dialect=result.dialect, notes=result.notes,
        changes=result.changes, seed=seed,
    )  # fmt: skip
    columns_toml = write_columns_toml([cells.column for cells in new.cells], findings=result.profile.findings)
    content = ProfileContent(
        profile=result.profile, dialect=result.dialect, columns_toml=columns_toml, report=report, changes=result.changes
    )
    content.save(out, params, inputs, force=force)
    return replace(result, notes=(*result.notes, *told))


def _kept(findings: tuple[Finding, ...], ignored: frozenset[str]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.code not in ignored)


def _load_old(against: str, params: InspectParams, *, seed: int) -> SavedProfile:
    """What the new table is held against: a profile is loaded, a table is described as the new one is."""
    if against != STDIN and Path(against).is_dir():
        return SavedProfile.load(Path(against))
    params = replace(params, read=replace(params.read, rejects=None))  # that file is for the new table's rows
    old = _describe(against, params, seed=seed, old=True)
    return SavedProfile(profile=old.profile, dialect=old.file.dialect, fingerprint=old.file.sha256)


@dataclass(frozen=True, kw_only=True)
class _Described:
    file: FileFacts
    cells: tuple[Cells, ...]
    profile: Profile


def _describe(data: str, params: InspectParams, *, seed: int, old: bool = False, watch: Tell = silent) -> _Described:
    target = None if params.target is None else canonical_text(params.target)

    def ask(header: Sequence[str]) -> dict[str, Asked]:
        # An old table without the target is a change to report, and no error.
        named = None if old and not _names(target, header) else target
        return ask_roles(header, RoleParams(), target=named, as_tags=params.labels_separator is not None)

    with Rereadable(data, params.read, watch=share_of(watch, f"reading {data}")) as source:
        scanned, kept = scan_table(source, params.read, ask=ask, sink=partial(RowSample, seed=seed), strict=False)
    watch(None, "measuring the columns")
    table, rows = kept.table()
    columns = assign_roles(table, scanned.formats, ask(table.column_names), sampled=(rows, kept.n_rows))
    decimal = scanned.file.dialect.decimal
    totals = kept.totals(columns, decimal=decimal)
    del kept  # large
    coerced = coerce(with_texts(table, columns), columns, decimal=decimal)
    cells = cells_of(coerced.table, columns)
    chosen = [wish for wish, asked in ask(table.column_names).items() if asked.role is Role.TARGET]
    several = _several(coerced.table, columns, chosen, params)
    target = chosen[0] if len(chosen) == 1 and several is None else None
    profile = profile_table(
        cells,
        target=target,
        task=_task(coerced.table, columns, target),
        markers=count_markers(table, scanned.markers, columns),
        bad=(*coerced.bad, *scanned.bad),
        totals=totals,
        seed=seed,
    )
    doubts = [build_finding(code, message) for code, message in scanned.file.doubts]
    profile = profile.with_told([*tell_remarks(scanned.formats), *doubts])
    if several is not None:
        leaks = _of_each(coerced.table, columns, several, seed)
        profile = replace(profile.with_told(leaks), several=describe_several(coerced.table, several))
    return _Described(file=scanned.file, cells=cells, profile=profile)


def _names(target: str | None, header: Sequence[str]) -> bool:
    """Whether a table has all columns to be predicted."""
    parts = [] if target is None else [target] if target in header else [part.strip() for part in target.split(",")]
    return bool(parts) and set(parts) <= set(header)


def _several(
    table: pa.Table, columns: tuple[Column, ...], chosen: list[str], params: InspectParams
) -> LabelsTarget | NumbersTarget | None:
    """The targets where they are several, or tags; none where nothing can be learnt, which is no error here."""
    if len(chosen) < 2 and params.labels_separator is None:
        return None
    by_name = {column.name: column for column in columns}
    try:
        target, _ = choose_targets(table, [by_name[name] for name in chosen], separator=params.labels_separator)
    except DataError:
        return None
    return target if isinstance(target, LabelsTarget | NumbersTarget) else None


def _of_each(
    table: pa.Table, columns: tuple[Column, ...], target: LabelsTarget | NumbersTarget, seed: int
) -> tuple[Finding, ...]:
    """What would be found of each target if it were the only one; of tags nothing."""
    found: dict[tuple[str, str | None], Finding] = {}
    task = Task.BINARY if isinstance(target, LabelsTarget) else Task.REGRESSION
    for name in () if target.sources != target.columns else target.columns:
        others = [column for column in columns if column.role is not Role.TARGET or column.name == name]
        for finding in training_findings(table, others, target=name, task=task, seed=seed):
            found.setdefault((finding.code, finding.column), finding)
    return tuple(found.values())


def _task(table: pa.Table, columns: tuple[Column, ...], target: str | None) -> Task | None:
    """The task that the target poses; none where nothing can be learnt, which is a finding and no error here."""
    if target is None:
        return None
    column = next(column for column in columns if column.name == target)
    try:
        return choose_task(table.column(target), column)
    except DataError:
        return None
