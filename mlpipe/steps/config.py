"""`mlpipe.toml`: the whole chain in one file; every key is an option of a step, and a wrong one is named."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

from mlpipe.errors import UsageError, nearest
from mlpipe.params import (
    EvaluateParams,
    InspectParams,
    PreprocessParams,
    ReadParams,
    RoleParams,
    SplitParams,
    TrainParams,
)
from mlpipe.steps.sources import read_text

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")
SECTIONS = ("read", "roles", "split", "preprocess", "train", "evaluate")
TOP: dict[str, type] = {"data": str, "out": str, "target": str, "seed": int}
FILES = (("roles", "columns_file"), ("split", "test_data"))
"""Options that name files: like `data`, they are found from where the configuration lies."""


@dataclass(frozen=True, kw_only=True)
class ChainParams:
    """What the whole chain needs: the table, the folder for everything, and each step's options."""

    data: str
    out: str = "out"
    split: SplitParams
    preprocess: PreprocessParams = field(default_factory=PreprocessParams)
    train: TrainParams = field(default_factory=TrainParams)
    evaluate: EvaluateParams = field(default_factory=EvaluateParams)

    @property
    def inspect(self) -> InspectParams:
        """The options of `inspect`, which are among those of `split`."""
        return InspectParams(target=self.split.target, read=self.split.read)


class ConfigError(UsageError):
    """A key or value of `mlpipe.toml` that no step knows."""

    def __init__(self, path: Path, problem: str, remedy: str = "") -> None:
        self.path = path
        super().__init__(problem, where=str(path), remedy=remedy or "See `mlpipe run --help` for the options.")


def read_config(path: Path) -> ChainParams:
    """Read and check a configuration file.

    Raises
    ------
    ConfigError
        For what is not TOML, an unknown key (with the nearest known one) and a value of the wrong type.
    UsageError
        For a file that is not there or no text.
    """
    try:
        document = tomllib.loads(read_text(str(path)))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, f"This is not TOML: {error}.") from error
    sections = {name: _of_type(path, name, document.pop(name, {}), dict) for name in SECTIONS}
    top: dict[str, Any] = {
        name: _of_type(path, name, document.pop(name), kind) for name, kind in TOP.items() if name in document
    }
    if document:
        raise _unknown_key(path, next(iter(document)), (*TOP, *SECTIONS))
    for needed in ("data", "target"):
        if needed not in top:
            raise ConfigError(path, f"The key {needed!r} is missing.", f'Add a line such as {needed} = "…".')
    return _chain(path, top, sections)


def _of_type(path: Path, key: str, value: Any, kind: type[T]) -> T:
    """The value, if it is of its type; a truth value is no number."""
    if isinstance(value, kind) and not isinstance(value, bool):
        return value
    words = {dict: f"a section: [{key}]", str: f'text: {key} = "…"', int: f"a whole number: {key} = 0"}
    raise ConfigError(path, f"{key!r} is {value!r}.", f"It has to be {words[kind]}.")


def _chain(path: Path, top: dict[str, Any], sections: dict[str, dict[str, Any]]) -> ChainParams:
    seed = {"seed": top["seed"]} if "seed" in top else {}
    for section, key in FILES:
        if isinstance(name := sections[section].get(key), str):
            sections[section][key] = str(path.parent / name)
    read = _parse(path, "read", ReadParams, sections["read"])
    roles = _parse(path, "roles", RoleParams, sections["roles"])
    split = {"target": top["target"], "read": read, "roles": roles, **seed, **sections["split"]}
    train = dict(sections["train"])
    params = _of_type(path, "train.params", train.get("params", {}), dict)
    train["params"] = tuple((key, str(value)) for key, value in params.items())
    return ChainParams(
        data=str(path.parent / top["data"]) if top["data"] != "-" else "-",
        out=str(path.parent / top.get("out", "out")),
        split=_parse(path, "split", SplitParams, split),
        train=_parse(path, "train", TrainParams, {**seed, **train}),
        preprocess=_parse(path, "preprocess", PreprocessParams, {**seed, **sections["preprocess"]}),
        evaluate=_parse(path, "evaluate", EvaluateParams, {**seed, **sections["evaluate"]}),
    )


def _parse(path: Path, section: str, kind: type[T], values: dict[str, Any]) -> T:
    from pydantic import TypeAdapter, ValidationError

    known = [f.name for f in fields(kind)]  # type: ignore[arg-type]  # every kind is a dataclass
    for key in values:
        if key not in known:
            raise _unknown_key(path, f"{section}.{key}", [f"{section}.{name}" for name in known])
    try:
        return TypeAdapter(kind).validate_python(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join([section, *(str(part) for part in first["loc"])])
        raise ConfigError(path, f"{place}: {first['msg']}.") from error


def _unknown_key(path: Path, key: str, known: Any) -> ConfigError:
    close = nearest(key, known)
    remedy = f"Did you mean {', '.join(close)}?" if close else f"Known: {', '.join(known)}."
    return ConfigError(path, f"There is no key {key!r}.", remedy)
