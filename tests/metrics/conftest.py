"""Outcomes to score, made from nothing."""

from __future__ import annotations

import numpy as np
import pytest

from mlpipe.metrics.outcome import Outcome
from tests.targets import NUMBER, classes

LETTERS = tuple("abcdefghijklmnopqrstuvwxyz")


def make_classes(rng, *, n_rows=300, n_classes=2, skill=1.0, weights=False, digits=16):
    """A classification whose probabilities lean towards the truth by `skill`; few digits make ties."""
    y = rng.integers(0, n_classes, n_rows)
    logits = rng.normal(size=(n_rows, n_classes))
    logits[np.arange(n_rows), y] += skill
    proba = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    if n_classes == 2:
        proba[:, 1] = proba[:, 1].round(digits)
        proba[:, 0] = 1 - proba[:, 1]
    return Outcome(
        target=classes(*LETTERS[:n_classes]),
        y_true=y,
        y_pred=proba.argmax(axis=1),
        y_proba=proba,
        weights=rng.uniform(0.1, 3, n_rows) if weights else None,
    )


def make_values(rng, *, n_rows=300, weights=False):
    """A regression."""
    y_true = rng.normal(50, 10, n_rows)
    return Outcome(
        target=NUMBER,
        y_true=y_true,
        y_pred=y_true + rng.normal(0, 4, n_rows),
        weights=rng.uniform(0.1, 3, n_rows) if weights else None,
    )


@pytest.fixture
def rng():
    return np.random.default_rng(0)
