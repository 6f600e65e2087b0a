"""Finding a font that has the letters of the names in a figure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from mlpipe.errors import UsageError
from mlpipe.params.figures import FONT
from mlpipe.plots.text import clean
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

DEFAULT_FAMILY = "DejaVu Sans"
"""Comes with matplotlib: Latin, Greek, Cyrillic, Arabic, Hebrew, and the same everywhere."""

_GOOD_FAMILIES = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback", "PingFang SC", "Hiragino Sans GB",
    "Hiragino Sans", "Heiti SC", "Microsoft YaHei", "SimHei", "Yu Gothic", "Meiryo", "Apple SD Gothic Neo",
    "Malgun Gothic", "Noto Sans Devanagari", "Noto Sans Thai", "Arial Unicode MS", "Noto Sans",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Look:
    """The fonts of a run's figures.

    Parameters
    ----------
    families : tuple of str
        Font families; a letter is taken from the first that has it.
    unreadable : frozenset of str
        Letters that none of them has.
    note : str
        What to tell a person about it; empty where all letters were found.
    """

    families: tuple[str, ...] = (DEFAULT_FAMILY,)
    unreadable: frozenset[str] = frozenset()
    note: str = ""

    def show(self, name: str, stand_in: str) -> str:
        """Give the name, or `stand_in` where it would come out as empty boxes."""
        return stand_in if self.unreadable & set(name) else clean(name)

    def names(self, names: Sequence[str], kind: str = "class") -> list[str]:
        """Names that can be drawn: one that cannot is called by its position, such as "class 2"."""
        return [self.show(name, f"{kind} {position}") for position, name in enumerate(names, start=1)]


PLAIN = Look()


def choose_look(texts: Iterable[str], font: str | None = None) -> Look:
    """Find installed fonts for all letters of `texts`.

    Parameters
    ----------
    font : str, optional
        Path of a font file to take first; by default the one of this run.

    Raises
    ------
    UsageError
        Where `font` cannot be read.
    """
    texts, font = tuple(texts), font or FONT.get()
    wanted = {c for text in texts for c in clean(text) if not c.isspace()}
    given = [_add(font)] if font is not None else []
    families = [*given, DEFAULT_FAMILY]
    missing = wanted - _letters(DEFAULT_FAMILY) - (_letters_of_file(font) if font is not None else set())
    for family, path in _candidates() if missing else ():
        found = missing & _letters_of_file(path)
        if found:
            families.append(family)
            missing -= found
        if not missing:
            break
    return Look(families=tuple(families), unreadable=frozenset(missing), note=_note(texts, missing))


def _add(font: str) -> str:
    """Make a font file known to matplotlib; its family name."""
    try:
        font_manager.fontManager.addfont(font)
        return str(font_manager.get_font(font).family_name)
    except (OSError, RuntimeError) as error:
        remedy = "Give the path of a .ttf, .otf or .ttc file."
        raise UsageError(f"{font} is no font that can be read.", where=param("font"), remedy=remedy) from error


def _letters(family: str) -> set[str]:
    return _letters_of_file(str(font_manager.findfont(family)))


def _letters_of_file(path: str) -> set[str]:
    try:
        face = FT2Font(path)
    except (OSError, RuntimeError):  # a font that cannot be read has no letters
        return set()
    # Bitmap fonts (coloured emoji) cannot be drawn at any size but their own.
    return {chr(code) for code in face.get_charmap()} if face.num_fixed_sizes == 0 else set()


def _candidates() -> Iterator[tuple[str, str]]:
    """Families and files of installed fonts, the good ones first; fonts installed since matplotlib looked come last."""
    rank = {family: position for position, family in enumerate(_GOOD_FAMILIES)}
    # matplotlib's own font of last resort has every letter, drawn as a box.
    installed = [e for e in font_manager.fontManager.ttflist if not e.name.startswith("Last Resort")]
    known = [entry for entry in installed if entry.style == "normal"]
    upright = sorted(known, key=lambda e: (rank.get(e.name, len(rank)), abs(_weight(e) - 400), e.name, e.fname))
    for entry in upright:
        yield entry.name, entry.fname
    seen = {Path(entry.fname) for entry in known}
    for path in sorted(font_manager.findSystemFonts()):
        if Path(path) not in seen:
            yield _add(path), path


def _weight(entry: font_manager.FontEntry) -> int:
    return entry.weight if isinstance(entry.weight, int) else 400


def _note(texts: Sequence[str], missing: set[str]) -> str:
    if not missing:
        return ""
    affected = list(dict.fromkeys(text for text in texts if missing & set(text)))
    shown = ", ".join(repr(text) for text in affected[:3]) + (" …" if len(affected) > 3 else "")
    return (
        f"No installed font has the letters of {shown} ({_script(missing)}): figures show numbers in place of such "
        "names. Install a font that has them, such as fonts-noto-cjk for Chinese, Japanese and Korean, or give one "
        f"with {param('font')} PATH."
    )


def _script(missing: set[str]) -> str:
    """What the letters are called, by the first word of their Unicode name."""
    words = {unicodedata.name(letter, "unnamed").split(" ")[0] for letter in missing}
    return ", ".join(sorted(words)[:3]).lower()
