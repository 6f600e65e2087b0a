"""`preprocess`: decide and fit on the training rows alone; only then are the other parts opened."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.kinds import Kind
from mlpipe.artifacts.places import check_out
from mlpipe.artifacts.preps import Matrix, PrepContent
from mlpipe.artifacts.splits import Split
from mlpipe.artifacts.store import ArtifactWriter
from mlpipe.data.coercion import to_frame
from mlpipe.data.schema import Role
from mlpipe.data.targets import target_values
from mlpipe.engine.local import one_thread
from mlpipe.errors import UsageError
from mlpipe.features.choose import choose_plan
from mlpipe.features.names import feature_names
from mlpipe.features.reference import training_reference
from mlpipe.features.resampling import Resampled, resample
from mlpipe.features.target import target_reference
from mlpipe.features.transform import transform_table
from mlpipe.models.fitting import fit_plan
from mlpipe.steps.loading import as_input

if TYPE_CHECKING:
    from pathlib import Path

    from mlpipe.features.plan import ColumnPlan, Plan
    from mlpipe.params import PreprocessParams


@dataclass(frozen=True, kw_only=True)
class PreprocessResult:
    """What `preprocess` did.

    Parameters
    ----------
    columns : tuple of (name, role, how, reason)
        What became of each raw column.
    counts_after : dict or None
        Rows of each class after resampling, `None` without it.
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
    if params.resample != "none" and source.context.schema.with_role(Role.WEIGHT):
        raise UsageError(
            f"--resample {params.resample} and a weight column do not go together: made-up rows have no weight.",
            where=str(split),
            remedy="Split again without --weight, or leave --resample away.",
        )
    with one_thread(), ArtifactWriter(out, Kind.PREP, force=force) as writer:
        content, train, resampled = _fit(source, params)
        content.save_fitted(writer)
        content.save_part(writer, "train", train)
        if resampled is not None:
            content.save_resampled(writer, resampled)
        for part in source.parts[1:]:
            table = source.part(part)
            matrix = Matrix(X=transform_table(content.preprocessor, table), y=target_values(table, source.context))
            content.save_part(writer, part, matrix)
        manifest = content.commit(writer, params, [as_input("split", source.folder)])
    return PreprocessResult(
        out=out,
        n_train=len(train.y),
        n_columns=len(content.plan.columns),
        n_features=len(content.feature_names),
        columns=_columns(content.plan),
        sampler=resampled.sampler if resampled else "none",
        counts_before=content.target.counts,
        counts_after=resampled.counts_after if resampled else None,
        notes=tuple(f"{name} is left out: {reason}" for name, reason in content.plan.left_out),
        fingerprint=manifest.fingerprint,
    )


def _fit(source: Split, params: PreprocessParams) -> tuple[PrepContent, Matrix, Resampled | None]:
    """Everything that is learnt, from `train.parquet` and nothing else."""
    context = source.context
    table = source.part("train")
    X = to_frame(table, context.schema.features)
    y = target_values(table, context)
    plan = choose_plan(X, y, context.schema.features, params, context.task)
    preprocessor, matrix = fit_plan(plan, X, y, task=context.task)
    resampled = None if plan.resample == "none" else resample(preprocessor, plan, matrix, y, plan.seed)
    content = PrepContent(
        plan=plan,
        preprocessor=preprocessor,
        reference=training_reference(table, context.schema.features),
        target=target_reference(y, context.classes),
        feature_names=tuple(feature_names(preprocessor)),
        context=context,
    )
    return content, Matrix(X=matrix, y=y), resampled


def _columns(plan: Plan) -> tuple[tuple[str, str, str, str], ...]:
    used = [(column.name, column.role.value, _how(column), column.reason) for column in plan.columns]
    return (*used, *((name, "", "left out", reason) for name, reason in plan.left_out))


def _how(column: ColumnPlan) -> str:
    """What is done with a column, in a few words."""
    words: list[str] = [] if column.impute == "none" else [column.impute]
    words += [column.encode] if column.encode else []
    words += ["/".join(column.parts)] if column.parts else []
    words += [] if column.scale == "none" else [column.scale]
    words += ["missing flag"] if column.indicator else []
    return ", ".join(words) or column.treatment
