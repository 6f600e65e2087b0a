"""What can go wrong when a model is chosen and fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.errors import DataError, FitError, UsageError
from mlpipe.words.lists import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

LISTED = 10


class ParameterError(UsageError):
    """A `-p key=value` that the estimator does not take."""

    def __init__(self, model: str, text: str, problem: str) -> None:
        self.model = model
        super().__init__(
            f"{model} does not take -p {text}: {problem}", remedy=f"`mlpipe models {model}` lists its parameters."
        )


class EstimatorFailedError(FitError):
    """The estimator raised while fitting."""

    def __init__(self, model: str, problem: str, *, where: str = "") -> None:
        self.model = model
        super().__init__(
            f"{model} could not be fitted: {problem}",
            where=where,
            remedy="Try another --model, other -p parameters, or another preparation of the data.",
        )


class ModelGapsError(FitError):
    """Missing cells stay in the matrix, and the estimator cannot take them."""

    def __init__(self, model: str, columns: Sequence[str], able: Sequence[str]) -> None:
        self.model = model
        self.columns = tuple(columns)
        super().__init__(
            f"{model} takes no missing cells, and they stay in {listed(map(repr, columns), LISTED)}.",
            remedy=f"Impute them (preprocess --impute-numeric median), or use {', '.join(able)}.",
        )


class WeightsError(UsageError):
    """The estimator cannot weigh rows or classes."""

    def __init__(self, model: str, asked: str) -> None:
        self.model = model
        super().__init__(
            f"{model} cannot use {asked}.", remedy="Choose a model that can, such as logistic or random-forest."
        )


class TooFewRowsForFoldsError(DataError):
    """More folds are asked than rows, classes or groups allow."""

    def __init__(self, folds: int, available: int, of_what: str) -> None:
        self.folds = folds
        super().__init__(
            f"{folds} folds need at least {folds} {of_what}; there are {available}.",
            where="training rows",
            remedy=f"Give --cv {max(2, available)} or fewer, or more data.",
        )
