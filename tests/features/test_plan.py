import json

import pytest

from mlpipe.features.plan import Plan
from tests.features.tables import labels, mixed_rows, plan_of


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"encode": "onehot", "impute_categorical": "constant", "scale": "robust"},
        {"impute_numeric": "constant", "fill_value": "0.1", "select": "kbest", "select_k": 3, "seed": 5},
        {"resample": "smote", "resample_ratio": 1 / 3, "datetime": "drop", "missing_indicator": False},
    ],
    ids=str,
)
def test_round_trip_through_json(options):
    plan = plan_of(mixed_rows(), labels(), **options)
    assert Plan.from_json(json.loads(json.dumps(plan.to_json(), allow_nan=False))) == plan


def test_plan_json_reads_column_role_transform_reason():
    document = plan_of(mixed_rows(), labels(), datetime="drop").to_json()
    assert document["columns"][0] == {
        "name": "age",
        "role": "numeric",
        "treatment": "number",
        "impute": "median",
        "indicator": True,
        "scale": "standard",
        "reason": f"a number; {mixed_rows()['age'].isna().sum()} of 200 training cells are missing",
    }
    assert document["left_out"] == [{"name": "joined", "reason": "dates are left out (datetime = drop)"}]
