"""Which candidates there are for a table, on how many rows and folds they are compared, through which views."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.errors import UsageError
from mlpipe.features.plan.choose import choose_plan
from mlpipe.features.plan.table_rules import keeps_gaps
from mlpipe.metrics.bootstrap import Execute
from mlpipe.models.comparison.candidates import PREPARED, TABULAR, Candidate, choose_portfolio
from mlpipe.models.comparison.compared import Compared, choose
from mlpipe.models.comparison.footprint import too_large
from mlpipe.models.comparison.progress import Budget
from mlpipe.models.comparison.rounds import compare
from mlpipe.models.deciding.target_transform import is_skewed
from mlpipe.models.estimators import own_parameters, takes_weights
from mlpipe.models.fitting import ModelChoice
from mlpipe.models.neural_estimators import check_descent, check_no_descent
from mlpipe.models.registry import AUTO, find_estimator
from mlpipe.target import ClassTarget
from mlpipe.words.lists import count_of, listed
from mlpipe.words.parameters import param
from mlpipe.words.progress import silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.data.schema import Column
    from mlpipe.features.plan.plan import Plan
    from mlpipe.metrics.metric_spec import MetricSpec
    from mlpipe.models.comparison.candidates import Text
    from mlpipe.models.estimator_spec import EstimatorSpec
    from mlpipe.models.training_rows import TrainingRows
    from mlpipe.params import PreprocessParams, TrainParams
    from mlpipe.task import Task
    from mlpipe.words.progress import Tell

FOLDS = {"fast": 2, "good": 5, "best": 10}
MANY_ROWS = 5000
FOLDS_OF_MANY = 3
"""More rows than `MANY_ROWS` say enough in fewer folds."""
COMPARED_ROWS = {"fast": 5000, "good": 10_000, "best": 30_000}
"""Candidates are compared on at most so many training rows (a random choice); what is chosen learns from all."""

Engine = Callable[[int, float], Execute]
"""How many tasks there are, and how many cells they go through in all, to where they run."""


def named_candidate(params: TrainParams, plan: Plan, task: Task) -> Candidate:
    """The one model asked for."""
    spec = find_estimator(params.model, task)
    spec.check_installed()
    check_descent(params.descent, spec)
    choice = ModelChoice(
        spec=spec,
        params=(*params.descent.settings(), *params.params, *_fixed_rounds(spec, params, plan)),
        class_weight=params.class_weight,
        target_transform=params.target_transform,
        multilabel=params.multilabel or "independent",
        seed=params.seed,
    )
    return Candidate(name=spec.name, choice=choice)


def _fixed_rounds(spec: EstimatorSpec, params: TrainParams, plan: Plan) -> tuple[tuple[str, str], ...]:
    """Without early stopping, unless asked for, where rows are made: those held back would be their neighbours."""
    makes_rows = plan.resample != "none" or plan.augment != "none"
    stops = own_parameters(spec).get("early_stopping") == "auto" and "early_stopping" not in dict(params.params)
    return (("early_stopping", "False"),) if makes_rows and stops else ()


def check_auto(params: TrainParams) -> None:
    """Raise `UsageError` for parameters beside `auto`: they would hold for none or all of the portfolio."""
    if params.model == AUTO:
        check_no_descent(params.descent, AUTO)
    alone = [param("params", f"{key}={value}") for key, value in params.params[:1]]
    if params.validation_curve is not None:
        alone.append(param("validation_curve"))
    if params.model == AUTO and alone:
        raise UsageError(
            f"{alone[0]} is for one model, and {param('model', AUTO)} compares several.",
            remedy=f"Name the model: {param('model', 'random-forest')}, say.",
        )


@dataclass(frozen=True, kw_only=True)
class Contest:
    """What is compared, and on what.

    Parameters
    ----------
    plans : dict
        View to the plan that candidates with this view see the table through.
    """

    rows: TrainingRows
    plans: dict[str, Plan]
    candidates: tuple[Candidate, ...]
    n_folds: int
    notes: tuple[str, ...]


def one_model(rows: TrainingRows, params: TrainParams, *, n_folds: int) -> Contest:
    """The contest of one model with itself: its scores in folds."""
    candidates = _transformed((named_candidate(params, rows.plan, rows.target.task),), rows, params)
    return Contest(rows=rows, plans={PREPARED: rows.plan}, candidates=candidates, n_folds=n_folds, notes=())


def portfolio_of(
    rows: TrainingRows, params: TrainParams, prepared: PreprocessParams, columns: Sequence[Column]
) -> Contest:
    """The contest of `auto`: a portfolio on some of the rows, each candidate through the view that suits it.

    Views other than the preparation's own are taken only where that is the general one, and makes no rows or
    features of its own: a plan that was asked for in other words is the plan for every candidate.
    """
    compared = rows.take(compared_rows(len(rows.y), COMPARED_ROWS[params.quality], params.seed))
    candidates = choose_portfolio(
        rows.target.task,
        n_rows=len(compared.y),
        text=_text(rows, prepared),
        quality=params.quality,
        class_weight=params.class_weight,
        seed=params.seed,
        n_classes=_n_classes(rows),
    )
    candidates = _transformed(_chained(candidates, params), rows, params)
    candidates, left_out = _small_enough(candidates, rows)
    plans = plans_for(rows, dict.fromkeys(candidate.view for candidate in candidates), prepared, columns)
    candidates = tuple(c if c.view in plans else replace(c, view=PREPARED) for c in candidates)
    candidates, unable = _able(candidates, plans)
    candidates = tuple(c for c in candidates if takes_weights(c.choice.spec) or not _weighs(rows, c))
    n_folds, fewer = _folds(compared, params)
    notes = [*left_out, *unable, *_sampled(compared, rows), *fewer]
    return Contest(rows=compared, plans=plans, candidates=candidates, n_folds=n_folds, notes=tuple(notes))


def _text(rows: TrainingRows, prepared: PreprocessParams) -> Text:
    """Whether there is text, and other columns that may be seen without it."""
    if not rows.plan.sparse:
        return "none"
    others = any(column.treatment != "text" for column in rows.plan.columns)
    return "beside" if others and _is_general(prepared) else "alone"


def _n_classes(rows: TrainingRows) -> int:
    """Classes of a row, or targets: boosting grows a tree for each in every round."""
    return len(rows.target.classes) if isinstance(rows.target, ClassTarget) else len(rows.target.columns)


def _small_enough(candidates: Sequence[Candidate], rows: TrainingRows) -> tuple[tuple[Candidate, ...], list[str]]:
    """Without the candidates that would take too much memory or time for so many classes."""
    reasons = {c.name: too_large(c, n_rows=len(rows.y), n_classes=_n_classes(rows)) for c in candidates}
    notes = [f"auto left out {name}: {why}" for name, why in reasons.items() if why]
    return tuple(c for c in candidates if not reasons[c.name]), notes


def _chained(candidates: tuple[Candidate, ...], params: TrainParams) -> tuple[Candidate, ...]:
    """Candidates that learn labels as asked."""
    multilabel = params.multilabel or "independent"
    return tuple(replace(c, choice=replace(c.choice, multilabel=multilabel)) for c in candidates)


def _transformed(candidates: tuple[Candidate, ...], rows: TrainingRows, params: TrainParams) -> tuple[Candidate, ...]:
    """What candidates learn a quantity as; for `auto`, a skewed one both as it is and as its logarithm."""
    wanted = params.target_transform
    if wanted in {"log", "power"}:
        return tuple(_learning(candidate, wanted) for candidate in candidates)
    plain = tuple(_learning(candidate, "none") for candidate in candidates)
    if wanted == "none" or not is_skewed(rows.y):
        return plain
    logarithms = (replace(_learning(c, "log"), name=f"{c.name}-log") for c in plain if not c.is_baseline)
    return (*plain, *logarithms)


def _learning(candidate: Candidate, target_transform: str) -> Candidate:
    transform = "none" if candidate.is_baseline else target_transform
    return replace(candidate, choice=replace(candidate.choice, target_transform=transform))


def plans_for(
    rows: TrainingRows, views: Iterable[str], prepared: PreprocessParams, columns: Sequence[Column]
) -> dict[str, Plan]:
    """The plan of each view that there may be: that of the preparation alone, where it is not the general one."""
    others = [view for view in views if view != PREPARED] if _is_general(prepared) else []
    return {PREPARED: rows.plan, **{view: _plan(rows, prepared, columns, view) for view in others}}


def _is_general(prepared: PreprocessParams) -> bool:
    own = (prepared.resample, prepared.augment, prepared.select, prepared.reduce)
    plain = prepared.preset == "general" and prepared.polynomial == 1 and not prepared.columns
    return plain and all(made == "none" for made in own)


def _plan(rows: TrainingRows, prepared: PreprocessParams, columns: Sequence[Column], view: str) -> Plan:
    without_text: dict[str, Any] = {"preset": "tree", "text": "drop"}
    params = replace(prepared, **(without_text if view == TABULAR else {"preset": view}))
    return choose_plan(rows.X, rows.y, columns, params, rows.target.task)


def _able(candidates: Sequence[Candidate], plans: dict[str, Plan]) -> tuple[tuple[Candidate, ...], list[str]]:
    """Without the candidates that cannot take the gaps that their plan leaves."""
    gaps = {view: [column.name for column in plan.columns if keeps_gaps(column)] for view, plan in plans.items()}
    unable = [c for c in candidates if gaps[c.view] and not c.choice.spec.takes_gaps]
    if not unable:
        return tuple(candidates), []
    found = list(dict.fromkeys(name for c in unable for name in gaps[c.view]))
    names = ", ".join(c.name for c in unable)
    note = f"auto left out {names}, which take no gaps: there are some in {listed(found)}"
    return tuple(c for c in candidates if c not in unable), [note]


def _weighs(rows: TrainingRows, candidate: Candidate) -> bool:
    return rows.weights is not None or candidate.choice.class_weight != "none"


def compared_rows(n_rows: int, most: int, seed: int) -> NDArray[np.intp]:
    """Rows on which candidates are compared, in their order: all, or a random choice of `most`."""
    if n_rows <= most:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng(seed).choice(n_rows, most, replace=False))


def _sampled(compared: TrainingRows, rows: TrainingRows) -> list[str]:
    n_rows, n_compared = len(rows.y), len(compared.y)
    if n_rows == n_compared:
        return []
    some = f"{count_of(n_compared)} of {count_of(n_rows)} training rows"
    return [f"auto compared models on {some}; the best learnt from all"]


def _folds(rows: TrainingRows, params: TrainParams) -> tuple[int, list[str]]:
    if params.cv is not None:
        return params.cv, []
    wanted = FOLDS[params.quality]
    if params.quality == "good" and len(rows.y) > MANY_ROWS:
        wanted = FOLDS_OF_MANY
    possible = rows.most_folds(wanted)
    if possible == wanted:
        return possible, []
    return possible, [f"auto used {possible} folds: there are too few rows for {wanted}"]


def hold(contest: Contest, params: TrainParams, metric: MetricSpec, *, engine: Engine, tell: Tell = silent) -> Compared:
    """Cross-validate the candidates, the whole plan refitted in every fold, and choose.

    Raises
    ------
    FitError
        Where no candidate could be fitted.
    """
    folds = contest.rows.folds(contest.n_folds)
    cells = float(contest.rows.X.size) * len(folds) * len(contest.candidates)
    comparison = compare(
        contest.rows,
        contest.plans,
        contest.candidates,
        folds,
        execute=engine(max(1, len(folds) - 1), cells),
        budget=Budget.of(params.time_budget),
        tell=tell,
    )
    if comparison.error is not None and not comparison.candidates:
        raise comparison.error
    compared = choose(comparison, contest.rows, params, metric)
    return replace(compared, notes=(*contest.notes, *compared.notes))
