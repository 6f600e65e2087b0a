"""Formats that cells may have as dates: digits, names of months, and what stands between them.

A format is made of the `strptime` codes `%Y %y %m %d %b %V %u` and `%q` for a quarter. `iso` is ISO 8601, `excel` days
since 1900 as spreadsheets count them. `@de` at the end names the language of `%b`; without it, that is English.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from mlpipe.data.inference.dates.month_names import ENGLISH, WORD, Language, languages_knowing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ISO = "iso"
COMPACT = "%Y%m%d"
EXCEL = "excel"
_TIME_BEHIND = re.compile(r"(?:[Tt]|,? +)[0-9]{1,2}(?::[0-9]{2}.*| ?[AaPp][Mm])$")
_TOKENS = re.compile(rf"[0-9]+|{WORD}|[^0-9]")
_WEEK = frozenset({"w", "kw", "week", "wk"})
_QUARTER = frozenset({"q", "qtr", "quarter", "quartal", "trimestre", "t", "kv", "кв"})
_ORDINALS = frozenset({"st", "nd", "rd", "th", "er"})
_MARKS = _WEEK | _QUARTER | {"m", "of"}
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
    bodies = [_TIME_BEHIND.sub("", cell) for cell in dict.fromkeys(cells)]
    looked_at = bodies[:: max(1, len(bodies) // _MOST_CELLS)]
    split = [tokens for body in looked_at if _digits(tokens := _TOKENS.findall(body))]
    words = [frozenset(word.casefold() for word in tokens if _is_word(word)) for tokens in split]
    if not split or len(frozenset().union(*words)) > _MOST_WORDS or len(split) < least * len(looked_at) / 2:
        return []
    spoken = language_of(words, least)
    if spoken is None:
        return []
    counts = Counter(form for tokens in split for form in _forms(tokens, spoken))
    return [form for form, _ in counts.most_common(_MOST_FORMS)]


def language_of(words: Sequence[frozenset[str]], least: float) -> Language | None:
    """The language of the words in each cell; None where there is none, or several that mean different months."""
    own = [known - _MARKS - _ORDINALS for known in words]
    if all(map(ENGLISH.knows, own)):
        return ENGLISH
    if sum(any(_may_be_month(word) for word in known) for known in own) < least * len(own):
        return None  # loading the languages takes a second
    fitting = languages_knowing(own, max(1, round(least * len(own))))
    said = {word for known in own for word in known}
    months = {tuple(sorted((word, one.months[word]) for word in said if word in one.months)) for one in fitting}
    return fitting[0] if len(months) == 1 else None


def _may_be_month(word: str) -> bool:
    """No language writes a month as one Latin letter."""
    return len(word) > 1 or not word.isascii()


def _digits(tokens: Sequence[str]) -> list[int]:
    """Lengths of the numbers, if so many and so long ones can make a date."""
    numbers = [token for token in tokens if token.isdigit()]
    lengths = [len(number) for number in numbers]
    fits = 1 <= len(lengths) <= 3 and all(length in (1, 2, 4, 8) for length in lengths)
    fits = fits and all(number[0] in "12" for number in numbers if len(number) >= _YEAR)
    return lengths if fits and (len(lengths) > 1 or lengths[0] != 1) else []


def _is_word(token: str) -> bool:
    return re.fullmatch(WORD, token) is not None


def _forms(tokens: Sequence[str], spoken: Language) -> Iterator[str]:
    folded = [token.casefold() for token in tokens]
    names = [i for i, token in enumerate(folded) if token in spoken.months]
    rest = {token for i, token in enumerate(folded) if _is_word(token) and i not in names}
    if len(names) > 1 or not rest <= spoken.literals | _MARKS | _ORDINALS:
        return
    suffix = f"@{spoken.code}" if names and spoken.code else ""
    for codes in _assignments(_digits(tokens), bool(names), rest):
        left = iter(codes)
        parts = [
            next(left) if token.isdigit() else "%b" if i in names else "th" if folded[i] in _ORDINALS else token
            for i, token in enumerate(tokens)
        ]
        form = "".join(parts)
        yield ISO if form == "%Y-%m-%d" else form + suffix


def _assignments(lengths: list[int], named: bool, words: set[str]) -> Iterable[tuple[str, ...]]:
    """What the numbers of these lengths may be."""
    if words & _WEEK:
        return _WEEKS.get(_shape(lengths), ())
    if words & _QUARTER and not named and _shape(lengths) in _QUARTERS:
        return _QUARTERS[_shape(lengths)]
    return (_NAMED if named else _NUMBERED).get(_shape(lengths), ())


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
_QUARTERS = {"Y1": (("%Y", "%q"),), "1Y": (("%q", "%Y"),)}
_NAMED = _table({
    "Yn": (("%Y", "%d"),), "nY": (("%d", "%Y"),), "n2": (("%d", "%y"),), "2n": (("%y", "%d"),), "Y": (("%Y",),),
    "2": (("%y",),),
})  # fmt: skip
_NUMBERED = _table({
    "Ynn": (("%Y", "%m", "%d"),), "nnY": (("%d", "%m", "%Y"), ("%m", "%d", "%Y")),
    "nn2": (("%d", "%m", "%y"), ("%m", "%d", "%y")), "2nn": (("%y", "%m", "%d"),),
    "Y2": (("%Y", "%m"),), "nY": (("%m", "%Y"),), "Y1": (("%Y", "%m"),), "C": ((COMPACT,),),
})  # fmt: skip
