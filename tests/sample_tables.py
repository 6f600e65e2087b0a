"""Makes the tables of `sample_data/`: `python tests/sample_tables.py sample_data`.

Only `random.Random.random` is drawn from, whose sequence for a seed Python guarantees: the same bytes everywhere.
"""

import csv
import io
import math
import random
import sys
from datetime import date, timedelta
from pathlib import Path
from statistics import NormalDist

CITIES = {"Ashford": 0.30, "Brookfield": 0.24, "Clayton": 0.18, "Dunmore": 0.14, "Eastwick": 0.09, "Fairview": 0.05}
# "None" is a plan like the others here: nobody forgot to fill it in.
PLANS = {"None": 0.34, "Basic": 0.30, "Plus": 0.22, "Premium": 0.14}
DISTRICTS = {"Harbour": 0.24, "Old Town": 1.0, "Riverside": 0.45, "Hillside": 0.62, "Station": 0.0, "Meadows": 0.15}
ENERGY = "ABCDEFG"


class Draw:
    """Draws from a few distributions by inverting one stream of uniform numbers."""

    def __init__(self, seed):
        self.uniform = random.Random(seed).random

    def normal(self, mean=0.0, spread=1.0):
        return NormalDist(mean, spread).inv_cdf(max(self.uniform(), 1e-12))

    def whole(self, low, high):
        return low + int(self.uniform() * (high - low + 1))

    def chance(self, share):
        return self.uniform() < share

    def one_of(self, shares):
        left = self.uniform() * sum(shares.values())
        for name, share in shares.items():
            left -= share
            if left < 0:
                return name
        return name


def customer(draw, number, cities):
    """One customer; who leaves leans on plan, satisfaction, time since joining, discount and age."""
    age = round(min(max(draw.normal(44, 14), 18), 90))
    income = round(math.exp(draw.normal(10.6 + 0.006 * (age - 44), 0.42)) / 50) * 50
    city, plan = draw.one_of(cities), draw.one_of(PLANS)
    days = draw.whole(0, 2190)
    satisfaction = min(max(round(draw.normal(3.4 + 0.3 * (plan == "Premium"), 1.1)), 1), 5)
    discount = draw.whole(0, 60) / 2 if draw.chance(0.7) else 0.0
    member = draw.chance(0.25 + 0.35 * (plan in {"Plus", "Premium"}))
    leaning = {"None": 0.9, "Basic": 0.3, "Plus": -0.4, "Premium": -1.0}[plan]
    leaning += -0.85 * (satisfaction - 3.4) - 0.00075 * (days - 1000) - 0.045 * (discount - 10)
    leaning += -0.6 * member + 0.5 * (city == "Fairview") - 0.018 * (age - 44) - 0.95
    churned = draw.chance(1 / (1 + math.exp(-leaning)))
    return {
        "customer_id": f"C{number:05d}",
        "age": "" if draw.chance(0.07) else str(age),
        "income": "" if draw.chance(0.04) else f"${income:,}",
        "city": city,
        "plan": plan,
        "joined": (date(2024, 12, 31) - timedelta(days=days)).isoformat(),
        "satisfaction": "NA" if draw.chance(0.05) else str(satisfaction),
        "discount": f"{discount:g}%",
        "member": "yes" if member else "no",
        "churned": "yes" if churned else "no",
    }


def customers():
    """1,200 rows: 1,192 customers, eight of them twice; nine rows have no `churned`."""
    draw = Draw(20260301)
    rows = [customer(draw, number, CITIES) for number in range(1, 1193)]
    for _ in range(9):
        rows[draw.whole(0, len(rows) - 1)]["churned"] = ""
    for _ in range(8):
        rows.insert(draw.whole(0, len(rows)), dict(rows[draw.whole(0, len(rows) - 1)]))
    return rows


def new_customers():
    """Sixty later customers without `churned`, some from a city that the others do not know."""
    draw = Draw(20260302)
    rows = [customer(draw, number, CITIES | {"Graystone": 0.08}) for number in range(2001, 2061)]
    return [{name: value for name, value in row.items() if name != "churned"} for row in rows]


def house(draw):
    """One sale; the price follows area, district, age, energy class and distance, times a spread of 13 percent."""
    area = round(math.exp(draw.normal(4.7, 0.38)), 1)
    rooms = min(max(round(area / 27 + draw.normal(0, 0.8)), 1), 9)
    district = draw.one_of(dict.fromkeys(DISTRICTS, 1) | {"Old Town": 0.5})
    built = date(1920, 1, 1) + timedelta(days=draw.whole(0, 37600))
    energy = min(max(round((2022 - built.year) / 16 + draw.normal(0, 0.9)), 0), 6)
    distance = round(abs(draw.normal(0, 5)) + 0.3, 1)
    garden = draw.chance(0.35)
    log_price = 8.35 + 0.86 * math.log(area) + 0.03 * rooms + 0.42 * DISTRICTS[district] + 0.07 * garden
    log_price += 0.0016 * (built.year - 1970) - 0.035 * energy - 0.024 * distance + draw.normal(0, 0.13)
    return {
        "area": f"{area:g}",
        "rooms": "" if draw.chance(0.03) else str(rooms),
        "district": district,
        "built": built.isoformat(),
        "energy_class": "" if draw.chance(0.06) else ENERGY[energy],
        "distance_km": f"{distance:g}",
        "garden": "yes" if garden else "no",
        "price": str(round(math.exp(log_price) / 500) * 500),
    }


def houses():
    """800 sales."""
    draw = Draw(20260303)
    return [house(draw) for _ in range(800)]


def breast_cancer():
    """The copy of the UCI table that scikit-learn carries, with the classes written out."""
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer()
    names = [*data.feature_names.tolist(), "diagnosis"]
    labels = [data.target_names[code] for code in data.target]
    return [
        dict(zip(names, [*(repr(cell) for cell in row.tolist()), label], strict=True))
        for row, label in zip(data.data, labels, strict=True)
    ]


SHOPPERS = {
    # age, income and spending of each group, and the share of the channels: store, web, phone.
    "careful": (46, 88, 18, (0.5, 0.3, 0.2)),
    "young": (25, 26, 79, (0.1, 0.85, 0.05)),
    "middle": (43, 55, 50, (0.4, 0.4, 0.2)),
    "wealthy": (33, 86, 82, (0.2, 0.7, 0.1)),
    "thrifty": (46, 26, 20, (0.7, 0.1, 0.2)),
}


def shoppers():
    """Shoppers of five groups by income and spending, as a well-known textbook example has them; nobody real."""
    draw = Draw(12)
    rows = []
    for number in range(240):
        segment = draw.one_of({name: 0.34 if name == "middle" else 0.165 for name in SHOPPERS})
        age, income, spending, channels = SHOPPERS[segment]
        rows.append(
            {
                "shopper": f"S{number:03d}",
                "age": round(min(max(draw.normal(age, 7), 18), 80)),
                "income": round(max(draw.normal(income, 7), 10)),
                "spending": round(min(max(draw.normal(spending, 7), 1), 100)),
                "channel": draw.one_of(dict(zip(("store", "web", "phone"), channels, strict=True))),
                "segment": segment,
            }
        )
    return rows


TABLES = {
    "breast_cancer.csv": breast_cancer,
    "customers.csv": customers,
    "new_customers.csv": new_customers,
    "houses.csv": houses,
    "shoppers.csv": shoppers,
}


def as_csv(rows):
    """Rows as CSV with unix line ends."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    for name, make in TABLES.items():
        (Path(sys.argv[1]) / name).write_text(as_csv(make()), encoding="utf-8")
