"""Describing, dividing and preparing a table, as functions with the options as keywords."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlpipe.api.options import build_params
from mlpipe.api.tables import as_source
from mlpipe.params import (
    InspectParams,
    PreprocessParams,
    SplitParams,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from mlpipe.api.tables import Data
    from mlpipe.steps.inspect import InspectResult
    from mlpipe.steps.preprocess import PreprocessResult
    from mlpipe.steps.split import SplitResult

    Place = str | PathLike[str]


def inspect(
    data: Data,
    out: Place | None = None,
    *,
    target: str | None = None,
    force: bool = False,
    seed: int = 0,
    **options: Any,
) -> InspectResult:
    """Describe a table and what is odd about it.

    Parameters
    ----------
    data : str, path, DataFrame or Arrow table
    out : str or path, optional
        Folder for `profile.json`, `columns.toml` and `report.html`.
    target : str, optional
        The column to be predicted: the others are measured against it.
    force : bool
        Write over something that is no profile.
    seed : int
        Of what is measured on a sample.
    **options
        Any other option of `mlpipe inspect`, with `_` for `-`: `against`, `ignore`, `delimiter`, `na_value`, …

    Returns
    -------
    InspectResult
        With `profile` and `notes`.

    Raises
    ------
    DataError
        Where `data` is no table that can be read.

    Examples
    --------
    >>> import mlpipe
    >>> mlpipe.inspect("sample_data/customers.csv", target="churned").profile.rows
    1200
    """
    from mlpipe.steps.inspect import inspect as step

    params = build_params(InspectParams, {"target": target, **options})
    with as_source(data) as source:
        return step(source, params, out=None if out is None else Path(out), force=force, seed=seed)


def split(
    data: Data,
    out: Place,
    *,
    target: str | Iterable[str] | None = None,
    id: str | Iterable[str] | None = None,  # noqa: A002 - the option's name is the interface's
    test_size: float | None = SplitParams.test_size,
    valid_size: float = SplitParams.valid_size,
    memory: int | None = None,
    force: bool = False,
    seed: int = 0,
    **options: Any,
) -> SplitResult:
    """Pin a table's types and divide its rows into parts.

    Parameters
    ----------
    data : str, path, DataFrame or Arrow table
    out : str or path
        Folder of the split.
    target : str or iterable of str
        What to predict; may be left out where `columns` names a file with the roles.
    id : str or iterable of str, optional
        Columns that identify a row: carried through, never learnt from.
    test_size, valid_size : float
        Shares of the rows, in (0, 1) and [0, 1). By default a fifth is for testing; of clusters nothing is.
    memory : int, optional
        Bytes to work in, about.
    force : bool
        Write over something that is no split.
    seed : int
        Of the drawing of rows.
    **options
        Any other option of `mlpipe split`, with `_` for `-`: `group`, `time`, `drop`, `strategy`, `positive`, …

    Returns
    -------
    SplitResult
        With `rows` of each part, `columns` and their roles, and `notes`.

    Raises
    ------
    UsageError
        For a column or option that does not exist or fit.
    DataError
        Where the table cannot be read, or nothing can be learnt from its target.

    Examples
    --------
    >>> import mlpipe, tempfile
    >>> out = tempfile.mkdtemp() + "/split"
    >>> mlpipe.split("sample_data/customers.csv", out, target="churned", id="customer_id").rows["train"]
    953
    """
    from mlpipe.steps.split import split as step

    given = {"target": target, "id": id, "test_size": test_size, "valid_size": valid_size, "seed": seed, **options}
    params = build_params(SplitParams, given)
    with as_source(data) as source:
        return step(source, Path(out), params, memory=memory, force=force)


def preprocess(
    split: Place, out: Place, *, recipe: Place | None = None, force: bool = False, seed: int = 0, **options: Any
) -> PreprocessResult:
    """Fit the preparation on training rows, apply it to all.

    Parameters
    ----------
    split : str or path
        The folder that `split` wrote.
    out : str or path
        Folder of the preparation.
    recipe : str or path, optional
        A recipe in TOML; options go over its top.
    force : bool
        Write over something that is no preparation.
    seed : int
        Of everything random.
    **options
        Any other option of `mlpipe preprocess`, with `_` for `-`: `preset`, `scale`, `encode`, `resample`, …

    Returns
    -------
    PreprocessResult
        With what became of each column.

    Raises
    ------
    ArtifactError
        Where `split` is none, or not as it was written.
    DataError
        Where the training rows cannot be used as asked.
    """
    from mlpipe.steps.preprocess import preprocess as step

    if recipe is None:
        params = build_params(PreprocessParams, {"seed": seed, **options})
    else:
        from mlpipe.steps.config.recipe import read_recipe

        build_params(PreprocessParams, options)  # names a wrong one
        params = read_recipe(Path(recipe), {"seed": seed, **options})
    return step(Path(split), Path(out), params, force=force)
