"""The card of a model: what it is for, what it learnt from, how well it does, and where it should not be trusted.

Its headings are those of Mitchell et al., "Model Cards for Model Reporting" (2019), as far as data can fill them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from mlpipe.metrics.registry import find_metric
from mlpipe.reports.evaluation.contents import drivers_section
from mlpipe.reports.evaluation.report_rows import metric_rows
from mlpipe.reports.plan_words import describe_plan
from mlpipe.reports.rendering import markdown_environment
from mlpipe.reports.sections import Bullets, Column, Facts, Paragraph, Part, Section, Table
from mlpipe.target import ClassTarget, LabelsTarget, NoTarget, NumbersTarget, NumberTarget
from mlpipe.words.lists import count_of, listed
from mlpipe.words.numbers import format_number, format_share

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlpipe.features.plan.plan import Plan
    from mlpipe.features.reference import ColumnReference, Reference
    from mlpipe.metrics.results import Measure
    from mlpipe.reports.evaluation.contents import Driver
    from mlpipe.target import Target
    from mlpipe.target.reference import TargetReference

MOST_LEVELS, MOST_COLUMNS = 5, 200

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class CrossValidated:
    """A metric over folds: mean and standard deviation."""

    mean: float | None
    std: float | None
    n_folds: int


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What an evaluation found on rows that the model had not seen.

    Parameters
    ----------
    rows : str
        Which.
    """

    rows: str
    n_rows: int
    verdict: str
    headline: str
    metrics: Mapping[str, Measure]
    baseline: Mapping[str, float | None]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Card:
    """Everything that the card of a model says.

    Parameters
    ----------
    data, making : tuple of pairs
        Names and what they stand for: of the table and its parts, and of the model.
    reference, counts : Reference, TargetReference
        The training rows, column by column, and their target.
    notes : tuple of str
        What training said of itself.
    judged : Judged, optional
        `None` where no evaluation was given.
    """

    model: str
    target: Target
    data: Pairs
    reference: Reference
    counts: TargetReference
    plan: Plan
    making: Pairs
    cross_validated: Mapping[str, CrossValidated]
    drivers: tuple[Driver, ...]
    notes: tuple[str, ...]
    judged: Judged | None


def render_card(card: Card) -> str:
    """Render the card as Markdown."""
    on = f" on {card.target.name}" if card.target.columns else ""
    text: str = (
        markdown_environment()
        .get_template("card.md.j2")
        .render(title=f"Card of {card.model}{on}", purpose=_purpose(card.target), sections=tuple(_sections(card)))
    )
    return text


def _purpose(target: Target) -> str:
    """What the model is for, in a sentence."""
    match target:
        case ClassTarget(positive=None):
            return f"For each row it says which class of {target.name} it has: {listed(target.classes, 10)}."
        case ClassTarget():
            first = f"For each row it says which class of {target.name} it has: {listed(target.classes)}."
            return f"{first} {target.positive} is the one sought."
        case NumberTarget():
            return f"For each row it says how large {target.name} is."
        case NumbersTarget():
            return f"For each row it says how large {listed(target.columns, 10)} are."
        case LabelsTarget():
            return f"For each row it says which of these it has, any number of them: {listed(target.columns, 10)}."
        case NoTarget():
            return "For each row it says which cluster it is in."
        case _:
            assert_never(target)


def _sections(card: Card) -> Iterator[Section]:
    yield Section(
        key="data", title="What it learnt from", parts=(Facts(pairs=card.data), *_counts(card), *_columns(card))
    )
    yield Section(key="model", title="Model", parts=(Facts(pairs=card.making), *_folds(card)))
    if (drivers := drivers_section(card.drivers, card.target, None)) is not None:
        yield drivers
    yield _judged(card)
    yield Section(key="limits", title="Limits", parts=(Bullets(items=tuple(_limits(card))),))


def _counts(card: Card) -> Iterator[Table]:
    """Rows of each class or label."""
    if not card.counts.counts:
        return
    rows = card.reference.columns[0].rows if card.reference.columns else sum(card.counts.counts.values())
    yield Table(
        name="Target",
        columns=(Column(name=card.target.name), *_numbers("Training rows", "Share")),
        rows=tuple((name, count_of(n), format_share(n / rows)) for name, n in card.counts.counts.items()),
    )


def _numbers(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name=name, number=True) for name in names)


def _columns(card: Card) -> Iterator[Part]:
    """Each column that the model sees, as it was among the training rows, and what becomes of it."""
    done = {name: how for name, _, how, _ in describe_plan(card.plan)}
    yield Table(
        name="Columns",
        columns=(
            Column(name="Column"), Column(name="Role"), *_numbers("Missing"),
            Column(name="Values", wide=True), Column(name="Prepared", wide=True),
        ),
        rows=tuple(
            (one.name, one.role.value, format_share(one.missing / one.rows), _values(one), done.get(one.name, ""))
            for one in card.reference.columns[:MOST_COLUMNS]
        ),
    )  # fmt: skip
    if (left := len(card.reference.columns) - MOST_COLUMNS) > 0:
        yield Paragraph(text=f"{count_of(left, 'column')} more, not shown.")


def _values(one: ColumnReference) -> str:
    if one.levels:
        told = [f"{level} ({format_share(n / one.rows)})" for level, n in one.levels[:MOST_LEVELS]]
        more = len(one.levels) - MOST_LEVELS
        return ", ".join([*told, f"and {'over ' if one.levels_cut else ''}{count_of(more)} more"] if more > 0 else told)
    if one.min is None or one.max is None:
        return ""
    low, high = (
        value.removesuffix("T00:00:00") if isinstance(value, str) else format_number(value)
        for value in (one.min, one.max)
    )
    middle = "" if one.mean is None else f", mean {format_number(one.mean)}"
    return f"{low} to {high}{middle}"


def _folds(card: Card) -> Iterator[Part]:
    """Scores by cross-validation on the training rows."""
    if not card.cross_validated:
        return
    yield Paragraph(text="By cross-validation on the training rows:")
    yield Table(
        name="Cross-validation",
        columns=(Column(name="Metric"), *_numbers("Mean", "Deviation", "Folds")),
        rows=tuple(
            (find_metric(name, card.target.task).named(card.target), format_number(one.mean, one.std),
             format_number(one.std), count_of(one.n_folds))
            for name, one in card.cross_validated.items()
        ),
    )  # fmt: skip


def _judged(card: Card) -> Section:
    """Scores on rows that the model has not seen; that there are none known, where none were given."""
    judged = card.judged
    if judged is None:
        text = "Not part of this card: no evaluation was given."
        return Section(key="scores", title="On unseen rows", parts=(Paragraph(text=text),))
    rows = metric_rows(judged.metrics, judged.baseline, judged.headline, target=card.target)
    table = Table(
        name="Scores",
        columns=(Column(name="Metric"), *_numbers("Score", "Dummy"), Column(name="What it is", wide=True)),
        rows=tuple((row.name, row.written, row.dummy, f"{row.summary}; {row.direction}") for row in rows),
    )
    told = f"{judged.verdict}. {count_of(judged.n_rows, 'row')}: {judged.rows}. Brackets are bootstrap intervals."
    return Section(key="scores", title="On unseen rows", parts=(Paragraph(text=told), table))


def _limits(card: Card) -> Iterator[str]:
    yield from card.notes
    if card.judged is not None:
        yield from card.judged.notes
    yield (
        "What it learnt holds where new rows come about as the training rows did: predict counts cells beyond the "
        "values above, levels not among them and gaps where there were none, and drift tells when they pile up."
    )
    yield "What it goes by goes along with the target in these rows; that it causes it is not shown."
