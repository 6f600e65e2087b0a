import json

import pytest

from mlpipe.features.plan.plan import Plan
from mlpipe.models.fitting import fit_plan
from mlpipe.params import ColumnRecipe
from mlpipe.task import Task
from tests.features.every_kind import every_kind
from tests.features.tables import labels, mixed_rows, plan_of


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"encode": "onehot", "impute_categorical": "constant", "scale": "robust"},
        {"impute_numeric": "constant", "fill_value": "0.1", "select": "kbest", "select_k": 3, "seed": 5},
        {"resample": "smote", "resample_ratio": 1 / 3, "datetime": "drop", "missing_indicator": False},
        {"preset": "linear", "polynomial": 2, "interactions": True, "reduce": "pca", "augment": "jitter"},
        {"preset": "tree", "outliers": "drop", "outlier_rule": "quantile", "bins": 4},
    ],
    ids=str,
)
def test_round_trip_through_json(options):
    plan = plan_of(mixed_rows(), labels(), **options)
    assert Plan.from_json(json.loads(json.dumps(plan.to_json(), allow_nan=False))) == plan


def test_every_kind_of_column_goes_round_through_json():
    X, columns = every_kind()
    recipes = (
        ColumnRecipe(name="rooms.n", order=("1", "2", "3", "4")),
        ColumnRecipe(name="note", analyzer="char", ngrams="2,3", min_df=0.2),
        ColumnRecipe(
            name="joined", parts=("days", "time_sin"), timezone="Europe/Paris", impute="constant", fill_value=7
        ),
    )
    plan = plan_of(X, labels(len(X)), columns, recipes=recipes)
    assert Plan.from_json(json.loads(json.dumps(plan.to_json(), allow_nan=False))) == plan


def test_documents_without_what_came_later_still_load():
    """`plan.json` as the first version wrote it."""
    old = {
        "columns": [
            {"name": "age", "role": "numeric", "treatment": "number", "impute": "median", "reason": "r"},
            {"name": "city", "role": "categorical", "treatment": "category", "impute": "constant",
             "fill_value": "missing", "encode": "onehot", "min_frequency": 0.005, "max_categories": 50, "reason": ""},
            {"name": "joined", "role": "datetime", "treatment": "date", "parts": ["year", "days"], "impute": "median",
             "indicator": True, "scale": "standard", "reason": ""},
        ],
        "left_out": [{"name": "note", "reason": "text is not used yet"}],
        "select": "kbest", "select_k": 20, "resample": "smote", "resample_ratio": None, "folds": 5, "seed": 0,
    }  # fmt: skip
    plan = Plan.from_json(json.loads(json.dumps(old)))
    assert (plan.polynomial, plan.reduce, plan.sparse, plan.augment) == (1, "none", False, "none")
    assert [(c.outliers, c.bins, c.order, c.timezone, c.text) for c in plan.columns] == [
        ("none", None, (), None, None)
    ] * 3
    assert plan.columns[2].parts == ("year", "days")
    X = mixed_rows()
    fitted = fit_plan(plan, X, labels(), task=Task.BINARY)
    assert fitted.X.shape == (200, len(fitted.features))


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
