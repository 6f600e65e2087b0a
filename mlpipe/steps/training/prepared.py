"""The rows that `preprocess` left, for the last fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pyarrow as pa

from mlpipe.artifacts.preps import RESAMPLED, Prep
from mlpipe.data.schema import Role
from mlpipe.features.preprocessor.feature_names import describe_features
from mlpipe.features.streaming.rows import BLOCK_ROWS, spread_rows
from mlpipe.models.bonds import FREE
from mlpipe.models.comparison.blending import BLEND
from mlpipe.models.comparison.stacking import STACK
from mlpipe.models.fitting import TrainingMatrix
from mlpipe.models.registry import specs_for
from mlpipe.models.set_aside import needs_rows
from mlpipe.models.streaming.fitting import learns_from_blocks, row_bytes
from mlpipe.models.streaming.matrix_rows import ArrayRows
from mlpipe.models.training_rows import bound_by, row_bonds, row_weights
from mlpipe.steps.preprocessing.streamed_rows import FileRows, fences_of, rows_within
from mlpipe.target import ClassTarget
from mlpipe.target.several import SeveralColumns
from mlpipe.words.lists import count_of, listed

if TYPE_CHECKING:
    from contextlib import ExitStack

    from numpy.typing import NDArray

    from mlpipe.artifacts.tables import BlockTable
    from mlpipe.data.schema import DataContext
    from mlpipe.engine.memory import Memory
    from mlpipe.features.plan.plan import Plan
    from mlpipe.features.preprocessor.matrix import Matrix
    from mlpipe.models.bonds import Bonds
    from mlpipe.models.comparison.compared import Compared
    from mlpipe.models.comparison.final import Member
    from mlpipe.models.fitting import ModelChoice
    from mlpipe.models.streaming.matrix_rows import MatrixRows
    from mlpipe.params import PreprocessParams
    from mlpipe.steps.loading import LazySplit


class Planned(Protocol):
    """What was decided on a table, by the preparation that a step saved or by one that is in memory alone."""

    @property
    def context(self) -> DataContext:
        """Target, task, classes and schema."""
        ...

    @property
    def plan(self) -> Plan:
        """What becomes of each column."""
        ...

    @property
    def params(self) -> PreprocessParams:
        """The options that it was made with."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class PreparedBlocks:
    """Prepared rows block by block from their file."""

    prep: Prep
    table: BlockTable
    weights: NDArray[np.float64] | None

    @property
    def n_rows(self) -> int:
        """All of them."""
        return self.table.n_rows

    def block(self, place: int) -> tuple[Matrix, NDArray[Any], NDArray[np.float64] | None]:
        """The rows of one block."""
        found = self.prep.matrix_of(self.table.group(place))
        rows = slice(place * BLOCK_ROWS, (place + 1) * BLOCK_ROWS)
        return found.X, found.y, None if self.weights is None else self.weights[rows]


def prepared_rows(
    prep: Prep, split: LazySplit, choice: ModelChoice | None, held: ExitStack, *, memory: Memory, seed: int
) -> TrainingMatrix:
    """The training rows as `preprocess` left them; a sample of them where memory does not hold all.

    Parameters
    ----------
    choice : ModelChoice or None
        The one estimator that is fitted on them. Where it learns from blocks and there are many rows, the matrix holds
        a sample that does not depend on memory, for what is measured beside the fit.
    held : ExitStack
        Closes the file that blocks come from.
    """
    part, preprocessor = prep.training_part, prep.preprocessor()
    weights = _weights(prep, split)
    every, chosen, n_rows = None, None, 0
    if prep.is_sparse(part):
        matrix = prep.matrix(part)
    else:
        table = held.enter_context(prep.open_part(part))
        n_rows = table.n_rows
        in_blocks = choice is not None and n_rows > BLOCK_ROWS and _learns_in_blocks(prep, choice, n_rows, memory)
        chosen = rows_to_hold(prep, n_rows, memory, seed)
        if in_blocks:
            every = _every(prep, table, weights, held=chosen is None)
            chosen = spread_rows(n_rows, BLOCK_ROWS, seed)
        matrix = prep.matrix_of(table.rows(chosen)) if chosen is not None else prep.matrix(part)
    return TrainingMatrix(
        preprocessor=preprocessor,
        X=matrix.X,
        y=matrix.y,
        features=describe_features(preprocessor),
        n_raw=len(matrix.y) if every is None else every.n_rows,
        weights=weights if weights is None or chosen is None else weights[chosen],
        bonds=_bonds(prep, split, chosen) if every is None and choice is not None and choice.spec.watches else FREE,
        before=_before(prep, most=None if chosen is None else len(chosen)),
        every=every,
        notes=told_sample(prep, choice, len(matrix.y), n_rows, memory) if chosen is not None and every is None else (),
    )


def _learns_in_blocks(prep: Prep, choice: ModelChoice, n_rows: int, memory: Memory) -> bool:
    """Whether the estimator can.

    Of blocks it sets rows aside itself where the split has none to watch progress on, and these may not be made up nor
    tied to others.
    """
    target = prep.context.target
    several = isinstance(target, SeveralColumns)
    tied = RESAMPLED in prep.parts or bool(bound_by(prep.context))
    if tied and "valid" not in prep.parts and needs_rows(choice, several=several):
        return False
    estimator = choice.build(several=several)
    n_outputs = len(target.classes) if isinstance(target, ClassTarget) else len(target.columns)
    each = row_bytes(estimator, len(prep.feature_names), n_outputs)
    return learns_from_blocks(estimator) and each * n_rows <= memory.spare


def _every(prep: Prep, table: BlockTable, weights: NDArray[np.float64] | None, *, held: bool) -> MatrixRows:
    """All rows, in blocks: from memory where it holds them."""
    if not held:
        return PreparedBlocks(prep=prep, table=table, weights=weights)
    matrix = prep.training_matrix()
    return ArrayRows(X=matrix.X, y=matrix.y, weights=weights)


def rows_to_hold(prep: Prep, n_rows: int, memory: Memory, seed: int) -> NDArray[np.int64] | None:
    """Which of so many training rows are worked on, where memory does not hold all; `None` where it does."""
    most = memory.cells // max(len(prep.context.schema.columns), len(prep.feature_names))
    return None if n_rows <= most else spread_rows(n_rows, most, seed)


def told_sample(
    prep: Planned, choice: ModelChoice | None, n_sample: int, n_rows: int, memory: Memory
) -> tuple[str, ...]:
    """Say that a sample was fitted, and what would not need one."""
    sample = f"{count_of(n_sample)} of {count_of(n_rows, 'training row')}"
    what = "the models" if choice is None else choice.spec.name
    several = isinstance(prep.context.target, SeveralColumns) and len(prep.context.target.columns) > 0
    able = [
        spec.name
        for spec in specs_for(prep.context.task)
        if spec.by_blocks and spec.is_installed and (spec.several or not several) and spec.name != what
    ]
    all_rows = f" Block by block, all rows teach {listed(able, len(able), joint=' or ')}." if able else ""
    return (f"{what} learnt from a sample of {sample}: {memory.size} does not hold all.{all_rows}",)


def told_comparison(compared: Compared) -> tuple[str, ...]:
    """Name the models that were compared, where that was on a sample."""
    if len(compared.standings) < 2 or compared.rows is None:
        return ()
    names = [standing.model for standing in compared.standings if standing.model not in {BLEND, STACK}]
    return (f"{listed(names, len(names))} were compared on {count_of(len(compared.rows.y), 'of these row')}",)


def _before(prep: Prep, *, most: int | None) -> tuple[Matrix, NDArray[Any]] | None:
    """The training rows before they were resampled, where they were."""
    if RESAMPLED not in prep.parts:
        return None
    train = prep.matrix("train", most=most)
    return train.X, train.y


def valid_rows(prep: Prep, members: tuple[Member, ...], *, seed: int) -> tuple[Matrix, NDArray[Any]] | None:
    """The validation rows of the split, where there are some and a model that watches its progress on them.

    Of very many a sample that does not depend on memory.
    """
    if "valid" not in prep.parts or not any(member.candidate.choice.spec.watches for member in members):
        return None
    if prep.is_sparse("valid"):
        valid = prep.matrix("valid")
    else:
        with prep.open_part("valid") as table:
            valid = prep.matrix_of(table.rows(spread_rows(table.n_rows, BLOCK_ROWS, seed)))
    return valid.X, valid.y


def _weights(prep: Prep, split: LazySplit) -> NDArray[np.float64] | None:
    """Weights of the training rows, where the split has a weight column."""
    if not prep.context.schema.with_role(Role.WEIGHT):
        return None
    weights, kept = part_weights(split, "train", prep.context), _kept(prep, split)
    return weights if weights is None or kept is None else weights[kept]


def _kept(prep: Prep, split: LazySplit) -> NDArray[np.bool_] | None:
    """Which training rows are learnt from; `None` where no outliers are dropped."""
    with split.get().open_part("train") as table:
        rows = FileRows(table=table, columns=prep.context.schema.features)
        return rows_within(rows, fences_of(rows, prep.plan)).kept


def _bonds(prep: Prep, split: LazySplit, chosen: NDArray[np.int64] | None) -> Bonds:
    """What ties the training rows as they came, before any resampling; of these the first, as `_before` takes them."""
    names = bound_by(prep.context)
    if not names:
        return FREE
    with split.get().open_part("train") as table:
        bonds = row_bonds(pa.concat_tables(table.blocks(names)), prep.context)
        rows = np.arange(table.n_rows)
    kept = _kept(prep, split)
    rows = rows if kept is None else rows[kept]
    if chosen is None:
        return bonds.take(rows)
    return bonds.take(rows[: len(chosen)] if RESAMPLED in prep.parts else rows[chosen])


def part_weights(split: LazySplit, part: str, context: DataContext) -> NDArray[np.float64] | None:
    """What the rows of a part count, where the split has a weight column."""
    named = [column.name for column in context.schema.with_role(Role.WEIGHT)]
    with split.get().open_part(part) as table:
        found = [row_weights(block, context) for block in table.blocks(named)] if named else []
    return np.concatenate([weights for weights in found if weights is not None]) if found else None
