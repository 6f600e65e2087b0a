"""The ways to keep the best features, by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sklearn.feature_selection import VarianceThreshold

from mlpipe.features.preprocessor.column_steps import target_type
from mlpipe.features.transformers.k_best import KBest
from mlpipe.features.transformers.model_based import ModelBased

if TYPE_CHECKING:
    from mlpipe.params.choices import Select
    from mlpipe.task import Task


@dataclass(frozen=True, kw_only=True)
class SelectorSpec:
    """One way to keep features.

    Parameters
    ----------
    target : type
        The transformer's class.
    options : dict
        Parameters in which it differs from the class's own defaults.
    by_target : bool
        It keeps the `k` features that tell most about the target; if not, it looks at the features alone.
    gaps : bool
        It takes missing cells.
    """

    target: type[Any]
    options: dict[str, Any] = field(default_factory=dict)
    by_target: bool = True
    gaps: bool = False

    def build(self, k: int, task: Task, seed: int) -> Any:
        """The unfitted transformer."""
        if not self.by_target:
            return self.target(**self.options)
        return self.target(k=k, classification=target_type(task) != "continuous", random_state=seed, **self.options)


SELECTORS: dict[Select, SelectorSpec] = {
    "variance": SelectorSpec(target=VarianceThreshold, by_target=False, gaps=True),
    "kbest": SelectorSpec(target=KBest, gaps=True),
    "mutual-info": SelectorSpec(target=KBest, options={"criterion": "mutual-info"}),
    "l1": SelectorSpec(target=ModelBased, options={"method": "l1"}),
    "rfe": SelectorSpec(target=ModelBased, options={"method": "rfe"}),
}
