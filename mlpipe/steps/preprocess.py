"""`preprocess`: decide and fit on the training rows alone; only then are the other parts opened."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.preps import PartMatrix, PrepContent
from mlpipe.artifacts.splits import Split
from mlpipe.artifacts.store.places import check_out
from mlpipe.artifacts.store.writer import ArtifactWriter
from mlpipe.data.duplicate_rows import compared_columns
from mlpipe.data.inference.coercion import to_frame
from mlpipe.engine.local import one_thread
from mlpipe.engine.memory import allowed_memory
from mlpipe.features.plan.choose import choose_plan
from mlpipe.features.plan.recipe_text import render_recipe
from mlpipe.features.preprocessor.transform import QuickTransform
from mlpipe.features.reference import training_reference
from mlpipe.models.fitting import FittedPlan, fit_plan, resample_rows
from mlpipe.reports.plan_words import describe_plan, plan_notes
from mlpipe.steps.inputs import as_input
from mlpipe.steps.preprocessing.figures import Training
from mlpipe.steps.preprocessing.from_file import Prepared, fits, prepare_from_file
from mlpipe.steps.preprocessing.shown import repeated_rows, save_shown
from mlpipe.steps.preprocessing.weighed import check_no_made_rows
from mlpipe.steps.shown import Shown
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import as_options
from mlpipe.words.progress import silent

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from mlpipe.data.schema import DataContext
    from mlpipe.features.plan.plan import Plan
    from mlpipe.features.resampling.resampled import Resampled
    from mlpipe.params import PreprocessParams
    from mlpipe.words.progress import Tell


@dataclass(frozen=True, kw_only=True, repr=False)
class PreprocessResult(Shown):
    """What `preprocess` did.

    Parameters
    ----------
    columns : tuple of (name, role, how, reason)
        What became of each raw column.
    sampler : str
        What made rows that are not in the table; `none` where nothing did.
    counts_after : dict or None
        Rows of each class after resampling and augmentation, `None` without them.
    n_synthetic : int
        Rows that were made.
    """

    out: Path
    n_train: int
    n_columns: int
    n_features: int
    columns: tuple[tuple[str, str, str, str], ...]
    sampler: str
    counts_before: dict[str, int]
    counts_after: dict[str, int] | None
    n_synthetic: int
    notes: tuple[str, ...]
    fingerprint: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {**asdict(self), "out": str(self.out), "notes": [as_options(note) for note in self.notes]}


@dataclass(frozen=True, kw_only=True, repr=False)
class PlanResult(Shown):
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
        return {
            "n_train": self.n_train,
            "plan": self.plan.to_json(),
            "notes": [as_options(note) for note in self.notes],
        }


def show_plan(split: Path, params: PreprocessParams) -> PlanResult:
    """Decide on the training rows of a split, and fit nothing.

    Raises
    ------
    ArtifactError
        Where `split` is none, or not as it was written.
    """
    source = Split.load(split)
    with one_thread():
        rows = _training_rows(source)
        plan = _plan(rows, source.context, params)
    return PlanResult(
        plan=plan,
        recipe=render_recipe(plan, params),
        n_train=len(rows.y),
        notes=(*plan_notes(plan, params), *rows.notes),
    )


def preprocess(
    split: Path,
    out: Path,
    params: PreprocessParams,
    *,
    memory: int | None = None,
    force: bool = False,
    watch: Tell = silent,
) -> PreprocessResult:
    """Fit the preprocessing of a split and apply it to every part.

    Parameters
    ----------
    memory : int, optional
        Bytes that may be used; three quarters of what is free without it. Training rows that do not fit are read
        block by block, with the same result; where a step has to be fitted on a sample of them, the notes tell.
    watch : function, optional
        Is told how far the work is.

    Raises
    ------
    ArtifactError
        Where `split` is none, or not as it was written.
    DataError
        Where the training rows cannot be used as asked (no feature, a class too small to resample).
    """
    check_out(out, ArtifactKind.PREP, force=force)
    source = Split.load(split)
    check_no_made_rows(source.context.schema, params, where=str(source.folder.path))
    with one_thread(), ArtifactWriter(out, ArtifactKind.PREP, force=force) as writer:
        allowed = allowed_memory(memory)
        prepare = _prepare if fits(source, allowed) else partial(prepare_from_file, memory=allowed)
        prepared = prepare(source, params, writer, watch=watch)
        content, plan, training = prepared.content, prepared.content.plan, prepared.training
        resampled = training.resampled
        watch(None, "drawing")
        notes = (*plan_notes(plan, params), *prepared.notes, *save_shown(writer, content, training))
        for part in source.parts[1:]:
            watch(None, f"preparing the {part} part")
            _save_part(content, writer, source, part)
        manifest = content.commit(writer, params, [as_input("split", source.folder)])
    return PreprocessResult(
        out=out,
        n_train=training.n_learnt,
        n_columns=len(plan.columns),
        n_features=len(content.features),
        columns=describe_plan(plan),
        sampler=_sampler(resampled),
        counts_before=resampled.counts_before if resampled else content.target.counts,
        counts_after=resampled.counts_after if resampled else None,
        n_synthetic=resampled.n_synthetic if resampled else 0,
        notes=notes,
        fingerprint=manifest.fingerprint,
    )


def _prepare(source: Split, params: PreprocessParams, writer: ArtifactWriter, *, watch: Tell) -> Prepared:
    """Fit and save what all training rows teach that are held in memory."""
    rows = _training_rows(source)
    plan = _plan(rows, source.context, params)
    watch(None, f"fitting {count_of(len(plan.columns), 'column')} on {count_of(len(rows.y), 'training row')}")
    fitted = fit_plan(plan, rows.X, rows.y, task=source.context.task)
    watch(None, "making the rows to learn from")
    resampled = resample_rows(plan, fitted)
    content = _content(rows, plan, fitted, source.context)
    content.save_fitted(writer)
    content.save_part(writer, "train", PartMatrix(X=fitted.X, y=fitted.y))
    if resampled is not None:
        content.save_resampled(writer, resampled)
    return Prepared(content=content, training=Training.of(plan, rows.X, fitted, resampled), notes=rows.notes)


def _save_part(content: PrepContent, writer: ArtifactWriter, source: Split, part: str) -> None:
    """Transform a part and write it; block by block, unless it becomes a sparse matrix, whose file is one piece."""
    target, quick = source.context.target, QuickTransform(content.preprocessor)
    if content.plan.sparse:
        table = source.part(part)
        content.save_part(writer, part, PartMatrix(X=quick.transform_table(table), y=target.encode(table)))
        return
    with source.open_part(part) as rows:
        content.save_blocks(writer, part, ((quick.transform_table(b), target.encode(b)) for b in rows.blocks()))


def _sampler(resampled: Resampled | None) -> str:
    """What made the rows that are not in the table."""
    if resampled is None:
        return "none"
    names = [] if resampled.sampler == "none" else [resampled.sampler]
    return " + ".join([*names, *(["jitter"] if resampled.n_augmented else [])])


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """The training rows, from `train.parquet` and nothing else.

    Parameters
    ----------
    X : DataFrame of shape (n_rows, n_columns)
        Their features as transformers see them.
    y : ndarray of shape (n_rows,)
    """

    X: pd.DataFrame
    y: NDArray[Any]
    notes: tuple[str, ...]


def _training_rows(source: Split) -> _Rows:
    context, table = source.context, source.part("train")
    names = list(compared_columns(context.schema.columns))
    return _Rows(
        X=to_frame(table, context.schema.features),
        y=context.target.encode(table),
        notes=repeated_rows(table, names),
    )


def _plan(rows: _Rows, context: DataContext, params: PreprocessParams) -> Plan:
    return choose_plan(rows.X, rows.y, context.schema.features, params, context.task)


def _content(rows: _Rows, plan: Plan, fitted: FittedPlan, context: DataContext) -> PrepContent:
    return PrepContent(
        plan=plan,
        preprocessor=fitted.preprocessor,
        reference=training_reference(rows.X, context.schema.features),
        target=context.target.reference(rows.y),
        features=fitted.features,
        context=context,
    )
