"""What a shell completes: names that the line typed so far, the files here, and mlpipe itself know of."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Found = list[tuple[str, str]]
"""What may stand there, each with a word on it."""


def models(incomplete: str) -> Found:
    """Names of models."""
    from mlpipe.models.registry import known_specs

    return _beginning(incomplete, [("auto", "compares several"), *((s.name, s.summary) for s in known_specs())])


def metrics(incomplete: str) -> Found:
    """Names of metrics; after a comma, one more."""
    from mlpipe.metrics.registry import all_metrics

    return _after_comma(incomplete, [(spec.name, spec.summary) for spec in all_metrics()])


def gates(incomplete: str) -> Found:
    """Names of metrics, as a limit begins."""
    return [(f"{name}=", told) for name, told in metrics(incomplete)]


def codes(incomplete: str) -> Found:
    """Codes of findings."""
    from mlpipe.data.profiling.findings import SPECS

    return _after_comma(incomplete, [(spec.code, spec.summary) for spec in SPECS.values()])


def columns(incomplete: str) -> Found:
    """Columns of the table that the line names; after a comma, one more."""
    data = next((word for word in _line() if word != incomplete and Path(word).is_file()), None)
    if data is None:
        return []
    from mlpipe.data.reading.reader import open_raw
    from mlpipe.errors import MlpipeError
    from mlpipe.params import ReadParams

    try:
        blocks = open_raw(data, ReadParams())
    except MlpipeError:
        return []
    header = blocks.header
    blocks.close()
    return _after_comma(incomplete, [(name, "") for name in header])


def _line() -> list[str]:
    """The words of the line: an option that waits for its value keeps typer from telling what was typed before it."""
    typed = os.environ.get("_TYPER_COMPLETE_ARGS") or os.environ.get("COMP_WORDS", "")
    try:
        return shlex.split(typed)
    except ValueError:  # a quote that is still open
        return typed.split()


def topics(incomplete: str) -> Found:
    """Pages of the guide, and codes."""
    from mlpipe.cli.guide.pages import read_pages

    pages = [(page.topic, page.summary) for page in read_pages().values()]
    return [*_beginning(incomplete, pages), *(codes(incomplete) if incomplete else [])]


def artifacts(kind: str) -> Callable[[str], Found]:
    """Folders that hold an artifact of a kind, and folders on the way to others."""

    def complete(incomplete: str) -> Found:
        typed = Path(incomplete)
        folder = typed if incomplete.endswith("/") or not incomplete else typed.parent
        try:
            inside = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
        except OSError:
            return []
        return _beginning(incomplete, _told(inside, kind))

    return complete


def _told(folders: Iterable[Path], kind: str) -> Iterator[tuple[str, str]]:
    for path in folders:
        found = _kind_of(path)
        if found == kind:
            yield str(path), f"a {kind}"
        elif not found:
            yield f"{path}/", ""


def _kind_of(folder: Path) -> str:
    """The kind that a manifest names; empty where there is none."""
    from mlpipe.artifacts.store.manifest import MANIFEST_NAME

    try:
        return str(json.loads((folder / MANIFEST_NAME).read_bytes()).get("kind", ""))
    except (OSError, ValueError, AttributeError):
        return ""


def _beginning(incomplete: str, found: Iterable[tuple[str, str]]) -> Found:
    return [(name, told) for name, told in dict(found).items() if name.startswith(incomplete)]


def _after_comma(incomplete: str, found: Iterable[tuple[str, str]]) -> Found:
    before, comma, last = incomplete.rpartition(",")
    chosen = set(before.split(","))
    return [(f"{before}{comma}{name}", told) for name, told in _beginning(last, found) if name not in chosen]
