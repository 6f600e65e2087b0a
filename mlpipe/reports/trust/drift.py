"""A comparison with training rows as a page: what moved, what it means for the model, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlpipe.reports.profile.finding_groups import group_findings
from mlpipe.reports.rendering import html_environment
from mlpipe.reports.sections import NO_FIGURES, Gallery
from mlpipe.reports.trust.facts import finding_facts, mood_of
from mlpipe.reports.trust.overlays import LevelRow, Overlay, draw_overlay, level_rows
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import HUNDREDTH, THOUSANDTH, format_interval, format_number, format_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.data.drift.columns import ColumnDrift
    from mlpipe.data.drift.findings import Compared
    from mlpipe.data.drift.scores import ExpectedScore
    from mlpipe.data.profiling.findings import Finding

RETRAIN = "mlpipe run mlpipe.toml --data NEW.csv -o NEW"
COPIED = "Many new rows are copies of training rows"
DRAWN = 40
"""Columns that are drawn; of more, the worst."""


@dataclass(frozen=True, kw_only=True)
class DriftSummary:
    """Everything that the page says.

    Parameters
    ----------
    rows : (int, int)
        Training rows and new ones.
    part : str
        The part of the split whose rows the model has not seen; empty where there is none.
    series : Gallery
        The figure of periods or files; empty where there is none.
    failed : tuple of str
        Limits that were not kept.
    n_trained : int
        New rows that trained the model.
    """

    model: str
    data: str
    rows: tuple[int, int]
    part: str
    compared: Compared
    expected: ExpectedScore | None
    findings: tuple[Finding, ...]
    failed: tuple[str, ...] = ()
    n_trained: int = 0
    series: Gallery = NO_FIGURES
    notes: tuple[str, ...] = ()
    provenance: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ColumnRow:
    """A column as the page shows it."""

    name: str
    role: str
    distance: str
    chance: str
    psi: str
    missing: str
    unseen: str
    overlay: Overlay | None
    levels: tuple[LevelRow, ...]


def headline(findings: Sequence[Finding], n_columns: int) -> str:
    """The verdict in a sentence.

    Examples
    --------
    >>> headline((), 3)
    'Nothing moved beyond chance in 3 columns'
    """
    grave = [finding for finding in findings if finding.severity.value != "info"]
    columns = {finding.column for finding in grave if finding.code in _OF_COLUMNS}
    if any(finding.code == "MLP609" for finding in grave):
        return "The model is worse on the new rows"
    if columns:
        moved = f"{count_of(len(columns))} of {count_of(n_columns, 'column')}"
        return f"{moved} {either(len(columns), 'has', 'have')} moved"
    if grave:
        return _told(grave)
    return f"Nothing moved beyond chance in {count_of(n_columns, 'column')}"


_OF_COLUMNS = frozenset({"MLP601", "MLP602", "MLP603", "MLP604", "MLP605", "MLP612"})
_OF_TABLE = {
    "MLP606": "columns go together otherwise",
    "MLP607": "predictions have moved",
    "MLP608": "the target has moved",
    "MLP614": "columns go together otherwise",
}


def _told(grave: Sequence[Finding]) -> str:
    told = [_OF_TABLE[finding.code] for finding in grave if finding.code in _OF_TABLE]
    return f"No column moved alone, but {' and '.join(dict.fromkeys(told))}"


def advice(findings: Sequence[Finding]) -> tuple[tuple[tuple[str, bool], ...], ...]:
    """What to do now, in sentences: their parts, and whether each is a command to copy."""
    codes = {finding.code for finding in findings if finding.severity.value != "info"}
    if not codes:
        return (_parts("Go on: nothing asks for a new model."),)
    told = []
    if codes & {"MLP605", "MLP612", "MLP603"}:
        told.append(
            "Look at the source first: a unit, a format or a join may have changed, and no new model mends that."
        )
    told.append(
        f"Where the new rows are right, train on them: `{RETRAIN}` keeps roles, "
        "recipe and choice of model; then hold both models against the same rows with `mlpipe compare`."
    )
    if codes & {"MLP608"}:
        told.append("Where only the shares of the classes moved, a new threshold may do.")
    return tuple(map(_parts, told))


def _parts(sentence: str) -> tuple[tuple[str, bool], ...]:
    return tuple((part, place % 2 == 1) for place, part in enumerate(sentence.split("`")) if part)


def render_drift(summary: DriftSummary) -> str:
    """The page, which needs nothing but itself."""
    ordered = sorted(summary.compared.columns, key=lambda drift: -drift.worst)
    template = html_environment().get_template("drift.html.j2")
    return template.render(
        summary=summary,
        verdict=headline(summary.findings, len(summary.compared.columns)),
        mood=mood_of(summary.findings),
        groups=group_findings(finding_facts(summary.findings)),
        advice=advice(summary.findings),
        expected=_expected(summary.expected),
        columns=[_row(drift) for drift in ordered[:DRAWN]],
        n_more=max(len(ordered) - DRAWN, 0),
        others=[_row(drift) for drift in (*summary.compared.predictions, *summary.compared.target)],
        apart=_apart(summary),
        scores=_scores(summary),
    )


def _row(drift: ColumnDrift) -> ColumnRow:
    found = drift.moved.distances
    distance = found.get("ks") or found.get("tv")
    was, now = drift.missing_shares
    return ColumnRow(
        name=drift.name,
        role=drift.role.value,
        distance=format_number(distance.value if distance else None, HUNDREDTH),
        chance=format_number(distance.high if distance else None, HUNDREDTH),
        psi=format_number(found["psi"].value if "psi" in found else None, HUNDREDTH),
        missing=f"{format_share(was)} → {format_share(now)}" if was or now else "",
        unseen=format_share(drift.unseen_share) if drift.unseen else "",
        overlay=None if drift.levels else draw_overlay(drift),
        levels=level_rows(drift),
    )


def _apart(summary: DriftSummary) -> str:
    apart = summary.compared.told_apart
    if apart is None and summary.n_trained:
        trained = count_of(summary.n_trained, "new row")
        return f"{trained} trained the model: too few others are left to tell from old ones."
    if apart is None:
        return "There are too few rows for a classifier to tell new ones from old ones."
    auc = format_interval(apart.auc, apart.low, apart.high)
    if apart.copied:
        return f"{COPIED}: a classifier does worse than a coin (AUC {auc}), for it takes each for the other's side."
    return f"A classifier tells new rows from training rows with AUC {auc}; a coin has 0.5."


def _expected(expected: ExpectedScore | None) -> str:
    if expected is None:
        return "What the move does to the model's scores cannot be estimated: rows it has not seen are too few."
    if expected.value is None:
        effective = count_of(int(expected.n_effective), "row")
        return f"What the move does to {expected.told} cannot be estimated: {expected.reason} (worth {effective})."
    was, now = (format_number(value, THOUSANDTH) for value in (expected.old, expected.value))
    effective = count_of(int(expected.n_effective), "row")
    return (
        f"Old unseen rows, each counted as often as rows like it are among the new ones, give {expected.told} {now}; "
        f"counted alike, {was} (worth {effective}). "
        "That holds where rows of a kind still have the targets that they had."
    )


def _scores(summary: DriftSummary) -> list[tuple[str, str, str, str]]:
    return [
        (
            score.told,
            format_interval(score.old.value, score.old.low, score.old.high),
            format_interval(score.new.value, score.new.low, score.new.high),
            "worse" if score.sure and score.worse else "better" if score.sure else "",
        )
        for score in summary.compared.scores
    ]
