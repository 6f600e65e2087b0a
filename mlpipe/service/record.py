"""Requests and answers, kept for `drift`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mlpipe.steps.prediction.output import CsvSink

if TYPE_CHECKING:
    from mlpipe.service.answers import Answer


class Record:
    """Appends what came to `requests-PID.csv` and what was answered to `answers-PID.csv`; a pair for each worker.

    A change of columns (a request with other ids, or with probabilities) begins the next pair of files.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._sinks: dict[tuple[str, tuple[str, ...]], CsvSink] = {}

    def add(self, answer: Answer) -> None:
        """Append one request and its answer."""
        for what, table in (("requests", answer.cells()), ("answers", answer.table)):
            key = what, tuple(table.column_names)
            if key not in self._sinks:
                number = sum(kept == what for kept, _ in self._sinks)
                name = f"{what}-{os.getpid()}" + (f"-{number}" if number else "")
                file = Path(self._folder, f"{name}.csv").open("ab", buffering=0)  # noqa: SIM115 - for the worker's life
                self._sinks[key] = CsvSink(file)
            self._sinks[key].write(table)
