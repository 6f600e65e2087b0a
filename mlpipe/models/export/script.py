"""One readable Python file that fits and predicts the same with numpy, pandas and scikit-learn alone."""

from __future__ import annotations

import base64
import re
import sys
import zlib
from dataclasses import dataclass
from importlib import resources
from string import Template
from typing import TYPE_CHECKING, Any, assert_never

import numpy as np
import sklearn
from sklearn.base import clone

from mlpipe._version import __version__
from mlpipe.data.spellings import FORMULA, INVISIBLE
from mlpipe.errors import UsageError
from mlpipe.features.preprocessor.views import Views
from mlpipe.models.deciding.calibration import CalibratedModel
from mlpipe.models.ensemble.blend import BlendClassifier, BlendRegressor
from mlpipe.models.ensemble.stack import EDGE, StackClassifier
from mlpipe.models.ensemble.temperature import TemperedBlendClassifier
from mlpipe.models.export.constructors import Constructors
from mlpipe.models.export.own_source import OwnSource
from mlpipe.models.export.readers import Readers
from mlpipe.target import ClassTarget, LabelsTarget, NoTarget, NumbersTarget, NumberTarget
from mlpipe.words.numbers import format_exact
from mlpipe.words.parameters import param
from mlpipe.words.remedies import in_step, ways

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.schema import Dialect
    from mlpipe.models.fitted_model import FittedModel

Member = tuple[str, Any, Any]
ONLY_VIEW = "plan"
_WIDTH = 100


@dataclass(frozen=True, kw_only=True)
class ScriptFacts:
    """What a script says of the model beside its code.

    Parameters
    ----------
    model : str
        The estimator's name.
    source, file : str
        The table that was learnt from, and the script's own name.
    rows : ndarray of shape (n_training_rows,)
        Positions in that table of the rows that were learnt from, counted from 0.
    """

    model: str
    source: str
    file: str
    tolerance: float
    rows: NDArray[np.int64]


def render_script(fitted: FittedModel, facts: ScriptFacts) -> str:
    """The file.

    Raises
    ------
    UsageError
        Where something of the model has no equal among what the script may use.
    """
    target = fitted.context.target
    constructors, readers = Constructors(), Readers(fitted.context.schema.dialect)
    views, members = _parts(fitted)
    columns = [f"        {c.name!r}: {readers.column(c)}," for c in fitted.columns]
    written_views = [f"        {name!r}: {constructors.write(view, 8)}," for name, view in views]
    written_members = [
        f"        ({view!r}, {constructors.write(estimator, 8)}, {weight!r})," for view, estimator, weight in members
    ]
    encode, decide = _target_code(fitted, readers)
    decide = decide.replace(_MIXING, _mixing(fitted.pipeline["model"]))
    own = OwnSource()
    own.add(constructors.own)
    classes = list(target.classes) if isinstance(target, ClassTarget) else []
    return Template(resources.files(__package__).joinpath("script.txt").read_text(encoding="utf-8")).substitute(
        title=f"{facts.model} for {target.name}: fits and predicts as the model of mlpipe did.",
        version=__version__, sklearn=".".join(sklearn.__version__.split(".")[:2]), file=facts.file,
        source=facts.source, tolerance=format_exact(facts.tolerance),
        imports=_import_lines(constructors.imports | own.imports | readers.imports),
        dialect=repr(pandas_dialect(fitted.context.schema.dialect)),
        formula=ascii(FORMULA.pattern),
        invisible=_in_lines(ascii(INVISIBLE.pattern)[1:-1]),
        readers=readers.source, columns="\n".join(columns), own=f"{own.text}\n\n\n" if own.text else "",
        views="\n".join(written_views), members="\n".join(written_members), target=repr(target.name),
        classes=repr(classes), threshold=repr(fitted.decision.threshold),
        positive=repr(target.positive if isinstance(target, ClassTarget) else None),
        training=_packed(facts.rows), encode=encode, decide=decide,
        shift=repr(0.0 if classes else float(getattr(fitted.pipeline["model"], "intercepts", 0.0))),
    )  # fmt: skip


def _parts(fitted: FittedModel) -> tuple[list[tuple[str, Any]], list[Member]]:
    """The views of the table and the estimators that see them, all unfitted."""
    front, estimator = fitted.pipeline["preprocess"], fitted.pipeline["model"]
    if isinstance(estimator, CalibratedModel):
        estimator = _untempered(estimator)
    if isinstance(front, Views):
        views = [(name, clone(view)) for name, view in front.views]
        spans = {span: name for name, span in front.places().items()}
    else:
        views, spans = [(ONLY_VIEW, clone(front))], {}
    if not isinstance(estimator, BlendClassifier | BlendRegressor):
        return views, [(views[0][0], clone(estimator), 1.0)]
    seen = [spans[place[:2]] for place in estimator.places or ()] or [views[0][0]] * len(estimator.members)
    return views, [
        (view, clone(member), np.asarray(weight).tolist())
        for (_, member), weight, view in zip(estimator.members, _weights(estimator), seen, strict=True)
    ]


def _untempered(model: CalibratedModel) -> Any:
    """The model without its temperature, which a script can hold: one number."""
    if model.calibration.method != "temperature":
        raise UsageError(
            "A calibrated model cannot be fitted anew by a script: its calibration was learnt out of fold.",
            remedy=ways(in_step("train", f"Train with {param('calibrate', 'none')}"), "export it as skops"),
        )
    return model.estimator


def _weights(estimator: BlendClassifier | BlendRegressor) -> Sequence[Any]:
    """What each member weighs: a number, or in a stack of classes a table of class by class."""
    if isinstance(estimator, StackClassifier):
        return np.split(np.asarray(estimator.weights), len(estimator.members), axis=1)
    return estimator.weights


def _target_code(fitted: FittedModel, readers: Readers) -> tuple[str, str]:
    """How the target is read, and how probabilities become predictions."""
    target = fitted.context.target
    match target:
        case ClassTarget():
            cells = readers.column(fitted.context.schema.column(target.column))
            readers.needs("label")
            return f"    return np.array([label(value) for value in {cells}])", _BY_PROBABILITY
        case NumberTarget():
            cells = readers.column(fitted.context.schema.column(target.column))
            return f"    return {cells}", "    raise AssertionError"
        case LabelsTarget() | NumbersTarget() | NoTarget():
            raise UsageError(
                f"A script is for one class or one quantity; the task is {target.task.value}.",
                remedy=f"Export as {param('format', 'skops')}, which takes every model.",
            )
        case _:
            assert_never(target)


def _mixing(estimator: Any) -> str:
    """The lines that make the probabilities of those of the members."""
    if isinstance(estimator, StackClassifier):
        return _STACKED.format(edge=EDGE, intercepts=np.asarray(estimator.intercepts).tolist())
    if isinstance(estimator, TemperedBlendClassifier):
        return _BLENDED + _TEMPERED.format(temperature=estimator.temperature)
    if isinstance(estimator, CalibratedModel):
        return _BLENDED + _TEMPERED.format(temperature=estimator.calibration.temperature_)
    return _BLENDED


_BLENDED = """\
    proba = sum(weight * given for given, weight in said)
"""
_TEMPERED = """\
    proba = np.clip(proba, 1e-15, 1.0) ** (1 / {temperature!r})
    proba /= proba.sum(axis=1, keepdims=True)
"""
_STACKED = """\
    scores = sum(np.log(np.clip(given, {edge!r}, 1.0)) @ np.transpose(weight) for given, weight in said)
    scores += {intercepts!r}
    proba = np.exp(scores - scores.max(axis=1, keepdims=True))
    proba /= proba.sum(axis=1, keepdims=True)
"""
_MIXING = "    # mixing\n"
_BY_PROBABILITY = """\
    if not all(hasattr(estimator, "predict_proba") for _, estimator, _ in estimators):
        (name, estimator, _), = estimators
        return estimator.predict(matrices[name]), None
    said = []
    for name, estimator, weight in estimators:
        given = np.zeros((len(X), len(CLASSES)))
        given[:, [CLASSES.index(label) for label in estimator.classes_]] = estimator.predict_proba(matrices[name])
        said.append((given, weight))
    # mixing
    chosen = proba.argmax(axis=1)
    if THRESHOLD is not None:
        positive = CLASSES.index(POSITIVE)
        chosen = np.where(proba[:, positive] >= THRESHOLD, positive, 1 - positive)
    return np.asarray(CLASSES)[chosen], proba"""


def pandas_dialect(dialect: Dialect) -> dict[str, Any]:
    """What pandas' reader is told so that it cuts the file alike."""
    told: dict[str, Any] = {"sep": dialect.delimiter, "encoding": dialect.encoding}
    if dialect.delimiter == " ":
        told["sep"] = r"[ \t]+"
    if not dialect.header:
        told["header"] = None
    if dialect.skip_lines:
        told["skiprows"] = dialect.skip_lines
    if not dialect.quote:
        told["quoting"] = 3
    elif dialect.quote != '"':
        told["quotechar"] = dialect.quote
    if dialect.escape:
        told["escapechar"] = dialect.escape
    if dialect.comment:
        told["comment"] = dialect.comment
    return told


def _import_lines(wanted: Iterable[tuple[str, str]]) -> str:
    modules: dict[str, set[str]] = {}
    plain = {"base64", "re", "sys", "unicodedata", "zlib", "numpy as np", "pandas as pd"}
    for module, name in wanted:
        if module:
            modules.setdefault(module, set()).add(name)
        else:
            plain.add(name)
    whole = {name.split()[0]: f"import {name}" for name in plain}
    parts = {module: f"from {module} import {', '.join(sorted(names))}" for module, names in modules.items()}
    standard, others = (
        [lines[module] for lines in (whole, parts) for module in sorted(lines) if _is_standard(module) is ours]
        for ours in (True, False)
    )
    return "\n".join([*standard, "", *others])


def _is_standard(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] in sys.stdlib_module_names


def _packed(rows: NDArray[np.int64]) -> str:
    bits = np.zeros(int(rows.max()) + 1, dtype=np.uint8)
    bits[rows] = 1
    return _in_lines(base64.b64encode(zlib.compress(np.packbits(bits).tobytes(), 9)).decode())


def _in_lines(text: str) -> str:
    """A long text as a literal over several lines; escapes are not cut."""
    lines = [""]
    for letter in re.findall(r"\\U.{8}|\\u.{4}|\\x..|\\.|.", text):
        if len(lines[-1]) + len(letter) > _WIDTH:
            lines.append("")
        lines[-1] += letter
    return "(\n" + "".join(f'    "{line}"\n' for line in lines) + ")"
