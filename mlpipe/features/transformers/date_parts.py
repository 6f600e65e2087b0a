"""Dates become numbers: calendar parts, places on a circle, and days since a reference date."""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from mlpipe.features.plan.plan import DATE_PARTS, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MICROSECONDS_PER_HOUR = 3_600_000_000
MICROSECONDS_PER_DAY = 24 * MICROSECONDS_PER_HOUR
ATTRIBUTES = {"weekday": "day_of_week", "dayofyear": "day_of_year"}
"""What pandas calls the parts that it calls otherwise."""

PLAIN: tuple[Part, ...] = ("year", "month", "day", "weekday", "dayofyear", "hour", "minute", "second", "days")
"""Parts that tell a date by themselves; the others say the same again."""

CIRCLES: dict[Part, tuple[Part, Part]] = {
    "month": ("month_sin", "month_cos"),
    "day": ("day_sin", "day_cos"),
    "weekday": ("weekday_sin", "weekday_cos"),
    "dayofyear": ("dayofyear_sin", "dayofyear_cos"),
    "hour": ("time_sin", "time_cos"),
    "minute": ("time_sin", "time_cos"),
    "second": ("time_sin", "time_cos"),
    "time": ("time_sin", "time_cos"),
}
WAVES = {"sin": np.sin, "cos": np.cos}

EPOCH = "1970-01-01T00:00:00.000000"


class DateParts(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Calendar parts of one date column, as float64; a missing date gives missing parts.

    Parameters
    ----------
    parts : sequence of str, optional
        Parts to give, of `plan.DATE_PARTS`: `time` is the hours since midnight; `_sin` and `_cos` are a place on
        the circle of the year, the month (as long as it is), the week or the day. By default those of `PLAIN` with
        more than one value among the training rows, and `days` if none has.
    timezone : str, optional
        IANA name of the zone in which the parts are read off; moments are UTC. `days` stays elapsed time.

    Attributes
    ----------
    parts_ : tuple of str
        Parts given, in calendar order.
    reference_ : str
        The earliest training date (1970 where there is none): `days` counts from it.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (1,)
        Only where the column has a name.

    Examples
    --------
    >>> frame = pd.DataFrame({"joined": ["2024-01-31", "2024-02-01", None]})
    >>> dates = DateParts(parts=("month", "days")).fit(frame)
    >>> dates.transform(frame).tolist()
    [[1.0, 0.0], [2.0, 1.0], [nan, nan]]
    >>> dates.get_feature_names_out().tolist()
    ['joined_month', 'joined_days']
    """

    timezone: str | None = None  # for those saved before it was a parameter

    def __init__(self, parts: Sequence[Part] | None = None, *, timezone: str | None = None) -> None:
        self.parts = parts
        self.timezone = timezone

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002  # scikit-learn passes a target to every step
        """Learn the reference date, and which parts vary.

        Parameters
        ----------
        X : DataFrame or array of shape (n_rows, 1)
            Dates, or ISO 8601 text (with an offset it is turned to UTC).
        """
        validate_data(self, X, skip_check_array=True, reset=True)
        _check_zone(self.timezone)
        moments = _moments(X)
        known = moments[~np.isnat(moments)]
        self.reference_ = str(known.min()) if len(known) else EPOCH
        self.parts_ = tuple(self.parts) if self.parts is not None else self._varying(known)
        unknown = [part for part in self.parts_ if part not in DATE_PARTS]
        if unknown or not self.parts_:
            raise ValueError(f"Parts of a date are {', '.join(DATE_PARTS)}; these are asked for: {self.parts!r}.")
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Give the parts of each date.

        Returns
        -------
        ndarray of shape (n_rows, n_parts)
        """
        check_is_fitted(self)
        validate_data(self, X, skip_check_array=True, reset=False)
        return self._table(_moments(X), self.parts_)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Name each feature `<column>_<part>`."""
        check_is_fitted(self)
        names = getattr(self, "feature_names_in_", ["x0"]) if input_features is None else input_features
        return np.array([f"{names[0]}_{part}" for part in self.parts_], dtype=object)

    def _varying(self, known: NDArray[np.datetime64]) -> tuple[Part, ...]:
        spread = np.ptp(self._table(known, PLAIN), axis=0) if len(known) else np.zeros(len(PLAIN))
        return tuple(part for part, varies in zip(PLAIN, spread > 0, strict=True) if varies) or ("days",)

    def _table(self, moments: NDArray[np.datetime64], parts: Sequence[Part]) -> NDArray[np.float64]:
        calendar = pd.DatetimeIndex(moments)
        if self.timezone is not None:
            calendar = calendar.tz_localize("UTC").tz_convert(self.timezone).tz_localize(None)
        table = np.empty((len(moments), len(parts)))
        for i, part in enumerate(parts):
            table[:, i] = self._days(moments) if part == "days" else _part(calendar, part)
        return table

    def _days(self, moments: NDArray[np.datetime64]) -> NDArray[np.float64]:
        elapsed = (moments - np.datetime64(self.reference_, "us")).astype(np.int64)
        return np.where(np.isnat(moments), np.nan, elapsed / MICROSECONDS_PER_DAY)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.no_validation = True  # dates are neither float nor int, which is all that the generic checks feed
        return tags


def extreme_dates(values: pd.Series, timezone: str | None) -> pd.Series:
    """Of dates the earliest one, and for each calendar part some that have its least and its largest value.

    `DateParts` learns the same from these as from all of them.
    """
    known = values.dropna()
    if not len(known):
        return known
    table = DateParts(PLAIN, timezone=timezone).fit_transform(known.to_frame())
    return known.iloc[np.unique([known.argmin(), *table.argmin(axis=0), *table.argmax(axis=0)])]


def cyclic_parts(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Parts that tell the same on circles: the time of day once, while `year` and `days` have no circle.

    Examples
    --------
    >>> cyclic_parts(("year", "month", "hour", "minute", "days"))
    ('year', 'month_sin', 'month_cos', 'time_sin', 'time_cos', 'days')
    """
    wanted = {circle for part in parts for circle in CIRCLES.get(part, (part,))}
    return tuple(sorted(wanted, key=lambda part: (part == "days", DATE_PARTS.index(part))))


def _part(calendar: pd.DatetimeIndex, part: str) -> NDArray[np.float64]:
    name, _, wave = part.partition("_")
    if wave:
        angle = 2 * np.pi * _turn(calendar, name)
        circle: NDArray[np.float64] = WAVES[wave](angle)
        return circle
    if name == "time":
        since_midnight = (calendar - calendar.normalize()).to_numpy().astype("timedelta64[us]")
        return np.where(calendar.isna(), np.nan, since_midnight.astype(np.int64) / MICROSECONDS_PER_HOUR)
    return np.asarray(getattr(calendar, ATTRIBUTES.get(name, name)), dtype=np.float64)


def _turn(calendar: pd.DatetimeIndex, name: str) -> NDArray[np.float64]:
    """How much of its circle a part has gone round, in [0, 1)."""
    value = _part(calendar, name)
    if name == "month":
        return (value - 1) / 12
    if name == "day":
        return (value - 1) / np.asarray(calendar.days_in_month, dtype=np.float64)
    if name == "dayofyear":
        return (value - 1) / np.where(calendar.is_leap_year, 366, 365)
    return value / (7 if name == "weekday" else 24)


def _check_zone(timezone: str | None) -> None:
    try:
        zoneinfo.ZoneInfo("UTC" if timezone is None else timezone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"There is no time zone {timezone!r}; give an IANA name such as Europe/Paris.") from error


def _moments(X: Any) -> NDArray[np.datetime64]:
    """The one column of `X` as datetime64[us]; time zones are turned to UTC."""
    frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(np.asarray(X))
    if frame.shape[1] != 1:
        raise ValueError(f"DateParts takes one column of dates, not {frame.shape[1]}.")
    column = frame.iloc[:, 0]
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_convert(None)
    elif not pd.api.types.is_datetime64_dtype(column.dtype):
        column = _read(column)
    return column.to_numpy().astype("datetime64[us]")


def _read(column: pd.Series) -> pd.Series:
    if column.isna().all():
        return pd.Series(np.full(len(column), "NaT", dtype="datetime64[us]"))
    if pd.api.types.is_numeric_dtype(column.dtype):
        raise ValueError(
            f"DateParts takes dates or ISO 8601 text, not {column.dtype} such as {column.dropna().iloc[0]}."
        )
    return pd.to_datetime(column, format="ISO8601", utc=True).dt.tz_convert(None)
