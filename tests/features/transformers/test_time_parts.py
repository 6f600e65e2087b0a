"""Hours since midnight and their place on the circle of the day."""

import numpy as np
import pandas as pd
import pytest

from mlpipe.features.transformers.time_parts import TimeParts


def test_hours_and_their_place_on_the_circle():
    X = pd.DataFrame({"at": [0.0, 21_600.0, 64_800.0, np.nan]})
    fitted = TimeParts().fit(X)
    table = fitted.transform(X)
    assert table[:3].round(12).tolist() == [[0, 0, 1], [6, 1, 0], [18, -1, 0]]
    assert np.isnan(table[3]).all()
    assert fitted.get_feature_names_out().tolist() == ["at_time", "at_time_sin", "at_time_cos"]


def test_the_last_minute_is_next_to_the_first():
    first, last = TimeParts(("time_sin", "time_cos")).fit_transform([[0.0], [86_399.0]])
    assert np.linalg.norm(first - last) < 1e-4


@pytest.mark.parametrize("parts", [(), ("year",), ("time", "days")])
def test_other_parts_are_refused(parts):
    with pytest.raises(ValueError, match="time, time_sin, time_cos"):
        TimeParts(parts).fit([[0.0]])


def test_one_column_is_taken():
    with pytest.raises(ValueError, match="one column of seconds, not 2"):
        TimeParts().fit([[0.0, 1.0]])
