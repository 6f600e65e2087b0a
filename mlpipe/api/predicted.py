"""Predictions of a table as columns, by the same blocks as `mlpipe predict`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from mlpipe.data.reading.reader import open_raw
from mlpipe.engine.local import one_thread
from mlpipe.models.predicting import check_threshold
from mlpipe.params import PredictParams, ReadParams
from mlpipe.steps.predict import BLOCK_ROWS
from mlpipe.steps.prediction.blocks import BlockWork

if TYPE_CHECKING:
    from mlpipe.steps.prediction.blocks import Predicting


def predicted_columns(model: Predicting, source: str, **options: Any) -> pd.DataFrame:
    """What is predicted for each row of `source`, without ids and without what is carried through.

    Raises
    ------
    DataError
        Where a column is missing, or a cell cannot be read.
    """
    params = PredictParams(**options)
    check_threshold(params.threshold, model.context.target)
    dialect = model.context.schema.dialect
    blocks = open_raw(source, ReadParams(max_bytes=params.max_bytes), dialect=dialect, batch_rows=BLOCK_ROWS)
    model.fitted.check_columns(blocks.header, where=blocks.name, repeated=blocks.repeated)
    work = BlockWork.of(
        model, blocks.header, params, name=blocks.name, decimal=blocks.dialect.decimal, plain=blocks.plain,
    )  # fmt: skip
    with one_thread():
        tables = [work(block).table for block in blocks]
    frame: pd.DataFrame = pd.concat([table.to_pandas() for table in tables], ignore_index=True)
    return frame.drop(columns=[name for name in ("row", *work.ids) if name in frame])
