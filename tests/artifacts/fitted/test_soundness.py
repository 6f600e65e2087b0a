"""Every index that compiled code follows, from both sides of its edge: the last inside passes, the next does not."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.neighbors import BallTree, KDTree
from sklearn.tree import DecisionTreeClassifier

from mlpipe.artifacts.fitted import soundness
from mlpipe.artifacts.fitted.soundness import check_dtype, check_sound
from mlpipe.artifacts.fitted.states import UnsoundError

# Root 0 with children 1 and 2; 2 has children 3 and 4; three features.
LEFT, RIGHT, FEATURE = [1, -1, 3, -1, -1], [2, -1, 4, -1, -1], [0, -2, 2, -2, -2]


def tree(**changed: Any) -> SimpleNamespace:
    content = {"children_left": LEFT, "children_right": RIGHT, "feature": FEATURE}
    arrays = {name: np.array(changed.pop(name, values)) for name, values in content.items()}
    return SimpleNamespace(**{"node_count": len(LEFT), "n_features": 3, **arrays, **changed})


def put(values: list[int], place: int, value: int) -> list[int]:
    return [*values[:place], value, *values[place + 1 :]]


def passes(check: Callable[[Any], None], found: Any) -> bool:
    try:
        check(found)
    except UnsoundError:
        return False
    return True


@pytest.mark.parametrize("side", ["children_left", "children_right"])
@pytest.mark.parametrize(
    ("place", "child", "sound"),
    [
        (0, 4, True),
        (0, 5, False),
        (0, 6, False),
        (0, 1, True),
        (0, 0, False),
        (2, 3, True),
        (2, 2, False),
        (2, 1, False),
    ],
)
def test_a_child_lies_behind_its_parent_and_inside(side: str, place: int, child: int, sound: bool) -> None:
    nodes = LEFT if side == "children_left" else RIGHT
    assert passes(soundness._check_tree, tree(**{side: put(nodes, place, child)})) is sound


def test_children_of_leaves_are_not_followed() -> None:
    assert passes(soundness._check_tree, tree(children_right=put(RIGHT, 1, 99)))
    assert not passes(soundness._check_tree, tree(children_right=put(RIGHT, 0, -1)))


@pytest.mark.parametrize(("feature", "sound"), [(-1, False), (0, True), (2, True), (3, False)])
def test_a_feature_is_one_of_those_there_are(feature: int, sound: bool) -> None:
    assert passes(soundness._check_tree, tree(feature=put(FEATURE, 2, feature))) is sound
    assert passes(soundness._check_tree, tree(feature=put(FEATURE, 1, 99)))


def test_a_tree_has_a_node() -> None:
    empty = np.array([], dtype=int)
    none = tree(children_left=empty, children_right=empty, feature=empty, node_count=0)
    one = tree(children_left=[-1], children_right=[-1], feature=[-2], node_count=1)
    assert not passes(soundness._check_tree, none)
    assert passes(soundness._check_tree, one)


def test_a_fitted_tree_is_as_wide_as_its_nodes() -> None:
    fitted = DecisionTreeClassifier().fit([[0, 1], [1, 0]], [0, 1])
    assert passes(check_sound, fitted)
    fitted.n_features_in_ = 3
    assert not passes(check_sound, fitted)
    fitted.n_features_in_, fitted.n_outputs_ = 2, 2
    assert not passes(check_sound, fitted)
    assert passes(check_sound, DecisionTreeClassifier())


def ensemble(*widths: int, rounds: int = 2, **facts: Any) -> SimpleNamespace:
    """Two rounds of trees, one for each width."""
    row = [SimpleNamespace(tree_=None, n_features_in_=width) for width in widths]
    return SimpleNamespace(**{"estimators_": np.array([row] * rounds, dtype=object), "n_features_in_": 3, **facts})


def test_an_ensemble_is_as_wide_as_each_of_its_trees() -> None:
    assert passes(check_sound, ensemble(3, 3))
    for widths in ((2, 3), (3, 2), (4, 3), (3, 4)):
        assert not passes(check_sound, ensemble(*widths))
    other = ensemble(3)
    other.estimators_[1, 0] = SimpleNamespace(n_features_in_=9)  # no tree: no compiled code asks its width
    assert passes(check_sound, other)


@pytest.mark.parametrize(("told", "sound"), [(1, False), (2, True), (3, False)])
def test_boosting_has_the_trees_of_a_round_that_it_says(told: int, sound: bool) -> None:
    assert passes(check_sound, ensemble(3, 3, rounds=4, n_trees_per_iteration_=told)) is sound


HISTOGRAM = np.dtype(
    {
        "names": ("left", "right", "is_leaf", "feature_idx", "is_categorical", "bitset_idx"),
        "formats": ("u4", "u4", "u1", "i8", "u1", "u4"),
    }
)


def histogram(
    *, place: int = 0, sets: int = 2, width: int = 8, told: int = 3, trees: int = 1, **changed: int
) -> SimpleNamespace:
    """One tree like the one above; node 2 looks its categories up."""
    nodes = np.zeros(5, dtype=HISTOGRAM)
    nodes["left"], nodes["right"], nodes["is_leaf"] = [1, 0, 3, 0, 0], [2, 0, 4, 0, 0], [0, 1, 0, 1, 1]
    nodes["feature_idx"], nodes["is_categorical"], nodes["bitset_idx"] = (
        [0, 9, 2, 9, 9],
        [0, 1, 1, 1, 1],
        [9, 9, 1, 9, 9],
    )
    for name, value in changed.items():
        nodes[name][place] = value
    predictor = SimpleNamespace(nodes=nodes, raw_left_cat_bitsets=np.zeros((sets, width), dtype="u4"))
    mapper = SimpleNamespace(is_categorical_=np.array([0, 0, 1], dtype="u1"))
    return SimpleNamespace(
        _predictors=[[predictor]], _bin_mapper=mapper, n_features_in_=told, n_trees_per_iteration_=trees
    )


@pytest.mark.parametrize(
    ("changed", "sound"),
    [
        ({}, True),
        ({"left": 4}, True),
        ({"left": 5}, False),
        ({"right": 5}, False),
        ({"left": 0}, False),
        ({"place": 2, "right": 2}, False),
        ({"place": 1, "left": 99}, True),  # a leaf's
        ({"feature_idx": -1}, False),
        ({"feature_idx": 2}, True),
        ({"feature_idx": 3}, False),
        ({"place": 2, "feature_idx": 1}, False),  # a number is looked up in a set
        ({"place": 2, "bitset_idx": 0}, True),
        ({"place": 2, "bitset_idx": 2}, False),
        ({"place": 2, "sets": 1}, False),
        ({"width": 7}, False),
        ({"width": 9}, False),
        ({"told": 2}, False),
        ({"told": 4}, False),
        ({"trees": 0}, False),
        ({"trees": 2}, False),
    ],
)
def test_histogram_trees_keep_inside(changed: dict[str, int], sound: bool) -> None:
    assert passes(soundness._check_histogram_model, histogram(**changed)) is sound


def test_a_histogram_tree_has_a_node_and_may_have_one() -> None:
    model = histogram()
    model._predictors[0][0].nodes = np.zeros(1, dtype=HISTOGRAM)
    model._predictors[0][0].nodes["is_leaf"] = 1
    assert passes(soundness._check_histogram_model, model)
    model._predictors[0][0].nodes = np.zeros(0, dtype=HISTOGRAM)
    assert not passes(soundness._check_histogram_model, model)
    assert passes(soundness._check_histogram_model, SimpleNamespace())  # not fitted


ROWS = np.random.default_rng(0).normal(size=(7, 2))
"""Halved twice: 7 nodes, of which 3 to 6 are leaves."""


def neighbours(kind: type, change: Callable[[list[Any]], None]) -> SimpleNamespace:
    state = [part.copy() if isinstance(part, np.ndarray) else part for part in kind(ROWS, leaf_size=1).__getstate__()]
    change(state)
    return SimpleNamespace(__getstate__=lambda: tuple(state), kind=kind)


def setting(part: int, field: str, place: int, value: int) -> Callable[[list[Any]], None]:
    return lambda state: state[part][field].__setitem__(place, value)


def indexing(place: int, value: int) -> Callable[[list[Any]], None]:
    return lambda state: state[1].__setitem__(place, value)


def replacing(part: int, change: Callable[[Any], Any]) -> Callable[[list[Any]], None]:
    return lambda state: state.__setitem__(part, change(state[part]))


@pytest.mark.parametrize("kind", [KDTree, BallTree])
@pytest.mark.parametrize(
    ("change", "sound"),
    [
        (lambda state: None, True),
        (indexing(0, 0), True),
        (indexing(0, 6), True),
        (indexing(0, 7), False),
        (indexing(0, -1), False),
        (setting(2, "idx_start", 6, 0), True),
        (setting(2, "idx_start", 6, -1), False),
        (setting(2, "idx_end", 3, 7), True),
        (setting(2, "idx_end", 3, 8), False),
        (lambda state: (setting(2, "idx_start", 4, 3)(state), setting(2, "idx_end", 4, 3)(state)), True),
        (lambda state: (setting(2, "idx_start", 4, 4)(state), setting(2, "idx_end", 4, 3)(state)), False),
        (setting(2, "is_leaf", 2, 0), True),
        (setting(2, "is_leaf", 3, 0), False),  # its children would be 7 and 8
        (setting(2, "is_leaf", 0, 1), True),
        (replacing(0, lambda data: data[:-1]), False),
        (replacing(0, lambda data: data[:, :1]), False),
        (replacing(1, lambda order: order[:-1]), False),
        (replacing(2, lambda nodes: nodes[:-1]), False),
        (replacing(3, lambda bounds: bounds[:, :-1]), False),
        (replacing(3, lambda bounds: bounds[:, :, :1]), False),
        (replacing(3, lambda bounds: bounds[:-1]), False),
        (replacing(6, lambda n_nodes: n_nodes - 1), False),
        (replacing(6, lambda n_nodes: n_nodes + 1), False),
    ],
)
def test_neighbour_trees_keep_inside(kind: type, change: Callable[[list[Any]], None], sound: bool) -> None:
    assert len(kind(ROWS, leaf_size=1).__getstate__()[2]) == 7
    assert passes(soundness._CHECKS[f"{kind.__module__}.{kind.__qualname__}"], neighbours(kind, change)) is sound


def test_a_neighbour_node_of_which_only_one_child_is_inside_is_no_inner_node() -> None:
    def six(state: list[Any]) -> None:
        state[2], state[3], state[6] = state[2][:6], state[3][:, :6], 6

    assert not passes(soundness._CHECKS["sklearn.neighbors._kd_tree.KDTree"], neighbours(KDTree, six))


@pytest.mark.parametrize(("column", "sound"), [(0, True), (2, True), (3, False), (-1, False)])
def test_sparse_cells_lie_in_their_matrix(column: int, sound: bool) -> None:
    matrix = csr_matrix(np.eye(3))
    matrix.indices[1] = column
    assert passes(check_sound, {"rows": [(matrix,)]}) is sound


def record(*fields: tuple[str, Any, int], size: int) -> np.dtype[Any]:
    names, formats, offsets = zip(*fields, strict=True)
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": size})


@pytest.mark.parametrize(
    ("dtype", "sound"),
    [
        (record(("a", "f8", 0), ("b", "u1", 8), size=9), True),
        (record(("a", "f8", 8), size=16), True),
        (record(("a", "?", 0), ("b", "i2", 2), size=4), True),
        (record(("a", "O", 0), size=8), False),
        (record(("a", "U2", 0), size=8), False),
        (record(("a", ("f8", (2,)), 0), size=16), False),
        (np.dtype("f8"), True),
        (np.dtype("O"), True),
        (np.dtype("U7"), True),
        (np.dtype(("f8", (3,))), False),
    ],
)
def test_records_hold_plain_numbers(dtype: np.dtype[Any], sound: bool) -> None:
    assert passes(check_dtype, dtype) is sound


PLAIN: dict[str, Any] = {"alignment": 1, "hasobject": False}


@pytest.mark.parametrize(("offset", "sound"), [(-1, False), (0, True), (1, True), (2, False)])
def test_a_field_lies_in_its_record(offset: int, sound: bool) -> None:
    layout: Any = SimpleNamespace(fields={"a": (np.dtype("u1"), offset)}, names=("a",), itemsize=2, **PLAIN)
    assert passes(check_dtype, layout) is sound


@pytest.mark.parametrize(("names", "sound"), [(("a",), True), (None, False), (("a", "b"), False), (("b",), False)])
def test_a_record_names_the_fields_that_it_has(names: Any, sound: bool) -> None:
    layout: Any = SimpleNamespace(fields={"a": (np.dtype("u1"), 0)}, names=names, itemsize=1, **PLAIN)
    assert passes(check_dtype, layout) is sound


def restored(itemsize: int, alignment: int, flags: int) -> Any:
    """Texts of three letters, with a layout of their own."""
    dtype: Any = np.dtype("U3", copy=True)
    dtype.__setstate__((3, "<", None, None, None, itemsize, alignment, flags))
    return dtype


@pytest.mark.parametrize(
    ("layout", "sound"),
    [((12, 4, 8), True), ((12, 0, 8), False), ((12, 8, 8), False), ((12, 4, 0), False), ((12, 4, 63), False)],
)
def test_a_plain_type_is_laid_out_as_its_name_says(layout: tuple[int, int, int], sound: bool) -> None:
    assert passes(check_dtype, restored(*layout)) is sound


@pytest.mark.parametrize(("alignment", "sound"), [(0, False), (1, True), (2, False), (4, True), (8, False)])
def test_a_record_is_aligned_as_one_of_its_fields(alignment: int, sound: bool) -> None:
    layout: Any = SimpleNamespace(
        fields={"a": (np.dtype("u4"), 0)}, names=("a",), itemsize=4, alignment=alignment, hasobject=False
    )
    assert passes(check_dtype, layout) is sound


@pytest.mark.parametrize(
    "around",
    [
        lambda bad: {"key": bad},
        lambda bad: [1, "x", None, (bad,)],
        lambda bad: {bad},
        lambda bad: np.array([[bad]], dtype=object),
        lambda bad: SimpleNamespace(inner=SimpleNamespace(deep=bad)),
    ],
)
def test_what_is_unsound_is_found_wherever_it_hides(around: Callable[[Any], Any]) -> None:
    bad = DecisionTreeClassifier().fit([[0, 1], [1, 0]], [0, 1])
    assert passes(check_sound, around(bad))
    bad.n_features_in_ = 1
    assert not passes(check_sound, around(bad))


def test_objects_that_hold_each_other_are_looked_at_once() -> None:
    first, second = SimpleNamespace(), SimpleNamespace()
    first.other, second.other = second, first
    check_sound(first)
