"""Small blocks, so that a small table has many."""

import pytest

BLOCK = 100
USERS = (
    "mlpipe.features.streaming.rows",
    "mlpipe.features.streaming.fitting",
    "mlpipe.models.fitting",
    "mlpipe.models.streaming.matrix_rows",
    "mlpipe.steps.preprocessing.streamed_rows",
    "mlpipe.steps.training.prepared",
)


def small_blocks(monkeypatch: pytest.MonkeyPatch, rows: int = BLOCK) -> None:
    for module in USERS:
        monkeypatch.setattr(f"{module}.BLOCK_ROWS", rows)
    monkeypatch.setattr("mlpipe.artifacts.tables.MATRIX_ROWS", rows)
