"""Options that more than one command has, once each; defaults come from the steps' parameters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mlpipe.cli.completing import columns, gates, metrics, models
from mlpipe.params import DateOrder, LineEnd, OnBadRow, Strategy

if TYPE_CHECKING:
    from mlpipe.steps.loading import LoadOptions

DataArgument = Annotated[
    str, typer.Argument(metavar="DATA", help="A .csv, .tsv, .txt or .parquet file, plain or compressed; - for stdin.")
]
OutOption = Annotated[Path, typer.Option("-o", "--out", help="The artifact folder to write.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Write over something that is not such an artifact.")]
JsonOption = Annotated[bool, typer.Option("--json", help="The result as one JSON document on stdout.")]
QuietOption = Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing but the result and errors.")]
VerboseOption = Annotated[bool, typer.Option("-v", "--verbose", help="Say more.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Seed of everything random.")]
JobsOption = Annotated[
    int | None,
    typer.Option("-j", "--jobs", min=1, help="Processes; by default as many as pay. Results never depend on it."),
]
ClusterOption = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="Work on a Dask cluster, or on local:N processes; same results."),
]
MemoryOption = Annotated[
    str | None,
    typer.Option(
        "--memory", metavar="SIZE", help="Most memory to use, such as 2GB; what it makes a step sample is said."
    ),
]
TargetOption = Annotated[str, typer.Option("--target", autocompletion=columns, help="The column to predict.")]

DelimiterOption = Annotated[
    str | None, typer.Option("--delimiter", help="Field delimiter; 'tab', 'space' or one character. Default: detect.")
]
EncodingOption = Annotated[str | None, typer.Option("--encoding", help="Text encoding. Default: detect.")]
DecimalOption = Annotated[str | None, typer.Option("--decimal", help="Decimal mark, . or , Default: detect.")]
ThousandsOption = Annotated[str | None, typer.Option("--thousands", help="Thousands mark. Default: detect.")]
DateOrderOption = Annotated[
    DateOrder | None, typer.Option("--date-order", help="What comes first in 01/02/2024. Default: detect.")
]
NaValueOption = Annotated[
    list[str] | None, typer.Option("--na-value", help="A cell that means missing, beside the usual ones; repeatable.")
]
CoerceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--coerce",
        autocompletion=columns,
        help="Columns of numbers or dates in which a cell that is none is missing; counted.",
    ),
]
QuoteOption = Annotated[
    str | None, typer.Option("--quote", help="Character that encloses cells, or none. Default: detect.")
]
EscapeOption = Annotated[
    str | None, typer.Option("--escape", help="Character before quotes that are letters, or none. Default: detect.")
]
LineEndOption = Annotated[
    LineEnd | None, typer.Option("--line-end", help="What ends a row; other marks are in cells. Default: detect.")
]
HeaderOption = Annotated[
    bool | None,
    typer.Option(
        "--header/--no-header", show_default=False,
        help="Insist that the first line names the columns, or name them 0, 1, … by position.",
    ),
]  # fmt: skip
SkipLinesOption = Annotated[
    int | None, typer.Option("--skip-lines", min=0, help="Lines before the header. Default: detect.")
]
CommentOption = Annotated[
    str | None,
    typer.Option("--comment", help="Character that begins lines to pass over, or none. Default: # before the header."),
]
RenameDuplicatesOption = Annotated[
    bool, typer.Option("--rename-duplicates", help="Number names that stand twice in the header, and empty ones.")
]
OnBadRowOption = Annotated[
    OnBadRow,
    typer.Option(
        "--on-bad-row", help="Rows that cannot be read: an error, or left out; rows are numbered without them."
    ),
]
RejectsOption = Annotated[
    str | None, typer.Option("--rejects", metavar="FILE", help="CSV file for rows left out, and rows of coerced cells.")
]
MaxBadRowsOption = Annotated[
    float,
    typer.Option("--max-bad-rows", metavar="SHARE", help="Most that may be left out, as a share of the rows, 0 to 1."),
]
MaxBytesOption = Annotated[
    int | None,
    typer.Option(
        "--max-bytes", min=1, help="Most bytes that a file may unpack to. Default: 100 times its size, at least 1e9."
    ),
]

ColumnsFileOption = Annotated[
    Path | None, typer.Option("--columns", help="Column roles from a columns.toml, as `inspect -o` drafts it.")
]
IdOption = Annotated[
    list[str] | None,
    typer.Option("--id", autocompletion=columns, help="Columns that identify a row; carried, not learned."),
]
GroupOption = Annotated[
    str | None,
    typer.Option("--group", autocompletion=columns, help="Column whose rows stay together in one part."),
]
TimeOption = Annotated[
    str | None,
    typer.Option("--time", autocompletion=columns, help="Column by whose order the newest rows are the test."),
]
WeightOption = Annotated[
    str | None, typer.Option("--weight", autocompletion=columns, help="Column with row weights for training.")
]
DropOption = Annotated[list[str] | None, typer.Option("--drop", autocompletion=columns, help="Columns to leave out.")]
NumericOption = Annotated[
    list[str] | None, typer.Option("--numeric", autocompletion=columns, help="Columns that are numbers.")
]
CategoricalOption = Annotated[
    list[str] | None,
    typer.Option("--categorical", autocompletion=columns, help="Columns that are categories."),
]
TextOption = Annotated[
    list[str] | None, typer.Option("--text", autocompletion=columns, help="Columns that are free text.")
]
DatetimeOption = Annotated[
    list[str] | None, typer.Option("--datetime", autocompletion=columns, help="Columns that are dates.")
]
LabelsOption = Annotated[
    str | None,
    typer.Option(
        "--labels", autocompletion=columns, help="Clustering: column that clusters are held against, never learnt from."
    ),
]

FailUnderOption = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-under",
        autocompletion=gates,
        help="NAME=VALUE: exit 6 if the metric is lower; NAME:low=VALUE: its lower bound.",
    ),
]
FailOverOption = Annotated[
    list[str] | None,
    typer.Option("--fail-over", autocompletion=gates, help="NAME=VALUE: exit 6 if the metric is higher (for errors)."),
]
ThresholdOption = Annotated[
    float | None,
    typer.Option("--threshold", min=0, max=1, help="Two classes: predict the positive one from this probability on."),
]
AllowUnseenOption = Annotated[
    bool, typer.Option("--allow-unseen", help="Go on where most cells of a column are levels unseen in training.")
]
MismatchOption = Annotated[
    bool, typer.Option("--allow-version-mismatch", help="Load a model made under another scikit-learn minor version.")
]
TrustOption = Annotated[
    list[str] | None, typer.Option("--trust", help="module:Class that a model may hold beside mlpipe's own list.")
]
NoProbeOption = Annotated[
    bool, typer.Option("--no-probe", help="Use a model without trying it on two rows in a process of its own first.")
]
TaskOption = Annotated[
    str, typer.Option("--task", help="auto, binary, multiclass, multilabel, regression, multioutput or clustering.")
]
LabelsSeparatorOption = Annotated[
    str | None,
    typer.Option("--labels-separator", metavar="MARK", help="The target holds tags with this mark between them."),
]
PositiveOption = Annotated[
    str | None,
    typer.Option("--positive", help="Of two classes the one that is looked for. Default: by its word, else the rarer."),
]
TestSizeOption = Annotated[
    float | None,
    typer.Option("--test-size", help="Share of the rows for testing, in (0, 1). Default: 0.2; clustering: none."),
]
ValidSizeOption = Annotated[float, typer.Option("--valid-size", help="Share of the rows for validation, in [0, 1).")]
StrategyOption = Annotated[Strategy, typer.Option("--strategy", help="How rows are divided.")]
ModelOption = Annotated[
    str,
    typer.Option("--model", autocompletion=models, help="Model name, see `mlpipe models`; auto compares several."),
]
ParamOption = Annotated[
    list[str] | None, typer.Option("-p", "--param", help="KEY=VALUE, a parameter of the estimator; repeatable.")
]
ClassWeightOption = Annotated[
    Literal["none", "balanced"], typer.Option("--class-weight", help="Weigh classes by their rarity.")
]
CvOption = Annotated[int | None, typer.Option("--cv", help="Folds; the whole plan is refitted in each.")]
MetricOption = Annotated[
    str | None,
    typer.Option("--metric", autocompletion=metrics, help="What to compare models by, see `mlpipe metrics`."),
]
CiOption = Annotated[float, typer.Option("--ci", help="Coverage of the bootstrap intervals, in (0, 1).")]
SplitOption = Annotated[
    Path | None, typer.Option("--split", help="The split, where it is not where `preprocess` found it.")
]


def load_options(*, allow_version_mismatch: bool, trust: list[str] | None, no_probe: bool) -> LoadOptions:
    """How a model is opened, as the three options of every command that opens one say."""
    from mlpipe.steps.loading import LoadOptions

    return LoadOptions(allow_version_mismatch=allow_version_mismatch, trust=tuple(trust or ()), probe=not no_probe)
