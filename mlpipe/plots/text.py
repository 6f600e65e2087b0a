"""Fitting names of any length and script into figures."""

from __future__ import annotations

import re
import unicodedata
from itertools import takewhile
from typing import TYPE_CHECKING

from mlpipe.words.widths import cut, cut_end, head
from mlpipe.words.widths import wrap as wrap_lines

if TYPE_CHECKING:
    from collections.abc import Sequence


def clean(text: str) -> str:
    r"""Blanks for line breaks, tabs and control characters; invisible marks are left out.

    Examples
    --------
    >>> clean("a\tb\u200b")
    'a b'
    """
    if text.isprintable():  # as nearly every text is, and there are none of these letters then
        return text.strip()
    kept = (" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    return "".join(c for c in kept if unicodedata.category(c) != "Cf").strip()


def shorten(text: str, limit: int) -> str:
    """Cut a name in the middle, where names of one family differ least.

    Examples
    --------
    >>> shorten("a very long name of a class", 15)
    'a very…a class'
    """
    return cut(clean(text), limit)


def wrap(text: str, limit: int) -> str:
    r"""Break into lines of at most `limit` columns, at blanks where there are any.

    Examples
    --------
    >>> wrap("one two three", 8)
    'one two\nthree'
    >>> wrap("流失用户", 4)
    '流失\n用户'
    """
    return "\n".join(wrap_lines(" ".join(filter(None, clean(text).split(" "))), limit))


def wrap_evenly(text: str, limit: int) -> str:
    r"""Break into as few lines as `wrap` does, of about equal length.

    Examples
    --------
    >>> wrap_evenly("one two three four", 14)
    'one two\nthree four'
    """
    wrapped = wrap(text, limit)
    for narrower in range(limit - 1, limit // 2, -1):
        candidate = wrap(text, narrower)
        if candidate.count("\n") > wrapped.count("\n"):
            break
        wrapped = candidate
    return wrapped


def quote(text: str, limit: int = 24) -> str:
    """A name within a sentence."""
    return f"'{shorten(text, limit)}'"


def keep_together(text: str) -> str:
    """Bind numbers to what belongs to them, so that no line breaks between."""
    return re.sub(r"(?<=\d) (?=%)|(?<=AUC) (?=\d)|(?<=R²) (?=\d)", "\u00a0", text)


def tick_labels(names: Sequence[str], *, width: int, lines: int = 1) -> list[str]:
    """Names cut to `lines` lines of `width` columns; names that differ still do so when cut.

    Examples
    --------
    >>> tick_labels(["customer_region_north_east", "customer_region_south_east"], width=16)
    ['cust…north_east', 'cust…south_east']
    """
    limit = width * lines - lines + 1
    labels = [shorten(name, limit) for name in names]
    alike = [k for k, text in enumerate(labels) if labels.count(text) > 1]
    if alike:
        shared = takewhile(lambda letters: len(set(letters)) == 1, zip(*(clean(names[k]) for k in alike), strict=False))
        start = len(list(shared))
        for k in alike:
            name = clean(names[k])
            labels[k] = f"{head(name, min(4, start))}…{cut_end(name[start:], limit - 5)}"
    return [wrap(text, width) for text in labels]
