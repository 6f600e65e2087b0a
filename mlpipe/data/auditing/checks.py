"""What gives a test part away that is not a row in both: time, made rows, scales, columns, another population."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.auditing.pair import AuditFinding, Pair, found
from mlpipe.data.drift.columns import compare_columns
from mlpipe.data.drift.findings import Compared, find_drift
from mlpipe.data.profiling.check_target import check_leakage, score_columns
from mlpipe.data.profiling.column_profile import as_text, cells_of
from mlpipe.data.profiling.leakage import SUSPECT
from mlpipe.data.schema import Role
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FLAGS = ("synthetic", "is_synthetic")
"""Columns that flag rows made by a resampler."""
_TRUE = ("true", "1", "yes", "t", "y")
EXACT = 1e-6
"""How near to a mean of 0 and a deviation of 1 a scaled column lies."""
_FEW_ROWS = 30
SURE_CLASSES, SURE_NUMBERS = 0.999, 1 - 1e-6
"""Scores of one column alone from which it holds the answer; below, it may be a close measure of the same thing."""


def find_time(pair: Pair) -> Iterator[AuditFinding]:
    """Find test rows that are older than training rows, where time is to decide."""
    for column in pair.with_role(Role.TIME):
        old, new = pair.train[column.name], pair.test[column.name]
        newest = pc.max(old)
        if not pair.by_time or not newest.is_valid or old.type != new.type:
            continue
        earlier = np.asarray(pc.fill_null(pc.less(new, newest), fill_value=False))
        if earlier.any():
            told = count_of(int(earlier.sum()), "test row")
            message = (
                f"{told} of {count_of(len(earlier))} lie before the newest training row, {as_text(newest.as_py())}."
            )
            rows = pair.keys(np.flatnonzero(earlier))
            yield found("MLP515", message, column=column.name, figure=int(earlier.sum()), rows=rows)


def flags_of(table: pa.Table) -> pa.Table:
    """The columns that flag rows made by a resampler, as their names say."""
    return table.select([name for name in table.column_names if name.casefold() in FLAGS])


def find_made_rows(flags: pa.Table, pair: Pair) -> Iterator[AuditFinding]:
    """Find test rows that are flagged as made up by a resampler.

    Parameters
    ----------
    flags : pa.Table
        The flags of the test rows, from `flags_of`.
    """
    for name in flags.column_names:
        words = [str(cell).casefold() for cell in flags[name].to_pylist()]
        made = np.array([word in _TRUE for word in words], dtype=bool)
        if made.any():
            message = f"{count_of(int(made.sum()), 'test row')} are made up: resampling came before the split."
            yield found("MLP516", message, column=name, figure=int(made.sum()), rows=pair.keys(np.flatnonzero(made)))


def find_given_away(pair: Pair, *, seed: int) -> Iterator[AuditFinding]:
    """Find columns that alone give the target away, measured on training rows."""
    targets = pair.with_role(Role.TARGET)
    if pair.task is None or len(targets) != 1:
        return
    (target,) = cells_of(pair.train, targets)
    sure = SURE_CLASSES if pair.task.is_classification else SURE_NUMBERS
    for column in pair.features:
        cells = cells_of(pair.train, [column])  # one at a time: what is worked out of a column is as long as the table
        scores = score_columns(cells, target, pair.task, seed=seed)
        for leak in check_leakage(cells, target, scores, pair.task):
            score = scores[column.name]
            code = "MLP517" if score >= sure or score < SUSPECT else "MLP526"
            yield found(code, leak.message, column=column.name, figure=score)


def find_scaled(pair: Pair) -> Iterator[AuditFinding]:
    """Find columns whose scale was learnt from training and test rows together.

    Scaled by training rows alone, these have a mean of 0 and a deviation of 1; it is telling where both parts together
    have that, and the training rows have not.
    """
    scaled = []
    for column in pair.features:
        if column.kind.numeric and column.name in pair.test.column_names:
            sides = [_present(table[column.name]) for table in (pair.train, pair.test)]
            if min(map(len, sides)) >= _FEW_ROWS and _standard(np.concatenate(sides)) and not _standard(sides[0]):
                scaled.append(column.name)
    for name in scaled:
        message = "Both parts together have a mean of 0 and a deviation of 1, the training rows alone have not."
        yield found("MLP524", message, column=name)


def _present(cells: pa.ChunkedArray) -> Floats:
    values: Floats = np.asarray(pc.cast(cells.drop_null(), pa.float64(), safe=False).to_numpy(), dtype=np.float64)
    return values[np.isfinite(values)]


def _standard(values: Floats) -> bool:
    spreads = values.std(), values.std(ddof=1)
    return abs(float(values.mean())) < EXACT and min(abs(float(spread) - 1) for spread in spreads) < EXACT


def find_another_population(pair: Pair, *, seed: int) -> Iterator[AuditFinding]:
    """Find test rows that are drawn from elsewhere than the training rows; where time parts them that is expected."""
    if pair.by_time or min(pair.train.num_rows, pair.test.num_rows) < _FEW_ROWS:
        return
    target = pair.with_role(Role.TARGET)
    compared = Compared(
        columns=compare_columns(pair.train, pair.test, pair.features, seed=seed),
        target=compare_columns(pair.train, pair.test, target, seed=seed),
    )
    for moved in find_drift(compared, unread={}, n_rows=pair.test.num_rows):
        if moved.severity.value != "info":
            yield found("MLP521", f"{moved.message}", column=moved.column)


def find_no_test(pair: Pair | None) -> Iterator[AuditFinding]:
    """Find that there is nothing to test with."""
    if pair is None or not pair.test.num_rows:
        told = f"All rows train: a score says how well they are fitted. Give {param('test_size')}."
        yield found("MLP522", told)
