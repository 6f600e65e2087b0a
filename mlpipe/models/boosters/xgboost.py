"""XGBoost: boosted trees with second-order steps."""

from __future__ import annotations

import tempfile
from abc import abstractmethod
from numbers import Integral
from typing import TYPE_CHECKING, Any, ClassVar

from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils._param_validation import Interval, StrOptions

from mlpipe.models.boosters.by_blocks import NativeByBlocks
from mlpipe.models.boosters.native import (
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
from mlpipe.models.streaming.matrix_rows import n_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.models.streaming.matrix_rows import MatrixRows

    Floats = NDArray[np.float64]


_LOSSES = {
    "reg:squarederror", "reg:absoluteerror", "reg:pseudohubererror", "reg:squaredlogerror", "reg:logistic", "reg:gamma",
    "reg:tweedie", "count:poisson",
}  # fmt: skip

_RULES: dict[str, list[Any]] = {
    "n_estimators": COUNT,
    "learning_rate": SHARE,
    "max_depth": [Interval(Integral, 0, None, closed="left")],
    "min_child_weight": FROM_ZERO,
    "gamma": FROM_ZERO,
    "reg_alpha": FROM_ZERO,
    "reg_lambda": FROM_ZERO,
    "colsample_bytree": SHARE,
    "subsample": SHARE,
    "max_bin": BINS,
    "categories": PLACES,
    "random_state": SEED,
}
"""What each parameter may be, of classes and of quantities."""


class _Xgboost(NativeByBlocks):
    """The library's own parameter names; `categories` are the places of features that are codes of categories."""

    def __init__(
        self,
        *,
        n_estimators: int = 300,
        learning_rate: float = 0.05,
        max_depth: int = 5,
        min_child_weight: float = 2.0,
        gamma: float = 0.0,
        reg_alpha: float = 0.0,
        reg_lambda: float = 3.0,
        subsample: float = 1.0,
        colsample_bytree: float = 0.5,
        max_bin: int = 256,
        objective: str | None = None,
        categories: tuple[int, ...] | None = None,
        random_state: int | None = None,
    ) -> None:
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.max_depth = max_depth
        self.min_child_weight = min_child_weight
        self.gamma = gamma
        self.reg_alpha = reg_alpha
        self.reg_lambda = reg_lambda
        self.subsample = subsample
        self.colsample_bytree = colsample_bytree
        self.max_bin = max_bin
        self.objective = objective
        self.categories = categories
        self.random_state = random_state

    def _failures(self) -> tuple[type[Exception], ...]:
        import xgboost

        return (xgboost.core.XGBoostError,)

    @abstractmethod
    def _task(self) -> dict[str, Any]: ...

    def _matrix(self, X: Floats, y: NDArray[Any] | None = None, weight: Floats | None = None) -> Any:
        import xgboost

        data, kinds = with_gaps(X, self.categories), self._kinds(X)
        return xgboost.DMatrix(data, y, weight=weight, feature_types=kinds, enable_categorical=True, nthread=1)

    def _kinds(self, X: Floats) -> list[str]:
        return ["c" if i in (self.categories or ()) else "q" for i in range(X.shape[1])]

    def _train(self, X: Floats, y: NDArray[Any], sample_weight: Floats | None) -> bytes:
        return self._boosted(self._matrix(X, y, sample_weight))

    def _train_blocks(self, rows: MatrixRows) -> bytes:
        import xgboost

        # Bins wait in a file that the library reads again for every level of a tree.
        with tempfile.TemporaryDirectory(prefix="mlpipe-rows-") as folder:
            data = xgboost.ExtMemQuantileDMatrix(
                _iterated(rows, self._kinds, f"{folder}/bins"), max_bin=self.max_bin, enable_categorical=True, nthread=1
            )
            return self._boosted(data)

    def row_bytes(self, n_features: int, n_outputs: int) -> int:
        """What a round makes of a row; bins are on disk, a few blocks of them in memory."""
        return 45 + n_features + 20 * n_outputs

    def _boosted(self, data: Any) -> bytes:
        import xgboost

        own = {k: v for k, v in self.get_params().items() if k not in {"n_estimators", "categories", "objective"}}
        seed = own.pop("random_state")
        fixed = {"tree_method": "hist", "nthread": 1, "seed": seed or 0, "verbosity": 0}
        booster = xgboost.train({**own, **self._task(), **fixed}, data, self.n_estimators)
        return bytes(booster.save_raw("ubj"))

    def _load(self, model: bytes) -> Any:
        import xgboost

        booster = xgboost.Booster({"nthread": 1})
        booster.load_model(bytearray(model))
        return booster

    def _answer(self, X: Floats) -> Floats:
        answer: Floats = self._native().predict(self._matrix(X))
        return answer

    def _staged(self, X: Floats) -> Iterator[Floats]:
        booster, matrix = self._native(), self._matrix(X)
        for n in range(1, booster.num_boosted_rounds() + 1):
            yield booster.predict(matrix, iteration_range=(0, n))

    def contributions(self, X: Floats) -> Floats:
        """What each feature adds to each output, of shape (n_rows, n_outputs, n_features): Shapley values of trees."""
        return by_output(self._native().predict(self._matrix(X), pred_contribs=True), X.shape[1])


def _iterated(rows: MatrixRows, kinds: Callable[[Floats], list[str]], cache: str) -> Any:
    """The blocks as the library asks for them, several times over."""
    import xgboost

    class Blocks(xgboost.DataIter):
        def __init__(self) -> None:
            self._place = 0
            super().__init__(cache_prefix=cache)

        def next(self, input_data: Callable[..., None]) -> bool:
            if self._place == n_blocks(rows):
                return False
            X, y, weights = rows.block(self._place)
            input_data(data=X, label=y, weight=weights, feature_types=kinds(X))
            self._place += 1
            return True

        def reset(self) -> None:
            self._place = 0

    return Blocks()


class XgboostClassifier(ClassAnswers, ClassifierMixin, _Xgboost):  # type: ignore[misc]
    """XGBoost for classes; the objective is the log loss of two or more classes."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **_RULES,
        # Others answer with scores or labels, not with the probabilities of all classes.
        "objective": [StrOptions({"binary:logistic", "multi:softprob"}), None],
    }

    def _task(self) -> dict[str, Any]:
        if len(self.classes_) == 2:
            return {"objective": self.objective or "binary:logistic"}
        return {"objective": self.objective or "multi:softprob", "num_class": len(self.classes_)}


class XgboostRegressor(NumberAnswers, RegressorMixin, _Xgboost):  # type: ignore[misc]
    """XGBoost for quantities; the objective is the squared error unless `objective` says otherwise."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **_RULES,
        "objective": [StrOptions(_LOSSES), None],
    }

    def _task(self) -> dict[str, Any]:
        return {"objective": self.objective or "reg:squarederror"}
