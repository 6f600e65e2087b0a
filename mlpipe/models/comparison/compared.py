"""The outcome of a comparison: what to fit, and every score behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlpipe.metrics.registry import loss_metric
from mlpipe.models.comparison.blending import BLEND, blend, joined_scores
from mlpipe.models.comparison.choosing import Standing, choose_single, rank, stand
from mlpipe.models.comparison.final import Joint, Member
from mlpipe.models.comparison.rounds import NO_TIME
from mlpipe.models.comparison.stacking import STACK, stack
from mlpipe.models.registry import AUTO
from mlpipe.words.lists import listed
from mlpipe.words.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.metrics.metric_spec import MetricSpec
    from mlpipe.models.comparison.blending import Blended
    from mlpipe.models.comparison.candidates import Candidate
    from mlpipe.models.comparison.outcomes import FoldScore, HeldOut
    from mlpipe.models.comparison.rounds import Comparison, FoldFit
    from mlpipe.models.comparison.stacking import Stacked
    from mlpipe.models.training_rows import TrainingRows
    from mlpipe.params import TrainParams

    Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Compared:
    """Which members to fit, and what is known of them from folds.

    Parameters
    ----------
    name : str
        Of the model: the only member's, `blend` or `stack`.
    members : tuple of Member
        One, or those of a blend, the heaviest first.
    standings : tuple of Standing
        The model first, then the others, best first; empty without folds.
    scores : dict
        Model to its scores, fold by fold.
    held : HeldOut or None
        The rows that were held out.
    said : ndarray or None
        What the chosen model said of them; a blend by weights that other folds chose.
    stacked : Stacked or None
        What stands on top of the members, where it is a stack.
    temperature : float
        How sure a blend's probabilities are made.
    rows : TrainingRows or None
        What was compared on: some of the training rows, or all.
    first : FoldFit or None
        What was fitted on the first fold.
    seconds : dict
        Model to the time that it took in all folds; for people, never for artifacts.
    """

    name: str
    members: tuple[Member, ...]
    standings: tuple[Standing, ...] = ()
    scores: dict[str, tuple[FoldScore, ...]] = field(default_factory=dict)
    n_folds: int = 0
    held: HeldOut | None = None
    said: Floats | None = None
    stacked: Stacked | None = None
    temperature: float = 1.0
    rows: TrainingRows | None = None
    first: FoldFit | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def joint(self) -> Joint:
        """What is to be fitted on all rows."""
        return Joint(members=self.members, stacked=self.stacked, temperature=self.temperature)


def choose(comparison: Comparison, rows: TrainingRows, params: TrainParams, metric: MetricSpec) -> Compared:
    """Take the best single model, the blend unless it loses (or as asked for), or the stack that was asked for."""
    # Models that learnt from balanced classes are compared as if the classes were balanced.
    shifted = rows.plan.resample != "none" or params.class_weight != "none"
    held = comparison.held.balanced() if shifted else comparison.held
    scores = dict(comparison.scores)
    by_name = {candidate.name: candidate for candidate in comparison.candidates}
    loss = loss_metric(comparison.held.target.task)
    single = choose_single(scores, metric, loss, _simplest_first(comparison.candidates))
    name, said = single, comparison.held.said.get(single)
    members: tuple[Member, ...] = (Member(candidate=by_name[single]),)
    blended, stacked = _joined(comparison, held, params)
    temperature = 1.0
    if blended is not None:
        scores[BLEND] = tuple(joined_scores(BLEND, held, blended.said, scores[single]))
        if len(blended.weights) > 1 and (blended.holds or params.ensemble == BLEND):
            name, said, temperature = BLEND, blended.said, blended.temperature
            members = tuple(Member(candidate=by_name[name], weight=weight) for name, weight in blended.weights.items())
    if stacked is not None:
        scores[STACK] = tuple(joined_scores(STACK, held, stacked.said, scores[single]))
        name, said = STACK, stacked.said
        members = tuple(Member(candidate=by_name[name], weight=weight) for name, weight in stacked.shares.items())
    standings = rank([stand(found) for found in scores.values()], metric)
    return Compared(
        name=name,
        members=members,
        standings=tuple(sorted(standings, key=lambda standing: standing.model != name)),
        scores=scores,
        n_folds=comparison.n_folds,
        held=comparison.held,
        said=said,
        stacked=stacked,
        temperature=temperature,
        rows=rows,
        first=comparison.first,
        seconds=comparison.seconds,
        notes=(*_left_out(comparison), *_tempered(temperature)),
    )


def _tempered(temperature: float) -> Iterator[str]:
    if temperature != 1.0:
        how = "surer" if temperature < 1.0 else "less sure"
        yield f"auto made the blend's probabilities {how} (temperature {format_number(temperature)}), as the folds say"


def _joined(comparison: Comparison, held: HeldOut, params: TrainParams) -> tuple[Blended | None, Stacked | None]:
    """The blend or the stack of the candidates, as wanted; neither where there is nothing to join."""
    names = [candidate.name for candidate in comparison.candidates if candidate.name in held.said]
    wanted = params.ensemble != "none" and (params.model == AUTO or params.ensemble is not None)
    if not wanted or len(names) < 2 or comparison.n_folds < 2:
        return None, None
    if params.ensemble != STACK:
        return blend(held, names), None
    able = [c.name for c in comparison.candidates if c.name in names and not c.is_baseline]
    return None, stack(held, able)


def _left_out(comparison: Comparison) -> Iterator[str]:
    """A sentence for each reason."""
    by_reason: dict[str, list[str]] = {}
    for name, why in comparison.left_out.items():
        by_reason.setdefault(why, []).append(name)
    for why, names in by_reason.items():
        managed = f"; it managed {listed(comparison.scores)}" if why == NO_TIME else ""
        yield f"auto left out {', '.join(names)}: {why}{managed}"


def _simplest_first(candidates: Sequence[Candidate]) -> list[str]:
    """Lines before all else, then in the order of the portfolio."""
    return [c.name for c in sorted(candidates, key=lambda c: (not c.is_baseline, not c.choice.spec.linear))]
