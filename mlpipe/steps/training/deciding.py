"""What `train` settles beside the model: calibration, threshold, abstention, intervals, all by out-of-fold rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.errors import UsageError
from mlpipe.models.deciding.calibration import (
    SHAPES,
    SHARPNESS,
    CalibratedModel,
    Calibration,
    Method,
    choose_calibration,
)
from mlpipe.models.deciding.decision import Decision, Threshold
from mlpipe.models.deciding.intervals import conformal_reach
from mlpipe.models.predicting import check_threshold
from mlpipe.models.registry import AUTO
from mlpipe.params.training import COST
from mlpipe.steps.training.bounds import choose_bound
from mlpipe.steps.training.thresholds import check_threshold_metric, choose_thresholds
from mlpipe.target import ClassTarget, LabelsTarget
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_number, format_share
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.models.comparison.compared import Compared
    from mlpipe.models.comparison.final import Final
    from mlpipe.models.comparison.outcomes import HeldOut
    from mlpipe.params import TrainParams
    from mlpipe.steps.training.prepared import Planned
    from mlpipe.target import Target

    Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Decided:
    """The estimator with its calibration, and how its predictions are decided.

    Parameters
    ----------
    document : dict
        What was decided, by what, for `scores.json`.
    """

    estimator: Any
    decision: Decision
    document: dict[str, Any]
    notes: tuple[str, ...]


def check_decisions(params: TrainParams, target: Target) -> None:
    """Raise `UsageError` where an option does not fit what is predicted."""
    for name, families, what in (
        ("calibrate", {"class"}, "one class for each row"),
        ("abstain", {"class"}, "one class for each row"),
        ("intervals", {"number", "numbers"}, "quantities"),
        ("target_transform", {"number", "numbers"}, "quantities"),
        ("nonnegative", {"number"}, "one quantity"),
    ):
        if getattr(params, name) not in {None, False, "none"} and target.task.family not in families:
            raise UsageError(
                f"{param(name)} is for {what}.",
                where=f"The task is {target.task.value}.",
                remedy=f"Leave {param(name)} away.",
            )
    if params.ensemble == "stack" and target.task.has_several:
        raise UsageError(
            f"{param('ensemble', 'stack')} is for one target.",
            where=f"The task is {target.task.value}.",
            remedy=f"Blend instead: {param('ensemble', 'blend')}.",
        )
    if params.multilabel is not None and not isinstance(target, LabelsTarget):
        raise UsageError(
            f"{param('multilabel', params.multilabel)} is for several labels.",
            where=f"The task is {target.task.value}.",
            remedy=f"Leave {param('multilabel')} away.",
        )
    if params.threshold is not None:
        check_threshold(0.5, target)
    check_threshold_metric(params, target)


def decide(prep: Planned, compared: Compared, final: Final, params: TrainParams) -> Decided:
    """Calibrate and choose as asked, and calibrate unasked where folds are at hand and there is reason to."""
    bound = choose_bound(final, compared.said, params, prep.context.target)
    decided = Decided(
        estimator=final.estimator,
        decision=Decision(threshold=params.fixed_threshold, abstain=params.abstain, lowest=bound.lowest),
        document={},
        notes=bound.notes,
    )
    held, said = compared.held, compared.said
    if held is None:
        if isinstance(prep.context.target, ClassTarget) and not hasattr(final.estimator, "predict_proba"):
            _check_has_probabilities(compared, params)
        return decided
    if said is None:
        _check_has_probabilities(compared, params)
        return decided
    if isinstance(held.target, ClassTarget):
        decided, said = _calibrated(decided, held, said, method=_method(prep, compared, held, said, params))
        return _with_threshold(decided, held, said, params)
    if isinstance(held.target, LabelsTarget):
        return _with_threshold(decided, held, said, params)
    return _with_intervals(decided, held, said, params)


def _check_has_probabilities(compared: Compared, params: TrainParams) -> None:
    for name in ("calibrate", "threshold", "abstain"):
        if getattr(params, name) not in {None, "none"}:
            raise UsageError(
                f"{param(name)} needs probabilities, and {compared.name} has none.",
                remedy=f"Choose a model that has, such as {param('model', 'logistic')}.",
            )


def _method(prep: Planned, compared: Compared, held: HeldOut, said: Floats, params: TrainParams) -> Method | None:
    """The calibration asked for, or one that helps.

    Unasked any may be chosen after resampling or class weights, and a temperature for the single model that `auto`
    took, as blends have theirs.
    """
    asked = params.calibrate
    if asked is not None and asked != "auto":
        return None if asked == "none" else asked
    methods: tuple[Method, ...] = ()
    if asked == "auto" or prep.plan.resample != "none" or params.class_weight != "none":
        methods = SHAPES
    elif params.model == AUTO and len(compared.members) == 1:
        methods = SHARPNESS
    return choose_calibration(said, held.codes, held.fold, held.weights, methods=methods)


def _calibrated(decided: Decided, held: HeldOut, said: Floats, *, method: Method | None) -> tuple[Decided, Floats]:
    if method is None:
        return decided, said
    calibration = Calibration(method).fit(said, held.codes, held.weights)
    mapped = calibration.apply(said)
    before, after = (float(np.average(held.losses(held.given(p)), weights=held.weights)) for p in (said, mapped))
    rows, loss = count_of(len(held.y), "out-of-fold row"), format_number(before, digits=4)
    note = f"probabilities are calibrated ({method}) on {rows}: log loss {loss} before"
    return replace(
        decided,
        estimator=CalibratedModel(decided.estimator, calibration),
        document={**decided.document, "calibration": {"method": method, "n_rows": len(held.y), "before": before}},
        notes=(*decided.notes, f"{note}, {format_number(after, digits=4)} after"),
    ), mapped


def _with_threshold(decided: Decided, held: HeldOut, said: Floats, params: TrainParams) -> Decided:
    by, target = params.threshold_by, held.target
    chosen = [] if by is None else choose_thresholds(held, said, params)
    if by is None or not chosen:
        return decided
    rows = "out-of-fold rows, weighted" if held.weights is not None else "out-of-fold rows"
    told = [
        f"{one.label!r} is predicted from probability {format_number(one.value)} on, chosen by {by} on {rows}: "
        f"{_said(one.score, by)} against {_said(one.score_at_half, by)} at 0.5"
        for one in chosen
    ]
    facts = {one.label: {"value": one.value, "by": by, "score": one.score, "score_at_half": one.score_at_half}
             for one in chosen}  # fmt: skip
    cut: Threshold = chosen[0].value
    document: dict[str, Any] = {"threshold": facts[chosen[0].label]}
    if isinstance(target, LabelsTarget):
        cuts = {one.label: one.value for one in chosen}
        cut, document = tuple(cuts.get(name, 0.5) for name in target.columns), {"thresholds": facts}
    return replace(
        decided,
        decision=replace(decided.decision, threshold=cut),
        document={**decided.document, **document},
        notes=(*decided.notes, *told),
    )


def _said(value: float | None, by: str) -> str:
    return "nothing" if value is None else format_number(value) + (" a row" if by == COST else "")


def _with_intervals(decided: Decided, held: HeldOut, said: Floats, params: TrainParams) -> Decided:
    if params.intervals is None:
        return decided
    errors = held.y - decided.decision.bounded(said)
    share = format_share(params.intervals)
    rows = f"{share} of out-of-fold rows{', weighted,' if held.weights is not None else ''}"
    if errors.ndim == 1:
        reach = conformal_reach(errors, params.intervals, held.weights)
        told = [f"{rows} lie within {format_number(reach, digits=4)} of their prediction"]
        document: dict[str, Any] = {"coverage": params.intervals, "reach": reach}
        decision = replace(decided.decision, coverage=params.intervals, reach=reach)
    else:
        reaches = [conformal_reach(column, params.intervals, held.weights) for column in errors.T]
        names = held.target.columns
        told = [
            f"{name}: {rows} lie within {format_number(reach, digits=4)} of their prediction"
            for name, reach in zip(names, reaches, strict=True)
        ]
        document = {"coverage": params.intervals, "reach": dict(zip(names, reaches, strict=True))}
        decision = replace(decided.decision, coverage=params.intervals, reach=tuple(reaches))
    return replace(
        decided,
        decision=decision,
        document={**decided.document, "intervals": document},
        notes=(*decided.notes, *told),
    )
