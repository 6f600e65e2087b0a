"""columns.toml: what is written is read back, what is wrong is named."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpipe.data.profiling.findings import build_finding
from mlpipe.data.roles.columns_toml import read_columns_toml, write_columns_toml
from mlpipe.data.schema import Column, Kind, Role
from mlpipe.data.spellings import canonical_text
from mlpipe.errors import UnknownNameError, UsageError
from mlpipe.words.widths import display_width

# As reading gives them: composed, and without what is not to be seen.
names = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(canonical_text), unique=True, max_size=8
)


@settings(max_examples=100, deadline=None)
@given(names, st.text(st.characters(exclude_categories=["Cs"]), max_size=20), st.data())
def test_any_names_and_reasons_come_back(columns, reason, data):
    roles = {name: data.draw(st.sampled_from(Role)) for name in columns}
    drafts = [Column(name=name, role=role, kind=Kind.STRING, reason=reason) for name, role in roles.items()]
    text = write_columns_toml(drafts, [reason])
    assert read_columns_toml(text, columns) == roles
    assert list(tomllib.loads(text)) == ["columns"]


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("[columns]\nage = ?", UsageError, "no valid TOML: .*line 2"),
        ("age = 'numeric'", UsageError, "'age' outside of"),
        ("[columns]\nage = 3", UsageError, "role of column 'age' is 3"),
        ("[columns]\na.b = 'id'", UnknownNameError, "no column 'a'"),
        ("[columns]\nagee = 'numeric'", UnknownNameError, "Did you mean 'age'"),
        ("[columns]\nage = 'numerical'", UnknownNameError, "Did you mean 'numeric'"),
        ("columns = 3", UsageError, "no table"),
    ],
)
def test_what_is_wrong_is_named(text, error, words):
    with pytest.raises(error, match=words) as caught:
        read_columns_toml(text, ["age", "x"])
    assert caught.value.remedy


def test_columns_may_be_left_out():
    assert read_columns_toml("", ["age"]) == {}
    assert read_columns_toml('[columns]\n"age" = "id"', ["age", "x"]) == {"age": Role.ID}


def draft(*columns, findings=()):
    """The lines of a draft below its heading."""
    return write_columns_toml(columns, findings=findings).partition("[columns]\n")[2].splitlines()


def test_roles_and_remarks_stand_below_each_other_in_any_script():
    names = ["age", "套餐金额", "naïve", "Ω" * 9, "e\u0301te\u0301"]
    lines = draft(*(Column(name=n, role=Role.NUMERIC, kind=Kind.NUMBER, reason="numbers") for n in names))
    for mark in (" = ", "  # "):
        assert len({display_width(line.partition(mark)[0].rstrip("\n")) for line in lines}) == 1


@pytest.mark.parametrize(
    ("role", "kind", "reason", "other"),
    [
        (Role.NUMERIC, Kind.NUMBER, "whole numbers, 3 different values", '"categorical" if they are codes'),
        (Role.NUMERIC, Kind.NUMBER, "whole numbers", ""),
        (Role.ID, Kind.STRING, "one word, different in every row", '"group" if rows of one value belong together'),
        (Role.TEXT, Kind.STRING, "free text", '"categorical" if they are names of levels'),
        (Role.DATETIME, Kind.DATETIME, "dates", '"time" if later rows are to be predicted'),
        (Role.TEXT, Kind.STRING, "given by --text", ""),
    ],
)
def test_what_a_column_could_be_as_well_is_said_where_it_was_guessed(role, kind, reason, other):
    (line,) = draft(Column(name="x", role=role, kind=kind, integer=kind is Kind.NUMBER, reason=reason))
    assert line == f'"x" = "{role}"  # {reason}' + (f"; {other}" if other else "")


def test_warnings_are_pointed_at_beside_their_columns():
    found = [build_finding(code, "It is so.", column="x") for code in ("MLP101", "MLP112")]
    columns = [Column(name=name, role=Role.CATEGORICAL, kind=Kind.STRING, reason="constant") for name in "xy"]
    assert [line.partition("# ")[2] for line in draft(*columns, findings=found)] == ["constant; MLP101", "constant"]
