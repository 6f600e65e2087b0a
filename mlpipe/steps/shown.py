"""How results look in Python: short in a terminal, a small table and a figure in a notebook."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sized
from dataclasses import fields, is_dataclass
from html import escape
from pathlib import Path

from mlpipe.words.widths import cut

MOST = 380
"""Letters of a `repr`."""
_CELL = 60
_FEW = 4
"""Counts or shares that are shown one by one."""


class Shown:
    """A result that shows its facts.

    Attributes
    ----------
    figure : tuple of str
        Files of the artifact of which the first that is there is shown in a notebook.
    """

    figure: tuple[str, ...] = ()

    def facts(self) -> dict[str, object]:
        """What is shown: what is short among its fields, and how many of what is long."""
        if not is_dataclass(self):
            return {}
        return {field.name: short(getattr(self, field.name)) for field in fields(self) if field.name != "fingerprint"}

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={_written(value)}" for name, value in self.said())
        return f"{cut(f'{type(self).__name__}({told}', MOST)})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{escape(str(name))}</th>"
            f"<td style='text-align:left'>{escape(cut(str(value), MOST))}</td></tr>"
            for name, value in self.said()
            if name != "notes"
        )
        notes = "".join(f"<li>{escape(note)}</li>" for note in getattr(self, "notes", ()))
        return f"<table><caption>{type(self).__name__}</caption>{rows}</table><ul>{notes}</ul>{self._image()}"

    def said(self) -> list[tuple[str, object]]:
        """The facts that say something."""
        return [(name, value) for name, value in self.facts().items() if value is not None and value not in ("", {})]

    def _image(self) -> str:
        out = getattr(self, "out", None)
        found = [Path(out) / name for name in self.figure if (Path(out) / name).is_file()] if out else []
        if not found:
            return ""
        data = base64.b64encode(found[0].read_bytes()).decode()
        return f"<img alt='{escape(found[0].stem)}' width='480' src='data:image/png;base64,{data}'>"


def short(value: object) -> object:
    """What is short as it is, a few counts or shares too; of what is long, how many there are."""
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Shown):
        return dict(value.said())
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, Mapping) and all(isinstance(one, int | float) for one in value.values()):
        return {name: short(one) for name, one in value.items()} if len(value) <= _FEW else len(value)
    return len(value) or None if isinstance(value, Sized) else None


def _written(value: object) -> str:
    return repr(cut(value, _CELL)) if isinstance(value, str) else str(value)
