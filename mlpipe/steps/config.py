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

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")
SECTIONS = ("read", "roles", "split", "preprocess", "train", "evaluate")


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
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(path, f"This is not TOML: {error}.") from error
    sections = {name: document.pop(name, {}) for name in SECTIONS}
    top: dict[str, Any] = {name: document.pop(name) for name in ("data", "out", "target", "seed") if name in document}
    if document:
        raise _unknown_key(path, next(iter(document)), ("data", "out", "target", "seed", *SECTIONS))
    for needed in ("data", "target"):
        if needed not in top:
            raise ConfigError(path, f"The key {needed!r} is missing.", f'Add a line such as {needed} = "…".')
    return _chain(path, top, sections)


def _chain(path: Path, top: dict[str, Any], sections: dict[str, dict[str, Any]]) -> ChainParams:
    seed = {"seed": top["seed"]} if "seed" in top else {}
    read = _parse(path, "read", ReadParams, sections["read"])
    roles = _parse(path, "roles", RoleParams, sections["roles"])
    split = {"target": top["target"], "read": read, "roles": roles, **seed, **sections["split"]}
    train = dict(sections["train"])
    train["params"] = tuple((key, str(value)) for key, value in train.get("params", {}).items())
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
