"""Keywords: how a model learns. Written by `python -m tests.api.keywords`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike

    Place = str | PathLike[str]


class DescentOptions(TypedDict, total=False):
    """How a `torch-` model learns.

    Parameters
    ----------
    loss : str | None
        torch models: what is minimised.
    optimizer : str
        torch models: how the gradient is followed.
    lr : float | None
        torch models: learning rate, above 0.
    lr_schedule : Literal["constant", "step", "cosine", "plateau"] | None
        torch models: how the rate goes over the epochs.
    epochs : int | None
        torch models: times through the rows at most, 1 or more.
    batch_size : int | str | None
        torch models: rows of a step.
    hidden : str | Iterable[int] | None
        torch models: widths of the hidden layers.
    activation : Literal["relu", "tanh", "sigmoid", "gelu", "silu", "mish", "selu"] | None
        torch models: curve between the layers.
    dropout : float | None
        torch models: share of the units that a step leaves out, in [0, 1).
    l1 : float | None
        torch models: penalty on absolute weights, 0 or more.
    l2 : float | None
        torch models: penalty on half the squared weights, 0 or more.
    batch_norm : bool
        torch models: standardise what comes out of a layer.
    clip_norm : float | None
        torch models: longest gradient, above 0.
    stop_loss : float | None
        torch models: end when the training loss is below this.
    patience : int | None
        torch models: end after so many epochs, 1 or more, without progress on validation rows.
    device : Literal["cpu", "cuda", "auto"] | None
        torch models: where to compute.
    trace : bool
        torch models of two parameters: draw their path.
    compare_optimizers : bool
        torch models: draw the curves of all optimizers.
    """

    loss: str | None
    optimizer: Literal["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "lbfgs"] | None
    lr: float | None
    lr_schedule: Literal["constant", "step", "cosine", "plateau"] | None
    epochs: int | None
    batch_size: int | str | None
    hidden: str | Iterable[int] | None
    activation: Literal["relu", "tanh", "sigmoid", "gelu", "silu", "mish", "selu"] | None
    dropout: float | None
    l1: float | None
    l2: float | None
    batch_norm: bool
    clip_norm: float | None
    stop_loss: float | None
    patience: int | None
    device: Literal["cpu", "cuda", "auto"] | None
    trace: bool
    compare_optimizers: bool


class TrainOptions(DescentOptions, total=False):
    """Options of `train`.

    Parameters
    ----------
    model : str
        Model name, see `mlpipe models`; auto compares several.
    param : Mapping[str, object] | None
        Parameters of the estimator, by their own names.
    class_weight : Literal["none", "balanced"]
        Weigh classes by their rarity.
    cv : int | None
        Folds; the whole plan is refitted in each.
    metric : str | None
        What to compare models by, see `mlpipe metrics`.
    quality : Literal["fast", "good", "best"]
        How much auto tries.
    time_budget : float | None
        Time that auto may compare models, in seconds.
    ensemble : Literal["none", "blend", "stack"] | None
        How auto joins models. Default: blend, unless it loses in cross-validation.
    calibrate : Literal["none", "sigmoid", "isotonic", "auto"] | None
        Make probabilities true, by out-of-fold rows. Default: after resampling, class weights, or auto.
    threshold : float | str | None
        Two classes: predict the positive one from this probability on, or from the best by this.
    cost : str | Mapping[str, float] | None
        What errors cost, for `threshold` cost.
    intervals : float | None
        Quantities: add an interval that holds this share of rows, in (0, 1).
    abstain : float | None
        Classes: predict nothing below this probability, in (0, 1).
    target_transform : Literal["none", "log", "power", "auto"]
        What a quantity is learnt as.
    nonnegative : bool
        Quantities never negative in training: no prediction below zero.
    learning_curve : bool
        Score with ever more of the rows, and draw it.
    validation_curve : str | None
        Score with each value of a parameter of the model, and draw it.
    k : int | str | None
        Clusters: how many, or a range to choose from. Default: 2:10.
    multilabel : Literal["independent", "chain"] | None
        Labels: each learnt by itself, or with those before it. Default: independent.
    seed : int
        Seed of everything random.
    """

    model: str
    param: Mapping[str, object] | None
    class_weight: Literal["none", "balanced"]
    cv: int | None
    metric: str | None
    quality: Literal["fast", "good", "best"]
    time_budget: float | None
    ensemble: Literal["none", "blend", "stack"] | None
    calibrate: Literal["none", "sigmoid", "isotonic", "auto"] | None
    threshold: float | str | None
    cost: str | Mapping[str, float] | None
    intervals: float | None
    abstain: float | None
    target_transform: Literal["none", "log", "power", "auto"]
    nonnegative: bool
    learning_curve: bool
    validation_curve: str | None
    k: int | str | None
    multilabel: Literal["independent", "chain"] | None
    seed: int


class TuneOptions(TypedDict, total=False):
    """Options of `tune`.

    Parameters
    ----------
    model : str
        Model name, see `mlpipe models`; auto compares several.
    trials : int | None
        Settings to try. Default: 50, or as many as there is time for.
    time_budget : float | None
        Time to try settings for, in seconds; above 0.
    metric : str | None
        What to compare models by, see `mlpipe metrics`.
    cv : int
        Folds; the whole plan is refitted in each.
    class_weight : Literal["none", "balanced"]
        Weigh classes by their rarity.
    tune_plan : bool
        Search the plan too.
    nested : int | None
        Score the whole search in so many outer folds.
    space : Place | None
        Ranges that stand before those of `mlpipe models`.
    seed : int
        Seed of everything random.
    """

    model: str
    trials: int | None
    time_budget: float | None
    metric: str | None
    cv: int
    class_weight: Literal["none", "balanced"]
    tune_plan: bool
    nested: int | None
    space: Place | None
    seed: int
