"""How languages write dates: names of months and weekdays, and the words that stand beside them, as CLDR has them."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mlpipe.data.inference.cells import narrow_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

_LETTER = r"[^0-9\s.,/،⹁'’()#:;!?%$€£&*+=<>\[\]{}|~^@_\"\\-]"
WORD = rf"{_LETTER}+(?:\.{_LETTER}+)*"
"""A word in a date: what is no digit, blank or mark."""
_UNSPACED = "[\u3000-\u9fff]"
"""Letters of scripts that put no blanks between words."""
_COMMON = (
    "en", "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sk", "ru", "uk", "bg", "sr", "hr", "sl", "hu", "ro", "tr",
    "el", "sv", "nb", "da", "fi", "et", "lv", "lt", "ja", "zh", "ko", "vi", "id", "ms", "th", "hi", "ar", "he", "fa",
    "ca",
)  # fmt: skip
"""Looked at before all others, which take seconds to load."""
_REGIONS = ("AT", "BE", "CA", "CH", "GB", "MX", "PT")
_STYLES = ("short", "medium", "long", "full")


@dataclass(frozen=True, kw_only=True)
class Language:
    """How a language writes dates.

    Parameters
    ----------
    months : dict
        Names and abbreviations in lower case, each with its number.
    weekdays : frozenset of str
        Names and abbreviations in lower case; those of one letter stand in brackets alone.
    literals : frozenset of str
        Other words in its dates, in lower case.
    """

    code: str
    months: dict[str, int]
    weekdays: frozenset[str]
    literals: frozenset[str]

    def knows(self, text: str, others: Collection[str]) -> bool:
        """Whether all words of a text belong to its dates, or are one of `others`."""
        return any(rest <= self.literals.union(others) for rest in map(_words, self.marked(text)))

    def marked(self, text: str) -> list[str]:
        """A text with `%b` for the month in it and `%a` for the weekday: in each way that there is.

        Examples
        --------
        >>> ENGLISH.marked("Fri, 5 Jan. 2024")
        ['%a, 5 %b 2024']
        """
        found = list(self._names.finditer(text))
        folded = [name_of(one["name"]) for one in found]
        days = [name in self.weekdays for name in folded]
        places: list[int | None] = [i for i, name in enumerate(folded) if name in self.months]
        ways = [place for place in places or [None] if all(day for i, day in enumerate(days) if i != place)]
        return [_replaced(text, found, place) for place in ways] if len(found) <= 2 else []

    def month_in(self, text: str) -> int:
        """The month that stands first in a text; 0 without one."""
        named = (self.months.get(name_of(one["name"]), 0) for one in self._names.finditer(text))
        return next(filter(None, named), 0)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """All words that may stand in its dates."""
        names = " ".join([*self.months, *self.weekdays])
        return self.literals.union(_words(names))

    @cached_property
    def _names(self) -> re.Pattern[str]:
        long = [name for name in {*self.months, *self.weekdays} if len(name) > 1]
        short = [re.escape(name) for name in self.weekdays if len(name) == 1]
        bracketed = rf"(?<=\()(?:{'|'.join(short) or '(?!)'})(?=\))"
        return re.compile(rf"(?P<name>{_any_of(long)}|{bracketed})\.?", re.IGNORECASE)


def name_of(text: str) -> str:
    """The name of a month or weekday as languages list it: in lower case, without the point of what is cut short."""
    return " ".join(text.casefold().split()).rstrip(".")


def _any_of(names: Iterable[str]) -> str:
    """A pattern for names that are no part of longer words, where blanks stand between words."""
    sides: dict[bool, list[str]] = {True: [], False: []}
    for name in sorted(names, key=len, reverse=True):
        sides[re.match(_UNSPACED, name[0]) is not None].append(re.escape(name).replace(r"\ ", r"\s+"))
    unspaced, spaced = (f"(?:{'|'.join(side)})" if side else "(?!)" for side in (sides[True], sides[False]))
    return f"{unspaced}|(?<!{_LETTER}){spaced}(?!{_LETTER})"


def _replaced(text: str, names: Sequence[re.Match[str]], month: int | None) -> str:
    done, end = "", 0
    for i, name in enumerate(names):
        done += text[end : name.start()] + ("%b" if i == month else "%a")
        end = name.end()
    return done + text[end:]


_ENGLISH_MONTHS = (
    "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
    "sep sept september", "oct october", "nov november", "dec december",
)  # fmt: skip
_ENGLISH_DAYS = "mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday"
ENGLISH = Language(
    code="",
    months={name: number for number, names in enumerate(_ENGLISH_MONTHS, start=1) for name in names.split()},
    weekdays=frozenset(_ENGLISH_DAYS.split()),
    literals=frozenset({"of"}),
)
"""Known without loading anything; its code is left out of formats."""


@cache
def language(code: str) -> Language:
    """Look up a language by its CLDR code; the scripts and regions of a common one are taken together."""
    if not code:
        return ENGLISH
    months: dict[str, set[int]] = {}
    weekdays: set[str] = set()
    literals: set[str] = set()
    for locale in _locales()[code]:
        weekdays |= (days := _weekdays(locale))
        dates = _dates_of_a_year(locale, days)
        for number, name in (*_month_names(locale), *_months_in(dates)):
            months.setdefault(name, set()).add(number)
        literals |= set().union(*map(_shared, dates))
    clear = {name: numbers.pop() for name, numbers in months.items() if len(numbers) == 1 and name}
    return Language(
        code=code, months=clear, weekdays=frozenset(filter(None, weekdays)), literals=frozenset(literals - set(clear))
    )


def languages_knowing(texts: Sequence[str], least: int, others: Collection[str]) -> list[Language]:
    """The languages that know the words of the most texts, of so many at least; of equals English, then common ones."""
    best: list[Language] = []
    most = max(1, least)
    spaced = [
        {word for word in _words(text) if word not in others and not re.search(_UNSPACED, word)} for text in texts
    ]  # a quick look before the pattern of all names
    if sum(all(word in latin_words() or not word.isascii() for word in words) for words in spaced) < most:
        return best
    for languages in ([ENGLISH], map(language, _COMMON), map(language, _locales())):
        for one in languages:
            likely = [text for text, words in zip(texts, spaced, strict=True) if words <= one.vocabulary]
            known = sum(one.knows(text, others) for text in likely) if len(likely) >= most else 0
            if known > most:
                best, most = [], known
            if known == most:
                best.append(one)
        if best and most == len(texts):
            return best
    return best


@cache
def latin_words() -> frozenset[str]:
    """The words in ASCII letters that some language has in its dates: where none has `plan`, none need be loaded."""
    return frozenset(Path(__file__).with_name("latin_words.txt").read_text(encoding="utf-8").split())


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


@lru_cache(maxsize=1 << 12)
def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in re.findall(WORD, re.sub("%[abT]", " ", text)))


def _weekdays(locale: str) -> set[str]:
    from babel import Locale

    days = Locale.parse(locale).days
    widths = [named for context in ("format", "stand-alone") for named in days[context].values()]
    return {name_of(narrow_text(name)) for named in widths for name in named.values() if not re.search("[0-9]", name)}


def _month_names(locale: str) -> Iterator[tuple[int, str]]:
    from babel import Locale

    names = Locale.parse(locale).months
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            named = names[context][width].items()
            yield from ((n, name_of(narrow_text(name))) for n, name in named if not re.search("[0-9]", name))


def _months_in(dates: Iterable[list[list[str]]]) -> Iterator[tuple[int, str]]:
    """Names as they stand in dates, where endings and prefixes may be put to them."""
    for year in dates:
        shared = _shared(year)
        own = [(month, [word for word in words if word not in shared]) for month, words in enumerate(year, start=1)]
        yield from ((month, words[0]) for month, words in own if len(words) == 1)


def _dates_of_a_year(locale: str, weekdays: Collection[str]) -> list[list[list[str]]]:
    """The words of a date in each month, in each style, without those of the weekday."""
    from babel.dates import format_date

    days = [dt.date(2024, month, 15) for month in range(1, 13)]
    pattern = re.compile(_any_of(day for day in weekdays if len(day) > 1), re.IGNORECASE)
    texts = [[narrow_text(format_date(day, style, locale=locale)) for day in days] for style in _STYLES]
    return [[[w.casefold() for w in re.findall(WORD, pattern.sub(" ", text))] for text in year] for year in texts]


def _shared(year: list[list[str]]) -> set[str]:
    """Words that stand in the dates of several months, and so name none."""
    return {word for word, n in Counter(word for words in year for word in set(words)).items() if n > 1}
