"""The chosen model fitted on all training rows: one estimator, or several with their views side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from mlpipe.features.preprocessor.feature_names import describe_features
from mlpipe.features.preprocessor.views import Views, side_by_side
from mlpipe.models.comparison.candidates import PREPARED
from mlpipe.models.ensemble.blend import BlendClassifier, BlendLabels, BlendRegressor
from mlpipe.models.ensemble.stack import StackClassifier, StackRegressor
from mlpipe.models.ensemble.temperature import TemperedBlendClassifier
from mlpipe.models.fitting import fit_estimator, fit_matrix
from mlpipe.models.set_aside import set_aside
from mlpipe.models.unseen import Unseen
from mlpipe.models.watching import NOBODY, Watching
from mlpipe.target import ClassTarget, LabelsTarget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    from mlpipe.features.plan.plan import Plan
    from mlpipe.features.preprocessor.feature import Feature
    from mlpipe.features.preprocessor.matrix import Matrix
    from mlpipe.models.comparison.candidates import Candidate
    from mlpipe.models.comparison.rounds import FoldFit
    from mlpipe.models.comparison.stacking import Stacked
    from mlpipe.models.fitting import FittedEstimator, TrainingMatrix
    from mlpipe.models.training_rows import TrainingRows
    from mlpipe.target import Target


@dataclass(frozen=True, kw_only=True)
class Member:
    """A candidate and its weight in the answer; 1 where it stands alone."""

    candidate: Candidate
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Joint:
    """Members, and how their answers become one: a stack on top, or their average.

    Parameters
    ----------
    temperature : float
        How sure an average of probabilities is made.
    """

    members: tuple[Member, ...]
    stacked: Stacked | None = None
    temperature: float = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Final:
    """What was fitted on all training rows.

    Parameters
    ----------
    preprocess : Pipeline or Views
    plans : dict
        View to its plan, as far as they are used.
    X, y : ndarray
        What the estimator learnt from: the matrix of the views side by side, and its targets.
    rowwise : bool
        See `EstimatorSpec.rowwise`.
    weights : ndarray of shape (n_rows,) or None
        What the rows counted.
    n_train : int
        Rows that were learnt from: more than `X` holds where they came in blocks.
    """

    preprocess: Pipeline | Views
    estimator: Any
    X: Matrix
    y: NDArray[Any]
    plans: dict[str, Plan]
    rowwise: bool
    weights: NDArray[np.float64] | None
    notes: tuple[str, ...]
    n_train: int


def fit_final(
    joint: Joint,
    rows: TrainingRows | None,
    prepared: TrainingMatrix,
    plans: Mapping[str, Plan],
    target: Target,
    *,
    watching: Watching = NOBODY,
) -> Final:
    """Fit the chosen members on all rows, each through its view.

    Parameters
    ----------
    rows : TrainingRows or None
        The raw rows; needed for views other than the preparation's.
    prepared : TrainingMatrix
        The rows as `preprocess` left them: the view `PREPARED`.
    plans : dict
        View to its plan.
    watching : Watching
        For estimators that see the rows as `preprocess` left them.
    """
    members = joint.members
    used = list(dict.fromkeys(member.candidate.view for member in members))
    matrices = {view: prepared if view == PREPARED else _matrix(rows, plans[view]) for view in used}
    fitted = [_fit(member.candidate, matrices[member.candidate.view], plans, watching) for member in members]
    notes = tuple(dict.fromkeys([*prepared.notes, *(note for one in fitted for note in one.notes)]))
    alone = len(members) == 1
    first = matrices[used[0]]
    return Final(
        preprocess=first.preprocessor if len(used) == 1 else views_of(matrices),
        estimator=(fitted[0].estimator if alone else _join(joint, matrices, [one.estimator for one in fitted], target)),
        X=side_by_side([matrix.X for matrix in matrices.values()]),
        y=first.y,
        weights=first.weights,
        plans={view: plans[view] for view in used},
        # A blend asks each member in the batches that it needs.
        rowwise=members[0].candidate.choice.spec.rowwise if alone else True,
        notes=notes,
        n_train=first.n_learnt,
    )


def _matrix(rows: TrainingRows | None, plan: Plan) -> TrainingMatrix:
    assert rows is not None  # only a comparison, which has them, looks through other views
    return fit_matrix(plan, rows.X, rows.y, task=rows.target.task, weights=rows.weights, bonds=rows.bonds)


def _fit(
    candidate: Candidate, matrix: TrainingMatrix, plans: Mapping[str, Plan], watching: Watching
) -> FittedEstimator:
    seen = watching if candidate.view == PREPARED else NOBODY
    matrix, seen = set_aside(candidate.choice, matrix, plans[candidate.view], seen)
    return fit_estimator(
        candidate.choice,
        matrix.X,
        matrix.y,
        features=matrix.features,
        n_components=plans[candidate.view].dense_components,
        weights=matrix.weights,
        watching=seen,
        every=matrix.every,
    )


def views_of(matrices: Mapping[str, TrainingMatrix]) -> Views:
    """The preprocessors side by side."""
    return Views([(view, matrix.preprocessor) for view, matrix in matrices.items()])


def _join(joint: Joint, matrices: Mapping[str, TrainingMatrix], fitted: list[Any], target: Target) -> Any:
    """Fitted members as one estimator on the matrix of their views side by side."""
    members, stacked = joint.members, joint.stacked
    places, start = {}, 0
    for view, matrix in matrices.items():
        places[view] = (start, start + matrix.X.shape[1], bool(sparse.issparse(matrix.X)))
        start += matrix.X.shape[1]
    named = [(member.candidate.name, estimator) for member, estimator in zip(members, fitted, strict=True)]
    seen: tuple[Any, Any] = (
        [places[member.candidate.view] for member in members],
        [member.candidate.choice.spec.rowwise for member in members],
    )
    weights = [member.weight for member in members]
    if stacked is None:
        joined = _blend(named, weights, seen, target, joint.temperature)
    elif isinstance(target, ClassTarget):
        joined = StackClassifier(named, stacked.weights, np.asarray(stacked.intercepts), target.classes, *seen)
    else:
        joined = StackRegressor(named, stacked.weights, float(stacked.intercepts), *seen)
    return joined.take(fitted, next(iter(matrices.values())).y)


def _blend(
    named: list[tuple[str, Any]], weights: list[float], seen: tuple[Any, Any], target: Target, temperature: float
) -> Any:
    if isinstance(target, LabelsTarget):
        return BlendLabels(named, weights, *seen)
    if not isinstance(target, ClassTarget):
        return BlendRegressor(named, weights, *seen)
    if temperature == 1.0:
        return BlendClassifier(named, weights, *seen)
    return TemperedBlendClassifier(named, weights, temperature, *seen)


def of_first_fold(joint: Joint, first: FoldFit, rows: TrainingRows) -> Unseen:
    """What was fitted on the first fold, and the rows that it was scored on."""
    members = joint.members
    used = list(dict.fromkeys(member.candidate.view for member in members))
    matrices = {view: first.matrices[view] for view in used}
    fitted = [first.estimators[member.candidate.name] for member in members]
    alone = len(members) == 1
    return Unseen(
        target=rows.target,
        estimator=fitted[0] if alone else _join(joint, matrices, fitted, rows.target),
        rowwise=members[0].candidate.choice.spec.rowwise if alone else True,
        X=side_by_side([first.held_out[view] for view in used]),
        y=rows.y[first.fold.valid],
        features=_features(matrices),
        learnt=(matrices[used[0]].X, matrices[used[0]].y) if alone else None,
        weights=None if rows.weights is None else rows.weights[first.fold.valid],
    )


def _features(matrices: dict[str, TrainingMatrix]) -> tuple[Feature, ...]:
    if len(matrices) == 1:
        return describe_features(next(iter(matrices.values())).preprocessor)
    return views_of(matrices).features()
