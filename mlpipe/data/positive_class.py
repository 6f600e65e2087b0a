"""Which of two classes is the positive one: the one that is looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlpipe.data.spellings import are_opposite, canonical_text
from mlpipe.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PAIRS = """
1 0|1 -1|positive negative|pos neg|present absent|event censored
default paid|default repaid|default good|defaulted paid|defaulted repaid|bad good|late current
churned stayed|churned retained|churned active|churn stay|churn retain|left stayed|cancelled kept|canceled kept
sick healthy|ill healthy|diseased healthy|ill well|malignant benign|cancer healthy|m b|dead alive|died survived
died lived|spam ham|fraud legit|fraud genuine|fraud legitimate|fraud normal|fraudulent legitimate|fraudulent genuine
attack normal|anomaly normal|anomalous normal|abnormal normal|outlier inlier|faulty ok|faulty good|defective ok
defective good|defect ok|failed passed|fail pass|broken intact|won lost|win loss|accepted rejected
阳性 阴性
"""
"""The positive word, then its opposite, case set aside; beside words for true and false (see `are_opposite`)."""

_OPPOSITES = frozenset(tuple(pair.split(" ")) for line in _PAIRS.split("\n") for pair in line.split("|") if pair)
_DENIALS = ("not", "no", "non", "without")


@dataclass(frozen=True, kw_only=True)
class PositiveClass:
    """The positive class, and why it is that one; no reason where it was asked for."""

    label: str
    reason: str = ""


def choose_positive(counts: Mapping[str, int], asked: str | None = None) -> PositiveClass:
    """Take the class asked for; else the word that stands for a finding against its opposite; else the rarer class.

    Parameters
    ----------
    counts : mapping
        Rows of each of the two classes, in their order; of equally rare ones the later is taken.

    Raises
    ------
    UnknownNameError
        There is no class of that name.

    Examples
    --------
    >>> choose_positive({"default": 30, "paid": 20})
    PositiveClass(label='default', reason='by its word')
    >>> choose_positive({"a": 7, "b": 7}).label, choose_positive({"a": 6, "b": 7}).label
    ('b', 'a')
    """
    if asked is not None:
        asked = canonical_text(asked)
        if asked not in counts:
            raise UnknownNameError("class", asked, counts, where="positive class")
        return PositiveClass(label=asked)
    first, second = counts
    for label, other in ((first, second), (second, first)):
        if _is_opposite(label.casefold().strip(), other.casefold().strip()):
            return PositiveClass(label=label, reason="by its word")
    if counts[first] < counts[second]:
        return PositiveClass(label=first, reason="it is the rarer one")
    return PositiveClass(
        label=second, reason="it is the rarer one" if counts[second] < counts[first] else "both are equally rare"
    )


def _is_opposite(word: str, other: str) -> bool:
    if (word, other) in _OPPOSITES or are_opposite(word, other):
        return True
    return any(other in _denied(word, denial) for denial in _DENIALS)


def _denied(word: str, denial: str) -> tuple[str, ...]:
    """A word and its plain denial: `fraud` and `not fraud`, `no_fraud`, `non-fraud`."""
    return tuple(f"{denial}{gap}{word}" for gap in (" ", "_", "-", ""))
