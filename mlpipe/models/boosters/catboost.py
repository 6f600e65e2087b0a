"""CatBoost: boosted symmetric trees, and target statistics of categories that no row takes part in its own."""

from __future__ import annotations

import json
import os
from abc import abstractmethod
from contextlib import contextmanager
from numbers import Integral
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils._param_validation import Interval, StrOptions

from mlpipe.models.boosters.native import (
    COUNT,
    FROM_ZERO,
    PLACES,
    SEED,
    SHARE,
    ClassAnswers,
    NativeModel,
    NumberAnswers,
    by_output,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


_LOSSES = {"RMSE", "MAE", "MAPE", "Quantile", "Expectile", "Huber", "Lq", "LogCosh"}
_OF_LOGARITHMS = {"Poisson", "Tweedie"}
"""Losses by which the trees learn the logarithm of the quantity."""


def _name(loss: str) -> str:
    """A loss without what it takes: `Quantile` of `Quantile:alpha=0.9`."""
    return loss.partition(":")[0]


class _Loss(StrOptions):  # type: ignore[misc]
    """One of some losses, with what it takes behind a colon."""

    def is_satisfied_by(self, val: Any) -> bool:
        return isinstance(val, str) and _name(val) in self.options


@contextmanager
def _nameless_file() -> Iterator[Path]:
    """A file for the library, which knows this format in files alone: in memory, as no folder may be writable."""
    if hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir():
        held = os.memfd_create("model")
        try:
            yield Path(f"/proc/self/fd/{held}")
        finally:
            os.close(held)
    else:
        with TemporaryDirectory() as folder:
            yield Path(folder, "model.json")


def as_text(document: Any) -> str:
    """The one way to write a document in JSON: equal ones are equal texts, and another text is none of ours."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)


def table_name(ctr: dict[str, Any]) -> str:
    """Under what name the table is found that statistics of categories are looked up in."""
    return as_text({"identifier": ctr["elements"], "type": ctr["ctr_type"]})


_RULES: dict[str, list[Any]] = {
    "iterations": COUNT,
    "learning_rate": [*SHARE, None],
    "depth": [Interval(Integral, 1, 16, closed="both")],
    "l2_leaf_reg": [*FROM_ZERO, None],
    "random_strength": FROM_ZERO,
    "bagging_temperature": FROM_ZERO,
    "rsm": SHARE,
    "border_count": [Interval(Integral, 1, 65_535, closed="both")],
    "categories": PLACES,
    "random_state": SEED,
}
"""What each parameter may be, of classes and of quantities."""


class _Catboost(NativeModel):
    """The library's own parameter names; `categories` are the places of features that are codes of categories.

    What is `None` is left to the library. It chooses the learning rate by rows and rounds, but only where it is free
    to choose the penalty as well.
    """

    def __init__(
        self,
        *,
        iterations: int = 1000,
        learning_rate: float | None = None,
        depth: int = 6,
        l2_leaf_reg: float | None = None,
        random_strength: float = 1.0,
        bagging_temperature: float = 1.0,
        rsm: float = 1.0,
        border_count: int = 254,
        loss_function: str | None = None,
        categories: tuple[int, ...] | None = None,
        random_state: int | None = None,
    ) -> None:
        self.iterations = iterations
        self.learning_rate = learning_rate
        self.depth = depth
        self.l2_leaf_reg = l2_leaf_reg
        self.random_strength = random_strength
        self.bagging_temperature = bagging_temperature
        self.rsm = rsm
        self.border_count = border_count
        self.loss_function = loss_function
        self.categories = categories
        self.random_state = random_state

    def _failures(self) -> tuple[type[Exception], ...]:
        import catboost

        return (catboost.CatBoostError,)

    @abstractmethod
    def _loss(self) -> str: ...

    def _pool(self, X: Floats, y: NDArray[Any] | None = None, weight: Floats | None = None) -> Any:
        import catboost

        if not self.categories:
            return catboost.Pool(X, y, weight=weight, thread_count=1)
        # CatBoost takes codes as whole numbers only; -1 is a missing one, as for levels unseen in training.
        table = pd.DataFrame(X)
        for place in self.categories:
            table[place] = np.where(np.isnan(X[:, place]), -1, X[:, place]).astype(np.int64)
        return catboost.Pool(table, y, weight=weight, cat_features=list(self.categories), thread_count=1)

    def _train(self, X: Floats, y: NDArray[Any], sample_weight: Floats | None) -> str:
        import catboost

        own = {k: v for k, v in self.get_params().items() if k != "categories" and v is not None}
        own["loss_function"] = self._loss()
        model = catboost.CatBoost({**own, "thread_count": 1, "logging_level": "Silent", "allow_writing_files": False})
        model.fit(self._pool(X, y, sample_weight))
        with _nameless_file() as file:
            model.save_model(str(file), format="json")
            return as_text(self._answering(json.loads(file.read_bytes())))

    def _answering(self, document: dict[str, Any]) -> dict[str, Any]:
        """What answers depend on: dates and notes on training differ between files, and what is told twice may too."""
        features, tables = document["features_info"], document.get("ctr_data") or {}
        for feature in (*features.get("float_features", ()), *features.get("categorical_features", ())):
            del feature["feature_id"]
        named = {table_name(ctr): tables[ctr.pop("identifier")] for ctr in features.get("ctrs", ())}
        for tree in document["oblivious_trees"]:
            tree["splits"] = [{"split_index": split["split_index"]} for split in tree["splits"] or ()]
        kept = {name: document[name] for name in ("features_info", "oblivious_trees", "scale_and_bias")}
        return kept | {"model_info": self.info(), "ctr_data": named}

    def info(self) -> dict[str, Any]:
        """What the library asks for before it tells probabilities."""
        return {"loss_function": {"type": _name(self._loss())}}

    def _load(self, model: str) -> Any:
        import catboost

        with _nameless_file() as file:
            file.write_text(model, encoding="utf-8")
            return catboost.CatBoost().load_model(str(file), format="json")

    @abstractmethod
    def _kind(self) -> str: ...

    def _answer(self, X: Floats) -> Floats:
        answer: Floats = self._native().predict(self._pool(X), prediction_type=self._kind(), thread_count=1)
        return answer

    def _staged(self, X: Floats) -> Iterator[Floats]:
        staged: Iterator[Floats] = self._native().staged_predict(
            self._pool(X), prediction_type=self._kind(), thread_count=1
        )
        return staged

    def contributions(self, X: Floats) -> Floats:
        """What each feature adds to each output, of shape (n_rows, n_outputs, n_features): Shapley values of trees."""
        given = self._native().get_feature_importance(self._pool(X), type="ShapValues", thread_count=1)
        return by_output(given, X.shape[1])


class CatboostClassifier(ClassAnswers, ClassifierMixin, _Catboost):  # type: ignore[misc]
    """CatBoost for classes; the loss is the log loss of two or more classes."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **_RULES,
        "loss_function": [_Loss({"Logloss", "CrossEntropy", "Focal", "MultiClass"}), None],
    }

    def _loss(self) -> str:
        return self.loss_function or ("Logloss" if len(self.classes_) == 2 else "MultiClass")

    def _kind(self) -> str:
        return "Probability"


class CatboostRegressor(NumberAnswers, RegressorMixin, _Catboost):  # type: ignore[misc]
    """CatBoost for quantities; the loss is the squared error unless `loss_function` says otherwise."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **_RULES,
        "loss_function": [_Loss(_LOSSES | _OF_LOGARITHMS), None],
    }

    def _loss(self) -> str:
        return self.loss_function or "RMSE"

    def _kind(self) -> str:
        return "Exponent" if _name(self._loss()) in _OF_LOGARITHMS else "RawFormulaVal"
