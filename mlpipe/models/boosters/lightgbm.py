"""LightGBM: boosted trees that grow leaf by leaf."""

from __future__ import annotations

from abc import abstractmethod
from functools import lru_cache
from numbers import Integral
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils._param_validation import Interval, StrOptions

from mlpipe.models.boosters.by_blocks import NativeByBlocks, targets_of
from mlpipe.models.boosters.native import (
    ABOVE_ZERO,
    BINS,
    COUNT,
    FROM_ZERO,
    PLACES,
    SEED,
    SHARE,
    ClassAnswers,
    NumberAnswers,
    by_output,
    with_gaps,
)
from mlpipe.models.streaming.matrix_rows import block_size, n_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.models.streaming.matrix_rows import MatrixRows

    Floats = NDArray[np.float64]


_LOSSES = {"regression", "regression_l1", "huber", "fair", "poisson", "quantile", "mape", "gamma", "tweedie"}

_RULES: dict[str, list[Any]] = {
    "n_estimators": COUNT,
    "learning_rate": ABOVE_ZERO,
    "num_leaves": [Interval(Integral, 2, 131_072, closed="both")],
    "max_depth": [Integral],
    "min_child_samples": [Interval(Integral, 0, None, closed="left")],
    "reg_alpha": FROM_ZERO,
    "reg_lambda": FROM_ZERO,
    "colsample_bytree": SHARE,
    "subsample": SHARE,
    "subsample_freq": [Interval(Integral, 0, None, closed="left")],
    "extra_trees": ["boolean"],
    "max_bin": BINS,
    "categories": PLACES,
    "random_state": SEED,
}
"""What each parameter may be, of classes and of quantities."""


class _Lightgbm(NativeByBlocks):
    """The library's own parameter names; `categories` are the places of features that are codes of categories."""

    def __init__(
        self,
        *,
        n_estimators: int = 300,
        learning_rate: float = 0.05,
        num_leaves: int = 15,
        max_depth: int = -1,
        min_child_samples: int = 10,
        reg_alpha: float = 0.0,
        reg_lambda: float = 3.0,
        colsample_bytree: float = 0.5,
        subsample: float = 1.0,
        subsample_freq: int = 1,
        extra_trees: bool = False,
        max_bin: int = 255,
        objective: str | None = None,
        categories: tuple[int, ...] | None = None,
        random_state: int | None = None,
    ) -> None:
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.num_leaves = num_leaves
        self.max_depth = max_depth
        self.min_child_samples = min_child_samples
        self.reg_alpha = reg_alpha
        self.reg_lambda = reg_lambda
        self.colsample_bytree = colsample_bytree
        self.subsample = subsample
        self.subsample_freq = subsample_freq
        self.extra_trees = extra_trees
        self.max_bin = max_bin
        self.objective = objective
        self.categories = categories
        self.random_state = random_state

    def _failures(self) -> tuple[type[Exception], ...]:
        import lightgbm

        return (lightgbm.basic.LightGBMError,)

    @abstractmethod
    def _task(self) -> dict[str, Any]: ...

    def _train(self, X: Floats, y: NDArray[Any], sample_weight: Floats | None) -> str:
        return self._boosted(with_gaps(X, self.categories), y, sample_weight)

    def _train_blocks(self, rows: MatrixRows) -> str:
        return self._boosted(_sequences(rows), *targets_of(rows))

    def row_bytes(self, n_features: int, n_outputs: int) -> int:
        """Bins, by columns and by rows, and what a round makes of a row."""
        return 50 + 3 * n_features + 20 * n_outputs

    def _boosted(self, X: Any, y: NDArray[Any], sample_weight: NDArray[Any] | None) -> str:
        import lightgbm

        own = {k: v for k, v in self.get_params().items() if k not in {"n_estimators", "categories", "objective"}}
        fixed = {"deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1}
        places: list[int] | Literal["auto"] = list(self.categories) if self.categories else "auto"
        data = lightgbm.Dataset(
            X, label=y, weight=sample_weight, categorical_feature=places,
            params={"verbosity": -1, "max_bin": self.max_bin},
        )  # fmt: skip
        seed = own.pop("random_state")
        booster = lightgbm.train({**own, **self._task(), **fixed, "seed": seed or 0}, data, self.n_estimators)
        text: str = booster.model_to_string()
        return text

    def _load(self, model: str) -> Any:
        import lightgbm

        return lightgbm.Booster(model_str=model)

    def _answer(self, X: Floats) -> Floats:
        answer: Floats = self._native().predict(with_gaps(X, self.categories), num_threads=1)
        return answer

    def _staged(self, X: Floats) -> Iterator[Floats]:
        booster, seen = self._native(), with_gaps(X, self.categories)
        for n in range(1, booster.current_iteration() + 1):
            yield booster.predict(seen, num_iteration=n, num_threads=1)

    def contributions(self, X: Floats) -> Floats:
        """What each feature adds to each output, of shape (n_rows, n_outputs, n_features): Shapley values of trees."""
        given = self._native().predict(with_gaps(X, self.categories), pred_contrib=True, num_threads=1)
        return by_output(given, X.shape[1])


def _sequences(rows: MatrixRows) -> list[Any]:
    """One sequence for each block; rows for the bins are drawn in order, so that the last block read is kept."""
    import lightgbm

    read = lru_cache(maxsize=1)(lambda place: rows.block(place)[0])

    class Rows(lightgbm.Sequence):
        def __init__(self, place: int) -> None:
            self._place = place
            self.batch_size = block_size(rows, place)

        def __len__(self) -> int:
            return self.batch_size

        def __getitem__(self, chosen: Any) -> Any:
            return read(self._place)[chosen]

    return [Rows(place) for place in range(n_blocks(rows))]


class LightgbmClassifier(ClassAnswers, ClassifierMixin, _Lightgbm):  # type: ignore[misc]
    """LightGBM for classes; the objective is the log loss of two or more classes."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **_RULES,
        "objective": [StrOptions({"binary", "cross_entropy", "multiclass"}), None],
    }

    def _task(self) -> dict[str, Any]:
        if len(self.classes_) == 2:
            return {"objective": self.objective or "binary"}
        return {"objective": self.objective or "multiclass", "num_class": len(self.classes_)}


class LightgbmRegressor(NumberAnswers, RegressorMixin, _Lightgbm):  # type: ignore[misc]
    """LightGBM for quantities; the objective is the squared error unless `objective` says otherwise."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **_RULES,
        "objective": [StrOptions(_LOSSES), None],
    }

    def _task(self) -> dict[str, Any]:
        return {"objective": self.objective or "regression"}
