"""Describing, dividing and preparing a table, as functions with the options as keywords."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack, overload

from mlpipe.api.calling import with_keywords
from mlpipe.api.keywords.preparation import PreprocessOptions
from mlpipe.api.keywords.tables import InspectOptions, ReadOptions, RoleOptions, SplitOptions
from mlpipe.api.options import build_params
from mlpipe.api.tables import as_source
from mlpipe.params import InspectParams, PreprocessParams, SplitParams

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from mlpipe.api.tables import Data
    from mlpipe.steps.inspect import InspectResult
    from mlpipe.steps.preprocess import PlanResult, PreprocessResult
    from mlpipe.steps.split import SplitResult

    Place = str | PathLike[str]


@with_keywords((InspectOptions, ReadOptions), InspectParams)
def inspect(
    data: Data, out: Place | None = None, *, force: bool = False, seed: int = 0, **options: Unpack[InspectOptions]
) -> InspectResult:
    """Describe a table and what is odd about it.

    Parameters
    ----------
    data : str, path, DataFrame or Arrow table
    out : str or path, optional
        Folder for `profile.json`, `columns.toml` and `report.html`.
    force : bool
        Write over something that is no profile.
    seed : int
        Of what is measured on a sample.
    **options
        What `mlpipe inspect` takes, with `_` for `-`.

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

    params = build_params(InspectParams, options)
    with as_source(data) as source:
        return step(source, params, out=None if out is None else Path(out), force=force, seed=seed)


@with_keywords((SplitOptions, RoleOptions, ReadOptions), SplitParams)
def split(
    data: Data, out: Place, *, memory: int | None = None, force: bool = False, **options: Unpack[SplitOptions]
) -> SplitResult:
    """Pin a table's types and divide its rows into parts.

    Parameters
    ----------
    data : str, path, DataFrame or Arrow table
    out : str or path
        Folder of the split.
    memory : int, optional
        Bytes to work in, about.
    force : bool
        Write over something that is no split.
    **options
        What `mlpipe split` takes, with `_` for `-`.

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

    params = build_params(SplitParams, options)
    with as_source(data) as source:
        return step(source, Path(out), params, memory=memory, force=force)


@overload
def preprocess(
    split: Place,
    out: None = None,
    *,
    recipe: Place | None = None,
    memory: int | None = None,
    force: bool = False,
    **options: Unpack[PreprocessOptions],
) -> PlanResult: ...
@overload
def preprocess(
    split: Place,
    out: Place,
    *,
    recipe: Place | None = None,
    memory: int | None = None,
    force: bool = False,
    **options: Unpack[PreprocessOptions],
) -> PreprocessResult: ...
@with_keywords((PreprocessOptions,), PreprocessParams)
def preprocess(
    split: Place,
    out: Place | None = None,
    *,
    recipe: Place | None = None,
    memory: int | None = None,
    force: bool = False,
    **options: Unpack[PreprocessOptions],
) -> PreprocessResult | PlanResult:
    """Fit the preparation on training rows, apply it to all.

    Parameters
    ----------
    split : str or path
        The folder that `split` wrote.
    out : str or path, optional
        Folder of the preparation; without it the plan is decided, and nothing fitted.
    recipe : str or path, optional
        A recipe in TOML; options go over its top.
    memory : int, optional
        Bytes that may be used; three quarters of what is free without it. What has to be sampled for it is told.
    force : bool
        Write over something that is no preparation.
    **options
        What `mlpipe preprocess` takes, with `_` for `-`.

    Returns
    -------
    PreprocessResult or PlanResult
        What became of each column; without `out`, the `plan`, and the `recipe` as text with a reason for each line.

    Raises
    ------
    ArtifactError
        Where `split` is none, or not as it was written.
    DataError
        Where the training rows cannot be used as asked.

    Examples
    --------
    >>> import mlpipe, tempfile
    >>> out = tempfile.mkdtemp()
    >>> split = mlpipe.split("sample_data/customers.csv", out + "/split", target="churned", id="customer_id")
    >>> mlpipe.preprocess(split.out, scale="minmax").recipe.splitlines()[0]
    'preset = "general"'
    """
    from mlpipe.steps.preprocess import preprocess as step
    from mlpipe.steps.preprocess import show_plan

    params = preparation(recipe, options)
    if out is None:
        return show_plan(Path(split), params)
    return step(Path(split), Path(out), params, memory=memory, force=force)


def preparation(recipe: Place | None, options: Mapping[str, object]) -> PreprocessParams:
    """What was asked for: the recipe, if there is one, with the options over it."""
    params = build_params(PreprocessParams, options)
    if recipe is None:
        return params
    from mlpipe.steps.config.recipe import read_recipe

    given = {name: getattr(params, name) for name, value in options.items() if value is not None}
    return read_recipe(Path(recipe), given)
