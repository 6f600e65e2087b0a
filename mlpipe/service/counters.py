"""What a monitor wants to know, as Prometheus reads it; counted over all workers."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

if TYPE_CHECKING:
    from mlpipe.models.contract import Contract
    from mlpipe.service.answers import Answer

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Counters:
    """Counts requests and what was in them.

    Parameters
    ----------
    folder : str, optional
        Where the workers keep their counts, when there are several.
    """

    def __init__(self, folder: str | None) -> None:
        self._folder = folder
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "mlpipe_requests", "Requests to predict, by HTTP status.", ["status"], registry=self._registry
        )
        self._seconds = Histogram(
            "mlpipe_request_seconds", "Time to answer.", buckets=_SECONDS, registry=self._registry
        )  # fmt: skip
        self._rows = Counter("mlpipe_rows", "Rows predicted.", registry=self._registry)
        self._rejected = Counter("mlpipe_rows_rejected", "Rows not predicted.", registry=self._registry)
        self._unseen = Counter(
            "mlpipe_unseen_cells", "Cells with a level unseen in training.", ["column"], registry=self._registry
        )
        self._beyond = Counter(
            "mlpipe_beyond_range_cells", "Cells beyond the training range.", ["column"], registry=self._registry
        )
        self._predictions = Counter(
            "mlpipe_predictions", "Rows predicted, by class.", ["column", "value"], registry=self._registry
        )

    def refused(self, status: int, seconds: float) -> None:
        """Count a request that was not answered."""
        self._requests.labels(str(status)).inc()
        self._seconds.observe(seconds)

    def answered(self, answer: Answer, seconds: float, *, classes: bool) -> None:
        """Count a request that was answered; `classes` says whether predictions are words worth counting."""
        self._requests.labels("200").inc()
        self._seconds.observe(seconds)
        self._rows.inc(answer.table.num_rows)
        self._rejected.inc(len(answer.rejects))
        if answer.tally is not None:
            self._count_cells(answer.tally)
        if classes:
            self._count_predictions(answer)

    def _count_cells(self, tally: Contract) -> None:
        for name, counts in tally.to_json()["columns"].items():
            if counts["unseen"]:
                self._unseen.labels(name).inc(counts["unseen"])
            if counts["below_range"] or counts["above_range"]:
                self._beyond.labels(name).inc(counts["below_range"] + counts["above_range"])

    def _count_predictions(self, answer: Answer) -> None:
        for name in answer.table.column_names:
            if name == "prediction" or name.startswith("prediction_"):
                for value, count in collections.Counter(answer.table[name].to_pylist()).items():
                    self._predictions.labels(name, str(value)).inc(count)

    def render(self) -> bytes:
        """All counts in Prometheus' text format."""
        if self._folder is None:
            return bytes(generate_latest(self._registry))
        gathered = CollectorRegistry()
        MultiProcessCollector(gathered, path=self._folder)  # type: ignore[no-untyped-call]
        return bytes(generate_latest(gathered))
