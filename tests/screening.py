"""A seeded table of screened people, fewer ill than healthy, for tests: `python screening.py FILE`."""

import sys

import numpy as np
import pandas as pd

# Mean when healthy, mean when ill, spread, lowest, decimals.
MEASURES = {
    "age": (38, 46, 12, 18, 0),
    "glucose": (110, 140, 26, 55, 0),
    "pressure": (70, 75, 12, 40, 0),
    "bmi": (30.3, 34.4, 6.5, 16, 1),
    "pedigree": (0.43, 0.54, 0.25, 0.08, 3),
}
ACTIVITY = ("low", "moderate", "high")
SHARES = {"healthy": (0.25, 0.45, 0.3), "ill": (0.5, 0.35, 0.15)}
UNMEASURED = {"insulin": 0.35, "pressure": 0.05}


def _measured(rng, condition, rows):
    ill = int(condition == "ill")
    table = pd.DataFrame(
        {
            name: rng.normal((healthy, when_ill)[ill], spread, rows).clip(lowest).round(decimals)
            for name, (healthy, when_ill, spread, lowest, decimals) in MEASURES.items()
        }
    )
    # Insulin has a long tail and follows glucose.
    table["insulin"] = rng.lognormal(4.4 + 0.008 * (table["glucose"] - 110), 0.5).round()
    table["activity"] = rng.choice(ACTIVITY, rows, p=SHARES[condition])
    return table.assign(condition=condition)


def screening(*, healthy=500, ill=225, seed=0, zeros=True):
    """Exactly so many `healthy` and `ill` in `condition`; the classes overlap.

    A stratified fifth for testing leaves 400 and 180. With `zeros`, what was not measured is 0 in `insulin` and
    `pressure`.
    """
    rng = np.random.default_rng(seed)
    table = pd.concat([_measured(rng, "healthy", healthy), _measured(rng, "ill", ill)], ignore_index=True)
    for name, share in UNMEASURED.items() if zeros else ():
        table.loc[rng.random(len(table)) < share, name] = 0.0
    return table.sample(frac=1, random_state=rng, ignore_index=True)


if __name__ == "__main__":
    screening().to_csv(sys.argv[1], index=False)
