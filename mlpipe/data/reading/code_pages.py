"""Code pages: under which one the bytes beyond ASCII make words of some language."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_BETWEEN = frozenset("–—…’·\u00a0‑×")  # noqa: RUF001 - marks of text
"""May stand between letters."""
_BEFORE, _BEHIND = frozenset("„“”«»‘¿¡‚‹›•µ©®™"), frozenset("“”«»’…²³¹ªº™®©°‹›")  # noqa: RUF001 - quotes of text
_ALONE = frozenset("£€¥¢§±½¼¾×÷µ¶†‡‰¤°")
_TOKEN = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_PAIR = re.compile(rb"[\x80-\xff]{2}")
_LONG_RUN = re.compile(rb"[\x80-\xff]{3,}")
# Characters beyond ASCII that stand where none like them does: marks and capitals within words, boxes.
_ODD = re.compile(
    "(?<=[A-Za-zÀ-ÿ])[^\\x00-\\x7fÀ-ÖØ-öø-ÿŒœŠšŽžŸı’´`·](?=[A-Za-zÀ-ÿ])"  # noqa: RUF001 - letters of text
    "|(?<=[a-zà-ÿ])[À-ÖØ-ÞŠŽŸ](?=[a-zà-ÿ])|[\\x80-\\x9f\\u2500-\\u259f\\ufffd]|[þðÞÐ]"
    "|(?<![A-Za-zÀ-ÿ])[„”‚ƒ†‡](?=[a-z])(?![^\\s]*[“”’])"  # noqa: RUF001 - quotes of text
)
_HIGH = re.compile(rb"[\x80-\xff]")
_LOOKED_AT = 1 << 16
_FITS, _SURE, _WRONG = 0.95, 0.98, 0.4
"""Shares of the characters beyond ASCII that make sense."""
_AHEAD = 0.05
"""How much better another page must be than a Western one."""
_CAPITALS = 0.01
"""Taken off where all is in capitals, which may be small letters of another page."""
_TELLING_WORDS, _TELLING_CHARACTERS, _FEW = 3, 8, 3
_USUAL_NAMES = {"cp932": "shift_jis", "cp949": "euc_kr", "euc_jis_2004": "euc_jp", "cp1125": "cp866"}
_SHOWN_WORDS = 3
_STATELESS = {"utf-8", "utf-8-sig", "ascii", "iso8859-1", "gb18030", "gbk", "gb2312", "big5", "cp950", "shift_jis",
              "cp932", "euc_kr", "cp949"}  # fmt: skip


@dataclass(frozen=True)
class Alphabet:
    """The letters beyond ASCII of a language, small ones, and the code pages in which it is written.

    Parameters
    ----------
    common : str
        Letters that make up two fifths of any text, where the alphabet fills its code page.
    """

    language: str
    letters: str
    pages: tuple[str, ...]
    common: str = ""


@dataclass(frozen=True, kw_only=True)
class Guess:
    """An encoding that a text may have.

    Parameters
    ----------
    language : str
        "" where that is not known.
    words : tuple of str
        Some words of the text as they are read so.
    fit : float
        Share of the characters beyond ASCII that make sense, in [0, 1].
    is_sure : bool
        Whether there are words enough, and no other code page makes others that fit as well.
    """

    encoding: str
    language: str
    words: tuple[str, ...]
    fit: float = 0.0
    is_sure: bool = False


_WEST = ("mac-roman",)
_CENTRAL = ("cp1250", "iso8859-2")
_WESTERN = tuple(
    Alphabet(language, letters, _WEST, common="áæéíóú" if language == "Icelandic" else "")
    for language, letters in (
        ("German", "äöüß"), ("French", "àâæçéèêëîïôœùûüÿ"), ("Spanish", "áéíñóúü"), ("Portuguese", "áâãàçéêíóôõúü"),
        ("Italian", "àèéìíòóùú"), ("Danish", "æøåéóòôü"), ("Swedish", "åäöéü"), ("Dutch", "áéèëêïíóöüç"),
        ("Catalan", "àçèéíïòóúü"), ("Icelandic", "áæðéíóöþúý"),
    )
)  # fmt: skip
_OTHERS = (
    Alphabet("Polish", "ąćęłńóśźż", _CENTRAL),
    Alphabet("Czech", "áčďéěíňóřšťúůýž", _CENTRAL),
    Alphabet("Slovak", "áäčďéíĺľňóôŕšťúýž", _CENTRAL),
    Alphabet("Hungarian", "áéíóöőúüű", _CENTRAL),
    Alphabet("Croatian or Slovenian", "čćđšž", _CENTRAL),
    Alphabet("Romanian", "ăâîşţșț", _CENTRAL),
    Alphabet("Turkish", "çğıöşüâîİ", ("cp1254",)),
    Alphabet("Latvian", "āčēģīķļņšūž", ("cp1257",)),
    Alphabet("Lithuanian", "ąčęėįšųūž", ("cp1257",)),
    Alphabet("Russian", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя№", ("cp1251", "koi8-r", "cp866"), common="оеаинтсрвл"),
    Alphabet("Ukrainian", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", ("cp1251", "koi8-u"), common="оаинтвреісл"),
    Alphabet("Hebrew", "אבגדהוזחטיךכלםמןנסעףפץצקרשת", ("cp1255",), common="יוהלאמרתבשנ"),
    Alphabet("Greek", "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ", ("cp1253", "iso8859-7"), common="αοιετνσηρπκ"),
    Alphabet("Arabic", "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيًٌٍَُِّْ", ("cp1256",), common="اليمونرتبعد"),
    Alphabet("Thai", "".join(map(chr, (*range(0xE01, 0xE3B), *range(0xE40, 0xE4F)))), ("cp874",), common="านรอกเงมยล"),
)  # fmt: skip


def is_stateless(encoding: str) -> bool:
    """Whether text can be read from the beginning of any line on, and is as long as it was once it is written again.

    Code pages are; others by name, since a few write a character in more bytes than one of the ways to read it.
    """
    codec = codecs.lookup(encoding)
    if hasattr(import_module(str(codec.incrementaldecoder.__module__)), "decoding_table"):
        return "\r\n".encode(encoding) == b"\r\n"  # else of a mainframe, with lines that end otherwise
    return codec.name in _STATELESS


def western_page(sample: bytes) -> str | None:
    """cp1252, cp850, or latin-1 where cp1252 has no such byte.

    Nothing where accents stand in rows as in no Western language, or marks in the middle of words under each, or
    where another code page makes words of what is none in these.
    """
    tokens = _tokens(sample)
    if _has_signs_alone([token.decode("cp1252", "replace") for token in tokens]):
        return "cp1252"
    page = _western_page(sample)
    fit = 0.0 if page is None else _fit(tokens, page, _WESTERN)
    other = guess_page(sample)
    if other is None or fit > other.fit - _AHEAD:
        return page if fit >= _WRONG or _count_beyond(tokens) < _FEW or not _PAIR.search(sample) else None
    if other.is_sure:
        return other.encoding
    return page if _count_beyond(tokens) < _FEW else None


def guess_page(sample: bytes) -> Guess | None:
    r"""The code page, of those that are not usual in the West, under which there are most words.

    Examples
    --------
    >>> guess_page("Łódź,1\nGdańsk,2\nWrocław,3\n".encode("cp1250")).encoding
    'cp1250'
    """
    tokens = _tokens(sample)
    found: dict[str, tuple[float, str]] = {}
    for alphabet in (*_WESTERN, *_OTHERS):
        for page in alphabet.pages:
            fit = _fit(tokens, page, (alphabet,))
            if fit >= _FITS and fit > found.get(page, (0.0, ""))[0]:
                found[page] = fit, alphabet.language
    if not found:
        return None
    best = max(found, key=lambda page: found[page][0])
    fit, language = found[best]
    read = [token.decode(best, "replace") for token in tokens]
    rivals = [page for page in found if [token.decode(page, "replace") for token in tokens] != read]
    enough = len(tokens) >= _TELLING_WORDS and _count_beyond(tokens) >= _TELLING_CHARACTERS
    return Guess(
        encoding=best, language=language, words=tuple(read[:_SHOWN_WORDS]), fit=fit,
        is_sure=fit >= _SURE and not rivals and enough,
    )  # fmt: skip


def guess_encoding(sample: bytes) -> Guess | None:
    """What to name where the encoding is unclear: a code page, else what charset-normalizer finds."""
    from charset_normalizer import from_bytes

    page = guess_page(sample)
    if page is not None:
        return page
    found = from_bytes(sample[:_LOOKED_AT]).best()
    encoding = "euc_jp" if _has_kana(sample) else found.encoding if found is not None else "utf_8"
    if encoding.startswith(("utf", "ascii")):
        return None
    encoding = _USUAL_NAMES.get(encoding, encoding)
    words = dict.fromkeys(re.findall(r"\w*[^\x00-\x7f]+\w*", sample[:_LOOKED_AT].decode(encoding, "ignore")))
    return Guess(encoding=encoding, language="", words=tuple(words)[:_SHOWN_WORDS])


def _has_kana(sample: bytes) -> bool:
    """Whether a tenth of the characters would be kana, were the sample EUC-JP."""
    text = sample[:_LOOKED_AT].decode("euc_jp", "replace")
    beyond = [character for character in text if character > "\x7f"]
    kana = sum("\u3041" <= character <= "\u30fc" for character in beyond)
    return "\ufffd" not in text[:-1] and 10 * kana >= len(beyond) > 0


def _count_beyond(tokens: Sequence[bytes]) -> int:
    return sum(byte > 0x7F for token in tokens for byte in token)


def _tokens(sample: bytes) -> Sequence[bytes]:
    """Words with a byte beyond ASCII, each once."""
    return list(dict.fromkeys(_TOKEN.findall(sample[:_LOOKED_AT])))


def _fit(tokens: Sequence[bytes], page: str, alphabets: Sequence[Alphabet]) -> float:
    """The best share of the characters beyond ASCII that make sense in one language."""
    words = [token.decode(page, "replace") for token in tokens]
    beyond = [(word, at) for word in words for at, character in enumerate(word) if character > "\x7f"]
    if not beyond:
        return 0.0
    signs = sum(not word[at].isalpha() and _sign_fits(word, at) for word, at in beyond)
    placed = [word[at] for word, at in beyond if _is_letter(word[at]) and _case_fits(word, at)]
    known = max(_known(placed, alphabet) for alphabet in alphabets)
    if not known:
        return 0.0
    fit = (signs + known) / len(beyond)
    return fit - _CAPITALS if all(letter.isupper() for letter in placed) else fit


def _is_letter(character: str) -> bool:
    return character.isalpha() or unicodedata.category(character).startswith("M")


def _known(letters: Sequence[str], alphabet: Alphabet) -> int:
    """How many of the letters are of the alphabet, which has common ones among them if it has any."""
    known = [small for letter in letters if (small := letter.lower()) in alphabet.letters or letter in alphabet.letters]
    if alphabet.common and 5 * sum(letter in alphabet.common for letter in known) < 2 * len(known):
        return 0
    return len(known)


def _case_fits(word: str, at: int) -> bool:
    """Whether a letter is large or small as its neighbours want it, and an õ has its e, as in Portuguese."""
    before = word[at - 1] if at else ""
    behind = word[at + 1 : at + 2]
    if word[at] == "õ" and behind != "e":
        return False
    if word[at].isupper():
        return not before.isalpha() or (before.isupper() and not behind.islower())
    return not (at > 1 and word[at - 2 : at].isupper())


def _sign_fits(word: str, at: int) -> bool:
    sign, before, behind = word[at], word[:at], word[at + 1 :]
    inside = before[-1:].isalpha() and behind[:1].isalpha()
    if sign in _BETWEEN:
        return True
    if sign in _ALONE and not before[-1:].isalpha() and (sign == "°" or not behind[:1].isalpha()):
        return True
    return not inside and ((sign in _BEFORE and not before[-1:].isalpha()) or (sign in _BEHIND and bool(before)))


def _has_signs_alone(words: Sequence[str]) -> bool:
    """Whether there is no letter beyond ASCII, but marks and signs in their places."""
    return all(_sign_fits(word, at) for word in words for at, character in enumerate(word) if character > "\x7f")


def _western_page(sample: bytes) -> str | None:
    in_rows = sum(map(len, _LONG_RUN.findall(sample)))
    beyond = len(_HIGH.findall(sample))
    if beyond >= 12 and in_rows > beyond / 2:
        return None
    odd = {name: len(_ODD.findall(sample.decode(name, "replace"))) for name in ("cp1252", "cp850")}
    if odd["cp850"] * 4 < odd["cp1252"] and _mostly_letters(sample.decode("cp850")):
        return "cp850"
    if beyond >= 3 and odd["cp1252"] > beyond / 2:
        return None
    try:
        sample.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _mostly_letters(text: str) -> bool:
    """Whether half of the characters beyond ASCII are letters: stray bytes give boxes and signs."""
    beyond = [character for character in text if character > "\x7f"]
    return 2 * sum(map(str.isalpha, beyond)) >= len(beyond)
