"""Keywords: what a table is read as and divided by. Written by `python -m tests.api.keywords`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    Place = str | PathLike[str]


class ReadOptions(TypedDict, total=False):
    """How a table is read.

    Parameters
    ----------
    delimiter : str | None
        Field delimiter; 'tab', 'space' or one character. Default: detect.
    quote : str | None
        Character that encloses cells, or none. Default: detect.
    escape : str | None
        Character before quotes that are letters, or none. Default: detect.
    line_end : Literal["lf", "crlf", "cr", "mixed"] | None
        What ends a row; other marks are in cells. Default: detect.
    encoding : str | None
        Text encoding. Default: detect.
    decimal : str | None
        Decimal mark, . or , Default: detect.
    thousands : str | None
        Thousands mark. Default: detect.
    date_order : Literal["day", "month", "year"] | None
        What comes first in 01/02/2024. Default: detect.
    na_value : str | Iterable[str]
        A cell that means missing, beside the usual ones.
    coerce : str | Iterable[str]
        Columns of numbers or dates in which a cell that is none is missing; counted.
    header : bool | None
        Insist that the first line names the columns, or name them 0, 1, … by position.
    skip_lines : int | None
        Lines before the header. Default: detect.
    comment : str | None
        Character that begins lines to pass over, or none. Default: # before the header.
    rename_duplicates : bool
        Number names that stand twice in the header, and empty ones.
    on_bad_row : Literal["error", "skip"]
        Rows that cannot be read: an error, or left out; rows are numbered without them.
    rejects : Place | None
        CSV file for rows left out, and rows of coerced cells.
    max_bad_rows : float
        Most that may be left out, as a share of the rows, 0 to 1.
    max_bytes : int | None
        Most bytes that a file may unpack to. Default: 100 times its size, at least 1e9.
    """

    delimiter: str | None
    quote: str | None
    escape: str | None
    line_end: Literal["lf", "crlf", "cr", "mixed"] | None
    encoding: str | None
    decimal: str | None
    thousands: str | None
    date_order: Literal["day", "month", "year"] | None
    na_value: str | Iterable[str]
    coerce: str | Iterable[str]
    header: bool | None
    skip_lines: int | None
    comment: str | None
    rename_duplicates: bool
    on_bad_row: Literal["error", "skip"]
    rejects: Place | None
    max_bad_rows: float
    max_bytes: int | None


class RoleOptions(TypedDict, total=False):
    """What columns are for.

    Parameters
    ----------
    id : str | Iterable[str]
        Columns that identify a row; carried, not learned.
    group : str | None
        Column whose rows stay together in one part.
    time : str | None
        Column by whose order the newest rows are the test.
    weight : str | None
        Column with row weights for training.
    labels : str | None
        Clustering: column that clusters are held against, never learnt from.
    drop : str | Iterable[str]
        Columns to leave out.
    numeric : str | Iterable[str]
        Columns that are numbers.
    categorical : str | Iterable[str]
        Columns that are categories.
    text : str | Iterable[str]
        Columns that are free text.
    datetime : str | Iterable[str]
        Columns that are dates.
    columns : Place | None
        Column roles from a columns.toml, as `inspect -o` drafts it.
    """

    id: str | Iterable[str]
    group: str | None
    time: str | None
    weight: str | None
    labels: str | None
    drop: str | Iterable[str]
    numeric: str | Iterable[str]
    categorical: str | Iterable[str]
    text: str | Iterable[str]
    datetime: str | Iterable[str]
    columns: Place | None


class InspectOptions(ReadOptions, total=False):
    """Options of `inspect`.

    Parameters
    ----------
    target : str | Iterable[str] | None
        The column to be predicted: measure the others against it.
    labels_separator : str | None
        The target holds tags with this mark between them.
    task : Literal["auto", "clustering"]
        clustering: there is nothing to be predicted.
    against : Place | None
        An older table, or the folder of its profile: say what changed.
    fail_on : Literal["warning", "error"] | None
        A gate fails where a finding is as severe or more.
    ignore : str | Iterable[str]
        A finding to leave out, such as MLP112.
    """

    target: str | Iterable[str] | None
    labels_separator: str | None
    task: Literal["auto", "clustering"]
    against: Place | None
    fail_on: Literal["warning", "error"] | None
    ignore: str | Iterable[str]


class SplitOptions(ReadOptions, RoleOptions, total=False):
    """Options of `split`.

    Parameters
    ----------
    target : str | Iterable[str] | None
        The column to predict, or several (a,b,c), unless `columns` names them.
    labels_separator : str | None
        The target holds tags with this mark between them.
    task : str
        auto, binary, multiclass, multilabel, regression, multioutput or clustering.
    positive : str | None
        Of two classes the one that is looked for. Default: by its word, else the rarer.
    test_size : float | None
        Share of the rows for testing, in (0, 1). Default: 0.2; clustering: none.
    valid_size : float
        Share of the rows for validation, in [0, 1).
    strategy : Literal["auto", "random", "stratified", "group", "time", "hash", "column"]
        How rows are divided.
    split_column : str | None
        Column that says train, valid or test (`strategy` column).
    test_data : Place | None
        A test file of its own.
    duplicates : Literal["together", "drop", "ignore"]
        Identical rows: kept in one part, dropped, or ignored.
    seed : int
        Seed of everything random.
    """

    target: str | Iterable[str] | None
    labels_separator: str | None
    task: str
    positive: str | None
    test_size: float | None
    valid_size: float
    strategy: Literal["auto", "random", "stratified", "group", "time", "hash", "column"]
    split_column: str | None
    test_data: Place | None
    duplicates: Literal["together", "drop", "ignore"]
    seed: int
