"""`init`: a starter project, each of whose files runs the steps as it stands."""

from __future__ import annotations

import json
import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from mlpipe._version import __version__
from mlpipe.artifacts.store.places import output_errors
from mlpipe.data.column_names import resolve_names
from mlpipe.errors import ArtifactError, UsageError
from mlpipe.steps.shown import Shown
from mlpipe.words.lists import listed
from mlpipe.words.parameters import as_options, param
from mlpipe.words.remedies import ways
from mlpipe.words.sources import readable_name
from mlpipe.words.toml import toml_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlpipe.params.project import InitParams

_TEMPLATES = Path(__file__).with_name("project")
FILES = {
    "mlpipe.toml.txt": "mlpipe.toml",
    "Makefile.txt": "Makefile",
    "dvc.yaml.txt": "dvc.yaml",
    "workflow.yml.txt": ".github/workflows/mlpipe.yml",
}
"""Each template, and the file that it becomes."""
SERVING = {"Dockerfile.txt": "Dockerfile", "mlpipe.service.txt": "mlpipe.service"}
"""Those for a service."""


class _Template(Template):
    """Places are marked by §: a Makefile has other uses for the dollar."""

    delimiter = "§"


@dataclass(frozen=True, kw_only=True, repr=False)
class InitResult(Shown):
    """What `init` wrote.

    Parameters
    ----------
    files : tuple of str
        Names of the files, from `out`.
    notes : tuple of str
        What is left to be filled in.
    """

    out: Path
    files: tuple[str, ...]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {"out": str(self.out), "files": list(self.files), "notes": list(self.notes)}


def init(out: Path, params: InitParams, *, force: bool = False) -> InitResult:
    """Write a `mlpipe.toml`, a `Makefile`, a `dvc.yaml` and a workflow for CI; a `Dockerfile` and a systemd unit too.

    Parameters
    ----------
    force : bool
        Write over files that are there.

    Raises
    ------
    UsageError
        Where there is no such table, or no such column in it.
    ArtifactError
        Where a file is there already, and not `force`.
    """
    target, ids = _checked(params)
    files = FILES | SERVING if params.serve else FILES
    standing = [name for name in files.values() if os.path.lexists(out / name)]
    if standing and not force:
        raise ArtifactError(
            f"{out} holds {listed(standing)} already.",
            remedy=ways("Choose another folder", f"pass {param('force')} to write over them"),
        )
    places = dict(_places(_seen_from(params.data, out), target, ids))
    with output_errors(out):
        for template, name in files.items():
            text = _Template((_TEMPLATES / template).read_text(encoding="utf-8")).substitute(places)
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_text(text, encoding="utf-8")
    return InitResult(out=out, files=tuple(files.values()), notes=tuple(_notes(params)))


def _checked(params: InitParams) -> tuple[str, tuple[str, ...]]:
    """Target and ids as the table calls them, where there is one."""
    if params.data is None:
        return params.target or "TARGET", params.ids
    from mlpipe.data.reading.reader import open_raw
    from mlpipe.params import ReadParams

    blocks = open_raw(params.data, ReadParams())
    header = blocks.header
    blocks.close()
    if params.target is None:
        raise UsageError("No target is given.", where=params.data, remedy=f"Give {param('target')} COL.")
    resolve_names((params.target,), header, parameter="target")
    return params.target, resolve_names(params.ids, header, parameter="ids")


def _seen_from(data: str | None, out: Path) -> str:
    """The table's path from the folder of the project."""
    if data is None:
        return "data.csv"
    place = Path(os.path.relpath(Path(data).resolve(), out.resolve())).as_posix()
    if readable_name(place) != place:
        raise UsageError(
            f"The path {readable_name(place)} is not UTF-8, and the files of a project are.",
            where=param("data"),
            remedy="Rename what is not, or link to the table by another name.",
        )
    return place


def _places(data: str, target: str, ids: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    options = [param("target", target), *(param("ids", name) for name in ids), param("out", "out/split")]
    command = " ".join([shlex.quote(data), *map(as_options, options)])
    yield "data", toml_value(data)
    yield "target", toml_value(target)
    yield "ids", toml_value(list(ids))
    yield "make_data", re.sub(r"([ #%])", r"\\\1", data).replace("$", "$$")
    yield "make_command", command.replace("$", "$$")
    yield "yaml_split", json.dumps(f"mlpipe split {command}", ensure_ascii=False)
    yield "yaml_data", json.dumps(data, ensure_ascii=False)
    yield "version", __version__
    yield "target_words", " ".join(target.split()).replace("%", "%%")


def _notes(params: InitParams) -> Iterator[str]:
    if params.data is None:
        yield "no table is named: put one at data.csv, and its target in place of TARGET"
