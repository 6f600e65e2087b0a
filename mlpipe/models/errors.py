"""What can go wrong when a model is chosen and fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.errors import DataError, FitError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


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
    """The matrix has missing cells, which the estimator cannot take."""

    def __init__(self, model: str, n_cells: int, able: Sequence[str]) -> None:
        self.model = model
        self.n_cells = n_cells
        super().__init__(
            f"{model} takes no missing cells, and the training rows have {n_cells:,}.",
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
