"""A source's text as strict UTF-8, whatever encoding it has."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlpipe.data.reading.source import Source

_BOM = "\ufeff"
_MARKING = "mlpipe-mark"


def _mark(error: UnicodeError) -> tuple[str, int]:
    """A NUL and the bytes in figures: whoever looks for NUL bytes finds it."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\0" + "".join(f"\\x{byte:02x}" for byte in error.object[error.start : error.end]), error.end


codecs.register_error(_MARKING, _mark)


class UndecodableError(Exception):
    """Text that ends here because the next bytes mean nothing; who reads in lines knows the line.

    Parameters
    ----------
    shown : str
        The fault in words.
    rest : bytes
        The bytes from the fault on, as many as are at hand.
    """

    def __init__(self, shown: str, rest: bytes) -> None:
        super().__init__(shown)
        self.shown = shown
        self.rest = rest


def sample_text(sample: bytes, encoding: str) -> bytes:
    """The sample as UTF-8 without a byte-order mark, as far as it can be decoded."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        text = decoder.decode(sample)
    except UnicodeError as error:
        text = sample[: getattr(error, "start", 0)].decode(encoding, "ignore")
    return text.removeprefix(_BOM).encode("utf-8", "ignore")


class Utf8Stream:
    """A source's text as strict UTF-8 without a byte-order mark.

    Parameters
    ----------
    source : Source
        Read to its end.
    encoding : str
        A Python codec name.
    marking : bool
        Whether bytes that mean nothing are marked by a NUL instead of ending the text.
    """

    def __init__(self, source: Source, encoding: str, *, marking: bool = False) -> None:
        self.encoding = encoding
        self.name = source.name
        self._source = source
        self._plain = codecs.lookup(encoding).name in {"utf-8", "utf-8-sig"}
        self._errors = _MARKING if marking else "strict"
        self._decoder = codecs.getincrementaldecoder(encoding)(self._errors)
        self._tail = b""
        self._failed: UndecodableError | None = None
        self._started = False

    def read(self, size: int) -> bytes:
        """Some of the text, in the order of `size` bytes; none at the end.

        Raises
        ------
        UndecodableError
            After all text before the fault has been given out.
        """
        text = b""
        while not text:
            if self._failed is not None:
                raise self._failed
            raw = self._source.read(size)
            text = self._check(raw) if self._plain else self._decode(raw)
            if not self._started and text:
                text = text.removeprefix(codecs.BOM_UTF8)
                self._started = True
            if not raw and self._failed is None:
                break
        return text

    def _check(self, raw: bytes) -> bytes:
        """UTF-8 passes through; a character cut in two waits for its other half."""
        data = self._tail + raw
        if data.isascii():
            self._tail = b""
            return data
        try:
            text, used = codecs.utf_8_decode(data, self._errors, not raw)
        except UnicodeDecodeError as error:
            used = error.start
            self._failed = UndecodableError(_describe(error), data[used:])
        else:
            if self._errors == _MARKING:
                self._tail = data[used:]
                return text.encode("utf-8")
        self._tail = data[used:]
        return data[:used]

    def _decode(self, raw: bytes) -> bytes:
        state = self._decoder.getstate()
        try:
            return self._decoder.decode(raw, final=not raw).encode("utf-8")
        except UnicodeDecodeError as error:
            held = len(state[0])
            self._failed = UndecodableError(_describe(error), error.object[error.start :])
            self._decoder.setstate(state)
            return self._decoder.decode(raw[: max(0, error.start - held)]).encode("utf-8", "ignore")
        except UnicodeError as error:
            self._failed = UndecodableError(str(error), raw)
            return b""


def _describe(error: UnicodeDecodeError) -> str:
    shown = " ".join(f"0x{byte:02X}" for byte in error.object[error.start : error.start + 2])
    return f"the bytes {shown} have no meaning there"
