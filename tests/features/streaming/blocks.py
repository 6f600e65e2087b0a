"""Small blocks, so that a small table has many."""

from importlib import import_module

import pytest

BLOCK = 100
USERS = (
    "mlpipe.features.streaming.rows",
    "mlpipe.features.streaming.fitting",
    "mlpipe.models.clusters.finding",
    "mlpipe.models.clusters.search_rows",
    "mlpipe.models.fitting",
    "mlpipe.models.neural.aside",
    "mlpipe.models.neural.estimator",
    "mlpipe.models.streaming.centres",
    "mlpipe.models.streaming.matrix_rows",
    "mlpipe.models.streaming.shuffled",
    "mlpipe.steps.preprocessing.streamed_rows",
    "mlpipe.steps.evaluation.clustered",
    "mlpipe.steps.evaluation.every_row",
    "mlpipe.steps.training.cluster_rows",
    "mlpipe.steps.training.prepared",
)


def small_blocks(monkeypatch: pytest.MonkeyPatch, rows: int = BLOCK) -> None:
    for module in USERS:
        import_module(module)  # one that is imported later would keep the small number
    for module in USERS:
        monkeypatch.setattr(f"{module}.BLOCK_ROWS", rows)
    monkeypatch.setattr("mlpipe.artifacts.tables.MATRIX_ROWS", rows)
