"""Preparing training rows that memory does not hold: counted, fitted and transformed block by block from their file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.artifacts.preps import PrepContent
from mlpipe.data.duplicate_rows import compared_columns, count_repeated
from mlpipe.errors import UsageError
from mlpipe.features.plan.choose import plan_from_facts
from mlpipe.features.preprocessor.build import build_preprocessor
from mlpipe.features.preprocessor.feature_names import describe_features
from mlpipe.features.reference import QUANTILES, reference_of
from mlpipe.features.streaming.facts import StreamedFacts
from mlpipe.features.streaming.fitting import fit_in_blocks
from mlpipe.features.streaming.order_statistics import quantiles
from mlpipe.features.streaming.rows import joined, taken
from mlpipe.features.streaming.tallies import tally_columns
from mlpipe.steps.preprocessing.figures import Training, spaced_rows
from mlpipe.steps.preprocessing.shown import repeated_note
from mlpipe.steps.preprocessing.streamed_rows import FileRows, fences_of, read_target, reference_of_target, rows_within
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mlpipe.artifacts.splits import Split
    from mlpipe.artifacts.store.writer import ArtifactWriter
    from mlpipe.engine.memory import Memory
    from mlpipe.features.plan.plan import Plan
    from mlpipe.features.preprocessor.matrix import Matrix
    from mlpipe.features.reference import Reference
    from mlpipe.features.streaming.fitting import BlockFit
    from mlpipe.features.streaming.tallies import ColumnTally
    from mlpipe.features.streaming.target_means import BlockTarget
    from mlpipe.params import PreprocessParams
    from mlpipe.words.progress import Tell


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """What was fitted on the training rows and saved, and what to show of it."""

    content: PrepContent
    training: Training
    notes: tuple[str, ...]


def fits(source: Split, memory: Memory) -> bool:
    """Whether the training rows can be prepared all at once."""
    with source.open_part("train") as table:
        n_cells = table.n_rows * len(source.context.schema.columns)
        return n_cells + table.n_bytes // 8 <= memory.cells


def prepare_from_file(
    source: Split, params: PreprocessParams, writer: ArtifactWriter, *, watch: Tell, memory: Memory
) -> Prepared:
    """Fit and save what the training rows teach, a block of them in memory at a time.

    Raises
    ------
    UsageError
        Where the plan needs all rows at once.
    """
    context = source.context
    with source.open_part("train") as table:
        rows = FileRows(table=table, columns=context.schema.features, most_cells=memory.cells)
        watch(None, f"counting the levels and values of {count_of(rows.n_rows, 'training row')}")
        tallies = tally_columns(rows, rows.columns)
        facts = {name: StreamedFacts(tally, rows) for name, tally in tallies.items()}
        plan = plan_from_facts(facts, rows.n_rows, rows.columns, params, context.task)
        _check_streams(plan, memory)
        compared = list(compared_columns(context.schema.columns))
        n_repeated = count_repeated(rows.tables(compared), compared, rows.n_rows)
        watch(None, f"fitting {count_of(len(plan.columns), 'column')} on {count_of(rows.n_rows, 'training row')}")
        target = read_target(rows, context)
        fences = fences_of(rows, plan)
        kept = rows_within(rows, fences)
        learnt = target if kept.kept is None else replace(target, values=target.values[kept.kept])
        unfitted = build_preprocessor(plan, context.task, plan.seed)
        fit = fit_in_blocks(unfitted, kept, learnt, seed=plan.seed)
        content = PrepContent(
            plan=plan,
            preprocessor=fit.preprocessor,
            reference=_reference(tallies, rows),
            target=reference_of_target(target, context),
            features=describe_features(fit.preprocessor),
            context=context,
        )
        content.save_fitted(writer)
        watch(None, "writing the rows to learn from")
        shown: list[Matrix] = []
        content.save_blocks(writer, "train", _matrices(fit, kept, learnt, shown))
        training = Training(
            plan=plan,
            preprocessor=fit.preprocessor,
            features=content.features,
            n_rows=rows.n_rows,
            n_learnt=kept.n_rows,
            sample=joined(list(taken(rows.frames(rows.names), spaced_rows(rows.n_rows)))),
            before=joined(list(taken(kept.frames(rows.names), spaced_rows(kept.n_rows)))),
            after=joined(shown),
            dropping=tuple(fences.items()),
        )
    return Prepared(content=content, training=training, notes=(*repeated_note(n_repeated), *_sampled(fit, kept.n_rows)))


def _check_streams(plan: Plan, memory: Memory) -> None:
    """Raise for a plan that has to see all rows at once."""
    made = {"resample": plan.resample, "augment": plan.augment}
    asked = next((param(name, value) for name, value in made.items() if value != "none"), None)
    wide = next((column for column in plan.columns if plan.sparse and (column.text or column.encode == "onehot")), None)
    if wide is not None:
        asked = f"The column {wide.name!r}, whose terms or levels make the matrix sparse,"
    if asked is not None:
        raise UsageError(
            f"{asked} needs all training rows at once, and they do not fit into {memory.size}.",
            remedy=ways(
                f"Give more ({param('memory')})",
                "leave it out: what streams is numbers, dates and categories of few levels",
            ),
        )


def _reference(tallies: dict[str, ColumnTally], rows: FileRows) -> Reference:
    numbers = [column.name for column in rows.columns if column.kind.numeric]
    if not numbers:
        return reference_of(tallies, {})
    found = quantiles(lambda: (f.to_numpy(dtype=np.float64) for f in rows.frames(numbers)), QUANTILES)
    return reference_of(tallies, dict(zip(numbers, found, strict=True)))


def _matrices(
    fit: BlockFit, rows: FileRows, target: BlockTarget, shown: list[Matrix]
) -> Iterator[tuple[Matrix, NDArray[np.generic]]]:
    """The training matrix and its target, block by block; rows to be drawn are put aside on the way."""
    chosen, start = spaced_rows(rows.n_rows), 0
    for X in fit.training_blocks(rows):
        here = slice(start, start + X.shape[0])
        places = chosen[np.searchsorted(chosen, here.start) : np.searchsorted(chosen, here.stop)] - start
        shown.append(X[places])
        yield X, target.at(here)
        start = here.stop


def _sampled(fit: BlockFit, n_rows: int) -> tuple[str, ...]:
    if fit.sampled is None:
        return ()
    sample = f"{count_of(fit.sampled)} of {count_of(n_rows, 'training row')}"
    return (f"what needs rows side by side was fitted on a sample of {sample}, as memory does not hold all",)
