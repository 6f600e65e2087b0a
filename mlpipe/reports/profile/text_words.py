"""The words of a profile's text columns, per class of the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.schema import Kind, Role
from mlpipe.metrics.describing.distinctive_words import Word, count_words, typical_words, word_sizes
from mlpipe.plots.text import shorten
from mlpipe.reports.profile.sections import LevelRow, TextSection, WordGroup
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlpipe.data.profiling.column_profile import Cells
    from mlpipe.data.profiling.profile import Profile

MOST_TEXTS = 20_000
MOST_COLUMNS = 4
CLASSES = 4
CLOUD_WORDS = 40
LISTED = 10


def text_sections(
    profile: Profile, cells: Sequence[Cells], anchors: Mapping[str, str], *, seed: int
) -> tuple[tuple[TextSection, ...], tuple[str, ...]]:
    """Words of the text columns, and what to tell of those left out."""
    texts = [c for c in cells if c.column.role is Role.TEXT and c.column.kind is Kind.STRING and c.n_present]
    target = next((c for c in cells if c.name == profile.target), None)
    if profile.task is None or not profile.task.is_classification:
        target = None
    found = [(c, _group(c, target, seed)) for c in texts[:MOST_COLUMNS]]
    found = [(c, groups) for c, groups in found if any(words for _, _, words in groups)]
    if not found:
        return (), ()
    sections = tuple(
        TextSection(name=c.name, anchor=anchors[c.name], caption=_caption(target, len(drawn)), groups=drawn)
        for c, groups in found
        if (drawn := tuple(_drawn(label, k, words) for label, k, words in groups if words))
    )
    more = len(texts) > MOST_COLUMNS
    return sections, (f"Words are shown of {MOST_COLUMNS} of {len(texts)} text columns.",) if more else ()


def _drawn(label: str, k: int, words: Sequence[Word]) -> WordGroup:
    sizes = word_sizes([word.weight for word in words])
    cloud = sorted(zip([word.text for word in words], sizes, strict=True))
    return WordGroup(label=label, colour=f"c{k}", cloud=tuple(cloud), words=_rows(words[:LISTED]))


def _group(cells: Cells, target: Cells | None, seed: int) -> list[tuple[str, int, list[Word]]]:
    """Label, colour and words of each class, or of all rows."""
    rows = np.flatnonzero(cells.codes >= 0)
    if len(rows) > MOST_TEXTS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_TEXTS, replace=False))
    if target is None or target.distinct < 2:
        return [("", 0, count_words([cells.values[k] for k in cells.codes[rows].tolist()], limit=CLOUD_WORDS))]
    order = np.argsort(-target.counts, kind="stable")
    rank = np.full(target.distinct + 1, -1, dtype=np.int64)
    rank[order] = np.arange(len(order))
    codes = rank[target.codes[rows]]
    kept = rows[codes >= 0]
    texts = [cells.values[k] for k in cells.codes[kept].tolist()]
    found = typical_words(texts, codes[codes >= 0], target.distinct, limit=CLOUD_WORDS)
    labels = [shorten(str(target.values[k]), 40) for k in order.tolist()]
    return [(labels[k], k, found[k]) for k in range(min(CLASSES, len(labels)))]


def _rows(words: Sequence[Word]) -> tuple[LevelRow, ...]:
    peak = max((word.weight for word in words), default=1.0)
    return tuple(
        LevelRow(
            text=word.text,
            count=format_share(word.share),
            share="" if word.elsewhere is None else f"against {format_share(word.elsewhere)}",
            width=round(100 * word.weight / peak, 1),
        )
        for word in words
    )


def _caption(target: Cells | None, shown: int) -> str:
    if target is None:
        return "Words by the share of rows that hold them; function words are left out."
    rest = (
        f" The {shown} largest of {count_of(target.distinct, 'class', 'classes')}." if target.distinct > CLASSES else ""
    )
    return (
        f"The words most typical of each class of {target.name}: the share of its rows that hold the word, "
        f"against the share of all others.{rest}"
    )
