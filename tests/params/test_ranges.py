"""Each parameter with a range, on both sides of its edges."""

from typing import Any

import pytest

from mlpipe.errors import UsageError
from mlpipe.params import DescentParams, EvaluateParams, PredictFiles, PredictParams, ReadParams, TrainParams
from mlpipe.words.parameters import as_options


@pytest.mark.parametrize(
    ("make", "name", "inside", "outside"),
    [
        (TrainParams, "cv", (2, 3, None), (1, 0, -1)),
        (ReadParams, "max_bad_rows", (0, 0.05, 1), (-1e-9, 1 + 1e-9)),
        (DescentParams, "lr", (1e-9, 1.0, None), (0.0, -0.1, float("nan"))),
        (DescentParams, "clip_norm", (1e-9, None), (0.0, -1.0)),
        (DescentParams, "epochs", (1, 2, None), (0, -1)),
        (DescentParams, "patience", (1, 2, None), (0, -1)),
        (DescentParams, "l1", (0.0, 0.1, None), (-1e-9, float("nan"))),
        (DescentParams, "l2", (0.0, 0.1, None), (-1e-9, float("nan"))),
        (DescentParams, "dropout", (0.0, 0.999, None), (-1e-9, 1.0)),
        (DescentParams, "batch_size", ("1", "full", None), ("0", "-3", "2.5", "all")),
        (DescentParams, "hidden", ("1", "64,32", "64, 32", None), ("0", "64,", "64;32", "-1")),
        (
            DescentParams,
            "loss",
            ("mse", "pinball:0.01", "pinball:0.99", None),
            ("pinball:0", "pinball:1", "pinball:x"),
        ),
        (EvaluateParams, "ci", (1e-9, 0.95, 1 - 1e-9), (0.0, 1.0, -0.5, 95.0)),
        (PredictParams, "threshold", (0.0, 0.5, 1.0, None), (-1e-9, 1 + 1e-9)),
        (PredictParams, "batch_rows", (1, 2, None), (0, -1)),
    ],
)
def test_values_outside_of_their_range_are_refused(
    make: type, name: str, inside: tuple[Any, ...], outside: tuple[Any, ...]
) -> None:
    for value in inside:
        assert getattr(make(**{name: value}), name) == value
    for value in outside:
        with pytest.raises(UsageError, match=f"^`{name}` is ") as caught:
            make(**{name: value})
        assert as_options(caught.value.what).startswith(f"--{name.replace('_', '-')} is ")
        assert caught.value.remedy.startswith("Give ")


@pytest.mark.parametrize(
    "names",
    [
        {},
        {"out": "p.csv", "rejects": "r.csv", "contract": "c.json"},
        {"out": "p.csv", "contract": "-"},
        {"out": "-", "rejects": "r.csv", "contract": "c.json"},
    ],
)
def test_files_of_their_own_are_fine(names: dict[str, str]) -> None:
    PredictFiles(**names)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"out": "-", "contract": "-"}, "Predictions and --contract both go to stdout."),
        ({"out": "x.csv", "rejects": "x.csv"}, "Two of -o, --rejects and --contract name the same file."),
        ({"out": "x.csv", "contract": "x.csv"}, "Two of -o, --rejects and --contract name the same file."),
        ({"out": "y.csv", "rejects": "x", "contract": "x"}, "Two of -o, --rejects and --contract name the same file."),
    ],
)
def test_two_outputs_do_not_share_a_file(names: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        PredictFiles(**names)
    assert as_options(caught.value.what) == told
