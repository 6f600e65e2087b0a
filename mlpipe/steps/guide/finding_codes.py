"""The page that explains the codes of `inspect`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlpipe.words.parameters import as_options

if TYPE_CHECKING:
    from mlpipe.data.profiling.findings import FindingSpec

_FAMILIES = {
    "1": "One column",
    "2": "Rows and their order",
    "3": "The target, with `--target`",
    "4": "What changed, with `--against`",
    "50": "How the file is written",
    "51": "Training rows beside test rows, by `audit`",
    "52": "More of `audit`",
    "6": "New rows beside training rows, by `drift`",
}
_INTRODUCTION = """# Findings of `mlpipe inspect`

What `inspect` remarks on in a table. Each finding has a code, which is stable (scripts may rely on it), and a severity:
*info*, nothing has to be done; *warning*, look at it; *error*, nothing can be learnt from such a table, or a trained
model cannot read it.

`--verbose` tells the remedy and the reason beside each finding. `--fail-on warning` or `--fail-on error` ends with exit
code 6 where a finding is as severe or more; `--ignore CODE` leaves a code out.

Of the options named below, `--na-value` and `--encoding` belong to every command that reads a table; `--drop`, `--id`,
`--group`, `--time`, `--numeric`, `--categorical`, `--text`, `--datetime` and `--duplicates` to `split`; `--scale` to
`preprocess`; `--class-weight` to `train`. A role can also be set in `columns.toml`, which `inspect -o DIR` drafts.
"""
_OPTION = re.compile(r"--[a-z][a-z-]+(?: (?:COLUMN|VALUE|drop|robust|balanced)\b)?")


def render_codes() -> str:
    """The table of all codes as a Markdown page."""
    from mlpipe.data.profiling.findings import SPECS

    lines = [_INTRODUCTION.rstrip("\n")]
    for family, title in _FAMILIES.items():
        specs = [spec for spec in SPECS.values() if spec.code.startswith(f"MLP{family}")]
        lines += ["", f"## {title}", "", "| code | severity | |", "| --- | --- | --- |"]
        lines += [f"| [{spec.code}](#{_anchor(spec)}) | {spec.severity} | {spec.summary} |" for spec in specs]
        for spec in specs:
            lines += ["", f"### {_heading(spec)}", "", *_told(spec)]
    return "\n".join(lines) + "\n"


def render_code(spec: FindingSpec) -> str:
    """One code as a Markdown page."""
    return "\n".join([f"# {_heading(spec)}", "", *_told(spec)]) + "\n"


def _told(spec: FindingSpec) -> list[str]:
    remedy = _OPTION.sub(r"`\g<0>`", as_options(spec.remedy_for(column="COLUMN", value="VALUE")))
    return [f"*{spec.severity}.* {spec.explanation}", "", f"To do: {remedy}"]


def _heading(spec: FindingSpec) -> str:
    return f"{spec.code} {spec.summary}"


def _anchor(spec: FindingSpec) -> str:
    """The fragment that Markdown renderers give to the heading."""
    return re.sub(r"[^a-z0-9 -]", "", _heading(spec).lower()).replace(" ", "-")
