"""Options in panels, in the order in which a person needs them, and what their values are called."""

from __future__ import annotations

import re

FIRST = "Options"
LAST = "Every command"
PANELS: dict[str, str] = {
    "Columns": (
        "target labels-separator columns id group time weight drop numeric categorical text datetime labels"
    ),
    "Rows": "task positive test-size valid-size strategy split-column test-data duplicates part",
    "Missing cells": "impute-numeric impute-categorical fill-value missing-indicator",
    "Numbers": "outliers outlier-rule bins scale polynomial interactions",
    "Categories and dates": "encode min-frequency max-categories",
    "Text": "analyzer ngrams stop-words min-df max-df max-features",
    "Features": "select select-k reduce components",
    "Made-up rows": "resample resample-ratio max-synthetic augment augment-copies augment-scale",
    "Model": "model param class-weight cv metric quality time-budget ensemble multilabel k clusters",
    "From numbers to predictions": (
        "calibrate threshold cost intervals abstain target-transform nonnegative proba explain"
    ),
    "Curves": "learning-curve validation-curve",
    "Gradient descent (torch models)": (
        "loss optimizer lr lr-schedule epochs batch-size hidden activation dropout l1 l2 batch-norm clip-norm "
        "stop-loss patience device trace compare-optimizers"
    ),
    "Gates": "fail-under fail-over fail-on fail-if-worse max-unseen ignore",
    "Predictions of another program": "predictions truth prediction proba-columns",
    "Reading": (
        "delimiter quote escape line-end encoding decimal thousands date-order na-value coerce header no-header "
        "skip-lines comment rename-duplicates on-bad-row on-bad-value rejects max-bad-rows max-bytes"
    ),
    "Trust": "allow-version-mismatch trust key-file require-signature",
    LAST: "seed jobs cluster memory force json quiet verbose color font help",
}  # fmt: skip
"""Panel to the options in it; one that is in none stands in the first."""
_PANEL_OF = {f"--{name}": panel for panel, names in PANELS.items() for name in names.split()}
_OF_COMMAND = {
    ("preprocess", "--datetime"): "Categories and dates",
    ("preprocess", "--text"): "Text",
    ("audit", "--ignore"): "Gates",
}
"""Options that are called alike and do another thing."""

METAVARS: dict[str, str] = {
    "COL": "target group time weight split-column truth prediction",
    "COL,…": "id drop numeric categorical text datetime coerce keep",
    "DIR": "out split",
    "FILE": "columns contract rejects predictions test-data record token-file data",
    "SHARE": "test-size valid-size min-frequency ci max-unseen resample-ratio max-bad-rows intervals",
    "PROBABILITY": "abstain",
    "NAME": "model metric",
    "NAME,…": "metrics",
    "NAME=VALUE": "param fail-under fail-over",
    "CLASS": "positive",
    "CLASS=COL": "proba-columns",
    "CODE,…": "ignore",
    "N": "jobs seed cv batch-rows trials",
    "CHARACTER": "delimiter quote escape decimal thousands comment",
    "CODEC": "encoding",
    "CELL": "na-value",
    "BYTES": "max-bytes memory",
    "RATE": "lr dropout",
}
_METAVAR_OF = {f"--{name}": word for word, names in METAVARS.items() for name in names.split()}
_FILES = {("predict", "--out"), ("export", "--out")}
_TYPED = re.compile(r"\s?<([^>]*)>$")
_KINDS = {"int": "N", "float": "NUMBER", "path": "PATH", "str": "TEXT", "list[str]": "TEXT", "bool": ""}
_LONG = 46
"""Letters of choices that stand beside their option; longer ones are told below it."""
_SAID_OTHERWISE = (
    (re.compile(r"\[default: \((?:general: )?([^)]*)\)"), r"[default: \1"),
    (re.compile(r"([\d.]+)<=x<=([\d.]+)"), r"\1 to \2"),
    (re.compile(r"x>=([\d.]+)"), r"\1 or more"),
    (re.compile(r"\s*\[required\]"), ""),
)


def panel_of(command: str, option: str) -> str:
    """The panel that an option of a command stands in."""
    return _OF_COMMAND.get((command, option)) or _PANEL_OF.get(option, FIRST)


def in_words(command: str, option: str, written: str, told: str) -> tuple[str, str]:
    """An option and what the help tells of it, with the field's word for its value in place of a type.

    Examples
    --------
    >>> in_words("split", "--id", "--id <list[str]>", "Columns that identify a row.")
    ('--id COL,…', 'Columns that identify a row.')
    """
    for pattern, words in _SAID_OTHERWISE:
        told = pattern.sub(words, told)
    typed = _TYPED.search(written)
    if typed is None:
        return written, told
    kind = typed[1]
    word = "FILE" if (command, option) in _FILES else _METAVAR_OF.get(option) or _KINDS.get(kind, kind)
    if "|" in kind:
        word, told = (kind, told) if len(kind) <= _LONG else ("NAME", f"{told} One of {kind.replace('|', ', ')}.")
    return f"{written[: typed.start()]} {word}".rstrip(), told
