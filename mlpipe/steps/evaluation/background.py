"""What is known of a model beside its predictions: what it leans on, what one column alone would do, its making."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from mlpipe.artifacts.models import IMPORTANCE, LEADERBOARD, SCORES
from mlpipe.data.groupings import groupings, is_sliced
from mlpipe.data.profiling.training_findings import rows_looked_at, training_findings
from mlpipe.features.streaming.rows import even_rows
from mlpipe.metrics.caveats import interval_coverage
from mlpipe.metrics.judging.one_column import OneColumn, has_one_column_rule, one_column_rule
from mlpipe.models.explaining.partial_dependence import partial_dependence
from mlpipe.reports.evaluation.contents import Driver
from mlpipe.target import NumberTarget
from mlpipe.words.lists import count_of, listed
from mlpipe.words.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlpipe.artifacts.models import Model
    from mlpipe.artifacts.splits import Split
    from mlpipe.models.explaining.partial_dependence import PartialDependence
    from mlpipe.steps.evaluation.case import Case

STRONGEST = 3
"""Columns whose influence is drawn."""
RULE_BINS = 10
MOST_LEARNT = 20_000
"""Training rows that the rule of one column is learnt from: an even choice where there are more."""
_LEAKS = frozenset({"MLP304", "MLP306"})
_MOST_COLUMNS = 300
_SHOWN = 5
"""Columns of the leaderboard that a page shows."""


@dataclass(frozen=True, kw_only=True)
class Background:
    """What stands behind a model's predictions; empty where another program made them."""

    rule: OneColumn | None = None
    leaks: tuple[str, ...] = ()
    worries: tuple[str, ...] = ()
    drivers: tuple[Driver, ...] = ()
    dependences: tuple[PartialDependence, ...] = ()
    leaderboard: tuple[list[str], list[list[str]]] = field(default_factory=lambda: ([], []))
    card: tuple[tuple[str, str], ...] = ()


def look_behind(case: Case, train: Split | None, seed: int) -> Background:
    """Gather what is known; what needs the training rows is left out where they are not at hand."""
    if case.model is None:
        return Background(card=(("rows", case.rows.source.fingerprint),))
    drivers = drivers_of(case.model)
    covered, too_few = _coverage(case)
    strongest = [driver.column for driver in drivers[:STRONGEST] if driver.low > 0]
    leaks = _leaks(case, train, seed)
    return Background(
        rule=None if train is None else _rule(case, train),
        leaks=tuple(column for column, _ in leaks),
        worries=(*(told for _, told in leaks), *([f"The {covered}."] if too_few else [])),
        drivers=drivers,
        dependences=partial_dependence(case.model.fitted, case.rows.table, strongest),
        leaderboard=_leaderboard(case.model),
        card=(*_card(case, case.model, train), *([("intervals", covered)] if covered else [])),
    )


def _coverage(case: Case) -> tuple[str, bool]:
    """How many rows the model's intervals hold, where it gives any for one number."""
    decision = case.predictions.decision
    if not isinstance(case.target, NumberTarget) or not isinstance(decision.reach, float) or decision.coverage is None:
        return "", False
    return interval_coverage(case.judged.y_true, case.judged.y_pred, decision.reach, decision.coverage)


def _table(model: Model, name: str) -> list[list[str]]:
    if model.folder.manifest.file(name) is None:
        return []
    return list(csv.reader(io.StringIO(model.folder.read_bytes(name).decode())))


def drivers_of(model: Model) -> tuple[Driver, ...]:
    """What the model loses without each column; empty where that was not measured."""
    rows = _table(model, IMPORTANCE)
    return tuple(
        Driver(column=row[0], importance=float(row[1]), low=float(row[2]), high=float(row[3])) for row in rows[1:]
    )


def _leaks(case: Case, train: Split | None, seed: int) -> list[tuple[str, str]]:
    """Columns of the model that alone give the target away among the training rows, and what that means."""
    if train is None or case.model is None or not has_one_column_rule(case.outcome):
        return []
    used = {column.name for column in case.model.fitted.columns}
    columns = [c for c in train.context.schema.columns if c.name in used or c.name in case.target.columns]
    table = train.some("train", rows_looked_at(train.n_rows("train"), len(columns)))
    table = table.select([column.name for column in columns])
    found = training_findings(table, columns, target=case.target.name, task=case.target.task, seed=seed)
    return [
        (finding.column or "", f"{finding.sentence} The score may be that of this column.")
        for finding in found
        if finding.code in _LEAKS
    ]


def _rule(case: Case, train: Split) -> OneColumn | None:
    """The rule of one column, learnt from the training rows."""
    if case.model is None or not has_one_column_rule(case.outcome):
        return None
    used = [column for column in case.model.fitted.columns if is_sliced(column)][:_MOST_COLUMNS]
    if not used:
        return None
    known = train.some("train", even_rows(train.n_rows("train"), MOST_LEARNT))
    names = [column.name for column in used]
    both = pa.concat_tables([known.select(names), case.rows.table.select(names)], promote_options="permissive")
    divided = groupings(both, used, n_bins=RULE_BINS)
    y: Any = case.target.encode(known)
    return one_column_rule(divided, np.asarray(y), case.outcome, case.names)


def _leaderboard(model: Model) -> tuple[list[str], list[list[str]]]:
    rows = _table(model, LEADERBOARD)
    if not rows:
        return [], []
    header, *lines = rows
    kept = [k for k, name in enumerate(header) if not name.endswith("_se")][: _SHOWN + 2]
    return [header[k] for k in kept], [[_short(line[k]) for k in kept] for line in lines]


def _short(cell: str) -> str:
    try:
        return format_number(float(cell), digits=4)
    except ValueError:
        return cell


def told_split(split: Split) -> str:
    """How rows were divided."""
    params = split.folder.manifest.params
    return f"strategy {params['strategy']}, seed {params['seed']}, parts {listed(split.parts)}"


def making_of(model: Model, scores: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Parameters, rows and features of a model."""
    for member in scores["members"]:
        given = ", ".join(f"{name}={value}" for name, value in member["params"].items())
        yield f"parameters of {member['model']}", given or "as they are by default"
    yield "training rows", count_of(scores["n_train"])
    yield "features", f"{count_of(scores['n_features'])} made of {count_of(len(model.plan.columns), 'column')}"
    if model.plan.left_out:
        yield "left out", listed((name for name, _ in model.plan.left_out), 10)


def _card(case: Case, model: Model, train: Split | None) -> Iterator[tuple[str, str]]:
    manifest = model.folder.manifest
    scores = model.folder.read_json(SCORES)
    yield "model", case.name
    if train is not None:
        yield "split", told_split(train)
    yield from making_of(model, scores)
    trained = scores["parts"].get("train", {}).get("metrics", {})
    for name in case.names[:1]:
        if trained.get(name) is not None:
            told = (
                f"{name} {format_number(trained[name], digits=4)} on the rows as the model learnt from them: encodings"
            )
            yield "fit", f"{told} that look at the target were made without each row's own, other than in use"
    yield "fingerprint of the model", manifest.fingerprint
    yield "fingerprint of the rows", case.rows.source.fingerprint
    yield "made with", manifest.made_with
