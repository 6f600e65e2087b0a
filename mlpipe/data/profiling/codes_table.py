"""Codes of findings about the rows and the target."""

from __future__ import annotations

from mlpipe.data.profiling.finding_specs import Severity

_INFO, _WARNING, _ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR

TABLE_ROWS = (
    (
        "MLP201",
        _WARNING,
        "duplicate rows",
        "Nothing: split keeps them in one part; --duplicates drop keeps one of each.",
        (
            "A row that is in the training and in the test part flatters the score. Measured: rows equal to "
            "an earlier one in every column."
        ),
    ),
    (
        "MLP202",
        _INFO,
        "contradicting rows",
        "No model can get all of them right: look for a column that tells them apart.",
        (
            "Equal inputs with different classes limit any model's score. Measured: rows that agree in all "
            "features but not in the target."
        ),
    ),
    (
        "MLP203",
        _INFO,
        "rows in order of the target",
        "Nothing: split shuffles. Never cut such a file by position, and leave out what counts its rows.",
        (
            "Cut by position, the parts hold different classes; any counter of rows gives the target away. "
            "Measured: each class stands in one run of rows, or a quantity never falls or never rises, in 20 rows."
        ),
    ),
    (
        "MLP204",
        _INFO,
        "rows in order of time",
        "If the model is to predict later rows, give --time {column} to split: a random split would flatter it.",
        (
            "In a random split a model may look into the future between two known days. "
            "Measured: dates of 20 distinct values or more that never fall from row to row."
        ),
    ),
    (
        "MLP301",
        _WARNING,
        "class imbalance",
        "Judge by pr_auc or balanced_accuracy; try --class-weight balanced.",
        (
            "Where one class is rare, a model that never names it has a high accuracy. Measured: smallest "
            "class below 20 % of the largest."
        ),
    ),
    (
        "MLP302",
        _WARNING,
        "rare classes",
        "Gather more rows or merge the classes: so few can be neither learned nor judged.",
        "A class of a handful of rows can be neither learnt nor judged. Measured: fewer than 10 rows.",
    ),
    (
        "MLP303",
        _WARNING,
        "target with missing values",
        "Nothing: rows without a target are set aside by split.",
        "Rows without a target teach nothing and cannot be judged. Measured: missing cells of the target.",
    ),
    (
        "MLP304",
        _WARNING,
        "suspected leakage",
        "If it is known only after the outcome, leave it out: --drop {column}.",
        (
            "A column that alone predicts the target so well was often filled in after the outcome: scores "
            "look perfect and the model fails in use. Measured: a one-column model scores at least 0.99 (area under"
            " the ROC curve, balanced accuracy, or squared rank correlation; levels are judged on rows they were not"
            " learnt from); or the column has one level for each class and names 95 % of each on average; or each of"
            " its values is the mean target of its rows. A strong honest feature may do so too."
        ),
    ),
    (
        "MLP305",
        _ERROR,
        "constant target",
        "Choose another --target: there is nothing to tell apart.",
        "With one value there is nothing to predict. Measured: at most one distinct value of the target.",
    ),
    (
        "MLP306",
        _WARNING,
        "target computed from columns",
        "If the parts are known only with the target, leave them out: --drop {value}.",
        (
            "The target is put together from other columns: a model finds the formula and nothing else. Measured:"
            " least squares over the numeric columns, or over their logarithms, leaves below a millionth of the"
            " variance."
        ),
    ),
)
