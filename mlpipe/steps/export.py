"""`export`: a model as something that runs without mlpipe, compared with `predict` before it is written."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

import pyarrow as pa
import pyarrow.csv as pa_csv

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.splits import Split
from mlpipe.artifacts.store.single_file import write_file_atomic
from mlpipe.data.reading.reader import read_raw
from mlpipe.data.schema import Role
from mlpipe.errors import ArtifactError, FitError, MissingExtraError, UsageError
from mlpipe.models.export.compared import Compared, compare
from mlpipe.models.export.odd_rows import odd_cells, with_odd_rows
from mlpipe.models.export.onnx_graph import answers_of, build_onnx
from mlpipe.models.export.script import ScriptFacts, render_script
from mlpipe.params import PredictFiles, PredictParams, ReadParams
from mlpipe.steps.exporting.card import model_card
from mlpipe.steps.inputs import file_digest
from mlpipe.steps.loading import LoadOptions, load_model, open_source
from mlpipe.steps.predict import predict
from mlpipe.steps.shown import Shown
from mlpipe.target import ClassTarget
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways
from mlpipe.words.sources import readable_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mlpipe.artifacts.models import Model
    from mlpipe.models.fitted_model import FittedModel
    from mlpipe.params.exporting import ExportParams

    Answers = dict[str, NDArray[Any]]

_TAIL = 3
"""Lines of a failed script's complaint that are passed on."""


@dataclass(frozen=True, kw_only=True, repr=False)
class ExportResult(Shown):
    """What was written, and how far its numbers are from those of `predict`.

    Parameters
    ----------
    furthest : float
        The largest difference on the rows that were compared.
    card : Path, optional
        The card of the model, where it was asked for.
    """

    out: Path
    format: str
    n_compared: int
    furthest: float
    card: Path | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        told = {
            "out": str(self.out), "format": self.format, "n_compared": self.n_compared, "furthest": self.furthest,
        }  # fmt: skip
        return told if self.card is None else {**told, "card": str(self.card)}


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
    beside = out.with_suffix(".md")
    if params.with_data_card and beside == out:
        raise UsageError(f"{out} is where the card goes.", remedy="Name the model's file otherwise.")
    card = model_card(loaded, params.evaluation) if params.with_data_card else None
    exported, compared = _exported(loaded, model, out.name, params, load)
    with write_file_atomic(out) as file:
        file.write(exported)
    result = ExportResult(out=out, format=params.format, n_compared=compared.n_rows, furthest=compared.furthest)
    if card is None:
        return result
    with write_file_atomic(beside) as file:
        file.write(card.encode())
    return replace(result, card=beside)


def _exported(
    loaded: Model, path: Path, name: str, params: ExportParams, load: LoadOptions | None
) -> tuple[bytes, Compared]:
    match params.format:
        case "script":
            with tempfile.TemporaryDirectory(prefix="mlpipe-export-") as folder:
                return _script(loaded, path, Path(folder), name, params, load)
        case "skops":
            return _skops(loaded, params)
        case "onnx":
            return _graph(loaded, params)
        case _:
            assert_never(params.format)


def _script(
    loaded: Model, path: Path, folder: Path, name: str, params: ExportParams, load: LoadOptions | None
) -> tuple[bytes, Compared]:
    split = Split.of(open_source(loaded.folder, "split", ArtifactKind.SPLIT))
    _check_fitting(loaded)
    source = _source(split, params.data)
    facts = ScriptFacts(
        model=loaded.name, source=readable_name(Path(source).name), file=readable_name(name),
        tolerance=params.tolerance, rows=split.source_rows("train"),
    )  # fmt: skip
    text = render_script(loaded.fitted, facts)
    script, table = folder / "exported.py", folder / "rows.csv"
    script.write_text(text, encoding="utf-8")
    _write_compared(loaded, source, table)
    ours, theirs = folder / "ours.csv", folder / "theirs.csv"
    proba = isinstance(loaded.context.target, ClassTarget) and hasattr(loaded.fitted.pipeline["model"], "predict_proba")
    asked = PredictParams(proba=proba, allow_unseen=True)
    predict(path, str(table), PredictFiles(out=str(ours)), asked, load=load)
    _run(script, source, table, theirs)
    return text.encode(), compare(_read(ours), _read(theirs), params.tolerance, told=lambda row: f"row {row}")


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
                remedy=ways(f"Export it with {param('format', 'skops')}", "train without"),
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
    """All rows of the source, then one for each odd cell."""
    schema = loaded.context.schema
    raw = read_raw(source, replace(ReadParams(), header=schema.dialect.header), schema.dialect).table
    cells = raw.slice(0, 200).to_pylist()
    odd = [
        {**cells[i % len(cells)], name: cell or ""} for i, (name, cell) in enumerate(odd_cells(loaded.fitted.columns))
    ]
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


def _read(path: Path) -> Answers:
    table = pa_csv.read_csv(path)
    return {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names if name != "row"}


def _graph(loaded: Model, params: ExportParams) -> tuple[bytes, Compared]:
    """An ONNX graph, compared on the training rows and on odd ones."""
    graph = build_onnx(loaded.fitted)

    def answer(table: pa.Table) -> Answers:
        return _columns_of(loaded, answers_of(graph, loaded.fitted, table))

    return graph, _on_typed_rows(loaded, params, answer)


def _columns_of(loaded: Model, answers: list[NDArray[Any]]) -> Answers:
    target = loaded.context.target
    if not isinstance(target, ClassTarget):
        return {"prediction": answers[0].ravel()}
    proba = answers[1]
    return {"prediction": answers[0], **{f"proba_{name}": proba[:, i] for i, name in enumerate(target.classes)}}


def _skops(loaded: Model, params: ExportParams) -> tuple[bytes, Compared]:
    """The pipeline in the form of skops, read again and compared."""
    if find_spec("skops") is None:
        raise MissingExtraError(param("format", "skops"), "skops")
    from skops import io

    written: bytes = io.dumps(loaded.fitted.pipeline)
    again = replace(loaded.fitted, pipeline=io.loads(written, trusted=io.get_untrusted_types(data=written)))
    return written, _on_typed_rows(loaded, params, lambda table: _predicted(again, table))


def _predicted(fitted: FittedModel, table: pa.Table) -> Answers:
    columns = fitted.predict(table).columns(proba=True)
    return {name: pa.chunked_array([values]).to_numpy() for name, values in columns.items()}


def _on_typed_rows(loaded: Model, params: ExportParams, answer: Callable[[pa.Table], Answers]) -> Compared:
    split = Split.of(open_source(loaded.folder, "split", ArtifactKind.SPLIT))
    rows = split.part("train")
    table, odd = with_odd_rows(rows, loaded.fitted.columns)

    def told(row: int) -> str:
        return f"training row {row}" if row < rows.num_rows else odd[row - rows.num_rows]

    return compare(_predicted(loaded.fitted, table), answer(table), params.tolerance, told=told)
