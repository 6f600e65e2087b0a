"""Fitting, scoring and asking a model, as functions with the options as keywords."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from mlpipe.api.options import build_params
from mlpipe.api.tables import as_source
from mlpipe.params import (
    EvaluateParams,
    PredictFiles,
    PredictParams,
    TrainParams,
    TuneParams,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    import pandas as pd

    from mlpipe.api.tables import Data
    from mlpipe.steps.evaluation.result import EvaluateResult
    from mlpipe.steps.loading import LoadOptions
    from mlpipe.steps.predict import PredictResult
    from mlpipe.steps.training.clusters import ClusteringResult
    from mlpipe.steps.training.result import TrainResult
    from mlpipe.steps.tune import TuneResult

    Place = str | PathLike[str]


def train(
    prep: Place,
    out: Place,
    *,
    model: str = TrainParams.model,
    param: Mapping[str, object] | None = None,
    split: Place | None = None,
    jobs: int | None = None,
    force: bool = False,
    seed: int = 0,
    **options: Any,
) -> TrainResult | ClusteringResult:
    """Fit a model, or the best of several.

    Parameters
    ----------
    prep : str or path
        The folder that `preprocess` wrote.
    out : str or path
        Folder of the model.
    model : str
        A name of `mlpipe models`; `auto` compares several.
    param : mapping, optional
        Parameters of the estimator, by their own names.
    split : str or path, optional
        Where the split is, if not where `preprocess` found it.
    jobs : int, optional
        Processes; results do not depend on it.
    force : bool
        Write over something that is no model.
    seed : int
        Of everything random.
    **options
        Any other option of `mlpipe train`, with `_` for `-`: `cv`, `metric`, `quality`, `calibrate`, `threshold`, …

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
    """
    from mlpipe.steps.train import train as step

    params = build_params(TrainParams, {"model": model, "param": param, "seed": seed, **options})
    place = None if split is None else Path(split)
    return step(Path(prep), Path(out), params, split=place, jobs=jobs, force=force)


def tune(
    prep: Place,
    out: Place,
    *,
    model: str = TuneParams.model,
    split: Place | None = None,
    jobs: int | None = None,
    restart: bool = False,
    force: bool = False,
    **options: Any,
) -> TuneResult:
    """Search for better parameters, and train with them; needs `mlpipe[tune]`.

    Parameters
    ----------
    prep, out, model, split, jobs, force
        As in `train`.
    restart : bool
        Begin anew, whatever was tried before.
    **options
        Any other option of `mlpipe tune`, with `_` for `-`: `trials`, `time_budget`, `metric`, `cv`, …

    Returns
    -------
    TuneResult

    Raises
    ------
    UsageError
        Where Optuna is not installed, or the model has nothing to search.
    """
    from mlpipe.steps.tune import tune as step

    params = build_params(TuneParams, {"model": model, **options})
    place = None if split is None else Path(split)
    return step(Path(prep), Path(out), params, split=place, jobs=jobs, restart=restart, force=force)


def evaluate(
    model: Place,
    out: Place,
    data: Data | None = None,
    *,
    split: Place | None = None,
    force: bool = False,
    **options: Any,
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
    force : bool
        Write over something that is no evaluation.
    **options
        Any other option of `mlpipe evaluate`, with `_` for `-`: `part`, `metrics`, `ci`, `fail_under`, …

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
    """
    from mlpipe.steps.evaluate import evaluate as step

    load, options = _load_options(options)
    params, place = build_params(EvaluateParams, options), None if split is None else Path(split)
    if data is None:
        return step(Path(model), Path(out), params, split=place, load=load, force=force)
    with as_source(data) as source:
        return step(Path(model), Path(out), params, data=source, split=place, load=load, force=force)


@overload
def predict(model: Place, data: Data, out: None = None, *, jobs: int | None = None, **options: Any) -> pd.DataFrame: ...
@overload
def predict(model: Place, data: Data, out: Place, *, jobs: int | None = None, **options: Any) -> PredictResult: ...
def predict(
    model: Place, data: Data, out: Place | None = None, *, jobs: int | None = None, **options: Any
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
    jobs : int, optional
        Processes; results do not depend on it.
    **options
        Any other option of `mlpipe predict`, with `_` for `-`: `proba`, `threshold`, `keep`, `on_bad_value`, …

    Returns
    -------
    PredictResult or DataFrame
        A DataFrame without `out`: the ids or `row`, `prediction`, and what was asked for.

    Raises
    ------
    DataError
        For missing columns, and for a cell that cannot be read unless `on_bad_value` says otherwise.
    """
    from mlpipe.steps.predict import predict as step

    load, options = _load_options(options)
    places = {name: str(options.pop(name)) for name in ("rejects", "contract") if options.get(name) is not None}
    params = build_params(PredictParams, options, also=("rejects", "contract"))
    with as_source(data) as source, tempfile.TemporaryDirectory(prefix="mlpipe-") as folder:
        place = Path(folder) / "predictions.parquet" if out is None else Path(out)
        files = PredictFiles(out=str(place), **places)
        result = step(Path(model), source, files, params, load=load, jobs=jobs)
        if out is not None:
            return result
        import pandas as pd

        return pd.read_parquet(place)


def _load_options(options: dict[str, Any]) -> tuple[LoadOptions, dict[str, Any]]:
    """How strictly a model is loaded, and the options that are left."""
    from mlpipe.steps.loading import LoadOptions

    trust, mismatch = options.pop("trust", ()), options.pop("allow_version_mismatch", False)
    names = (trust,) if isinstance(trust, str) else tuple(trust)
    return LoadOptions(allow_version_mismatch=mismatch, trust=names), options
