"""From a registry row and `-p key=value` options to an unfitted estimator."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import PowerTransformer, StandardScaler
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import has_fit_parameter

from mlpipe.errors import UsageError, nearest
from mlpipe.models.deciding.calibration import CalibratedModel
from mlpipe.models.deciding.target_transform import LogTarget
from mlpipe.models.each_target import EachLabel, EachNumber, EachTarget
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.feature import Feature
    from mlpipe.features.preprocessor.matrix import Matrix
    from mlpipe.models.estimator_spec import EstimatorSpec

_WORDS = {"true": True, "false": False, "none": None, "null": None}


_PARTS = 3
"""Folds in which scores are calibrated."""
REFUSALS = (ValueError, TypeError, np.linalg.LinAlgError, FloatingPointError)
"""How libraries refuse rows and parameters."""
FAILURES = (*REFUSALS, LookupError, AttributeError, ArithmeticError, RuntimeError)
"""How they stumble over parameters that they do not check."""


def parse_value(text: str) -> Any:
    """Read the value of `-p key=value`: a Python literal, `true`, `false`, `none`, or plain text.

    Examples
    --------
    >>> parse_value("0.5"), parse_value("none"), parse_value("(50, 20)"), parse_value("rbf")
    (0.5, None, (50, 20), 'rbf')
    """
    if text.casefold() in _WORDS:
        return _WORDS[text.casefold()]
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def own_parameters(spec: EstimatorSpec) -> dict[str, Any]:
    """The estimator's parameters with the defaults that mlpipe uses."""
    parameters: dict[str, Any] = spec.load()(**spec.defaults).get_params(deep=False)
    return parameters


def _checked_parameters(spec: EstimatorSpec, given: Sequence[tuple[str, str]]) -> dict[str, Any]:
    known = own_parameters(spec)
    for key, text in given:
        if key not in known:
            close = nearest(key, known)
            hint = f"did you mean {', '.join(close)}?" if close else "it has no such parameter."
            raise UsageError(
                f"{spec.name} does not take {param('params', f'{key}={text}')}: {hint}",
                remedy=f"Its parameters are listed by `mlpipe models {spec.name}`.",
            )
    return {key: parse_value(text) for key, text in given}


def _check_values(spec: EstimatorSpec, estimator: Any, given: Sequence[tuple[str, str]]) -> None:
    """Let scikit-learn's own checks of parameters speak before rows are looked at: a wrong value is wrong usage."""
    if not given or not hasattr(estimator, "_parameter_constraints"):
        return
    try:
        estimator._validate_params()  # noqa: SLF001 - `fit` would call it too late
    except ValueError as error:
        raise UsageError(
            f"{spec.name} does not take {typed(given)}: {first_sentence(error)}",
            remedy=f"{_meant(estimator, given)}Its parameters are listed by `mlpipe models {spec.name}`.",
        ) from error


def first_sentence(error: Exception | str) -> str:
    """The first line of a library's message."""
    return re.sub(r"\s+", " ", str(error).strip().split("\n")[0])


def typed(given: Sequence[tuple[str, str]]) -> str:
    """Parameters as a person gives them."""
    return param("params", ", ".join(f"{key}={text}" for key, text in given))


def _meant(estimator: Any, given: Sequence[tuple[str, str]]) -> str:
    """The words nearest to those that a parameter does not take."""
    allowed = {
        key: [option for rule in estimator._parameter_constraints[key] for option in getattr(rule, "options", ())]  # noqa: SLF001
        for key, _ in given
    }
    wrong = [(key, text) for key, text in given if text not in allowed[key]]
    close = [f"{key}={near}" for key, text in wrong for near in nearest(text, map(str, allowed[key]), limit=1)]
    return f"Did you mean {', '.join(close)}? " if close else ""


def build_estimator(
    spec: EstimatorSpec,
    *,
    params: Sequence[tuple[str, str]] = (),
    class_weight: str = "none",
    target_transform: str = "none",
    several: bool = False,
    chained: bool = False,
    seed: int = 0,
) -> Any:
    """Build the unfitted estimator of `spec`.

    Parameters
    ----------
    params : sequence of (str, str)
        Parameters as typed; checked against the estimator's own.
    class_weight : {"none", "balanced"}
        Passed on where the estimator has such a parameter; elsewhere `fit_estimator` weighs the rows.
    target_transform : {"none", "log", "power"}
        What a quantity is learnt as.
    several : bool
        There are several targets: one of it stands for each, unless it takes all at once.
    chained : bool
        Labels are learnt one after the other, each with those before it.
    seed : int
        Becomes `random_state` where there is one.

    Raises
    ------
    UsageError
        Where a parameter is not the estimator's, or its value none that it takes.
    """
    chosen = {**spec.defaults, **_checked_parameters(spec, params)}
    known = own_parameters(spec)
    if "random_state" in known:
        chosen.setdefault("random_state", seed)
    if class_weight == "balanced" and "class_weight" in known:
        chosen.setdefault("class_weight", "balanced")
    estimator = spec.load()(**chosen)
    _check_values(spec, estimator, params)
    if spec.calibrate:
        estimator = CalibratedClassifierCV(estimator, ensemble=False, cv=_PARTS)
    if several and spec.is_classifier:
        return _for_labels(spec, estimator, class_weight=class_weight, chained=chained)
    if several and not spec.several:
        estimator = EachNumber(estimator)
    steps = _target_steps(spec, target_transform)
    if not steps:
        return estimator
    transformer = steps[0] if len(steps) == 1 else make_pipeline(*steps)
    return TransformedTargetRegressor(regressor=estimator, transformer=transformer)


def _for_labels(spec: EstimatorSpec, estimator: Any, *, class_weight: str, chained: bool) -> Any:
    """An estimator of several labels; one that weighs classes is asked for each label by itself."""
    if spec.several and not chained and class_weight == "none":
        return estimator
    balanced = class_weight == "balanced" and not weighs_classes(estimator)
    if balanced:
        check_takes_weights(spec, param("class_weight", "balanced"))
    return EachLabel(estimator, chained=chained, balanced=balanced)


def _target_steps(spec: EstimatorSpec, target_transform: str) -> list[Any]:
    """What is done with the target before the estimator sees it."""
    shaped = {"log": [LogTarget()], "power": [PowerTransformer()]}.get(target_transform, [])
    return [*shaped, StandardScaler()] if "scaled target" in spec.needs else shaped


def fit_rows(estimator: Any, X: Matrix, y: NDArray[Any], keywords: dict[str, Any]) -> None:
    """Fit; classes of fewer rows than the estimator divides them into lend each row several times.

    Calibration by cross-validation takes a row of each class for every fold, early stopping one for either side.
    """
    try:
        estimator.fit(X, y, **keywords)
    except ValueError:
        rows = _lent(y)
        if len(rows) == len(y) or not has_fit_parameter(estimator, "sample_weight"):
            raise
        weights = keywords.get("sample_weight", np.ones(len(y))) / np.bincount(rows)
        estimator.fit(X[rows], y[rows], **{**keywords, "sample_weight": weights[rows]})
        warnings.warn(
            f"rows of classes with fewer than {_PARTS} stand for several that share their weight: "
            "it is fitted in parts, with every class in each",
            stacklevel=2,
        )


def _lent(y: NDArray[Any]) -> NDArray[np.intp]:
    """Places of the rows, each as often as its class needs for one row in every part."""
    if y.ndim > 1 or y.dtype.kind == "f":
        return np.arange(len(y))
    _, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
    return np.repeat(np.arange(len(y)), -(-_PARTS // counts[codes]))


def inner_estimator(estimator: Any) -> Any:
    """The estimator inside the wrappers that may be around it, fitted if it is."""
    if isinstance(estimator, Pipeline):
        return inner_estimator(estimator[-1])
    if isinstance(estimator, CalibratedModel):
        return inner_estimator(estimator.estimator)
    if isinstance(estimator, CalibratedClassifierCV):
        fitted = getattr(estimator, "calibrated_classifiers_", None)
        return fitted[0].estimator if fitted else estimator.estimator
    if isinstance(estimator, TransformedTargetRegressor):
        return getattr(estimator, "regressor_", estimator.regressor)
    return estimator


def seen_by_inner(estimator: Any, X: Matrix) -> Matrix:
    """The matrix as the inner estimator sees it: dense, where a densifier stands before it."""
    return estimator[:-1].transform(X) if isinstance(estimator, Pipeline) else X


def weighs_classes(estimator: Any) -> bool:
    """Whether class weights are already among the estimator's own parameters."""
    return "class_weight" in inner_estimator(estimator).get_params(deep=False)


def takes_weights(spec: EstimatorSpec) -> bool:
    """Whether `fit` of the estimator takes row weights."""
    return bool(has_fit_parameter(spec.load(), "sample_weight"))


def check_takes_weights(spec: EstimatorSpec, asked: str) -> None:
    """Raise `UsageError` where `fit` of the estimator takes no row weights, which `asked` needs."""
    if not takes_weights(spec):
        raise UsageError(
            f"{spec.name} cannot use {asked}.", remedy="Choose a model that can, such as logistic or random-forest."
        )


def weights_to_learn_by(
    spec: EstimatorSpec, estimator: Any, y: NDArray[Any], weights: NDArray[np.float64] | None, *, class_weight: str
) -> NDArray[np.float64] | None:
    """What each row counts in `fit`: its own weight, times one that balances the classes where the estimator cannot."""
    balanced = _balanced(spec, estimator, y) if class_weight == "balanced" else None
    if weights is None:
        return balanced
    check_takes_weights(spec, "a weight column")
    return weights if balanced is None else weights * balanced


def _balanced(spec: EstimatorSpec, estimator: Any, y: NDArray[Any]) -> NDArray[np.float64] | None:
    if y.ndim > 1 or weighs_classes(estimator):
        return None  # of several labels each weighs its own
    check_takes_weights(spec, param("class_weight", "balanced"))
    weights: NDArray[np.float64] = compute_sample_weight("balanced", y)
    return weights


def takes_sparse(spec: EstimatorSpec, features: Sequence[Feature]) -> bool:
    """Whether the estimator takes the matrix if it is sparse: none of scikit-learn's takes gaps in such a one."""
    return "dense matrix" not in spec.needs and not any(feature.gaps for feature in features)


def tell_categories(estimator: Any, spec: EstimatorSpec, features: Sequence[Feature]) -> None:
    """Tell the estimator which features are codes of categories, if it can use that."""
    places = [i for i, feature in enumerate(features) if feature.kind == "category"]
    if spec.categories and places:
        name = f"estimator__{spec.categories}" if isinstance(estimator, EachTarget) else spec.categories
        estimator.set_params(**{name: places})
