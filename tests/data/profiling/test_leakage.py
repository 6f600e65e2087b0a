"""One-column scores against scikit-learn and against chance."""

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import spearmanr
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine
from sklearn.metrics import roc_auc_score

from mlpipe.data.schema import Role
from mlpipe.task import Task
from tests.data.typed import column, profile

N = 600
RNG = np.random.default_rng(0)
Y = RNG.choice(["no", "yes"], N, p=[0.8, 0.2])
THREE = RNG.choice(["a", "b", "c"], N)
PRICE = RNG.lognormal(3, 1, N)


def scores(target, task, **features):
    pairs = [column(name, values) for name, values in features.items()]
    seen = profile(*pairs, column("y", target, Role.TARGET), target="y", task=task)
    suspected = {finding.column for finding in seen.findings if finding.code == "MLP304"}
    return {c.name: c.target_score for c in seen.columns if c.name != "y"}, suspected


def test_numbers_score_their_area_under_the_curve_either_way_round():
    x = RNG.normal(size=N).round(1) + (Y == "yes")
    seen, suspected = scores(pa.array(Y), Task.BINARY, x=x, down=-x)
    area = roc_auc_score(Y == "yes", x)
    assert seen["x"] == pytest.approx(area, abs=1e-12)
    assert seen["down"] == pytest.approx(area, abs=1e-12)
    assert suspected == set()


def test_a_quantity_scores_squared_rank_correlation():
    x = np.log(PRICE) + RNG.normal(size=N)
    seen, suspected = scores(PRICE, Task.REGRESSION, x=x)
    assert seen["x"] == pytest.approx(spearmanr(x, PRICE).statistic ** 2, abs=1e-9)
    assert suspected == set()


LEAKS = {
    "copy in other words": (pa.array(Y), Task.BINARY, pa.array(np.where(Y == "yes", "left", "stayed"))),
    "threshold": (pa.array(Y), Task.BINARY, np.where(Y == "yes", 5.0, 1.0) + RNG.random(N)),
    "both ends": (pa.array(Y), Task.BINARY, np.where(Y == "yes", RNG.choice([-9.0, 9.0], N), RNG.normal(size=N))),
    "missing only for one class": (pa.array(Y), Task.BINARY, pa.array(RNG.random(N), mask=Y == "yes")),
    "copy with gaps": (pa.array(Y), Task.BINARY, pa.array((Y == "yes") * 1.0, mask=RNG.random(N) < 0.3)),
    "group with one class each": (
        pa.array(np.repeat(Y[:30], 20)),
        Task.BINARY,
        pa.array(np.repeat(np.arange(30), 20).astype(str)),
    ),
    "codes of three classes": (pa.array(THREE), Task.MULTICLASS, pa.array(np.searchsorted(["a", "b", "c"], THREE))),
    "other scale": (PRICE, Task.REGRESSION, np.sqrt(PRICE) * 7 + 3),
    "reciprocal with gaps": (PRICE, Task.REGRESSION, pa.array(1 / PRICE, mask=RNG.random(N) < 0.3)),
    "not monotone": (PRICE, Task.REGRESSION, np.abs(np.argsort(np.argsort(PRICE)) - 20.0)),
}


@pytest.mark.parametrize("case", LEAKS)
def test_leaks_are_suspected(case):
    target, task, x = LEAKS[case]
    seen, suspected = scores(target, task, x=x)
    assert suspected == {"x"}
    assert seen["x"] >= 0.99


NAMES = pa.array([f"c{i}" for i in range(N)])
PAIRS = pa.array(np.repeat([f"c{i}" for i in range(N // 2)], 2))


@pytest.mark.parametrize(
    ("target", "task"), [(pa.array(Y), Task.BINARY), (pa.array(THREE), Task.MULTICLASS), (PRICE, Task.REGRESSION)]
)
@pytest.mark.parametrize(
    "x", [NAMES, PAIRS, np.arange(N), RNG.normal(size=N)], ids=["names", "pairs", "counter", "noise"]
)
def test_telling_rows_apart_is_no_leak(target, task, x):
    seen, suspected = scores(target, task, x=x)
    assert suspected == set()
    assert seen["x"] < 0.62


def test_rows_given_twice_make_no_leak_of_their_names():
    """A unique name repeated with its row must not look like knowledge of the class."""
    twice = pa.array(np.tile(Y[:300], 2))
    _, suspected = scores(twice, Task.BINARY, name=pa.array(np.tile([f"c{i}" for i in range(300)], 2)))
    assert suspected == set()


def test_few_rows_prove_nothing():
    labels = pa.array(["no"] * 9 + ["yes"] * 9)
    seen, suspected = scores(labels, Task.BINARY, x=np.arange(18.0))
    assert seen == {"x": None}
    assert suspected == set()


def test_a_hundred_noise_columns_raise_no_suspicion():
    few = pa.array(["no"] * 10 + ["yes"] * 10)
    noise = {f"x{i}": RNG.normal(size=20) for i in range(100)}
    assert scores(few, Task.BINARY, **noise)[1] == set()


def test_rare_classes_do_not_hide_a_leak():
    target = np.concatenate([THREE[:-5], ["d"] * 5])
    assert scores(pa.array(target), Task.MULTICLASS, x=pa.array([f"was {c}" for c in target]))[1] == {"x"}


def test_rows_without_a_target_take_no_part():
    hidden = RNG.random(N) < 0.2
    x = (Y == "yes") * 1.0
    x[hidden] = 7.0
    assert scores(pa.array(Y, mask=hidden), Task.BINARY, x=x)[1] == {"x"}


MADE = np.random.default_rng(7)


def flagged(target, task, **features):
    """Findings of leakage by code and column, and of a computed target."""
    pairs = [column(name, values) for name, values in features.items()]
    seen = profile(*pairs, column("y", target, Role.TARGET), target="y", task=task)
    return {(f.code, f.column): f for f in seen.findings if f.code in ("MLP304", "MLP306")}


def slips(labels, share):
    """A copy of labels, a share of them exchanged for another."""
    wrong = np.random.default_rng(1).random(len(labels)) < share
    known = np.unique(labels)
    return pa.array([f"was {c}" for c in known[(np.searchsorted(known, labels) + wrong) % len(known)]])


@pytest.mark.parametrize(("target", "task"), [(Y, Task.BINARY), (THREE, Task.MULTICLASS)])
def test_a_copy_with_slips_is_suspected_until_it_is_a_feature_of_its_own(target, task):
    messages = []
    for share in (0.005, 0.02, 0.03):
        found = flagged(pa.array(target), task, x=slips(target, share))
        assert ("MLP304", "x") in found, share
        messages.append(found["MLP304", "x"].message)
        assert f"over {N} filled cells" in messages[-1]
    assert "copy of the target with slips: balanced accuracy 0.9" in messages[-1]
    assert not flagged(pa.array(target), task, x=slips(target, 0.12))


GROUPS = MADE.integers(0, 30, N)


def mean_of(y):
    return np.array([y[group == GROUPS].mean() for group in GROUPS])


@pytest.mark.parametrize(
    ("target", "task", "x"),
    [
        (PRICE, Task.REGRESSION, mean_of(PRICE)),
        (PRICE, Task.REGRESSION, mean_of(PRICE).round(2)),
        (pa.array(Y), Task.BINARY, mean_of(Y == "yes")),
        (pa.array(Y), Task.BINARY, mean_of(Y == "no")),
    ],
)
def test_means_of_the_target_by_group_are_suspected_and_means_of_another_column_are_not(target, task, x):
    found = flagged(target, task, x=x)
    assert "is the mean target of its rows" in found["MLP304", "x"].message
    assert not flagged(target, task, x=mean_of(MADE.permutation(PRICE) if task is Task.REGRESSION else MADE.random(N)))
    assert not flagged(target, task, x=GROUPS.astype(float))


A, B = MADE.uniform(1, 9, N).round(2), MADE.uniform(1, 9, N).round(2)


@pytest.mark.parametrize(
    ("target", "made"),
    [
        (A * B, "product or quotient"),
        (A / B, "product or quotient"),
        ((A * B).round(2), "product or quotient"),
        (A + 2 * B, "weighted sum"),
        ((A - B).round(2), "weighted sum"),
    ],
)
def test_a_target_computed_from_two_columns_is_told_with_its_parts(target, made):
    found = flagged(target, Task.REGRESSION, a=A, noise=MADE.normal(size=N), b=B, other=MADE.uniform(1, 2, N))
    assert found["MLP306", "y"].message == f"Is an exact {made} of 'a', 'b' over {N} rows."
    assert found["MLP306", "y"].remedy.endswith("`drop='a,b'`.")


def test_a_quantity_that_noise_is_added_to_is_no_formula():
    for target in (A * B * MADE.normal(1, 0.01, N), A + B + MADE.normal(0, 0.05, N)):
        assert not flagged(target, Task.REGRESSION, a=A, b=B)


def test_the_target_in_another_unit_is_one_leak_and_no_sum():
    found = flagged(PRICE, Task.REGRESSION, euros=PRICE * 1.2 + 3, owed=-PRICE, b=B)
    assert set(found) == {("MLP304", "euros"), ("MLP304", "owed")}
    assert "squared rank correlation 1 over" in found["MLP304", "euros"].message


def test_a_score_is_never_rounded_up_to_perfection():
    found = flagged(PRICE, Task.REGRESSION, x=PRICE + MADE.normal(size=N) * 0.3)
    assert "correlation 0.99" in found["MLP304", "x"].message


@pytest.mark.parametrize(
    ("load", "task"),
    [
        (load_iris, Task.MULTICLASS),
        (load_breast_cancer, Task.BINARY),
        (load_wine, Task.MULTICLASS),
        (load_diabetes, Task.REGRESSION),
    ],
)
def test_honest_strong_columns_are_not_suspected(load, task):
    """Petal length of iris, worst perimeter of breast cancer: strong, and measured before the outcome."""
    data = load()
    target = data.target if task is Task.REGRESSION else pa.array([f"class {label}" for label in data.target])
    features = dict(zip(data.feature_names, data.data.T, strict=True))
    assert flagged(target, task, **features) == {}


@pytest.mark.parametrize(
    ("target", "task"), [(pa.array(Y), Task.BINARY), (pa.array(THREE), Task.MULTICLASS), (PRICE, Task.REGRESSION)]
)
@pytest.mark.parametrize("most", [1, 2000, 1 << 20])
def test_columns_score_together_what_each_scores_alone(target, task, most, monkeypatch):
    columns = {f"x{k}": (np.log(PRICE) * k + RNG.normal(size=N) + k * (Y == "yes")).round(k % 3) for k in range(8)}
    columns["gaps"] = pa.array(columns["x1"], mask=RNG.random(N) < 0.1)
    columns["words"] = pa.array(np.char.add("w", (columns["x3"] // 1).astype(str)))
    alone = {name: scores(target, task, **{name: values})[0][name] for name, values in columns.items()}
    monkeypatch.setattr("mlpipe.data.profiling.leakage._MOST_TOGETHER", most)
    assert scores(target, task, **columns)[0] == alone
