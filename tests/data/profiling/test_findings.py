"""Each finding appears on a table made to show it, and not on a clean one."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import norm

from mlpipe.data.profiling.findings import SPECS, Severity, build_finding
from mlpipe.data.schema import Role
from mlpipe.errors import UnknownNameError
from mlpipe.task import Task
from tests.data.typed import column, profile

N = 400


def rng(seed=0):
    return np.random.default_rng(seed)


def days(first="2023-01-01", n=N, span=700):
    offsets = rng(9).integers(0, span, n).astype("timedelta64[D]")
    return pa.array((np.datetime64(first) + offsets).astype("datetime64[us]"))


def clean():
    """A table with nothing to remark: numbers, levels, dates and a target that leans on two of them."""
    height = rng(1).normal(170, 9, N)
    city = rng(2).choice(["north", "south", "east"], N)
    lean = (height - 170) / 9 + (city == "north") + rng(3).normal(0, 1, N)
    bought = np.where(lean > np.median(lean), "yes", "no")
    return {
        "height": column("height", height),
        "visits": column("visits", rng(4).poisson(6, N)),
        "city": column("city", pa.array(city)),
        "joined": column("joined", days(), datetime_format="%d/%m/%Y"),
        "bought": column("bought", pa.array(bought), Role.TARGET),
    }


def findings(pairs, *, target="bought", task=Task.BINARY, **options):
    seen = profile(*pairs.values(), target=target, task=task, **options)
    return {(finding.code, finding.column): finding for finding in seen.findings}


def regression(**changed):
    price = 1000 + 5 * clean()["height"][1].to_numpy() + rng(5).normal(0, 40, N)
    pairs = {name: pair for name, pair in clean().items() if name != "bought"}
    return pairs | {"price": column("price", price, Role.TARGET)} | changed


def repeated(pairs, n):
    """The same table with its first `n` rows once more at the end."""
    return {name: (pair[0], pa.concat_arrays([pair[1], pair[1][:n]])) for name, pair in pairs.items()}


def with_nulls(array, rows):
    mask = np.zeros(len(array), dtype=bool)
    mask[rows] = True
    return pa.array([None if hidden else value for value, hidden in zip(array.to_pylist(), mask, strict=True)])


def test_a_clean_table_has_no_findings():
    assert findings(clean()) == {}
    assert findings(regression(), target="price", task=Task.REGRESSION) == {}
    assert findings(clean(), target=None, task=None) == {}


MEASURE = rng(20).normal(50, 5, N)
LEVELS = pa.array(rng(21).choice([f"k{i}" for i in range(80)], N))
DIGITS = [f"{v:05d}" for v in rng(22).integers(0, 9999, N)]
WORDS = [*[f"{v:.2f}" for v in MEASURE[: N - 3]], "broken", "broken", "cold"]
CASES = {
    "constant": (column("x", ["k"] * N), "MLP101", "'k'"),
    "constant beside missing": (column("x", with_nulls(pa.array([7.0] * N), range(3))), "MLP101", "3 missing cells"),
    "empty": (column("x", pa.nulls(N, pa.string())), "MLP102", "All 400 cells"),
    "id by role": (column("x", [f"c{i}" for i in range(N)], Role.ID), "MLP103", "All 400 values differ"),
    "id among the levels": (column("x", [f"c{i * 7 % N}" for i in range(N)]), "MLP103", "name the rows"),
    "numbers without repeats": (column("x", rng(5).permutation(N)), "MLP103", "All 400"),
    "row counter": (column("x", np.arange(1, N + 1)), "MLP104", "from 1 to 400"),
    "row counter as text": (column("x", [str(i) for i in range(N)], Role.ID), "MLP104", "from 0 to 399"),
    "row counter downwards": (column("x", np.arange(N, 0, -1, dtype=float)), "MLP104", "from 400 to 1"),
    "mixed types": (column("x", WORDS), "MLP106", "3 cells of 400 are no numbers, all others are: 'broken', 'cold'"),
    "numbers as text": (column("x", DIGITS), "MLP107", "kept as text"),
    "currency": (column("x", MEASURE, symbols="$", thousands=","), "MLP108", "'$,'"),
    "many missing": (column("x", with_nulls(pa.array(MEASURE), range(150))), "MLP111", "150 cells of 400"),
    "outlier": (column("x", np.append(MEASURE[:-1], 900.0)), "MLP112", "1 cell (0.2 %)"),
    "skew": (column("x", np.exp(rng(6).normal(0, 1.2, N))), "MLP113", "long tail to the right"),
    "left skew": (column("x", -np.exp(rng(6).normal(0, 1.2, N))), "MLP113", "long tail to the left"),
    "many levels": (column("x", LEVELS), "MLP114", f"{len(set(LEVELS.to_pylist()))} levels"),
    "sentinel below": (column("x", np.append(MEASURE[:-4], [-200.0] * 4)), "MLP115", "-200 stands 4 times"),
    "sentinel above": (column("x", np.append(MEASURE[:-4], [999.0] * 4)), "MLP115", "999 stands 4 times"),
    "sentinel in most cells": (column("x", np.append([999.0] * (N - 40), MEASURE[:40])), "MLP115", "360 times"),
    "cap": (column("x", MEASURE.clip(None, 58)), "MLP117", "58 is the largest value and the most frequent"),
}


@pytest.mark.parametrize("case", CASES)
def test_column_findings(case):
    pair, code, words = CASES[case]
    seen = findings(clean() | {"x": pair})
    assert words in seen[code, "x"].message
    assert seen[code, "x"].severity == SPECS[code].severity
    assert {column for _, column in seen} == {"x"}


def test_a_tenth_of_the_cells_is_no_outlier():
    for share, codes in ((0.08, {"MLP112"}), (0.15, set())):
        spread = np.append(rng(31).normal(50, 5, N - int(share * N)), rng(32).uniform(-200, 300, int(share * N)) // 1)
        far = {code for code, _ in findings(clean() | {"x": column("x", spread)})}
        assert far & {"MLP112"} == codes


def test_a_long_tail_is_no_outlier_and_a_cell_behind_a_gap_is():
    tail = np.exp(0.4 * norm.ppf((np.arange(N) + 0.5) / N))
    fence = np.quantile(tail, 0.75) + 3 * np.subtract(*np.quantile(tail, [0.75, 0.25]))
    assert tail.max() > fence
    assert findings(clean() | {"x": column("x", tail)}) == {}
    apart = np.append(np.append(tail[1:-2], [9.0, 9.5]), -8.0)
    for sign, told in ((1, "2 from 9 up"), (-1, "2 from -9 down")):
        message = findings(clean() | {"x": column("x", sign * apart)})["MLP112", "x"].message
        assert message.startswith("3 cells (0.8 %) far from all others: ")
        assert told in message
    single = findings(clean() | {"x": column("x", np.append(tail[1:], 9.0))})
    assert single["MLP112", "x"].message == "1 cell (0.2 %) far from all others, from 9 up."


def test_a_largest_value_that_stands_once_is_no_cap():
    few = profile(column("x", rng(33).normal(size=60)), column("y", rng(34).normal(size=60)))
    assert few.findings == ()
    cut_off = profile(column("x", np.append(rng(33).normal(size=60).clip(None, 1), [1.0, 1.0])))
    assert "MLP117" in {finding.code for finding in cut_off.findings}


QUIET = {
    "sentences without repeats": column("x", [f"it was number {i} of many" for i in range(N)], Role.TEXT),
    "small levels with an open end": column("x", pa.array(rng(7).choice(["0", "1", "2", "3+"], N))),
    "measured whole numbers": column("x", rng(8).permutation(np.arange(N) ** 2 * 5 + 13)),
    "ordinary zeros": column("x", np.append(MEASURE[:-9], [0.0] * 9).clip(0, None)),
    "iso dates": column("x", days("2024-01-01", span=11), datetime_format="iso"),
    "times of day": column("x", pa.array([f"{hour % 24:02d}.00.00" for hour in range(N)])),
    "codes of three levels": column("x", pa.array(rng(7).choice(["1", "2", "3"], N))),
    "an ignored column": column("x", pa.array(MEASURE * 0 + np.arange(N) ** 3), Role.IGNORE),
}


@pytest.mark.parametrize("case", QUIET)
def test_what_must_not_be_remarked(case):
    codes = {code for code, _ in findings(clean() | {"x": QUIET[case]})}
    assert codes <= {"MLP112", "MLP113"}  # zeros far below all measurements are outliers, and no sentinel


def test_missing_markers_are_listed():
    seen = findings(clean(), markers={"city": {"?": 3, "NA": 12}})
    assert seen["MLP110", "city"].message == "Read as missing: '?' (3), 'NA' (12)."


def test_unreadable_cells_show_the_first():
    bad = [SimpleNamespace(column="visits", row=row, value="1e999", reason="infinite") for row in (4, 9)]
    seen = findings(clean(), bad=bad)
    assert seen["MLP109", "visits"].message == "2 cells unreadable: '1e999' in row 4 (from 0) is infinite."


def test_a_sentinel_is_seen_in_columns_where_alone_it_could_pass():
    narrow = np.append(MEASURE[:-9], [-200.0] * 9)
    wide = np.append(rng(10).uniform(2, 1400, N - 9), [-200.0] * 9)
    assert ("MLP115", "wide") not in findings(clean() | {"wide": column("wide", wide)})
    both = findings(clean() | {"narrow": column("narrow", narrow), "wide": column("wide", wide)})
    assert "1 other column" in both["MLP115", "wide"].message
    assert both["MLP115", "wide"].remedy.endswith("`na_value='-200'`.")
    assert set(both) == {("MLP115", "narrow"), ("MLP115", "wide")}


def test_duplicated_columns_name_their_twin():
    height = clean()["height"][1]
    seen = findings(clean() | {"height.1": column("height.1", height), "far": column("far", height)})
    assert {column for code, column in seen if code == "MLP105"} == {"height.1", "far"}
    assert "'height'" in seen["MLP105", "far"].message


def test_columns_that_say_the_same_in_other_words_name_their_twin():
    codes = rng(11).integers(0, 7, N)
    pairs = clean() | {"grade": column("grade", codes), "word": column("word", pa.array([f"g{c}" for c in codes]))}
    assert "'grade'" in findings(pairs)["MLP105", "word"].message
    codes[5] = (codes[5] + 1) % 7
    assert ("MLP105", "word") not in findings(pairs | {"grade": column("grade", codes)})


def test_duplicate_rows():
    assert "25 rows (5.9 %) repeat" in findings(repeated(clean(), 25))["MLP201", None].message


def test_rows_that_contradict_each_other():
    twice = repeated(clean(), 10)
    target, labels = twice["bought"]
    flipped = [*labels[:N].to_pylist(), *["no" if label == "yes" else "yes" for label in labels[N:].to_pylist()]]
    seen = findings(twice | {"bought": (target, pa.array(flipped))})
    assert seen["MLP202", None].message.startswith("20 rows (4.9 %)")
    assert ("MLP201", None) not in seen


def test_class_imbalance_and_rare_classes():
    labels = pa.array(["no"] * (N - 40) + ["yes"] * 35 + ["maybe"] * 5)
    seen = findings(clean() | {"bought": column("bought", labels, Role.TARGET)}, task=Task.MULTICLASS)
    assert seen["MLP301", "bought"].message == "'maybe' has 5 rows (1.2 %), and 'no' has 360 rows (90 %)."
    assert seen["MLP302", "bought"].message == "1 class below 10 rows: 'maybe' (5)."


def test_target_that_is_partly_wholly_or_not_there():
    labels = clean()["bought"][1]
    seen = findings(clean() | {"bought": column("bought", with_nulls(labels, range(8)), Role.TARGET)})
    assert seen["MLP303", "bought"].message == "8 rows of 400 (2.0 %) have no target."
    seen = findings(clean() | {"bought": column("bought", ["yes"] * N, Role.TARGET)})
    assert [key for key in seen if key[1] == "bought"] == [("MLP305", "bought")]
    assert seen["MLP305", "bought"].severity is Severity.ERROR
    seen = findings(clean() | {"bought": column("bought", pa.nulls(N, pa.string()), Role.TARGET)})
    assert seen["MLP305", "bought"].message == "No row has a target."


def test_a_target_that_is_the_sum_of_others():
    casual, registered = rng(11).poisson(20, N), rng(12).poisson(90, N)
    pairs = regression(
        casual=column("casual", casual),
        registered=column("registered", registered),
        price=column("price", casual + registered, Role.TARGET),
    )
    seen = findings(pairs, target="price", task=Task.REGRESSION)
    assert seen["MLP306", "price"].message == "Is an exact weighted sum of 'casual', 'registered' over 400 rows."
    assert seen["MLP306", "price"].remedy.endswith("`drop='casual,registered'`.")


def test_every_code_has_a_case():
    shown = {code for _, code, _ in CASES.values()}
    written = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parents[2].rglob("test_*.py"))
    assert [code for code in SPECS if code not in shown and f'"{code}"' not in written] == []


def test_every_code_says_how_it_is_measured():
    assert all("Measured: " in spec.explanation for spec in SPECS.values())
    assert build_finding("MLP101", "?").explanation == SPECS["MLP101"].explanation


def test_a_remedy_names_parameters_and_is_written_with_options_for_a_shell():
    found = build_finding("MLP101", "?", column="it's `odd`")
    assert found.remedy == 'Leave it out: `drop="it\'s \\x60odd\\x60"`.'
    assert found.to_json()["remedy"] == "Leave it out: --drop 'it'\"'\"'s `odd`'."
    gone = build_finding("MLP401", "?", column="unit price")
    assert "trained on 'unit price' cannot" in gone.remedy
    assert build_finding("MLP306", "?", column="y", value="a,b").to_json()["remedy"].endswith("--drop a,b.")


def test_unknown_code_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError) as caught:
        build_finding("MLP1O1", "?")
    assert "Did you mean 'MLP" in caught.value.remedy
