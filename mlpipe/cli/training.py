"""The options of training, given to a command as one dictionary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlpipe.cli import options as o
from mlpipe.cli.descent import DESCENT_OPTIONS
from mlpipe.cli.signatures import option_parameter, replace_parameter
from mlpipe.errors import UsageError
from mlpipe.params import DescentParams, TrainParams
from mlpipe.params.training import Calibrate, Ensemble, Multilabel, Quality, TargetTransform

if TYPE_CHECKING:
    from collections.abc import Callable

TrainingGiven = Mapping[str, Any]
"""Options by the name of their parameter."""

TRAIN_OPTIONS: dict[str, tuple[Any, Any]] = {
    "model": (o.ModelOption, TrainParams.model),
    "param": (o.ParamOption, None),
    "class_weight": (o.ClassWeightOption, TrainParams.class_weight),
    "cv": (o.CvOption, None),
    "metric": (o.MetricOption, None),
    "quality": (
        Annotated[Quality, typer.Option("--quality", help="How much auto tries.")],
        TrainParams.quality,
    ),
    "time_budget": (
        Annotated[
            float | None,
            typer.Option("--time-budget", metavar="SECONDS", help="Time that auto may compare models, in seconds."),
        ],
        None,
    ),
    "ensemble": (
        Annotated[
            Ensemble | None,
            typer.Option(
                "--ensemble",
                help="How auto joins models. Default: blend, unless it loses in cross-validation.",
            ),
        ],
        None,
    ),
    "calibrate": (
        Annotated[
            Calibrate | None,
            typer.Option(
                "--calibrate",
                help="Make probabilities true, by out-of-fold rows. Default: after resampling, class weights, or auto.",
            ),
        ],
        None,
    ),
    "threshold": (
        Annotated[
            str | None,
            typer.Option(
                "--threshold",
                metavar="METRIC|cost|FLOAT",
                help="Two classes: predict the positive one from this probability on, or from the best by this.",
            ),
        ],
        None,
    ),
    "cost": (
        Annotated[
            str | None,
            typer.Option("--cost", metavar="fp=1,fn=5", help="What errors cost, for --threshold cost."),
        ],
        None,
    ),
    "intervals": (
        Annotated[
            float | None,
            typer.Option("--intervals", help="Quantities: add an interval that holds this share of rows, in (0, 1)."),
        ],
        None,
    ),
    "abstain": (
        Annotated[
            float | None,
            typer.Option("--abstain", help="Classes: predict nothing below this probability, in (0, 1)."),
        ],
        None,
    ),
    "target_transform": (
        Annotated[TargetTransform, typer.Option("--target-transform", help="What a quantity is learnt as.")],
        TrainParams.target_transform,
    ),
    "nonnegative": (
        Annotated[
            bool,
            typer.Option("--nonnegative", help="Quantities never negative in training: no prediction below zero."),
        ],
        TrainParams.nonnegative,
    ),
    "multilabel": (
        Annotated[
            Multilabel | None,
            typer.Option(
                "--multilabel",
                help="Labels: each learnt by itself, or with those before it. Default: independent.",
            ),
        ],
        None,
    ),
    "learning_curve": (
        Annotated[bool, typer.Option("--learning-curve", help="Score with ever more of the rows, and draw it.")],
        TrainParams.learning_curve,
    ),
    "validation_curve": (
        Annotated[
            str | None,
            typer.Option(
                "--validation-curve",
                metavar="PARAM=v1,v2,…",
                help="Score with each value of a parameter of the model, and draw it.",
            ),
        ],
        None,
    ),
    "k": (
        Annotated[
            str | None,
            typer.Option(
                "-k", "--k", metavar="K|LOW:HIGH", help="Clusters: how many, or a range to choose from. Default: 2:10."
            ),
        ],
        None,
    ),
    **DESCENT_OPTIONS,
}  # fmt: skip
"""Every option by the name of its parameter, with its default."""


def with_train_options(command: Callable[..., None]) -> Callable[..., None]:
    """A command that takes the options of training in the place of its parameter `training`."""
    options = [option_parameter(name, option, default) for name, (option, default) in TRAIN_OPTIONS.items()]
    return replace_parameter(command, "training", options, dict)


def train_params(given: TrainingGiven, *, seed: int) -> TrainParams:
    """What was asked for."""
    others = {name: value for name, value in given.items() if name != "param" and name not in DESCENT_OPTIONS}
    descent = DescentParams(**{name: given[name] for name in DESCENT_OPTIONS})
    return TrainParams(params=parse_params(given["param"] or ()), descent=descent, seed=seed, **others)


def parse_params(texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Take `-p key=value` apart."""
    pairs = []
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise UsageError(f"-p {text} is not KEY=VALUE.", remedy="Write it like -p max_depth=3.")
        pairs.append((key.strip(), value.strip()))
    return tuple(pairs)
