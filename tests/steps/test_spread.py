"""A worker reads its own rows alone, or else a table once; the rows of each span are exactly its own."""

import gzip
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mlpipe.data.reading.raw import Span
from mlpipe.data.reading.reader import open_raw
from mlpipe.data.schema import Dialect
from mlpipe.errors import DataError
from mlpipe.params import ReadParams
from mlpipe.steps.prediction.spread import Spans, SpanWork, spread_outcomes


def first_and_size(block):
    return block.first_row, block.n_rows


@dataclass
class Opened:
    times: int = 0
    blocks: int = 0


@pytest.fixture
def work(tmp_path, monkeypatch):
    path = tmp_path / "table.csv"
    path.write_text("a,b\n" + "".join(f"{i},{i % 7}\n" for i in range(1000)))
    opened = Opened()

    def counted(*args, **options):
        opened.times += 1
        blocks = open_raw(*args, **options)
        inner = blocks._rows.blocks

        def told(batch_rows):
            for block in inner(batch_rows):
                opened.blocks += 1
                yield block

        monkeypatch.setattr(blocks._rows, "blocks", told)
        return blocks

    monkeypatch.setattr("mlpipe.steps.prediction.spread.open_raw", counted)
    rows: Any = first_and_size  # in the place of predictions
    made = SpanWork(work=rows, data=str(path), read=ReadParams(), dialect=Dialect(), batch_rows=10)
    return made, opened


def test_spans_in_rising_order_open_the_table_once_and_read_each_block_once(work):
    made, opened = work
    spans = [(0, 80), (80, 160), (400, 480), (960, 1000)]
    for first, end in spans:
        assert made((first, end)) == [(row, 10) for row in range(first, end, 10)]
    assert (opened.times, opened.blocks) == (1, 100)


def test_a_span_that_lies_before_is_read_from_the_beginning_and_is_the_same(work):
    made, opened = work
    later = made((500, 580))
    assert made((80, 160)) == [(row, 10) for row in range(80, 160, 10)]
    assert opened.times == 2
    assert made((500, 580)) == later
    assert opened.times == 2


def test_a_span_that_fails_leaves_nothing_half_read(work):
    made, opened = work

    def failing(_):
        raise ValueError

    object.__setattr__(made, "work", failing)
    with pytest.raises(ValueError):  # noqa: PT011 - any will do
        made((0, 80))
    object.__setattr__(made, "work", first_and_size)
    assert made((0, 80))[0] == (0, 10)
    assert opened.times == 2


def test_a_worker_opens_the_table_once_and_reads_the_rows_of_its_spans_alone(work):
    made, opened = work
    blocks = open_raw(made.data, made.read, dialect=made.dialect, batch_rows=10, block_bytes=1000)
    spans = list(Spans(blocks))
    assert len(spans) == 4
    assert all(isinstance(span, Span) for span in spans)
    found = [rows for span in reversed(spans) for rows in reversed(made(span))]
    assert sum(n_rows for _, n_rows in found) == 1000
    assert found == sorted(found, reverse=True)
    assert (opened.times, opened.blocks) == (1, 0)


def test_a_packed_table_is_given_out_by_rows(work):
    made, _ = work
    packed = f"{made.data}.gz"
    with gzip.open(packed, "wb") as file:
        file.write(Path(made.data).read_bytes())
    spans = list(Spans(open_raw(packed, made.read, dialect=made.dialect, batch_rows=100)))
    assert spans == [(0, 701), (800, 901)]


def test_what_is_wrong_in_a_table_is_told_behind_the_rows_before_it(work, monkeypatch):
    made, _ = work
    with Path(made.data).open("a") as table:
        table.write('"')
    monkeypatch.setattr("mlpipe.steps.prediction.spread.open_cluster", lambda spec, folder: nullcontext(map))
    blocks = open_raw(made.data, made.read, dialect=made.dialect, batch_rows=10, block_bytes=1000)
    outcomes: list[Any] = []
    with pytest.raises(DataError, match="The quote opened in line 1002 is never closed"):
        outcomes.extend(spread_outcomes(made, blocks, "local:2"))
    assert sum(n_rows for _, n_rows in outcomes) == 1000
