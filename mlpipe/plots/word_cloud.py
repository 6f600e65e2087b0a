"""Words in the size of their weight."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from matplotlib import font_manager
from wordcloud import WordCloud

from mlpipe.plots.fonts import DEFAULT_FAMILY, PLAIN, Look
from mlpipe.plots.style import text_colour

if TYPE_CHECKING:
    from collections.abc import Mapping

_WIDTH, _HEIGHT, _SCALE = 420, 240, 2


def draw_word_cloud(weights: Mapping[str, float], colour: str, look: Look = PLAIN) -> bytes:
    """Draw a PNG on white; equal weights give equal bytes. Words without letters in any font are left out.

    Parameters
    ----------
    weights : mapping of str to float
        Positive; the largest is drawn largest.
    """
    shown = {word: weight for word, weight in weights.items() if not look.unreadable & set(word)}
    # One font draws all words: the last of the look is the one that has the rarest letters.
    family = look.families[-1] if look.families else DEFAULT_FAMILY
    cloud = WordCloud(
        font_path=str(font_manager.findfont(family)),
        width=_WIDTH,
        height=_HEIGHT,
        scale=_SCALE,
        margin=4,
        background_color="white",
        prefer_horizontal=1.0,
        relative_scaling=0.5,
        min_font_size=11,
        max_font_size=64,
        random_state=0,
        color_func=lambda *_, **__: text_colour(colour),
    )
    buffer = io.BytesIO()
    image = cloud.generate_from_frequencies(shown or {"–": 1.0}).to_image()
    image.quantize(16).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()
