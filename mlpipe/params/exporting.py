"""The options of `export`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mlpipe.errors import UsageError
from mlpipe.words.numbers import format_exact
from mlpipe.words.parameters import param

ExportFormat = Literal["script", "skops", "onnx"]


@dataclass(frozen=True, kw_only=True)
class ExportParams:
    """Options of `export`.

    Parameters
    ----------
    tolerance : float
        The most by which a number may differ from that of `predict`.
    data : str, optional
        Where the table lies that the model was learnt from; by default where `split` found it.
    with_data_card : bool
        Write a card of the model and its data beside it, in Markdown.
    evaluation : str, optional
        The evaluation whose scores the card tells.
    """

    format: ExportFormat = "script"
    tolerance: float = 1e-6
    data: str | None = None
    with_data_card: bool = False
    evaluation: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.tolerance < 1:
            raise UsageError(
                f"{param('tolerance')} is {format_exact(self.tolerance)}.", remedy="Give a small number, such as 1e-6."
            )
        if self.evaluation is not None and not self.with_data_card:
            raise UsageError(
                f"{param('evaluation')} is for the card.", remedy=f"Ask for one too: {param('with_data_card')}."
            )
