"""What `train` tells of a fitted model beside its scores: coefficients, importance, loss curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.artifacts.preps import PartMatrix
from mlpipe.engine.local import one_thread
from mlpipe.models.explain import SAMPLED_ROWS, column_importance, linear_coefficients
from mlpipe.models.history import History, training_history
from mlpipe.models.predicting import mean_loss, predict_matrix
from mlpipe.models.term_coefficients import TermWeights, term_weights

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    from mlpipe.artifacts.preps import Prep
    from mlpipe.features.preprocessor.matrix import Matrix
    from mlpipe.models.fitting import ModelChoice
    from mlpipe.target import Target

Tables = dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]


MOST_TERMS = 100
"""Terms of each class in `top_terms.csv`."""
SHOWN_TERMS = 10


@dataclass(frozen=True, kw_only=True)
class Explained:
    """CSV tables and images by file name.

    Parameters
    ----------
    top_terms : dict
        For each class the terms that speak most for it, where a linear model goes by terms.
    """

    tables: Tables
    images: dict[str, bytes]
    top_terms: dict[str, tuple[str, ...]]


def explain(prep: Prep, preprocessor: Pipeline, choice: ModelChoice, estimator: Any) -> Explained:
    """Tell what the model leans on and how it was fitted."""
    sample = _sampled(prep.matrix("train"), choice.seed)
    tables: Tables = {"importance.csv": _importance(prep, preprocessor, choice, estimator, sample)}
    images: dict[str, bytes] = {}
    weighed = None
    if choice.spec.linear:
        coefficients = linear_coefficients(estimator, preprocessor, prep.context.target)
        header = ("class", "feature", "coefficient", "scaled_coefficient")
        tables["coefficients.csv"] = (header, [(c.label, c.feature, c.original, c.scaled) for c in coefficients])
        weighed = term_weights(estimator, preprocessor)
    if weighed is not None:
        tables["top_terms.csv"] = (("class", "term", "weight"), list(weighed.strongest(MOST_TERMS)))
        images["top_terms.png"] = _terms_image(weighed)
    history = training_history(estimator, sample.X, sample.y)
    if history is not None:
        tables["history.csv"] = _history_table(history)
        images["loss.png"] = _loss_image(history, choice.spec.name)
    return Explained(tables=tables, images=images, top_terms=_by_class(weighed))


def _by_class(weighed: TermWeights | None) -> dict[str, tuple[str, ...]]:
    strongest = weighed.strongest(SHOWN_TERMS) if weighed is not None else []
    labels = dict.fromkeys(label for label, _, _ in strongest)
    return {label: tuple(term for of, term, _ in strongest if of == label) for label in labels}


def _sampled(matrix: PartMatrix, seed: int) -> PartMatrix:
    """Some training rows, chosen at random: enough to measure on."""
    rows = np.random.default_rng(seed).permutation(len(matrix.y))[:SAMPLED_ROWS]
    return PartMatrix(X=matrix.X[rows], y=matrix.y[rows])


def _importance(
    prep: Prep, preprocessor: Pipeline, choice: ModelChoice, estimator: Any, sample: PartMatrix
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    loss = _mean_loss(choice, estimator, sample.y, prep.context.target)
    with one_thread():
        found = column_importance(estimator, preprocessor, sample.X, loss, seed=choice.seed)
    return ("column", "importance", "std", "method"), [(i.column, i.importance, i.spread, i.method) for i in found]


def _mean_loss(choice: ModelChoice, estimator: Any, y: NDArray[Any], target: Target) -> Callable[[Matrix], float]:
    """Preprocessed rows to mean loss: squared error, log loss, or share of errors without probabilities."""

    def loss(X: Matrix) -> float:
        return mean_loss(predict_matrix(estimator, X, target, rowwise=choice.spec.rowwise), y)

    return loss


def _history_table(history: History) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    iterations = range(1, len(history.train) + 1)
    train = history.train.tolist()
    if history.valid is None:
        return ("iteration", "train"), list(zip(iterations, train, strict=True))
    return ("iteration", "train", "valid"), list(zip(iterations, train, history.valid.tolist(), strict=True))


def _terms_image(weighed: TermWeights) -> bytes:
    from mlpipe.plots.fonts import choose_look
    from mlpipe.plots.style import write_png
    from mlpipe.plots.terms import draw_top_terms

    shown = [term for _, term, _ in weighed.strongest(SHOWN_TERMS)]
    look = choose_look([*shown, *weighed.classes])
    return write_png(draw_top_terms(weighed.terms, weighed.weights, weighed.classes, look))


def _loss_image(history: History, name: str) -> bytes:
    from mlpipe.plots.loss import draw_loss
    from mlpipe.plots.style import write_png

    figure = draw_loss(
        history.train,
        history.valid,
        model=name,
        valid_name=history.valid_name,
        valid_is_score=history.valid_is_score,
    )
    return write_png(figure)
