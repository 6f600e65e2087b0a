"""Whole numbers that name rows, and quantities that do not."""

import numpy as np
import pytest

from mlpipe.data.roles.sparse_ids import is_sparse_id
from mlpipe.data.schema import Role
from tests.data.written import inferred

RNG = np.random.default_rng(0)
NINE = RNG.choice(np.arange(100_000_000, 1_000_000_000, 101), 400, replace=False).astype(np.float64)
STEPS = np.array([10_000 + 7919 * i for i in range(60)], dtype=np.float64)


@pytest.mark.parametrize(
    "name", ["CustomerID", "customer_id", "customer", "Order number", "kundennr", "客户编号", "No.", "account 2"]
)
def test_a_name_tells_an_id(name):
    assert is_sparse_id(name, STEPS)


@pytest.mark.parametrize(
    "name", ["income", "account_balance", "number of people", "idle", "Paid", "order value", "valid", "1"]
)
def test_other_names_do_not(name):
    assert not is_sparse_id(name, STEPS)


def test_numbers_drawn_evenly_from_all_of_their_length_are_ids_whatever_they_are_called():
    assert is_sparse_id("x", NINE)
    assert not is_sparse_id("x", NINE[:49])
    assert is_sparse_id("x", NINE[:50])
    assert not is_sparse_id("x", np.round(NINE / 100))  # of seven digits
    assert not is_sparse_id("x", np.array([1.7e9 + 60 * i for i in range(400)]))  # moments in seconds
    assert not is_sparse_id("x", np.unique(np.round(RNG.lognormal(19, 0.5, 400))))  # amounts
    assert not is_sparse_id("x", np.append(NINE, 99_999_999))


def test_an_id_stands_once_and_has_digits_enough():
    assert not is_sparse_id("id", np.append(STEPS, STEPS[0]))
    assert not is_sparse_id("id", STEPS - 1)
    assert is_sparse_id("id", STEPS)


def test_a_column_of_them_is_an_id_with_an_example():
    column = inferred([f"{number:.0f}" for number in NINE], name="x")
    assert column.role is Role.ID
    assert column.reason == f"different in every row, such as {NINE.min():.0f}"
    assert inferred([*(f"{number:.0f}" for number in NINE), ""], name="x").role is Role.NUMERIC
