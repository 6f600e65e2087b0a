"""`train` with model `auto` as estimators of scikit-learn, to be used inside others' code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets

from mlpipe.api.auto import Auto
from mlpipe.data.positive_class import choose_positive
from mlpipe.target.cells import label_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


_CLASS = "class-"


def _has_probabilities(estimator: AutoClassifier) -> bool:
    fitted = getattr(estimator, "estimator_", None)
    return fitted is None or hasattr(fitted["model"], "predict_proba")


class AutoClassifier(ClassifierMixin, Auto):  # type: ignore[misc] # scikit-learn has no types
    """A classifier that prepares a table, compares models in folds and fits the best, or a blend of them.

    The same as `split` (all rows given are training rows), `preprocess` and `train`, with no folder left behind.

    Parameters
    ----------
    quality : {"fast", "good", "best"}
        How much is tried: `fast` at most the fits of one model's cross-validation.
    model : str
        A name of `mlpipe models`; `auto` compares several.
    metric : str, optional
        What models are ranked by; a name of `mlpipe metrics`.
    time_budget : float, optional
        Seconds that models may be compared for; the result then depends on the machine.
    options : mapping, optional
        Further options of `mlpipe.preprocess` and `mlpipe.train`, such as `{"resample": "smote"}`, and roles of columns
        as `mlpipe.split` takes them, such as `{"categorical": ["zip"], "id": "customer"}`.
    n_jobs : int, optional
        Processes, as scikit-learn counts them; results do not depend on it.
    random_state : int, RandomState or None
        Of everything random.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Where `X` had names.
    best_model_ : str
        The model's name, `blend` or `stack`.
    members_ : dict
        The name of each model in it, to its weight.
    leaderboard_ : DataFrame
        A row for each model that was compared, as in `leaderboard.csv`.
    estimator_ : Pipeline
        Steps `preprocess` and `model`, of scikit-learn.
    columns_ : DataFrame
        What each column of `X` is for, and why.
    notes_ : tuple of str
        What was remarked on.

    Examples
    --------
    >>> import pandas as pd
    >>> from mlpipe import AutoClassifier
    >>> customers = pd.read_csv("sample_data/customers.csv")[:300].dropna(subset="churned")
    >>> X, y = customers.drop(columns=["churned", "customer_id"]), customers["churned"]
    >>> model = AutoClassifier(quality="fast").fit(X, y)
    >>> model.classes_.tolist(), model.predict_proba(X).shape
    (['no', 'yes'], (296, 2))
    """

    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit on a table.

        Parameters
        ----------
        X : DataFrame, Arrow table or array-like of shape (n_rows, n_features)
            Numbers, words, texts, dates, with gaps.
        y : array-like of shape (n_rows,)
            Classes, none missing.
        sample_weight : array-like of shape (n_rows,), optional
            What each row counts, 0 or more.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            Where `X` or `y` have a shape or values that no estimator takes.
        UsageError, DataError, FitError
            As `mlpipe.train`.
        """
        table, labels = self._learnt_from(X, y, None)
        check_classification_targets(labels)
        self.classes_, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
        if len(self.classes_) < 2:
            raise ValueError(f"{type(self).__name__} needs two classes at least, and y has one class: {self.classes_}.")
        asked: dict[str, Any] = {"task": "multiclass"}
        if len(self.classes_) == 2:
            named = {label_of(label): n for label, n in zip(self.classes_.tolist(), counts.tolist(), strict=True)}
            asked = {"task": "binary", "positive": _coded(list(named).index(choose_positive(named).label))}
        self._fit_table(
            table, np.array([_coded(place) for place in range(len(self.classes_))])[codes], sample_weight, asked
        )
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict classes.

        Parameters
        ----------
        X : DataFrame, Arrow table or array-like of shape (n_rows, n_features)

        Returns
        -------
        ndarray of shape (n_rows,)
        """
        told = self._predicted(X)["prediction"]
        predicted: NDArray[Any] = self.classes_[told.str.removeprefix(_CLASS).astype(int).to_numpy()]
        return predicted

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator] # scikit-learn has no types
    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Predict probabilities.

        Parameters
        ----------
        X : DataFrame, Arrow table or array-like of shape (n_rows, n_features)

        Returns
        -------
        ndarray of shape (n_rows, n_classes)
            In the order of `classes_`.
        """
        told = self._predicted(X, proba=True)
        return told[[f"proba_{_coded(place)}" for place in range(len(self.classes_))]].to_numpy(dtype=np.float64)


def _coded(place: int) -> str:
    """A class as a word that no rule for words takes for anything else, in the order of the classes."""
    return f"{_CLASS}{place:06d}"


class AutoRegressor(RegressorMixin, Auto):  # type: ignore[misc] # scikit-learn has no types
    """A regressor that prepares a table, compares models in folds and fits the best, or a blend of them.

    The same as `split` (all rows given are training rows), `preprocess` and `train`, with no folder left behind.

    Parameters
    ----------
    quality, model, metric, time_budget, options, n_jobs, random_state
        As of `AutoClassifier`.

    Attributes
    ----------
    n_features_in_, feature_names_in_, best_model_, members_, leaderboard_, estimator_, columns_, notes_
        As of `AutoClassifier`.

    Examples
    --------
    >>> import numpy as np
    >>> from mlpipe import AutoRegressor
    >>> X = np.random.default_rng(0).normal(size=(100, 2))
    >>> model = AutoRegressor(quality="fast").fit(X, 3 * X[:, 0] - X[:, 1])
    >>> round(model.score(X, 3 * X[:, 0] - X[:, 1]), 2)
    1.0
    """

    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit on a table.

        Parameters
        ----------
        X : DataFrame, Arrow table or array-like of shape (n_rows, n_features)
            Numbers, words, texts, dates, with gaps.
        y : array-like of shape (n_rows,)
            Numbers, none missing.
        sample_weight : array-like of shape (n_rows,), optional
            What each row counts, 0 or more.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            Where `X` or `y` have a shape or values that no estimator takes.
        UsageError, DataError, FitError
            As `mlpipe.train`.
        """
        table, numbers = self._learnt_from(X, y, np.float64)
        self._fit_table(table, numbers, sample_weight, {"task": "regression"})
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Predict numbers.

        Parameters
        ----------
        X : DataFrame, Arrow table or array-like of shape (n_rows, n_features)

        Returns
        -------
        ndarray of shape (n_rows,)
        """
        return self._predicted(X)["prediction"].to_numpy(dtype=np.float64)
