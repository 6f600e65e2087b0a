"""Keywords: what the whole chain is asked for. Written by `python -m tests.api.keywords`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mlpipe.api.keywords.learning import DescentOptions
from mlpipe.api.keywords.tables import ReadOptions, RoleOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class RunOptions(ReadOptions, RoleOptions, DescentOptions, total=False):
    """Options of `run`.

    As those of `split`, `preprocess`, `train` and `evaluate`, each for the first step that has it.

    """

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
