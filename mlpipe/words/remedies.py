"""What can be done about an error, way by way, so that a command names what it can do and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlpipe.words.parameters import parameters_in

if TYPE_CHECKING:
    from collections.abc import Collection

ANY = "any"
"""In place of a step: whichever it was."""
NOTHING_OFFERED = "Correct what is named, and run again."
_LEAD = re.compile(r"^; (or |else )?")
"""Before a way that says more of those before it; others are joined by "or"."""


class Way(str):
    """A thing to do, and the step in which that is, where it is not the one at hand."""

    __slots__ = ("step",)
    step: str

    def can_be_done(self, known: Collection[str]) -> bool:
        """Whether these parameters are all it needs."""
        return bool(self.step) or parameters_in(self) <= set(known)


class Remedy(str):
    """Sentences, each of them a choice of ways."""

    __slots__ = ("sentences",)
    sentences: tuple[tuple[Way, ...], ...]

    def __add__(self, other: str) -> Remedy:
        """Both, one after the other."""
        return _remedy(*self.sentences, *(other if isinstance(other, Remedy) else ways(other)).sentences)


def in_step(step: str, text: str) -> Way:
    """A way that begins with another step, whose parameters it names."""
    way = Way(text)
    way.step = step
    return way


def ways(*texts: str) -> Remedy:
    """A sentence of things to do, the best first; the command at hand leaves out those that it cannot do.

    Examples
    --------
    >>> from mlpipe.words.parameters import param
    >>> remedy = ways("Correct the line", f"give the file's {param('encoding')}") + ways("Is it whole?")
    >>> str(remedy)
    "Correct the line, or give the file's `encoding`. Is it whole?"
    >>> offered(remedy, {"delimiter"})
    'Correct the line. Is it whole?'
    """
    return _remedy(tuple(text if isinstance(text, Way) else in_step("", text) for text in texts))


def offered(remedy: str, known: Collection[str]) -> str:
    """What of a remedy can be done where these parameters can be given; a plain text is one way.

    Examples
    --------
    >>> from mlpipe.words.parameters import param
    >>> again = in_step("split", f"split again with {param('task', 'regression')}")
    >>> offered(ways(f"Leave {param('k')} away", again), {"model"})
    "Split again with `task='regression'`."
    """
    if not isinstance(remedy, Remedy):
        return remedy if in_step("", remedy).can_be_done(known) else NOTHING_OFFERED
    able = (tuple(way for way in sentence if way.can_be_done(known)) for sentence in remedy.sentences)
    return _remedy(*filter(None, able)) or NOTHING_OFFERED


def _remedy(*sentences: tuple[Way, ...]) -> Remedy:
    remedy = Remedy(" ".join(map(_sentence, sentences)))
    remedy.sentences = sentences
    return remedy


def _sentence(able: tuple[Way, ...]) -> str:
    told = _LEAD.sub("", able[0])
    told = told[:1].upper() + told[1:]
    for way in able[1:]:
        told += way if way.startswith(";") else f", or {way}"
    return told if told.endswith((".", "?")) else f"{told}."
