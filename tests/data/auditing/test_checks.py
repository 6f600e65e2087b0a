"""How sure a column has to be of the target."""

import numpy as np
import pyarrow as pa
import pytest

from mlpipe.data.auditing.checks import find_given_away
from mlpipe.data.auditing.kinds_of_leak import what_was_looked_for
from mlpipe.data.auditing.pair import Pair
from mlpipe.data.schema import Column, Kind, Role
from mlpipe.task import Task

COLUMNS = (
    Column(name="refund", role=Role.NUMERIC, kind=Kind.NUMBER),
    Column(name="answer", role=Role.TARGET, kind=Kind.STRING),
)


@pytest.mark.parametrize(("slips", "code"), [(0, "MLP517"), (2, "MLP526"), (40, None)])
def test_a_column_that_knows_the_answer(slips: int, code: str | None) -> None:
    """200 rows of either class; a slip is a row that has the refund of the other class."""
    answer = np.repeat(["no", "yes"], 200)
    refund = np.random.default_rng(0).random(400) + 2 * (answer == "yes")
    refund[:slips] += 2.0
    table = pa.table({"refund": refund, "answer": answer})
    pair = Pair(train=table, test=table.slice(0, 9), columns=COLUMNS, task=Task.BINARY)
    assert [one.finding.code for one in find_given_away(pair, seed=0)] == ([] if code is None else [code])


def test_without_test_rows_little_can_be_seen() -> None:
    status = {one.number: one.status for one in what_was_looked_for(None, {"MLP522"}, chain=True)}
    assert [number for number, seen in status.items() if seen != "unseen"] == ["L1.1", "L1.2", "L1.3"]
    assert status["L1.1"] == "found"
