import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import estimator_checks

from mlpipe.features.dates import DateParts
from mlpipe.features.plan import DATE_PARTS
from tests.features.tables import dates


def frame(values):
    return pd.DataFrame({"joined": values})


@settings(max_examples=50, deadline=None)
@given(st.lists(st.datetimes(), min_size=1, max_size=20))
def test_parts_equal_those_of_the_standard_library(moments):
    X = frame(dates(moments))
    parts = DateParts(parts=DATE_PARTS).fit(X).transform(X)
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
    np.testing.assert_array_equal(fitted.transform(frame([np.nan, np.nan])), np.full((2, 9), np.nan))


def test_what_is_no_date_is_refused():
    fitted = DateParts().fit(frame(dates(["2024-01-01", "2024-01-05"])))
    with pytest.raises(ValueError, match="ISO 8601"):
        fitted.transform(frame([1.0, 2.0]))
    with pytest.raises(ValueError, match="yesterday"):
        fitted.transform(frame(["yesterday"]))
    with pytest.raises(ValueError, match="one column"):
        DateParts().fit(np.array([["2024-01-01", "2024-01-01"]], dtype="datetime64[us]"))
    with pytest.raises(ValueError, match="century"):
        DateParts(parts=("century",)).fit(frame(["2024-01-01"]))


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
