"""What a pattern took out of the cells of dates and times: its groups as whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Fields:
    """Groups of a pattern as whole numbers, 0 where absent.

    Parameters
    ----------
    parts : pyarrow.StructArray
        From `extract_regex`.
    """

    def __init__(self, parts: pa.StructArray) -> None:
        self._parts = parts

    def __getitem__(self, name: str) -> NDArray[np.int64]:
        if self._parts.type.get_field_index(name) < 0:
            return np.zeros(len(self._parts), np.int64)
        text = pc.struct_field(self._parts, name)
        digits = pc.if_else(pc.equal(text, ""), "0", text)
        return np.asarray(pc.fill_null(pc.cast(digits, pa.int64()), 0))


def is_letter(parts: pa.StructArray, name: str, letter: str) -> NDArray[np.bool_]:
    """Whether a group is this letter, of either case; not where the pattern has no such group."""
    if parts.type.get_field_index(name) < 0:
        return np.zeros(len(parts), np.bool_)
    text = pc.utf8_lower(pc.struct_field(parts, name))
    return np.asarray(pc.fill_null(pc.equal(text, letter), False))


def hours_of(field: Fields, parts: pa.StructArray) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Hours from 0 to 23, and whether the cell's hour exists on its clock of 24 or of 12."""
    hour, after_noon = field["hour"], is_letter(parts, "half", "p")
    twelve = after_noon | is_letter(parts, "half", "a")
    exists = np.where(twelve, (hour >= 1) & (hour <= 12), hour < 24)
    return np.where(twelve, hour % 12 + 12 * after_noon, hour), exists


def micros_of(parts: pa.StructArray) -> NDArray[np.int64]:
    """The fraction of a second in microseconds; what is finer is cut off."""
    if parts.type.get_field_index("fraction") < 0:
        return np.zeros(len(parts), np.int64)
    padded = pc.utf8_slice_codeunits(
        pc.utf8_rpad(pc.fill_null(pc.struct_field(parts, "fraction"), ""), 6, padding="0"), 0, 6
    )
    return np.asarray(pc.cast(padded, pa.int64()))
