"""The pages that ship with the package, by their topics."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "guide"
READING_ORDER = (
    "first-hour", "six-steps", "columns-and-roles", "reading-csv", "large-tables", "preprocessing",
    "models-and-tuning", "clustering", "several-targets", "gradient-descent", "evaluation-and-gates", "leakage",
    "drift-and-audit", "security", "serving", "makefile-dvc-ci", "python", "files", "finding-codes", "metrics",
    "exit-codes", "questions",
)  # fmt: skip
"""Pages in the order that a person reads them; others follow by name."""
_COMMENT = re.compile(r"^<!--.*?-->\n", re.MULTILINE | re.DOTALL)
_SENTENCE_END = re.compile("(?<=[.!?])\\s|(?<=[\u3002\uff01\uff1f])")


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the guide.

    Parameters
    ----------
    topic : str
        What `mlpipe docs` calls it.
    text : str
        Markdown, without the marks that are for tests.
    """

    topic: str
    text: str

    @property
    def title(self) -> str:
        """The heading of the first level."""
        return self.text.split("\n", 1)[0].removeprefix("# ")

    @property
    def summary(self) -> str:
        """The first sentence."""
        paragraph = self.text.strip().split("\n\n")[1]
        return plain(_SENTENCE_END.split(" ".join(paragraph.split()))[0])

    def sections(self) -> dict[str, str]:
        """Text of each section of the second level, by its heading, heading included."""
        parts = re.split(r"^(## .*\n)", self.text, flags=re.MULTILINE)
        return {head[3:].strip(): head + body for head, body in zip(parts[1::2], parts[2::2], strict=True)}


def plain(text: str) -> str:
    """Words of Markdown without its marks.

    Examples
    --------
    >>> plain("`split` reads **once**, see [roles](columns-and-roles.md).")
    'split reads once, see roles.'
    """
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("`", "").replace("**", "")


@cache
def read_pages() -> dict[str, Page]:
    """Every page by its topic, in the order of reading."""
    found = {path.relative_to(FOLDER).with_suffix("").as_posix(): path for path in FOLDER.rglob("*.md")}
    found.setdefault("finding-codes", Path())
    known = [topic for topic in READING_ORDER if topic in found]
    topics = [*known, *sorted(found.keys() - set(known))]
    return {topic: Page(topic=topic, text=_text(topic, found[topic])) for topic in topics}


def listed_pages() -> list[Page]:
    """The pages that a person is offered: those in English."""
    return [page for page in read_pages().values() if "/" not in page.topic]


def _text(topic: str, path: Path) -> str:
    if topic == "finding-codes":
        from mlpipe.steps.guide.finding_codes import (
            render_codes,  # made of the table of codes, so that no copy grows old
        )

        return render_codes()
    return _COMMENT.sub("", path.read_text(encoding="utf-8"))
