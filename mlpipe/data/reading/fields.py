"""Fields of one record.

A quote opens a field only at the field's start; anywhere else it is a letter. Within a quoted field two quotes stand
for one, delimiters and line ends are letters. An escape takes the meaning from a delimiter, quote, line end or escape
behind it; before anything else it is a letter. LF, CRLF and CR end a line, unless only one of them is said to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_UNLIKE_BLANKS = (b"\v", b"\f")
"""What `bytes.split` takes for blanks though we do not."""


class QuoteFaultError(Exception):
    """Letters after a closing quote; positions are those in the data at hand.

    Or a cell that ends in a quote and does not begin with one: then both are that quote.
    """

    def __init__(self, opened: int, closed: int) -> None:
        super().__init__(opened, closed)
        self.opened = opened
        self.closed = closed

    @property
    def is_stray(self) -> bool:
        """Whether it is a quote without its partner at the end of a cell."""
        return self.opened == self.closed


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How a text is cut into fields.

    Parameters
    ----------
    delimiter : str
        One ASCII character; a blank stands for runs of blanks and tabs.
    quoted : bool
        Whether `quote` may enclose a field.
    skip_blanks : bool
        Whether blanks between a delimiter and an opening quote are no part of the field.
    quote, escape : str
        One ASCII character each; the escape may be "".
    line_end : {"any", "lf", "crlf", "cr"}
        What ends a record outside quotes; LF may have a CR before it.
    comment : str
        Begins lines in which quotes mean nothing; one ASCII character or "".
    strict : bool or None
        Whether a cell that ends in a quote without beginning with one is a fault, as where a delimiter was lost;
        `None`: where other cells at hand are quoted.
    """

    delimiter: str
    quoted: bool = True
    skip_blanks: bool = False
    quote: str = '"'
    escape: str = ""
    line_end: str = "any"
    comment: str = ""
    strict: bool | None = False

    @property
    def runs(self) -> bool:
        """Whether fields are set apart by runs of blanks."""
        return self.delimiter == " "

    @cached_property
    def quote_byte(self) -> bytes:
        """The quote as it stands in the text."""
        return self.quote.encode()

    @property
    def usual(self) -> bool:
        """Whether the parser takes quotes and escapes as these rules do."""
        return not self.escape and (self.quote == '"' or not self.quoted)

    @cached_property
    def edges(self) -> bytes:
        """Bytes that end a field, and so stand before the next one."""
        return self.delimiter.encode() + (b"\t\r\n" if self.runs else b"\r\n")

    def masked(self, text: bytes) -> bytes:
        """The text with every escaped pair made two letters, each byte in its place, and quotes in comments too."""
        if self.comment and self.quoted and self.comment.encode() in text:
            text = self._comment.sub(lambda line: line[0].replace(self.quote_byte, b"a"), text)
        return self._pair.sub(b"aa", text) if self.escape and self.escape.encode() in text else text

    def split(self, record: bytes) -> list[bytes]:
        r"""The fields of one record, quotes and escapes resolved, its line end left out.

        Examples
        --------
        >>> Rules(delimiter=",").split(b'a,"b ""c"", d",5" disk,')
        [b'a', b'b "c", d', b'5" disk', b'']
        >>> Rules(delimiter=",", quoted=False, escape="!").split(b"a!,b,c")
        [b'a,b', b'c']
        """
        line = _without_end(record)
        special = self.escape.encode() in line if self.escape else False
        special = special or (self.quoted and self.quote_byte in line)
        if self.runs:
            if not special and not any(mark in line for mark in _UNLIKE_BLANKS):
                return line.split()
            found = (match.groups(b"") for match in self._runs_field.finditer(line))
            return [self._bare(bare) or self._inner(inner) for inner, bare in found]
        if not special:
            return line.split(self.delimiter.encode())
        fields, at = [], -1
        while at < len(line):
            match = self._field.match(line, at + 1)
            assert match is not None
            inner, after, bare = match.groups()
            fields.append(self._bare(bare) if inner is None else self._inner(inner) + self._bare(after))
            at = match.end()
        return fields

    def wrapped(self, record: bytes) -> list[bool]:
        """Which fields of a record are enclosed in quotes."""
        line, at, found = _without_end(record), -1, []
        while at < len(line) and not self.runs and self.quoted:
            match = self._field.match(line, at + 1)
            assert match is not None
            found.append(match[1] is not None)
            at = match.end()
        return found

    def _bare(self, text: bytes) -> bytes:
        return self._pair.sub(rb"\1", text) if self.escape else text

    def _inner(self, text: bytes) -> bytes:
        """Two quotes stand for one."""
        return self._pair_or_doubled.sub(rb"\1\2", text)

    @cached_property
    def _comment(self) -> re.Pattern[bytes]:
        return re.compile(rb"(?:\A|(?<=[\r\n]))%b[^\r\n]*" % re.escape(self.comment.encode()))

    @cached_property
    def _escaped(self) -> bytes:
        """Pattern of an escape and what it takes the meaning from; of nothing where there is none."""
        if not self.escape:
            return b"(?!)()"
        marks = "".join(map(re.escape, (self.delimiter, self.quote, self.escape)))
        return rb"%b([%b\r\n])" % (re.escape(self.escape.encode()), marks.encode())

    @cached_property
    def _pair(self) -> re.Pattern[bytes]:
        return re.compile(self._escaped)

    @cached_property
    def _pair_or_doubled(self) -> re.Pattern[bytes]:
        q = re.escape(self.quote_byte)
        return re.compile(rb"%b|%b(%b)" % (self._escaped, q, q))

    @cached_property
    def _quoted_field(self) -> bytes:
        q = re.escape(self.quote_byte)
        if not self.escape:
            return rb"%b([^%b]*(?:%b%b[^%b]*)*)%b" % (q, q, q, q, q, q)
        pair = self._escaped.replace(b"([", b"[").replace(b"])", b"]")
        return rb"%b((?:%b|%b%b|[^%b])*+)%b" % (q, pair, q, q, q, q)

    @cached_property
    def _field(self) -> re.Pattern[bytes]:
        d = re.escape(self.delimiter.encode())
        blanks = rb" *" if self.skip_blanks else b""
        bare = rb"[^%b]*" % d
        if self.escape:
            pair = self._escaped.replace(b"([", b"[").replace(b"])", b"]")
            bare = rb"(?:%b|[^%b])*+" % (pair, d)
        if not self.quoted:
            return re.compile(rb"(?:(?!)()()|(%b))" % bare)
        return re.compile(rb"(?:%b%b(%b)|(%b))" % (blanks, self._quoted_field, bare, bare))

    @cached_property
    def _runs_field(self) -> re.Pattern[bytes]:
        bare = rb"[^ \t]+"
        if self.escape:
            pair = self._escaped.replace(b"([", b"[").replace(b"])", b"]")
            bare = rb"(?:%b|[^ \t])++" % pair
        return re.compile(rb"[ \t]*(?:%b|(%b))" % (self._quoted_field if self.quoted else b"(?!)()", bare))


def _without_end(record: bytes) -> bytes:
    if record.endswith(b"\r\n"):
        return record[:-2]
    return record[:-1] if record.endswith((b"\n", b"\r")) else record
