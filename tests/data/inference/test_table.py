"""A table typed block by block is the table typed at once, whatever comes late in the file."""

import io

import numpy as np
import pyarrow as pa
import pytest

from mlpipe.data.asked import ask_roles
from mlpipe.data.inference.column_store import ColumnStore
from mlpipe.data.inference.stored_table import Gathered
from mlpipe.data.inference.table import has_leading_zeros, scan_table
from mlpipe.data.reading.parse import parse_block
from mlpipe.data.reading.raw import RawBlock
from mlpipe.data.reading.reader import Rereadable
from mlpipe.data.schema import Kind
from mlpipe.errors import DataError
from mlpipe.params import ReadParams, RoleParams

EARLY = 4000
SMALL = 4096
"""Bytes of a block: what comes late is not seen in the first one."""


def scan(path, *, strict=True, roles=None, block_bytes=SMALL, **read):
    params = ReadParams(**read)
    with Rereadable(str(path), params, block_bytes=block_bytes) as source:
        scanned, gathered = scan_table(
            source,
            params,
            ask=lambda header: ask_roles(header, roles or RoleParams()),
            sink=lambda: Gathered(ColumnStore()),
            strict=strict,
        )
    return scanned, gathered.store.whole()


def column_file(tmp_path, early, late, name="t.csv"):
    """A column `x` of `EARLY` cells made by a function and some odd ones after them, beside a plain one."""
    cells = [*map(early, range(EARLY)), *late]
    path = tmp_path / name
    path.write_text("x,y\n" + "".join(f"{cell},{i % 3}\n" for i, cell in enumerate(cells)), encoding="utf-8")
    return path, cells


def test_a_word_after_thousands_of_numbers_is_refused_with_its_line(tmp_path):
    path, _ = column_file(tmp_path, str, ["seven"])
    with pytest.raises(DataError, match=f"'seven' \\(line {EARLY + 2}\\)"):
        scan(path)


def test_a_word_after_thousands_of_numbers_makes_words_where_that_is_no_error(tmp_path):
    path, cells = column_file(tmp_path, lambda i: f"{i}.0", ["seven"])
    scanned, table = scan(path, strict=False)
    assert scanned.formats["x"].kind is Kind.STRING
    assert table["x"].to_pylist() == cells


@pytest.mark.parametrize("late", ["007", "9007199254740993"])
def test_a_late_code_keeps_the_digits_of_all(tmp_path, late):
    path, cells = column_file(tmp_path, lambda i: str(i % 90 + 10), [late])
    scanned, table = scan(path)
    assert scanned.formats["x"].codes
    assert table["x"].to_pylist() == cells


@pytest.mark.parametrize(
    ("early", "late", "value"),
    [
        (lambda i: str(i % 90), ["2.5"], 2.5),
        (lambda i: str(i % 90), ['"1,234"'], 1234.0),
        (lambda i: f"${i % 90}", ['"$1,234.5"'], 1234.5),
        (lambda i: "" if i < EARLY - 9 else "4", ["17"], 17.0),
        (lambda i: str(i % 90), ["NA", "3"], 3.0),
    ],
    ids=["a fraction", "a thousands mark", "money and a mark", "nothing before", "a marker"],
)
def test_numbers_stay_numbers_whatever_comes_late(tmp_path, early, late, value):
    path, cells = column_file(tmp_path, early, late)
    scanned, table = scan(path)
    assert scanned.formats["x"].kind is Kind.NUMBER
    assert table["x"].to_pylist()[-1] == value
    assert len(table) == len(cells)


def test_whole_numbers_with_a_late_fraction_are_not_whole(tmp_path):
    assert scan(column_file(tmp_path, str, ["5"])[0])[0].formats["x"].integer
    assert not scan(column_file(tmp_path, str, ["2.5"])[0])[0].formats["x"].integer


def test_a_late_day_settles_the_order_of_all_dates(tmp_path):
    path, _ = column_file(tmp_path, lambda i: f"{i % 12 + 1:02}/05/2024", ["05/25/2024"])
    scanned, table = scan(path)
    assert scanned.formats["x"].date == "%m/%d/%Y"
    assert table["x"][0].as_py().month == 1
    path, _ = column_file(tmp_path, lambda i: f"{i % 12 + 1:02}/05/2024", ["25/05/2024"])
    scanned, table = scan(path)
    assert scanned.formats["x"].date == "%d/%m/%Y"
    assert not scanned.formats["x"].note
    assert table["x"][0].as_py().day == 1


def test_an_order_that_nothing_settles_is_told_and_can_be_given(tmp_path):
    path, _ = column_file(tmp_path, lambda i: f"{i % 12 + 1:02}/05/2024", [])
    assert "both orders" in scan(path)[0].formats["x"].note
    for order, month in (("day", 5), ("month", 1)):
        scanned, table = scan(path, date_order=order)
        assert table["x"][0].as_py().month == month
        assert not scanned.formats["x"].note


def test_a_late_number_among_words_changes_nothing(tmp_path):
    path, cells = column_file(tmp_path, lambda i: "abc"[i % 3], ["5"])
    assert scan(path)[1]["x"].to_pylist() == cells


def test_numbers_after_a_wordy_beginning_are_found(tmp_path):
    path, _ = column_file(tmp_path, lambda i: "pending" if i % 2 and i < 100 else str(i), [])
    with pytest.raises(DataError, match="50 of its 4,000 cells are something else: 'pending'"):
        scan(path)


def test_a_demanded_kind_counts_all_that_does_not_fit(tmp_path):
    path, _ = column_file(tmp_path, lambda i: "one" if i in (5, 3000) else str(i), [])
    with pytest.raises(DataError, match="2 cells are no number"):
        scan(path, roles=RoleParams(numeric=("x",)))


@pytest.mark.parametrize("seed", range(4))
def test_blocks_make_no_difference(tmp_path, seed):
    rng = np.random.default_rng(seed)
    kinds = [
        lambda: str(rng.integers(0, 99)),
        lambda: f"{rng.normal():.3f}",
        lambda: rng.choice(["red", "blue", "", "NA"]),
        lambda: f"{rng.integers(1, 29):02}.{rng.integers(1, 13):02}.2023",
        lambda: f'"{rng.integers(1000, 9999):,}"',
        lambda: f"{rng.integers(0, 999):03}",
        lambda: rng.choice(["1", "2", "?"]),
    ]
    lines = [",".join(make() for make in kinds) for _ in range(900)]
    path = tmp_path / "t.csv"
    path.write_text("a,b,c,d,e,f,g\n" + "\n".join(lines) + "\n")
    whole = scan(path, block_bytes=1 << 20)
    for size in (700, 5000):
        scanned, table = scan(path, block_bytes=size)
        assert scanned.formats == whole[0].formats
        assert table.equals(whole[1].cast(table.schema))


def test_a_pipe_can_be_read_again(tmp_path, monkeypatch):
    path, cells = column_file(tmp_path, lambda i: str(i % 90), ["007"])

    class Pipe:
        buffer = io.BytesIO(path.read_bytes())

    monkeypatch.setattr("sys.stdin", Pipe)
    scanned, table = scan("-")
    assert table["x"].to_pylist() == cells
    assert scanned.file.sha256 == scan(path)[0].file.sha256


def test_how_far_reading_is_goes_from_nought_to_all(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x,y\n" + "12345,1\n" * 100_000)
    told: list[float] = []
    with Rereadable(str(path), ReadParams(), watch=told.append, block_bytes=SMALL) as source:
        scan_table(source, ReadParams(), ask=lambda header: {}, sink=lambda: Gathered(ColumnStore()))
    assert len(told) > 3
    assert told == sorted(told)
    assert 0 < told[0] < 0.9
    assert told[-1] == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [(b"1,07\n", True), (b"07,1\n", True), (b'1,"07"\n', True), (b"1, 07\n", True), (b"0.7,10,0\n", False),
     (b"100,2024-01-05\n", False), (b"0,0\n00,1\n", True), (b"00,1\n", True), (b"09,1\n", True), (b"1,00\n", True),
     (b"1,09\n", True), (b"0:0,1\n", False), (b"0/0,0:0,0/0\n", False)],
)  # fmt: skip
def test_leading_zeros_are_seen_in_the_bytes(text, found):
    block = RawBlock(
        data=text, first_row=0, first_line=1, n_rows=1, n_lines=1, n_fields=2, delimiter=",", quoted=True, name="t"
    )
    assert has_leading_zeros(block) is found


def test_bad_days_and_endless_numbers_are_kept_with_their_text(tmp_path):
    path = tmp_path / "t.csv"
    rows = [f"2024-01-{i % 28 + 1:02},{i}" for i in range(60)]
    path.write_text("\n".join(["d,n", *rows, "2024-02-30,1e999"]) + "\n")
    scanned, table = scan(path)
    assert [(cell.row, cell.column, cell.value) for cell in scanned.bad] == [
        (60, "d", "2024-02-30"),
        (60, "n", "1e999"),
    ]
    assert table.column("d").type == pa.timestamp("us")
    assert table["n"].null_count == 1


def test_whole_numbers_written_with_a_point_are_not_parsed_twice_for_ever(tmp_path, monkeypatch):
    path, _ = column_file(tmp_path, lambda i: f"{i % 90}.0", [])
    parsed = []

    def watched(*given, types, **more):
        parsed.append(types["x"])
        return parse_block(*given, types=types, **more)

    monkeypatch.setattr("mlpipe.data.inference.table.parse_block", watched)
    assert scan(path)[0].formats["x"].integer
    assert set(parsed[1:]) == {"number"}


def test_a_hundred_cells_without_a_value_are_kept_of_a_column(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("n,m\n" + "1,1\n" * 99 + "inf,1\n" * 150)
    assert len(scan(path)[0].bad) == 100


def test_four_hypotheses_on_a_column_may_be_refuted_before_it_is_words(tmp_path, monkeypatch):
    passes = []

    def refuted(column):
        passes.append(column.form.kind)
        return None if column.form.kind is Kind.STRING else column.form

    monkeypatch.setattr("mlpipe.data.inference.table.ColumnScan.revised", refuted)
    path = tmp_path / "t.csv"
    path.write_text("x\n" + "1\n" * 50)
    assert scan(path)[0].formats["x"].kind is Kind.STRING
    assert passes == [Kind.NUMBER] * 5 + [Kind.STRING]
