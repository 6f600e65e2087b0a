"""What columns are for: guessed from the training rows, or as a person says."""

import numpy as np
import pyarrow as pa
import pytest

from mlpipe.data.asked import ask_roles
from mlpipe.data.schema import Kind, Role
from mlpipe.errors import DataError, UnknownNameError, UsageError
from mlpipe.params import ReadParams, RoleParams
from tests.data.written import columns_of, inferred, raw, shuffled

SENTENCES = [f"the {word} fox number {i} jumped" for i, word in enumerate(["quick", "slow", "red"] * 20)]


@pytest.mark.parametrize(
    ("cells", "role", "reason"),
    [
        ([1, 2, 3] * 20, Role.NUMERIC, "whole numbers, 3 different values"),
        (["0.5", "1.5"] * 20, Role.NUMERIC, "numbers"),
        (["7"] * 20, Role.NUMERIC, "numbers, constant"),
        (shuffled(range(100, 150)), Role.ID, "counts the rows"),
        ([*range(10, 28), 99, 100], Role.NUMERIC, "whole numbers, 20 different values"),
        ([f"{i:04}" for i in range(50)], Role.ID, "codes with leading zeros, different in every row, such as '0000'"),
        ([f"{i % 9:04}" for i in range(50)], Role.CATEGORICAL, "codes with leading zeros, 9 different values"),
        ([f"c{i}" for i in range(50)], Role.ID, "one word, different in every row, such as 'c0'"),
        ([f"c{i}" for i in range(10)], Role.CATEGORICAL, "10 different values"),
        ([*(f"c{i}" for i in range(50)), ""], Role.CATEGORICAL, "50 different values"),
        ([f"c{i // 2}" for i in range(50)], Role.CATEGORICAL, "25 different values"),
        (["Yes", "No"] * 10, Role.BOOLEAN, "Yes or No"),
        (["T", "f"] * 10, Role.BOOLEAN, "f or T"),
        (["yes", "no", "maybe"] * 10, Role.CATEGORICAL, "3 different values"),
        (["yes", "off"] * 10, Role.CATEGORICAL, "2 different values"),
        (["red"] * 10, Role.CATEGORICAL, "words, constant"),
        (SENTENCES, Role.TEXT, "free text, 6 words on average"),
        (SENTENCES[:30] * 40, Role.TEXT, "free text, 6 words on average"),
        (["a long name of one level"] * 30 + ["and another level of it"] * 30, Role.CATEGORICAL, "2 different values"),
        ([f"这是一个很长的中文句子第{i}号没有空格" for i in range(60)], Role.TEXT, "free text"),
        (["NA", "none", "-", "Alley"] * 10, Role.CATEGORICAL, "4 different values"),
        (["", "NA", "?"] * 10, Role.IGNORE, "no value in any row"),
        (["2020-01-01"] * 9, Role.DATETIME, "dates, constant"),
    ],
)  # fmt: skip
def test_roles_by_the_cells(cells, role, reason):
    column = inferred(cells)
    assert (column.role, column.reason) == (role, reason)


def test_words_that_may_be_levels_stay_and_others_are_missing():
    column = inferred(["NA", "None", "x", "?", "null", "unknown"], na_values=("unknown",))
    assert not {"NA", "None", "none", "-"} & set(column.missing)
    assert {"?", "null", "unknown"} <= set(column.missing)


def test_a_counter_is_seen_in_a_sample_of_its_rows():
    table = raw(n=range(1, 1001), other=["0.5", "1.5"] * 500)
    some = np.sort(np.random.default_rng(0).permutation(1000)[:700])
    assert columns_of(table, fit_rows=some)["n"].role is Role.ID
    few = np.arange(0, 1000, 20)
    assert columns_of(table, fit_rows=few)["n"].role is Role.ID
    mixed = raw(n=shuffled(range(1, 1001)), other=["0.5", "1.5"] * 500)
    assert columns_of(mixed, fit_rows=some)["n"].role is Role.ID


def test_few_distinct_ages_among_many_rows_are_no_counter():
    rng = np.random.default_rng(0)
    table = raw(age=rng.integers(18, 90, 400), other=["0.5", "1.5"] * 200)
    ages = np.array(table["age"].to_pylist())
    firsts = np.sort(np.unique(ages, return_index=True)[1])[:25]
    assert columns_of(table, fit_rows=firsts)["age"].role is Role.NUMERIC


def test_counters_are_features_where_nothing_else_is():
    columns = columns_of(raw(n=range(50), y=["a", "b"] * 25), target="y")
    assert (columns["n"].role, columns["n"].kind) == (Role.NUMERIC, Kind.NUMBER)
    assert columns["n"].reason == "counts the rows, but there is no other feature"


def test_absurd_test_rows_change_no_role():
    plain = {
        "number": [f"{i * 0.37:.2f}" for i in range(100)],
        "flag": ["yes", "no"] * 50,
        "level": ["a", "b", "c", "d"] * 25,
        "id": [f"u{i}" for i in range(100)],
        "n": range(100),
    }
    fit = np.arange(80)
    before = columns_of(raw(**plain), fit_rows=fit)
    odd = {
        name: [*list(cells)[:80], *["1000000" if name in {"number", "n"} else "CANARY"] * 20]
        for name, cells in plain.items()
    }
    after = columns_of(raw(**odd), fit_rows=fit)
    assert {name: column.role for name, column in after.items()} == {
        name: column.role for name, column in before.items()
    }
    assert after["id"] == before["id"]
    assert after["level"] == before["level"]


def test_a_column_without_a_value_in_the_training_rows_is_ignored():
    table = raw(x=[""] * 10 + ["1", "2"], y=range(12))
    assert columns_of(table, fit_rows=np.arange(10))["x"].reason == "no value in the training rows"


@pytest.mark.parametrize(
    ("cells", "kind"),
    [(["1", "2", "2"], Kind.NUMBER), (["a", "b", "b"], Kind.STRING), (["2020-01-01", "2020-01-02"], Kind.STRING),
     (["01", "02", "02"], Kind.STRING), ([f"u{i}" for i in range(30)], Kind.STRING), (range(30), Kind.NUMBER)],
)  # fmt: skip
def test_a_target_is_numbers_or_words_and_never_an_id(cells, kind):
    column = columns_of(raw(y=cells), target="y")["y"]
    assert (column.role, column.kind) == (Role.TARGET, kind)


def test_roles_by_wish():
    table = raw(
        i=["01", "02", "03"], g=["a", "b", "b"], t=["2020-01-01", "2020-01-02", "2020-01-03"], w=[1, 2, 3],
        d=["x", "y", "z"], c=[1, 2, 3], s=["a", "b", "c"], y=[1, 2, 3],
    )  # fmt: skip
    wish = RoleParams(ids=("i",), group="g", time="t", weight="w", drop=("d",), categorical=("c",), text=("s",))
    columns = columns_of(table, wish, target="y")
    found = {name: (column.role.value, column.kind.value) for name, column in columns.items()}
    assert found == {
        "i": ("id", "string"), "g": ("group", "string"), "t": ("time", "datetime"), "w": ("weight", "number"),
        "d": ("ignore", "string"), "c": ("categorical", "string"), "s": ("text", "string"), "y": ("target", "number"),
    }  # fmt: skip
    assert columns["c"].reason == "given by `categorical`"


def test_a_time_may_be_numbers_but_no_words():
    assert columns_of(raw(t=[3, 2, 1]), RoleParams(time="t"))["t"].kind is Kind.NUMBER
    with pytest.raises(DataError, match="no date or number: 'early'"):
        columns_of(raw(t=["early", "late"]), RoleParams(time="t"))


def test_an_empty_column_by_wish_is_of_the_kind_wished():
    table = raw(x=["", "NA"], y=[1, 2])
    assert columns_of(table, RoleParams(numeric=("x",)))["x"].kind is Kind.NUMBER
    assert columns_of(table, RoleParams(datetime=("x",)))["x"].kind is Kind.DATETIME
    assert columns_of(table, RoleParams(time="x"))["x"].kind is Kind.DATETIME
    assert columns_of(table, RoleParams(categorical=("x",)))["x"].kind is Kind.STRING


def test_boolean_from_the_file_has_two_values():
    table = raw(x=["0", "1", "0"], z=["a", "b", "c"], y=[1, 2, 3])
    assert columns_of(table, from_file={"x": Role.BOOLEAN})["x"].kind is Kind.STRING
    with pytest.raises(DataError, match="3 different values: 'a', 'b', 'c'"):
        columns_of(table, from_file={"z": Role.BOOLEAN})


def test_numbers_kept_as_words_have_the_missing_marks_of_numbers():
    column = columns_of(raw(x=["1", "NA", "2"]), RoleParams(categorical=("x",)))["x"]
    assert "NA" in column.missing


def test_an_option_goes_before_the_file():
    asked = ask_roles(
        ["a", "y"], RoleParams(numeric=("a",)), target="y", from_file={"a": Role.ID, "y": Role.CATEGORICAL}
    )
    assert (asked["a"].role, asked["a"].kind) == (Role.NUMERIC, Kind.NUMBER)
    assert (asked["y"].role, asked["y"].kind) == (Role.TARGET, Kind.STRING)


@pytest.mark.parametrize(
    ("options", "target", "words"),
    [
        ({"numeric": ("a",), "categorical": ("a",)}, None, "`numeric` and `categorical`"),
        ({"ids": ("a",), "drop": ("a",)}, None, "`id` and `drop`"),
        ({"group": "y"}, "y", "`target` and `group`"),
        ({"text": ("y",)}, "y", "`target` and `text`"),
        ({"datetime": ("y",)}, "y", "`target` and `datetime`"),
    ],
)
def test_contradictions(options, target, words):
    with pytest.raises(UsageError, match=words):
        ask_roles(["a", "y"], RoleParams(**options), target=target)


def test_two_targets_are_one_too_many():
    with pytest.raises(UsageError, match="Only one column can be the target: 'y' and 'a'"):
        ask_roles(["a", "y"], RoleParams(), target="y", from_file={"a": Role.TARGET})


def test_options_that_go_together():
    asked = ask_roles(["t", "y"], RoleParams(time="t", datetime=("t",), numeric=("y",)), target="y")
    assert (asked["t"].role, asked["t"].kind) == (Role.TIME, Kind.DATETIME)
    assert (asked["y"].role, asked["y"].kind) == (Role.TARGET, Kind.NUMBER)


def test_a_wrong_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match="Did you mean 'income'"):
        ask_roles(["income", "age"], RoleParams(drop=("incom",)))


def test_the_split_column_is_no_feature():
    assert ask_roles(["p", "x"], RoleParams(), split_column="p")["p"].role is Role.IGNORE


def test_the_schema_does_not_depend_on_markers_seen():
    """A marker that first turns up in a later file still means missing."""
    assert inferred(["1", "2"]).missing == inferred(["1", "NA"]).missing
    assert inferred(["1"], na_values=("x",)).missing[-1] == "x"
    assert ReadParams().na_values == ()


def test_an_id_may_stand_twice_only_where_its_whole_row_does():
    ids = [f"c{i}" for i in range(100)]
    sizes = [str(i % 7) for i in range(100)]
    doubled = {"id": [*ids, "c3", "c8"], "size": [*sizes, sizes[3], sizes[8]]}
    assert columns_of(pa.table(doubled))["id"].role is Role.ID
    twice = {"id": [*ids, "c3", "c8"], "size": [*sizes, "9", "9"]}
    assert columns_of(pa.table(twice))["id"].role is Role.CATEGORICAL


def repeated(n, distinct, *, prefix="c"):
    """`n` cells of `distinct` values, in order."""
    return [f"{prefix}{i % distinct}" for i in range(n)]


def sentences(distinct, words, rows):
    """Levels of so many words, in so many rows."""
    return [" ".join(["word"] * (words - 1) + [f"n{i % distinct}"]) for i in range(rows)]


EDGES = {
    "rows of a counter": (Role.ID, range(20), range(19)),
    "rows of names": (Role.ID, repeated(20, 20), repeated(19, 19)),
    "range of a counter": (Role.ID, [*range(18, 0, -1), 19, 20], [*range(18, 0, -1), 19, 21]),
    "repeats in a counter": (Role.ID, [2, 1, *range(3, 21)], [2, 2, *range(3, 21)]),
    "text of three words": (Role.TEXT, sentences(51, 3, 101), sentences(50, 3, 99)),
    "levels of a text": (Role.TEXT, sentences(51, 3, 101), sentences(51, 3, 102)),
    "words of a text": (Role.TEXT, sentences(60, 3, 100), sentences(60, 2, 100)),
    "text of long levels": (Role.TEXT, sentences(21, 6, 200), sentences(20, 6, 200)),
    "words of long levels": (Role.TEXT, sentences(21, 6, 200), sentences(21, 5, 200)),
    "short text without repeats": (Role.TEXT, sentences(20, 3, 20), sentences(19, 3, 19)),
    "letters of two words": (
        Role.TEXT,
        [f"{'x' * 20} {'y' * 17}{i % 21:02}" for i in range(200)],
        [f"{'x' * 20} {'y' * 16}{i % 21:02}" for i in range(200)],
    ),
    "letters of a script without blanks": (
        Role.TEXT,
        [f"{'字' * 12}{i}" for i in range(60)],
        [f"{'字' * 11} {i}" for i in range(60)],
    ),
    "one word in Chinese": (
        Role.ID,
        [f"{'字' * 11}{i}" for i in range(60)],
        [f"{'字' * 12}{i}" for i in range(60)],
    ),
}


@pytest.mark.parametrize("edge", EDGES)
def test_edges_of_the_roles(edge):
    role, at, beyond = EDGES[edge]
    assert inferred(list(at)).role is role
    assert inferred(list(beyond)).role is not role


@pytest.mark.parametrize("spellings", [("True", "False"), ("TRUE", "true", "no", "FALSE")])
def test_what_is_true_is_known_from_all_rows_however_long_one_side_comes_first(spellings):
    cells = [word for word in spellings for _ in range(120_000)]
    column = inferred(cells)
    right = "no" not in spellings
    assert column.role is (Role.BOOLEAN if right else Role.CATEGORICAL)
    assert column.truth == (("True", "False") if right else ())


def test_few_values_are_told():
    for distinct, told in ((20, "whole numbers, 20 different values"), (21, "whole numbers")):
        assert inferred([i % distinct for i in range(100)]).reason == told


@pytest.mark.parametrize(("shared", "role"), [(10, Role.ID), (11, Role.CATEGORICAL)])
def test_a_tenth_of_the_rows_may_repeat_as_a_whole(shared, role):
    ids = [f"c{i}" for i in range(100 - shared)]
    sizes = [f"{i % 7}.5" for i in range(100 - shared)]
    table = pa.table({"id": [*ids, *ids[:shared]], "size": [*sizes, *sizes[:shared]]})
    assert columns_of(table)["id"].role is role


@pytest.mark.parametrize(("span", "role"), [(62, Role.ID), (63, Role.NUMERIC)])
def test_few_rows_of_a_file_prove_a_counter_where_chance_would_repeat_a_number(span, role):
    """50 rows of 101: of 1,250 pairs, more than 19 would be equal by chance among 62 numbers."""
    numbers = np.sort(np.random.default_rng(1).permutation(span - 2)[:48]) + 1
    drawn = np.random.default_rng(2).permutation([0, *numbers, span - 1])
    table = raw(n=[*drawn, *[5] * 51], other=["0.5"] * 101)
    assert columns_of(table, fit_rows=np.arange(50))["n"].role is role
