"""Encodings: which one a file has, and its text as strict UTF-8 whatever it has."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from mlpipe.data.reading.code_pages import western_page
from mlpipe.errors import UnknownNameError
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from mlpipe.data.reading.origin import Part
    from mlpipe.data.reading.source import Source

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KNOWN = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "big5", "shift_jis", "euc_jp", "euc_kr",
          "cp437", "cp850", "cp1250", "cp1251", "cp1252",
           "cp1253", "cp1254", "latin-1", "iso8859-15", "mac-roman", "ascii")  # fmt: skip
_BEYOND, _BEHIND_LETTER = re.compile("[^\x00-\x7f]+"), re.compile("[A-Za-z][^\x00-\x7f]")
_BETWEEN_LETTERS = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f]+(?=[A-Za-z])")
_BOM = "\ufeff"
_MARKING = "mlpipe-mark"


def check_encoding(name: str) -> str:
    """The name as given, if Python has a text codec of that name.

    Raises
    ------
    UnknownNameError
        With the nearest names.
    """
    try:
        info = codecs.lookup(name)
        "a".encode(name).decode(name)
    except (LookupError, ValueError) as error:
        raise UnknownNameError("encoding", name, _KNOWN, where=param("encoding")) from error
    if info.incrementaldecoder is None:
        raise UnknownNameError("encoding", name, _KNOWN, where=param("encoding"))
    return name


def detect_encoding(sample: bytes, *, whole: bool) -> str | None:
    """The encoding of a text that begins with `sample`, `None` where nothing fits.

    UTF-8 is tried strictly; then a byte or two that break it are faults of the file as long as the rest is plainly
    UTF-8. Chinese (GB18030) and Western (cp1252) are told apart by how common the characters would be, other code
    pages by the words that they make.

    Parameters
    ----------
    whole : bool
        Whether the text ends with the sample.

    Examples
    --------
    >>> detect_encoding("Größe,1".encode("cp1252"), whole=True)
    'cp1252'
    >>> detect_encoding("套餐金额,流失用户".encode("gb18030"), whole=True)
    'gb18030'
    """
    marked = next((name for bom, name in _BOMS if sample.startswith(bom)), None) or _detect_wide(sample)
    if marked or sample.isascii():
        return marked or "utf-8"
    text = sample if whole else sample[: max(sample.rfind(b"\n"), sample.rfind(b"\r")) + 1] or sample
    faults, good = _utf8_faults(text)
    if good >= 3 * faults:
        return "utf-8"
    if _chinese_share(text) >= 0.7:
        return None if _may_be_korean(text) else "gb18030"
    if good < faults and _may_be_japanese(text):
        return None
    return "utf-8" if good >= faults else western_page(text)


def _detect_wide(sample: bytes) -> str | None:
    """UTF-16 without a mark: digits, delimiters and line ends have a zero byte on one side, always the same.

    Most bytes that may be line ends must be, lest stray zero bytes turn a broken file into rare letters.
    """
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    few, many = sorted((even, odd))
    if many < len(sample) / 20 or few > many / 100:
        return None
    name = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = codecs.getincrementaldecoder(name)().decode(sample)
    except UnicodeDecodeError:
        return None
    ends = text.count("\n") + text.count("\r")
    return name if 2 * ends >= max(1, sample.count(b"\n") + sample.count(b"\r")) else None


def _utf8_faults(sample: bytes) -> tuple[int, int]:
    """Bytes that break UTF-8, and characters beyond ASCII that are right."""
    text = sample.decode("utf-8", "surrogateescape")
    beyond = [character for character in text if character > "\x7f"]
    faults = sum("\udc80" <= character <= "\udcff" for character in beyond)
    return faults, len(beyond) - faults


def _chinese_share(sample: bytes) -> float:
    """Share of the characters beyond ASCII that are everyday Chinese, were the sample GB18030.

    Everyday is GB 2312's first level (3,755 characters ordered by sound, 99.9 % of running text) and its marks.
    Western text taken for Chinese gives rare characters, often in the middle of a Latin word.
    """
    try:
        text = codecs.getincrementaldecoder("gb18030")().decode(sample)
    except UnicodeDecodeError:
        return 0.0
    apart = _BETWEEN_LETTERS.sub("", text)
    codes = "".join(character for character in apart if character > "\x7f").encode("gb2312", "ignore")
    everyday = sum(0xB0 <= lead <= 0xD7 or 0xA1 <= lead <= 0xA3 for lead in codes[0::2])
    beyond = sum(character > "\x7f" for character in text)
    return everyday / beyond if beyond else 0.0


def _may_be_korean(text: bytes) -> bool:
    """Whether all double bytes are among those of Hangul, which Chinese of some length never keeps to."""
    try:
        codes = codecs.getincrementaldecoder("euc_kr")().decode(text)
    except UnicodeDecodeError:
        return False
    beyond = [character for character in codes if character > "\x7f"]
    return len(beyond) >= 8 and all("\uac00" <= character <= "\ud7a3" for character in beyond)


def _may_be_japanese(text: bytes) -> bool:
    """Whether it is everyday Shift-JIS: kana and JIS X 0208's first level, half of them in runs, none behind Latin.

    In a Western text bytes beyond ASCII stand within words, and seldom side by side.
    """
    try:
        codes = codecs.getincrementaldecoder("cp932")().decode(text)
    except UnicodeDecodeError:
        return False
    runs = _BEYOND.findall(codes)
    beyond = "".join(runs)
    leads = beyond.encode("cp932")[0::2]
    everyday = len(leads) == len(beyond) and all(0x81 <= lead <= 0x83 or 0x88 <= lead <= 0x97 for lead in leads)
    together = 2 * len(set("".join(run for run in runs if len(run) > 1))) >= len(set(beyond))
    return len(set(beyond)) >= 4 and everyday and together and not _BEHIND_LETTER.search(codes)


def suggest_encodings(rest: bytes) -> tuple[str, ...]:
    """What to try for bytes that are not in the encoding they were taken for."""
    found = detect_encoding(rest[: 1 << 16], whole=False)
    candidates = (found, "cp1252", "gb18030", "utf-8", "cp850")
    fitting = dict.fromkeys(name for name in candidates if name and decodes(rest[:1024], name))
    return tuple(fitting) or ("latin-1",)


def decodes(sample: bytes, name: str) -> bool:
    """Whether a text of that encoding may begin with `sample`."""
    try:
        codecs.getincrementaldecoder(name)().decode(sample)
    except UnicodeError:
        return False
    return True


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
    first_line : int
        Physical line, counted from 1, with which the text begins; behind the first a byte-order mark is a letter.
    """

    def __init__(self, source: Source | Part, encoding: str, *, marking: bool = False, first_line: int = 1) -> None:
        self.encoding = encoding
        self.name = source.name
        self._source = source
        self._plain = codecs.lookup(encoding).name in {"utf-8", "utf-8-sig"}
        self._errors = _MARKING if marking else "strict"
        self._decoder = codecs.getincrementaldecoder(encoding)(self._errors)
        self._tail = b""
        self._failed: UndecodableError | None = None
        self.first_line = first_line
        self._started = first_line > 1

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

    def n_bytes(self, text: bytes) -> int:
        """Bytes of the source from which text came, in an encoding that `is_stateless`."""
        return len(text if self._plain or text.isascii() else text.decode("utf-8").encode(self.encoding))

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
