"""One value however it is written: letters that look alike, words for true and false, whole numbers."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_HIDDEN = (
    "\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
)
# Arabic and its neighbours, India's scripts, Burmese, Khmer, Mongolian; arrows, signs and emoji.
_JOINED = (
    "\u0600-\u061b\u061d-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u180d\u180f-\u18af\ufb50-\ufdff\ufe70-\ufefc"
    "\U00011000-\U00011fff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
)
# India's vowel killers: a joiner behind one chooses the shape of the letter before, at the end of a word too.
_KILLERS = "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca"
_JOINERS = "[\u200c\u200d]"
INVISIBLE = re.compile(f"[{_HIDDEN}]|(?<![{_JOINED}]){_JOINERS}|(?<![{_KILLERS}]){_JOINERS}(?![{_JOINED}])")
"""What is not seen: joiners where no script needs one, marks of direction, soft hyphens, byte order marks."""

FORMULA = re.compile('="([^"]*)"')
"""How spreadsheets are made to keep a text as it is: `="0001"` is the formula of `0001`."""


def canonical_text(text: str) -> str:
    """The text composed (NFC, Unicode Standard Annex 15), without invisible characters and a formula around it.

    Examples
    --------
    >>> canonical_text("Zu\u0308rich\u200b") == "Z\u00fcrich"
    True
    >>> canonical_text('="0001"')
    '0001'
    """
    formula = FORMULA.fullmatch(text)
    text = formula[1] if formula else text
    while not text.isascii():
        found = unicodedata.normalize("NFC", INVISIBLE.sub("", text))
        if found == text:
            break
        text = found  # marks that change places may leave a joiner without its letter
    return text


_FAMILIES = """
yes y:no n|true t:false f|on:off|ja j:nein n|wahr:falsch|oui o:non n|vrai:faux|sí si sì s:no n
verdadero:falso|vero:falso|sim s:não nao n|verdadeiro:falso|ja j:nee n|waar:onwaar|ja j:nej n|ja j:nei n|sant:falskt
sand:falsk|sann:usann|kyllä:ei|tosi:epätosi|tak:nie|prawda:fałsz|ano:ne|áno:nie|pravda:nepravda|igen:nem|igaz:hamis
da:nu|da:ne|adevărat:fals|да:нет|да:не|истина:ложь|так:ні|evet:hayır hayir|doğru:yanlış yanliş|ναι:όχι οχι
αληθης:ψευδης|taip:ne|jā:nē|jah:ei|ya:tidak|có:không|是:否|有:无|有:無|真:假|はい:いいえ|예 네:아니요 아니오|نعم:لا
بله:خیر|כן:לא|हाँ हां:नहीं
"""  # noqa: RUF001 - letters of other alphabets are meant
"""Words for true, then for false, that stand together in a column; case set aside."""
_DIGITS = {"1": True, "1.0": True, "1,0": True, "0": False, "0.0": False, "0,0": False}


def _fold(word: str) -> str:
    return canonical_text(word).strip().casefold()


def _meanings(family: str) -> dict[str, bool]:
    sides = zip(family.split(":"), (True, False), strict=True)
    return {_fold(word): meaning for side, meaning in sides for word in side.split()}


_TRUTHS = tuple(_meanings(family) for line in _FAMILIES.split("\n") for family in line.split("|") if family)
MEANINGS = {word: meaning for family in (*_TRUTHS, _DIGITS) for word, meaning in family.items()}
"""Every word for true or false, case set aside."""
MOST_SPELLINGS = 50


def truth_of(word: str) -> bool | None:
    """What a word for true or false means, in whatever language and case; None for any other word.

    Examples
    --------
    >>> truth_of("TRUE"), truth_of("n"), truth_of("0.0"), truth_of("maybe")
    (True, False, False, None)
    """
    return MEANINGS.get(_fold(word))


def are_opposite(word: str, other: str) -> bool:
    """Whether one language says true by the first word, and false by the other."""
    pair = _fold(word), _fold(other)
    return any(family.get(pair[0]) is True and family.get(pair[1]) is False for family in _TRUTHS)


def truth_labels(counts: Mapping[str, int]) -> tuple[str, ...]:
    """How true and false are written where all words are for these, in one language: none where some are not.

    Parameters
    ----------
    counts : mapping
        Cells of each word, in the order in which they come.

    Returns
    -------
    tuple of str
        The most frequent word for true, the first of these on ties, and that for false; `""` for a side that has none.

    Examples
    --------
    >>> truth_labels({"TRUE": 2, "false": 4, "True": 3, "1": 1})
    ('True', 'false')
    >>> truth_labels({"yes": 2, "false": 4})
    ()
    """
    folded = {word: _fold(word) for word in counts} if len(counts) <= MOST_SPELLINGS else {}
    words = set(folded.values()) - set(_DIGITS)
    if not folded or not any(words <= set(family) for family in _TRUTHS):
        return ()
    sides = [[word for word in counts if MEANINGS[folded[word]] is meaning] for meaning in (True, False)]
    if not all(sides) and (len(counts) == 1 or min(map(len, words), default=0) < 2):
        return ()  # a and A, alone, are no spellings of one word
    true, false = (max(side, key=lambda word: counts[word], default="") for side in sides)
    return (true, false)


WHOLE = r"^[+-]?(0|[1-9][0-9]*)([.,]0*)?$"
"""A whole number, be it with a decimal mark; codes with leading zeros are none."""
_WHOLE = re.compile(WHOLE)
_POWER = re.compile(r"[+-]?[1-9](\.[0-9]+)?[eE]\+?[0-9]+")


def whole_level(word: str) -> str:
    """A whole number without what tells no more: `3.0` is `3`, and so are `+3` and `3e+0`.

    Examples
    --------
    >>> whole_level("3.0"), whole_level("1e+10"), whole_level("03"), whole_level("1.5")
    ('3', '10000000000', '03', '1.5')
    """
    if _WHOLE.match(word):
        digits = re.split("[.,]", word)[0].removeprefix("+")
        return "0" if digits == "-0" else digits
    if _POWER.fullmatch(word) and float(word).is_integer() and float(word) < 2**53:
        return str(int(float(word)))
    return word
