"""What sets clusters apart: numbers beside the rest, the level that differs most, and nothing that is not there."""

import numpy as np
import pandas as pd
import pytest

from mlpipe.metrics.clustering.profile import (
    DATES,
    LEVELS,
    NUMBERS,
    ClusterProfile,
    Difference,
    ProfileTally,
)
from mlpipe.reports.clusters.words import describe_cluster, describe_difference, render_profiles

CLUSTERS = np.array([0] * 60 + [1] * 39 + [-1])
AGE = np.where(CLUSTERS == 0, 30.0, 52.0) + np.tile([-1.0, 1.0], 50)
CITY = pd.Series(np.where(np.arange(100) % 10 < np.where(CLUSTERS == 0, 6, 1), "Lyon", "Nice"))
SAME = np.tile([1.0, 2.0], 50)


def profile_clusters(
    columns: dict[str, tuple[str, np.ndarray | pd.Series]], clusters: np.ndarray, block: int = 1000
) -> tuple[ClusterProfile, ...]:
    tally = ProfileTally()
    for i in range(0, len(clusters), block):
        rows = slice(i, i + block)
        tally.add({name: (kind, cells[rows]) for name, (kind, cells) in columns.items()}, clusters[rows])
    return tally.profiles()


def found(block: int = 1000) -> dict[int, dict[str, Difference]]:
    columns = {"age": (NUMBERS, AGE), "city": (LEVELS, CITY), "same": (NUMBERS, SAME)}
    return {one.cluster: {d.column: d for d in one.differences} for one in profile_clusters(columns, CLUSTERS, block)}


@pytest.mark.parametrize("block", [1000, 7, 1])
def test_means_and_shares_are_those_of_the_cluster_and_of_the_rest(block: int) -> None:
    assert list(found(block)) == [0, 1, -1]
    age = found(block)[0]["age"]
    assert age.value == pytest.approx(AGE[:60].mean())
    assert age.rest == pytest.approx(AGE[60:].mean())
    assert age.difference == pytest.approx(-22, abs=0.1)
    assert age.effect == pytest.approx((AGE[:60].mean() - AGE[60:].mean()) / AGE.std())
    city = found(block)[0]["city"]
    assert (city.level, city.value, city.rest) == ("Lyon", 0.6, 0.1)
    assert found(block)[1]["city"].level == "Nice"


def test_what_does_not_differ_is_not_told() -> None:
    assert not found()[0]["same"].sure
    assert found()[0]["age"].sure
    (one, *_) = profile_clusters({"same": (NUMBERS, SAME)}, CLUSTERS)
    assert describe_cluster(one) == ("nothing sets it apart from the rest",)


def test_a_column_of_one_value_differs_nowhere() -> None:
    (one, *_) = profile_clusters({"tenth": (NUMBERS, np.full(100, 0.1))}, CLUSTERS, block=7)
    assert (one.differences[0].value, one.differences[0].rest, one.differences[0].effect) == (0.1, 0.1, 0.0)


def test_levels_beyond_those_that_are_counted_are_named_by_the_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlpipe.metrics.clustering.profile.MOST_LEVELS", 2)
    tally = ProfileTally()
    tally.add({"city": (LEVELS, pd.Series(["a", "b"]))}, np.array([0, 0]))
    assert not tally.crowded
    tally.add({"city": (LEVELS, pd.Series(["c", "c", None]))}, np.array([1, 1, 1]))
    assert tally.crowded == ("city",)
    first, second = tally.profiles()
    assert (first.differences[0].level, first.differences[0].value, first.differences[0].rest) == ("a", 0.5, 0.0)
    assert second.differences[0].value == 0.0


def test_a_column_that_is_empty_in_a_cluster_is_said_to_be() -> None:
    cells = np.where(CLUSTERS == 0, np.nan, 1.0)
    first, second, _ = profile_clusters({"x": (NUMBERS, cells)}, CLUSTERS)
    assert describe_difference(first.differences[0]) == "x is not known"
    assert second.differences[0].rest == 1.0


@pytest.mark.parametrize(
    ("difference", "told"),
    [
        (("age", NUMBERS, "", 52.0, 34.0), "age is higher by 18 (52 against 34)"),
        (("age", NUMBERS, "", 1.5, 3.25), "age is lower by 1.75 (1.5 against 3.25)"),
        (("city", LEVELS, "Lyon", 0.61, 0.12), "city: Lyon 61 % against 12 %"),
        (("joined", DATES, "", 18262.0, 18000.0), "joined is later by 262 days (2020-01-01 on average)"),
    ],
)
def test_differences_are_sentences(difference: tuple[str, str, str, float, float], told: str) -> None:
    column, kind, level, value, rest = difference
    one = Difference(column=column, kind=kind, level=level, value=value, rest=rest, effect=1.0, sure=True)
    assert describe_difference(one) == told


def test_profiles_as_markdown_name_every_cluster() -> None:
    profiles = profile_clusters({"a*b": (NUMBERS, AGE)}, CLUSTERS)
    text = render_profiles("kmeans: 2 clusters", ["there are clusters"], profiles)
    assert text.startswith("# kmeans: 2 clusters\n\n- there are clusters\n\n## Cluster 0: 60 rows, 60 %\n")
    assert "## Noise: 1 row, 1.0 %" in text
    assert r"- a\*b is lower by 22" in text
