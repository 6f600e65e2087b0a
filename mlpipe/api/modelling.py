"""Fitting, scoring and asking a model, as functions with the options as keywords."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Unpack, overload

from mlpipe.api.calling import with_keywords
from mlpipe.api.keywords.judging import EvaluateOptions, LoadingOptions, PredictOptions
from mlpipe.api.keywords.learning import DescentOptions, TrainOptions, TuneOptions
from mlpipe.api.loading import load_options
from mlpipe.api.options import build_params
from mlpipe.api.tables import as_source
from mlpipe.params import EvaluateParams, PredictFiles, PredictParams, TrainParams, TuneParams

if TYPE_CHECKING:
    from os import PathLike

    import pandas as pd

    from mlpipe.api.tables import Data
    from mlpipe.steps.evaluation.result import EvaluateResult
    from mlpipe.steps.predict import PredictResult
    from mlpipe.steps.training.result import ClusteringResult, TrainResult
    from mlpipe.steps.tune import TuneResult

    Place = str | PathLike[str]


@with_keywords((TrainOptions, DescentOptions), TrainParams)
def train(
    prep: Place,
    out: Place,
    *,
    split: Place | None = None,
    memory: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    force: bool = False,
    **options: Unpack[TrainOptions],
) -> TrainResult | ClusteringResult:
    """Fit a model, or the best of several.

    Parameters
    ----------
    prep : str or path
        The folder that `preprocess` wrote.
    out : str or path
        Folder of the model.
    split : str or path, optional
        Where the split is, if not where `preprocess` found it.
    memory : int, optional
        Bytes that may be used; three quarters of what is free without it. What has to be sampled for it is told.
    jobs : int, optional
        Processes; results do not depend on it.
    cluster : str, optional
        Work on a Dask cluster, or on `local:N` processes; same results.
    force : bool
        Write over something that is no model.
    **options
        What `mlpipe train` takes, with `_` for `-`.

    Returns
    -------
    TrainResult or ClusteringResult
        With `model`, `standings` of the cross-validation, and `notes`; or with `clusters` and a `verdict`.

    Raises
    ------
    ArtifactError
        Where `prep` or its split are not as they were written.
    FitError
        Where the estimator fails.

    Examples
    --------
    >>> import mlpipe, tempfile
    >>> out = tempfile.mkdtemp()
    >>> split = mlpipe.split("sample_data/customers.csv", out + "/split", target="churned", id="customer_id")
    >>> prep = mlpipe.preprocess(split.out, out + "/prep")
    >>> mlpipe.train(prep.out, out + "/model", model="logistic", param={"C": 0.5}, cv=3).standings[0].model
    'logistic'
    """
    from mlpipe.engine.cluster import cluster_or
    from mlpipe.steps.train import train as step

    params = build_params(TrainParams, options)
    place = None if split is None else Path(split)
    with cluster_or(jobs, cluster) as workers:
        return step(Path(prep), Path(out), params, split=place, jobs=workers, memory=memory, force=force)


@with_keywords((TuneOptions,), TuneParams)
def tune(
    prep: Place,
    out: Place,
    *,
    split: Place | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    restart: bool = False,
    force: bool = False,
    **options: Unpack[TuneOptions],
) -> TuneResult:
    """Search for better parameters, and train with them; needs `mlpipe[tune]`.

    Parameters
    ----------
    prep, out, split, jobs, cluster, force
        As in `train`.
    restart : bool
        Begin anew, whatever was tried before.
    **options
        What `mlpipe tune` takes, with `_` for `-`.

    Returns
    -------
    TuneResult

    Raises
    ------
    UsageError
        Where Optuna is not installed, or the model has nothing to search.

    Examples
    --------
    >>> import mlpipe, tempfile
    >>> out = tempfile.mkdtemp()
    >>> split = mlpipe.split("sample_data/customers.csv", out + "/split", target="churned", id="customer_id")
    >>> prep = mlpipe.preprocess(split.out, out + "/prep")
    >>> mlpipe.tune(prep.out, out + "/model", model="logistic", trials=2, cv=2).trained.model
    'logistic'
    """
    from mlpipe.engine.cluster import cluster_or
    from mlpipe.steps.tune import tune as step

    params = build_params(TuneParams, options)
    place = None if split is None else Path(split)
    with cluster_or(jobs, cluster) as workers:
        return step(Path(prep), Path(out), params, split=place, jobs=workers, restart=restart, force=force)


@with_keywords((EvaluateOptions, LoadingOptions), EvaluateParams)
def evaluate(
    model: Place,
    out: Place,
    data: Data | None = None,
    *,
    split: Place | None = None,
    memory: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    force: bool = False,
    **options: Unpack[EvaluateOptions],
) -> EvaluateResult:
    """Score a model on rows that it has not seen.

    Parameters
    ----------
    model : str or path
        The folder that `train` wrote.
    out : str or path
        Folder of the evaluation.
    data : str, path, DataFrame or Arrow table, optional
        Labelled rows; by default the test part of the split.
    split : str or path, optional
        Where the split is, if it has moved.
    memory : int, optional
        Bytes that may be used; three quarters of what is free without it. What has to be sampled for it is told.
    jobs : int, optional
        Processes; results do not depend on it.
    cluster : str, optional
        Work on a Dask cluster, or on `local:N` processes; same results.
    force : bool
        Write over something that is no evaluation.
    **options
        What `mlpipe evaluate` takes, with `_` for `-`.

    Returns
    -------
    EvaluateResult
        With `metrics`, each with `value`, `low` and `high`; `check_gates()` raises where a limit was not kept.

    Raises
    ------
    ArtifactError
        Where the model or its split are not as they were written.
    DataError
        Where `data` lacks columns or targets.

    Examples
    --------
    >>> import mlpipe, tempfile
    >>> out = tempfile.mkdtemp()
    >>> split = mlpipe.split("sample_data/customers.csv", out + "/split", target="churned", id="customer_id")
    >>> prep = mlpipe.preprocess(split.out, out + "/prep")
    >>> model = mlpipe.train(prep.out, out + "/model", model="logistic")
    >>> mlpipe.evaluate(model.out, out + "/evaluation", metrics="roc_auc").metrics["roc_auc"]["value"] > 0.7
    True
    """
    from mlpipe.engine.cluster import cluster_or
    from mlpipe.steps.evaluate import evaluate as step

    load, given = load_options(options)
    params, place = build_params(EvaluateParams, given), None if split is None else Path(split)
    with cluster_or(jobs, cluster) as workers, nullcontext() if data is None else as_source(data) as source:
        return step(
            Path(model), Path(out), params, data=source, split=place, load=load, memory=memory, jobs=workers,
            force=force,
        )  # fmt: skip


@overload
def predict(
    model: Place,
    data: Data,
    out: None = None,
    *,
    memory: int | None = None,
    jobs: int | None = None,
    **options: Unpack[PredictOptions],
) -> pd.DataFrame: ...
@overload
def predict(
    model: Place,
    data: Data,
    out: Place,
    *,
    memory: int | None = None,
    jobs: int | None = None,
    **options: Unpack[PredictOptions],
) -> PredictResult: ...
@with_keywords((PredictOptions, LoadingOptions), PredictParams)
def predict(
    model: Place,
    data: Data,
    out: Place | None = None,
    *,
    memory: int | None = None,
    jobs: int | None = None,
    **options: Unpack[PredictOptions],
) -> PredictResult | pd.DataFrame:
    """Predict the rows of a table.

    Parameters
    ----------
    model : str or path
        The folder that `train` wrote.
    data : str, path, DataFrame or Arrow table
        Rows with the columns of training, by name; the target may be absent.
    out : str or path, optional
        A .csv or .parquet file; without it the predictions are returned.
    memory : int, optional
        Bytes that may be used: rows are predicted in as small blocks as that asks for.
    jobs : int, optional
        Processes; results do not depend on it.
    **options
        What `mlpipe predict` takes, with `_` for `-`.

    Returns
    -------
    PredictResult or DataFrame
        A DataFrame without `out`: the ids or `row`, `prediction`, and what was asked for.

    Raises
    ------
    DataError
        For missing columns, and for a cell that cannot be read unless `on_bad_value` says otherwise.
    GateError
        Where more rows than `max_unseen` have unseen levels; what was asked for as a file is written.

    Examples
    --------
    >>> import mlpipe, tempfile
    >>> out = tempfile.mkdtemp()
    >>> split = mlpipe.split("sample_data/customers.csv", out + "/split", target="churned", id="customer_id")
    >>> prep = mlpipe.preprocess(split.out, out + "/prep")
    >>> model = mlpipe.train(prep.out, out + "/model", model="logistic")
    >>> list(mlpipe.predict(model.out, "sample_data/new_customers.csv", proba=True).columns)
    ['customer_id', 'prediction', 'proba_no', 'proba_yes']
    """
    from mlpipe.steps.predict import predict as step

    load, given = load_options(options)
    places = {name: str(given.pop(name)) for name in ("rejects", "contract") if given.get(name) is not None}
    params = build_params(PredictParams, given)
    with as_source(data) as source, tempfile.TemporaryDirectory(prefix="mlpipe-") as folder:
        place = Path(folder) / "predictions.parquet" if out is None else Path(out)
        files = PredictFiles(out=str(place), **places)
        result = step(Path(model), source, files, params, load=load, jobs=jobs, memory=memory)
        result.check_gate(params.max_unseen)
        if out is not None:
            return result
        import pandas as pd

        return pd.read_parquet(place)
