"""The options of learning by gradient descent."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from mlpipe.params import DescentParams
from mlpipe.params.descent import LOSSES, Activation, Device, Optimizer, Schedule


def _option(kind: Any, name: str, told: str, **facts: Any) -> tuple[Any, Any]:
    return Annotated[kind | None, typer.Option(name, help=f"torch models: {told}", **facts)], None


DESCENT_OPTIONS: dict[str, tuple[Any, Any]] = {
    "loss": _option(str, "--loss", "what is minimised.", metavar="|".join(LOSSES)),
    "optimizer": _option(Optimizer, "--optimizer", "how the gradient is followed."),
    "lr": _option(float, "--lr", "learning rate, above 0."),
    "lr_schedule": _option(Schedule, "--lr-schedule", "how the rate goes over the epochs."),
    "epochs": _option(int, "--epochs", "times through the rows at most, 1 or more."),
    "batch_size": _option(str, "--batch-size", "rows of a step.", metavar="N|full"),
    "hidden": _option(str, "--hidden", "widths of the hidden layers.", metavar="64,32"),
    "activation": _option(Activation, "--activation", "curve between the layers."),
    "dropout": _option(float, "--dropout", "share of the units that a step leaves out, in [0, 1)."),
    "l1": _option(float, "--l1", "penalty on absolute weights, 0 or more."),
    "l2": _option(float, "--l2", "penalty on half the squared weights, 0 or more."),
    "batch_norm": (
        Annotated[bool, typer.Option("--batch-norm", help="torch models: standardise what comes out of a layer.")],
        False,
    ),
    "clip_norm": _option(float, "--clip-norm", "longest gradient, above 0."),
    "stop_loss": _option(float, "--stop-loss", "end when the training loss is below this."),
    "patience": _option(int, "--patience", "end after so many epochs, 1 or more, without progress on validation rows."),
    "device": _option(Device, "--device", "where to compute."),
    "trace": (
        Annotated[bool, typer.Option("--trace", help="torch models of two parameters: draw their path.")],
        DescentParams.trace,
    ),
    "compare_optimizers": (
        Annotated[bool, typer.Option("--compare-optimizers", help="torch models: draw the curves of all optimizers.")],
        DescentParams.compare_optimizers,
    ),
}
"""Every option by the name of its parameter, with its default; `None` is the model's own."""
