"""What `train` settles beside the model: calibration, threshold, abstention, intervals, all by out-of-fold rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.errors import UsageError
from mlpipe.metrics.registry import find_metric
from mlpipe.metrics.scores import score
from mlpipe.models.deciding.calibration import CalibratedModel, Calibration, choose_calibration
from mlpipe.models.deciding.decision import Decision
from mlpipe.models.deciding.intervals import conformal_reach
from mlpipe.models.deciding.thresholds import choose_threshold, cost_of
from mlpipe.models.predicting import Predictions, check_threshold
from mlpipe.params.training import COST, Calibrate, parse_cost
from mlpipe.steps.training.bounds import choose_bound
from mlpipe.target import ClassTarget, LabelsTarget, positive_of
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_number, format_share
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.artifacts.preps import Prep
    from mlpipe.models.comparison.compared import Compared
    from mlpipe.models.comparison.final import Final
    from mlpipe.models.comparison.outcomes import HeldOut
    from mlpipe.params import TrainParams
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
    if params.threshold_by not in {None, COST}:
        find_metric(str(params.threshold_by), target.task)


def decide(prep: Prep, compared: Compared, final: Final, params: TrainParams) -> Decided:
    """Calibrate and choose as asked; after resampling or class weights, calibrate unasked where folds are at hand."""
    bound = choose_bound(final, compared.said, params, prep.context.target)
    decided = Decided(
        estimator=final.estimator,
        decision=Decision(threshold=params.fixed_threshold, abstain=params.abstain, lowest=bound.lowest),
        document={},
        notes=bound.notes,
    )
    held, said = compared.held, compared.said
    if held is None:
        return decided
    if said is None:
        _check_has_probabilities(compared, params)
        return decided
    if isinstance(held.target, ClassTarget):
        decided, said = _calibrated(decided, held, said, method=_method(prep, params))
        return _with_threshold(decided, held, said, params)
    return _with_intervals(decided, held, said, params)


def _check_has_probabilities(compared: Compared, params: TrainParams) -> None:
    for name in ("calibrate", "threshold", "abstain"):
        if getattr(params, name) not in {None, "none"}:
            raise UsageError(
                f"{param(name)} needs probabilities, and {compared.name} has none.",
                remedy=f"Choose a model that has, such as {param('model', 'logistic')}.",
            )


def _method(prep: Prep, params: TrainParams) -> Calibrate:
    if params.calibrate is not None:
        return params.calibrate
    shifted = prep.plan.resample != "none" or params.class_weight != "none"
    return "auto" if shifted else "none"


def _calibrated(decided: Decided, held: HeldOut, said: Floats, *, method: Calibrate) -> tuple[Decided, Floats]:
    chosen = choose_calibration(said, held.codes, held.fold, held.weights) if method == "auto" else method
    if chosen is None or chosen == "none":
        return decided, said
    calibration = Calibration(chosen).fit(said, held.codes, held.weights)
    mapped = calibration.apply(said)
    before, after = (float(held.losses(held.given(p)).mean()) for p in (said, mapped))
    rows, loss = count_of(len(held.y), "out-of-fold row"), format_number(before, digits=4)
    note = f"probabilities are calibrated ({chosen}) on {rows}: log loss {loss} before"
    return replace(
        decided,
        estimator=CalibratedModel(decided.estimator, calibration),
        document={**decided.document, "calibration": {"method": chosen, "n_rows": len(held.y), "before": before}},
        notes=(*decided.notes, f"{note}, {format_number(after, digits=4)} after"),
    ), mapped


def _with_threshold(decided: Decided, held: HeldOut, said: Floats, params: TrainParams) -> Decided:
    by, target = params.threshold_by, held.target
    if by is None:
        return decided
    assert isinstance(target, ClassTarget)
    assert target.positive_place is not None
    place = target.positive_place
    positive, is_positive = said[:, place], held.codes == place

    def measure(called: NDArray[np.bool_]) -> float | None:
        if by == COST:
            false_positive, false_negative = parse_cost(str(params.cost))
            return -cost_of(called, is_positive, false_positive=false_positive, false_negative=false_negative)
        return _score(held, target, np.where(called, place, 1 - place), by)

    threshold = choose_threshold(positive, measure)
    if threshold is None:
        return decided
    found, usual = measure(positive >= threshold), measure(positive >= 0.5)
    label = positive_of(target)["positive"]
    told = f"{label!r} is predicted from probability {format_number(threshold)} on, chosen by {by} on out-of-fold rows"
    return replace(
        decided,
        decision=replace(decided.decision, threshold=threshold),
        document={
            **decided.document,
            "threshold": {"value": threshold, "by": by, "score": _plain(found, by), "score_at_half": _plain(usual, by)},
        },
        notes=(*decided.notes, f"{told}: {_said(found, by)} against {_said(usual, by)} at 0.5"),
    )


def _score(held: HeldOut, target: ClassTarget, outputs: NDArray[np.intp], by: str) -> float | None:
    outcome = Predictions(target=target, outputs=outputs).beside(held.y)
    metric = find_metric(by, target.task)
    value = score(outcome, [by])[by].value
    return value if value is None or metric.greater_is_better else -value


def _plain(value: float | None, by: str) -> float | None:
    return -value if value is not None and by == COST else value


def _said(value: float | None, by: str) -> str:
    plain = _plain(value, by)
    return "nothing" if plain is None else format_number(plain) + (" a row" if by == COST else "")


def _with_intervals(decided: Decided, held: HeldOut, said: Floats, params: TrainParams) -> Decided:
    if params.intervals is None:
        return decided
    reach = conformal_reach(held.y - decided.decision.bounded(said), params.intervals)
    share, within = format_share(params.intervals), format_number(reach, digits=4)
    note = f"{share} of out-of-fold rows lie within {within} of their prediction"
    return replace(
        decided,
        decision=replace(decided.decision, coverage=params.intervals, reach=reach),
        document={**decided.document, "intervals": {"coverage": params.intervals, "reach": reach}},
        notes=(*decided.notes, note),
    )
