"""Writes `mlpipe/api/keywords/`: the keywords of the Python functions, from the parameters and the command line's help.

python -m tests.api.keywords
"""

import re
import textwrap
from dataclasses import is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from mlpipe.api.options import _fields
from mlpipe.params import (
    CompareParams,
    DescentParams,
    EvaluateParams,
    InspectParams,
    PredictFiles,
    PredictParams,
    PreprocessParams,
    ReadParams,
    RoleParams,
    SplitParams,
    TrainParams,
    TuneParams,
)
from mlpipe.params.exporting import ExportParams
from mlpipe.params.project import InitParams
from mlpipe.params.serving import ServeParams
from mlpipe.params.trust import AuditParams, DriftParams
from mlpipe.words.parameters import KEYWORDS
from tests.cli.recording import command_line

FOLDER = Path(__file__).parents[2] / "mlpipe/api/keywords"
WIDTH = 116
WIDER = {
    "target": "str | Iterable[str] | None",
    "param": "Mapping[str, object] | None",
    "k": "int | str | None",
    "batch_size": "int | str | None",
    "hidden": "str | Iterable[int] | None",
    "ngrams": "str | Iterable[int] | None",
    "cost": "str | Mapping[str, float] | None",
    "fail_under": "str | Iterable[str] | Mapping[str, float]",
    "fail_over": "str | Iterable[str] | Mapping[str, float]",
    "fill_value": "str | float | None",
}
"""What `build_params` takes beside the type of the parameter."""
SAID = {
    "param": "Parameters of the estimator, by their own names.",
    "fail_under": "A metric and its limit: a gate fails if it is lower; NAME:low limits its lower bound.",
    "max_unseen": "GateError if more than this share of rows has unseen levels.",
    ("serve", "max_bytes"): "Bytes of a request.",
}
"""Where the command line speaks of spelling."""
PLACES = (
    "columns", "rejects", "test_data", "recipe", "space", "predictions", "contract", "against", "data", "token_file",
    "record",
)  # fmt: skip
OWN = {(name, "threshold"): "float | str | None" for name in ("TrainOptions", "RunOptions")}
LOADING = {"trust": "str | Iterable[str]", "allow_version_mismatch": "bool", "no_probe": "bool"}

MODULES: dict[str, tuple[str, list[Any]]] = {
    "tables": ("what a table is read as and divided by", [
        ("ReadOptions", "How a table is read", "split", (), ReadParams),
        ("RoleOptions", "What columns are for", "split", (), RoleParams),
        ("InspectOptions", "Options of `inspect`", "inspect", ("ReadOptions",), InspectParams),
        ("SplitOptions", "Options of `split`", "split", ("ReadOptions", "RoleOptions"), SplitParams),
    ]),
    "preparation": ("what is made of columns and rows", [
        ("PreprocessOptions", "Options of `preprocess`", "preprocess", (), PreprocessParams),
    ]),
    "learning": ("how a model learns", [
        ("DescentOptions", "How a `torch-` model learns", "train", (), DescentParams),
        ("TrainOptions", "Options of `train`", "train", ("DescentOptions",), TrainParams),
        ("TuneOptions", "Options of `tune`", "tune", (), TuneParams),
    ]),
    "judging": ("what is asked of a model, and of its judge", [
        ("LoadingOptions", "How strictly a model is loaded", "predict", (), LOADING),
        ("EvaluateOptions", "Options of `evaluate`", "evaluate", ("LoadingOptions",), EvaluateParams),
        ("PredictOptions", "Options of `predict`", "predict", ("LoadingOptions",), (PredictParams, PredictFiles)),
        ("CompareOptions", "Options of `compare`", "compare", ("LoadingOptions",), CompareParams),
        ("DriftOptions", "Options of `drift`", "drift", ("LoadingOptions",), DriftParams),
        ("AuditOptions", "Options of `audit`", "audit", (), AuditParams),
        ("ExportOptions", "Options of `export`", "export", ("LoadingOptions",), ExportParams),
    ]),
    "project": ("what is around the steps", [
        ("InitOptions", "Options of `init`", "init", (), InitParams),
        ("ServeOptions", "Options of `serve`", "serve", ("LoadingOptions",), ServeParams),
    ]),
    "chain": ("what the whole chain is asked for", [
        ("RunOptions", "Options of `run`", "run", ("ReadOptions", "RoleOptions", "DescentOptions"),
         (SplitParams, PreprocessParams, TrainParams, EvaluateParams)),
    ]),
}  # fmt: skip

HOMES = {one[0]: (module, one[-1]) for module, (_, classes) in MODULES.items() for one in classes}
"""Class to its module, and to the dataclasses that its options are of."""


def written(hint):
    """A type as it is written: several as any iterable of them."""
    if get_origin(hint) in {Union, UnionType}:
        return " | ".join(written(part) for part in get_args(hint))
    if get_origin(hint) is tuple:
        return "str | Iterable[str]"
    if get_origin(hint) is Literal:
        return f"Literal[{', '.join(repr(one).replace(chr(39), chr(34)) for one in get_args(hint))}]"
    return "None" if hint is NoneType else hint.__name__


def own_options(kinds, *, deep=False):
    """Name to type of the options of dataclasses, without those of the dataclasses that they hold."""
    if isinstance(kinds, dict):
        return kinds
    options: dict[str, str] = {}
    for kind in kinds if isinstance(kinds, tuple) else (kinds,):
        for field, hint in _fields(kind):
            name = KEYWORDS.get(field.name, field.name)
            if is_dataclass(hint):
                options = (own_options(hint, deep=True) if deep else {}) | options
            elif name not in options:
                options[name] = "Place | None" if name in PLACES else WIDER.get(name, written(hint))
    return options


def helped(command):
    """What the command line says of each option, in Python's words."""
    said = {}
    for option in command_line().commands[command].params:
        name = max(option.opts, key=len).lstrip("-").replace("-", "_")
        own = SAID.get((command, name)) or SAID.get(name)
        said[name] = own or in_python(getattr(option, "help", None) or "")
    return said


def in_python(text):
    text = re.sub(r";? ?repeatable\.?", "", text).strip(" ;,")
    text = re.sub(r"--(no-)?([a-z][a-z-]*)", lambda m: f"`{m[2].replace('-', '_')}`", text)
    text = re.sub(r"\b(MODEL|DATA|SPLIT|PREP)\b", lambda m: f"`{m[1].lower()}`", text)
    text = re.sub(r"[Ee]xit (with )?6", "a gate fails", text).replace("; - for stdout", "")
    text = text.replace("a gate", "A gate", 1) if text.startswith("a gate") else text
    return text if text.endswith((".", "…")) else f"{text}."


def render_class(name, title, command, bases, kinds):
    said, options = helped(command), own_options(kinds, deep=name in {"RunOptions", "EvaluateOptions"})
    inherited = {key for base in bases for key in own_options(HOMES[base][1])}
    options = {
        key: OWN.get((name, key), hint)
        for key, hint in options.items()
        if key in said and key != "out" and key not in inherited
    }
    lines = [f"class {name}({', '.join((*bases, 'TypedDict')) if not bases else ', '.join(bases)}, total=False):"]
    lines += [f'    """{title}.', ""]
    if name == "RunOptions":
        lines += [
            "    As those of `split`, `preprocess`, `train` and `evaluate`, each for the first step that has it.",
            "",
        ]
    else:
        lines += ["    Parameters", "    ----------"]
        for key, hint in options.items():
            # A long list of choices is in the type.
            lines.append(f"    {key} : {hint if len(hint) < 90 else 'str'}")
            lines += textwrap.wrap(said[key], WIDTH - 8, initial_indent=" " * 8, subsequent_indent=" " * 8)
    lines += ['    """', ""]
    lines += [typed(key, hint) for key, hint in options.items()]
    return "\n".join(lines)


def typed(key, hint):
    """A line, or where that would be too long one for each choice."""
    line = f"    {key}: {hint}"
    if len(line) <= 120:
        return line
    choices = hint[hint.index("[") + 1 : hint.index("]")].split(", ")
    within = "".join(f"        {choice},\n" for choice in choices)
    return f"    {key}: Literal[\n{within}    ]{hint[hint.index(']') + 1 :]}"


def render(module):
    about, classes = MODULES[module]
    bodies = [render_class(*one) for one in classes]
    text = "\n\n\n".join(bodies)
    lines = [f'"""Keywords: {about}. Written by `python -m tests.api.keywords`."""', ""]
    lines += ["from __future__ import annotations", ""]
    typing = [name for name in ("TYPE_CHECKING", "Literal", "TypedDict") if name in text or name == "TYPE_CHECKING"]
    typed = [name for name in ("Iterable", "Mapping") if f"{name}[" in text]
    guarded = [f"    from collections.abc import {', '.join(typed)}"] if typed else []
    guarded += ["    from os import PathLike", "", "    Place = str | PathLike[str]"] if "Place |" in text else []
    typing = typing if guarded else typing[1:]
    lines += [f"from typing import {', '.join(typing)}", ""]
    others = [(HOMES[base][0], base) for one in classes for base in one[3] if HOMES[base][0] != module]
    homes = sorted({home for home, _ in others})
    imports = [
        f"from mlpipe.api.keywords.{home} import {', '.join(sorted({base for at, base in others if at == home}))}"
        for home in homes
    ]
    lines += [*imports, ""] if imports else []
    lines += ["if TYPE_CHECKING:", *guarded, ""] if guarded else []
    return "\n".join([*lines, "", text, ""])


def render_all():
    """File name to text."""
    hall = '"""The keywords of the functions, as types: what type checkers, editors and `help` know of options."""\n'
    return {"__init__.py": hall, **{f"{module}.py": render(module) for module in MODULES}}


if __name__ == "__main__":
    for file, content in render_all().items():
        (FOLDER / file).write_text(content, encoding="utf-8")
