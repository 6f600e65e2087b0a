"""How many rounds boosting grows in the end: many rows bear more of them than the folds of some rows could tell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlpipe.models.comparison.auto import MANY_ROWS
from mlpipe.models.comparison.final import Joint, Member, of_first_fold
from mlpipe.models.comparison.rounds import FoldFit, score_candidate
from mlpipe.models.history import unseen_losses
from mlpipe.words.lists import count_of

if TYPE_CHECKING:
    from mlpipe.features.plan.plan import Plan
    from mlpipe.models.comparison.candidates import Candidate
    from mlpipe.models.comparison.compared import Compared
    from mlpipe.models.fitting import ModelChoice
    from mlpipe.models.training_rows import TrainingRows

STRETCHES = (1.0, 1.25, 1.6, 2.0, 2.5)
"""How many times as many rounds are tried; never fewer, as folds have chosen these."""
PARTS = 5
ROUNDS = "max_iter"


def lengthen(compared: Compared, rows: TrainingRows, plans: dict[str, Plan]) -> Compared:
    """Let every boosting member grow as many rounds as do best on a part of all training rows that it did not see.

    Of few rows the folds are many and saw nearly all: the rounds that they were scored with are right.

    Parameters
    ----------
    rows : TrainingRows
        All of them: the comparison may have been on some.
    """
    growing = [member for member in compared.members if _grows(member.candidate.choice)]
    if len(rows.y) <= MANY_ROWS or not growing:
        return compared
    fit = FoldFit(fold=rows.folds(rows.most_folds(PARTS))[-1])  # by time the newest
    best = {one.candidate.name: _best_rounds(one.candidate, rows, plans, fit) for one in growing}
    notes = [
        f"{one.candidate.name} grows {count_of(best[one.candidate.name], 'round')}, {_rounds(one.candidate)} in folds: "
        "held-out rows of the whole table say so"
        for one in growing
        if best[one.candidate.name] != _rounds(one.candidate)
    ]
    members = tuple(
        replace(one, candidate=_growing(one.candidate, best[one.candidate.name])) if one in growing else one
        for one in compared.members
    )
    return replace(compared, members=members, notes=(*compared.notes, *notes))


def _grows(choice: ModelChoice) -> bool:
    """Whether it is boosting that tells what it says after each round, and grows as many as it is told."""
    return ROUNDS in dict(choice.params) and hasattr(choice.spec.load(), "staged_predict")


def _rounds(candidate: Candidate) -> int:
    return int(dict(candidate.choice.params)[ROUNDS])


def _best_rounds(candidate: Candidate, rows: TrainingRows, plans: dict[str, Plan], fit: FoldFit) -> int:
    """Those that lose least on the rows held out; as in folds where these have a class that the others lack."""
    tried = [round(stretch * _rounds(candidate)) for stretch in STRETCHES]
    longest = _growing(candidate, tried[-1])
    score_candidate(rows, plans, longest, fit)
    losses = unseen_losses(of_first_fold(Joint(members=(Member(candidate=longest),)), fit, rows))
    return tried[0] if losses is None else min(tried, key=lambda rounds: losses[rounds - 1])


def _growing(candidate: Candidate, rounds: int) -> Candidate:
    """The candidate with so many rounds."""
    params = {**dict(candidate.choice.params), ROUNDS: str(rounds)}
    return replace(candidate, choice=replace(candidate.choice, params=tuple(params.items())))
