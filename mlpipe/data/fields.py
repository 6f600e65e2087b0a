"""Fields of one record.

A quote opens a field only at the field's start; anywhere else it is a letter. Within a quoted field two quotes stand
for one, delimiters and line ends are letters. LF, CRLF and CR end a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_RUNS_FIELD = re.compile(rb'[ \t]*(?:"([^"]*(?:""[^"]*)*)"|([^ \t]+))')

_UNLIKE_BLANKS = (b'"', b"\v", b"\f")
"""What `bytes.split` takes for blanks though we do not, and quotes."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How a text is cut into fields.

    Parameters
    ----------
    delimiter : str
        One ASCII character; a blank stands for runs of blanks and tabs.
    quoted : bool
        Whether `"` may enclose a field.
    skip_blanks : bool
        Whether blanks between a delimiter and an opening quote are no part of the field.
    """

    delimiter: str
    quoted: bool = True
    skip_blanks: bool = False

    @property
    def runs(self) -> bool:
        """Whether fields are set apart by runs of blanks."""
        return self.delimiter == " "

    @cached_property
    def _field(self) -> re.Pattern[bytes]:
        d = re.escape(self.delimiter.encode())
        blanks = rb" *" if self.skip_blanks else b""
        return re.compile(rb'(?:%b"([^"]*(?:""[^"]*)*)"([^%b]*)|([^%b]*))' % (blanks, d, d))

    @cached_property
    def edges(self) -> bytes:
        """Bytes that end a field, and so stand before the next one."""
        return self.delimiter.encode() + (b"\t\r\n" if self.runs else b"\r\n")

    def split(self, record: bytes) -> list[bytes]:
        """The fields of one record, quotes resolved, its line end left out.

        Examples
        --------
        >>> Rules(delimiter=",").split(b'a,"b ""c"", d",5" disk,')
        [b'a', b'b "c", d', b'5" disk', b'']
        """
        line = record.rstrip(b"\r\n")
        if self.runs and not any(mark in line for mark in _UNLIKE_BLANKS):
            return line.split()
        if self.runs:
            found = _RUNS_FIELD.finditer(line) if self.quoted else re.finditer(rb"()([^ \t]+)", line)
            return [bare or inner.replace(b'""', b'"') for inner, bare in (match.groups(b"") for match in found)]
        if not self.quoted or b'"' not in line:
            return line.split(self.delimiter.encode())
        fields, at = [], -1
        while at < len(line):
            match = self._field.match(line, at + 1)
            assert match is not None
            inner, after, bare = match.groups()
            fields.append(bare if inner is None else inner.replace(b'""', b'"') + after)
            at = match.end()
        return fields
