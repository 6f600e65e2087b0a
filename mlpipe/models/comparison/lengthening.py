"""How many rounds boosting grows in the end: many rows bear more of them than the folds of some rows could tell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlpipe.features.preprocessor.transform import transform
from mlpipe.models.fitting import fit_estimator, fit_matrix
from mlpipe.models.history import unseen_losses
from mlpipe.models.unseen import Unseen
from mlpipe.words.lists import count_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.features.plan.plan import Plan
    from mlpipe.models.comparison.compared import Compared
    from mlpipe.models.comparison.final import Member
    from mlpipe.models.fitting import ModelChoice
    from mlpipe.models.folds import Fold
    from mlpipe.models.training_rows import TrainingRows

MANY_ROWS = 5000
"""Of fewer rows the folds saw nearly all, and the rounds that they were scored with are right."""
STRETCHES = (1.0, 1.25, 1.6, 2.0, 2.5)
"""How many times as many rounds are tried; never fewer, as folds have chosen these."""
PARTS = 5
ROUNDS = "max_iter"


def lengthen(compared: Compared, rows: TrainingRows, plans: dict[str, Plan]) -> Compared:
    """Let every boosting member grow as many rounds as do best on a part of all training rows that it did not see.

    Parameters
    ----------
    rows : TrainingRows
        All of them: the comparison may have been on some.
    """
    if len(rows.y) <= MANY_ROWS or not any(_grows(member.candidate.choice) for member in compared.members):
        return compared
    fold = rows.folds(rows.most_folds(PARTS))[-1]  # by time the newest
    members = tuple(_lengthened(member, rows, plans, fold) for member in compared.members)
    notes = [
        f"{new.candidate.name} grows {count_of(_rounds(new), 'round')}, {_rounds(old)} in folds: "
        "held-out rows of the whole table say so"
        for old, new in zip(compared.members, members, strict=True)
        if new is not old
    ]
    return replace(compared, members=members, notes=(*compared.notes, *notes))


def _grows(choice: ModelChoice) -> bool:
    """Whether it is boosting that tells what it says after each round, and grows as many as it is told."""
    return ROUNDS in dict(choice.params) and hasattr(choice.spec.load(), "staged_predict")


def _rounds(member: Member) -> int:
    return int(dict(member.candidate.choice.params)[ROUNDS])


def _lengthened(member: Member, rows: TrainingRows, plans: dict[str, Plan], fold: Fold) -> Member:
    candidate = member.candidate
    if not _grows(candidate.choice):
        return member
    losses = _losses(
        _growing(candidate.choice, round(STRETCHES[-1] * _rounds(member))), rows, plans[candidate.view], fold
    )
    if losses is None:
        return member
    tried = [round(stretch * _rounds(member)) for stretch in STRETCHES]
    best = min(tried, key=lambda rounds: losses[rounds - 1])
    return (
        member
        if best == tried[0]
        else replace(member, candidate=replace(candidate, choice=_growing(candidate.choice, best)))
    )


def _losses(choice: ModelChoice, rows: TrainingRows, plan: Plan, fold: Fold) -> NDArray[np.float64] | None:
    """The loss on the held-out part after each round; `None` where it has a class that the others lack."""
    learnt = rows.take(fold.train)
    matrix = fit_matrix(plan, learnt.X, learnt.y, task=rows.target.task, weights=learnt.weights, bonds=learnt.bonds)
    fitted = fit_estimator(
        choice, matrix.X, matrix.y, features=matrix.features, n_components=plan.dense_components, weights=matrix.weights
    )
    return unseen_losses(
        Unseen(
            target=rows.target,
            estimator=fitted.estimator,
            rowwise=choice.spec.rowwise,
            X=transform(matrix.preprocessor, rows.X.iloc[fold.valid]),
            y=rows.y[fold.valid],
            features=matrix.features,
        )
    )


def _growing(choice: ModelChoice, rounds: int) -> ModelChoice:
    return replace(choice, params=tuple({**dict(choice.params), ROUNDS: str(rounds)}.items()))
