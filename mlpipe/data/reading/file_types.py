"""Files that are no tables, known by how they begin."""

from __future__ import annotations

import re
from typing import NamedTuple


class Foreign(NamedTuple):
    """What a file seems to be, and what to do about it."""

    kind: str
    remedy: str


_EXPORT = "Open it where it was made and export the table as CSV."
_UNPACK = "Unpack it and give the table inside."
_CONVERT = "Convert it to CSV or Parquet."

_MAGIC: tuple[tuple[bytes, Foreign], ...] = (
    (
        b"version https://git-lfs",
        Foreign("a Git LFS pointer, not the data", "Fetch the data with: git lfs pull"),
    ),
    (b"%PDF-", Foreign("a PDF document", "Give the table as CSV.")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Foreign("a spreadsheet (.xls)", _EXPORT)),
    (b"{\\rtf", Foreign("an RTF document", "Give the table as CSV.")),
    (b"SQLite format 3\0", Foreign("an SQLite database", "Export the table as CSV.")),
    (b"\x89PNG", Foreign("a PNG image", "Give the table as CSV.")),
    (b"\xff\xd8\xff", Foreign("a JPEG image", "Give the table as CSV.")),
    (b"\x89HDF", Foreign("an HDF5 file", _CONVERT)),
    (b"\x93NUMPY", Foreign("a NumPy array", _CONVERT)),
    (b"ARROW1", Foreign("an Arrow (Feather) file", _CONVERT)),
    (b"7z\xbc\xaf\x27\x1c", Foreign("a 7z archive", _UNPACK)),
    (b"Rar!\x1a\x07", Foreign("a RAR archive", _UNPACK)),
    (b"\x1f\x8b", Foreign("a file that was compressed twice", _UNPACK)),
)

_PATTERNS: tuple[tuple[re.Pattern[bytes], Foreign], ...] = (
    (
        re.compile(rb"<(!doctype html|html|head|body|table)\b", re.IGNORECASE),
        Foreign("an HTML page", "Download the file itself: a link often gives a page about the file, or a login page."),
    ),
    (re.compile(rb"<\?xml|<svg\b", re.IGNORECASE), Foreign("an XML document", _CONVERT)),
    (re.compile(rb"(?:%[^\n]*\n|\s)*@relation\b", re.IGNORECASE), Foreign("an ARFF file", _CONVERT)),
    (re.compile(rb"%%MatrixMarket\b", re.IGNORECASE), Foreign("a Matrix Market file", _CONVERT)),
    (
        re.compile(rb"(?:INSERT INTO|CREATE TABLE)\s", re.IGNORECASE),
        Foreign("an SQL script", "Export the table as CSV."),
    ),
    (re.compile(rb"BEGIN:V(?:CARD|CALENDAR)\b"), Foreign("a vCard or calendar file", _CONVERT)),
    (re.compile(rb"From \S+@\S+ [^\n]*\n[A-Z][\w-]*: "), Foreign("a mailbox", "Give the table as CSV.")),
    (re.compile(rb"[+-]?\d+(?:\.\d+)?(?: \d+:[\d.eE+-]+){2,}\s*\n"), Foreign("an SVMLight file", _CONVERT)),
    (re.compile(rb'\{\s*"[^"]*"\s*:|\[\s*\{\s*"|\[\s*\['), Foreign("a JSON document", _CONVERT)),
)

_ZIP = b"PK\x03\x04"
_SPREADSHEET_PARTS = (b"[Content_Types].xml", b"xl/", b"opendocument.spreadsheet", b"_rels/.rels")


def recognise(head: bytes) -> Foreign | None:
    """What a file that begins with `head` is, unless it may be a table.

    Examples
    --------
    >>> recognise(b"<!DOCTYPE html><html>").kind
    'an HTML page'
    >>> recognise(b"a,b")
    """
    if head.startswith(_ZIP):
        if any(part in head for part in _SPREADSHEET_PARTS):
            return Foreign("a spreadsheet (.xlsx, .ods)", _EXPORT)
        return Foreign("a zip archive", _UNPACK)
    for magic, foreign in _MAGIC:
        if head.startswith(magic):
            return foreign
    if head[257:262] == b"ustar":
        return Foreign("a tar archive", _UNPACK)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1000]
    return next((foreign for pattern, foreign in _PATTERNS if pattern.match(start)), None)
