"""What of all that was compared is worth a finding: sure after a correction for many looks, and large enough."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.profiling.column_profile import as_text
from mlpipe.data.profiling.findings import Finding, build_finding
from mlpipe.data.schema import Kind, Role
from mlpipe.metrics.drift.distances import sure_ones
from mlpipe.metrics.drift.relations import CHANCE as CHANCE_UNTIED
from mlpipe.words.lists import count_of, listed, quoted
from mlpipe.words.numbers import HUNDREDTH, format_interval, format_number, format_share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlpipe.data.drift.columns import ColumnDrift
    from mlpipe.data.drift.scores import ScoreDrift
    from mlpipe.metrics.drift.relations import Relation
    from mlpipe.metrics.drift.telling_apart import ToldApart

CHANCE = 0.01
"""Idle comparisons of a whole table that may give a finding, in 100: for columns, predictions and target together."""
CHANCE_APART = 0.005
MOVED = 0.1
"""Distance from which a sure move matters: of shares (total variation), and of distributions (Kolmogorov-Smirnov)."""
MOVED_TARGET = 0.05
MISSING = 0.05
UNSEEN = 0.01
UNTIED = 0.1
"""Change of a rank correlation from which a pair of columns matters."""
APART = 0.55
"""Area under the curve from which telling old rows from new matters."""
FEW = 100
_DAY = 86_400_000_000
"""Microseconds."""
_MEDIAN = math.sqrt(math.pi / 2)
"""Standard error of a median in units of that of a mean, for numbers about normal."""
_POWER = 0.1
"""How near to a power of ten a ratio of medians must be, in powers, to be told as a change of unit."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """All that was held beside the training rows.

    Parameters
    ----------
    columns : tuple of ColumnDrift
        What the model may learn from.
    predictions, target : tuple of ColumnDrift
        Columns of the predictions beside those of unseen rows of the split; of the target beside the training rows'.
    told_apart : ToldApart or None
    relation : Relation or None
        The pair of columns that goes together otherwise, most of all.
    scores : tuple of ScoreDrift
        The metrics, where the target is known.
    """

    columns: tuple[ColumnDrift, ...]
    predictions: tuple[ColumnDrift, ...] = ()
    target: tuple[ColumnDrift, ...] = ()
    told_apart: ToldApart | None = None
    relation: Relation | None = None
    scores: tuple[ScoreDrift, ...] = ()


def find_drift(compared: Compared, *, unread: dict[str, int], n_rows: int) -> tuple[Finding, ...]:
    """List what has moved, in order of the codes, the farthest first.

    Parameters
    ----------
    unread : dict
        Cells of each column that cannot be read.
    n_rows : int
        New rows that were compared.
    """
    found = [*_moves(compared), *_apart(compared), *_untied(compared.relation), *_worse(compared.scores)]
    for name, n in unread.items():
        if n:
            found.append(build_finding("MLP612", f"{count_of(n, 'cell')} cannot be read.", column=name))
    if n_rows < FEW:
        message = f"{count_of(n_rows, 'row')}: only large moves can be told from chance."
        found.append(build_finding("MLP611", message))
    return tuple(sorted(found, key=lambda finding: finding.code))


def _moves(compared: Compared) -> Iterator[Finding]:
    """Findings of single columns: one family of tests, corrected together."""
    tests: list[tuple[str, ColumnDrift, float]] = []
    for drift in sorted(compared.columns, key=lambda drift: -drift.worst):
        tests += [
            ("value", drift, drift.moved.p_value),
            ("missing", drift, drift.missing_p),
            ("unseen", drift, drift.unseen_p),
        ]
    tests += [("prediction", drift, drift.moved.p_value) for drift in compared.predictions]
    tests += [("target", drift, drift.moved.p_value) for drift in compared.target]
    sure = sure_ones([p for *_, p in tests], level=CHANCE)
    for (what, drift, _), is_sure in zip(tests, sure, strict=True):
        if is_sure:
            yield from _told(what, drift)


def _told(what: str, drift: ColumnDrift) -> Iterator[Finding]:
    distance = _distance(drift)
    if what == "missing":
        was, now = drift.missing_shares
        code = "MLP603" if abs(now - was) >= MISSING else "MLP610"
        yield build_finding(code, f"{format_share(now)} missing; it was {format_share(was)}.", column=drift.name)
    elif what == "unseen":
        code = "MLP604" if drift.unseen_share >= UNSEEN else "MLP610"
        levels = listed(quoted(level) for level, _ in drift.unseen_levels)
        cells = f"{count_of(drift.unseen, 'cell')} ({format_share(drift.unseen_share)})"
        yield build_finding(code, f"{cells} hold levels that training has not seen: {levels}.", column=drift.name)
    elif what == "target":
        code = "MLP608" if distance >= MOVED_TARGET else "MLP610"
        yield build_finding(code, f"{_how(drift)}.", column=drift.name)
    elif what == "prediction":
        code = "MLP607" if distance >= MOVED else "MLP610"
        yield build_finding(code, f"{_how(drift)}.", column=drift.name)
    elif distance < MOVED:
        yield build_finding("MLP610", f"{_how(drift)}.", column=drift.name)
    elif drift.role is Role.TIME:
        yield build_finding("MLP613", f"{_how(drift)}.", column=drift.name)
    elif scale := _scale(drift):
        yield build_finding("MLP605", f"{scale} {_how(drift)}.", column=drift.name)
    else:
        yield build_finding("MLP602" if drift.levels else "MLP601", f"{_how(drift)}.", column=drift.name)


def _distance(drift: ColumnDrift) -> float:
    found = drift.moved.distances
    return max((found[name].value for name in ("ks", "tv") if name in found), default=0.0)


def _how(drift: ColumnDrift) -> str:
    """The move in words, with its distances beside what chance gives."""
    told = []
    for name, distance in sorted(drift.moved.distances.items(), reverse=True):
        usual = f"chance gives up to {format_number(distance.high, HUNDREDTH)}"
        told.append(f"{name.upper()} {format_number(distance.value, HUNDREDTH)} ({usual})")
    return f"{_centre(drift)}; {', '.join(told)}" if drift.moved.distances else _centre(drift)


def _centre(drift: ColumnDrift) -> str:
    if drift.levels:
        rows = [max(sum(counts), 1) for counts in _sides(drift)]
        shares = [(level, was / rows[0], now / rows[1]) for level, was, now in drift.levels]
        top = sorted(shares, key=lambda share: -abs(share[1] - share[2]))[:3]
        return "; ".join(f"{quoted(level)} {format_share(now)}, was {format_share(was)}" for level, was, now in top)
    was, now = (float(np.nanmedian(side)) for side in (drift.old, drift.new))
    if drift.kind is Kind.DATETIME:
        told = [np.datetime64(int(middle), "us").astype("datetime64[s]").item() for middle in (now, was)]
        near = abs(now - was) < _DAY
        return "Median {}, was {}".format(*(as_text(moment) if near else moment.date().isoformat() for moment in told))
    what = "Median length" if drift.role is Role.TEXT else "Median"
    sure = _MEDIAN * float(np.nanstd(drift.old)) / math.sqrt(np.count_nonzero(~np.isnan(drift.old)))
    return f"{what} {format_number(now, sure)}, was {format_number(was, sure)}"


def _sides(drift: ColumnDrift) -> tuple[list[int], list[int]]:
    return [was for _, was, _ in drift.levels], [now for _, _, now in drift.levels]


def _scale(drift: ColumnDrift) -> str:
    """Whether the middle half of the new numbers lies outside of all training rows: another unit, as a rule."""
    if drift.levels or not drift.kind.numeric:
        return ""
    old, new = drift.old[~np.isnan(drift.old)], drift.new[~np.isnan(drift.new)]
    low, high = np.quantile(new, [0.25, 0.75])
    if not (low > old.max() or high < old.min()):
        return ""
    was, now = float(np.median(old)), float(np.median(new))
    if was and now / was > 0:
        power = math.log10(now / was)
        if round(power) and abs(power - round(power)) < _POWER:
            ratio = count_of(10 ** abs(round(power)))
            return f"Numbers are about {ratio} times {'larger' if power > 0 else 'smaller'}."
    return "The middle half lies outside of all training rows."


def _apart(compared: Compared) -> Iterator[Finding]:
    apart = compared.told_apart
    if apart is None or apart.p_value > CHANCE_APART or apart.auc < APART:
        return
    by = f", most by {listed(name for name, _ in apart.by)}" if apart.by else ""
    auc = format_interval(apart.auc, apart.low, apart.high)
    yield build_finding("MLP606", f"A classifier tells new rows from old ones with AUC {auc}{by}.")


def _untied(relation: Relation | None) -> Iterator[Finding]:
    if relation is None or relation.p_value > CHANCE_UNTIED:
        return
    code = "MLP614" if abs(relation.now - relation.was) >= UNTIED else "MLP610"
    now, was = (format_number(value, HUNDREDTH) for value in (relation.now, relation.was))
    message = f"The rank correlation of {' and '.join(relation.names)} is {now}; it was {was}."
    yield build_finding(code, message)


def _worse(scores: Sequence[ScoreDrift]) -> Iterator[Finding]:
    for score in scores:
        if score.sure and score.worse:
            now = format_interval(score.new.value, score.new.low, score.new.high)
            was = format_interval(score.old.value, score.old.low, score.old.high)
            yield build_finding("MLP609", f"{score.told} is {now}; on unseen rows of the split it was {was}.")
