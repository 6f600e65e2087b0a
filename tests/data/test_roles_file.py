"""columns.toml: what is written is read back, what is wrong is named."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpipe.data.roles_file import read_columns_toml, write_columns_toml
from mlpipe.data.schema import Column, Kind, Role
from mlpipe.data.schema_errors import ColumnsFileError
from mlpipe.errors import UnknownNameError

names = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), unique=True, max_size=8)


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
        ("[columns]\nage = ?", ColumnsFileError, "no valid TOML: .*line 2"),
        ("age = 'numeric'", ColumnsFileError, "'age' outside of"),
        ("[columns]\nage = 3", ColumnsFileError, "role of column 'age' is 3"),
        ("[columns]\na.b = 'id'", UnknownNameError, "no column 'a'"),
        ("[columns]\nagee = 'numeric'", UnknownNameError, "Did you mean 'age'"),
        ("[columns]\nage = 'numerical'", UnknownNameError, "Did you mean 'numeric'"),
        ("columns = 3", ColumnsFileError, "no table"),
    ],
)
def test_what_is_wrong_is_named(text, error, words):
    with pytest.raises(error, match=words) as caught:
        read_columns_toml(text, ["age", "x"])
    assert caught.value.remedy


def test_columns_may_be_left_out():
    assert read_columns_toml("", ["age"]) == {}
    assert read_columns_toml('[columns]\n"age" = "id"', ["age", "x"]) == {"age": Role.ID}
