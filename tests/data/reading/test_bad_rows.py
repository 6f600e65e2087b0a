"""Rows that are left out: counted, the first kept, all written down in order."""

import csv

from mlpipe.data.reading import bad_rows
from mlpipe.data.reading.bad_rows import Rejects


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
