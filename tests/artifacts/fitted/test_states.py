"""The table of what fitted objects hold: it is what they hold, and whatever departs from it is refused by name."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.feature_selection import f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from mlpipe.artifacts.fitted import states
from mlpipe.artifacts.fitted.states import known_states
from mlpipe.artifacts.fitted.unpickle import allowed_globals, dump_joblib, load_joblib
from mlpipe.artifacts.fitted.value_kinds import kinds_of
from mlpipe.errors import ArtifactError
from tests.artifacts.recording import examples, record, render

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(30, 3)), RNG.integers(0, 3, 30)
NEW = {"sub": [1, "a", None], "array": np.zeros(2)}
"""What a later version may add: data."""


def why_refused(fitted: Any, **changed: Any) -> str:
    """The message, or nothing; a value `...` takes an attribute away."""
    vars(fitted).update(changed)
    for name in [name for name, value in changed.items() if value is ...]:
        del vars(fitted)[name]
    try:
        load_joblib(dump_joblib(fitted))
    except ArtifactError as error:
        return str(error)
    return ""


def logistic() -> LogisticRegression:
    return LogisticRegression().fit(X, Y)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, ""),
        ({"predict": 1}, "data in the place of LogisticRegression.predict"),
        ({"coef_": ...}, "LogisticRegression has no coef_"),
        ({"C": ...}, "LogisticRegression has no C"),
        ({"coef_": None}, "LogisticRegression.coef_ holds none"),
        ({"coef_": np.zeros((3, 3), dtype=np.int64)}, "LogisticRegression.coef_ holds whole[*,*]"),
        ({"coef_": np.zeros((3, 3), dtype=object)}, "LogisticRegression.coef_ holds objects[*,*]:number"),
        ({"coef_": np.zeros(3)}, "LogisticRegression.coef_ holds floats[*]"),
        ({"coef_": np.zeros((3, 3))}, ""),
        ({"coef_": np.zeros((3, 2))}, "LogisticRegression.coef_ is not as wide as its features"),
        ({"coef_": np.zeros((3, 4))}, "LogisticRegression.coef_ is not as wide as its features"),
        ({"n_features_in_": 4}, "LogisticRegression.coef_ is not as wide as its features"),
        ({"n_features_in_": 2**70}, "LogisticRegression.n_features_in_ holds endless number"),
        ({"classes_": [0, 1, 2]}, "LogisticRegression.classes_ holds [number]"),
        ({"C": -1.0}, "The 'C' parameter of LogisticRegression must be"),
        ({"C": StandardScaler()}, "LogisticRegression.C holds estimator"),
        ({"solver": "none"}, "The 'solver' parameter of LogisticRegression must be"),
        (
            {"class_weight": {0: 1.0, 1: f_classif}},
            "LogisticRegression.class_weight holds {number: the name f_classif}",
        ),
        ({"class_weight": {0: 1.0, 1: 2.0}}, ""),
    ],
)
def test_what_a_fitted_object_may_hold(changed: dict[str, Any], told: str) -> None:
    found = why_refused(logistic(), **changed)
    assert told in found
    assert bool(told) is bool(found)


@pytest.mark.parametrize(("classes", "sound"), [(3, True), (2, False), (4, False)])
def test_an_array_is_as_wide_as_the_classes_are_many(classes: int, sound: bool) -> None:
    told = why_refused(GaussianNB().fit(X, Y), classes_=np.arange(classes))
    assert told == "" if sound else "class_count_ is not as wide as its classes" in told


def test_an_estimator_that_is_not_fitted_passes() -> None:
    assert why_refused(LogisticRegression()) == ""
    assert why_refused(Pipeline([("a", LogisticRegression())])) == ""


def test_data_that_the_table_does_not_know_is_let_in_and_nothing_else() -> None:
    for value in NEW.values():
        assert why_refused(logistic(), new_=value) == ""
    assert why_refused(logistic(), new_=f_classif)
    assert why_refused(logistic(), new_=[StandardScaler()])
    assert why_refused(logistic(), coef_=[1.0])  # what is known stays as it is


def test_parameters_are_checked_once_for_equal_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    data = dump_joblib([logistic(), logistic(), LogisticRegression(C=2.0).fit(X, Y)])
    asked: list[float] = []
    monkeypatch.setattr(LogisticRegression, "_validate_params", lambda model: asked.append(model.C))
    load_joblib(data)
    assert sorted(asked) == [1.0, 2.0]


def looped() -> list[Any]:
    loop: list[Any] = [1]
    loop.append(loop)
    return loop


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        (None, {"none"}),
        (True, {"number"}),
        (2**63 - 1, {"number"}),
        (2**63, {"endless number"}),
        (-(2**63), {"number"}),
        (-(2**63) - 1, {"endless number"}),
        (np.float32(1), {"number"}),
        ("a", {"text"}),
        (b"a", {"bytes"}),
        ([], {"[]"}),
        ((), {"()"}),
        ({}, {"{}"}),
        ([1, 2.5, 2**64], {"[number]", "[endless number]"}),
        (("a", None), {"(text)", "(none)"}),
        ({"a": 1, "b": [None]}, {"{text: number}", "{text: [none]}"}),
        ({1: 1, "b": 1}, {"{number|text: number}"}),
        (frozenset([1]), {"{number}"}),
        (np.zeros((2, 3)), {"floats[*,*]"}),
        (np.array(1), {"whole[]"}),
        (np.array(["a", None], dtype=object), {"objects[*]:text", "objects[*]:none"}),
        (np.array([], dtype=object), set()),
        (np.ma.masked_array([1.0]), {"MaskedArray"}),
        (f_classif, {"the name f_classif"}),
        (StandardScaler, {"the name StandardScaler"}),
        (StandardScaler(), {"estimator"}),
        (slice(1), {"slice"}),
        (looped(), {"[number]", "[itself]"}),
    ],
)  # fmt: skip
def test_kinds_of_values(value: Any, kinds: set[str]) -> None:
    assert kinds_of(value) == kinds


def test_containers_are_looked_through_once() -> None:
    deep: list[Any] = []
    for _ in range(60):
        deep = [deep, deep]
    (kind,) = kinds_of(deep)
    assert kind == "[" * 61 + "]" * 61


OPTIONAL = ("mlpipe.models.boosters.", "mlpipe.models.neural.")
"""Classes whose libraries need not be installed."""


def told_by(table: str) -> dict[str, list[str]]:
    """By class its lines, without those that need other libraries."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in table.splitlines():
        name = name if line.startswith((" ", "#")) else line
        found.setdefault(name, []).append(line)
    return {name: lines for name, lines in found.items() if not name.startswith(OPTIONAL)}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_table_is_what_fitted_objects_of_every_kind_hold() -> None:
    table = Path(states.__file__).with_name("states.txt").read_text(encoding="utf-8")
    made = render(record(examples()))
    if find_spec("torch") and find_spec("lightgbm"):
        assert made == table
    assert told_by(made) == told_by(table)


def test_every_class_that_is_let_in_is_known_by_what_it_holds() -> None:
    """But for functions, and for classes of compiled code, whose states are checked as they are restored."""
    let_in = {f"{module}.{name}": getattr(import_module(module), name) for module, name in allowed_globals()}
    assert known_states().keys() <= let_in.keys()
    with_attributes = {name for name, found in let_in.items() if isinstance(found, type) and found.__dictoffset__}
    assert with_attributes - known_states().keys() == {"functools.partial", "joblib.numpy_pickle.NumpyArrayWrapper"}
