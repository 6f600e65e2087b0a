"""How a file was written: encoding, comments, delimiter, quotes, decimal mark, from its beginning."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.reading.code_pages import guess_encoding
from mlpipe.data.reading.delimiter import (
    check_delimiter,
    check_header_has_delimiter,
    check_set_apart,
    choose_delimiter,
)
from mlpipe.data.reading.dialect_fit import Marks, fit_delimiter, strict_quotes
from mlpipe.data.reading.doubts import behind_blanks, undivided
from mlpipe.data.reading.encoding import check_encoding, decodes, detect_encoding, sample_text
from mlpipe.data.reading.errors import SHOWN
from mlpipe.data.reading.fields import QuoteFaultError
from mlpipe.data.reading.header.checks import check_first_rows
from mlpipe.data.reading.header.mending import mended_header
from mlpipe.data.reading.header.names import (
    comments_before,
    first_line,
    header_in_comment,
    lines_before,
    padded_before,
    prose_before,
)
from mlpipe.data.reading.raw import Doubt
from mlpipe.data.reading.records import CR, END_OF_FILE, LF, count_lines, index_records
from mlpipe.data.schema import Dialect
from mlpipe.errors import DataError, UsageError
from mlpipe.words.lists import quoted
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mlpipe.data.reading.code_pages import Guess
    from mlpipe.data.reading.dialect_fit import Fit
    from mlpipe.data.reading.fields import Rules
    from mlpipe.params import ReadParams

SAMPLE_BYTES = 1 << 18
_COMMA_NUMBER = re.compile(rb"[+-]?(?:\d*|\d{1,3}(?:\.\d{3})+),\d+%?")
_DOT_NUMBER = re.compile(rb"[+-]?(?:\d*|\d{1,3}(?:,\d{3})+)\.\d+%?")
_GROUPED = re.compile(rb"[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+")
_WHOLE = re.compile(rb"[+-]?\d+%?")
_ODD_QUOTES = (
    Doubt(
        "MLP501",
        "The quotes of the header make no sense: its names are what stands between its quotes and delimiters, as many"
        " as the rows have fields.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A dialect, and what else is needed to cut this very file into fields.

    Parameters
    ----------
    stray_ends : bool
        Whether a bare CR may end a row though the file's other lines end otherwise.
    strict : bool or None
        As in `Rules`.
    doubts : tuple of Doubt
        What should be looked at.
    mended : bytes
        What is to be read in place of the header's line, if it is not to be read as it stands.
    """

    dialect: Dialect
    rules: Rules
    stray_ends: bool = True
    strict: bool | None = False
    doubts: tuple[Doubt, ...] = ()
    mended: bytes = b""


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
    DataError
        Where the beginning does not say how the file is to be read.
    UsageError
        For a parameter that no file can have.
    """
    encoding = _choose_encoding(sample, params, name=name, whole=whole, pinned=pinned)
    text = sample_text(sample, encoding)
    text = text.rstrip(END_OF_FILE) if whole else text
    header = params.header is not False if pinned is None else pinned.header
    marks = _marks(params)
    comment = _one_character("comment", params.comment)
    given, skipped, body = comments_before(text, "#" if comment is None else comment)
    if params.skip_lines is not None:
        body = comments_before(text[lines_before(text, params.skip_lines) :], comment or "")[2]
    if comment:
        body = re.sub(rb"(?m)^%b[^\r\n]*(?:\r\n|\r|\n)" % re.escape(comment.encode()), b"", body)
    given = check_delimiter(params.delimiter) or given

    def fitted(body: bytes) -> Fit:
        if given:
            return fit_delimiter(body, given, marks, whole=whole)
        return choose_delimiter(body, marks, header=header, whole=whole, pinned=pinned)

    fit = fitted(body)
    skip_lines = count_lines(skipped) if params.skip_lines is None else params.skip_lines
    if header and params.skip_lines is None and (at := _above_header(body, fit, given, params, whole=whole)):
        skip_lines += count_lines(body[:at])
        body = body[at:]
        fit = fitted(body)
    in_comment = header and not given and params.skip_lines is None and header_in_comment(skipped, body, fit)
    mended = _mended(body, fitted, params, comment, whole=whole) if header else b""
    if mended:
        body = mended + body[len(first_line(body)) :]
        fit = fitted(body)
    if header and params.header is None and pinned is None and not in_comment:
        _check_header(fit, body, given, name=name, line=skip_lines + 1, whole=whole)
    line_end = params.line_end or _find_line_end(body, fit, whole=whole)
    return Layout(
        dialect=Dialect(
            encoding=encoding,
            delimiter=fit.delimiter,
            quote=fit.rules.quote if fit.rules.quoted else "",
            header=header,
            decimal=_choose_decimal(fit, params, pinned),
            skip_lines=skip_lines - bool(in_comment),
            escape=fit.rules.escape,
            line_end=line_end,
            comment=comment or "",
        ),
        rules=replace(fit.rules, comment=comment or ""),
        stray_ends=params.line_end is not None or line_end in {"mixed", "cr"},
        strict=False if params.quote is not None else strict_quotes(body, fit.rules),
        doubts=(
            *(_ODD_QUOTES if mended else ()),
            *behind_blanks(fit, body),
            *(() if given else undivided(fit, body)),
        ),
        mended=mended,
    )


def _mended(
    body: bytes, fitted: Callable[[bytes], Fit], params: ReadParams, comment: str | None, *, whole: bool
) -> bytes:
    """The header with its quotes put right, where bad rows may be left out and nothing else was said of the lines."""
    line = first_line(body)
    free = params.on_bad_row == "skip" and params.quote is None and params.skip_lines is None and not comment
    return mended_header(body, fitted(body[len(line) :]), whole=whole) if free and b'"' in line else b""


def _check_header(fit: Fit, body: bytes, given: str | None, *, name: str, line: int, whole: bool) -> None:
    if not given:
        check_header_has_delimiter(fit, body, name=name, line=line, whole=whole)
    check_set_apart(fit, body, name=name, line=line)
    check_first_rows(fit, body, name=name, line=line)


def _above_header(body: bytes, fit: Fit, given: str | None, params: ReadParams, *, whole: bool) -> int:
    """Length of the lines that are no part of the table."""
    if fit.agree < 1 or fit.n_fields == 1:
        return prose_before(body, (given,), whole=whole) if given else prose_before(body, whole=whole)
    return padded_before(fit) if params.header is None else 0


def _marks(params: ReadParams) -> Marks:
    line_end = params.line_end if params.line_end not in {None, "mixed"} else "any"
    return Marks(
        quote=_one_character("quote", params.quote),
        escape=_one_character("escape", params.escape),
        line_end=line_end or "any",
    )


def _one_character(name: str, value: str | None) -> str | None:
    """The character that is meant, "" for `none`."""
    if value is None:
        return None
    if value in {"none", ""}:
        return ""
    if len(value) != 1 or not value.isascii() or value in "\r\n\0":
        raise UsageError(
            f"{param(name)} {value!r}: this is one ASCII character.", remedy="Give one character, or none."
        )
    return value


def _find_line_end(body: bytes, fit: Fit, *, whole: bool) -> str:
    r"""`lf`, `crlf` or `cr` where all rows end alike, else `mixed`.

    A bare CR among other line ends counts only where the rows agree on their number of fields that way and are more
    than one field: a row that ends there is then certain.
    """
    try:
        ends = index_records(body, fit.rules, final=whole).ends - 1
    except QuoteFaultError:
        return "mixed"
    letters = np.frombuffer(body, np.uint8)
    bare = letters[ends] == CR
    both = (letters[ends] == LF) & (letters[np.maximum(ends - 1, 0)] == CR) & (ends > 0)
    n_ends = len(ends)
    if not n_ends:
        return "lf"
    if bare.any() and not bare.all() and (fit.n_fields == 1 or fit.agree < 1):
        return "crlf" if both.any() else "lf"
    if bare.all():
        return "cr"
    if bare.any() or both.any():
        return "crlf" if both.all() else "mixed"
    return "lf"


def _choose_encoding(sample: bytes, params: ReadParams, *, name: str, whole: bool, pinned: Dialect | None) -> str:
    if params.encoding is not None:
        return check_encoding(params.encoding)
    found = detect_encoding(sample, whole=whole)
    # Among the encodings without a mark a short file tells little: the earlier one decides.
    if pinned is not None and not (found or "").startswith("utf") and not pinned.encoding.startswith("utf"):
        return pinned.encoding if decodes(sample, pinned.encoding) else found or pinned.encoding
    if found is None:
        raise _unclear_encoding(name, guess_encoding(sample))
    return found


def _unclear_encoding(name: str, guess: Guess | None) -> DataError:
    if guess is None:
        return DataError(
            f"The encoding of {name} is unclear: it is not UTF-8, and no other fits well.",
            remedy=ways(
                f"Give it, such as {param('encoding', 'gb18030')}, big5, shift_jis, euc_kr, cp1251 or cp1252",
                "write the file as UTF-8",
            ),
        )
    language = f" ({guess.language})" if guess.language else ""
    words = ", ".join(quoted(word, SHOWN) for word in guess.words)
    return DataError(
        f"The encoding of {name} is unclear: it is not UTF-8, and may be {guess.encoding}{language}, which reads"
        f" {words}.",
        remedy=ways(
            f"If these are words of the file, give {param('encoding', guess.encoding)}",
            "; else another one, such as gb18030, big5, shift_jis, euc_kr, cp1251 or cp1252",
        ),
    )


def _choose_decimal(fit: Fit, params: ReadParams, pinned: Dialect | None) -> str:
    """A comma where some column is all numbers, some of them with a decimal comma, and none with a decimal point."""
    if params.decimal is not None:
        if params.decimal not in {".", ","}:
            raise UsageError(f"{param('decimal')} {params.decimal!r}: not a decimal mark.", remedy="Give '.' or ','.")
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
