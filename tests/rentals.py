"""A seeded table of hourly rentals of bicycles, with the rhythms of day and week: `python rentals.py FILE`."""

import sys

import numpy as np
import pandas as pd

# Rentals in an hour by the hour of the day: to work and back on weekdays, for pleasure around noon at the weekend.
RUSH = (8, 17)
NOON = 14


def rentals(*, days=56, seed=0):
    """`moment` (every hour), `temperature` and `rentals`; hardly anything in `temperature` tells the hour."""
    rng = np.random.default_rng(seed)
    moment = pd.date_range("2024-03-04", periods=24 * days, freq="h")
    hour, weekend = moment.hour.to_numpy(), moment.day_of_week.to_numpy() >= 5
    rush = sum(np.exp(-((hour - peak) ** 2) / 4) for peak in RUSH)
    mean = 10 + np.where(weekend, 150 * np.exp(-((hour - NOON) ** 2) / 18), 250 * rush)
    temperature = 12 + 3 * np.sin((hour - 8) / 24 * 2 * np.pi) + rng.normal(0, 4, len(moment))
    return pd.DataFrame(
        {
            "moment": moment.strftime("%Y-%m-%d %H:%M"),
            "temperature": temperature.round(1),
            "rentals": rng.poisson(mean * (1 + (temperature - 12) / 40)),
        }
    )


if __name__ == "__main__":
    rentals().to_csv(sys.argv[1], index=False)
