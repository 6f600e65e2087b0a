"""A table with every kind of column, names that need quoting, and what would be left out of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mlpipe.data.schema import Column, Kind, Role
from tests.features.tables import column, dates, strings

GRADES = ["poor", "fair", "good"]
WORDS = ["free", "call", "now", "prize", "the", "meeting", "lunch", "monday", "win", "later"]


def every_kind(n: int = 120, seed: int = 0) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    """Numbers (skewed, gappy, far out), categories (ordered, numbers, many levels), dates, text, constants."""
    rng = np.random.default_rng(seed)
    texts = [" ".join(rng.choice(WORDS, 4)) for _ in range(n)]
    made = {
        'age "years"': (rng.normal(40, 10, n), Role.NUMERIC),
        "收入": (np.where(rng.random(n) < 0.03, 1e7, rng.lognormal(10, 1, n)), Role.NUMERIC),
        "grade": (strings(rng.choice(GRADES, n)), Role.CATEGORICAL),
        "rooms.n": (rng.integers(1, 5, n).astype(float), Role.CATEGORICAL),
        "shop\nname": (strings(f"shop {i}" for i in rng.integers(0, 60, n)), Role.CATEGORICAL),
        "": (strings(rng.choice(["yes", "no"], n)), Role.BOOLEAN),
        "joined": (dates(np.datetime64("2020-01-01", "us") + rng.integers(0, 10**14, n)), Role.DATETIME),
        "note": (strings(texts), Role.TEXT),
        "rarely": (strings(["x", None] * (n // 2)), Role.CATEGORICAL),
        "always [1]": (np.ones(n), Role.NUMERIC),
    }
    frame = pd.DataFrame({name: values for name, (values, _) in made.items()})
    for name in ('age "years"', "rooms.n", "grade", "joined", "note"):
        frame.loc[rng.random(n) < 0.1, name] = np.nan
    kinds = {"rooms.n": Kind.NUMBER}
    return frame, tuple(column(name, role, kinds.get(name)) for name, (_, role) in made.items())
