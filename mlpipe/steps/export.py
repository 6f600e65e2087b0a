"""`export`: a model as something that runs without mlpipe, compared with `predict` before it is written."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.splits import Split
from mlpipe.artifacts.store.single_file import write_file_atomic
from mlpipe.data.reading.reader import read_raw
from mlpipe.data.schema import Role
from mlpipe.errors import ArtifactError, FitError, UsageError
from mlpipe.models.export.script import ScriptFacts, render_script
from mlpipe.params import PredictFiles, PredictParams, ReadParams
from mlpipe.steps.inputs import file_digest
from mlpipe.steps.loading import LoadOptions, load_model, open_source
from mlpipe.steps.predict import predict
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_exact
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from mlpipe.artifacts.models import Model
    from mlpipe.params.exporting import ExportParams

_TAIL = 3
"""Lines of a failed script's complaint that are passed on."""


@dataclass(frozen=True, kw_only=True)
class ExportResult:
    """What was written, and how far its numbers are from those of `predict`.

    Parameters
    ----------
    furthest : float
        The largest difference on the rows that were compared.
    """

    out: Path
    format: str
    n_compared: int
    furthest: float

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "out": str(self.out), "format": self.format, "n_compared": self.n_compared, "furthest": self.furthest,
        }  # fmt: skip


def export(model: Path, out: Path, params: ExportParams, *, load: LoadOptions | None = None) -> ExportResult:
    """Write a model in another form.

    Raises
    ------
    UsageError
        Where the form has no equal of something in the model.
    FitError
        Where its numbers differ from those of `predict` by more than allowed: nothing is written then.
    """
    loaded = load_model(model, load or LoadOptions())
    with tempfile.TemporaryDirectory(prefix="mlpipe-export-") as folder:
        exported, compared = _script(loaded, model, Path(folder), out.name, params, load)
    with write_file_atomic(out) as file:
        file.write(exported)
    return ExportResult(out=out, format=params.format, n_compared=compared.n_rows, furthest=compared.furthest)


@dataclass(frozen=True)
class Compared:
    """How many rows were compared, and the largest difference of a number."""

    n_rows: int
    furthest: float


def _script(
    loaded: Model, path: Path, folder: Path, name: str, params: ExportParams, load: LoadOptions | None
) -> tuple[bytes, Compared]:
    split = Split.of(open_source(loaded.folder, "split", ArtifactKind.SPLIT))
    _check_fitting(loaded)
    source = _source(split, params.data)
    facts = ScriptFacts(
        model=loaded.name, source=Path(source).name, file=name, tolerance=params.tolerance,
        rows=split.source_rows("train"),
    )  # fmt: skip
    text = render_script(loaded.fitted, facts)
    script, table = folder / "exported.py", folder / "rows.csv"
    script.write_text(text, encoding="utf-8")
    _write_compared(loaded, source, table)
    ours, theirs = folder / "ours.csv", folder / "theirs.csv"
    predict(
        path, str(table), PredictFiles(out=str(ours)), PredictParams(proba=True, allow_unseen=True), load=load
    )  # fmt: skip
    _run(script, source, table, theirs)
    return text.encode(), compare(_read(ours), _read(theirs), params.tolerance)


def _check_fitting(loaded: Model) -> None:
    """Raise `UsageError` where the model was fitted in a way that the script does not know."""
    plan = loaded.plan
    reasons = {
        "resampled rows": plan.resample != "none" or plan.augment != "none",
        "dropped outliers": any(column.outliers == "drop" for column in plan.columns),
        "row weights": bool(loaded.context.schema.with_role(Role.WEIGHT)),
        "answers withheld (abstain)": loaded.fitted.decision.abstain is not None,
        "balanced classes": loaded.folder.manifest.params.get("class_weight") == "balanced",
    }
    for reason, holds in reasons.items():
        if holds:
            raise UsageError(
                f"A script fits plainly on the training rows as they are; this model has {reason}.",
                remedy=f"Export it with {param('format', 'skops')}, or train without.",
            )


def _source(split: Split, given: str | None) -> str:
    recorded = split.folder.input_path("data")
    place = given or ("" if recorded is None else str(recorded))
    if not place or not Path(place).exists():
        raise UsageError(
            "The table that the model was learnt from is not where it was.",
            where=place or "It came through a pipe.", remedy=f"Give its path: {param('data')} FILE.",
        )  # fmt: skip
    if file_digest(place) != split.folder.input("data").fingerprint:
        raise ArtifactError(
            "The table is not the one that the model was learnt from: its content differs.",
            where=place, remedy=f"Give the table as it was: {param('data')} FILE.",
        )  # fmt: skip
    return place


def _write_compared(loaded: Model, source: str, table: Path) -> None:
    """All rows of the source, then rows with a gap in each column in turn, then with an unseen level in each."""
    schema = loaded.context.schema
    raw = read_raw(source, replace(ReadParams(), header=schema.dialect.header), schema.dialect).table
    cells = raw.slice(0, 200).to_pylist()
    needed = [column.name for column in loaded.fitted.columns]
    levels = [c.name for c in loaded.fitted.columns if c.role in (Role.CATEGORICAL, Role.BOOLEAN)]
    odd = [{**cells[i % len(cells)], name: ""} for i, name in enumerate(needed)]
    odd += [{**cells[i % len(cells)], name: "never seen"} for i, name in enumerate(levels)]
    dialect = replace(schema.dialect, skip_lines=0)
    with table.open("w", encoding=dialect.encoding, newline="") as file:
        delimiter = "\t" if dialect.delimiter == " " else dialect.delimiter
        writer = csv.writer(file, delimiter=delimiter, quotechar=dialect.quote or '"', lineterminator="\n")
        file.write("\n" * schema.dialect.skip_lines)
        if dialect.header:
            writer.writerow(raw.column_names)
        writer.writerows(zip(*(column.to_pylist() for column in raw.columns), strict=True))
        writer.writerows([row[name] for name in raw.column_names] for row in odd)


def _run(script: Path, source: str, table: Path, out: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", str(script), source, str(table), str(out)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        tail = " ".join(done.stderr.strip().splitlines()[-_TAIL:])
        raise FitError(
            f"The script does not run: {tail}", remedy="Export the model as skops, and tell us of this model and table."
        )


def _read(path: Path) -> pa.Table:
    return pa_csv.read_csv(path)


def compare(ours: pa.Table, theirs: pa.Table, tolerance: float) -> Compared:
    """Compare predictions row by row.

    Raises
    ------
    FitError
        With the first row that differs by more than `tolerance`.
    """
    furthest = 0.0
    for name in theirs.column_names:
        if name == "row":
            continue
        mine, other = ours[name].to_pandas(), theirs[name].to_pandas()
        if mine.dtype.kind in "if" and other.dtype.kind in "if":
            distance = np.abs(mine.to_numpy(float) - other.to_numpy(float))
            furthest = max(furthest, float(np.nanmax(distance)))
            wrong = np.flatnonzero(~(distance <= tolerance))
        else:
            wrong = np.flatnonzero((mine.astype(str) != other.astype(str)).to_numpy())
        if len(wrong):
            row = int(wrong[0])
            raise FitError(
                f"The export says otherwise than predict on {count_of(len(wrong), 'row')}: {name} is "
                f"{other.iloc[row]} and not {mine.iloc[row]} on row {row}.",
                where=f"{param('tolerance')} is {format_exact(tolerance)}.",
                remedy="Nothing is written. Export in another format.",
            )
    return Compared(n_rows=ours.num_rows, furthest=furthest)
