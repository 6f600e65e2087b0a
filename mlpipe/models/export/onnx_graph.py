"""A pipeline as an ONNX graph: one input a column, as the model's typed rows have it."""

from __future__ import annotations

import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.data.inference.coercion import to_frame
from mlpipe.data.schema import Kind
from mlpipe.errors import MissingExtraError, UsageError
from mlpipe.features.preprocessor.views import Views
from mlpipe.models.export.onnx_gaps import teach_gaps
from mlpipe.target import ClassTarget, NumberTarget
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from mlpipe.models.fitted_model import FittedModel


def build_onnx(fitted: FittedModel) -> bytes:
    """Convert the pipeline; numbers stay double, a gap is NaN or the empty text.

    Raises
    ------
    MissingExtraError
        Where the library is not installed.
    UsageError
        Where a step has no equal in ONNX, with its name.
    """
    if find_spec("skl2onnx") is None or find_spec("onnxruntime") is None:
        raise MissingExtraError(param("format", "onnx"), "onnx")
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import DoubleTensorType, StringTensorType
    from skl2onnx.common.exceptions import MissingConverter, MissingShapeCalculator

    _check(fitted)
    teach_gaps()
    types = {True: StringTensorType, False: DoubleTensorType}
    inputs = [(column.name, types[column.kind is Kind.STRING]([None, 1])) for column in fitted.columns]
    classes = isinstance(fitted.context.target, ClassTarget)
    options = {id(fitted.pipeline): {"zipmap": False}} if classes else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            graph = convert_sklearn(fitted.pipeline, initial_types=inputs, options=options)
    except (MissingConverter, MissingShapeCalculator) as error:
        raise _no_equal(_named_in(str(error))) from error
    # What else it cannot do, the library says with these two; anything else is a fault, in it or in our converters.
    except (RuntimeError, ValueError) as error:
        raise _no_equal(" ".join(str(error).split())[:120]) from error
    written: bytes = graph.SerializeToString()
    return written


def _check(fitted: FittedModel) -> None:
    if isinstance(fitted.pipeline["preprocess"], Views):
        raise _no_equal("a blend that sees the table through several plans")
    if not isinstance(fitted.context.target, ClassTarget | NumberTarget):
        raise _no_equal(f"the task {fitted.context.task.value}")
    if fitted.decision.abstain is not None or fitted.decision.threshold is not None:
        raise _no_equal("a chosen threshold or an abstention")


def _named_in(message: str) -> str:
    """The class that a message of the library is about."""
    found = message.split("<class '")
    return found[1].split("'")[0].rsplit(".", 1)[-1] if len(found) > 1 else " ".join(message.split())[:120]


def _no_equal(step: str) -> UsageError:
    return UsageError(
        f"ONNX has no equal of {step}.",
        remedy=ways(
            f"Export as {param('format', 'skops')}, which takes every model", "; a script takes one class or quantity"
        ),
    )


def answers_of(graph: bytes, fitted: FittedModel, table: pa.Table) -> list[NDArray[Any]]:
    """What the graph says of typed rows: predictions, and for classes the probabilities."""
    from onnxruntime import InferenceSession

    frame = to_frame(table, fitted.columns)
    session = InferenceSession(graph, providers=["CPUExecutionProvider"])
    feeds = {}
    for column in fitted.columns:
        values = frame[column.name]
        if column.kind is Kind.STRING:
            feeds[column.name] = values.fillna("").to_numpy(dtype=object).reshape(-1, 1)
        else:
            feeds[column.name] = values.to_numpy(dtype=np.float64).reshape(-1, 1)
    return list(session.run(None, feeds))
