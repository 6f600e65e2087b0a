"""The loop: predict, measure the loss, follow the gradient, again."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.errors import FitError, UsageError
from mlpipe.models.neural.optimizers import scheduled_rate
from mlpipe.models.neural.rows import BlockRows, Rows
from mlpipe.models.neural.stepping import Course, Stepper, mean_loss
from mlpipe.words.numbers import format_exact, format_number
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


Watch = Callable[[int, int, float], None]
"""Takes the epoch that is done, how many there will be at most, and its training loss."""

RUNAWAY = 1e8
"""A loss so many times the first one has diverged, though it is a number still."""
PROGRESS = 1e-5
"""Share of the best validation loss that a better one must be below it."""
VALID_BATCH = 8192


@dataclass(kw_only=True)
class Descent:
    """What happened, epoch by epoch.

    Parameters
    ----------
    train, valid, metric, lr, norm : list
        Loss on training and validation rows, the metric, learning rate, mean length of the gradient.
    path : list of ndarray
        The parameters before each epoch and at the end, where they are traced.
    best : int
        The epoch whose weights were kept, from 1 on.
    """

    train: list[float] = field(default_factory=list)
    valid: list[float] = field(default_factory=list)
    metric: list[float] = field(default_factory=list)
    lr: list[float] = field(default_factory=list)
    norm: list[float] = field(default_factory=list)
    path: list[NDArray[np.float64]] = field(default_factory=list)
    best: int = 0
    why: str = ""

    @property
    def watched(self) -> list[float]:
        """The losses that progress is measured by."""
        return self.valid or self.train


@contextmanager
def steady(seed: int) -> Iterator[None]:
    """One thread and a seed of its own: the same weights whatever runs beside, and no trace in torch's state."""
    import torch

    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(threads)


def find_device(asked: str) -> str:
    """Where to compute.

    Raises
    ------
    UsageError
        For a GPU that is not there.
    """
    import torch

    there = torch.cuda.is_available()
    if asked == "cuda" and not there:
        raise UsageError(
            f"{param('device', 'cuda')}: this machine has no GPU that torch can use.",
            remedy=ways(f"Leave {param('device')} away", "give auto"),
        )
    return "cuda" if asked == "cuda" or (asked == "auto" and there) else "cpu"


def descend(
    net: Any, rows: Rows | BlockRows, valid: Rows | None, course: Course, measure: Callable[[Any, Any], float],
    *, watch: Watch | None = None,
) -> Descent:  # fmt: skip
    """Train `net` in place.

    Parameters
    ----------
    measure : callable
        Outputs and targets, as tensors, to the metric.

    Raises
    ------
    FitError
        Where the loss grows without end.
    """
    net.to(course.device)
    valid = None if valid is None else valid.to(course.device)
    rows = rows.near(course.device)
    shown = valid or rows.first(VALID_BATCH).to(course.device)
    done, stepper, best_weights = Descent(), Stepper(net, course), None
    for epoch in range(1, course.epochs + 1):
        rate = scheduled_rate(course.schedule, course.lr, epoch=epoch, epochs=course.epochs, losses=done.watched)
        _trace(done, net, course)
        _take_down(done, rate, *stepper.epoch(rows, rate), course)
        loss, metric = _judge(net, shown, course, measure)
        done.metric.append(metric)
        done.valid += [] if valid is None else [loss * course.unit]
        if watch is not None:
            watch(epoch, course.epochs, done.train[-1])
        if _is_progress(done):
            done.best = epoch
            best_weights = _copied(net) if valid is not None and course.patience is not None else None
        done.why = _why_stop(done, course, epoch)
        if done.why:
            break
    _trace(done, net, course)
    if best_weights is not None:
        net.load_state_dict(best_weights)
    net.to("cpu")
    return done


def _trace(done: Descent, net: Any, course: Course) -> None:
    if course.trace:
        parts = [parameter.detach().cpu().numpy().ravel() for parameter in net.parameters()]
        done.path.append(np.concatenate(parts).astype(np.float64))


def _copied(net: Any) -> dict[str, Any]:
    return {name: weights.clone() for name, weights in net.state_dict().items()}


def _take_down(done: Descent, rate: float, loss: float, norm: float, course: Course) -> None:
    done.lr.append(rate)
    done.train.append(loss * course.unit)
    done.norm.append(norm)
    _check_finite(done, course)


def _is_progress(done: Descent) -> bool:
    watched = done.watched
    if not done.best:
        return True
    best = watched[done.best - 1]
    return watched[-1] < best - abs(best) * PROGRESS


def _why_stop(done: Descent, course: Course, epoch: int) -> str:
    if course.stop_loss is not None and done.train[-1] < course.stop_loss:
        return f"the loss is below {format_exact(course.stop_loss)}"
    if course.patience is not None and epoch - done.best >= course.patience:
        return f"no progress since epoch {done.best}"
    return ""


def _check_finite(done: Descent, course: Course) -> None:
    loss, first = done.train[-1], done.train[0]
    if math.isfinite(loss) and loss <= RUNAWAY * max(first, course.unit * 1e-3):
        return
    became = f"{_told(loss)} after {format_number(first)} in the first" if len(done.train) > 1 else _told(loss)
    raise FitError(
        f"The loss diverged in epoch {len(done.train)}: {became}.",
        where=f"The learning rate is {format_exact(course.lr)}, the optimizer {course.optimizer}.",
        remedy=ways(
            f"Lower the learning rate, {param('lr', course.lr / 10)} say",
            f"; scaled columns bear a higher one, and {param('clip_norm', 1)} holds long steps back",
        ),
    )


def _told(loss: float) -> str:
    return format_number(loss) if math.isfinite(loss) else "no number"


def _judge(net: Any, shown: Rows, course: Course, measure: Callable[[Any, Any], float]) -> tuple[float, float]:
    """Loss and metric of the net as it stands."""
    import torch

    net.eval()
    with torch.no_grad():
        outputs = torch.cat([net(part) for part in shown.X.split(VALID_BATCH)])
        loss = float(mean_loss(course.shown_loss(outputs, shown.y), shown.weights))
        return loss, measure(outputs, shown.y)
