"""How a script reads the columns of a table: a small part of the rules of `data/inference`, for one known schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.data.inference.coercion import number_format
from mlpipe.data.inference.dates.date_forms import EXCEL, ISO
from mlpipe.data.inference.numbers.numbers import FLAGGED, number_pattern
from mlpipe.data.schema import Column, Kind, Role
from mlpipe.data.spellings import MEANINGS
from mlpipe.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.data.schema import Dialect

_WIDTH = 110
_NUMBERS = '''\
def numbers(cells, missing, decimal="."):
    """Numbers, NaN where missing or where the cell is none."""
    plain = re.compile(r"[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")

    def number(cell):
        text = cell.replace(decimal, ".") if isinstance(cell, str) else ""
        return float(text) if plain.fullmatch(text) else np.nan

    return np.array([number(cell) for cell in words(cells, missing)])
'''
_MARKED = '''\
def marked_numbers(cells, missing, pattern, remove, decimal="."):
    """Numbers with thousands marks, currencies, units or percent signs; brackets and a minus behind are negative."""
    whole = re.compile(pattern)

    def number(cell):
        text = unicodedata.normalize("NFKC", cell).replace("\\u2212", "-") if isinstance(cell, str) else ""
        if not whole.fullmatch(text):
            return np.nan
        for mark in remove:
            text = text.replace(mark, "")
        negative = "(" in text or text.rstrip(") ").endswith("-")
        value = float(re.sub(r"[()% ]|- *$", "", text).replace(decimal, "."))
        return -value if negative else value

    return np.array([number(cell) for cell in words(cells, missing)])
'''
_DATES = '''\
def dates(cells, missing, form):
    """Moments in UTC, NaT where missing or where the cell is no date; a time of day may stand behind the date."""
    text = words(cells, missing)
    read = pd.to_datetime(text, format=form, errors="coerce", utc=True)
    for clock in () if form == "ISO8601" else (" %H:%M:%S", " %H:%M"):
        read = read.fillna(pd.to_datetime(text, format=form + clock, errors="coerce", utc=True))
    return read.dt.tz_convert(None).astype("datetime64[us]")
'''
_LEVELS = '''\
def levels(cells, missing, truth=(), whole=False):
    """Categories as training wrote them: whole numbers without `.0`, true and false in its words."""

    def level(word):
        if whole and re.fullmatch(r"[+-]?(0|[1-9]\\d*)([.,]0*)?", word):
            word = re.split("[.,]", word)[0].removeprefix("+")
        if truth and word.casefold() in MEANINGS:
            return truth[0 if MEANINGS[word.casefold()] else 1] or word
        return word

    return words(cells, missing).map(level, na_action="ignore").astype("str")
'''
_LABEL = '''\
def label(value):
    """A class as text: `1`, not `1.0`."""
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)
'''
_SOURCES = {"numbers": _NUMBERS, "marked_numbers": _MARKED, "dates": _DATES, "levels": _LEVELS, "label": _LABEL}


class Readers:
    """Writes how each column is read, and collects the functions that this takes.

    Parameters
    ----------
    dialect : Dialect
        How the file was written.

    Attributes
    ----------
    imports : set of (str, str)
        Modules and names.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._used: dict[str, None] = {}
        self._missing: dict[tuple[str, ...], str] = {}
        self._truth = False
        self.imports: set[tuple[str, str]] = set()

    def needs(self, function: str) -> None:
        """Bring a function along."""
        self._used[function] = None

    @property
    def source(self) -> str:
        """The functions, each behind the next with two lines between them."""
        tables = [_wrapped(name, "(", [repr(m) for m in markers], ")") for markers, name in self._missing.items()]
        if self._truth:
            tables.append(_wrapped("MEANINGS", "{", [f"{word!r}: {says}" for word, says in MEANINGS.items()], "}"))
        return (
            "".join(f"{table}\n" for table in tables) + "\n\n" + "".join(f"{_SOURCES[name]}\n\n" for name in self._used)
        )

    def column(self, column: Column) -> str:
        """The expression that types one column of `table`.

        Raises
        ------
        UsageError
            For cells that the script has no rules for.
        """
        cells, missing = f"table[{column.name!r}]", self._markers(column.missing)
        if column.coerced or column.kind.of_time:
            raise self._unable(column, "times of day and coerced cells")
        if column.kind is Kind.NUMBER:
            return self._number(column, cells, missing)
        if column.kind is Kind.DATETIME:
            return self._date(column, cells, missing)
        if column.role in (Role.TEXT, Role.ID):
            return f"{cells}.where(words({cells}, {missing}).notna()).astype('str')"
        return self._level(column, cells, missing)

    def _markers(self, markers: tuple[str, ...]) -> str:
        """The name of a list of missing markers; columns have few different ones."""
        if not markers:
            return "()"
        return self._missing.setdefault(markers, f"MISSING_{len(self._missing) + 1}")

    def _number(self, column: Column, cells: str, missing: str) -> str:
        form = number_format(column, self._dialect.decimal)
        if column.truth:
            raise self._unable(column, "numbers that mean true and false")
        if FLAGGED in form.symbols:
            raise self._unable(column, "numbers with flags behind them")
        decimal = "" if form.decimal == "." else f", decimal={form.decimal!r}"
        if form.plain:
            self.needs("numbers")
            return f"numbers({cells}, {missing}{decimal})"
        self.needs("marked_numbers")
        remove = [mark for mark in (form.unit, form.currency, form.thousands) if mark]
        return f"marked_numbers({cells}, {missing}, {number_pattern(form)!r}, {remove}{decimal})"

    def _date(self, column: Column, cells: str, missing: str) -> str:
        form = column.datetime_format or ISO
        if "@" in form or form == EXCEL or any(code in form for code in ("%q", "%V")):
            raise self._unable(column, f"dates like {form}")
        self.needs("dates")
        return f"dates({cells}, {missing}, {('ISO8601' if form == ISO else form)!r})"

    def _level(self, column: Column, cells: str, missing: str) -> str:
        self.needs("levels")
        self._truth |= bool(column.truth)
        truth = f", truth={column.truth!r}" if column.truth else ""
        whole = ", whole=True" if column.whole else ""
        return f"levels({cells}, {missing}{truth}{whole})"

    def _unable(self, column: Column, what: str) -> UsageError:
        return UsageError(
            f"A script has no rules for {what}, and column {column.name!r} holds such.",
            remedy="Leave the column out, or export the model as skops.",
        )


def _wrapped(name: str, start: str, items: Sequence[str], end: str) -> str:
    """A table of words as a constant over few lines."""
    lines = [""]
    for item in items:
        if len(lines[-1]) + len(item) > _WIDTH:
            lines.append("")
        lines[-1] += f"{item}, "
    return f"{name} = {start}\n" + "".join(f"    {line.rstrip()}\n" for line in lines) + end
