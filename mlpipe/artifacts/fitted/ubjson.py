"""Universal Binary JSON as XGBoost writes it: nothing of the format that it does not use is read."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

_WHOLE = {b"i": ">i1", b"I": ">i2", b"l": ">i4", b"L": ">i8"}
_ARRAYS = {**_WHOLE, b"U": ">u1", b"d": ">f4", b"D": ">f8"}
_DEEPEST = 12


class UbjsonError(ValueError):
    """Bytes that are not of the format."""


def parse_ubjson(data: bytes) -> Any:
    """Objects, lists, texts, whole numbers, and arrays of one type.

    Raises
    ------
    UbjsonError
        On anything else, lengths beyond the end, keys that come twice, and data after the end.

    Examples
    --------
    >>> parse_ubjson(b"{L" + bytes(7) + bytes([1]) + b"a[#L" + bytes(7) + bytes([1]) + b"i" + bytes([5]) + b"}")
    {'a': [5]}
    """
    reader = _Reader(data)
    try:
        value = reader.value(0)
    except (struct.error, UnicodeDecodeError, IndexError) as error:
        raise UbjsonError("bytes that no text or number has") from error
    if reader.place != len(data):
        raise UbjsonError("data after its end")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 0

    def value(self, depth: int) -> Any:
        code = self._take(1)
        if depth > _DEEPEST:
            raise UbjsonError("too deep")
        if code == b"{":
            return self._object(depth)
        if code == b"[":
            return self._array(depth)
        if code == b"S":
            return self._text()
        if code in _WHOLE:
            return int(self._numbers(_WHOLE[code], 1)[0])
        raise UbjsonError("a kind of value that is not used")

    def _take(self, n: int) -> bytes:
        if not 0 <= n <= len(self._data) - self.place:
            raise UbjsonError("a length beyond the end")
        self.place += n
        return self._data[self.place - n : self.place]

    def _expect(self, code: bytes) -> None:
        if self._take(len(code)) != code:
            raise UbjsonError("no length where one is needed")

    def _length(self) -> int:
        self._expect(b"L")
        return int(struct.unpack(">q", self._take(8))[0])

    def _text(self) -> str:
        return self._take(self._length()).decode("ascii")

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self._data[self.place] != ord("}"):
            key = self._text()
            if key in found:
                raise UbjsonError("a key that comes twice")
            found[key] = self.value(depth + 1)
        self.place += 1
        return found

    def _array(self, depth: int) -> Any:
        mark = self._take(1)
        if mark == b"$":
            kind = _ARRAYS.get(self._take(1), "")
            self._expect(b"#")
            return self._numbers(kind, self._length())
        if mark != b"#":
            raise UbjsonError("an array without its length")
        return [self.value(depth + 1) for _ in range(self._checked(self._length()))]

    def _checked(self, n: int) -> int:
        if not 0 <= n <= len(self._data):
            raise UbjsonError("a length beyond the end")
        return n

    def _numbers(self, kind: str, n: int) -> Any:
        if not kind:
            raise UbjsonError("a kind of number that is not used")
        return np.frombuffer(self._take(n * np.dtype(kind).itemsize), dtype=kind)
