"""Contents of other libraries' formats made wrong at random, by a seed: cells, lines and bytes become others."""

import random
import re
import struct
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

ODD = (
    "-1", "0", "1", "2", "7", "65", "-2147483648", "2147483647", "4294967295", "99999999", "1e308", "-1e300", "nan",
    "inf", "", "x", "0.5",
)  # fmt: skip
_CELL = re.compile(r"(?<=[= ])[^= \n]+(?=[ \n])")


def _other_cell(text: str, draw: random.Random) -> str:
    cell = draw.choice(list(_CELL.finditer(text)))
    near = str(int(cell[0]) + draw.choice((-1, 1))) if cell[0].lstrip("-").isdecimal() else cell[0][:-1]
    return text[: cell.start()] + draw.choice((*ODD, near, near, near, near)) + text[cell.end() :]


def _cell_less(text: str, draw: random.Random) -> str:
    cell = draw.choice(list(_CELL.finditer(text)))
    return text[: cell.start()].rstrip(" ") + text[cell.end() :]


def _cells_more(text: str, draw: random.Random) -> str:
    cell = draw.choice(list(_CELL.finditer(text)))
    return text[: cell.end()] + f" {cell[0]}" * draw.choice((1, 100)) + text[cell.end() :]


def _line(change: Callable[[list[str], int], None]) -> Callable[[str, random.Random], str]:
    def changed(text: str, draw: random.Random) -> str:
        lines = text.split("\n")
        change(lines, draw.randrange(len(lines)))
        return "\n".join(lines)

    return changed


def _byte(text: str, draw: random.Random) -> str:
    place = draw.randrange(len(text))
    return text[:place] + draw.choice("\x00\n =-09az[é") + text[place + 1 :]


def _cut(text: str, draw: random.Random) -> str:
    return text[: draw.randrange(len(text))]


OF_TEXTS = (
    *[_other_cell] * 12,
    *[_cell_less] * 2,
    _cells_more,
    _line(lambda lines, place: lines.pop(place)),  # type: ignore[arg-type]
    _line(lambda lines, place: lines.insert(place, lines[place])),
    _line(lambda lines, place: lines.__setitem__(place, lines[place - 1])),
    _byte,
    _cut,
)


def wrong_text(text: str, draw: random.Random) -> str:
    """One thing of a text made wrong; lists of sizes of its parts follow it mostly."""
    return draw.choice(OF_TEXTS)(text, draw)


def wrong_bytes(data: bytes, draw: random.Random) -> bytes:
    """Some bytes made wrong: one, a number of four, some less or some twice."""
    place, n, kind = draw.randrange(len(data)), draw.choice((1, 4, 50)), draw.random()
    if kind < 0.4:
        return data[:place] + bytes([draw.choice((0, 1, 127, 128, 255, draw.randrange(256)))]) + data[place + 1 :]
    if kind < 0.8:
        number = draw.choice((-1, 0, 1, 99, 2**31 - 1, -(2**31), 10**6))
        return data[:place] + struct.pack(draw.choice("<>") + "i", number) + data[place + 4 :]
    return data[:place] + (data[place + n :] if kind < 0.9 else data[place : place + n] + data[place:])


NUMBERS = (-1, 0, 1, 2, 3, 7, 99, -(2**31), 2**31 - 1, 2**24, 10**6)


def wrong_tree(value: Any, draw: random.Random) -> Any:
    """One thing made wrong in what a parser of objects, lists, arrays, numbers and texts gives."""
    around, key = draw.choice(list(_places(value)))
    around[key] = _wrong(around[key], draw)
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key in value if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


def _wrong(value: Any, draw: random.Random) -> Any:
    if isinstance(value, np.ndarray):
        return _wrong_array(value, draw)
    if isinstance(value, str):
        return draw.choice((*ODD, value + "0", value[:-1]))
    if isinstance(value, int | float):
        return draw.choice((*NUMBERS, value + 1, value - 1, float(value), bool(value), [value], str(value)))
    if isinstance(value, dict):
        return {key: part for key, part in value.items() if draw.random() < 0.8}
    return draw.choice((value[:-1], value[::-1], value + value, []))


def _wrong_array(array: Any, draw: random.Random) -> Any:
    kind = draw.random()
    if kind < 0.7 and len(array):
        array = array.copy()
        number = draw.choice((*NUMBERS, array[0], array[-1]))
        within = number if array.dtype.kind == "f" else int(number) % 2 ** (8 * array.dtype.itemsize - 1)
        array[draw.randrange(len(array))] = -1 if number == -1 and array.dtype.kind != "u" else within
        return array
    return draw.choice((array[:-1], array[:0], np.concatenate([array, array[:1]]), array.astype(">f8"), array[::-1]))
