"""What should make a reader careful about an evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.bootstrap import wilson
from mlpipe.target import LabelsTarget
from mlpipe.words.lists import count_of, either, listed
from mlpipe.words.numbers import format_number, format_share, half_width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlpipe.metrics.arrays import Floats
    from mlpipe.metrics.outcome import Outcome
    from mlpipe.metrics.results import Measure

_FEW_ROWS = 100
_FEW_OF_A_CLASS = 50
_INFLATED = 1.5


def find_caveats(outcome: Outcome, measures: Mapping[str, Measure]) -> tuple[str, ...]:
    """Sentences about few rows, rare classes, unknown labels, inflated probabilities, scores too good to be true."""
    found = [_few_rows(outcome, measures)]
    if isinstance(outcome.target, LabelsTarget) and outcome.n_rows:
        found.append(_rare_label(outcome.target, outcome))
    if outcome.classes:
        found += [_unknown_labels(outcome), _absent_classes(outcome), _rare_class(outcome), _inflated(outcome)]
    found.append(_too_good(measures))
    return tuple(sentence for sentence in found if sentence)


def _few_rows(outcome: Outcome, measures: Mapping[str, Measure]) -> str:
    if outcome.n_rows >= _FEW_ROWS:
        return ""
    told = f"Only {outcome.n_rows} rows: the intervals are wide, and may be too narrow still."
    widest = next((name for name in ("accuracy", "r2") if name in measures and measures[name].low is not None), None)
    if widest is None:
        return told
    found = measures[widest]
    return f"{told} {widest} may be anything from {_end(found.low, found)} to {_end(found.high, found)}."


def _end(value: float | None, found: Measure) -> str:
    return format_number(value, half_width(found.low, found.high))


def interval_coverage(y_true: Floats, y_pred: Floats, reach: float, coverage: float) -> tuple[str, bool]:
    """How many true values the intervals of a model's predictions hold, and whether those are too few.

    Too few where the share's own 95 % interval (Wilson's) lies below what was promised.
    """
    held = float((np.abs(y_true - y_pred) <= reach).mean())
    low, high = wilson(held, len(y_true), 0.95)
    span = f"{format_share(low)} to {format_share(high)}"
    told = f"intervals made to hold {format_share(coverage)} of the rows hold {format_share(held)} of these ({span})"
    return told, high < coverage


def _unknown_labels(outcome: Outcome) -> str:
    unknown = outcome.labels[len(outcome.classes) :]
    if not unknown:
        return ""
    rows = int(outcome.support[len(outcome.classes) :].sum())
    told = f"{count_of(rows, 'row')} {either(rows, 'has', 'have')} a label that the model has never seen"
    return f"{told} ({listed(map(repr, unknown))}): counted as errors."


def _absent_classes(outcome: Outcome) -> str:
    absent = [outcome.labels[k] for k in np.flatnonzero(outcome.support == 0)]
    return f"Classes without rows here, of which nothing can be said: {listed(map(repr, absent))}." if absent else ""


def _rare_class(outcome: Outcome) -> str:
    if not outcome.n_rows:
        return ""
    present = np.flatnonzero(outcome.support)
    rarest = int(present[np.argmin(outcome.support[present])])
    rows = int(outcome.support[rarest])
    if rows >= _FEW_OF_A_CLASS:
        return ""
    few = f"{count_of(rows, 'row')} {either(rows, 'is', 'are')}"
    return f"Only {few} {outcome.labels[rarest]!r}: scores that depend on this class are uncertain."


def _rare_label(target: LabelsTarget, outcome: Outcome) -> str:
    """The label that fewest rows have, or lack."""
    with_it = outcome.support
    rarer = np.minimum(with_it, outcome.n_rows - with_it)
    place = int(np.argmin(rarer))
    rows = int(rarer[place])
    if rows >= _FEW_OF_A_CLASS:
        return ""
    has = either(rows, "has", "have") if with_it[place] == rows else either(rows, "lacks", "lack")
    told = f"Only {count_of(rows, 'row')} {has} the label" if rows else "All rows are alike in the label"
    return f"{told} {target.columns[place]!r}: its scores are uncertain, and the means over the labels with them."


def _inflated(outcome: Outcome) -> str:
    """Probabilities of a class that are far higher than its share, as resampling makes them."""
    if outcome.y_proba is None or not outcome.n_rows:
        return ""
    mean = outcome.y_proba.mean(axis=0)
    share = outcome.support[: len(outcome.classes)] / outcome.n_rows
    ratio = np.divide(mean, share, out=np.zeros_like(mean), where=share > 0)
    # A handful of rows, or a difference of a point or two, comes about by chance.
    ratio[(share * outcome.n_rows < 10) | (mean - share < 0.05)] = 0.0
    worst = int(np.argmax(ratio))
    if ratio[worst] <= _INFLATED:
        return ""
    called, happened = format_share(float(mean[worst])), format_share(float(share[worst]))
    return (
        f"Probabilities of {outcome.classes[worst]!r} are too high: {called} on average where {happened} of the rows "
        "are. Resampling and class weights do this; the order of the rows may be good all the same, but do not read "
        "the probabilities as such."
    )


def _too_good(measures: Mapping[str, Measure]) -> str:
    perfect = [n for n in ("accuracy", "roc_auc", "r2") if n in measures and (measures[n].value or 0.0) >= 0.9999]
    if not perfect:
        return ""
    return f"{' and '.join(perfect)} {either(len(perfect), 'is', 'are')} perfect: look for a column that gives it away."
