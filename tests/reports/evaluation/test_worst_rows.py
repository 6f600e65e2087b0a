"""The worst rows of a report."""

from mlpipe.reports.evaluation.worst_rows import MOST_WORST, worst_table
from mlpipe.target import LabelsTarget
from tests.targets import NO_YES

LABELS = LabelsTarget(columns=("red", "blue", "green"), positives=("1", "1", "1"))
HEADER = ["rank", "row", "true_red", "true_blue", "true_green", "prediction_red", "prediction_blue",
          "prediction_green", "error", "train_1_row"]  # fmt: skip


def test_of_several_labels_those_that_are_wrong_are_named():
    table = worst_table(HEADER, [[1, 7, 1, 1, 0, 0, 0, 1, 1.0, 3], [2, 9, 1, 0, 0, 1, 1, 0, 1 / 3, 4]], LABELS)
    assert [column.name for column in table.columns] == [
        "rank",
        "row",
        "labels not found",
        "labels wrongly given",
        "error",
    ]
    assert table.rows == (("1", "7", "red, blue", "green", "1"), ("2", "9", "", "blue", "0.333"))
    assert [column.number for column in table.columns] == [False, False, False, False, True]


def test_of_one_class_all_columns_stay_but_those_of_training_rows():
    rows = [[k, "no", None, 0.25, "yes"] for k in range(MOST_WORST + 1)]
    table = worst_table(["rank", "true", "town", "proba_of_true", "train_1_true"], rows, NO_YES)
    assert [column.name for column in table.columns] == ["rank", "true", "town", "proba_of_true"]
    assert len(table.rows) == MOST_WORST
    assert table.rows[0] == ("0", "no", "", "0.25")
