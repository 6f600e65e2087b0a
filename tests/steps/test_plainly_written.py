"""Columns with units, currencies and odd cells, in later files that write them so, plainly, or otherwise."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlpipe.params import EvaluateParams, PredictFiles, PredictParams, ReadParams, SplitParams
from mlpipe.params.trust import DriftParams
from mlpipe.steps.drift import drift
from mlpipe.steps.evaluate import evaluate
from mlpipe.steps.predict import predict
from mlpipe.steps.split import split
from tests.conftest import make_chain

ROWS = 120
RNG = np.random.default_rng(0)
KG = RNG.uniform(30, 90, ROWS).round(1)
PRICE = RNG.uniform(100, 5000, ROWS).round(2)
SHARE = RNG.uniform(0, 100, ROWS).round(1)
ODD = {3: "kaputt", 7: "n/a?"}


def brazilian(amount):
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def odd(cells, changed):
    return [changed.get(i, str(cell)) for i, cell in enumerate(cells)]


TRAINED = pd.DataFrame(
    {
        "kg": [f"{x} kg" for x in KG],
        "price": [f"R$ {brazilian(x)}" for x in PRICE],
        "share": [f"{x} %" for x in SHARE],
        "odd": odd(SHARE[::-1], ODD),
        "y": np.where(KG + PRICE / 50 + SHARE / 2 > 135, "yes", "no"),
    }
)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    return make_chain(folder, TRAINED, target="y", read=ReadParams(coerce=("odd",))) / "model"


def write(table, name="new.csv"):
    table.to_csv(name, index=False) if name.endswith(".csv") else table.to_parquet(name)
    return name


def predicted(model, name, **options):
    result = predict(model, name, PredictFiles(out="p.csv"), PredictParams(proba=True, batch_rows=50, **options))
    return result, pd.read_csv("p.csv")["proba_yes"].to_numpy()


@pytest.fixture
def told(model):
    """Predict a table: what is told, and the probabilities."""

    def run(table, *, name="new.csv", **options):
        write(table, name)
        return predicted(model, name, **options)

    return run


BARE = "without the unit or currency of training are read as if they had it"
SAME = {
    "as it was": ({}, ""),
    "without a blank": ({"kg": [f"{x}kg" for x in KG]}, ""),
    "without its unit": ({"kg": KG}, f"kg: 120 cells {BARE}"),
    "some without": ({"kg": [f"{x}{' kg' if i % 2 else ''}" for i, x in enumerate(KG)]}, f"kg: 60 cells {BARE}"),
    "without its currency": ({"price": [*map(brazilian, PRICE)]}, ""),
    "as a program writes it": ({"price": PRICE}, f"price: 120 cells {BARE}"),
    "the currency behind": ({"price": [f"{brazilian(x)} R$" for x in PRICE]}, ""),
}


@pytest.mark.parametrize(("changed", "note"), SAME.values(), ids=SAME)
@pytest.mark.parametrize("name", ["new.csv", "new.parquet"])
def test_plain_numbers_are_those_with_unit_and_currency(told, changed, note, name):
    _, expected = told(TRAINED, name="trained.csv")
    result, found = told(TRAINED.assign(**changed), name=name)
    assert found.tolist() == expected.tolist()
    # A Parquet file that holds numbers leaves nothing to guess of their marks, as it does of their unit.
    unsaid = not note or (name == "new.parquet" and note.startswith("price"))
    assert [said for said in result.notes if BARE in said] == ([] if unsaid else [note])


class TestThousandths:
    """1.234 is 1234 where amounts are written in the Brazilian way, and never where a file holds the number itself."""

    AMOUNTS = (PRICE / 1000).round(3)
    WRITTEN = TRAINED.assign(price=[f"R$ {x}".replace(".", ",") for x in AMOUNTS])
    HELD = TRAINED.assign(price=AMOUNTS)

    def test_they_are_predicted(self, told):
        _, expected = told(self.WRITTEN)
        _, found = told(self.HELD, name="new.parquet")
        assert found.tolist() == expected.tolist()
        _, kept = told(self.HELD, name="new.parquet", keep=("price",))
        assert kept.tolist() == expected.tolist()
        assert pd.read_csv("p.csv")["price"].tolist() == self.AMOUNTS.tolist()

    def test_they_are_scored(self, model, here):
        for name, table in {"written.csv": self.WRITTEN, "held.parquet": self.HELD}.items():
            params = EvaluateParams(allow_training_rows=True)
            evaluate(model, Path(name).with_suffix(""), params, data=write(table, name))
        assert Path("written/predictions.csv").read_bytes() == Path("held/predictions.csv").read_bytes()

    def test_they_drift_nowhere(self, model, here):
        told = [
            drift(model, [write(table, name)], DriftParams()).to_json()["columns"]
            for name, table in {"written.csv": self.WRITTEN, "held.parquet": self.HELD}.items()
        ]
        assert told[0] == told[1]

    def test_a_test_file_has_them(self, here):
        write(TRAINED, "train.csv")
        for name, table in {"written.csv": self.WRITTEN, "held.parquet": self.HELD}.items():
            params = SplitParams(target="y", test_data=write(table, name), read=ReadParams(coerce=("odd",)))
            split("train.csv", Path(name).with_suffix(""), params)
        written, held = (pd.read_parquet(Path(name, "test.parquet"))["price"] for name in ("written", "held"))
        assert held.tolist() == written.tolist() == self.AMOUNTS.tolist()


OTHERS = {
    "another unit": ({"kg": ["30 lb", *TRAINED["kg"][1:]]}, "'30 lb' in column 'kg' is not a number like 12.5 kg"),
    "another currency": ({"price": ["€ 5,00", *TRAINED["price"][1:]]}, "'€ 5,00' in column 'price' is not a number"),
    "shares or percent": ({"share": SHARE}, f"'{SHARE[0]}' in column 'share' is not a number like 12.5%"),
    "thousands or thousandths": ({"price": ["12.5", "1.234"] * 60}, "'1.234' in column 'price' is thousands or a"),
}


@pytest.mark.parametrize(("changed", "what"), OTHERS.values(), ids=OTHERS)
def test_another_unit_is_said(model, refused, changed, what):
    name = write(TRAINED.assign(**changed))
    assert refused(3, predicted, model, name).what.startswith(what)
    params = EvaluateParams(allow_training_rows=True)
    assert refused(3, evaluate, model, Path("e"), params, data=name).what.startswith(what)


def test_odd_cells_are_missing_as_in_training_and_counted(told):
    result, expected = told(TRAINED)
    assert "odd: 2 cells are no numbers, and taken for missing as in training" in result.notes
    assert result.contract["columns"]["odd"]["odd"] == 2
    _, found = told(TRAINED.assign(odd=odd(TRAINED["odd"], {3: "", 7: "broken"})))
    assert found.tolist() == expected.tolist()


@pytest.mark.parametrize(("n_odd", "passes"), [(60, True), (61, False)])
def test_most_cells_odd_are_no_column_of_numbers(model, refused, n_odd, passes):
    name = write(TRAINED.assign(odd=["gone"] * n_odd + ["1"] * (ROWS - n_odd)))
    assert predicted(model, name, allow_unseen=not passes)[0].n_predicted == ROWS
    if not passes:
        what = refused(3, predicted, model, name).what
        assert what.startswith("61 of 120 cells of column 'odd' are no numbers, and would be taken for missing")
