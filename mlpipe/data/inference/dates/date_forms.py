"""Formats that cells may have as dates: digits, names of months, and what stands between them.

A format is made of the `strptime` codes `%Y %y %m %d %b %a %V %u`, of `%q` for a quarter, `%h` for half a year and `%T`
for a time of day that does not merely follow the date. `iso` is ISO 8601, `excel` days since 1900 as spreadsheets count
them. `@de` at the end names the language of `%a` and `%b`; without it, that is English.
"""

# ruff: noqa: RUF001 - letters of other alphabets are meant

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from mlpipe.data.inference.dates.languages import ENGLISH, WORD, Language, languages_knowing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ISO = "iso"
COMPACT = "%Y%m%d"
EXCEL = "excel"
_HALF = r" ?[AaPp]\.? ?[Mm]\.?"
_OFFSET = r"(?: ?(?:Z|z|UTC|GMT))?(?: ?[+-][0-9]{1,2}:?(?:[0-9]{2})?)?(?: \([^)]*\))?"
_CLOCK = rf"[0-9]{{1,2}}(?:(?::[0-9]{{2}}){{1,2}}(?:[.,][0-9]{{1,9}})?(?:{_HALF})?{_OFFSET}|{_HALF})"
_DOTTED = rf"[0-9]{{1,2}}(?:\.[0-9]{{2}}){{1,2}}(?:[.,][0-9]{{1,9}})?(?:{_HALF})?{_OFFSET}"
_BEHIND = r"(?:[Tt]|,? +)"
_TIME_BEHIND = re.compile(rf"{_BEHIND}(?:{_CLOCK})$")
_COMPACT_TIME = re.compile("(?<=^[12][0-9]{7})[Tt_ -]?[0-9]{4}(?:[0-9]{2})?(?:[.,][0-9]+)?(?:Z|z)?$")
_TIME_WITHIN = re.compile(rf"(?<![0-9])(?<![0-9][.+])(?:{_CLOCK})(?![0-9:.]|-[0-9])")
_DOTS_WITHIN = re.compile(rf"(?<![0-9])(?<![0-9][.])(?:{_DOTTED})(?![0-9:.]|-[0-9])")
_DOTS_BEHIND = re.compile(rf"{_BEHIND}(?:{_DOTTED})$")
_TOKENS = re.compile(rf"%[abT]|[0-9]+|{WORD}|[^0-9]")
_WEEK = frozenset({"w", "kw", "cw", "week", "wk", "周", "週", "주", "주차"})
_QUARTER = frozenset({
    "q", "qtr", "quarter", "quartal", "trimestre", "trim", "t", "kv", "kvartal", "кв", "квартал", "kwartał", "季度",
    "季", "四半期", "분기",
})  # fmt: skip
_HALF_YEAR = frozenset({"h", "s", "hy", "half", "semestre", "semester"})
_ORDINALS = frozenset({"st", "nd", "rd", "th", "er"})
_JOINERS = frozenset({
    "at", "um", "à", "às", "om", "kl", "klo", "ob", "o", "u", "в", "о", "об", "у", "a", "las", "ore", "alle", "lúc",
    "pukul", "στις", "uhr", "h", "saat", "godz",
})  # fmt: skip
"""Words in front of a time of day or behind it."""
_MARKS = _WEEK | _QUARTER | _HALF_YEAR | _JOINERS | {"m", "of", "年第", "年度第", "第", "年", "年度", "년"}
_OTHERS = _MARKS | _ORDINALS
_MOST_WORDS = 80
_YEAR = 4
"""Digits from which on a number begins with a year: of this millennium, or of the last."""
_MOST_CELLS = 300
_MOST_FORMS = 12


def candidate_forms(cells: Sequence[str], least: float) -> list[str]:
    """Formats that some of the cells have, the most frequent first.

    Parameters
    ----------
    cells : sequence of str
        Some cells of a column.
    least : float
        Share of the cells whose words one language must know.
    """
    distinct = [cell for cell in dict.fromkeys(cells) if "%" not in cell and "@" not in cell]
    looked_at = distinct[:: max(1, len(distinct) // _MOST_CELLS)]
    bodies = [body for cell in looked_at if _digits(body := _timeless(cell))]
    words = {word for body in bodies for word in re.findall(WORD, body)}
    if not bodies or len(words) > _MOST_WORDS or len(bodies) < least * len(looked_at) / 2:
        return []
    spoken = language_of(bodies, least)
    if spoken is None:
        return []
    counts = Counter(form for body in bodies for form in _forms(body, spoken))
    return [form for form, _ in counts.most_common(_MOST_FORMS)]


def _timeless(cell: str) -> str:
    """A cell without the time of day behind its date, or with `%T` for one that stands elsewhere."""
    for behind in (_TIME_BEHIND, _COMPACT_TIME):
        if behind.search(cell):
            return behind.sub("", cell)
    if _TIME_WITHIN.search(cell):
        return _TIME_WITHIN.sub("%T", cell, count=1)
    body = _DOTS_BEHIND.sub("", cell)
    if body != cell and len(re.findall("[0-9]+", body)) > 1:
        return body
    dotted = _DOTS_WITHIN.sub("%T", cell, count=1)
    return dotted if len(re.findall("[0-9]+", dotted)) > 1 and re.search("%T$", dotted) else cell


def language_of(bodies: Sequence[str], least: float) -> Language | None:
    """The language of the words beside dates; None where there is none, or several that mean different months."""
    if all(ENGLISH.knows(body, _OTHERS) for body in bodies):
        return ENGLISH
    if sum(map(_may_name_a_month, bodies)) < least * len(bodies):
        return None  # loading the languages takes a second
    fitting = languages_knowing(bodies, max(1, round(least * len(bodies))), _OTHERS)
    months = {tuple(map(one.month_in, bodies)) for one in fitting}
    return fitting[0] if len(months) == 1 else None


def _may_name_a_month(body: str) -> bool:
    """No language writes a month as one Latin letter."""
    words = {word.casefold() for word in re.findall(WORD, body.replace("%T", ""))} - _OTHERS
    return any(len(word) > 1 or not word.isascii() for word in words)


def _digits(body: str) -> list[int]:
    """Lengths of the numbers, if so many and so long ones can make a date."""
    numbers = re.findall("[0-9]+", body)
    lengths = [len(number) for number in numbers]
    fits = 1 <= len(lengths) <= 3 and all(length in (1, 2, 4, 8) for length in lengths)
    fits = fits and all(number[0] in "12" for number in numbers if len(number) >= _YEAR)
    return lengths if fits and (len(lengths) > 1 or lengths[0] != 1) else []


def _forms(body: str, spoken: Language) -> Iterator[str]:
    for marked in spoken.marked(body):
        tokens = _TOKENS.findall(marked)
        folded = [token.casefold() for token in tokens]
        rest = {token for token in folded if re.fullmatch(WORD, token)}
        if not rest <= spoken.literals | _OTHERS:
            continue
        suffix = f"@{spoken.code}" if spoken.code and re.search("%[ab]", marked) else ""
        for codes in _assignments(_digits(body), tokens, rest):
            left = iter(codes)
            parts = [
                next(left) if token.isdigit() else "th" if token.casefold() in _ORDINALS else token for token in tokens
            ]
            form = "".join(parts)
            yield ISO if form == "%Y-%m-%d" else form + suffix


def _assignments(lengths: list[int], tokens: Sequence[str], words: set[str]) -> Iterable[tuple[str, ...]]:
    """What the numbers of these lengths may be."""
    named = "%b" in tokens
    if named:
        return _NAMED.get(_shape(lengths), ())
    if words & _WEEK:
        short = _WEEKS_FIRST if tokens[0].casefold() in _WEEK else _WEEKS_LAST
        return (_WEEKS | short).get(_shape(lengths), ())
    if words & _QUARTER and _shape(lengths) in _QUARTERS:
        return _QUARTERS[_shape(lengths)]
    if words & _QUARTER & {"q", "qtr"} and _shape(lengths) in _SHORT_QUARTERS:
        return _SHORT_QUARTERS[_shape(lengths)]
    if words & _HALF_YEAR and _shape(lengths) in _HALVES:
        return _HALVES[_shape(lengths)]
    return _NUMBERED.get(_shape(lengths), ())


def _shape(lengths: list[int]) -> str:
    return "".join("Y" if length == 4 else "C" if length == 8 else "2" if length == 2 else "1" for length in lengths)


def _both(shape: str) -> list[str]:
    """A place for a day or month takes one digit or two."""
    made = [""]
    for letter in shape:
        made = [done + one for done in made for one in (("1", "2") if letter == "n" else (letter,))]
    return made


def _table(rows: dict[str, tuple[tuple[str, ...], ...]]) -> dict[str, tuple[tuple[str, ...], ...]]:
    table: dict[str, tuple[tuple[str, ...], ...]] = {}
    for shape, codes in rows.items():
        for one in _both(shape):
            table[one] = (*table.get(one, ()), *codes)
    return table


_WEEKS = _table({"Yn": (("%Y", "%V"),), "nY": (("%V", "%Y"),), "Y21": (("%Y", "%V", "%u"),)})
_WEEKS_FIRST = _table({"n2": (("%V", "%y"),)})
_WEEKS_LAST = _table({"22": (("%y", "%V"),)})
_QUARTERS = {"Y1": (("%Y", "%q"),), "1Y": (("%q", "%Y"),)}
_SHORT_QUARTERS = {"21": (("%y", "%q"),), "12": (("%q", "%y"),)}
_HALVES = {"Y1": (("%Y", "%h"),), "1Y": (("%h", "%Y"),)}
_NAMED = _table({
    "Yn": (("%Y", "%d"),), "nY": (("%d", "%Y"),), "n2": (("%d", "%y"),), "2n": (("%y", "%d"),), "Y": (("%Y",),),
    "2": (("%y",),),
})  # fmt: skip
_NUMBERED = _table({
    "Ynn": (("%Y", "%m", "%d"),), "nnY": (("%d", "%m", "%Y"), ("%m", "%d", "%Y")),
    "nn2": (("%d", "%m", "%y"), ("%m", "%d", "%y")), "2nn": (("%y", "%m", "%d"),),
    "Y2": (("%Y", "%m"),), "nY": (("%m", "%Y"),), "Y1": (("%Y", "%m"),), "C": ((COMPACT,),),
})  # fmt: skip
