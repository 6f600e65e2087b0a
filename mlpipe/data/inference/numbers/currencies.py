"""Signs and codes of currencies, as CLDR and ISO 4217 have them."""

# ruff: noqa: RUF001 - Cyrillic letters are what is meant

from __future__ import annotations

import unicodedata
from functools import lru_cache

_USUAL = frozenset({
    "USD", "EUR", "GBP", "JPY", "INR", "CNY", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF",
    "RUB", "BRL", "MXN", "ZAR", "KRW", "TRY", "SGD", "HKD", "kr", "kr.", "Kč", "zł", "Rs", "Rs.", "Rp", "Fr.", "Fr",
    "SFr.", "Ft", "RM", "lei", "руб.", "руб", "грн", "元", "円", "원", "圓",
})  # fmt: skip
"""So that the tables of all languages need not be read for them."""
_LONGEST = 8


def is_currency(text: str) -> bool:
    """Whether a text is the sign or the code of a currency, in some language.

    Examples
    --------
    >>> [is_currency(text) for text in ("$", "R$", "zł", "THB", "Ksh", "kg")]
    [True, True, True, True, True, False]
    """
    text = text.replace("\u00a0", " ")
    if not text or len(text) > _LONGEST:
        return False
    if text in _USUAL or _has_sign(text):
        return True
    if len(text) == 1 and text.isascii():
        return False  # R12 and Q1 are codes
    return text in _codes() or text in _signs()


def _has_sign(text: str) -> bool:
    """One of the characters made for it, alone or with the letters of a country: `R$`."""
    signs = [unicodedata.category(letter) == "Sc" for letter in text]
    return any(signs) and all(sign or letter.isalpha() for sign, letter in zip(signs, text, strict=True))


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    from babel.numbers import list_currencies

    return frozenset(list_currencies())


@lru_cache(maxsize=1)
def _signs() -> frozenset[str]:
    """What the languages of each currency's countries call it."""
    from babel import Locale, UnknownLocaleError
    from babel.core import get_global

    signs: set[str] = set()
    for territory, currencies in get_global("territory_currencies").items():
        for language, facts in get_global("territory_languages").get(territory, {}).items():
            if not facts["official_status"]:
                continue
            try:
                known = Locale.parse(f"{language}_{territory}").currency_symbols
            except (UnknownLocaleError, ValueError):
                continue
            signs.update(known[code] for code, *_ in currencies if code in known)
    return frozenset(sign.strip("\u200f").replace("\u202f", " ").replace("\u00a0", " ") for sign in signs)
