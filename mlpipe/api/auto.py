"""What the estimators of classes and of quantities do alike: check a table, fit a model on it, tell of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from joblib import effective_n_jobs
from sklearn.base import BaseEstimator
from sklearn.utils import check_array, check_random_state, column_or_1d
from sklearn.utils.validation import _check_sample_weight, check_consistent_length, check_is_fitted, validate_data

from mlpipe.api.chain import by_step
from mlpipe.api.fitting import fit_table
from mlpipe.api.options import option_defaults
from mlpipe.api.predicted import predicted_columns
from mlpipe.api.tables import as_source
from mlpipe.errors import UnknownNameError
from mlpipe.params import PreprocessParams, RoleParams, TrainParams
from mlpipe.steps.training.scores import leaderboard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import RandomState
    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline
    from sklearn.utils import Tags

    from mlpipe.params.training import Quality

_OPTIONS = sorted(
    {name for kind in (RoleParams, PreprocessParams, TrainParams) for name in option_defaults(kind)}
    - {"seed", "weight", "labels", "k", "multilabel", "columns"}
)
"""What may stand in `options`: of dividing rows, weighing them and several targets an estimator knows nothing."""


class Auto(BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """What both estimators do alike."""

    best_model_: str
    columns_: pd.DataFrame
    estimator_: Pipeline
    leaderboard_: pd.DataFrame
    members_: dict[str, float]
    notes_: tuple[str, ...]

    def __init__(
        self,
        *,
        quality: Quality = "good",
        model: str = TrainParams.model,
        metric: str | None = None,
        time_budget: float | None = None,
        options: Mapping[str, object] | None = None,
        n_jobs: int | None = None,
        random_state: int | RandomState | None = 0,
    ) -> None:
        self.quality = quality
        self.model = model
        self.metric = metric
        self.time_budget = time_budget
        self.options = options
        self.n_jobs = n_jobs
        self.random_state = random_state

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags

    def _fit_table(self, table: pd.DataFrame, y: Any, sample_weight: Any, asked: dict[str, Any]) -> None:
        check_consistent_length(table, y)
        names = iter(name for name in ("y", "weight", *map(str, range(len(table.columns) + 2))) if name not in table)
        asked |= {"target": next(names), "duplicates": "ignore"}
        table[asked["target"]] = y
        if sample_weight is not None:
            asked["weight"] = next(names)
            table[asked["weight"]] = _check_sample_weight(sample_weight, table, dtype=np.float64)
        with as_source(table) as source:
            steps = by_step(self._options() | asked)
            self._fitted = fit_table(
                source, steps["split"], steps["preprocess"], steps["train"], jobs=effective_n_jobs(self.n_jobs)
            )
        self._tell()

    def _options(self) -> dict[str, Any]:
        given = dict(self.options or {})
        for name in given:
            if name not in _OPTIONS:
                raise UnknownNameError("option", name, _OPTIONS, where=type(self).__name__)
        seed = self.random_state
        if not isinstance(seed, int | np.integer):
            seed = check_random_state(seed).randint(np.iinfo(np.int32).max)
        own = {name: getattr(self, name) for name in ("quality", "model", "metric", "time_budget")}
        return {**given, **own, "seed": int(seed)}

    def _tell(self) -> None:
        fitted = self._fitted
        compared = fitted.compared
        self.estimator_ = fitted.fitted.pipeline
        self.best_model_ = compared.name
        self.members_ = {member.candidate.name: member.weight for member in compared.members}
        self.notes_ = fitted.notes
        self.columns_ = pd.DataFrame(
            [(column.name, column.role.value, column.reason) for column in fitted.context.schema.columns],
            columns=["column", "role", "reason"],
        )[: self.n_features_in_]
        header, rows = leaderboard(compared.standings, fitted.metric) if compared.standings else (["rank", "model"], [])
        self.leaderboard_ = pd.DataFrame(rows, columns=header)

    def _learnt_from(self, X: Any, y: Any, kind: Any) -> tuple[pd.DataFrame, NDArray[Any]]:
        """The features as a table, and targets of a type, checked as scikit-learn checks them."""
        columns = np.asarray(y).shape[1:] or (1,)
        if columns != (1,):
            raise ValueError(
                f"{type(self).__name__} predicts one target, and y has {columns[0]} columns: wrap it in scikit-learn's "
                "MultiOutputClassifier or MultiOutputRegressor, or give mlpipe.split several targets."
            )
        table = self._table(X, reset=True, y=y)
        checked = check_array(y, ensure_2d=False, dtype=kind, input_name="y")
        return table, np.asarray(column_or_1d(checked, warn=True))

    def _table(self, X: Any, *, reset: bool, y: Any = "no_validation") -> pd.DataFrame:
        if hasattr(X, "to_pandas"):
            X = X.to_pandas()
        framed = isinstance(X, pd.DataFrame)
        if not framed:
            X = check_array(X, dtype=None, ensure_all_finite="allow-nan", ensure_min_samples=2 if reset else 1)
        validate_data(self, X, y, reset=reset, skip_check_array=True)
        if framed:
            renamed: pd.DataFrame = X.rename(columns=str).reset_index(drop=True)
            return renamed
        return pd.DataFrame(X, columns=[str(i) for i in range(X.shape[1])])

    def _predicted(self, X: Any, **options: Any) -> pd.DataFrame:
        check_is_fitted(self)
        with as_source(self._table(X, reset=False)) as source:
            return predicted_columns(self._fitted, source, **options)
