"""One estimator for each of several targets."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVR

from mlpipe.models.each_target import EachLabel, EachNumber, label_probabilities
from mlpipe.models.ensemble.blend import BlendLabels

X = np.random.default_rng(0).normal(size=(150, 3))
Y = np.column_stack([X[:, 0] > 0, X[:, 0] + X[:, 1] > 0.5, X[:, 2] > 1]).astype(int)
WEIGHTS = np.random.default_rng(1).random(150)


def test_labels_by_themselves_are_scikit_learns():
    ours = EachLabel(LogisticRegression()).fit(X, Y, WEIGHTS)
    theirs = MultiOutputClassifier(LogisticRegression()).fit(X, Y, sample_weight=WEIGHTS)
    expected = np.column_stack([one[:, 1] for one in theirs.predict_proba(X)])
    np.testing.assert_allclose(label_probabilities(ours, X), expected)
    assert (ours.predict(X) == theirs.predict(X)).all()
    np.testing.assert_allclose(ours.coef_, np.vstack([one.coef_ for one in theirs.estimators_]))


@pytest.mark.parametrize("matrix", [X, csr_matrix(X)], ids=["dense", "sparse"])
def test_a_chain_is_scikit_learns_and_differs_from_labels_by_themselves(matrix):
    ours = EachLabel(LogisticRegression(), chained=True).fit(matrix, Y)
    theirs = ClassifierChain(LogisticRegression(), order=[0, 1, 2]).fit(matrix, Y)
    np.testing.assert_allclose(ours.predict_proba(matrix), theirs.predict_proba(matrix))
    alone = EachLabel(LogisticRegression()).fit(matrix, Y)
    assert not np.allclose(ours.predict_proba(matrix), alone.predict_proba(matrix))
    assert ours.coef_.shape == (3, 5)


def test_balanced_labels_are_weighed_each_by_itself():
    ours = EachLabel(LogisticRegression(), balanced=True).fit(X, Y)
    for place, column in enumerate(Y.T):
        alone = LogisticRegression(class_weight="balanced").fit(X, column)
        np.testing.assert_allclose(ours.predict_proba(X)[:, place], alone.predict_proba(X)[:, 1], atol=1e-4)


@pytest.mark.parametrize(("n_with", "learnt"), [(2, False), (3, True), (147, True), (148, False)])
def test_a_label_with_too_few_rows_on_one_side_gets_its_share(n_with, learnt):
    y = Y.copy()
    y[:, 2] = np.arange(150) < n_with
    proba = EachLabel(LogisticRegression()).fit(X, y).predict_proba(X)[:, 2]
    assert (len(set(proba.tolist())) > 1) == learnt
    assert learnt or proba[0] == pytest.approx(n_with / 150)


@pytest.mark.parametrize("estimator", [RandomForestClassifier(5), KNeighborsClassifier(), MLPClassifier(max_iter=3000)])
def test_estimators_of_several_labels_give_probabilities_of_one_shape(estimator):
    y = Y.copy()
    y[:, 2] = 0  # a label that training has never seen
    proba = label_probabilities(estimator.fit(X, y), X)
    assert proba.shape == (150, 3)
    assert (proba[:, 2] < 0.5).all()
    assert ((proba[:, 0] >= 0.5) == (y[:, 0] == 1)).mean() > 0.8


def test_numbers_are_learnt_one_by_one():
    y = X[:, :2] * [1, 100]
    ours = EachNumber(SVR()).fit(X, y)
    np.testing.assert_array_equal(ours.predict(X)[:, 1], SVR().fit(X, y[:, 1]).predict(X))
    np.testing.assert_allclose(EachNumber(Ridge()).fit(X, y).coef_, Ridge().fit(X, y).coef_)


def test_a_blend_of_labels_is_the_mean_of_its_members_probabilities():
    members = [("each", EachLabel(LogisticRegression()).fit(X, Y)), ("trees", RandomForestClassifier(5).fit(X, Y))]
    fitted = [member for _, member in members]
    blend = BlendLabels(members, [0.75, 0.25]).take(fitted, Y)
    expected = 0.75 * label_probabilities(fitted[0], X) + 0.25 * label_probabilities(fitted[1], X)
    np.testing.assert_allclose(blend.predict_proba(X), expected)
    assert (blend.predict(X) == (expected >= 0.5)).all()
