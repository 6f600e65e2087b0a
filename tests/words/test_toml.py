"""What is drafted can be read again, whatever a column is called."""

import tomllib
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mlpipe.words.toml import toml_comment, toml_key, toml_value

texts = st.text(st.characters(codec="utf-8"))
plain = texts | st.integers(-(2**63), 2**63 - 1) | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)


@given(plain | st.lists(plain).map(tuple))
@example('\x7f\x00"\\\n\u2028')
def test_values_are_read_as_they_were(value: Any) -> None:
    read = tomllib.loads(f"key = {toml_value(value)}")["key"]
    assert read == (list(value) if isinstance(value, tuple) else value)


@given(texts, texts)
@example("", "")
@example("a.b", "x\x1b]0;\x9b31m\r\ny")
def test_keys_and_comments_are_read_as_they_were(name: str, remark: str) -> None:
    text = f"# {toml_comment(remark)}\n{toml_key(name)} = 1  # {toml_comment(remark)}\n"
    assert tomllib.loads(text) == {name: 1}
    assert len(text.split("\n")) == 3


@pytest.mark.parametrize(("name", "key"), [("a-B_1", "a-B_1"), ("a.b", '"a.b"'), ("é", '"é"'), ("", '""')])
def test_keys_are_quoted_only_where_they_must_be(name: str, key: str) -> None:
    assert toml_key(name) == key


@pytest.mark.parametrize(
    ("text", "told"),
    [("a\r\nb", "a b"), ("\x1b[1m", " [1m"), ("a\x85b\x9f", "a b "), ("\xa0é", "\xa0é")],
)
def test_comments_hold_no_control_characters(text: str, told: str) -> None:
    assert toml_comment(text) == told
