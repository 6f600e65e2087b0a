"""Codes of findings about one column."""

from __future__ import annotations

from mlpipe.data.profiling.finding_specs import Severity

_INFO, _WARNING, _ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR

COLUMN_ROWS = (
    (
        "MLP101",
        _WARNING,
        "constant column",
        "Leave it out: --drop {column}.",
        "Every cell that is there holds the same value: nothing can be learnt from it. Measured: one distinct value.",
    ),
    (
        "MLP102",
        _WARNING,
        "empty column",
        "Leave it out: --drop {column}.",
        "No cell holds a value: nothing can be learnt from it. Measured: all cells are missing.",
    ),
    (
        "MLP103",
        _INFO,
        "ID-like column",
        "Nothing, where its role is id; otherwise give --id {column}: it tells rows apart and predicts nothing.",
        (
            "The values name the rows; a model would learn them by heart and know nothing of new rows. "
            "Measured: all values differ in at least 20 rows, and they are single words or whole numbers that"
            " fill their range."
        ),
    ),
    (
        "MLP104",
        _INFO,
        "row counter",
        "Nothing, where its role is id: it is not learnt from. Give --time {column} if it stands for time.",
        (
            "The column counts the rows: learnt from, it would give away what the file is sorted by. Measured:"
            " each cell is one more, or one less, than the cell before, in at least 20 rows."
        ),
    ),
    (
        "MLP105",
        _WARNING,
        "duplicated columns",
        "Keep one of them: --drop {column}.",
        (
            "Two columns say the same: importances are divided between them. Measured: equal cell by cell, or"
            " values that always go together, each twice on average and in at least 20 cells."
        ),
    ),
    (
        "MLP106",
        _WARNING,
        "mixed types",
        "If the words mean missing, give --na-value {value}; otherwise mend the cells.",
        (
            "Most cells are numbers and some are words, so that the column is read as categories and its "
            "order is lost. Measured: at least 80 % of the cells, and ten distinct values, are numbers."
        ),
    ),
    (
        "MLP107",
        _INFO,
        "numbers stored as text",
        "If they are quantities, give --numeric {column}; codes may stay.",
        (
            "Digits are kept as text, as categories: right for codes, wrong for quantities. Measured: all of "
            "at least ten distinct values read as numbers."
        ),
    ),
    (
        "MLP108",
        _INFO,
        "numbers written with signs",
        "Nothing, if the numbers are read as you mean them.",
        (
            "Currency, percent or thousands marks were taken out to read the numbers: check that a comma was "
            "what it was taken for. Measured: any such mark in the column's format."
        ),
    ),
    (
        "MLP109",
        _WARNING,
        "unreadable cells",
        "Mend the cells, or give --na-value {value} if they mean missing.",
        "Cells that the column's format cannot read; split refuses them. Measured: cell by cell over the whole file.",
    ),
    (
        "MLP110",
        _INFO,
        "missing markers seen",
        "Nothing, if they mean missing; otherwise give --categorical {column}.",
        (
            "Words such as NA or ? were read as no value; where one is a level (NA for no alley), its meaning"
            " is lost. Measured: cells equal to a known marker."
        ),
    ),
    (
        "MLP111",
        _WARNING,
        "many missing",
        "Ask why they are missing; --drop {column} if the rest says too little.",
        (
            "What is filled in for missing cells is a guess, and the gap may itself say something. Measured: "
            "at least 30 % of the cells, in 20 rows or more."
        ),
    ),
    (
        "MLP112",
        _INFO,
        "outliers",
        "Look at the largest and smallest cells; --scale robust makes linear models steadier.",
        (
            "Extreme cells pull means, scales and linear models towards themselves. Measured: cells beyond 3 "
            "interquartile ranges from the quartiles (Tukey's outer fences) and behind a gap of one such range, under a"
            " tenth of 20 cells or more; a tail without a gap is a matter of skew."
        ),
    ),
    (
        "MLP113",
        _INFO,
        "skewed numbers",
        "Trees do not mind; for linear models give --scale robust or take logarithms.",
        (
            "A long tail: linear models and distances are ruled by few rows. Measured: skewness beyond 2 (an "
            "exponential distribution's) and more than 10 distinct values."
        ),
    ),
    (
        "MLP114",
        _INFO,
        "high cardinality",
        "Nothing: such levels are target-encoded; --text or --drop if they are no levels.",
        (
            "Many levels leave few rows for each, so that what is learnt of them is noise. Measured: over 50 "
            "distinct values of a categorical column."
        ),
    ),
    (
        "MLP115",
        _WARNING,
        "sentinel-like value",
        "If it means missing, give --na-value {value}.",
        (
            "A repeated extreme value far from all others, such as -999, usually stands for a missing one; a "
            "model takes it for a measurement. Measured: at least 3 times, as far from the rest as the rest "
            "is wide, or the same value proven so in another column."
        ),
    ),
    (
        "MLP116",
        _WARNING,
        "ambiguous date order",
        "Write the dates as 2024-12-31 if day and month are the other way round.",
        (
            "01/02/2024 may be January or February; read wrongly, all dates are wrong. Measured: no date has "
            "a day past the 12th."
        ),
    ),
    (
        "MLP117",
        _INFO,
        "capped values",
        "If larger values were cut to it, such a cell says no more than 'at least'.",
        (
            "Values may have been cut at a limit, which bends whatever is learnt near it. Measured: the "
            "largest of over 50 distinct values is the most frequent and stands in 5 cells and 1 % of them at least."
        ),
    ),
    (
        "MLP118",
        _WARNING,
        "spellings of one level",
        "Write each level one way in the file.",
        (
            "Levels that differ only in case or blanks (Yes, yes) split one group in two. "
            "Measured: equal after lower-casing and closing up blanks, in categorical columns."
        ),
    ),
    (
        "MLP119",
        _WARNING,
        "garbled letters",
        "Write the file again in UTF-8, or give the --encoding that it was first written in.",
        (
            "Letters were decoded wrongly before they came here (Ã¤ for ä, or U+FFFD): equal words no longer match. "
            "Measured: cells with U+FFFD or with pairs that UTF-8 read as Latin-1 leaves."
        ),
    ),
    (
        "MLP120",
        _WARNING,
        "stand-in dates",
        "If it means missing, give --na-value with the cell as it is written.",
        (
            "A first or last day such as 1900-01-01 or 9999-12-31 usually stands for no date. "
            "Measured: one of six such days, as far from all other dates as those are wide."
        ),
    ),
    (
        "MLP121",
        _INFO,
        "nearly constant column",
        "Nothing, if the few other cells matter; otherwise leave it out: --drop {column}.",
        (
            "The few other cells are too rare to learn from, or the very thing that matters. "
            "Measured: one value in at least 99.5 % of 200 cells or more."
        ),
    ),
    (
        "MLP122",
        _INFO,
        "codes that repeat",
        "If rows of one code belong together (one customer, one patient), give --group {column} to split.",
        (
            "Rows of one customer in both parts let a model recognise the customer and flatter the score. Measured: "
            "at least 20 codes with digits, 2 rows each on average, and less than one row in ten for the largest."
        ),
    ),
)
