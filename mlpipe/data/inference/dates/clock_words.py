"""Clock times beside words: those for halves of a day, in any language, become AM and PM; 13時45分 becomes 13:45."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import map_distinct, narrow, narrow_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NOON = 43_200
_DIGITS = r"[0-9]{1,2}(?:[:.][0-9]{2}){1,2}(?:[.,][0-9]{1,9})?"
_SIGNS = r"[0-9]{1,2} ?[时時点點시] ?(?:[0-9]{1,2} ?[分분] ?)?(?:[0-9]{1,2} ?[秒초])?"
_AHEAD = "[^0-9 -/:-@] ?(?:[0-9]{1,2}[:.][0-9]{2}|[0-9]{1,2} ?[时時点點시])|[时時点點시] ?[0-9]{1,2} ?[分분]"
_BEHIND = "[0-9][:.][0-9]{2}(?:[.,][0-9]+)? ?[^0-9 -/:-@][^0-9:,]*$"
_WORDED = f"{_AHEAD}|{_BEHIND}"
"""Plain in what it asks of letters: classes of Unicode make patterns that take long to compile."""
_PLAIN = r"[0-9]T[0-9:.,]+(?:Z|[+-][0-9:]+)?$|[0-9] ?(?:[AP]M|Z|UTC|GMT|h|Uhr)$"
_SPLIT = re.compile(
    rf"^(?P<date>.*?)(?:(?<![^\W\d_])(?P<ahead>[^\W\d_][^\d,:;()\[\]-]{{0,20}})?(?P<later>{_DIGITS}|{_SIGNS})"
    rf"|(?P<sooner>{_DIGITS}) ?(?P<behind>[^\W\d_][^\d,:;()\[\]-]{{0,20}}))$"
)
_BY_SIGNS = re.compile(r"^([0-9]{1,2}) ?[時时點点시] ?(?:([0-9]{1,2}) ?[分분])? ?(?:([0-9]{1,2}) ?[秒초])?$")
_UNSPACED = "[\u3000-\u9fff]"


def plain_clocks(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells in narrow digits whose clock times have AM or PM behind them, where they had another word for it.

    Parameters
    ----------
    cells : pyarrow.ChunkedArray
        Trimmed, null where missing.
    """
    cells = narrow(cells)
    worded = pc.match_substring_regex(cells, _WORDED)
    if not pc.any(pc.and_(worded, pc.invert(pc.match_substring_regex(cells, _PLAIN)))).as_py():
        return cells
    return map_distinct(cells, lambda words: pa.array(list(map(_rewritten, words.to_pylist())), pa.string()))


def _rewritten(cell: str) -> str:
    parts = _SPLIT.match(cell)
    if parts is None:
        return cell
    date, clock, ahead = parts["date"], parts["later"] or parts["sooner"], parts["ahead"] or ""
    half, rest = _half_behind(ahead) if ahead else (halves_of_the_day().get(_folded(parts["behind"] or "")), "")
    date = f"{date}{rest or ('' if half else ahead)}".rstrip()
    signs = _BY_SIGNS.match(clock) if re.search("[0-9]", date) else None
    if half is None and signs is None:
        return cell
    if signs is not None:
        clock = ":".join(f"{int(part or 0):02}" for part in signs.groups())
    return f"{date} {clock} {half or ''}".strip()


def _half_behind(words: str) -> tuple[str | None, str]:
    """The half of the day that stands last in some words, and what is in front of it."""
    for i in range(len(words)):
        starts = i == 0 or not words[i - 1].isalpha() or re.match(_UNSPACED, words[i])
        half = halves_of_the_day().get(_folded(words[i:])) if starts else None
        if half is not None:
            return half, words[:i]
    return None, ""


def _folded(word: str) -> str:
    return re.sub(r"[.\s]", "", word.casefold())


@cache
def halves_of_the_day() -> dict[str, str]:
    """What languages call the halves of the day, each with AM or PM; what is one here and the other there is left out.

    Examples
    --------
    >>> [halves_of_the_day()[word] for word in ("下午", "πμ")]
    ['PM', 'AM']
    """
    from babel import Locale, localedata

    found: dict[str, set[str]] = {"am": {"AM"}, "pm": {"PM"}}
    for code in localedata.locale_identifiers():
        locale = Locale.parse(code)
        rules = {part: _halves_by(spans) for part, spans in locale.day_period_rules.get(None, {}).items()}
        widths = [named for context in locale.day_periods.values() for named in context.values()]
        for part, name in (pair for named in widths for pair in named.items()):
            halves = {part.upper()} if part in ("am", "pm") else rules.get(part, {"AM", "PM"})
            found.setdefault(_folded(narrow_text(name)), set()).update(halves)
    return {
        word: halves.pop() for word, halves in found.items() if len(halves) == 1 and (len(word) > 1 or word > "\x7f")
    }


def _halves_by(spans: Sequence[Mapping[str, int]]) -> set[str]:
    """The halves of the day in which a part of it lies, by the seconds where it begins and ends."""
    starts = [span.get("from", span.get("at", 0)) for span in spans]
    ends = [span.get("before", span.get("at", 0) + 1) for span in spans]
    return {"AM" if start < _NOON else "PM" for start in starts} | {"AM" if end <= _NOON else "PM" for end in ends}
