"""A model that is being served, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mlpipe.service.answers import Answerer, Ask
from mlpipe.service.description import describe_model, example_row
from mlpipe.target import ClassTarget, LabelsTarget

if TYPE_CHECKING:
    from mlpipe.artifacts.models import Model
    from mlpipe.params.serving import ServeParams


@dataclass(frozen=True)
class Served:
    """A loaded model behind its answers; `classes` says whether it predicts words, which are worth counting."""

    model: Model
    answerer: Answerer
    classes: bool

    @classmethod
    def of(cls, model: Model, params: ServeParams) -> Served:
        """Make ready, and answer one row, so that the first client does not wait for it."""
        answerer = Answerer(model, max_rows=params.max_rows, allow_unseen=params.allow_unseen)
        served = cls(model, answerer, isinstance(model.context.target, ClassTarget | LabelsTarget))
        answerer.answer_rows([example_row(served.description)], Ask(proba=True, on_bad_value="null"))
        return served

    @cached_property
    def description(self) -> dict[str, Any]:
        """See `describe_model`."""
        return describe_model(self.model)
