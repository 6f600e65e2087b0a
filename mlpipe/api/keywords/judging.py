"""Keywords: what is asked of a model, and of its judge. Written by `python -m tests.api.keywords`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike

    Place = str | PathLike[str]


class LoadingOptions(TypedDict, total=False):
    """How strictly a model is loaded.

    Parameters
    ----------
    trust : str | Iterable[str]
        module:Class that a model may hold beside mlpipe's own list.
    allow_version_mismatch : bool
        Load a model made under another scikit-learn minor version.
    no_probe : bool
        Use a model without trying it on two rows in a process of its own first.
    """

    trust: str | Iterable[str]
    allow_version_mismatch: bool
    no_probe: bool


class EvaluateOptions(LoadingOptions, total=False):
    """Options of `evaluate`.

    Parameters
    ----------
    delimiter : str | None
        Field delimiter; 'tab', 'space' or one character. Default: detect.
    encoding : str | None
        Text encoding. Default: detect.
    max_bytes : int | None
        Most bytes that a file may unpack to. Default: 100 times its size, at least 1e9.
    part : Literal["train", "valid", "test"]
        The part of the split to score.
    positive : str | None
        Of two classes the one that the metrics are of, not the model's.
    allow_training_rows : bool
        Score rows of `data` that trained the model too.
    unweighted : bool
        Score all rows alike, where training weighed them.
    metrics : str | Iterable[str]
        Metric names or comma-separated. Default: all.
    ci : float
        Coverage of the bootstrap intervals, in (0, 1).
    threshold : float | None
        Two classes: predict the positive one from this probability on.
    fail_under : str | Iterable[str] | Mapping[str, float]
        A metric and its limit: a gate fails if it is lower; NAME:low limits its lower bound.
    fail_over : str | Iterable[str] | Mapping[str, float]
        NAME=VALUE: a gate fails if the metric is higher (for errors).
    allow_unseen : bool
        Go on where most cells of a column are levels unseen in training.
    slice : str | Iterable[str]
        Columns whose slices are told. Default: the worst.
    once : bool
        Refuse a test part that another model was scored on.
    predictions : Place | None
        Predictions of any program, in place of `model`.
    truth : str | None
        Column of `predictions` with the true values.
    prediction : str | None
        Column of `predictions` with the predicted ones.
    proba_columns : str | Iterable[str]
        CLASS=COLUMN of each class's probability. Default: those called proba_CLASS.
    seed : int
        Seed of everything random.
    """

    delimiter: str | None
    encoding: str | None
    max_bytes: int | None
    part: Literal["train", "valid", "test"]
    positive: str | None
    allow_training_rows: bool
    unweighted: bool
    metrics: str | Iterable[str]
    ci: float
    threshold: float | None
    fail_under: str | Iterable[str] | Mapping[str, float]
    fail_over: str | Iterable[str] | Mapping[str, float]
    allow_unseen: bool
    slice: str | Iterable[str]
    once: bool
    predictions: Place | None
    truth: str | None
    prediction: str | None
    proba_columns: str | Iterable[str]
    seed: int


class PredictOptions(LoadingOptions, total=False):
    """Options of `predict`.

    Parameters
    ----------
    proba : bool
        A column proba_CLASS for each class.
    explain : int | None
        The N columns that moved each row most, with their shares.
    threshold : float | None
        Two classes: predict the positive one from this probability on.
    keep : str | Iterable[str]
        Input columns to carry through; `all` for every one.
    batch_rows : int | None
        Rows worked on at a time. Default: 65536, or about 8 MB of text.
    on_bad_value : Literal["error", "null", "skip"]
        A cell that cannot be read: stop, take as missing, skip row.
    max_unseen : float | None
        GateError if more than this share of rows has unseen levels.
    allow_unseen : bool
        Go on where most cells of a column are levels unseen in training.
    cluster : str | None
        Work on a Dask cluster, or on local:N processes; same results.
    na_value : str | Iterable[str]
        A cell that means missing, beside the usual ones.
    thousands : str | None
        Thousands mark. Default: detect.
    date_order : Literal["day", "month", "year"] | None
        What comes first in 01/02/2024. Default: detect.
    max_bytes : int | None
        Most bytes that a file may unpack to. Default: 100 times its size, at least 1e9.
    rejects : Place | None
        CSV of the rows not predicted: line, reason, the row.
    contract : Place | None
        JSON report of what differs from training.
    """

    proba: bool
    explain: int | None
    threshold: float | None
    keep: str | Iterable[str]
    batch_rows: int | None
    on_bad_value: Literal["error", "null", "skip"]
    max_unseen: float | None
    allow_unseen: bool
    cluster: str | None
    na_value: str | Iterable[str]
    thousands: str | None
    date_order: Literal["day", "month", "year"] | None
    max_bytes: int | None
    rejects: Place | None
    contract: Place | None


class CompareOptions(LoadingOptions, total=False):
    """Options of `compare`.

    Parameters
    ----------
    metric : str | None
        What the models are ordered by, see `mlpipe metrics`.
    ci : float
        Coverage of the bootstrap intervals, in (0, 1).
    fail_if_worse : str | Iterable[str]
        A gate fails if A is worse than another, interval and all.
    seed : int
        Seed of everything random.
    """

    metric: str | None
    ci: float
    fail_if_worse: str | Iterable[str]
    seed: int


class DriftOptions(LoadingOptions, total=False):
    """Options of `drift`.

    Parameters
    ----------
    since : str | None
        Leave rows before this date aside; needs `time`.
    time : str | None
        A column of dates: compare each period too.
    fail_on : Literal["warning", "error"] | None
        A gate fails where a finding is as severe or more.
    fail_over : str | Iterable[str] | Mapping[str, float]
        A gate fails where a distance is larger, and beyond chance: psi, ks, tv, missing, unseen, auc.
    ignore : str | Iterable[str]
        A finding to leave out.
    max_bytes : int | None
        Most bytes that a file may unpack to. Default: 100 times its size, at least 1e9.
    seed : int
        Seed of everything random.
    """

    since: str | None
    time: str | None
    fail_on: Literal["warning", "error"] | None
    fail_over: str | Iterable[str] | Mapping[str, float]
    ignore: str | Iterable[str]
    max_bytes: int | None
    seed: int


class AuditOptions(TypedDict, total=False):
    """Options of `audit`.

    Parameters
    ----------
    target : str | Iterable[str] | None
        Of two tables, the column that is predicted.
    id : str | Iterable[str]
        Columns that identify a row; carried, not learned.
    group : str | None
        Column whose rows stay together in one part.
    time : str | None
        Column by whose order the newest rows are the test.
    ignore : str | Iterable[str]
        A finding to leave out.
    fail_on : Literal["warning", "error"]
        A gate fails where a finding is as severe or more.
    max_bytes : int | None
        Most bytes that a file may unpack to. Default: 100 times its size, at least 1e9.
    seed : int
        Seed of everything random.
    """

    target: str | Iterable[str] | None
    id: str | Iterable[str]
    group: str | None
    time: str | None
    ignore: str | Iterable[str]
    fail_on: Literal["warning", "error"]
    max_bytes: int | None
    seed: int


class ExportOptions(LoadingOptions, total=False):
    """Options of `export`.

    Parameters
    ----------
    format : Literal["script", "skops", "onnx"]
        A Python script, a skops file, or an ONNX graph.
    tolerance : float
        Most by which a number may differ from that of `predict`.
    data : Place | None
        The table learnt from, if it has moved.
    with_data_card : bool
        Write a card of the model and its data beside it: FILE with .md.
    evaluation : str | None
        The evaluation whose scores the card tells.
    """

    format: Literal["script", "skops", "onnx"]
    tolerance: float
    data: Place | None
    with_data_card: bool
    evaluation: str | None
