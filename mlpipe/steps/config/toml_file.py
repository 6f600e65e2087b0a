"""Files of options in TOML: every key is known, every value of its type, and a wrong one is named."""

from __future__ import annotations

import os
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from mlpipe.artifacts.store.manifest import STDIN
from mlpipe.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")


def config_error(path: Path, problem: str, remedy: str = "", section: str = "") -> UsageError:
    """The error for a key or a value of a file of options that no step knows."""
    where = f"{path}: [{section}]" if section else str(path)
    return UsageError(problem, where=where, remedy=remedy or "See the --help of the step for its options.")


def read_text(path: str) -> str:
    """A small text file of ours: column roles, a configuration.

    Raises
    ------
    UsageError
        Where there is no such file, or no text in it.
    """
    if path == STDIN:
        raise UsageError("Only a table can come from standard input.", remedy="Save it to a file, and give that.")
    if not os.access(path, os.R_OK) or not Path(path).is_file():
        from mlpipe.data.reading.source import open_source  # words what is wrong with the path; brings Arrow

        open_source(path, max_bytes=1).close()
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not text in UTF-8.", remedy="Save it as UTF-8 and try again.") from error


def read_toml(path: Path) -> dict[str, Any]:
    """Read a file.

    Raises
    ------
    UsageError
        For what is not TOML, and for a file that is not there or no text.
    """
    try:
        return tomllib.loads(read_text(str(path)))
    except tomllib.TOMLDecodeError as error:
        raise config_error(path, f"This is not TOML: {error}.") from error


def of_type(path: Path, key: str, value: Any, kind: type[T]) -> T:
    """The value, if it is of its type; a truth value is no number."""
    if isinstance(value, kind) and not isinstance(value, bool):
        return value
    words = {dict: f"a section: [{key}]", str: f'text: {key} = "…"', int: f"a whole number: {key} = 0"}
    raise config_error(path, f"{key!r} is {value!r}.", f"It has to be {words[kind]}.")


def parse_section(path: Path, section: str, kind: type[T], values: dict[str, Any]) -> T:
    """The options of one section as the dataclass `kind`.

    Raises
    ------
    UsageError
        For an unknown key, with the nearest known one, and for a value of the wrong type.
    """
    known = [f.name for f in fields(kind)]  # type: ignore[arg-type]  # every kind is a dataclass
    for key in values:
        if key not in known:
            raise unknown_key(path, _place(section, key), [_place(section, name) for name in known])
    typed = _of_their_types(path, section, kind, values)
    try:
        return kind(**typed)
    except UsageError as error:
        raise config_error(path, error.what, error.remedy, section) from error


def _of_their_types(path: Path, section: str, kind: type, values: dict[str, Any]) -> dict[str, Any]:
    """The values, each of which must be of its type as it stands: no number in quotes, no truth value for one."""
    from pydantic import TypeAdapter, ValidationError

    hints = get_type_hints(kind)
    typed = {}
    for key, value in values.items():
        try:
            told = tuple(value) if isinstance(value, list) else value
            typed[key] = TypeAdapter(hints[key]).validate_python(told, strict=True)
        except ValidationError as error:
            place = _place(section, key)
            raise config_error(path, f"{place}: {error.errors()[0]['msg']}.") from error
    return typed


def unknown_key(path: Path, key: str, known: Iterable[str]) -> UsageError:
    """The error that names the nearest known keys."""
    close = nearest(key, known)
    remedy = f"Did you mean {', '.join(close)}?" if close else f"Known: {', '.join(known)}."
    return config_error(path, f"There is no key {key!r}.", remedy)


def _place(*parts: str) -> str:
    return ".".join(part for part in parts if part)
