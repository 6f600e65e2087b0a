"""A seeded table of every kind of column, for tests and benchmarks."""

import numpy as np
import pandas as pd

TOWNS = {"Ashford": 0.4, "Brookfield": 0.3, "Clayton": 0.2, "St. Mary, Upper": 0.1}


def mixed_table(*, rows=600, seed=0, classes=("no", "yes"), shares=None, missing=0.04):
    """Numbers, levels, a yes/no, a date and an id; `outcome` leans on `balance`, `age`, `town` and `since`.

    Parameters
    ----------
    classes : tuple of str
        In the order of the leaning; empty for a quantity.
    shares : sequence of float, optional
        Shares of the classes; default equal.
    missing : float
        Share of the cells of `age`, `balance` and `town` that are empty.
    """
    rng = np.random.default_rng(seed)
    age = rng.normal(47, 13, rows).clip(18, 95).round()
    balance = rng.lognormal(7, 0.8, rows).round(2)
    town = rng.choice(list(TOWNS), rows, p=list(TOWNS.values()))
    days = rng.integers(0, 2000, rows)
    leaning = (age - 47) / 13 - 1.2 * (np.log(balance) - 7) + 1.5 * (town == "Clayton") + (days - 1000) / 900
    leaning += rng.normal(0, 1, rows)
    table = pd.DataFrame(
        {
            "account": [f"A{number:07d}" for number in range(rows)],
            "age": age,
            "balance": balance,
            "town": town,
            "calls": rng.poisson(2.5, rows),
            "since": (np.datetime64("2019-01-01") + days.astype("timedelta64[D]")).astype(str),
            "online": rng.choice(["yes", "no"], rows),
        }
    )
    for column in ("age", "balance", "town"):
        table.loc[rng.random(rows) < missing, column] = None
    if not classes:
        return table.assign(outcome=(100 + 10 * leaning).round(2))
    ends = np.cumsum(shares if shares is not None else [1 / len(classes)] * len(classes))[:-1]
    position = np.searchsorted(np.quantile(leaning, ends), leaning, side="right")
    return table.assign(outcome=np.array(classes)[position])
