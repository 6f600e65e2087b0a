"""Keywords: what the whole chain is asked for. Written by `python -m tests.api.keywords`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike

    Place = str | PathLike[str]


class RunOptions(TypedDict, total=False):
    """Options of `run`.

    As those of `split`, `preprocess`, `train` and `evaluate`, each for the first step that has it.

    """

    delimiter: str | None
    quote: str | None
    escape: str | None
    line_end: Literal["lf", "crlf", "cr", "mixed"] | None
    encoding: str | None
    decimal: str | None
    thousands: str | None
    date_order: Literal["day", "month", "year"] | None
    na_value: str | Iterable[str]
    coerce: str | Iterable[str]
    header: bool | None
    skip_lines: int | None
    comment: str | None
    rename_duplicates: bool
    on_bad_row: Literal["error", "skip"]
    rejects: Place | None
    max_bad_rows: float
    max_bytes: int | None
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
    id: str | Iterable[str]
    group: str | None
    time: str | None
    weight: str | None
    labels: str | None
    drop: str | Iterable[str]
    numeric: str | Iterable[str]
    categorical: str | Iterable[str]
    text: str | Iterable[str]
    datetime: str | Iterable[str]
    columns: Place | None
    target: str | Iterable[str] | None
    labels_separator: str | None
    task: str
    positive: str | None
    test_size: float | None
    strategy: Literal["auto", "random", "stratified", "group", "time", "hash", "column"]
    seed: int
    select: Literal["none", "variance", "kbest", "mutual-info", "l1", "rfe"]
    select_k: int
    resample: Literal[
        "none",
        "smote",
        "smotenc",
        "borderline-smote",
        "svm-smote",
        "adasyn",
        "random-over",
        "random-under",
        "near-miss",
        "tomek",
        "smote-tomek",
        "smote-enn",
    ]
    preset: Literal["general", "linear", "tree", "minimal"]
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
    ci: float
    fail_under: str | Iterable[str] | Mapping[str, float]
    fail_over: str | Iterable[str] | Mapping[str, float]
