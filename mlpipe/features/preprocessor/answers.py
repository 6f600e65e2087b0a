"""What a fitted transformer says of the values of its one column, remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.features.preprocessor.matrix_type import plain_array

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Known = tuple[dict[object, int], NDArray[np.float64]]

FEW = 1_000
"""More distinct values than these are transformed at once rather than looked up one by one."""

MOST = 10_000
"""Values remembered; a column that has more (unseen ones, usually) starts anew."""


class Answers:
    """Rows that a fitted transformer of one column gives for values; asked once for each.

    Parameters
    ----------
    transformer : object
        Treats each row on its own, as everything does that encodes or scales.
    n_features : int
        Features that it makes.
    """

    def __init__(self, transformer: Any, n_features: int) -> None:
        self._transformer = transformer
        self._nothing: Known = ({}, np.empty((0, n_features)))
        # Replaced as one, never changed in place: another thread may be reading.
        self._known = self._nothing

    def of(self, values: pd.Series) -> NDArray[np.float64]:
        """Transform distinct values.

        Returns
        -------
        ndarray of shape (n_values, n_features)
        """
        if len(values) > FEW:
            return self._ask(values)
        # A gap is not equal to itself, so it has to be looked up under another name.
        keys = [None if value != value else value for value in values.tolist()]  # noqa: PLR0124
        places, table = self._known
        if not all(key in places for key in keys):
            places, table = self._learn(keys, values)
        return table[[places[key] for key in keys]]

    def _learn(self, keys: list[object], values: pd.Series) -> Known:
        places, table = self._known if len(self._known[0]) + len(keys) <= MOST else self._nothing
        new = [i for i, key in enumerate(keys) if key not in places]
        answers = self._ask(values.iloc[new])
        places = places | {keys[i]: len(places) + n for n, i in enumerate(new)}
        self._known = places, np.vstack([table, answers])
        return self._known

    def _ask(self, values: pd.Series) -> NDArray[np.float64]:
        return plain_array(self._transformer.transform(values.to_frame()))
