"""Rows for models of the boosting libraries, the same models with other contents, and what is asked of them."""

from typing import Any

import numpy as np

RNG = np.random.default_rng(0)
X = RNG.normal(size=(600, 3))
X[:, 2] = RNG.integers(0, 70, 600)
X[::9, 0] = np.nan
"""Two numbers, one with gaps, and codes of categories."""


def changed(model: Any, content: str | bytes) -> Any:
    """The model with another content in its library's format."""
    wrong = type(model)(**model.get_params())
    vars(wrong).update(vars(model) | {"model_": content, "_loaded": None})
    return wrong


def asked(model: Any) -> list[Any]:
    """Answers for rows that come to most leaves, and what features add to some of them."""
    return [model.predict(X), model.contributions(X[:20])]
