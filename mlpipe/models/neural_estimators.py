"""The models that learn by gradient descent, an optional install, as rows of the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlpipe.errors import UsageError
from mlpipe.models.estimator_spec import NO_GAPS, Choice, EstimatorSpec, Need, Range
from mlpipe.params.descent import FULL
from mlpipe.task import Task
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from mlpipe.params import DescentParams

EXTRA = "torch"
_CLASSES = frozenset({Task.BINARY, Task.MULTICLASS})
_NUMBERS = frozenset({Task.REGRESSION})
_NEEDS: frozenset[Need] = NO_GAPS | {"dense matrix"}


def _log(low: float, high: float) -> Range:
    return Range(low=low, high=high, log=True)


_FACTS: dict[str, dict[str, Any]] = {
    "linear": {
        "summary": "one linear layer, by gradient descent",
        "linear": True,
        "space": {"l2": _log(1e-6, 10), "l1": _log(1e-7, 0.1)},
    },
    "mlp": {
        "summary": "neural network for tables, by gradient descent",
        "categories": "categories",
        "space": {
            "lr": _log(3e-4, 3e-2), "hidden": Choice(((64,), (128, 128), (256, 256, 256))),
            "dropout": Choice((0.0, 0.1, 0.3)), "l2": _log(1e-4, 0.3),
        },
    },
}  # fmt: skip

_OF_CLASSES = {"dropout": 0.2, "label_smoothing": 0.05}
"""Classes are noisier than quantities: their nets are held back more."""

NEURAL_ESTIMATORS = tuple(
    EstimatorSpec(
        name=f"torch-{name}",
        tasks=tasks,
        target=f"mlpipe.models.neural.{name}:Torch{name.capitalize()}{kind}",
        needs=_NEEDS,
        extra=EXTRA,
        module="torch",
        several=True,
        watches=True,
        by_blocks=True,
        defaults=_OF_CLASSES if name == "mlp" and kind == "Classifier" else {},
        **facts,
    )
    for tasks, kind in ((_CLASSES, "Classifier"), (_NUMBERS, "Regressor"))
    for name, facts in _FACTS.items()
)


def check_no_descent(descent: DescentParams, model: str) -> None:
    """Raise `UsageError` where one of the options of gradient descent is given to another model."""
    if descent.given():
        name = next(iter(descent.given()))
        raise UsageError(
            f"{param(name)} is for models that learn by gradient descent, and the model is {model}.",
            remedy=ways(
                f"Choose {' or '.join(dict.fromkeys(spec.name for spec in NEURAL_ESTIMATORS))}",
                f"leave {param(name)} away",
            ),
        )


def check_descent(descent: DescentParams, spec: EstimatorSpec) -> None:
    """Raise `UsageError` where an option of gradient descent is given to a model that does not take it."""
    if spec.extra != EXTRA:
        check_no_descent(descent, spec.name)
        return
    known = spec.load()().get_params(deep=False)
    for name, _ in descent.settings():
        if name not in known:
            others = [other.name for other in NEURAL_ESTIMATORS if other.tasks == spec.tasks and other is not spec]
            raise UsageError(f"{spec.name} has no {param(name)}.", remedy=f"Choose {' or '.join(others)}, which has.")


def check_batch_size(descent: DescentParams, n_rows: int) -> None:
    """Raise `UsageError` where a step is to take more rows than there are."""
    if descent.batch_size not in {None, FULL} and int(str(descent.batch_size)) > n_rows:
        raise UsageError(
            f"{param('batch_size')} is {descent.batch_size}, and there are {count_of(n_rows, 'training row')}.",
            remedy=f"Give fewer, or {FULL}.",
        )
