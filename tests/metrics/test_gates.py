"""Gates read and hold."""

from __future__ import annotations

import shlex

import pytest

from mlpipe.errors import UnknownNameError, UsageError
from mlpipe.metrics.gates import check_gates, parse_gate, parse_gates
from mlpipe.metrics.results import Measure
from mlpipe.words.parameters import as_options
from tests.targets import NO_YES, NUMBER

MEASURES = {
    "accuracy": Measure(value=0.9, low=0.8, high=0.95),
    "log_loss": Measure(value=0.3, low=0.2, high=0.4),
    "roc_auc": Measure(value=None, reason="all rows are 'no'"),
}


@pytest.mark.parametrize(
    ("text", "side", "passed"),
    [
        ("accuracy=0.9", "under", True),
        ("accuracy=0.91", "under", False),
        ("accuracy:low=0.8", "under", True),
        ("accuracy:low=0.85", "under", False),
        ("log_loss=0.3", "over", True),
        ("log_loss=0.29", "over", False),
        ("log_loss:high=0.35", "over", False),
        ("accuracy=0.89", "over", False),
        ("roc_auc=0.5", "under", False),
    ],
)
def test_gates_hold(text, side, passed):
    (result,) = check_gates([parse_gate(text, side, NO_YES)], MEASURES)
    assert result.passed is passed


def test_gates_speak():
    gates = parse_gates(["accuracy:low=0.85", "roc_auc=0.9"], ["log_loss=0.5"], NO_YES)
    assert [str(result) for result in check_gates(gates, MEASURES)] == [
        "lower bound of accuracy 0.8 is under 0.85",
        "roc_auc is undefined (all rows are 'no'); the gate asks for one",
        "log_loss 0.3 keeps the limit 0.5",
    ]


@pytest.mark.parametrize("text", ["accuracy", "=0.5", "accuracy=high", "accuracy=nan", "accuracy:mid=0.5", ""])
def test_malformed_gates_are_usage_errors(text):
    with pytest.raises(UsageError) as caught:
        parse_gate(text, "under", NO_YES)
    assert as_options(caught.value.what).startswith(f"--fail-under {shlex.quote(text)}: ")
    assert "NAME=VALUE" in caught.value.remedy


def test_gate_on_the_wrong_metric():
    with pytest.raises(UnknownNameError, match="acuracy"):
        parse_gate("acuracy=0.5", "under", NO_YES)
    with pytest.raises(UnknownNameError):
        parse_gate("rmse=3", "over", NO_YES)
    with pytest.raises(UsageError, match="better when smaller") as caught:
        parse_gate("rmse=3", "under", NUMBER)
    assert "--fail-over rmse=3" in as_options(str(caught.value))
