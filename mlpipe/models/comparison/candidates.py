"""What `auto` compares: a portfolio that fits the size and the kind of the table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, assert_never

from mlpipe.models.fitting import ModelChoice
from mlpipe.models.registry import find_estimator, plugin_specs
from mlpipe.task import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

Quality = Literal["fast", "good", "best"]
Text = Literal["none", "alone", "beside"]
Settings = tuple[tuple[str, str], ...]

PREPARED = "prepared"
"""The view of a candidate that sees the table as `preprocess` prepared it."""
TABULAR = "tabular"
"""The view of a candidate that sees everything but the text, by the preset `tree`."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One model with its settings and the plan that it sees the table through.

    Parameters
    ----------
    name : str
        As on the leaderboard: the model's name, and a word for the setting where there are several.
    view : str
        The preset of its plan, or `PREPARED`.
    """

    name: str
    choice: ModelChoice
    view: str = PREPARED

    @property
    def is_baseline(self) -> bool:
        """Whether it knows nothing but the target."""
        return self.choice.spec.name == "dummy"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the portfolio.

    Parameters
    ----------
    word : str
        What tells it from other settings of the same model.
    most_rows : int, optional
        Training rows beyond which it costs more than it is worth.
    fewest_rows : int
        Training rows that it takes more than.
    sparse : bool
        Whether it is worth its time on the thousands of features that text becomes; what is not sees the other columns.
    qualities : tuple of str
        From which quality on it takes part.
    """

    model: str
    view: str = PREPARED
    word: str = ""
    settings: Settings = ()
    most_rows: int | None = None
    fewest_rows: int = -1
    sparse: bool = True
    qualities: tuple[Quality, ...] = ("good", "best")

    @property
    def name(self) -> str:
        """As on the leaderboard."""
        return f"{self.model}-{self.word}" if self.word else self.model


ALWAYS: tuple[Quality, ...] = ("fast", "good", "best")
BEST: tuple[Quality, ...] = ("best",)
_SLOW = (("learning_rate", "0.05"), ("max_iter", "250"), ("max_leaf_nodes", "15"), ("max_features", "0.5"),
         ("l2_regularization", "3"), ("min_samples_leaf", "10"), ("early_stopping", "False"))  # fmt: skip
_CAUTIOUS = (("learning_rate", "0.05"), ("max_iter", "300"), ("max_leaf_nodes", "12"), ("max_features", "0.2"),
             ("l2_regularization", "10"), ("min_samples_leaf", "20"), ("early_stopping", "False"))  # fmt: skip
_NET = (("hidden_layer_sizes", "(64, 32)"), ("alpha", "0.3"), ("learning_rate_init", "0.003"), ("max_iter", "200"),
        ("early_stopping", "True"))  # fmt: skip
_CLOSE = (("C", "10"),)
"""Support vectors that follow the rows closely: for the others there are lines."""
_WIDE = (("n_estimators", "150"), ("max_features", "0.5"))
_DEEP = (("learning_rate", "0.06"), ("max_iter", "350"), ("max_leaf_nodes", "31"), ("max_features", "0.5"),
         ("l2_regularization", "3"), ("min_samples_leaf", "15"), ("early_stopping", "False"))  # fmt: skip
_SMALL = 3000
_MANY = 8000
_NET_ROWS = 30_000
_MANY_CLASSES = 3
_FASTER = {"learning_rate": "0.1", "max_iter": "100"}
"""For boosting of many classes, which grows a tree for each of them in every round."""

_SHARED = (
    Entry(model="hist-gradient-boosting", view="tree", settings=_SLOW, qualities=ALWAYS),
    Entry(model="hist-gradient-boosting", view="tree", word="deep", settings=_DEEP, fewest_rows=_SMALL, sparse=False),
    Entry(
        model="hist-gradient-boosting", view="tree", word="cautious", settings=_CAUTIOUS, most_rows=_SMALL, sparse=False
    ),
    Entry(
        model="random-forest", settings=(("n_estimators", "100"),), fewest_rows=_MANY, most_rows=20_000, sparse=False
    ),
    Entry(model="extra-trees", settings=_WIDE, most_rows=_MANY, sparse=False),
    Entry(model="mlp", view="linear", settings=_NET, most_rows=_MANY, sparse=False),
    Entry(model="lightgbm", view="tree"),
    Entry(model="xgboost", view="tree", qualities=BEST),
    Entry(model="catboost", view="tree", sparse=False),
    Entry(model="torch-mlp", most_rows=_NET_ROWS, sparse=False, qualities=BEST),
)
_CLASSES = (
    Entry(model="logistic", view="linear", qualities=ALWAYS),
    Entry(model="svm", view="linear", settings=_CLOSE, most_rows=_SMALL),
    *_SHARED,
)
_NUMBERS = (
    Entry(model="ridge", view="linear", qualities=ALWAYS),
    Entry(model="svr", view="linear", settings=_CLOSE, most_rows=_SMALL * 2),
    *_SHARED,
)
_CLUSTERS = tuple(Entry(model=name, qualities=ALWAYS) for name in ("kmeans", "gmm", "agglomerative"))


def portfolio(task: Task) -> tuple[Entry, ...]:
    """The models that `auto` compares, the cheapest first; the baseline comes behind them."""
    match task:
        case Task.BINARY | Task.MULTICLASS | Task.MULTILABEL:
            return _CLASSES
        case Task.REGRESSION | Task.MULTIOUTPUT:
            return _NUMBERS
        case Task.CLUSTERING:
            return _CLUSTERS
        case _:
            assert_never(task)


def choose_portfolio(
    task: Task,
    *,
    n_rows: int,
    text: Text = "none",
    quality: Quality,
    class_weight: str,
    seed: int,
    n_classes: int = 2,
) -> tuple[Candidate, ...]:
    """The candidates for a table, those of other packages among them; the baseline comes last.

    Parameters
    ----------
    n_rows : int
        Rows on which candidates are compared.
    text : {"none", "alone", "beside"}
        Whether the table has text, so that a matrix of thousands of features comes out of it, and whether there are
        other columns beside it, which may be seen alone.
    """
    fitting = list(_fitting(task, n_rows=n_rows, quality=quality))
    taken = [entry for entry in fitting if entry.sparse or text == "none"]
    if text == "beside":
        trees = (entry for entry in fitting if not entry.sparse and entry.view != "linear")
        taken += [replace(entry, view=TABULAR) for entry in trees]
    models = [
        Candidate(
            name=entry.name,
            view=entry.view,
            choice=ModelChoice(
                spec=find_estimator(entry.model, task),
                params=_settings(entry, n_classes),
                class_weight=class_weight,
                seed=seed,
            ),
        )
        for entry in taken
    ]
    others = [
        Candidate(name=spec.name, choice=ModelChoice(spec=spec, class_weight=class_weight, seed=seed))
        for spec in plugin_specs(task)
        if quality != "fast"
    ]
    return (
        *models,
        *others,
        Candidate(name="dummy", choice=ModelChoice(spec=find_estimator("dummy", task), seed=seed)),
    )


def _settings(entry: Entry, n_classes: int) -> Settings:
    if n_classes <= _MANY_CLASSES or entry.model != "hist-gradient-boosting":
        return entry.settings
    return tuple((name, _FASTER.get(name, value)) for name, value in entry.settings)


def _fitting(task: Task, *, n_rows: int, quality: Quality) -> Iterator[Entry]:
    for entry in portfolio(task):
        fits = n_rows > entry.fewest_rows and (entry.most_rows is None or n_rows <= entry.most_rows)
        if fits and quality in entry.qualities and find_estimator(entry.model, task).is_installed:
            yield entry


def view_of(model: str, task: Task) -> str:
    """The view that the portfolio gives a model; that of the preparation for others."""
    return next((entry.view for entry in portfolio(task) if entry.model == model), PREPARED)


def models_of(task: Task) -> tuple[str, ...]:
    """The models of the portfolio that are installed, each once."""
    installed = (entry.model for entry in portfolio(task) if find_estimator(entry.model, task).is_installed)
    return tuple(dict.fromkeys(installed))
