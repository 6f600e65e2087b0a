"""How a file was written: encoding, comments, delimiter, quotes, decimal mark, from its beginning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlpipe.data.delimiter import ALONE, choose_delimiter, fit_delimiter
from mlpipe.data.encoding import check_encoding, decodes, detect_encoding
from mlpipe.data.errors import EncodingUnclearError, ReadOptionError
from mlpipe.data.fields import Rules
from mlpipe.data.records import count_lines
from mlpipe.data.schema import Dialect
from mlpipe.data.utf8 import sample_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlpipe.data.delimiter import Fit
    from mlpipe.params import ReadParams

SAMPLE_BYTES = 1 << 18
_UNMARKED = ("gb18030", "cp1252", "latin-1")
_PREAMBLE = re.compile(rb"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*")
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)?")
_SEP_LINE = re.compile(rb'"?sep=([,;|\t ])"?(?:\r\n|\r|\n)', re.IGNORECASE)
_NUMBER = re.compile(rb"[ \t]*[+-]?\d+([.,]\d+)?[ \t]*")
_COMMA_NUMBER = re.compile(rb"[+-]?(?:\d*|\d{1,3}(?:\.\d{3})+),\d+%?")
_DOT_NUMBER = re.compile(rb"[+-]?(?:\d*|\d{1,3}(?:,\d{3})+)\.\d+%?")
_GROUPED = re.compile(rb"[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+")
_WHOLE = re.compile(rb"[+-]?\d+%?")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A dialect, and what else is needed to cut this very file into fields."""

    dialect: Dialect
    skip_blanks: bool = False

    @property
    def rules(self) -> Rules:
        """How records are cut."""
        return Rules(
            delimiter=self.dialect.delimiter, quoted=self.dialect.quote == '"', skip_blanks=self.skip_blanks
        )  # fmt: skip


def detect_dialect(sample: bytes, params: ReadParams) -> Dialect:
    r"""The dialect of a file that begins with `sample`.

    Examples
    --------
    >>> from mlpipe.params import ReadParams
    >>> d = detect_dialect(b"a;b\n1,5;2\n0,25;3\n", ReadParams())
    >>> d.delimiter, d.decimal
    (';', ',')
    """
    return detect_layout(sample, params, name="The file", whole=len(sample) < SAMPLE_BYTES).dialect


def detect_layout(
    sample: bytes, params: ReadParams, *, name: str, whole: bool, pinned: Dialect | None = None
) -> Layout:
    """The dialect and what goes with it.

    Parameters
    ----------
    name : str
        The file, for messages.
    whole : bool
        Whether the sample is all there is.
    pinned : Dialect, optional
        How an earlier file of the same table was written: decides where the sample does not.

    Raises
    ------
    EncodingUnclearError
    UsageError
        For a parameter that no file can have.
    """
    encoding = _choose_encoding(sample, params, name=name, whole=whole, pinned=pinned)
    text = sample_text(sample, encoding)
    header = params.header if pinned is None else pinned.header
    given, skipped, body = _preamble(text)
    given = check_delimiter(params.delimiter) or given
    fit = fit_delimiter(body, given, whole=whole) if given else choose_delimiter(
        body, header=header, whole=whole, pinned=pinned
    )  # fmt: skip
    skip_lines = count_lines(skipped)
    if header and not given:
        skip_lines -= _header_in_comment(skipped, body, fit)
    return Layout(
        dialect=Dialect(
            encoding=encoding,
            delimiter=fit.delimiter,
            quote='"' if fit.quoted else "",
            header=header,
            decimal=_choose_decimal(fit, params, pinned),
            skip_lines=skip_lines,
        ),
        skip_blanks=fit.skip_blanks,
    )


def check_delimiter(delimiter: str | None) -> str | None:
    """The one character that is meant; `tab`, `space` and a backslash with a `t` are understood.

    Raises
    ------
    ReadOptionError
    """
    if delimiter is None:
        return None
    meant = {"\\t": "\t", "tab": "\t", "TAB": "\t", "space": " "}.get(delimiter, delimiter)
    if len(meant) != 1 or not meant.isascii() or meant in '"\r\n\0':
        raise ReadOptionError(
            "--delimiter", delimiter, "a delimiter is one ASCII character",
            remedy="Give one such as ',' ';' '|' or 'tab'; a blank stands for runs of blanks.",
        )  # fmt: skip
    return meant


def _choose_encoding(sample: bytes, params: ReadParams, *, name: str, whole: bool, pinned: Dialect | None) -> str:
    if params.encoding is not None:
        return check_encoding(params.encoding)
    found = detect_encoding(sample, whole=whole)
    # Among the encodings without a mark a short file tells little: the earlier one decides.
    if pinned is not None and found in {None, *_UNMARKED} and not pinned.encoding.startswith("utf"):
        return pinned.encoding if decodes(sample, pinned.encoding) else found or pinned.encoding
    if found is None:
        raise EncodingUnclearError(name)
    return found


def _preamble(text: bytes) -> tuple[str | None, bytes, bytes]:
    """The delimiter that a spreadsheet wrote in a first line `sep=;`, the lines to skip, and the rest."""
    sep = _SEP_LINE.match(text)
    start = sep.end() if sep else 0
    match = _PREAMBLE.match(text, start)
    end = match.end() if match else start
    return (sep[1].decode() if sep else None), text[:end], text[end:]


def _header_in_comment(skipped: bytes, body: bytes, fit: Fit) -> int:
    """1 where the line above the table is its header with a `#` in front, else 0.

    It then has as many names as there are fields; there are numbers below it, and none in it.
    """
    lines = skipped.splitlines()
    if not lines or not lines[-1].lstrip().startswith(b"#") or fit.delimiter == ALONE:
        return 0
    names = fit.rules.split(lines[-1])
    first = fit.rules.split(_first_line(body))
    if len(names) != len(first) or len(names) < 2:
        return 0
    return int(any(map(_NUMBER.fullmatch, first)) and not any(map(_NUMBER.fullmatch, names)))


def _first_line(body: bytes) -> bytes:
    match = _LINE.match(body)
    return match[0] if match else b""


def _choose_decimal(fit: Fit, params: ReadParams, pinned: Dialect | None) -> str:
    """A comma where some column is all numbers, some of them with a decimal comma, and none with a decimal point."""
    if params.decimal is not None:
        if params.decimal not in {".", ","}:
            raise ReadOptionError("--decimal", params.decimal, "not a decimal mark", remedy="Give '.' or ','.")
        return params.decimal
    if fit.delimiter == "," or not fit.rows:
        return "."
    marks = {_decimal_mark(column) for column in zip(*fit.rows[1:], strict=False)} - {""}
    if not marks and pinned is not None:
        return pinned.decimal
    return "," if marks == {","} else "."


def _decimal_mark(cells: Iterable[bytes]) -> str:
    """The decimal mark of a column of numbers; "" where it shows none or is no such column."""
    texts = [cell.strip() for cell in cells]
    present = [text for text in texts if any(48 <= byte <= 57 for byte in text)]
    plain = [text for text in present if not _GROUPED.fullmatch(text)]
    for mark, pattern in ((",", _COMMA_NUMBER), (".", _DOT_NUMBER)):
        marked = sum(pattern.fullmatch(text) is not None for text in plain)
        if marked and all(pattern.fullmatch(text) or _WHOLE.fullmatch(text) for text in plain):
            return mark
    return ""
