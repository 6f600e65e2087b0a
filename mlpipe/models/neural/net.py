"""Nets of torch modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def build_layers(
    n_inputs: int, n_outputs: int, *, hidden: Sequence[int], activation: str, dropout: float, batch_norm: bool
) -> Any:
    """Linear layers with what stands between them."""
    from torch import nn

    curve = {
        "relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "gelu": nn.GELU, "silu": nn.SiLU, "mish": nn.Mish,
        "selu": nn.SELU,
    }[activation]  # fmt: skip
    layers: list[Any] = []
    width = n_inputs
    for wide in hidden:
        layers.append(nn.Linear(width, wide))
        if batch_norm:
            layers.append(nn.BatchNorm1d(wide))
        layers.append(curve())
        if dropout:
            layers.append(nn.Dropout(dropout))
        width = wide
    return nn.Sequential(*layers, nn.Linear(width, n_outputs))
