"""`mlpipe.toml`: the whole chain in one file; every key is an option of a step, and a wrong one is named."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from mlpipe.params import (
    DescentParams,
    EvaluateParams,
    InspectParams,
    PreprocessParams,
    ReadParams,
    RoleParams,
    SplitParams,
    TrainParams,
)
from mlpipe.steps.config.recipe import parse_preparation
from mlpipe.steps.config.toml_file import config_error, of_type, parse_section, read_toml, unknown_key
from mlpipe.task import Task

if TYPE_CHECKING:
    from pathlib import Path

SECTIONS = ("read", "roles", "split", "preprocess", "train", "evaluate")
TOP: dict[str, type] = {"data": str, "out": str, "target": str, "seed": int}
FILES = (("roles", "columns_file"), ("split", "test_data"), ("preprocess", "recipe"))
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
        return InspectParams(
            target=self.split.target or None, labels_separator=self.split.labels_separator, read=self.split.read
        )


def read_config(path: Path) -> ChainParams:
    """Read and check a configuration file.

    Raises
    ------
    UsageError
        For a file that is not there or is no TOML, an unknown key (with the nearest known one) and a value of the wrong
        type.
    """
    document = read_toml(path)
    sections = {name: of_type(path, name, document.pop(name, {}), dict) for name in SECTIONS}
    top: dict[str, Any] = {
        name: of_type(path, name, document.pop(name), kind) for name, kind in TOP.items() if name in document
    }
    if document:
        raise unknown_key(path, next(iter(document)), (*TOP, *SECTIONS))
    clustered = sections["split"].get("task") == Task.CLUSTERING
    for needed in ("data",) if clustered else ("data", "target"):
        if needed not in top:
            raise config_error(path, f"The key {needed!r} is missing.", f'Add a line such as {needed} = "…".')
    return _chain(path, top, sections)


def _chain(path: Path, top: dict[str, Any], sections: dict[str, dict[str, Any]]) -> ChainParams:
    seed = {"seed": top["seed"]} if "seed" in top else {}
    for section, key in FILES:
        if isinstance(name := sections[section].get(key), str):
            sections[section][key] = str(path.parent / name)
    read = parse_section(path, "read", ReadParams, sections["read"])
    roles = parse_section(path, "roles", RoleParams, sections["roles"])
    split = {"target": top.get("target", ""), "read": read, "roles": roles, **seed, **sections["split"]}
    train = dict(sections["train"])
    params = of_type(path, "train.params", train.get("params", {}), dict)
    train["params"] = tuple((key, str(value)) for key, value in params.items())
    descent = {f.name: train.pop(f.name) for f in fields(DescentParams) if f.name in train}
    train["descent"] = parse_section(path, "train", DescentParams, descent)
    return ChainParams(
        data=str(path.parent / top["data"]) if top["data"] != "-" else "-",
        out=str(path.parent / top.get("out", "out")),
        split=parse_section(path, "split", SplitParams, split),
        train=parse_section(path, "train", TrainParams, {**seed, **train}),
        preprocess=parse_preparation(path, "preprocess", sections["preprocess"], seed),
        evaluate=parse_section(path, "evaluate", EvaluateParams, {**seed, **sections["evaluate"]}),
    )
