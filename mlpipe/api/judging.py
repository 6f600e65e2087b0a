"""Comparing, watching, auditing and handing on models, as functions with the options as keywords."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from mlpipe.api.calling import with_keywords
from mlpipe.api.keywords.judging import AuditOptions, CompareOptions, DriftOptions, ExportOptions, LoadingOptions
from mlpipe.api.loading import load_options
from mlpipe.api.options import build_params
from mlpipe.api.tables import as_sources, each_path
from mlpipe.params import CompareParams
from mlpipe.params.exporting import ExportParams
from mlpipe.params.trust import AuditParams, DriftParams

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from mlpipe.api.tables import Data
    from mlpipe.steps.audit import AuditResult
    from mlpipe.steps.compare import CompareResult
    from mlpipe.steps.drift import DriftResult
    from mlpipe.steps.export import ExportResult

    Place = str | PathLike[str]


@with_keywords((CompareOptions, LoadingOptions), CompareParams)
def compare(
    paths: Place | Sequence[Place], out: Place | None = None, *, force: bool = False, **options: Unpack[CompareOptions]
) -> CompareResult:
    """Hold models or evaluations against the first of them, on the same rows.

    Parameters
    ----------
    paths : sequence of str or path
        Folders that `train` or `evaluate` wrote, two or more.
    out : str or path, optional
        Folder for `comparison.json`, `comparison.md` and figures.
    force : bool
        Write over something that is no comparison.
    **options
        What `mlpipe compare` takes, with `_` for `-`.

    Returns
    -------
    CompareResult
        With `comparison`, `to_markdown()`, and `check_gates()`, which raises where the first is worse.

    Raises
    ------
    UsageError
        Where there is nothing to compare.
    ArtifactError
        Where one is none, or not as it was written, or they were not scored on the same rows.

    Examples
    --------
    >>> import mlpipe, tempfile
    >>> out = tempfile.mkdtemp()
    >>> split = mlpipe.split("sample_data/customers.csv", out + "/split", target="churned", id="customer_id")
    >>> prep = mlpipe.preprocess(split.out, out + "/prep")
    >>> models = [mlpipe.train(prep.out, f"{out}/{name}", model=name).out for name in ("logistic", "dummy")]
    >>> [one.model for one in mlpipe.compare(models).comparison.ranked]
    ['logistic', 'dummy']
    """
    from mlpipe.steps.compare import compare as step

    load, given = load_options(options)
    params, place = build_params(CompareParams, given), None if out is None else Path(out)
    return step(each_path(paths), params, out=place, load=load, force=force)


@with_keywords((DriftOptions, LoadingOptions), DriftParams)
def drift(
    model: Place,
    data: Data | Sequence[Data],
    out: Place | None = None,
    *,
    split: Place | None = None,
    force: bool = False,
    **options: Unpack[DriftOptions],
) -> DriftResult:
    """Tell whether new rows are like those of training.

    Parameters
    ----------
    model : str or path
        The folder that `train` wrote.
    data : str, path, DataFrame or Arrow table, or a sequence of them
        New rows; several tables give a series.
    out : str or path, optional
        Folder for `drift.json`, `columns.csv` and `report.html`.
    split : str or path, optional
        Where the split is, if it has moved.
    force : bool
        Write over something that is no such report.
    **options
        What `mlpipe drift` takes, with `_` for `-`.

    Returns
    -------
    DriftResult
        With `verdict`, `findings`, `document`, and `check_gates()`, which raises where a limit was not kept.

    Raises
    ------
    ArtifactError
        Where the model or its split are not as they were written.
    DataError
        Where the rows cannot be read as those of training were.

    Examples
    --------
    >>> import mlpipe, tempfile
    >>> out = tempfile.mkdtemp()
    >>> split = mlpipe.split("sample_data/customers.csv", out + "/split", target="churned", id="customer_id")
    >>> prep = mlpipe.preprocess(split.out, out + "/prep")
    >>> model = mlpipe.train(prep.out, out + "/model", model="logistic")
    >>> mlpipe.drift(model.out, "sample_data/new_customers.csv").verdict
    '1 of 8 columns has moved'
    """
    from mlpipe.steps.drift import drift as step

    load, given = load_options(options)
    params = build_params(DriftParams, given)
    with as_sources(data) as sources:
        place, parts = None if out is None else Path(out), None if split is None else Path(split)
        return step(Path(model), sources, params, out=place, split=parts, load=load, force=force)


@with_keywords((AuditOptions,), AuditParams)
def audit(
    data: Data | Sequence[Data], out: Place | None = None, *, force: bool = False, **options: Unpack[AuditOptions]
) -> AuditResult:
    """Look for leaks in artifacts and all that is behind them, or between two tables.

    Parameters
    ----------
    data : str or path, or a sequence of them, or two tables
        Folders that steps wrote; or training rows and test rows, each a path, a DataFrame or an Arrow table.
    out : str or path, optional
        Folder for `audit.json` and `report.html`.
    force : bool
        Write over something that is no audit.
    **options
        What `mlpipe audit` takes, with `_` for `-`.

    Returns
    -------
    AuditResult
        With `verdict`, `findings`, `looked` (each kind of leakage: found or not), and `check_gates()`.

    Raises
    ------
    UsageError
        Where it is neither artifacts nor two tables.
    ArtifactError
        Where one cannot be opened.

    Examples
    --------
    >>> import mlpipe, pandas as pd
    >>> customers = pd.read_csv("sample_data/customers.csv")
    >>> audit = mlpipe.audit([customers[:900], customers[890:]], target="churned", id="customer_id")
    >>> [finding.code for finding in audit.findings]
    ['MLP511', 'MLP513']
    """
    from mlpipe.steps.audit import audit as step

    params = build_params(AuditParams, options)
    with as_sources(data) as sources:
        return step(sources, params, out=None if out is None else Path(out), force=force)


@with_keywords((ExportOptions, LoadingOptions), ExportParams)
def export(model: Place, out: Place, **options: Unpack[ExportOptions]) -> ExportResult:
    """Write a model in another form, compared with `predict` before it is kept.

    Parameters
    ----------
    model : str or path
        The folder that `train` wrote.
    out : str or path
        The file to write.
    **options
        What `mlpipe export` takes, with `_` for `-`.

    Returns
    -------
    ExportResult
        With `furthest`, the largest difference on the `n_compared` rows.

    Raises
    ------
    UsageError
        Where the model has no such form.
    ArtifactError
        Where the model is none, or not as it was written.

    Examples
    --------
    >>> import mlpipe, tempfile
    >>> out = tempfile.mkdtemp()
    >>> split = mlpipe.split("sample_data/customers.csv", out + "/split", target="churned", id="customer_id")
    >>> prep = mlpipe.preprocess(split.out, out + "/prep")
    >>> model = mlpipe.train(prep.out, out + "/model", model="logistic")
    >>> mlpipe.export(model.out, out + "/fit.py", format="script").furthest < 1e-6
    True
    """
    from mlpipe.steps.export import export as step

    load, given = load_options(options)
    return step(Path(model), Path(out), build_params(ExportParams, given), load=load)
