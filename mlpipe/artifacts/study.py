"""The record of a search that is under way: beside its artifact, one trial after the other, whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from typing import TYPE_CHECKING, Any, Self

from mlpipe.artifacts.errors import shown
from mlpipe.errors import ArtifactError, UsageError
from mlpipe.models.search.trials import Trial
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

SUFFIX = ".study.db"


class StudyFile:
    """The trials of one search, in an SQLite file `OUT.study.db`; a kill loses no trial that was finished.

    Parameters
    ----------
    out : Path
        The artifact that the search will write.
    search : dict
        What is searched, in plain JSON types: a record of another search is not gone on with.
    restart : bool
        Forget what was tried.
    """

    def __init__(self, out: Path, search: dict[str, Any], *, restart: bool) -> None:
        self.path = out.with_name(out.name + SUFFIX)
        self._print = hashlib.sha256(json.dumps(search, sort_keys=True).encode()).hexdigest()
        self._restart = restart
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        if self._restart:
            self.remove()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._usable():
            self._connection = sqlite3.connect(self.path)
            with self._open:
                self._open.execute("CREATE TABLE IF NOT EXISTS search (print TEXT)")
                self._open.execute("CREATE TABLE IF NOT EXISTS trials (number INTEGER PRIMARY KEY, record TEXT)")
                known = self._open.execute("SELECT print FROM search").fetchone()
                if known is None:
                    self._open.execute("INSERT INTO search VALUES (?)", (self._print,))
        if known is not None and known[0] != self._print:
            self._open.close()
            raise UsageError(
                "Another search was begun here: other options, or other data.",
                where=shown(self.path),
                remedy=ways(f"Forget it with {param('restart', True)}", f"name another {param('out')}"),
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def _open(self) -> sqlite3.Connection:
        assert self._connection is not None  # entered
        return self._connection

    @contextlib.contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            # The disk or another run is in the way; the record itself is as it was.
            passing = isinstance(error, sqlite3.OperationalError)
            again = "Make room, or wait for the other run, then run again: finished trials are kept."
            raise ArtifactError(
                f"The record of a search cannot be used: {error}.",
                where=shown(self.path),
                remedy=again if passing else f"Forget it with {param('restart', True)}.",
            ) from error

    def trials(self) -> tuple[Trial, ...]:
        """What was tried, by number."""
        with self._usable():
            rows = self._open.execute("SELECT record FROM trials ORDER BY number").fetchall()
        return tuple(Trial.from_json(json.loads(record)) for (record,) in rows)

    def keep(self, trial: Trial) -> None:
        """Add a finished trial."""
        with self._usable(), self._open:
            self._open.execute("INSERT INTO trials VALUES (?, ?)", (trial.number, json.dumps(trial.to_json())))

    def remove(self) -> None:
        """Delete the file: the search is over."""
        for name in (self.path, self.path.with_name(self.path.name + "-journal")):
            with contextlib.suppress(FileNotFoundError):
                name.unlink()
