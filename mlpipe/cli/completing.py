"""What a shell completes: names that the line typed so far, the files here, and mlpipe itself know of."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlpipe.words.widths import cut_end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Found = list[tuple[str, str]]
"""What may stand there, each with a word on it."""
LONGEST = 60
"""Columns of that word: shells show it on the same line."""


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


def distances(incomplete: str) -> Found:
    """What `drift` measures, as a limit begins."""
    from mlpipe.params.trust import DRIFT_GATES

    return _beginning(incomplete, [(f"{name}=", "") for name in DRIFT_GATES])


def columns(incomplete: str) -> Found:
    """Columns of the table that the line names, or of the artifact where it names none; after a comma, one more."""
    typed = [Path(word) for word in _line() if word != incomplete]
    table = next((path for path in typed if path.is_file()), None)
    names = _header(str(table)) if table is not None else [name for path in typed for name in _learnt(path)]
    return _after_comma(incomplete, [(name, "") for name in names])


def _header(data: str) -> Sequence[str]:
    from mlpipe.data.reading.reader import open_raw
    from mlpipe.errors import MlpipeError
    from mlpipe.params import ReadParams

    try:
        blocks = open_raw(data, ReadParams())
    except MlpipeError:
        return []
    blocks.close()
    return blocks.header


def _learnt(folder: Path) -> Iterator[str]:
    """Columns that the manifest in a folder knows of."""
    context = _manifest(folder).get("context") or {}
    yield from (column["name"] for column in context.get("schema", {}).get("columns", ()))


def _line() -> list[str]:
    """The words after the program's: an option that waits for its value keeps typer from telling what came before."""
    typed = os.environ.get("_TYPER_COMPLETE_ARGS") or os.environ.get("COMP_WORDS", "")
    try:
        return shlex.split(typed)[1:]
    except ValueError:  # a quote that is still open
        return typed.split()[1:]


def topics(incomplete: str) -> Found:
    """Pages of the guide, and codes."""
    from mlpipe.steps.guide.pages import read_pages

    pages = [(page.topic, page.summary) for page in read_pages().values()]
    return [*_beginning(incomplete, pages), *(codes(incomplete) if incomplete else [])]


def artifacts(*kinds: str) -> Callable[[str], Found]:
    """Folders that hold an artifact of one of these kinds (of any, where none is named), and folders on the way."""

    def complete(incomplete: str) -> Found:
        typed = Path(incomplete)
        folder = typed if incomplete.endswith("/") or not incomplete else typed.parent
        try:
            inside = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
        except OSError:
            return []
        return _beginning(incomplete, _told(inside, kinds))

    return complete


def _told(folders: Iterable[Path], kinds: Sequence[str]) -> Iterator[tuple[str, str]]:
    for path in folders:
        found = str(_manifest(path).get("kind", ""))
        if not found:
            yield f"{path}/", ""
        elif found in kinds or not kinds:
            yield str(path), found


def _manifest(folder: Path) -> dict[str, Any]:
    """What a manifest says, as it stands; nothing where there is none."""
    from mlpipe.artifacts.store.manifest import MANIFEST_NAME

    try:
        found = json.loads((folder / MANIFEST_NAME).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _beginning(incomplete: str, found: Iterable[tuple[str, str]]) -> Found:
    return [(name, cut_end(told, LONGEST)) for name, told in dict(found).items() if name.startswith(incomplete)]


def _after_comma(incomplete: str, found: Iterable[tuple[str, str]]) -> Found:
    before, comma, last = incomplete.rpartition(",")
    chosen = set(before.split(","))
    return [(f"{before}{comma}{name}", told) for name, told in _beginning(last, found) if name not in chosen]
