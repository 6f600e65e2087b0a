"""Names of months in the languages of the Unicode CLDR, and the words that stand in their dates."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_LETTER = r"[^0-9\s.,/،⹁'’()#:;!?%$€£&*+=<>\[\]{}|~^@_\"\\-]"
WORD = rf"{_LETTER}+(?:\.{_LETTER}+)*"
"""A word in a date: what is no digit, blank or mark."""
_COMMON = (
    "en", "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sk", "ru", "uk", "bg", "sr", "hr", "sl", "hu", "ro", "tr",
    "el", "sv", "nb", "da", "fi", "et", "lv", "lt", "ja", "zh", "ko", "vi", "id", "ms", "th", "hi", "ar", "he", "fa",
    "ca",
)  # fmt: skip
"""Looked at before all others, which take seconds to load."""
_REGIONS = ("AT", "BE", "CA", "CH", "GB", "MX", "PT")
_STYLES = ("medium", "long")


@dataclass(frozen=True, kw_only=True)
class Language:
    """How a language writes dates.

    Parameters
    ----------
    months : dict
        Names and abbreviations in lower case, each with its number.
    literals : frozenset of str
        Other words in its dates, in lower case.
    """

    code: str
    months: dict[str, int]
    literals: frozenset[str]

    def knows(self, words: Collection[str]) -> bool:
        """Whether all of the words belong to its dates."""
        return all(word in self.months or word in self.literals for word in words)


_ENGLISH_MONTHS = (
    "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
    "sep sept september", "oct october", "nov november", "dec december",
)  # fmt: skip
ENGLISH = Language(
    code="",
    months={name: number for number, names in enumerate(_ENGLISH_MONTHS, start=1) for name in names.split()},
    literals=frozenset({"of"}),
)
"""Known without loading anything; its code is left out of formats."""


@cache
def language(code: str) -> Language:
    """Look up a language by its CLDR code; the scripts and regions of a common one are taken together."""
    months: dict[str, set[int]] = {}
    literals: set[str] = set()
    for locale in _locales()[code]:
        for names in _month_words(locale):
            for number, name in names:
                months.setdefault(name, set()).add(number)
        literals |= _literals(locale)
    clear = {name: numbers.pop() for name, numbers in months.items() if len(numbers) == 1}
    return Language(code=code, months=clear, literals=frozenset(literals - set(clear)))


def languages_knowing(cells: Sequence[frozenset[str]], least: int) -> list[Language]:
    """The languages that know the words of the most cells, of so many at least; of equals English, then common ones."""
    best: list[Language] = []
    most = max(1, least)
    for languages in ([ENGLISH], map(language, _COMMON), map(language, _locales())):
        for one in languages:
            known = sum(one.knows(words) for words in cells)
            if known > most:
                best, most = [], known
            if known == most:
                best.append(one)
        if best and most == len(cells):
            return best
    return best


@cache
def _locales() -> dict[str, tuple[str, ...]]:
    from babel import localedata

    found: dict[str, list[str]] = {}
    for locale in sorted(localedata.locale_identifiers()):
        first, _, rest = locale.partition("_")
        variant = rest in _REGIONS or (len(rest) == 4 and rest.isalpha())
        if not rest or (first in _COMMON and variant):
            found.setdefault(first, []).append(locale)
    return {code: tuple(locales) for code, locales in found.items()}


def _words(text: str) -> list[str]:
    return [word.casefold() for word in re.findall(WORD, text)]


def _month_words(locale: str) -> Iterator[list[tuple[int, str]]]:
    """Names alone, and as they stand in dates, where endings and prefixes may be put to them."""
    from babel import Locale

    names = Locale.parse(locale).months
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            named = names[context][width].items()
            yield [(number, _words(name)[0]) for number, name in named if re.fullmatch(rf"{WORD}\.?", name)]
    for dates in _dates_of_a_year(locale):
        shared = _shared(dates)
        own = [(month, [word for word in words if word not in shared]) for month, words in enumerate(dates, start=1)]
        yield [(month, words[0]) for month, words in own if len(words) == 1]


@cache
def _dates_of_a_year(locale: str) -> tuple[list[list[str]], ...]:
    """The words of a date in each month, in each style."""
    from babel.dates import format_date

    days = [dt.date(2024, month, 15) for month in range(1, 13)]
    return tuple([_words(format_date(day, style, locale=locale)) for day in days] for style in ("short", *_STYLES))


def _literals(locale: str) -> set[str]:
    return set().union(*map(_shared, _dates_of_a_year(locale)))


def _shared(dates: list[list[str]]) -> set[str]:
    """Words that stand in the dates of several months, and so name none."""
    return {word for word, n in Counter(word for words in dates for word in set(words)).items() if n > 1}
