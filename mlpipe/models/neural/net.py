"""Nets of torch modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FREQUENCIES = 16
"""Cosines of a column that its embedding mixes."""
MOST_WIDTH = 12
FREQUENCY = 0.1
"""Standard deviation of the frequencies at the start, per unit of a scaled column."""


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


def build_front(
    plain: NDArray[np.intp],
    embedded: NDArray[np.intp],
    categories: NDArray[np.intp],
    sizes: Sequence[int],
    *,
    width: int,
) -> Any:
    """A layer that gives numbers and categories a shape of their own before the columns meet.

    Numbers stay as they are, and those at `embedded` get `width` more: a linear map of cosines (Gorishniy, Rubachev,
    Babenko 2022, On embeddings for numerical features in tabular deep learning; in the form of RealMLP). A category
    becomes the vector of its code; codes below 0 and from `sizes` on, which nobody has seen, share one.
    """
    import torch
    from torch import nn

    class Front(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            n_columns = len(embedded)
            self.frequencies = nn.Parameter(torch.randn(n_columns, FREQUENCIES) * FREQUENCY)
            self.phases = nn.Parameter((torch.rand(n_columns, FREQUENCIES) * 2 - 1) * np.pi)
            self.mix = nn.Parameter((torch.rand(n_columns, FREQUENCIES, width) * 2 - 1) * FREQUENCIES**-0.5)
            self.vectors = nn.ModuleList(nn.Embedding(size + 1, vector_width(size)) for size in sizes)

        def forward(self, X: Any) -> Any:
            parts = [X[:, plain]]
            if len(embedded):
                waves = torch.cos(2 * np.pi * X[:, embedded, None] * self.frequencies + self.phases)
                parts.append(torch.einsum("ncf,cfw->ncw", waves, self.mix).flatten(1))
            for place, size, vector in zip(categories, sizes, self.vectors, strict=True):
                code = X[:, place].long() + 1
                parts.append(vector(torch.where((code > 0) & (code <= size), code, 0)))
            return torch.cat(parts, dim=1)

    return Front()


def vector_width(size: int) -> int:
    """Numbers that a category of so many levels becomes."""
    return min(MOST_WIDTH, int(np.ceil(np.sqrt(size))) + 1)
