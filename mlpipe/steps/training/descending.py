"""What `train` tells of a model that learnt by gradient descent: its epochs, its curves, its path."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.features.preprocessor.feature_names import describe_scaling, feature_names
from mlpipe.models.estimators import inner_estimator, seen_by_inner
from mlpipe.models.neural.losses import SPECS
from mlpipe.models.neural.reading import read_curves
from mlpipe.target import NumberTarget
from mlpipe.words.lists import count_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.models.comparison.final import Final
    from mlpipe.params import DescentParams
    from mlpipe.target import Target

Tables = dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]

HISTORY, LOSS = "history.csv", "loss.png"
"""How the loss fell: of every model that tells."""
OPTIMIZERS = "optimizers.csv"
OPTIMIZERS_IMAGE, PATH_IMAGE, LINE_IMAGE = "plots/optimizers.png", "path.png", "line.png"
COLUMNS = ("train_loss", "valid_loss", "metric", "lr", "gradient_norm")


@dataclass(frozen=True, kw_only=True)
class DescentPages:
    """Tables and images by file name, and what to say."""

    tables: Tables = field(default_factory=dict)
    images: dict[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def explain_descent(final: Final, name: str, asked: DescentParams, target: Target) -> DescentPages:
    """The epochs of the fitted model as a table and figures, with a sentence that reads them; nothing of others.

    Parameters
    ----------
    name : str
        The model's.
    """
    net = inner_estimator(final.estimator)
    if not hasattr(net, "best_epoch_"):
        return DescentPages()
    sentence = read_curves(net.history_["train_loss"], _valid(net))
    notes = [f"{name}: {sentence}"]
    if net.stopped_:
        kept = f"; the weights are those of epoch {net.best_epoch_}" if net.keeps_best else ""
        notes.append(f"{name} stopped after epoch {len(net.history_['train_loss'])}: {net.stopped_}{kept}")
    images = {LOSS: _loss_image(net, sentence, name), **_line_image(final, target)}
    tables: Tables = {HISTORY: (("epoch", *COLUMNS), _epochs(net))}
    if asked.trace:
        image = _path_image(net, final)
        images |= {PATH_IMAGE: image} if image else {}
        notes += [] if image else [f"{name} has more parameters than the two of a path: none is drawn"]
    if asked.compare_optimizers:
        table, image = _compared(final, name)
        tables[OPTIMIZERS], images[OPTIMIZERS_IMAGE] = table, image
        if len(final.y) < final.n_train:
            some = f"{count_of(len(final.y))} of {count_of(final.n_train, 'training row')}"
            notes.append(f"optimizers are compared on a sample of {some}")
    return DescentPages(tables=tables, images=images, notes=tuple(notes))


def _valid(net: Any) -> NDArray[np.float64] | None:
    losses: NDArray[np.float64] = net.history_["valid_loss"]
    return losses if len(losses) else None


def _told(net: Any) -> str:
    return SPECS[net.loss_.partition(":")[0]].told


def _epochs(net: Any) -> list[tuple[Any, ...]]:
    history = net.history_
    n_epochs = len(history["train_loss"])
    columns = [history[column].tolist() if len(history[column]) else [None] * n_epochs for column in COLUMNS]
    return list(zip(range(1, n_epochs + 1), *columns, strict=True))


def _loss_image(net: Any, sentence: str, name: str) -> bytes:
    from mlpipe.plots.style import write_png
    from mlpipe.plots.training.descent import draw_descent

    figure = draw_descent(
        net.history_["train_loss"], _valid(net), best=net.best_epoch_, sentence=sentence, loss=_told(net), model=name
    )
    return write_png(figure)


def _path_image(net: Any, final: Final) -> bytes | None:
    """The way of weight and intercept over the contours of the loss; `None` where there are more of them."""
    from mlpipe.models.neural.tracing import trace_path
    from mlpipe.plots.fonts import choose_look
    from mlpipe.plots.style import write_png
    from mlpipe.plots.training.path import draw_path

    trace = trace_path(net, seen_by_inner(final.estimator, final.X), final.y)
    if trace is None:
        return None
    column = feature_names(final.preprocess)[0]
    figure = draw_path(
        trace.path, trace.weights, trace.intercepts, trace.losses,
        column=column, loss=_told(net), look=choose_look([column]),
    )  # fmt: skip
    return write_png(figure)


def _compared(final: Final, name: str) -> tuple[tuple[tuple[str, ...], list[tuple[Any, ...]]], bytes]:
    """The curves of every optimizer as a table and a figure."""
    from mlpipe.models.neural.optimizer_curves import optimizer_curves
    from mlpipe.plots.style import write_png
    from mlpipe.plots.training.descent import draw_optimizers

    net = inner_estimator(final.estimator)
    curves = optimizer_curves(net, seen_by_inner(final.estimator, final.X), final.y)
    rows = [
        (optimizer, epoch, loss)
        for optimizer, curve in curves.items()
        if curve is not None
        for epoch, loss in enumerate(curve.tolist(), 1)
    ]
    image = write_png(draw_optimizers(curves, loss=_told(net), model=name))
    return (("optimizer", "epoch", "train_loss"), rows), image


def _line_image(final: Final, target: Target) -> dict[str, bytes]:
    """The fitted line over the points, where a number is predicted from one."""
    if not isinstance(target, NumberTarget) or final.X.shape[1] != 1:
        return {}
    scale, shift = describe_scaling(final.preprocess)
    if np.isnan(scale[0]):
        return {}
    from mlpipe.plots.fonts import choose_look
    from mlpipe.plots.style import write_png
    from mlpipe.plots.training.line import draw_line

    seen = np.asarray(final.X, dtype=np.float64)[:, 0]
    along = np.linspace(seen.min(), seen.max(), 200)
    names = (feature_names(final.preprocess)[0], target.column)
    figure = draw_line(
        (seen - shift[0]) / scale[0], final.y, (along - shift[0]) / scale[0], final.estimator.predict(along[:, None]),
        names=names, look=choose_look(names),
    )  # fmt: skip
    return {LINE_IMAGE: write_png(figure)}
