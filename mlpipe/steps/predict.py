"""`predict`: rows in, predictions out, block by block; nothing grows with the file."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.store import canonical
from mlpipe.artifacts.store.single_file import write_file_atomic
from mlpipe.data.overrides import Overrides, check_overrides
from mlpipe.data.reading.errors import NoRowsError
from mlpipe.data.reading.reader import open_raw
from mlpipe.engine.local import LocalExecutor, one_ahead, one_thread
from mlpipe.engine.memory import allowed_memory
from mlpipe.errors import GateError
from mlpipe.models.contract import Contract
from mlpipe.models.predicting import check_explained, check_probabilities, check_threshold
from mlpipe.params import PredictFiles, PredictParams, ReadParams
from mlpipe.steps.inputs import check_raw
from mlpipe.steps.loading import LoadOptions, load_model
from mlpipe.steps.prediction.blocks import BlockOutcome, BlockWork
from mlpipe.steps.prediction.output import RejectsFile, open_output, write_behind
from mlpipe.steps.prediction.spread import SpanWork, check_spread, spread_outcomes
from mlpipe.steps.shown import Shown
from mlpipe.words.lists import count_of, listed
from mlpipe.words.numbers import format_share
from mlpipe.words.parameters import param
from mlpipe.words.progress import silent
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mlpipe.artifacts.models import Model
    from mlpipe.data.reading.reader import RawBlocks
    from mlpipe.words.progress import Tell

BLOCK_ROWS = 65_536
"""Most rows worked on at a time, unless `batch_rows` says otherwise: larger blocks cost memory and save no time."""


_CELLS_OF_A_PREDICTION = 30
"""What a row's prediction takes beside its cells."""


@dataclass(frozen=True, kw_only=True, repr=False)
class PredictResult(Shown):
    """What `predict` met."""

    n_predicted: int
    n_rejected: int
    unseen_share: float
    contract: dict[str, Any]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {"n_predicted": self.n_predicted, "n_rejected": self.n_rejected, "contract": self.contract}

    def check_gate(self, max_unseen: float | None) -> None:
        """Raise `GateError` where more rows than allowed have an unseen category."""
        if max_unseen is not None and self.unseen_share > max_unseen:
            share = format_share(self.unseen_share, beside=max_unseen)
            raise GateError(
                f"{share} of the rows have a category that training has not seen; "
                f"{param('max_unseen')} allows {format_share(max_unseen, beside=self.unseen_share)}.",
                remedy=ways("The predictions are written") + ways(f"See {param('contract')} for the categories"),
            )


def predict(  # noqa: PLR0913 - what a step takes beside its options
    model: Path,
    data: str,
    files: PredictFiles,
    params: PredictParams,
    *,
    load: LoadOptions | None = None,
    jobs: int | None = None,
    memory: int | None = None,
    watch: Tell = silent,
) -> PredictResult:
    """Predict the rows of `data`, a path or `-`.

    Parameters
    ----------
    memory : int, optional
        Bytes that may be used; rows are predicted in as small blocks as that asks for. The output is the same.
    watch : function, optional
        Is told how far the work is.

    Raises
    ------
    DataError
        For a missing column, for a bad value unless `on_bad_value` says otherwise, and for a column most of whose cells
        are unseen levels unless `allow_unseen` or `max_unseen` says otherwise; nothing is written then.
    """
    if params.cluster is not None:
        check_spread(data)
    check_raw(data)
    loaded = load_model(model, load or LoadOptions())
    check_threshold(params.threshold, loaded.context.target)
    if params.explain is not None:
        check_explained(loaded.context.target)
    if params.proba:
        check_probabilities(loaded.fitted.pipeline["model"], loaded.context.target)
    written = Overrides(na_values=params.na_values, thousands=params.thousands, date_order=params.date_order)
    loaded = replace(loaded, fitted=replace(loaded.fitted, columns=written.apply(loaded.fitted.columns)))
    read, dialect = ReadParams(max_bytes=params.max_bytes), loaded.context.schema.dialect
    batch_rows = min(
        params.batch_rows or BLOCK_ROWS, _affordable(memory, len(loaded.context.schema.columns), jobs or 1)
    )
    try:
        blocks = open_raw(data, read, dialect=dialect, batch_rows=batch_rows)
    except NoRowsError as empty:
        return _predict_nothing(loaded, empty.header, files, params, name=data)
    check_overrides(written, blocks.dialect.decimal)
    loaded.fitted.check_columns(blocks.header, where=blocks.name, repeated=blocks.repeated)
    work = BlockWork.of(
        loaded, blocks.header, params, name=blocks.name, decimal=blocks.dialect.decimal, plain=blocks.plain,
    )  # fmt: skip
    if params.cluster is None:
        outcomes = _outcomes(work, blocks, jobs or 1)
    else:
        spans = SpanWork(work=work, data=data, read=read, dialect=dialect, batch_rows=batch_rows)
        outcomes = spread_outcomes(spans, blocks, params.cluster)
    return _write(_told(outcomes, blocks, watch), work, files, notes=_header_notes(loaded, blocks.header))


def _affordable(memory: int | None, n_columns: int, jobs: int) -> int:
    """Rows that so much memory lets every job work on at a time."""
    if memory is None:
        return sys.maxsize
    return max(1, allowed_memory(memory).cells // (jobs * (n_columns + _CELLS_OF_A_PREDICTION)))


def _predict_nothing(
    loaded: Model, header: Sequence[str], files: PredictFiles, params: PredictParams, *, name: str
) -> PredictResult:
    """A header without rows is answered with a header without rows: an empty day breaks no pipeline."""
    loaded.fitted.check_columns(header, where=name)
    work = BlockWork.of(loaded, header, params, name=name, decimal=".")
    notes = (f"{name} has a header but no rows, and so have the predictions", *_header_notes(loaded, header))
    return _write([work.nothing()], work, files, notes=notes)


def _told(outcomes: Iterable[BlockOutcome], blocks: RawBlocks, watch: Tell) -> Iterator[BlockOutcome]:
    """The outcomes as they come, with a word on each."""
    n_rows = 0
    for outcome in outcomes:
        n_rows += outcome.table.num_rows + len(outcome.rejects)
        watch(blocks.share, count_of(n_rows, "row"))
        yield outcome


def _write(
    outcomes: Iterable[BlockOutcome], work: BlockWork, files: PredictFiles, *, notes: Iterable[str]
) -> PredictResult:
    tally, params = Contract(work.known), work.params
    with ExitStack() as stack:
        # Where a late row may take everything back, rows for a pipe wait in a temporary file.
        output = stack.enter_context(open_output(files.out, held_back=params.may_refuse))
        sink = stack.enter_context(write_behind(output))
        rejected = stack.enter_context(RejectsFile.opened(files.rejects, work.header))
        write_contract = stack.enter_context(_contract_file(files.contract))
        for outcome in outcomes:
            sink.write(outcome.table)
            rejected.write(outcome.rejects)
            tally.add(outcome.tally)
        if params.refuses_unseen:
            tally.check_known(where=work.name)
        write_contract(tally)
    return PredictResult(
        n_predicted=output.n_rows,
        n_rejected=rejected.n_rows,
        unseen_share=tally.unseen_share,
        contract=tally.to_json(),
        notes=(*notes, *tally.notes()),
    )


def _outcomes(work: BlockWork, blocks: RawBlocks, jobs: int) -> Iterator[BlockOutcome]:
    """Predict block after block, in order: in other processes, or here with the next block being parsed meanwhile."""
    if jobs > 1:
        yield from LocalExecutor(jobs)(work, blocks)
        return
    with one_thread():
        for block, cells in one_ahead(work.parse, blocks):
            yield work.predict(block, cells)


def _header_notes(model: Model, header: Iterable[str]) -> Iterable[str]:
    known = set(model.context.schema.names)
    extra = [name for name in header if name not in known]
    if extra:
        yield f"columns that training did not have are ignored: {listed(extra)}"


@contextmanager
def _contract_file(place: str | None) -> Iterator[Callable[[Contract], object]]:
    """Where the contract goes; opened before the rows are read, so that it fails before they are in place."""
    if place is None:
        yield lambda _: None
    elif place == "-":
        yield lambda tally: sys.stdout.write(canonical.encode(tally.to_json()).decode())
    else:
        with write_file_atomic(Path(place)) as file:
            yield lambda tally: file.write(canonical.encode(tally.to_json()))
