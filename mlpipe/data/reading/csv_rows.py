"""The rows of a CSV file, from its bytes to blocks that the parser takes."""

from __future__ import annotations

import codecs
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.reading.bad_rows import Sieve, check_header_bytes, check_left_out, rejects_for
from mlpipe.data.reading.blocks import iter_blocks
from mlpipe.data.reading.code_pages import is_stateless
from mlpipe.data.reading.dialect import SAMPLE_BYTES, detect_layout
from mlpipe.data.reading.doubts import Doubts
from mlpipe.data.reading.encoding import Utf8Stream
from mlpipe.data.reading.errors import changed_file, empty_file, no_rows, not_a_table
from mlpipe.data.reading.file_types import recognise
from mlpipe.data.reading.header.checks import names_alone
from mlpipe.data.reading.header.fit import FirstRows, fit_header
from mlpipe.data.reading.header.names import Header, build_header, check_width, lines_before, positional_header
from mlpipe.data.reading.normalise import blank_records, canonical_block, canonical_rules, empty_blank_records
from mlpipe.data.reading.raw import FileFacts, RawBlock, Span, cut_batches
from mlpipe.data.reading.records import TextBlock, count_lines, join_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mlpipe.data.reading.dialect import Layout
    from mlpipe.data.reading.source import Source
    from mlpipe.data.schema import Dialect
    from mlpipe.params import ReadParams

_MOST_SAMPLE = 4 << 20
_ENOUGH_RAGGED = 10
"""Rows that do not fit the header before it is the header that is wrong, where bad rows may be left out."""


class DelimitedRows:
    """Rows of delimited text.

    Opening reads as far as the first row, so that a file that is no table is refused at once.

    Parameters
    ----------
    pinned : Dialect, optional
        How an earlier file of the same table was written.
    block_bytes : int
        Bytes of text read at a time.
    """

    def __init__(self, source: Source, params: ReadParams, *, pinned: Dialect | None, block_bytes: int) -> None:
        self.name = source.name
        self._blank_lines = 0
        self._renamed: tuple[tuple[str, str], ...] = ()
        self.plain: frozenset[str] = frozenset()  # text is what its marks make it
        self._params = params
        self._known = pinned is not None
        self._source = source
        sample, whole = _take_sample(source)
        _check_kind(sample, self.name)
        layout = detect_layout(sample, params, name=self.name, whole=whole, pinned=pinned)
        self.dialect = layout.dialect
        self._written = layout.rules
        self._rules = canonical_rules(layout.rules)
        self.rejects = rejects_for(params)
        self._stream = Utf8Stream(source, self.dialect.encoding, marking=self.rejects is not None)
        mended = _lone_line(layout.mended, self.dialect.skip_lines + 1)
        unread = iter_blocks(
            self._stream, replace(layout.rules, strict=layout.strict), skip_lines=self.dialect.skip_lines + len(mended),
            block_bytes=block_bytes, stray_ends=layout.stray_ends, rejects=self.rejects,
            header=self.dialect.header and not mended,
        )  # fmt: skip
        self._unread = chain(mended, unread)
        try:
            self.header = self._read_header(layout)
        except BaseException:
            self.close()
            raise
        self._first_byte = lines_before(sample, self._first_line - 1)
        self.has_spans = self._can_span(sample)

    def blocks(self, batch_rows: int | None) -> Iterator[RawBlock]:
        """The rows in order; to be gone through once."""
        first_row = 0
        try:
            for block in self._rows():
                self._doubts.count_empty(block, self.header.n_fields)
                for raw in self._batches(block, batch_rows, first_row):
                    self._doubts.look_at(raw)
                    yield raw
                    first_row += raw.n_rows
            if not first_row:
                raise no_rows(self.name, self.header.names)
            self._source.sha256()
            if self.rejects is not None:
                check_left_out(self.rejects, n_kept=first_row, most=self._params.max_bad_rows, file=self.name)
        finally:
            self.close()

    def spans(self) -> Iterator[Span]:
        """Where the blocks lie; what is wrong in the file is raised as by them."""
        at, first_row = self._first_byte, 0
        try:
            for block in self._as_cut:
                stop = at + self._stream.n_bytes(block.data)
                n_rows = sum(len(self._row_records(piece)) for piece in self._sifted(block))
                if n_rows:
                    yield Span(start=at, stop=stop, first_line=block.first_line, first_row=first_row, n_rows=n_rows)
                at, first_row = stop, first_row + n_rows
        finally:
            self.close()

    def part(self, span: Span, batch_rows: int | None) -> Iterator[RawBlock]:
        """The rows of a span that this object, or another of the same file, has found."""
        source = self._source.part(span.start, span.stop)
        stream = Utf8Stream(source, self.dialect.encoding, first_line=span.first_line)
        # One block, for no byte makes more than four of UTF-8; its quotes and line ends were looked at with the others.
        blocks = iter_blocks(stream, self._written, block_bytes=4 * (span.stop - span.start))
        first_row = span.first_row
        for piece in (piece for block in blocks for piece in self._looked_at(block, self.header)):
            for raw in self._batches(piece, batch_rows, first_row):
                yield raw
                first_row += raw.n_rows
        if first_row != span.first_row + span.n_rows:
            raise changed_file(self.name, span.first_line)

    @property
    def share(self) -> float | None:
        """How much of the source has been read, in [0, 1]; None where that cannot be known."""
        return self._source.share

    def facts(self) -> FileFacts:
        """What is known of the file, once all blocks are read."""
        return FileFacts(
            name=self.name, dialect=self.dialect, sha256=self._source.sha256(), dropped_columns=self.header.dropped,
            renamed=self._renamed, repeated=self.header.repeated, blank_lines=self._blank_lines,
            comment_lines=self._sieve.comment_lines, rejects=self.rejects, doubts=self._doubts.found(),
        )  # fmt: skip

    def close(self) -> None:
        """Let go of the source."""
        self._source.close()
        if self.rejects is not None:
            self.rejects.close()

    def _read_header(self, layout: Layout) -> Header:
        """Take the header off, and look at the first rows."""
        first = next((block for block in self._unread if not blank_records(block).all()), None)
        if first is None:
            raise empty_file(self.name)
        at = int(np.argmin(blank_records(first)))
        self._blank_lines += at
        first = first.after(at)
        check_width(first.record(0), self._written.delimiter, file=self.name, line=first.first_line)
        fields = [cell.decode("utf-8") for cell in self._written.split(first.record(0))]
        header = positional_header(len(fields))
        quoted = self._written.wrapped(first.record(0))
        names = b""
        if self.dialect.header:
            check_header_bytes(first.record(0), file=self.name, line=first.first_line, encoding=self.dialect.encoding)
            if self._params.header is None and names_alone(self._written.split(first.record(0))):
                names = first.record(0).rstrip(b"\r\n")
            rename = self._params.rename_duplicates
            header = build_header(
                fields, file=self.name, line=first.first_line, rename=rename, known=self._known
            )  # fmt: skip
            self._renamed = tuple(
                (field.strip(), name) for field, name in zip(fields, header.names, strict=False)
                if rename and field.strip() != name
            )  # fmt: skip
            first = first.after(1)
        self._one_column = header.n_fields == 1
        self._first_line = first.first_line
        waiting = self._first_rows(first, header)
        rows = next(self._looked_at(waiting[-1], header))
        first_rows = FirstRows.of(rows, self._rules, file=self.name, known=self._known)
        if self.dialect.header:
            least = 1 if self.rejects is None else _ENOUGH_RAGGED
            header = fit_header(header, first_rows, quoted=quoted, least=least)
        self._doubts = Doubts(self._rules, (*layout.doubts, *([header.doubt] if header.doubt else [])))
        self._sieve = Sieve(
            self._written, header.n_fields, self.rejects, self.dialect.comment, stray_ends=layout.stray_ends,
            header=names, name=self.name,
        )  # fmt: skip
        self._like = RawBlock(
            data=b"", first_row=0, first_line=0, n_rows=0, n_lines=0, n_fields=header.n_fields,
            delimiter=self._rules.delimiter, quoted=self._rules.quoted, name=self.name, unnamed=header.unnamed,
            known=self._known,
        )  # fmt: skip
        self._as_cut = chain(waiting, self._unread)
        self._ready = (piece for block in self._as_cut for piece in self._sifted(block))
        return header

    def _can_span(self, sample: bytes) -> bool:
        """Whether where a row lies, and whether it is one, can be known from the bytes before it."""
        if self.rejects is not None or self.header.n_fields == 1:  # the end of the table has a say
            return False
        marked = not self._first_byte and sample.startswith(codecs.BOM_UTF8)
        found = self._first_byte < len(sample) and not marked
        return found and self._source.in_place and is_stateless(self.dialect.encoding)

    def _first_rows(self, first: TextBlock, header: Header) -> list[TextBlock]:
        """Blocks as far as the first that has a row."""
        waiting = [first]
        while next(self._looked_at(waiting[-1], header), None) is None:
            following = next(self._unread, None)
            if following is None:
                raise no_rows(self.name, header.names)
            waiting.append(following)
        return waiting

    def _looked_at(self, block: TextBlock, header: Header) -> Iterator[TextBlock]:
        """Pieces of a block that have a row, comments left out, while nothing is counted yet."""
        sieve = Sieve(self._written, header.n_fields, None, self.dialect.comment)
        pieces = (self._canonical(piece) for piece in sieve.sift(block))
        return (piece for piece in pieces if len(piece.ends) and not blank_records(piece).all())

    def _sifted(self, block: TextBlock) -> Iterator[TextBlock]:
        return map(self._canonical, self._sieve.sift(block))

    def _canonical(self, block: TextBlock) -> TextBlock:
        block = canonical_block(block, self._written)
        return block if self._one_column or not len(block.ends) else empty_blank_records(block, self._rules)

    def _rows(self) -> Iterator[TextBlock]:
        """Blocks with at least a row; in a table of one column a blank line is an empty cell, unless it trails."""
        if self.header.n_fields > 1:
            yield from self._ready
            return
        held: TextBlock | None = None
        for following in self._ready:
            if held is not None and len(held.ends) and not held.meets(following):
                # Between them a line was left out; what is empty before it does not trail.
                yield held
                held = None
            block = following if held is None or not len(held.ends) else join_blocks([held, following])
            filled = np.flatnonzero(~blank_records(block))
            n_kept = int(filled[-1]) + 1 if len(filled) else 0
            held = block.after(n_kept)
            if n_kept:
                yield block.before(n_kept)
        self._blank_lines += len(held.ends) if held is not None else 0

    def _batches(self, block: TextBlock, batch_rows: int | None, first_row: int) -> Iterator[RawBlock]:
        rows = self._row_records(block)
        self._blank_lines += len(block.ends) - len(rows) - self._sieve.emptied_lines
        self._sieve.emptied_lines = 0
        return cut_batches(block, rows, replace(self._like, first_row=first_row), batch_rows)

    def _row_records(self, block: TextBlock) -> NDArray[np.int64]:
        if self.header.n_fields == 1:
            return np.arange(len(block.ends))
        return np.flatnonzero(~blank_records(block))


def _take_sample(source: Source) -> tuple[bytes, bool]:
    """The beginning of the text, at least two lines of it, and whether that is all."""
    size = SAMPLE_BYTES
    while True:
        sample = source.peek(size)
        if len(sample) < size:
            return sample, True
        if count_lines(sample) > 1 or size >= _MOST_SAMPLE:
            return sample, False
        size *= 4


def _lone_line(text: bytes, line: int) -> list[TextBlock]:
    """A block of one line, if there is any."""
    return [TextBlock(data=text, first_line=line, ends=np.array([len(text)]), n_lines=1)] if text else []


def _check_kind(sample: bytes, name: str) -> None:
    foreign = recognise(sample)
    if foreign is not None:
        raise not_a_table(name, foreign.kind, remedy=foreign.remedy)
    if not sample.removeprefix(b"\xef\xbb\xbf").strip():
        raise empty_file(name)
