import math
from calendar import isleap, monthrange
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import estimator_checks

from mlpipe.features.plan.plan import DATE_PARTS, Part
from mlpipe.features.transformers.date_parts import PLAIN, DateParts, cyclic_parts
from tests.features.tables import dates


def frame(values):
    return pd.DataFrame({"joined": values})


@settings(max_examples=50, deadline=None)
@given(st.lists(st.datetimes(), min_size=1, max_size=20))
def test_parts_equal_those_of_the_standard_library(moments):
    X = frame(dates(moments))
    parts = DateParts(parts=PLAIN).fit(X).transform(X)
    first = min(moments)
    expected = [
        [
            m.year,
            m.month,
            m.day,
            m.weekday(),
            m.timetuple().tm_yday,
            m.hour,
            m.minute,
            m.second,
            (m - first).total_seconds() / 86400,
        ]
        for m in moments
    ]
    np.testing.assert_allclose(parts, expected, rtol=1e-12, atol=1e-9)


def turns(m):
    """How far round each circle a moment is."""
    hours = m.hour + m.minute / 60 + (m.second + m.microsecond / 1e6) / 3600
    return {
        "month": (m.month - 1) / 12,
        "day": (m.day - 1) / monthrange(m.year, m.month)[1],
        "weekday": m.weekday() / 7,
        "dayofyear": (m.timetuple().tm_yday - 1) / (366 if isleap(m.year) else 365),
        "time": hours / 24,
    }


CIRCULAR = tuple(part for part in DATE_PARTS if part.endswith(("_sin", "_cos")))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.datetimes(), min_size=1, max_size=20))
def test_circles_and_time_equal_naive_ones(moments):
    X = frame(dates(moments))
    table = DateParts(parts=(*CIRCULAR, "time")).fit(X).transform(X)
    waves = {"sin": math.sin, "cos": math.cos}
    for row, moment in zip(table, moments, strict=True):
        expected = [
            waves[wave](2 * math.pi * turns(moment)[part]) for part, wave in (name.split("_") for name in CIRCULAR)
        ]
        assert row == pytest.approx([*expected, turns(moment)["time"] * 24], abs=1e-9)


def test_neighbours_on_a_circle_are_near():
    X = frame(dates(["2023-12-31T23:59", "2024-01-01T00:01", "2024-06-30T12:00"]))
    circles: list[tuple[Part, Part]] = [
        ("month_sin", "month_cos"),
        ("day_sin", "day_cos"),
        ("dayofyear_sin", "dayofyear_cos"),
        ("time_sin", "time_cos"),
    ]
    for parts in circles:
        table = DateParts(parts=parts).fit(X).transform(X)
        near, far = np.linalg.norm(table[0] - table[1]), np.linalg.norm(table[1] - table[2])
        assert near < far or "day_sin" in parts, parts


@settings(max_examples=50, deadline=None)
@given(
    st.datetimes(min_value=datetime(1975, 1, 1), max_value=datetime(2035, 1, 1)),
    st.sampled_from(["Europe/Paris", "Asia/Kolkata", "America/St_Johns", "Australia/Lord_Howe", "UTC"]),
)
def test_parts_are_read_off_where_they_are_asked(moment, zone):
    X = frame(dates([moment]))
    parts: tuple[Part, ...] = (
        "year", "month", "day", "weekday", "dayofyear", "hour", "minute", "second", "time",
    )  # fmt: skip
    there = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    row = DateParts(parts=parts, timezone=zone).fit(X).transform(X)[0]
    assert row == pytest.approx(
        [there.year, there.month, there.day, there.weekday(), there.timetuple().tm_yday,
         there.hour, there.minute, there.second, turns(there)["time"] * 24]
    )  # fmt: skip


def test_days_are_elapsed_time_whatever_the_zone():
    start = datetime(2024, 3, 30, 12, tzinfo=UTC)
    X = frame(dates([(start + timedelta(hours=h)).replace(tzinfo=None) for h in (0, 24, 48)]))
    fitted = DateParts(parts=("hour", "days"), timezone="Europe/Paris").fit(X)
    assert fitted.transform(X).tolist() == [[13, 0], [14, 1], [14, 2]]
    assert fitted.reference_ == DateParts().fit(X).reference_


def test_the_zone_decides_what_varies():
    X = frame(dates(["2024-06-01T20:00", "2024-06-01T23:30"]))
    assert DateParts().fit(X).parts_ == ("hour", "minute", "days")
    assert DateParts(timezone="Europe/Paris").fit(X).parts_ == (
        "day", "weekday", "dayofyear", "hour", "minute", "days",
    )  # fmt: skip


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "Europe"])
def test_an_unknown_zone_is_refused(zone):
    with pytest.raises(ValueError, match="time zone") as caught:
        DateParts(timezone=zone).fit(frame(dates(["2024-01-01"])))
    assert repr(zone) in str(caught.value)


def test_extreme_dates_and_gaps_in_a_zone():
    X = frame(dates(["0001-01-01", "9999-12-31T23:59:59", "NaT"]))
    table = DateParts(parts=DATE_PARTS, timezone="Asia/Tokyo").fit(X).transform(X)
    assert table[:2, 0].tolist() == [1, 10000]
    assert np.isnan(table[2]).all()
    none = frame(dates(["NaT", "NaT"]))
    assert np.isnan(DateParts(parts=DATE_PARTS, timezone="Asia/Tokyo").fit(none).transform(none)).all()


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("year", "days"), ("year", "days")),
        (("month",), ("month_sin", "month_cos")),
        (("day", "weekday"), ("day_sin", "day_cos", "weekday_sin", "weekday_cos")),
        (("dayofyear", "second", "days"), ("dayofyear_sin", "dayofyear_cos", "time_sin", "time_cos", "days")),
        (("hour", "minute", "second"), ("time_sin", "time_cos")),
        (PLAIN, ("year", *CIRCULAR, "days")),
        ((), ()),
    ],
)
def test_cyclic_parts_of_plain_ones(parts, expected):
    assert cyclic_parts(parts) == expected


def test_missing_dates_give_missing_parts():
    X = frame(dates(["2024-02-29", "NaT"]))
    parts = DateParts(parts=("year", "days")).fit(X).transform(X)
    np.testing.assert_array_equal(parts, [[2024, 0], [np.nan, np.nan]])


def test_the_reference_is_taught_by_training_rows():
    fitted = DateParts(parts=("days",)).fit(frame(dates(["2024-01-02", "2024-01-01"])))
    assert fitted.transform(frame(dates(["2023-12-31"]))).tolist() == [[-1.0]]
    empty = DateParts().fit(frame(dates(["NaT"])))
    assert empty.transform(frame(dates(["1970-01-02T12:00"]))).tolist() == [[1.5]]


def test_only_parts_that_vary_unless_told():
    hours = dates(np.datetime64("2024-05-06") + np.arange(5).astype("timedelta64[h]"))
    assert DateParts().fit(frame(hours)).parts_ == ("hour", "days")
    assert DateParts().fit(frame(dates(["2024-05-06"] * 3))).parts_ == ("days",)


def test_iso_text_gives_the_same_as_dates():
    typed = dates(["2024-02-29T13:14:15.5", "NaT", "2023-01-01"])
    fitted = DateParts(parts=DATE_PARTS).fit(frame(typed))
    for text in (
        pd.Series(["2024-02-29T13:14:15.5", None, "2023-01-01"]),
        ["2024-02-29 13:14:15.500", None, "2023-01-01"],
    ):
        np.testing.assert_array_equal(fitted.transform(frame(text)), fitted.transform(frame(typed)))
    offset = frame(["2024-02-29T15:14:15.5+02:00"])
    np.testing.assert_array_equal(fitted.transform(offset), fitted.transform(frame(typed))[:1])
    zoned = frame(typed[:1].dt.tz_localize("UTC").dt.tz_convert("Asia/Shanghai"))
    np.testing.assert_array_equal(fitted.transform(zoned), fitted.transform(frame(typed))[:1])
    np.testing.assert_array_equal(fitted.transform(frame([np.nan, np.nan])), np.full((2, len(DATE_PARTS)), np.nan))


def test_what_is_no_date_is_refused():
    fitted = DateParts().fit(frame(dates(["2024-01-01", "2024-01-05"])))
    with pytest.raises(ValueError, match="ISO 8601"):
        fitted.transform(frame([1.0, 2.0]))
    with pytest.raises(ValueError, match="yesterday"):
        fitted.transform(frame(["yesterday"]))
    with pytest.raises(ValueError, match="one column"):
        DateParts().fit(np.array([["2024-01-01", "2024-01-01"]], dtype="datetime64[us]"))
    with pytest.raises(ValueError, match="century"):
        DateParts(parts=("century",)).fit(frame(["2024-01-01"]))  # type: ignore[arg-type]  # refused on purpose


def test_it_behaves_as_a_scikit_learn_transformer():
    X = frame(dates(["2024-01-01", "2024-02-05"]))
    with pytest.raises(NotFittedError):
        DateParts().transform(X)
    fitted = DateParts().fit(X)
    assert (fitted.n_features_in_, list(fitted.feature_names_in_)) == (1, ["joined"])
    assert fitted.get_feature_names_out().tolist() == [f"joined_{part}" for part in fitted.parts_]
    with pytest.raises(ValueError, match="feature names"):
        fitted.transform(X.rename(columns={"joined": "left"}))
    array = X.to_numpy()
    np.testing.assert_array_equal(clone(fitted).fit(array).transform(array), fitted.transform(X))
    assert DateParts().fit(array).get_feature_names_out().tolist()[0] == "x0_month"


@pytest.mark.parametrize(
    "check",
    [
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_parameters_default_constructible,
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_set_params,
        estimator_checks.check_estimator_cloneable,
        estimator_checks.check_estimator_repr,
        estimator_checks.check_estimator_tags_renamed,
        estimator_checks.check_valid_tag_types,
        estimator_checks.check_mixin_order,
    ],
    ids=lambda check: check.__name__,
)
def test_generic_checks_that_need_no_numbers(check):
    check("DateParts", DateParts())
