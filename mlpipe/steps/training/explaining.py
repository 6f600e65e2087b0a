"""What `train` tells of a fitted model beside its scores: coefficients, importance, loss curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mlpipe.artifacts.models import IMPORTANCE
from mlpipe.engine.local import one_thread
from mlpipe.models.explaining.coefficients import linear_coefficients
from mlpipe.models.explaining.importance import METHOD, Importance, column_importance
from mlpipe.models.explaining.term_coefficients import TermWeights, term_weights
from mlpipe.models.history import History, training_history
from mlpipe.steps.training.descending import HISTORY, LOSS

if TYPE_CHECKING:
    from mlpipe.artifacts.preps import Prep
    from mlpipe.metrics.metric_spec import MetricSpec
    from mlpipe.models.comparison.compared import Compared
    from mlpipe.models.comparison.final import Final
    from mlpipe.models.fitting import ModelChoice
    from mlpipe.models.unseen import Unseen
    from mlpipe.steps.training.descending import Tables

SAMPLED_ROWS = 1000
"""Training rows that the loss is measured on, where the learner keeps no curve."""
MOST_TERMS = 100
"""Terms of each class in `top_terms.csv`."""
SHOWN_TERMS = 10


@dataclass(frozen=True, kw_only=True)
class Explained:
    """CSV tables and images by file name.

    Parameters
    ----------
    leans_on : tuple of str
        Columns without which the model is worse beyond doubt, the most important first.
    top_terms : dict
        For each class the terms that speak most for it, where a linear model goes by terms.
    """

    tables: Tables
    images: dict[str, bytes]
    leans_on: tuple[str, ...]
    top_terms: dict[str, tuple[str, ...]]


def explain(prep: Prep, final: Final, compared: Compared, unseen: Unseen | None, metric: MetricSpec) -> Explained:
    """Tell what the model leans on and how it was fitted."""
    seed = compared.members[0].candidate.choice.seed
    importance = _importance(unseen, metric, seed)
    header = ("column", "importance", "low", "high", "metric", "method")
    tables: Tables = {
        IMPORTANCE: (header, [(i.column, i.importance, i.low, i.high, metric.name, METHOD) for i in importance])
    }
    change = f"{metric.worsening} of {metric.named(prep.context.target)} when it is shuffled"
    images = _importance_image(importance, change) if importance else {}
    weighed, pages = None, Pages(tables, images)
    if len(compared.members) == 1:
        weighed = _explain_one(prep, final, compared.members[0].candidate.choice, unseen, pages)
    leans_on = tuple(one.column for one in importance if one.is_sure)
    return Explained(tables=tables, images=images, leans_on=leans_on, top_terms=_by_class(weighed))


class Pages(NamedTuple):
    """Tables and images that are being collected."""

    tables: Tables
    images: dict[str, bytes]


def _explain_one(
    prep: Prep, final: Final, choice: ModelChoice, unseen: Unseen | None, pages: Pages
) -> TermWeights | None:
    """What single estimators tell besides: coefficients, terms, the curve of the loss."""
    weighed = None
    if choice.spec.linear:
        coefficients = linear_coefficients(final.estimator, final.preprocess, prep.context.target)
        header = ("class", "feature", "coefficient", "scaled_coefficient")
        pages.tables["coefficients.csv"] = (
            header,
            [(c.label, c.feature, c.original, c.scaled) for c in coefficients],
        )
        weighed = term_weights(final.estimator, final.preprocess, prep.context.target)
    if weighed is not None:
        pages.tables["top_terms.csv"] = (("class", "term", "weight"), list(weighed.strongest(MOST_TERMS)))
        pages.images["top_terms.png"] = _terms_image(weighed)
    rows = np.random.default_rng(choice.seed).permutation(len(final.y))[:SAMPLED_ROWS]
    history = training_history(final.estimator, final.X[rows], final.y[rows], unseen)
    if history is not None:
        pages.tables[HISTORY] = _history_table(history)
        pages.images[LOSS] = _loss_image(history, choice.spec.name)
    return weighed


def _by_class(weighed: TermWeights | None) -> dict[str, tuple[str, ...]]:
    strongest = weighed.strongest(SHOWN_TERMS) if weighed is not None else []
    labels = dict.fromkeys(label for label, _, _ in strongest)
    return {label: tuple(term for of, term, _ in strongest if of == label) for label in labels}


def _importance(unseen: Unseen | None, metric: MetricSpec, seed: int) -> list[Importance]:
    if unseen is None:
        return []
    with one_thread():
        return column_importance(
            unseen.predict, unseen.X, unseen.y, unseen.features, metric, row_weights=unseen.weights, seed=seed
        )


def _importance_image(importance: list[Importance], measured: str) -> dict[str, bytes]:
    from mlpipe.plots.fonts import choose_look
    from mlpipe.plots.style import write_png
    from mlpipe.plots.training.importance import draw_importance

    names = [one.column for one in importance]
    values = np.array([one.importance for one in importance])
    spans = np.array([one.low for one in importance]), np.array([one.high for one in importance])
    figure = draw_importance(names, values, measured=measured, spans=spans, look=choose_look(names))
    return {"importance.png": write_png(figure)}


def _history_table(history: History) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    iterations = range(1, len(history.train) + 1)
    train = history.train.tolist()
    if history.valid is None:
        return ("iteration", "train"), list(zip(iterations, train, strict=True))
    return ("iteration", "train", "valid"), list(zip(iterations, train, history.valid.tolist(), strict=True))


def _terms_image(weighed: TermWeights) -> bytes:
    from mlpipe.plots.fonts import choose_look
    from mlpipe.plots.preparation.terms import draw_top_terms
    from mlpipe.plots.style import write_png

    shown = [term for _, term, _ in weighed.strongest(SHOWN_TERMS)]
    look = choose_look([*shown, *weighed.classes])
    return write_png(draw_top_terms(weighed.terms, weighed.weights, weighed.classes, look))


def _loss_image(history: History, name: str) -> bytes:
    from mlpipe.plots.style import write_png
    from mlpipe.plots.training.loss import draw_loss

    figure = draw_loss(
        history.train,
        history.valid,
        model=name,
        valid_name=history.valid_name,
        valid_is_score=history.valid_is_score,
    )
    return write_png(figure)
