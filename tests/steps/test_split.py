"""Every option of `split` changes what it says."""

import csv
import io
import json
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlpipe.artifacts.profiles import SavedProfile
from mlpipe.artifacts.splits import Split
from mlpipe.data.inference.spool import LEAST_MEMORY
from mlpipe.data.reading.reader import Rereadable
from mlpipe.data.schema import Kind, Role
from mlpipe.errors import UsageError
from mlpipe.params import InspectParams, RoleParams, SplitParams
from mlpipe.steps.config.chain import ChainParams
from mlpipe.steps.inspect import inspect
from mlpipe.steps.run import run
from mlpipe.steps.split import split
from mlpipe.target import ClassTarget
from tests.tables import mixed_table


def roles_of(result):
    return {name: role for name, role, _ in result.columns}


def parts_of(out="split"):
    """The part of every row of the source."""
    with (Path(out) / "indices.csv").open(newline="") as file:
        return np.array([row["part"] for row in csv.DictReader(file)])


def part(name, out="split"):
    return pd.read_parquet(Path(out) / f"{name}.parquet")


@pytest.fixture
def mixed():
    mixed_table(rows=200).to_csv("table.csv", index=False)
    return "table.csv"


def test_parts_cover_the_labelled_rows_and_hold_them_as_they_came(splitting, mixed):
    result = splitting(mixed, valid_size=0.2)
    assert result.rows == {"train": 120, "valid": 40, "test": 40, "aside": 0}
    source = pd.read_csv(mixed)
    told = parts_of()
    for name in ("train", "valid", "test"):
        there = part(name)
        expected = source[told == name].reset_index(drop=True)
        assert there["account"].tolist() == expected["account"].tolist()
        np.testing.assert_array_equal(there["balance"], expected["balance"])


@pytest.mark.parametrize(
    ("role", "roles"),
    [
        ("id", {"ids": ("town", "calls")}),
        ("group", {"group": "town"}),
        ("time", {"time": "since"}),
        ("weight", {"weight": "calls"}),
        ("ignore", {"drop": ("town",)}),
        ("numeric", {"numeric": ("calls",)}),
        ("categorical", {"categorical": ("age",)}),
        ("text", {"text": ("town",)}),
        ("datetime", {"datetime": ("since",)}),
    ],
)
def test_a_role_given_by_option_is_the_columns_role(splitting, mixed, role, roles):
    result = splitting(mixed, roles=roles)
    asked = next(iter(roles.values()))
    names = (asked,) if isinstance(asked, str) else asked
    assert {roles_of(result)[name] for name in names} == {role}


def test_columns_toml_gives_roles_and_an_option_goes_before_it(splitting, mixed, write):
    file = write("columns.toml", '[columns]\ntown = "ignore"\ncalls = "categorical"\nage = "id"\n')
    roles = roles_of(splitting(mixed, roles={"columns_file": file, "categorical": ("age",)}))
    assert roles["town"] == "ignore"
    assert roles["calls"] == "categorical"
    assert roles["age"] == "categorical"


def test_a_name_with_a_comma_is_one_column(splitting, rows, write):
    data = write("t.csv", rows(header='"size, m",colour,outcome'))
    assert roles_of(splitting(data, roles={"drop": ("size, m",)}))["size, m"] == "ignore"
    assert roles_of(splitting(data, roles={"drop": ("colour",)}))["size, m"] == "numeric"


@pytest.mark.parametrize(
    ("classes", "asked", "task"),
    [
        (("no", "yes"), "auto", "binary"),
        (("a", "b", "c"), "auto", "multiclass"),
        ((), "auto", "regression"),
        ((1, 2, 3), "auto", "multiclass"),
        ((1, 2, 3), "regression", "regression"),
    ],
)
def test_the_task_follows_the_target_or_the_option(splitting, classes, asked, task):
    mixed_table(rows=200, classes=classes).to_csv("table.csv", index=False)
    result = splitting("table.csv", task=asked)
    assert result.task.value == task
    assert list(result.classes) == ([] if task == "regression" else [str(name) for name in classes])


@pytest.mark.parametrize("size", [0.1, 0.5])
def test_test_size_is_a_share_of_the_rows(splitting, mixed, size):
    assert splitting(mixed, test_size=size).rows["test"] == 200 * size


def test_the_seed_moves_rows_and_only_the_seed(splitting, mixed):
    splitting(mixed, "a", seed=1)
    splitting(mixed, "b", seed=1)
    splitting(mixed, "c", seed=2)
    assert (parts_of("a") == parts_of("b")).all()
    assert (parts_of("a") != parts_of("c")).any()


class TestSaidInTime:
    """What a profile would say of the training rows where it changes the result."""

    @pytest.fixture
    def told(self, splitting):
        """Split a table of 300 rows, and give what is said in the command line's words."""

        def run(columns, **options):
            pd.DataFrame(columns).to_csv("said.csv", index=False)
            notes = splitting("said.csv", target="y", force=True, **options).to_json()["notes"]
            return [note for note in notes if "positive class" not in note]

        return run

    RNG = np.random.default_rng(0)
    Y, X = RNG.normal(size=300), RNG.normal(size=300)
    DAYS = pd.date_range("2023-01-01", periods=300).astype(str)

    def test_rows_in_order_of_time_that_are_dealt_at_random(self, told):
        table = {"day": self.DAYS, "x": self.X, "y": self.Y}
        assert any("--time day" in note for note in told(table))
        for settled in ({"roles": {"time": "day"}}, {"roles": {"drop": ("day",)}}, {"test_data": "said.csv"}):
            assert not any("--time" in note for note in told(table, **settled))
        assert not any("--time" in note for note in told(table | {"day": self.RNG.permutation(self.DAYS)}))

    def test_a_count_that_is_taken_for_classes_unless_the_task_was_given(self, told):
        table = {"x": self.X, "y": np.arange(300) % 9}
        assert any("9 whole numbers are taken for classes" in n and "--task regression" in n for n in told(table))
        assert told(table, task="multiclass") == []

    def test_a_leak_is_measured_on_training_rows_alone(self, told):
        split = np.where(np.arange(300) % 2, "train", "test")
        y = np.where(self.X > 0, "yes", "no")
        copied = np.where(split == "train", self.X, self.RNG.normal(size=300))
        chosen = {"strategy": "column", "split_column": "part"}
        (note,) = (n for n in told({"part": split, "x": copied, "y": y}, **chosen) if "Alone" in n)
        assert note.startswith("x: Alone predicts the target")
        assert "over 150 filled cells" in note
        assert note.endswith("--drop x.")
        swapped = np.where(split == "test", self.X, self.RNG.normal(size=300))
        assert not any("Alone" in note for note in told({"part": split, "x": swapped, "y": y}, **chosen))

    def test_the_first_five_are_told_and_the_rest_is_counted(self, told):
        y = np.arange(300) % 6
        notes = told({"day": self.DAYS, **{f"x{i}": y + self.RNG.uniform(0, 0.1, 300) for i in range(7)}, "y": y})
        assert [note.split(":")[0] for note in notes] == ["y", "day", "x0", "x1", "x2", "4 more with mlpipe inspect"]


class TestStrategies:
    def test_stratified_keeps_the_shares_of_the_classes(self, splitting):
        mixed_table(rows=500, shares=(0.9, 0.1)).to_csv("t.csv", index=False)
        result = splitting("t.csv", strategy="stratified")
        assert result.strategy == "stratified"
        assert (part("test")["outcome"] == "yes").sum() == 10

    def test_random_need_not(self, splitting, mixed):
        assert splitting(mixed, strategy="random").strategy == "random"

    def test_group_keeps_the_rows_of_a_group_together(self, splitting, mixed):
        table = pd.read_csv(mixed).assign(person=np.arange(200) // 4)
        table.to_csv(mixed, index=False)
        assert splitting(mixed, roles={"group": "person"}).strategy == "group"
        assert not set(part("train")["person"]) & set(part("test")["person"])

    def test_time_puts_the_newest_rows_into_the_test(self, splitting, mixed):
        assert splitting(mixed, roles={"time": "since"}).strategy == "time"
        assert part("train")["since"].max() < part("test")["since"].min()

    def test_hash_keeps_every_row_on_its_side_when_the_file_grows(self, splitting):
        table = mixed_table(rows=400)
        table.head(300).to_csv("small.csv", index=False)
        table.to_csv("large.csv", index=False)
        roles = {"ids": ("account",)}
        splitting("small.csv", "small", strategy="hash", roles=roles)
        splitting("large.csv", "large", strategy="hash", roles=roles)
        assert (parts_of("large")[:300] == parts_of("small")).all()

    def test_column_takes_the_parts_that_the_data_carry(self, splitting, mixed):
        table = pd.read_csv(mixed).assign(fold=np.tile(["train", "test", "train", "valid"], 50))
        table.to_csv(mixed, index=False)
        result = splitting(mixed, strategy="column", split_column="fold")
        assert (parts_of() == table["fold"]).all()
        assert roles_of(result)["fold"] == "ignore"


class TestDuplicates:
    @pytest.fixture
    def doubled(self):
        table = mixed_table(rows=100).drop(columns="account")
        pd.concat([table, table]).to_csv("t.csv", index=False)
        return "t.csv"

    def test_together_keeps_identical_rows_on_one_side(self, splitting, doubled):
        splitting(doubled, strategy="random", duplicates="together")
        assert (parts_of()[:100] == parts_of()[100:]).all()

    def test_drop_keeps_the_first_of_each(self, splitting, doubled):
        result = splitting(doubled, duplicates="drop")
        assert result.rows["train"] + result.rows["test"] == 100
        assert result.rows["aside"] == 100
        assert any("100" in note for note in result.notes)

    def test_ignore_lets_them_fall_where_they_may(self, splitting, doubled):
        splitting(doubled, strategy="random", duplicates="ignore")
        assert (parts_of()[:100] != parts_of()[100:]).any()


class TestTestData:
    def test_a_test_file_of_its_own_is_the_test_part(self, splitting, mixed):
        new = mixed_table(rows=30, seed=1)
        new[new.columns[::-1]].to_csv("new.csv", index=False)
        result = splitting(mixed, test_data="new.csv")
        assert result.rows["train"] == 200
        assert result.rows["test"] == 30
        assert part("test")["account"].tolist() == new["account"].tolist()
        assert list(part("test").columns) == list(part("train").columns)

    def test_its_rows_without_a_target_are_set_aside_and_counted(self, splitting, mixed):
        new = mixed_table(rows=30, seed=1)
        new.loc[:4, "outcome"] = None
        new.to_csv("new.csv", index=False)
        result = splitting(mixed, test_data="new.csv")
        assert result.rows["test"] == 25
        assert any("5 rows of new.csv" in note for note in result.notes)

    def test_without_any_target_it_cannot_test(self, splitting, mixed, refused):
        mixed_table(rows=30, seed=1).assign(outcome=None).to_csv("new.csv", index=False)
        assert "new.csv" in refused(3, splitting, mixed, test_data="new.csv").what

    def test_it_may_come_from_standard_input(self, splitting, mixed, monkeypatch):
        class Stdin:
            buffer = io.BytesIO(mixed_table(rows=30, seed=1).to_csv(index=False).encode())

        monkeypatch.setattr("sys.stdin", Stdin)
        assert splitting(mixed, test_data="-").rows["test"] == 30

    def test_every_column_that_it_lacks_is_named(self, splitting, mixed, refused):
        mixed_table(rows=30).drop(columns=["age", "town"]).to_csv("new.csv", index=False)
        error = refused(3, splitting, mixed, test_data="new.csv")
        assert "age" in error.what
        assert "town" in error.what

    def test_a_cell_that_its_column_cannot_hold_is_named_with_its_line(self, splitting, mixed, refused):
        new = mixed_table(rows=30, missing=0).astype({"age": object})
        new.loc[3, "age"] = "old"
        new.to_csv("new.csv", index=False)
        assert "new.csv, line 5" in str(refused(3, splitting, mixed, test_data="new.csv"))


class TestReading:
    def test_na_value_makes_a_word_missing(self, splitting, rows, write):
        data = write("t.csv", rows(row="{size},{colour},{outcome}").replace("red", "unknown"))
        splitting(data, "kept")
        splitting(data, "gone", read={"na_values": ("unknown",)})
        assert part("train", "kept")["colour"].isna().sum() == 0
        assert part("train", "gone")["colour"].isna().sum() == (part("train", "kept")["colour"] == "unknown").sum() > 0

    def test_without_a_header_columns_are_named_by_position(self, splitting, rows, write):
        data = write("t.csv", rows(41).split("\n", 1)[1])
        result = splitting(data, target="2", read={"header": False})
        assert list(roles_of(result)) == ["0", "1", "2"]
        assert sum(result.rows.values()) == 41

    @pytest.mark.parametrize(("mark", "given"), [(";", ";"), ("\t", "tab"), ("|", "|"), ("^", "^")])
    def test_delimiter(self, splitting, rows, write, mark, given):
        data = write("t.csv", rows().replace(",", mark))
        assert list(roles_of(splitting(data, read={"delimiter": given}))) == ["size", "colour", "outcome"]

    def test_decimal_and_thousands_marks(self, splitting, write):
        cells = [f"1.{100 + 7 * i % 13},{'yes' if i % 2 else 'no'}" for i in range(40)]
        text = "\n".join(["size,outcome", *cells])
        splitting(write("a.csv", text), "points")
        splitting(write("b.csv", text), "grouped", read={"decimal": ",", "thousands": "."})
        assert part("train", "points")["size"].max() < 2
        assert part("train", "grouped")["size"].min() >= 1000

    def test_encoding(self, splitting, rows, write):
        data = write("t.csv", rows().replace("red", "grün"), encoding="latin-1")
        splitting(data, "western", read={"encoding": "latin-1"})
        splitting(data, "central", read={"encoding": "cp1251"})
        assert "grün" in set(part("train", "western")["colour"])
        assert "grьn" in set(part("train", "central")["colour"])

    def test_max_bytes_caps_what_a_compressed_file_unpacks_to(self, splitting, rows, write, refused):
        import gzip

        Path("t.csv.gz").write_bytes(gzip.compress(rows(2000).encode()))
        error = refused(3, splitting, "t.csv.gz", read={"max_bytes": 1000})
        assert "`max_bytes`" in error.remedy
        splitting("t.csv.gz", read={"max_bytes": 1_000_000})


def test_what_is_pinned_is_loaded_again(splitting, mixed):
    result = splitting(mixed)
    context = Split.load(result.out).context
    assert context.target == ClassTarget(column="outcome", classes=("no", "yes"), positive="yes")
    assert context.schema.column("since").kind is Kind.DATETIME
    assert context.schema.column("account").role is Role.ID
    assert json.loads((result.out / "manifest.json").read_text())["kind"] == "split"


def test_money_percent_and_missing_markers_are_numbers(splitting, sample_data):
    result = splitting(sample_data / "customers.csv", target="churned", roles={"ids": ("customer_id",)})
    roles = roles_of(result)
    assert roles["income"] == "numeric"
    assert roles["discount"] == "numeric"
    assert result.rows["aside"] == 9
    assert "None" in set(part("train")["plan"])


class TestColumnsFile:
    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("[columns", "TOML"),
            ('[columns]\ntwon = "ignore"\n', "'town'"),
            ('[columns]\ntown = "ignored"\n', "'ignore'"),
            ("[columns]\ntown = 3\n", "town"),
            ('town = "ignore"\n', "[columns]"),
            ('[columns]\nage = "group"\ntown = "group"\n', "group"),
        ],
    )
    def test_what_it_says_wrong_is_named(self, splitting, mixed, write, refused, text, told):
        write("columns.toml", text)
        assert told in str(refused(2, splitting, mixed, roles={"columns_file": "columns.toml"}))

    def test_it_has_to_be_there_and_text(self, splitting, mixed, refused):
        Path("columns.toml").write_bytes(b"\xff\xfe")
        refused(2, splitting, mixed, roles={"columns_file": "columns.toml"})
        error = refused(2, splitting, mixed, roles={"columns_file": "colums.toml"})
        assert "'columns.toml'" in error.remedy
        refused(2, splitting, mixed, roles={"columns_file": "-"})


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"target": "outcom"}, "'outcome'"),
        ({"roles": {"drop": ("twon",)}}, "'town'"),
        ({"roles": {"group": "twon"}}, "'town'"),
        ({"roles": {"ids": ("acount",)}}, "'account'"),
        ({"roles": {"numeric": ("calls",), "categorical": ("calls",)}}, "`categorical`"),
        ({"split_column": "twon", "strategy": "column"}, "'town'"),
        ({"strategy": "group"}, "`group`"),
        ({"strategy": "time"}, "`time`"),
        ({"strategy": "hash", "roles": {"drop": ("account",)}}, "`id`"),
        ({"strategy": "column"}, "`split_column`"),
        ({"task": "binry"}, "'binary'"),
    ],
)
def test_wrong_names_and_what_does_not_fit_together(splitting, mixed, refused, options, told):
    assert told in str(refused(2, splitting, mixed, **options))


def yes_no(n):
    return [("yes", "no")[i % 2] for i in range(n)]


@pytest.mark.parametrize(
    ("header", "cells", "told"),
    [
        ("x,y", [("1.5", "yes")], "at least 2 rows"),
        ("x,y", [(f"{i}.5", "no") for i in range(40)], "'no'"),
        ("x,y", [(f"{i}.5", "") for i in range(40)], "No row has"),
        ("x,y", [(f"{i}.5", f"name {i}") for i in range(40)], "40 different values"),
        ("x,y", [(f"{i}.5", y) for i, y in enumerate(yes_no(40))] + [("inf", "yes")], "line 42"),
        ("x,y", [(f"{i}.5", y) for i, y in enumerate(yes_no(40))] + [("1e400", "yes")], "line 42"),
        ("x,y", [(f"{i}.5", y) for i, y in enumerate(yes_no(40))] + [("many", "yes")], "'many'"),
        ("x,x,y", [("1", "2", y) for y in yes_no(40)], "columns 1, 2"),
    ],
    ids=["one row", "constant", "no targets", "names for classes", "infinite", "too large", "a word", "a name twice"],
)
def test_tables_that_nothing_can_be_learnt_from(splitting, write, refused, header, cells, told):
    write("t.csv", "\n".join([header, *(",".join(row) for row in cells)]))
    assert told in str(refused(3, splitting, "t.csv", target="y"))


def test_a_class_with_one_member_is_kept_for_training_and_told(splitting, write):
    cells = [f"{i * 7 % 40}.5,{y}" for i, y in enumerate([*yes_no(40), "perhaps"])]
    result = splitting(write("t.csv", "\n".join(["x,y", *cells])), target="y")
    assert result.classes["perhaps"] == 1
    assert any("'perhaps'" in note for note in result.notes)


def test_rows_without_a_target_are_set_aside_and_counted(splitting, write):
    cells = [f"{i * 7 % 40}.5,{y}" for i, y in enumerate([*yes_no(40), "", "NA", ""])]
    result = splitting(write("t.csv", "\n".join(["x,y", *cells])), target="y", read={"na_values": ("NA",)})
    assert result.rows["aside"] == 3
    assert (parts_of()[-3:] == "aside").all()
    assert any(note.startswith("3 of 43 rows have no target") for note in result.notes)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"strategy": "random", "duplicates": "ignore"},
        {"strategy": "hash", "ids": ("name",)},
        {"strategy": "group", "group": "n"},
        {"strategy": "time", "time": "day"},
        {"strategy": "column", "split_column": "part"},
        {"duplicates": "drop", "valid_size": 0.2},
        {"test_data": "t.csv"},
    ],
    ids=lambda options: options.get("strategy", "-"),
)
def test_what_waits_on_disk_gives_the_same_bytes(tmp_path, monkeypatch, options):
    """Words, gaps, a column that turns out to be words late, one that counts the rows, and identical rows."""
    late = [*map(str, range(3)), *"rstuvwxyz", "st", "uv"]  # of which the words come in the second half
    rows = [
        f"c{i},{i % 7},{'' if i % 5 else i / 3},{late[i % (3 if i < 3000 else 14)]},"
        f"2024-{1 + i * 5 % 12:02}-{1 + i % 28:02},{'test' if i % 9 == 0 else 'train'},{'ab'[i % 2]}"
        for i in range(9500)
    ]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["name,n,x,late,day,part,y", *rows, *rows[:300]]) + "\n")
    wishes = {key: options[key] for key in ("ids", "group", "time") if key in options}
    roles = RoleParams(categorical=("late",) if "ids" in options else (), **wishes)
    params = SplitParams(target="y", roles=roles, **{key: options[key] for key in options if key not in wishes})
    monkeypatch.chdir(tmp_path)
    held = split(str(path), tmp_path / "held", params)
    monkeypatch.setattr("mlpipe.data.inference.spool.HELD_BYTES", 0)
    monkeypatch.setattr("mlpipe.steps.split.Rereadable", partial(Rereadable, block_bytes=4096))
    spooled = split(str(path), tmp_path / "spooled", params, memory=2 * LEAST_MEMORY)
    assert spooled.fingerprint == held.fingerprint
    assert spooled.notes == held.notes
    assert (tmp_path / "spooled" / "train.parquet").read_bytes() == (tmp_path / "held" / "train.parquet").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["held", "spooled", "t.csv"]


@pytest.mark.parametrize(
    ("options", "apart", "row_bytes"),
    [
        ({}, 1000, 24),
        ({}, 500, 40),  # a row and its copy stay together
        ({"duplicates": "ignore"}, 500, 24),
        ({"roles": RoleParams(group="k")}, 1000, 120),
        ({"roles": RoleParams(group="k")}, 500, 136),
        ({"strategy": "time"}, 1000, 72),
    ],
)
def test_memory_that_will_not_do_is_refused_with_the_sum_that_will(tmp_path, monkeypatch, options, apart, row_bytes):
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["k,x,y", *(f"g{i % 50},{i % apart / 7},{'ab'[i % 2]}" for i in range(1000))]))
    for name in ("LEAST_MEMORY", "BEFORE_WRITING"):
        monkeypatch.setattr(f"mlpipe.data.inference.spool.{name}", 0)
    monkeypatch.setattr("mlpipe.data.inference.spool._STEP", 1_000_000)
    table, params = str(path), SplitParams(target="y", **options)
    with pytest.raises(UsageError) as caught:
        split(table, tmp_path / "out", params, memory=row_bytes * 1000 - 1)
    assert "is less than 1,000 rows need, however they are streamed" in caught.value.what
    assert caught.value.remedy == "Give `memory='1MB'` or more."
    if "strategy" not in options:
        assert split(table, tmp_path / "out", params, memory=row_bytes * 1000).rows["train"]


def marked_target(marker, *, other=1.5):
    """A target of 60 rows from 7 to 19 in which five cells hold a marker, beside a number and letters."""
    rows = [f"{i / 7:.2f},{'abc'[i % 3]},{marker if i % 12 == 0 else 7 + i % 13 * other:g}" for i in range(60)]
    Path("t.csv").write_text("\n".join(["x,k,y", *rows]) + "\n")


@pytest.mark.parametrize("marker", ["-200", "9999", "-999"])
def test_a_target_in_which_a_number_means_missing_is_refused(splitting, refused, marker):
    marked_target(float(marker))
    error = refused(3, splitting, "t.csv", target="y")
    assert f"{marker} stands" in error.what
    assert f"`na_value='{marker}'`" in error.remedy
    assert splitting("t.csv", target="y", read={"na_values": (marker,)}).rows["aside"] == 5
    assert splitting("t.csv", target="y", roles={"numeric": ("y",)}).rows["aside"] == 0


@pytest.mark.parametrize("marker", ["40", "-5", "500"])
def test_a_target_whose_end_is_near_or_might_be_a_number_is_taken(splitting, marker):
    marked_target(float(marker))
    assert splitting("t.csv", target="y").rows["aside"] == 0


def test_a_column_is_not_both_coerced_and_words(splitting, refused):
    marked_target(1.0)
    for role in ("categorical", "text"):
        error = refused(2, splitting, "t.csv", target="y", roles={role: ("k",)}, read={"coerce": ("k",)})
        assert "asked to be two things" in error.what
        assert f"`{role}`" in error.what


@pytest.mark.parametrize("folder", ["split", "caf\udce9"])
def test_names_that_are_not_utf8_go_through_every_artifact(splitting, rows, folder):
    Path("caf\udce9.csv").write_text(rows())
    result = splitting("caf\udce9.csv", folder)
    context = Split.load(Path(folder))
    assert context.folder.fingerprint == result.fingerprint
    assert context.folder.input_path("data") == Path("caf\udce9.csv").resolve()
    pd.read_csv("caf\udce9.csv").to_parquet("t.parquet")
    Path("t.parquet").rename("caf\udce9.parquet")
    assert splitting("caf\udce9.parquet", folder + "-q").rows == result.rows
    profile = inspect("caf\udce9.csv", InspectParams(target="outcome"), out=Path(folder + "-p"))
    assert SavedProfile.load(Path(folder + "-p")).profile == profile.profile
    assert "caf\\xe9.csv" in (Path(folder + "-p") / "report.html").read_text()
    again = run(ChainParams(data="caf\udce9.csv", split=SplitParams(target="outcome"), out=folder + "-c"), dry_run=True)
    assert all(outcome.reason for outcome in again)


def test_words_read_as_missing_and_units_are_told_with_their_counts(splitting):
    rows = [f"{'NA' if i % 9 == 0 else i},{'n.a.' if i % 20 == 0 else i / 4},{i} kg,{'NA' if i % 3 else 'b'},{i % 2}"
            for i in range(60)]  # fmt: skip
    Path("t.csv").write_text("\n".join(["a,b,w,word,y", *rows]) + "\n")
    notes = splitting("t.csv", target="y").notes
    told = "read as missing: 'NA' (7 cells), 'n.a.' (3 cells), in 2 columns: a, b; `categorical` COL keeps all as words"
    assert told in notes
    assert any(note.startswith("w: whole numbers, written like 12.5 kg") for note in notes), notes
    Path("t.csv").write_text("a,y\n" + "".join(f"{i / 2},{i % 2}\n" for i in range(60)))
    assert not any("missing" in note for note in splitting("t.csv", target="y").notes)
