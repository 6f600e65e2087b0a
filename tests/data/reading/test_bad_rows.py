"""Rows that are left out: counted, the first kept, all written down in order."""

import csv

from mlpipe.data.reading import bad_rows
from mlpipe.data.reading.bad_rows import Rejects
from mlpipe.data.reading.reader import open_raw
from mlpipe.params import ReadParams


def test_the_first_five_are_kept_in_the_order_of_their_lines():
    rejects = Rejects()
    for line in (7, 2, 9, 4, 3, 8):
        rejects.add(line, "short", b"x\n")
    assert rejects.count == 6
    assert [one.line for one in rejects.first] == [2, 3, 4, 7, 8]
    rejects.settle(9)
    assert [one.line for one in rejects.first] == [2, 3, 4, 7, 8]


def test_what_may_still_get_company_waits_and_all_is_written_once(tmp_path, monkeypatch):
    monkeypatch.setattr(bad_rows, "_MOST_WAITING", 2)
    path = tmp_path / "rejects.csv"
    rejects = Rejects(str(path))
    rejects.add(3, "short", b"a\0b\r\n")
    rejects.settle(3)
    rejects.add(2, "long", b"x\n")
    rejects.settle(4)
    for line in (5, 6, 7):
        rejects.add(line, "short", b"y\n")
    assert len(rejects._waiting) == 1  # bounded, however many there are
    rejects.close()
    with path.open(newline="") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    assert rows == [("2", "long", "x"), ("3", "short", "a\\0b"), *[(str(line), "short", "y") for line in (5, 6, 7)]]


def test_a_quote_open_for_longer_than_any_record_is_left_out_with_its_line(tmp_path, monkeypatch):
    monkeypatch.setattr("mlpipe.data.reading.blocks.MAX_RECORD_BYTES", 10_000)
    path = tmp_path / "t.csv"
    path.write_text('a,b\n1,2\n9,"x\n' + "3,4\n" * 20_000)
    blocks = open_raw(str(path), ReadParams(on_bad_row="skip", quote='"'), block_bytes=1000, hashed=True)
    assert sum(block.n_rows for block in blocks) == 20_001
    rejects = blocks.facts().rejects
    assert rejects is not None
    assert rejects.first == [(3, "a quote that is never closed", '9,"x')]
