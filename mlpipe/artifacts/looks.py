"""The ledger of looks at a test part: which models were scored on it, one line a look."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

from mlpipe.artifacts.kinds import LOOKS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Look:
    """One model's score on the test part.

    Parameters
    ----------
    model : str
        The model's fingerprint.
    evaluation : str
        Where the score was written, as seen from the split; the command alone where it was only shown.
    metric, value : str
        The metric that the verdict rests on, and its value with all digits.
    """

    model: str
    evaluation: str
    metric: str
    value: str


HEADER = tuple(field.name for field in fields(Look))


def read_looks(split: Path) -> tuple[Look, ...]:
    """The looks so far, the first first; lines of another shape are passed over."""
    path = split / LOOKS
    if not path.is_file():
        return ()
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8", errors="replace")))
    return tuple(Look(**{name: row.get(name) or "" for name in HEADER}) for row in rows)


def add_looks(split: Path, looks: Iterable[Look]) -> None:
    """Write looks down in one go; one that stands there already taught nothing new and is left out.

    Raises
    ------
    OSError
        Where the split cannot be written to.
    """
    known = read_looks(split)
    new = [look for look in dict.fromkeys(looks) if look not in known]
    if not new:
        return
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if not known:
        writer.writerow(HEADER)
    writer.writerows(astuple(look) for look in new)
    with (split / LOOKS).open("a", encoding="utf-8") as file:
        file.write(text.getvalue())
