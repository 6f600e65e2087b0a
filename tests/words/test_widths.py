"""Texts that keep within a width, whatever their letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpipe.words.widths import cut, cut_end, display_width, head, listed_within, printable, wrap

ODD = [
    "年",
    "龄",
    "e\u0301",
    "한",
    "👩‍👩‍👧",
    "👍🏽",
    "🇩🇪",
    "♥️",
    "\u200b",
    "a",
    "Z",
    "-",
    " ",
    "\t",
    "\n",
    "\x1b",
    "\u202e",
]
TEXTS = st.lists(st.sampled_from(ODD) | st.characters(exclude_categories=["Cs"]), max_size=40).map("".join)
WIDTHS = st.integers(4, 40)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("age", 3),
        ("年龄", 4),
        ("e\u0301", 1),
        ("한국", 4),
        ("👍", 2),
        ("Ⅳ", 1),
        ("\u200b", 0),
        ("かな", 4),
    ],
)
def test_widths(text, width):
    assert display_width(text) == width


@given(TEXTS, WIDTHS)
def test_what_is_cut_fits_and_what_fits_is_not_cut(text, width):
    for shorten in (cut, cut_end):
        shown = shorten(text, width)
        assert display_width(shown) <= width
        if display_width(printable(text)) <= width:
            assert shown == printable(text)
        else:
            assert "…" in shown


@given(TEXTS, WIDTHS)
def test_what_is_cut_keeps_both_ends(text, width):
    start, mark, end = cut(text, width).rpartition("…")
    if mark and "…" not in text:
        assert printable(text).startswith(start)
        assert printable(text).endswith(end)
        assert printable(text).startswith(cut_end(text, width)[:-1])


@given(TEXTS, WIDTHS, st.integers(0, 2))
def test_wrapped_lines_fit_and_lose_nothing_but_blanks(text, width, indent):
    lines = wrap(text, width, indent=indent)
    assert all(display_width(line) <= width for line in lines)
    assert all(line.startswith(" " * indent) for line in lines[1:])
    assert "".join(lines).replace(" ", "") == printable(text).replace(" ", "")


@given(TEXTS, st.integers(0, 40))
def test_a_head_is_the_longest_that_fits(text, width):
    begun = head(text, width)
    assert text.startswith(begun)
    assert display_width(begun) <= width


def test_no_letter_is_torn():
    assert head("👩‍👩‍👧👩‍👩‍👧", 3) == "👩‍👩‍👧"
    assert cut("e\u0301" * 9, 5) == "e\u0301e\u0301…e\u0301e\u0301"
    assert wrap("年龄年龄", 3) == ["年", "龄", "年", "龄"]
    assert wrap("年龄", 1) == ["年", "龄"]


@given(st.lists(st.text("ab年", min_size=1, max_size=6), min_size=1, max_size=8), st.integers(12, 40))
def test_lists_hold_as_many_as_fit(parts, width):
    told = listed_within(parts, width, rest="and {} more")
    assert told.startswith(parts[0])
    if display_width(", ".join(parts)) <= width:
        assert told == ", ".join(parts)
    else:
        left = int(told.rsplit("and ", 1)[1].split(" ")[0])
        assert told == ", ".join([*parts[: len(parts) - left], f"and {left} more"])
        assert left == len(parts) - 1 or display_width(told) <= width
        longer = ", ".join([*parts[: len(parts) - left + 1], *([f"and {left - 1} more"] if left > 1 else [])])
        assert display_width(longer) > width


@given(TEXTS)
def test_what_is_printed_commands_no_terminal(text):
    assert not any(letter < " " or "\x7f" <= letter <= "\x9f" for letter in printable(text))
