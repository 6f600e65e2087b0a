"""`preprocess`: decide and fit on the training rows alone; only then are the other parts opened."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.kinds import Kind
from mlpipe.artifacts.places import check_out
from mlpipe.artifacts.preps import PartMatrix, PrepContent
from mlpipe.artifacts.splits import Split
from mlpipe.artifacts.store import ArtifactWriter
from mlpipe.data.coercion import to_frame
from mlpipe.data.schema import Role
from mlpipe.data.targets import target_values
from mlpipe.engine.local import one_thread
from mlpipe.errors import UsageError
from mlpipe.features.choose import choose_plan
from mlpipe.features.recipe_text import render_recipe
from mlpipe.features.reference import training_reference
from mlpipe.features.target import target_reference
from mlpipe.features.transform import transform_table
from mlpipe.models.fitting import FittedPlan, fit_plan, resample_rows
from mlpipe.steps.loading import as_input
from mlpipe.steps.preprocess_shown import Training, save_shown
from mlpipe.steps.preprocess_words import describe_plan, plan_notes

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from mlpipe.features.plan import Plan
    from mlpipe.params import PreprocessParams


@dataclass(frozen=True, kw_only=True)
class PreprocessResult:
    """What `preprocess` did.

    Parameters
    ----------
    columns : tuple of (name, role, how, reason)
        What became of each raw column.
    counts_after : dict or None
        Rows of each class after resampling and augmentation, `None` without them.
    """

    out: Path
    n_train: int
    n_columns: int
    n_features: int
    columns: tuple[tuple[str, str, str, str], ...]
    sampler: str
    counts_before: dict[str, int]
    counts_after: dict[str, int] | None
    notes: tuple[str, ...]
    fingerprint: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {**asdict(self), "out": str(self.out)}


@dataclass(frozen=True, kw_only=True)
class PlanResult:
    """What `preprocess` would do.

    Parameters
    ----------
    recipe : str
        The plan as a recipe in TOML, with the reason for each column.
    """

    plan: Plan
    recipe: str
    n_train: int
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {"n_train": self.n_train, "plan": self.plan.to_json(), "notes": list(self.notes)}


def show_plan(split: Path, params: PreprocessParams) -> PlanResult:
    """Decide on the training rows of a split, and fit nothing.

    Raises
    ------
    ArtifactError
        Where `split` is none, or not as it was written.
    """
    source = Split.load(split)
    with one_thread():
        _, y, plan = _planned(source, params)
    return PlanResult(
        plan=plan, recipe=render_recipe(plan, params), n_train=len(y), notes=plan_notes(plan, params)
    )


def preprocess(split: Path, out: Path, params: PreprocessParams, *, force: bool = False) -> PreprocessResult:
    """Fit the preprocessing of a split and apply it to every part.

    Raises
    ------
    ArtifactError
        Where `split` is none, or not as it was written.
    DataError
        Where the training rows cannot be used as asked (no feature, a class too small to resample).
    """
    check_out(out, Kind.PREP, force=force)
    source = Split.load(split)
    _check_weights(source, params)
    with one_thread(), ArtifactWriter(out, Kind.PREP, force=force) as writer:
        X, y, plan = _planned(source, params)
        fitted = fit_plan(plan, X, y, task=source.context.task)
        resampled = resample_rows(plan, fitted)
        content = _content(source, plan, fitted, y)
        content.save_fitted(writer)
        content.save_part(writer, "train", PartMatrix(X=fitted.X, y=fitted.y))
        if resampled is not None:
            content.save_resampled(writer, resampled)
        notes = save_shown(writer, content, Training(X=X, fitted=fitted, resampled=resampled))
        for part in source.parts[1:]:
            table = source.part(part)
            matrix = PartMatrix(X=transform_table(content.preprocessor, table), y=target_values(table, source.context))
            content.save_part(writer, part, matrix)
        manifest = content.commit(writer, params, [as_input("split", source.folder)])
    return PreprocessResult(
        out=out,
        n_train=len(fitted.rows),
        n_columns=len(plan.columns),
        n_features=len(content.features),
        columns=describe_plan(plan),
        sampler=resampled.sampler if resampled else "none",
        counts_before=content.target.counts,
        counts_after=resampled.counts_after if resampled else None,
        notes=(*plan_notes(plan, params), *notes),
        fingerprint=manifest.fingerprint,
    )


def _check_weights(source: Split, params: PreprocessParams) -> None:
    made = {"--resample": params.resample, "--augment": params.augment}
    option = next((f"{option} {value}" for option, value in made.items() if value != "none"), None)
    if option and source.context.schema.with_role(Role.WEIGHT):
        raise UsageError(
            f"{option} and a weight column do not go together: made-up rows have no weight.",
            where=str(source.folder.path),
            remedy=f"Split again without --weight, or leave {option.split()[0]} away.",
        )


def _planned(source: Split, params: PreprocessParams) -> tuple[pd.DataFrame, NDArray[Any], Plan]:
    """The training rows, from `train.parquet` and nothing else, and what is to be done with them."""
    context = source.context
    table = source.part("train")
    X = to_frame(table, context.schema.features)
    y = target_values(table, context)
    return X, y, choose_plan(X, y, context.schema.features, params, context.task)


def _content(source: Split, plan: Plan, fitted: FittedPlan, y: NDArray[Any]) -> PrepContent:
    context = source.context
    return PrepContent(
        plan=plan,
        preprocessor=fitted.preprocessor,
        reference=training_reference(source.part("train"), context.schema.features),
        target=target_reference(y, context.classes),
        features=fitted.features,
        context=context,
    )
