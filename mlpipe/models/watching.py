"""How the fit of an estimator is watched: rows to measure progress on, and who is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sklearn.utils.validation import has_fit_parameter

from mlpipe.words.numbers import format_number
from mlpipe.words.progress import silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.matrix import Matrix
    from mlpipe.words.progress import Tell


@dataclass(frozen=True, kw_only=True, eq=False)
class Watching:
    """How the fit of an estimator that watches its progress is watched.

    Parameters
    ----------
    rows : (X, y), optional
        Validation rows, prepared like those that are learnt from.
    tell : callable
        Takes the share of the epochs that are done, and a word on the last one.
    """

    rows: tuple[Matrix, NDArray[Any]] | None = None
    tell: Tell = silent

    def keywords(self, estimator: Any, front: Any | None) -> dict[str, Any]:
        """What `fit` of the estimator takes of it; `front` makes its sparse matrix dense.

        Nothing inside a wrapper, such as that of a transformed target: the estimator sets rows aside itself.
        """
        if not has_fit_parameter(estimator, "validation"):
            return {}
        rows = self.rows
        if rows is not None and front is not None:
            rows = front.transform(rows[0]), rows[1]
        return {"validation": rows, "watch": self._epoch}

    def _epoch(self, epoch: int, epochs: int, loss: float) -> None:
        self.tell(epoch / epochs, f"epoch {epoch} of {epochs}, loss {format_number(loss)}")


NOBODY = Watching()
