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
"""Those that stand in most tables."""
_OTHERS = frozenset({
    "Afl.", "Ar", "B/.", "Br", "Bs", "Bs.", "Bs.S", "CF", "Cg.", "DA", "DT", "Db", "F CFA", "FB", "FBu", "FC", "FCFA",
    "FCFP", "FG", "Fdj", "Gs.", "KM", "Ksh", "Kz", "Kčs", "Le", "Lekë", "Ls", "MK", "MTn", "NAf.", "Nfk", "Nu.", "RF",
    "S/", "SR", "TSh", "UP", "USh", "VT", "den", "kn", "mk", "soʻm", "öS", "Δρχ", "КМ", "ден.", "крб.", "лв.", "р.",
    "сом", "сўм", "ל״י", "أ.م.", "ج.س.", "ج.م.", "د.أ.", "د.إ.", "د.ب.", "د.ت.", "د.ج.", "د.س.", "د.ع.", "د.ك.", "د.ل.",
    "د.م.", "ر.س.", "ر.ع.", "ر.ق.", "ر.ي.", "ریال", "ل.س.", "ل.ل.", "ރ.", "नेरू", "රු.", "ብር"
})  # fmt: skip
"""What CLDR's languages call the currencies of their countries beside their codes: Babel loads them all to say so."""
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
    return text in _OTHERS or text in _codes()


def _has_sign(text: str) -> bool:
    """One of the characters made for it, alone or with the letters of a country: `R$`."""
    signs = [unicodedata.category(letter) == "Sc" for letter in text]
    return any(signs) and all(sign or letter.isalpha() for sign, letter in zip(signs, text, strict=True))


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    from babel.numbers import list_currencies

    return frozenset(list_currencies())
