import numpy as np
import pytest
from scipy import sparse

from mlpipe.features.resampling import discrete_blocks
from mlpipe.features.resampling.discrete_blocks import Block, continuous, find_blocks, put_patterns, snap
from tests.features.labelled_rows import BLOCKS, MIXED, classes, dense, mixed_matrix

Y = classes(90, 40)
KINDS = [np.asarray, sparse.csr_array, sparse.csr_matrix]


@pytest.mark.parametrize("kind", KINDS)
def test_one_code_for_the_discrete_features_of_a_column(kind):
    X = mixed_matrix(Y)
    blocks = find_blocks(MIXED, kind(X))
    assert [block.places.tolist() for block in blocks] == BLOCKS
    assert continuous(MIXED).tolist() == [0, 1, 5, 15]
    for block in blocks:
        np.testing.assert_array_equal(block.patterns.toarray()[block.codes], X[:, block.places])
        assert block.patterns.shape[0] == len(np.unique(X[:, block.places], axis=0))
        first = [np.flatnonzero(block.codes == code)[0] for code in range(block.patterns.shape[0])]
        assert first == sorted(first)


def test_the_same_cells_are_the_same_pattern_however_they_are_written():
    tidy = sparse.csr_array(np.array([[1.0, 2.0], [1.0, 2.0], [0.0, 2.0], [0.0, 2.0]]))
    untidy = sparse.csr_array(
        (
            np.array([1.0, 2.0, 2.0, 0.5, 0.5, 2.0, 0.0, 2.0]),
            np.array([0, 1, 1, 0, 0, 1, 0, 1]),
            np.array([0, 2, 5, 6, 8]),
        )
    )
    before = untidy.data.copy()
    np.testing.assert_array_equal(untidy.toarray(), tidy.toarray())
    assert Block.of(untidy, [0, 1]).codes.tolist() == Block.of(tidy, [0, 1]).codes.tolist() == [0, 0, 1, 1]
    np.testing.assert_array_equal(untidy.data, before)


@pytest.mark.parametrize("cells", [1, 50, 10**7])
@pytest.mark.parametrize("kind", KINDS)
def test_nearest_pattern(kind, cells, monkeypatch):
    monkeypatch.setattr(discrete_blocks, "CELLS", cells)
    X = mixed_matrix(Y)
    between = X + np.random.default_rng(0).normal(scale=0.5, size=X.shape)
    expected = between.copy()
    for block in BLOCKS:
        known = np.unique(X[:, block], axis=0)
        expected[:, block] = [known[np.square(known - row).sum(axis=1).argmin()] for row in between[:, block]]
    given = kind(between)
    snapped = snap(find_blocks(MIXED, kind(X)), given)
    assert type(snapped) is type(given)
    np.testing.assert_array_equal(dense(snapped), expected)
    np.testing.assert_array_equal(dense(given), between)


def test_between_two_levels_lies_the_nearer_one():
    """Also where some rows have no level at all, as those of a level that was not selected."""
    block = Block.of(np.vstack([np.eye(3), np.zeros((1, 3))]), [0, 1, 2])
    for t, nearer in ((0.1, 0), (0.49, 0), (0.51, 2), (0.9, 2), (-0.5, 0)):
        assert block.nearest((1 - t) * np.eye(3)[[0]] + t * np.eye(3)[[2]]).tolist() == [nearer]


@pytest.mark.parametrize("kind", KINDS)
def test_patterns_are_put_where_they_belong(kind):
    X = mixed_matrix(Y)
    blocks = find_blocks(MIXED, kind(X))
    order = np.random.default_rng(0).permutation(len(X))
    expected = X.copy()
    for block in BLOCKS:
        expected[:, block] = X[order][:, block]
    put = put_patterns(blocks, kind(X), [block.codes[order] for block in blocks])
    np.testing.assert_array_equal(dense(put), expected)
