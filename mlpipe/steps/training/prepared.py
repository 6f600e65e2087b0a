"""The rows that `preprocess` left, for the last fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from mlpipe.artifacts.preps import RESAMPLED, Prep
from mlpipe.data.inference.coercion import to_frame
from mlpipe.data.schema import Role
from mlpipe.features.outliers import kept_rows
from mlpipe.features.preprocessor.feature_names import describe_features
from mlpipe.models.fitting import TrainingMatrix
from mlpipe.models.training_rows import row_weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.data.schema import DataContext
    from mlpipe.features.plan.plan import Plan
    from mlpipe.features.preprocessor.matrix import Matrix
    from mlpipe.models.comparison.final import Member
    from mlpipe.params import PreprocessParams
    from mlpipe.steps.loading import LazySplit


class Planned(Protocol):
    """What was decided on a table, by the preparation that a step saved or by one that is in memory alone."""

    @property
    def context(self) -> DataContext:
        """Target, task, classes and schema."""
        ...

    @property
    def plan(self) -> Plan:
        """What becomes of each column."""
        ...

    @property
    def params(self) -> PreprocessParams:
        """The options that it was made with."""
        ...


def prepared_rows(prep: Prep, split: LazySplit) -> TrainingMatrix:
    """The training rows as `preprocess` left them."""
    matrix, preprocessor = prep.training_matrix(), prep.preprocessor()
    return TrainingMatrix(
        preprocessor=preprocessor,
        X=matrix.X,
        y=matrix.y,
        features=describe_features(preprocessor),
        n_raw=len(matrix.y),
        weights=_weights(prep, split),
        before=_before(prep),
    )


def _before(prep: Prep) -> tuple[Matrix, NDArray[Any]] | None:
    """The training rows before they were resampled, where they were."""
    if RESAMPLED not in prep.parts:
        return None
    train = prep.matrix("train")
    return train.X, train.y


def valid_rows(prep: Prep, members: tuple[Member, ...]) -> tuple[Matrix, NDArray[Any]] | None:
    """The validation rows of the split, where there are some and a model that watches its progress on them."""
    if "valid" not in prep.parts or not any(member.candidate.choice.spec.watches for member in members):
        return None
    valid = prep.matrix("valid")
    return valid.X, valid.y


def _weights(prep: Prep, split: LazySplit) -> NDArray[np.float64] | None:
    """Weights of the training rows, where the split has a weight column."""
    if not prep.context.schema.with_role(Role.WEIGHT):
        return None
    train = split.get().part("train")
    weights = row_weights(train, prep.context)
    return None if weights is None else weights[kept_rows(prep.plan, to_frame(train, prep.context.schema.features))]
