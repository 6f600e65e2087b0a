"""What gives a target away, on the edges of its thresholds: copies, means, sums, and scores of one column."""

import numpy as np
import pyarrow as pa
import pytest

from mlpipe.data.profiling import leakage
from mlpipe.data.profiling.check_target import MAX_TERMS, check_sum
from mlpipe.data.profiling.column_profile import Cells
from mlpipe.data.profiling.leakage import ScoredTarget
from mlpipe.data.schema import Role
from mlpipe.task import Task
from tests.data.typed import column, profile

RNG = np.random.default_rng(3)


def leaks(target, task, **features):
    pairs = [column(name, values) for name, values in features.items()]
    seen = profile(*pairs, column("y", target, Role.TARGET), target="y", task=task)
    return {finding.column for finding in seen.findings if finding.code == "MLP304"}


def score(target, task, x):
    seen = profile(column("x", x), column("y", target, Role.TARGET), target="y", task=task)
    return seen.columns[0].target_score


def named(*sizes):
    return np.repeat([f"class {k}" for k in range(len(sizes))], sizes)


def cells(name, values, role=None):
    return Cells(*column(name, np.asarray(values, dtype=float), role))


def sums(target, *terms):
    found = check_sum([cells(f"x{k}", term) for k, term in enumerate(terms)], cells("y", target, Role.TARGET))
    return [finding.message for finding in found]


@pytest.mark.parametrize(("slips", "found"), [(5, True), (6, False)])
def test_a_copy_names_95_of_100(slips, found):
    y = named(100, 100)
    x = y.copy()
    x[:slips], x[-slips:] = "class 1", "class 0"
    assert leaks(pa.array(y), Task.BINARY, x=pa.array([f"was {label}" for label in x])) == ({"x"} if found else set())


@pytest.mark.parametrize(("smallest", "found"), [(10, True), (9, False)])
def test_a_copy_needs_ten_rows_of_each_class(smallest, found):
    y = named(smallest, 100, 100)
    x = y.copy()
    x[-3:] = "class 1"
    assert leaks(pa.array(y), Task.MULTICLASS, x=pa.array([f"was {label}" for label in x])) == (
        {"x"} if found else set()
    )


@pytest.mark.parametrize(("filled", "found"), [(10, True), (9, False)])
def test_a_copy_needs_ten_filled_cells_of_each_class_and_counts_them(filled, found):
    y = named(100, 100)
    x = [f"was {label}" if i < 60 or 100 <= i < 100 + filled else None for i, label in enumerate(y)]
    x[0] = "was class 1"
    pairs = column("x", pa.array(x)), column("y", pa.array(y), Role.TARGET)
    told = [f.message for f in profile(*pairs, target="y", task=Task.BINARY).findings if f.code == "MLP304"]
    assert [message.rpartition(" over ")[2] for message in told] == (["70 filled cells."] if found else [])


def test_whole_numbers_that_are_taken_for_classes_are_told():
    counts = np.tile(np.arange(5.0), 40)
    words = pa.array(named(9, 9, 9))
    for values, task, found in (
        (counts, Task.MULTICLASS, True), (counts, Task.REGRESSION, False), (words, Task.MULTICLASS, False)
    ):  # fmt: skip
        seen = profile(column("x", values), column("y", values, Role.TARGET), target="y", task=task)
        assert [f.column for f in seen.findings if f.code == "MLP307"] == (["y"] if found else [])


TAGS = ("red", "red;blue", "blue;green", "green;red", "red;blue;green")


@pytest.mark.parametrize(
    ("classes", "found"),
    [
        (TAGS, True),
        (tuple(tags.replace(";", "|") for tags in TAGS), True),
        (("red", "blue", "blue;green", "green;red"), False),  # half of them
        (("Bonn, DE", "Ulm, DE", "Graz, AT", "Wien, AT"), False),  # more parts than classes
        (("a;b", "c;d", "e;a"), False),
    ],
)
def test_classes_that_join_others_are_told_with_their_mark(classes, found):
    words = pa.array(list(classes) * 20)
    pairs = column("x", words), column("y", words, Role.TARGET)
    told = {f.code: f for f in profile(*pairs, target="y", task=Task.MULTICLASS).findings}
    assert ("MLP308" in told) is found
    if found:
        assert told["MLP308"].remedy.startswith(
            f"To predict each tag by itself, give `labels_separator='{classes[1][3]}'`"
        )


def group_means(sizes):
    groups = np.repeat(np.arange(len(sizes)), sizes)
    y = np.random.default_rng(1).normal(size=len(groups)).round(3)
    return y, np.array([y[groups == group].mean() for group in groups])


@pytest.mark.parametrize(
    ("sizes", "found"), [([20] * 5, True), ([25] * 4, False), ([2] * 15, True), ([2] * 15 + [1], False)]
)
def test_means_of_groups_are_five_at_least_and_of_two_rows_each(sizes, found):
    y, means = group_means(sizes)
    assert leaks(y, Task.REGRESSION, x=means) == ({"x"} if found else set())


@pytest.mark.parametrize(("off", "found"), [(0.99e-3, True), (1.01e-3, False)])
def test_means_may_be_rounded_by_a_thousandth_of_the_spread(off, found):
    y, means = group_means([20] * 6)
    assert leaks(y, Task.REGRESSION, x=means + off * y.std()) == ({"x"} if found else set())


A, B, E = (np.tile(signs, 10).astype(float) for signs in ([1, 1, -1, -1], [1, -1, 1, -1], [1, -1, -1, 1]))


@pytest.mark.parametrize(("unexplained", "found"), [(0.99e-6, True), (1.01e-6, False)])
def test_a_sum_leaves_less_than_a_millionth(unexplained, found):
    assert bool(sums(A + B + np.sqrt(2 * unexplained / (1 - unexplained)) * E, A, B)) is found


@pytest.mark.parametrize(("weight", "found"), [(3.01e-3, True), (2.99e-3, False)])
def test_a_term_has_three_thousandths_of_the_spread(weight, found):
    share = weight / np.sqrt(1 - weight**2)
    assert bool(sums(A + share * B, A, B)) is found


@pytest.mark.parametrize(("n_rows", "found"), [(20, True), (19, False)])
def test_a_sum_of_two_terms_needs_twenty_rows(n_rows, found):
    a, b = RNG.normal(size=(2, n_rows))
    assert bool(sums(a + 2 * b, a, b)) is found
    gaps = np.append(a + 2 * b, [np.nan] * 5)
    assert bool(sums(gaps, np.append(a, [1.0] * 5), np.append(b, [2.0] * 5))) is found


@pytest.mark.parametrize(("n_terms", "found"), [(MAX_TERMS, True), (MAX_TERMS + 1, False)])
def test_no_sum_is_searched_among_very_many_columns(n_terms, found):
    terms = RNG.normal(size=(n_terms, 5 * MAX_TERMS + 20))
    assert bool(sums(terms[0] + terms[1], *terms)) is found


def test_a_product_is_of_what_is_above_zero():
    a, b = RNG.uniform(1, 9, (2, 40))
    assert "exact product or quotient of 'x0', 'x1'" in sums(a * b, a, b)[0]
    assert sums(np.append(a * b, 0.0), np.append(a, 0.0), np.append(b, 2.0)) == []
    assert sums(-a * b, a, b) == []


@pytest.mark.parametrize(("slips", "found"), [(25, True), (26, False)])
def test_an_area_of_99_hundredths_is_suspected(slips, found):
    """The lowest of 50 positive rows stands below `slips` of 50 others: so many of 2,500 pairs are wrong."""
    positive = np.arange(100) >= 50
    positive[50], positive[50 - slips] = False, True
    order = RNG.permutation(100)
    y = np.where(positive, "yes", "no")[order]
    assert leaks(pa.array(y), Task.BINARY, x=np.arange(100.0)[order]) == ({"x"} if found else set())


def test_scores_need_ten_rows_of_a_class_and_twenty_of_a_quantity():
    assert score(pa.array(named(10, 10)), Task.BINARY, np.arange(20.0)) == 1.0
    assert score(pa.array(named(10, 9)), Task.BINARY, np.arange(19.0)) is None
    assert score(np.arange(20.0), Task.REGRESSION, np.arange(20.0)[::-1]) == pytest.approx(1.0)
    assert score(np.arange(19.0), Task.REGRESSION, np.arange(19.0)) is None


@pytest.mark.parametrize(("there", "scored"), [(10, True), (9, False)])
def test_ranks_need_ten_cells_of_each_class(there, scored):
    target = ScoredTarget(
        n_classes=2,
        rows=np.arange(40),
        y=np.repeat([0.0, 1.0], 20),
        folds=np.arange(40) % leakage.FOLDS,
    )
    numbers = np.arange(40.0)
    numbers[20 + there :] = np.nan
    assert leakage._score_ranks(numbers[None], target).tolist() == [1.0 if scored else 0.5]


@pytest.mark.parametrize(("there", "scored"), [(20, True), (19, False)])
def test_ranks_need_twenty_cells_of_a_quantity(there, scored):
    target = ScoredTarget(n_classes=0, rows=np.arange(40), y=np.arange(40.0), folds=np.arange(40) % leakage.FOLDS)
    numbers = np.where(np.arange(40) < there, np.arange(40.0), np.nan)
    assert leakage._score_ranks(numbers[None], target) == pytest.approx([1.0 if scored else 0.0])


@pytest.mark.parametrize(("n", "n_bins"), [(20, 2), (59, 2), (60, 3), (1279, 63), (1280, 64), (3000, 64)])
def test_bins_hold_twenty_rows_and_are_64_at_most(n, n_bins):
    found = leakage._levels(cells("x", RNG.permutation(n) + 0.5))
    assert sorted(set(found)) == list(range(1, n_bins + 1))


def test_levels_without_support_count_as_unknown():
    levels = np.repeat([1, 2, 3], [5, 4, 6])
    assert leakage._merge_rare(levels, max_levels=3).tolist() == [1] * 5 + [0] * 4 + [2] * 6
    assert leakage._merge_rare(levels, max_levels=2).tolist() == [1] * 5 + [0] * 4 + [2] * 6
    assert leakage._merge_rare(levels, max_levels=1).tolist() == [0] * 9 + [1] * 6


@pytest.mark.parametrize(("support", "known"), [(5, True), (4, False)])
def test_a_level_is_known_from_five_rows_of_the_other_folds(support, known):
    """One row of level 1 in the first fold, `support` in another; all of level 1 have y = 1."""
    n = support + 1
    target = ScoredTarget(
        n_classes=2,
        rows=np.arange(2 * n),
        y=np.repeat([1.0, 0.0], n),
        folds=np.tile([0, *[1] * support], 2),
    )
    (predicted,) = leakage._cross_fit(np.repeat([1, 2], n)[None], target)
    assert (predicted[0], predicted[n]) == ((1.0, 0.0) if known else (0.5, 0.5))
