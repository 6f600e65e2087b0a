"""`inspect`: what is in a table, said at a glance."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.kinds import Kind
from mlpipe.artifacts.places import check_out
from mlpipe.artifacts.profiles import ProfileContent
from mlpipe.data.coercion import coerce
from mlpipe.data.kinds import infer_formats
from mlpipe.data.profile import Profile, count_markers, profile_table
from mlpipe.data.profile_columns import Cells
from mlpipe.data.reading import read_raw
from mlpipe.data.role_options import ask_roles
from mlpipe.data.roles import assign_roles
from mlpipe.data.roles_file import write_columns_toml
from mlpipe.data.targets import choose_task
from mlpipe.errors import DataError
from mlpipe.params import RoleParams
from mlpipe.steps.profile_page import build_page
from mlpipe.steps.reading_notes import reading_notes
from mlpipe.steps.sources import source_input

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from mlpipe.data.schema import Column, Dialect
    from mlpipe.params import InspectParams
    from mlpipe.task import Task


@dataclass(frozen=True, kw_only=True)
class InspectResult:
    """What `inspect` found; `out` is `None` where nothing was written."""

    out: Path | None
    name: str
    dialect: Dialect
    profile: Profile
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "data": self.name,
            "dialect": asdict(self.dialect),
            "profile": self.profile.to_json(),
            "notes": list(self.notes),
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
    if out is not None:
        check_out(out, Kind.PROFILE, force=force)
    raw = read_raw(data, params.read)
    asked = ask_roles(raw.table.column_names, RoleParams(), target=params.target)
    formats = infer_formats(
        raw.table, dialect=raw.dialect, asked=asked, read=params.read, lines=raw.lines, strict=False
    )
    columns = assign_roles(raw.table, formats, asked)
    coerced = coerce(raw.table, columns, decimal=raw.dialect.decimal)
    profile = profile_table(
        coerced.table,
        columns,
        target=params.target,
        task=_task(coerced.table, columns, params.target),
        markers=count_markers(raw.table, columns),
        bad=coerced.bad,
        seed=seed,
    )
    notes = tuple(reading_notes(raw))
    if out is not None:
        cells = [Cells(column, coerced.table[column.name]) for column in columns]
        page, told = build_page(profile, cells, name=raw.name, dialect=raw.dialect, notes=notes, seed=seed)
        notes += told
        content = ProfileContent(
            profile=profile, dialect=raw.dialect, columns_toml=write_columns_toml(columns), report=page
        )
        content.save(out, params, [source_input("data", data, raw.sha256)], force=force)
    return InspectResult(out=out, name=raw.name, dialect=raw.dialect, profile=profile, notes=notes)


def _task(table: pa.Table, columns: tuple[Column, ...], target: str | None) -> Task | None:
    """The task that the target poses; none where nothing can be learnt, which is a finding and no error here."""
    if target is None:
        return None
    column = next(column for column in columns if column.name == target)
    try:
        return choose_task(table.column(target), column)
    except DataError:
        return None
