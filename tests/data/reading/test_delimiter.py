"""Which character sets fields apart, how well it suits, and what stands above: every threshold on its edge."""

import pytest

from mlpipe.data.reading.dialect_fit import ALONE, Marks, fit_delimiter
from mlpipe.data.reading.doubts import behind_blanks
from mlpipe.data.reading.header.names import padded_before, prose_before
from mlpipe.errors import DataError
from tests.data.reading.test_dialect import dialect_of


@pytest.mark.parametrize(("text", "delimiter"), [("a,b\nc\n", ","), ("a,b\nc\nd\n", ALONE)])
def test_without_a_header_half_of_the_lines_must_agree(text, delimiter):
    assert dialect_of(text, header=False).delimiter == delimiter


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a b c\n" + "1 2 3\n" * 3 + "1 2\n", " "),
        ("a b c\n" + "1 2 3\n" * 2 + "1 2\n", ","),
        ("a b\n" + "1 2\n" * 3 + "1\n", ","),
        ("k v\nx 1\ny 2\n", " "),
        ("k v\nx 1\ny z\n", ","),
        ('k v\n"a b" x\n"c d" y\n', " "),
        ('k v\n"a b" x\nc y\n', ","),
        ("a^b\n1^2\n3^4\n", "^"),
        ("a^b\n1^2\n", ","),
    ],
    ids=["four of five agree", "three of four", "two columns", "half are numbers", "fewer are", "a quoted cell a row",
         "fewer", "a rare mark on three lines", "on two"],
)  # fmt: skip
def test_what_it_takes_for_a_delimiter_that_is_none_as_a_rule(text, delimiter):
    assert dialect_of(text).delimiter == delimiter


def test_a_header_without_the_delimiter_of_its_rows():
    rows = "cap,5,1.5\nhat,6,2.5\ncoat,7,3.5\nshoe,8,4.5\n"
    with pytest.raises(DataError, match="most lines are 3 fields"):
        dialect_of("item size price\n" + rows + "total\n")
    assert dialect_of("item size price\n" + rows + "total\nof all\n").delimiter == ALONE
    assert dialect_of("item size\ncap,5\nhat,6\ncoat,7\n").delimiter == ALONE


def test_several_characters_at_once_are_told_from_three_lines_on():
    with pytest.raises(DataError, match=r"set apart by '~\|~'"):
        dialect_of("a~|~b\n1~|~2\n3~|~4\n")
    assert dialect_of("a~|~b\n1~|~2\n").delimiter == "|"


@pytest.mark.parametrize(("distance", "quoted"), [(1 << 15, True), ((1 << 15) + 1, False)])
def test_a_quote_open_for_long_at_the_end_of_the_sample_is_never_closed(distance, quoted):
    body = b'a\tsay "x" now\n' * 3 + b'b\t"' + b"x" * (distance - 1)
    assert fit_delimiter(body, "\t", Marks(), whole=False).rules.quoted is quoted


@pytest.mark.parametrize(("n_without", "skipped"), [(1, True), (2, False)])
def test_blanks_behind_nine_tenths_of_the_delimiters_are_no_part_of_a_field(n_without, skipped):
    body = b"a, b\n" * (10 - n_without) + b"a,b\n" * n_without
    assert fit_delimiter(body, ",", Marks(), whole=True).rules.skip_blanks is skipped


@pytest.mark.parametrize(
    ("head", "row", "n_fields"),
    [
        ("a,b,c", b'1, "x, y",3\n', 3),  # else no row has as many fields as the header
        ("a,b,c", b'1,"x, y",3\n1, "x, y",3\n', 3),  # some quotes behind blanks
        ('a, "b, c",d', b'1, "x, y",3\n', 3),  # else all lines have four
        ("a,b,c,d", b'1, "x, y",3\n', 4),  # four either way in the header alone: what is written stands
        ("a,b", b'1, "x"\n2,3\n', 2),
    ],
)
def test_quotes_behind_blanks_open_cells_where_all_lines_agree_only_so(head, row, n_fields):
    body = head.encode() + b"\n" + row * 12
    fit = fit_delimiter(body, ",", Marks(), whole=True)
    assert fit.n_fields == n_fields
    assert fit.rules.skip_blanks is (n_fields == 3)
    assert [code for code, _ in behind_blanks(fit, body)] == ["MLP505"] * (n_fields == 3)


@pytest.mark.parametrize(("n_inside", "n_wrapped", "quote"), [(2, 0, ""), (1, 0, '"'), (2, 1, ""), (2, 2, '"')])
def test_quotes_are_letters_where_more_stand_in_words_than_round_cells(n_inside, n_wrapped, quote):
    rows = ['1\t"so" he said'] * n_inside + ['2\t"x"'] * n_wrapped + ["3\ty"]
    assert dialect_of("\n".join(["a\tb", *rows]) + "\n").quote == quote


@pytest.mark.parametrize(("rows", "quote"), [("'x',1\n'y',2\n", "'"), ("'x',1\n", '"')])
def test_apostrophes_round_a_column_enclose_it_from_two_rows_on(rows, quote):
    assert dialect_of("a,b\n" + rows).quote == quote


@pytest.mark.parametrize(
    ("prose", "table", "found"),
    [
        ("Title\n" * 60, "a,b\n1,2\n3,4\n", True),
        ("Title\n" * 61, "a,b\n1,2\n3,4\n", False),
        ("Title\n", "a,b\n1,2\n", False),
        ("Title\n\n", "a,b\n1,2\n", True),
        ("Title\n\n", "a,b\n", False),
    ],
    ids=["sixty lines", "one more", "a short table", "set apart", "too short all the same"],
)
def test_lines_of_prose_before_the_header(prose, table, found):
    assert prose_before((prose + table).encode(), whole=True) == (len(prose) if found else 0)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Report,,\ni,s,p\nc,5,1\nh,6,2\n", 9),
        ("Report,,\ni,s,p\nc,5,1\n", 0),
        ("Report,\ni,s\nc,5\nh,6\n", 0),
    ],
    ids=["two rows of three columns", "one row", "two columns"],
)
def test_titles_padded_to_the_width_of_the_table(text, length):
    assert padded_before(fit_delimiter(text.encode(), ",", Marks(), whole=True)) == length


@pytest.mark.parametrize("above", ["Report\n", "Report\nof May\n"])
def test_titles_point_to_the_line_below_them(above):
    text = above + "who,when,why\n" + "a,may,x\nb,june,y\n" * 9
    n_above = above.count("\n")
    with pytest.raises(DataError, match="most lines are 3 fields") as caught:
        dialect_of(text)
    assert f"Line {n_above + 1} looks like the header: give `skip_lines={n_above}`" in caught.value.remedy
