"""Loss by round of training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from mlpipe.plots.fonts import PLAIN
from mlpipe.plots.style import BLUE, VERMILION, Words, drawing, label_ends, new_figure, plain_numbers
from mlpipe.plots.text import wrap
from mlpipe.words.numbers import format_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.typing import LineStyleType

    from mlpipe.metrics.arrays import Floats

_DASHED: LineStyleType = (0, (5, 2))


def draw_loss(
    train: Floats,
    valid: Floats | None = None,
    *,
    model: str,
    valid_name: str = "loss on validation rows",
    valid_is_score: bool = False,
) -> Figure:
    """Draw the loss by iteration, the best iteration on held-out rows marked.

    Parameters
    ----------
    train, valid : ndarray of shape (n_iterations,)
        Loss after each iteration; smaller is better.
    valid_name : str
        What was measured on which held-out rows.
    valid_is_score : bool
        `valid` holds scores: larger is better, and they get axes of their own.
    """
    words = Words(
        title=_title(train, valid, valid_name, valid_is_score=valid_is_score),
        caption=f"{model}, after each iteration: training loss (solid)"
        + (f" and {valid_name} (dashed); where they part, it learns by heart." if valid is not None else "."),
    )
    with drawing(PLAIN):
        apart = valid is not None and valid_is_score
        figure = new_figure(words, height=5.4 if apart else 4.8)
        panels = figure.subplots(2 if apart else 1, 1, sharex=True, squeeze=False)[:, 0]
        ends = [(panels[0], _line(panels[0], train, "training loss", BLUE, "-"))]
        if valid is not None:
            ends.append((panels[-1], _line(panels[-1], valid, valid_name, VERMILION, _DASHED)))
            best = int(np.argmax(valid) if valid_is_score else np.argmin(valid))
            panels[-1].plot(best + 1, valid[best], marker="o", color=VERMILION, markersize=7, zorder=4)
        for panel in panels:
            panel.grid(visible=True)
            panel.set_xlim(1, max(2, len(train)))
            label_ends(panel, [end for where, end in ends if where is panel])
            plain_numbers(panel)
        panels[0].set_ylabel("Loss")
        panels[-1].set_ylabel("Score" if apart else "Loss")
        panels[-1].set_xlabel("Iteration")
        panels[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def _line(axes: Axes, values: Floats, name: str, colour: str, dashes: LineStyleType) -> tuple[float, str, str]:
    """Draw a line; its end, name and colour."""
    marker = "" if len(values) > 1 else "o"
    axes.plot(np.arange(1, len(values) + 1), values, color=colour, linestyle=dashes, marker=marker)
    return float(values[-1]), wrap(name, 16), colour


def _title(train: Floats, valid: Floats | None, valid_name: str, *, valid_is_score: bool) -> str:
    if valid is None:
        still = len(train) > 10 and train[-1] < train[-1 - len(train) // 10] * 0.98
        change = f"from {format_number(float(train[0]))} to {format_number(float(train[-1]))}"
        return f"Training loss is still falling: {change}" if still else f"Training loss went {change}"
    best = int(np.argmax(valid) if valid_is_score else np.argmin(valid))
    extreme = f"{valid_name[:1].upper()}{valid_name[1:]} is {'highest' if valid_is_score else 'lowest'}"
    at_the_end = best >= len(valid) - max(1, len(valid) // 50)
    when = "at the end" if at_the_end else f"at iteration {best + 1}"
    return f"{extreme} {when}: {format_number(float(valid[best]))}"
