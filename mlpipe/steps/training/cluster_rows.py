"""The training rows that clusters are looked for among, as far as memory holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.features.preprocessor.matrix import plain_array
from mlpipe.features.streaming.rows import BLOCK_ROWS, spread_rows
from mlpipe.models.clusters.search_rows import SearchRows
from mlpipe.models.streaming.fitting import learns_from_blocks
from mlpipe.steps.training.prepared import PreparedBlocks, rows_to_hold, told_sample

if TYPE_CHECKING:
    from contextlib import ExitStack

    from mlpipe.artifacts.preps import Prep
    from mlpipe.engine.memory import Memory
    from mlpipe.models.fitting import ModelChoice


def search_rows(
    prep: Prep, choices: tuple[ModelChoice, ...], held: ExitStack, *, memory: Memory, seed: int
) -> tuple[SearchRows, tuple[str, ...]]:
    """The rows that `preprocess` left, and a sentence where a model is fitted on a sample, as memory holds no more.

    Parameters
    ----------
    held : ExitStack
        Closes the file that blocks come from.
    """
    if prep.is_sparse("train"):
        return SearchRows.of(plain_array(prep.training_matrix().X), seed), ()
    table = held.enter_context(prep.open_part("train"))
    n_rows = table.n_rows
    chosen = rows_to_hold(prep, n_rows, memory, seed)
    if chosen is None:
        return SearchRows.of(prep.training_matrix().X, seed), ()
    every = PreparedBlocks(prep=prep, table=table, weights=None)
    if n_rows > BLOCK_ROWS and all(learns_from_blocks(choice.build()) for choice in choices):
        # What is fitted block by block holds the rows alone that are compared in pairs.
        chosen = spread_rows(n_rows, BLOCK_ROWS, seed)
        return SearchRows(every=every, held=prep.matrix_of(table.rows(chosen)).X, seed=seed), ()
    n_held = len(chosen)
    rows = SearchRows(every=every, held=prep.matrix_of(table.rows(chosen)).X, seed=seed)
    told = [choice for choice in choices if choice.spec.most_rows is None or choice.spec.most_rows >= n_held]
    one = told[0] if len(told) == 1 else None
    return rows, told_sample(prep, one, n_held, n_rows, memory) if told else ()
