"""Codes of what changed between two tables."""

from __future__ import annotations

from mlpipe.data.profiling.finding_specs import Severity

_INFO, _WARNING, _ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR

CHANGE_ROWS = (
    (
        "MLP401",
        _ERROR,
        "column gone",
        "Ask who delivers the file; a model that was trained on {column} cannot do without it.",
        "The old table had a column of this name and the new one has none. Measured: by name.",
    ),
    (
        "MLP402",
        _INFO,
        "column added",
        "Nothing: models ignore it until they are trained again.",
        "The new table has a column that the old one had not. Measured: by name.",
    ),
    (
        "MLP403",
        _INFO,
        "columns in another order",
        "Nothing: columns are found by name.",
        "Programs that count columns would now read the wrong ones. Measured: order of the names that both have.",
    ),
    (
        "MLP404",
        _ERROR,
        "other kind of values",
        "Look at the cells; give the kind by hand if it was guessed wrongly: --numeric, --categorical or --datetime.",
        (
            "Numbers became words, words dates or the like: a trained model cannot read the column. Measured:"
            " kind inferred from the whole column."
        ),
    ),
    (
        "MLP405",
        _WARNING,
        "other role",
        "If the old role still holds, set it in columns.toml.",
        (
            "The column is now used for something else, though its cells are of the same kind. Measured: role"
            " inferred, or given, in each table."
        ),
    ),
    (
        "MLP406",
        _WARNING,
        "whole numbers became fractions",
        "Ask whether the unit has changed, or counts became averages.",
        "What counted now measures. Measured: all numbers whole in the old table, not in the new one.",
    ),
    (
        "MLP407",
        _WARNING,
        "missing share changed",
        "Ask what changed in how the column is filled.",
        (
            "A model meets gaps that it has not learnt, or learnt from gaps that are no more. Measured: "
            "shares at least 5 points apart, and 4 standard errors of their difference."
        ),
    ),
    (
        "MLP408",
        _INFO,
        "values beyond the old range",
        "Nothing, if more rows simply reach further.",
        (
            "Models do not know the values beyond what they were trained on. Measured: below the old minimum "
            "or above the old maximum."
        ),
    ),
    (
        "MLP409",
        _WARNING,
        "values far beyond the old range",
        "Look at these cells: units, stand-ins for missing values and typing errors look so.",
        "Far from anything that was learnt. Measured: beyond the old range by more than half of its width.",
    ),
    (
        "MLP410",
        _WARNING,
        "numbers shifted",
        "Ask what changed; train again if the shift is to stay.",
        (
            "The typical value or the spread is another. Measured: means at least 0.2 old standard deviations"
            " and 4 standard errors apart, in 20 cells each; or middle halves 1.5 to one, in 300."
        ),
    ),
    (
        "MLP411",
        _WARNING,
        "new levels",
        "Mend spellings; train again where the levels are true and frequent.",
        (
            "A trained model treats levels that it has never seen as unknown. Measured: levels of the new "
            "table that the old one lacks, where both are listed whole (at most 200)."
        ),
    ),
    (
        "MLP412",
        _INFO,
        "levels gone",
        "Nothing, unless a part of the delivery is missing.",
        "Levels of the old table that no row has any more. Measured: where both are listed whole (at most 200).",
    ),
    (
        "MLP413",
        _WARNING,
        "shares of levels changed",
        "Ask what changed; train again if it is to stay.",
        (
            "The mixture of rows is another. Measured: at least one row in ten would have to change its level"
            " (total variation), beyond chance (chi-squared, p < 0.0001)."
        ),
    ),
    (
        "MLP414",
        _INFO,
        "dates of another range",
        "Nothing, if it is a later delivery.",
        "First or last day differ. Measured: by their ends.",
    ),
    (
        "MLP415",
        _WARNING,
        "row count changed",
        "Ask whether the delivery is whole, or doubled.",
        "Half a delivery looks like any other table. Measured: less than half, or more than double the rows.",
    ),
    (
        "MLP416",
        _WARNING,
        "target balance changed",
        "Thresholds and probabilities no longer fit: calibrate or train again.",
        (
            "The classes are as frequent as they were no more. Measured: at least one row in twenty would "
            "have to change its class, beyond chance (chi-squared, p < 0.0001)."
        ),
    ),
    (
        "MLP417",
        _WARNING,
        "written otherwise",
        "Nothing, if both were read as you mean them.",
        (
            "Another encoding, delimiter or decimal mark: another program wrote the file. Measured: as "
            "detected, or given, for each file."
        ),
    ),
)
