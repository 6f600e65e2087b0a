"""Files made by hand from allowed names alone: each kind is refused in one line, wherever it hides."""

import pickle
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.feature_selection import f_classif
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier

from mlpipe.artifacts.fitted.unpickle import dump_joblib, load_joblib
from mlpipe.errors import ArtifactError
from mlpipe.features.transformers.terms import Terms

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(30, 3)), RNG.integers(0, 3, 30)


class Reduced:
    """Pickles as any call, with a state where one is given."""

    def __init__(self, function: Any, args: tuple[Any, ...], *state: Any) -> None:
        self.call = (function, args, *state)

    def __reduce__(self) -> Any:
        return self.call


def why_refused(obj: Any) -> str:
    data = obj if isinstance(obj, bytes) else dump_joblib(obj)
    try:
        load_joblib(data)
    except ArtifactError as error:
        return str(error)
    return ""


def refused(obj: Any) -> bool:
    return bool(why_refused(obj))


def changed(estimator: Any, **attributes: Any) -> Any:
    vars(estimator).update(attributes)
    return estimator


def bad_tree() -> Any:
    """A tree whose root has a child that is not there."""
    tree = DecisionTreeClassifier().fit(X, Y).tree_
    function, args, state = tree.__reduce__()
    nodes = state["nodes"].copy()
    nodes["left_child"][0] = 10_000
    return Reduced(function, args, {**state, "nodes": nodes})


OBJECT, FLOAT = np.dtype(object), np.dtype(float)
ADDRESSES = b"\x41" * 8
RECONSTRUCT = np.zeros(1).__reduce__()[0]
FROM_BUFFER = np.zeros(1).__reduce_ex__(5)[0]
SCALAR = np.float64(0).__reduce__()[0]
EMPTY = (np.ndarray, (0,), b"b")

CALLS: dict[str, Any] = {
    "array of addresses": Reduced(np.ndarray, ((1,), OBJECT, ADDRESSES)),
    "array made directly": Reduced(np.ndarray, ((3,),)),
    "array of addresses by its state": Reduced(RECONSTRUCT, EMPTY, (1, (1,), OBJECT, False, ADDRESSES)),
    "array longer than its bytes": Reduced(RECONSTRUCT, EMPTY, (1, (9,), FLOAT, False, b"x")),
    "array made otherwise than empty": Reduced(RECONSTRUCT, (np.ndarray, (1,), b"O")),
    "array from a buffer of objects": Reduced(FROM_BUFFER, (bytearray(ADDRESSES), OBJECT, (1,), "C")),
    "array beyond its buffer": Reduced(FROM_BUFFER, (bytearray(8), np.dtype(float), (2**62,), "C")),
    "number made of an object": Reduced(SCALAR, (OBJECT, ADDRESSES)),
    "number of another size": Reduced(SCALAR, (np.dtype(float), b"xx")),
    "tree of more outputs than told": Reduced(type(DecisionTreeClassifier().fit(X, Y).tree_), (3, np.array([3]), 9)),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_calls_with_arguments_that_numpy_takes_as_they_come(name: str) -> None:
    assert refused([CALLS[name]])


HIDING: dict[str, Callable[[Any], Any]] = {
    "plain": lambda tree: tree,
    "the key of a dict": lambda tree: {tree: 1},
    "a frozen set": lambda tree: frozenset([tree]),
    "a partial": lambda tree: partial(f_classif, tree),
    "the words of a partial": lambda tree: partial(f_classif, key=tree),
    "a slice": lambda tree: slice(tree, None),
    "an array of objects": lambda tree: np.array([None, tree], dtype=object),
}


@pytest.mark.parametrize("place", HIDING)
def test_a_tree_that_leads_out_of_itself_is_found_wherever_it_hides(place: str) -> None:
    assert "nodes of a tree lead out of it" in why_refused(HIDING[place](bad_tree()))


def test_nodes_that_a_tree_does_not_hold() -> None:
    function, args, state = DecisionTreeClassifier().fit(X, Y).tree_.__reduce__()
    assert refused(Reduced(function, args, {**state, "node_count": state["node_count"] + 1}))
    assert not refused(Reduced(function, args, state))


SUPPORT: dict[str, dict[str, Any]] = {
    "counts": {"_n_support": np.array([99, 99, 99], np.int32)},
    "negative counts": {"_n_support": np.array([-1, 20, 11], np.int32)},
    "coefficients": {"_dual_coef_": np.zeros((2, 1))},
    "thresholds": {"_intercept_": np.zeros(1)},
    "width": {"n_features_in_": 9},
    "kernel": {"kernel": "precomputed"},
    "implementation": {"_impl": "one_class"},
    "degree": {"degree": 2**63},
}


@pytest.mark.parametrize("name", SUPPORT)
def test_support_vectors_that_lead_out_of_their_arrays(name: str) -> None:
    assert refused(changed(SVC().fit(X, Y), **SUPPORT[name]))


def test_sound_ones_pass() -> None:
    for model in (SVC().fit(X, Y), SVR().fit(X, Y), SVC().fit(csr_matrix(X), Y), KNeighborsClassifier().fit(X, Y)):
        assert not refused(model)


def test_data_in_the_place_of_a_method_is_refused() -> None:
    matrix = changed(csr_matrix(X), indices=np.full(90, 99, np.int32), check_format=print)
    assert refused(matrix)
    assert refused(changed(StandardScaler().fit(X), transform=1))


def test_neighbours_of_another_width() -> None:
    assert refused(changed(KNeighborsClassifier(algorithm="brute").fit(X, Y), _fit_X=X[:, :1].copy()))


@pytest.mark.parametrize("places", [{"a": 0, "b": 9}, {"a": 0, "b": -1}, {"a": 0, "b": 0}, {"a": 0, "b": 1.0}])
def test_terms_are_numbered_without_gaps(places: dict[str, Any]) -> None:
    terms = Terms("bow").fit(pd.DataFrame({"t": ["a b", "b"]}))
    assert not refused(terms)
    assert refused(changed(terms, vocabulary_=places))


def test_rare_levels_are_mapped_to_columns_that_there_are() -> None:
    levels = np.array(list("aaabbbcd"), dtype=object)[:, None]
    encoder = OneHotEncoder(min_frequency=2, handle_unknown="infrequent_if_exist").fit(levels)
    assert not refused(encoder)
    assert refused(changed(encoder, _default_to_infrequent_mappings=[np.array([0, 1, 2, 99])]))


def test_a_random_state_beyond_its_key() -> None:
    state = np.random.RandomState(0)
    assert not refused(state)
    function, args, content = state.__reduce__()
    for pos in (-1, 625, 2**40):
        inner = {**content, "state": {**content["state"], "pos": pos}}
        assert refused(Reduced(function, args, inner))


def test_a_step_that_is_nothing() -> None:
    assert refused(changed(Pipeline([("preprocess", StandardScaler())]), steps=[("preprocess", None)]))


@pytest.mark.parametrize("code", [pickle.OBJ, pickle.INST, pickle.BINPERSID, pickle.EXT1])
def test_other_ways_of_making_objects(code: bytes) -> None:
    assert refused(b"\x80\x04(" + code + b"builtins\nslice\n.")
