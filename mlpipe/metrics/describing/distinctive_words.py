"""The words of texts in any script, and those by which classes differ."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

# Scripts without blanks between words: Han, kana, Thai, Lao, Burmese, Khmer.
_UNSPACED = (
    "\u0e00-\u0e4e\u0e80-\u0ecf\u1000-\u104f\u1780-\u17d3\u3005"
    "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# Python's \w leaves out combining marks, without which Hindi or Tamil words fall to pieces.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0981-\u09e3\u0a01-\u0dff"
_RUN = re.compile(f"[{_UNSPACED}]+|(?:(?![{_UNSPACED}])[^\\W\\d_]|[{_MARKS}])+(?:['’](?![{_UNSPACED}])[^\\W\\d_]+)?")
_FUNCTION_SIGNS = frozenset("的了是在和也就都而及与着或吗呢吧啊呀这那我你他她它们不有个一为之のをにはがでともへ")
LETTERS = 2_000
"""Letters of a text that are looked at."""
_EVERYWHERE = 0.5
"""A word in so large a share of all texts says nothing about any."""
_PRIOR = 0.01
"""Weight of the prior: so many imagined texts of average words for each real one."""


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word, the texts that hold it, and their share among the texts it is counted in.

    Parameters
    ----------
    weight : float
        How much it says: the count, or the z-score by which it is typical of a class.
    elsewhere : float or None
        The share of the texts of all other classes that hold it.
    """

    text: str
    count: int
    share: float
    weight: float
    elsewhere: float | None = None


def split_words(text: str) -> Iterator[str]:
    """Words in small letters; two by two letters where a script has no blanks between words.

    Numbers, single letters and the most frequent function words are left out.

    Examples
    --------
    >>> list(split_words("The QUEEN's 3 ships, naïve")), list(split_words("流量很多"))
    (["queen's", 'ships', 'naïve'], ['流量', '量很', '很多'])
    """
    stop = _stop_words()
    for run in _RUN.findall(text[:LETTERS].casefold()):
        if not _is_unspaced(run[0]):
            if len(run) > 1 and run not in stop and run.partition("'")[0] not in stop:
                yield run
        elif len(run) == 1:
            yield run
        else:
            yield from (run[k : k + 2] for k in range(len(run) - 1) if not _FUNCTION_SIGNS & set(run[k : k + 2]))


@cache
def _stop_words() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS) | {"don't", "i'm", "it's", "im", "dont", "u", "ur"}


@cache
def _is_unspaced(letter: str) -> bool:
    return re.match(f"[{_UNSPACED}]", letter) is not None


def count_words(texts: Sequence[str], *, limit: int) -> list[Word]:
    """The words in most texts, those in over half of them left out unless nothing else is there."""
    held = Counter(word for text in texts for word in set(split_words(text)))
    telling = {word: n for word, n in held.items() if n <= max(_EVERYWHERE * len(texts), 1)} or held
    best = sorted(telling.items(), key=lambda item: (-item[1], item[0]))[:limit]
    return [Word(text=word, count=n, share=n / len(texts), weight=float(n)) for word, n in best]


def typical_words(texts: Sequence[str], codes: NDArray[np.int64], n_classes: int, *, limit: int) -> list[list[Word]]:
    """For each class, the words that its texts hold more often than the others', the most certain first.

    The weight is the z-score of the log-odds ratio with an informative Dirichlet prior, over counts of texts: a
    word seen once or twice counts for little, a word that every class uses for nothing.

    Parameters
    ----------
    codes : ndarray of shape (len(texts),)
        The class of each text, in [0, n_classes).

    References
    ----------
    B. L. Monroe, M. P. Colaresi, K. M. Quinn, Fightin' Words, Political Analysis 16 (2008) 372-403, eqs. 16-22.
    """
    held: list[Counter[str]] = [Counter() for _ in range(n_classes)]
    for text, code in zip(texts, codes.tolist(), strict=True):
        held[code].update(set(split_words(text)))
    words = sorted({word for counter in held for word, n in counter.items() if n > 1})
    if not words:
        return [[] for _ in range(n_classes)]
    counts = np.array([[counter[word] for word in words] for counter in held], dtype=np.float64)
    sizes = np.bincount(codes, minlength=n_classes)
    scores = log_odds(counts)
    found = []
    for k in range(n_classes):
        order = [int(j) for j in np.argsort(-scores[k], kind="stable")[:limit] if scores[k, j] > 0 and counts[k, j] > 1]
        others = max(len(texts) - int(sizes[k]), 1)
        found.append([
            Word(
                text=words[j],
                count=int(counts[k, j]),
                share=float(counts[k, j] / sizes[k]),
                weight=float(scores[k, j]),
                elsewhere=float((counts[:, j].sum() - counts[k, j]) / others),
            )
            for j in order
        ])  # fmt: skip
    return found


def log_odds(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """z-scores of the log-odds of each word in each class against all others; shape (n_classes, n_words)."""
    everywhere = counts.sum(axis=0)
    prior = _PRIOR * everywhere + 0.01
    inside, outside = counts + prior, everywhere - counts + prior
    n_inside, n_outside = inside.sum(axis=1, keepdims=True), outside.sum(axis=1, keepdims=True)
    if len(counts) < 2:
        return np.zeros_like(counts)
    with np.errstate(divide="ignore"):
        delta = np.log(inside / np.maximum(n_inside - inside, 1e-9)) - np.log(
            outside / np.maximum(n_outside - outside, 1e-9)
        )
    scores: NDArray[np.float64] = delta / np.sqrt(1 / inside + 1 / outside)
    return scores


def word_sizes(weights: Sequence[float]) -> list[float]:
    """Sizes of letters in a cloud, from 0.8 to 2.4 times the text's, spread between the least and the largest weight.

    Examples
    --------
    >>> word_sizes([9.0, 4.0, 1.0]), word_sizes([2.0, 2.0])
    ([2.4, 1.6, 0.8], [1.6, 1.6])
    """
    roots = [math.sqrt(weight) for weight in weights]
    low, high = min(roots, default=0.0), max(roots, default=0.0)
    return [round(0.8 + 1.6 * (root - low) / (high - low), 2) if high > low else 1.6 for root in roots]
