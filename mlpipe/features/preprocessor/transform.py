"""The quick way through a fitted preprocessor: equal to its `transform` to the last bit.

Encoding text costs half a microsecond a cell. A branch that takes a single column of categories or dates maps each
distinct value on its own, so the fitted transformer is asked once for every distinct value, and its answers are
spread over the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from mlpipe.features.preprocessor.branches import branches
from mlpipe.features.preprocessor.matrix import Matrix, plain_array
from mlpipe.features.preprocessor.quick_numbers import arithmetic_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    from mlpipe.features.preprocessor.branches import Branch

    Codes = NDArray[np.integer[Any]]
    Distinct: TypeAlias = pd.Series | pa.Array
    Piece = tuple[Codes | None, NDArray[np.float64]]
    Known = tuple[dict[object, int], NDArray[np.float64]]

ROWS_AT_A_TIME = 1024
"""Rows put together in one go, so that they stay in the processor's cache."""

FEW = 1_000
"""More distinct values than these are transformed at once rather than looked up one by one."""

_FEW_ROWS = 16
"""Rows among which looking for equal values costs more than it saves."""

MOST = 10_000
"""Values remembered; a column that has more (unseen ones, usually) starts anew."""


def transform(fitted: Pipeline, X: pd.DataFrame) -> Matrix:
    """Transform typed rows, as `data.coercion.to_frame` gives them.

    Returns
    -------
    ndarray or csr_matrix of shape (n_rows, n_features)
        What `fitted.transform(X)` gives, also for no rows at all; dense with rows in one piece of memory, or sparse.
    """
    return QuickTransform(fitted).transform(X)


def transform_table(fitted: Pipeline, table: pa.Table) -> Matrix:
    """Transform a typed Arrow table, as `data.coercion.coerce` gives it; columns are found by name.

    Returns
    -------
    ndarray or csr_matrix of shape (n_rows, n_features)
        What `transform` gives for the same rows as a DataFrame.
    """
    return QuickTransform(fitted).transform_table(table)


class QuickTransform:
    """The quick way for block after block: answers for values met before are kept.

    Parameters
    ----------
    fitted : Pipeline
        A fitted preprocessor, which must not be fitted again meanwhile.
    """

    def __init__(self, fitted: Pipeline) -> None:
        self._columns = fitted["columns"]
        self._branches = branches(fitted)
        self._width = max(branch.place.stop for branch in self._branches)
        self._answers = {
            branch.columns[0]: Answers(branch.columns[0], branch.transformer, branch.place.stop - branch.place.start)
            for branch in self._branches
            if branch.by_value
        }
        self._arithmetic = {branch.place.start: arithmetic_of(branch.transformer) for branch in self._branches}
        self._later = list(fitted.named_steps.values())[1:]

    def transform(self, X: pd.DataFrame) -> Matrix:
        """As the function `transform`."""
        if self._columns.sparse_output_:
            return self._finish(self._sparse(X))
        return self._finish(self._dense(_OfFrame(X)))

    def transform_table(self, table: pa.Table) -> Matrix:
        """As the function `transform_table`."""
        if self._columns.sparse_output_:
            return self._finish(self._sparse(_frame(table, self._columns.feature_names_in_)))
        return self._finish(self._dense(_OfTable(table)))

    def _finish(self, matrix: Matrix) -> Matrix:
        """The steps behind `columns`, which take all features together."""
        if not matrix.shape[0] and self._later:
            # scikit-learn refuses to transform no rows at all: one row tells the width.
            filled = np.zeros((1, matrix.shape[1]))
            return self._finish(sparse.csr_matrix(filled) if sparse.issparse(matrix) else filled)[:0]
        for step in self._later:
            matrix = step.transform(matrix)
        return matrix if sparse.issparse(matrix) else np.ascontiguousarray(matrix)

    def _sparse(self, X: pd.DataFrame) -> Matrix:
        if not len(X):
            return sparse.csr_matrix((0, self._width))
        return self._columns.transform(X).tocsr()

    def _dense(self, rows: _Rows) -> NDArray[np.float64]:
        pieces = [self._piece(branch, rows) for branch in self._branches] if rows.n_rows else []
        return _put_together(pieces, np.empty((rows.n_rows, self._width)))

    def _piece(self, branch: Branch, rows: _Rows) -> Piece:
        """What a branch makes of the rows: its output, or codes of rows of a table of answers."""
        if branch.by_value:
            codes, values = rows.distinct(branch.columns[0])
            return codes, self._answers[branch.columns[0]].of(values)
        arithmetic = self._arithmetic[branch.place.start]
        if arithmetic is not None:
            return None, arithmetic(rows.numbers(branch.columns))
        return None, plain_array(branch.transformer.transform(rows.frame(branch.columns)))


class _Rows(Protocol):
    """Typed rows, whatever holds them."""

    n_rows: int

    def numbers(self, columns: Sequence[str]) -> NDArray[np.float64]:
        """Columns of numbers as a matrix, NaN where missing."""

    def frame(self, columns: Sequence[str]) -> pd.DataFrame:
        """Columns as transformers take them."""

    def distinct(self, column: str) -> tuple[Codes, Distinct]:
        """The distinct values of a column (of few rows all values), and which of them each row has."""


class _OfFrame:
    def __init__(self, X: pd.DataFrame) -> None:
        self._X = X
        self.n_rows = len(X)

    def numbers(self, columns: Sequence[str]) -> NDArray[np.float64]:
        return self._X[list(columns)].to_numpy(dtype=np.float64)

    def frame(self, columns: Sequence[str]) -> pd.DataFrame:
        return self._X[list(columns)]

    def distinct(self, column: str) -> tuple[Codes, Distinct]:
        codes, distinct = pd.factorize(self._X[column], use_na_sentinel=False)
        return codes, pd.Series(distinct, name=column)


class _OfTable:
    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self.n_rows = table.num_rows

    def numbers(self, columns: Sequence[str]) -> NDArray[np.float64]:
        made = np.empty((self.n_rows, len(columns)))
        for i, column in enumerate(columns):
            made[:, i] = self._table.column(column).to_numpy()
        return made

    def frame(self, columns: Sequence[str]) -> pd.DataFrame:
        return _frame(self._table, columns)

    def distinct(self, column: str) -> tuple[Codes, Distinct]:
        array = self._table.column(column).combine_chunks()
        if pa.types.is_integer(array.type):
            array = array.cast(pa.float64(), safe=False)
        if self.n_rows <= _FEW_ROWS:
            return np.arange(self.n_rows), array
        encoded = pc.dictionary_encode(array, null_encoding="encode")
        return encoded.indices.to_numpy(zero_copy_only=False), encoded.dictionary


def _put_together(pieces: Sequence[Piece], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    for start in range(0, len(matrix), ROWS_AT_A_TIME):
        rows = slice(start, start + ROWS_AT_A_TIME)
        parts = [values[rows] if codes is None else values.take(codes[rows], axis=0) for codes, values in pieces]
        np.concatenate(parts, axis=1, out=matrix[rows])
    return matrix


def _frame(table: pa.Table, columns: Sequence[str]) -> pd.DataFrame:
    """Columns of an Arrow table as `data.coercion.to_frame` gives them."""
    return pd.DataFrame({column: _series(table.column(column)) for column in columns})


def _series(values: pa.ChunkedArray) -> NDArray[np.float64] | pd.Series:
    """Numbers as float64, NaN for null; whole numbers beyond 2^53 lose digits, as in training."""
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        numbers: NDArray[np.float64] = values.cast(pa.float64(), safe=False).to_numpy()
        return numbers
    series: pd.Series = values.to_pandas()
    return series.astype("str") if pa.types.is_string(values.type) else series


class Answers:
    """Rows that a fitted transformer of one column gives for values; asked once for each.

    Parameters
    ----------
    column : str
        The name that the transformer knows it by.
    transformer : object
        Treats each row on its own, as everything does that encodes or scales.
    n_features : int
        Features that it makes.
    """

    def __init__(self, column: str, transformer: Any, n_features: int) -> None:
        self._column, self._transformer = column, transformer
        self._nothing: Known = ({}, np.empty((0, n_features)))
        # Replaced as one, never changed in place: another thread may be reading.
        self._known = self._nothing

    def of(self, values: Distinct) -> NDArray[np.float64]:
        """Transform distinct values.

        Returns
        -------
        ndarray of shape (n_values, n_features)
        """
        if len(values) > FEW:
            return self._ask(self._series(values))
        # A gap is not equal to itself, so it has to be looked up under another name.
        keys = [None if value != value else value for value in values.tolist()]  # noqa: PLR0124
        places, table = self._known
        if not all(key in places for key in keys):
            places, table = self._learn(keys, values)
        return table[[places[key] for key in keys]]

    def _learn(self, keys: list[object], values: Distinct) -> Known:
        places, table = self._known if len(self._known[0]) + len(keys) <= MOST else self._nothing
        new = {key: i for i, key in enumerate(keys) if key not in places}
        answers = self._ask(self._series(values).iloc[list(new.values())])
        places = places | {key: len(places) + n for n, key in enumerate(new)}
        self._known = places, np.vstack([table, answers])
        return self._known

    def _series(self, values: Distinct) -> pd.Series:
        """As transformers take them; of values that are known already none are made, for that costs most of one row."""
        series: pd.Series = values.to_pandas().rename(self._column) if isinstance(values, pa.Array) else values
        return series

    def _ask(self, values: pd.Series) -> NDArray[np.float64]:
        return plain_array(self._transformer.transform(values.to_frame()))
