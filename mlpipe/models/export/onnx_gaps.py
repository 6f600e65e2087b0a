"""What the converter to ONNX does not know of gaps: NaN in double numbers, the empty text among words."""

from __future__ import annotations

from typing import Any

import numpy as np

_DOUBLE = 11
"""TensorProto.DOUBLE."""


def teach_gaps() -> None:
    """Register converters of scikit-learn's imputer and indicator of gaps."""
    from skl2onnx import update_registered_converter
    from sklearn.impute import MissingIndicator, SimpleImputer

    update_registered_converter(MissingIndicator, "MlpipeMissingIndicator", _as_numbers, _indicate, overwrite=True)
    update_registered_converter(SimpleImputer, "MlpipeSimpleImputer", _as_came, _impute, overwrite=True)


def _as_numbers(operator: Any) -> None:
    from skl2onnx.common.data_types import DoubleTensorType

    operator.outputs[0].type = DoubleTensorType([None, operator.inputs[0].type.shape[1]])


def _as_came(operator: Any) -> None:
    came = operator.inputs[0].type
    operator.outputs[0].type = type(came)([None, came.shape[1]])


def _gaps(operator: Any) -> Any:
    """Where a cell is a gap."""
    from skl2onnx.algebra.onnx_ops import OnnxEqual, OnnxIsNaN
    from skl2onnx.common.data_types import StringTensorType

    cells = operator.inputs[0]
    version = operator.target_opset
    if isinstance(cells.type, StringTensorType):
        return OnnxEqual(cells, np.array([""]), op_version=version)
    return OnnxIsNaN(cells, op_version=version)


def _indicate(scope: Any, operator: Any, container: Any) -> None:
    from skl2onnx.algebra.onnx_ops import OnnxCast

    marks = OnnxCast(
        _gaps(operator), to=_DOUBLE, op_version=operator.target_opset, output_names=operator.outputs[:1]
    )  # fmt: skip
    marks.add_to(scope, container)


def _impute(scope: Any, operator: Any, container: Any) -> None:
    from skl2onnx.algebra.onnx_ops import OnnxWhere

    fills = np.asarray(operator.raw_operator.statistics_).reshape(1, -1)
    filled = OnnxWhere(
        _gaps(operator), fills if fills.dtype.kind == "f" else fills.astype(str), operator.inputs[0],
        op_version=operator.target_opset, output_names=operator.outputs[:1],
    )  # fmt: skip
    filled.add_to(scope, container)
