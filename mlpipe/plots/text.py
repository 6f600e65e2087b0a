"""Fitting names of any length and script into figures."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def clean(text: str) -> str:
    r"""Blanks for line breaks, tabs and control characters; invisible marks are left out.

    Examples
    --------
    >>> clean("a\tb\u200b")
    'a b'
    """
    kept = (" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    return "".join(c for c in kept if unicodedata.category(c) != "Cf").strip()


def columns(text: str) -> int:
    """Width in columns: Chinese, Japanese and Korean letters take two, combining marks none.

    Examples
    --------
    >>> columns("abc"), columns("流失")
    (3, 4)
    """
    if text.isascii():
        return len(text)
    return sum(_column(c) for c in text)


def _column(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def shorten(text: str, limit: int) -> str:
    """Cut a name in the middle, where names of one family differ least.

    Examples
    --------
    >>> shorten("a very long name of a class", 15)
    'a very…a class'
    """
    text = clean(text)
    if columns(text) <= limit:
        return text
    half = (limit - 1) / 2
    return f"{_take(text, half + 0.5).rstrip()}…{_take(text[::-1], half)[::-1].lstrip()}"


def _take(text: str, limit: float) -> str:
    used = 0
    for position, letter in enumerate(text):
        used += _column(letter)
        if used > limit:
            return text[:position]
    return text


def wrap(text: str, limit: int) -> str:
    r"""Break into lines of at most `limit` columns, at blanks where there are any.

    Examples
    --------
    >>> wrap("one two three", 8)
    'one two\nthree'
    >>> wrap("流失用户", 4)
    '流失\n用户'
    """
    lines: list[str] = []
    for word in clean(text).split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if not word:
            continue
        if columns(joined) <= limit:
            lines[-1:] = [joined]
        else:
            lines += _pieces(word, limit)
    return "\n".join(lines)


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


def _pieces(word: str, limit: int) -> list[str]:
    pieces = []
    while columns(word) > limit:
        head = _take(word, limit) or word[0]
        pieces.append(head)
        word = word[len(head) :]
    return [*pieces, word] if word else pieces


def quote(text: str, limit: int = 24) -> str:
    """A name within a sentence."""
    return f"'{shorten(text, limit)}'"


def keep_together(text: str) -> str:
    """Bind numbers to what belongs to them, so that no line breaks between."""
    return re.sub(r"(?<=\d) (?=%)|(?<=AUC) (?=\d)", "\u00a0", text)


def tick_labels(names: Sequence[str], *, width: int, lines: int = 1) -> list[str]:
    """Names cut to `lines` lines of `width` columns; names that differ still do so when cut.

    Examples
    --------
    >>> tick_labels(["customer_region_north_east", "customer_region_south_east"], width=16)
    ['cust…north_east', 'cust…south_east']
    """
    limit = width * lines - lines + 1
    cut = [shorten(name, limit) for name in names]
    alike = [k for k, text in enumerate(cut) if cut.count(text) > 1]
    if alike:
        start = _first_difference([clean(names[k]) for k in alike])
        for k in alike:
            name = clean(names[k])
            cut[k] = f"{_take(name, min(4, start))}…{_cut_end(name[start:], limit - 5)}"
    return [wrap(text, width) for text in cut]


def _cut_end(text: str, limit: int) -> str:
    return text if columns(text) <= limit else f"{_take(text, limit - 1).rstrip()}…"


def _first_difference(names: list[str]) -> int:
    """Length of the beginning that all names share."""
    shared = 0
    for letters in zip(*names, strict=False):
        if len(set(letters)) > 1:
            break
        shared += 1
    return shared
