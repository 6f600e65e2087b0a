import numpy as np
import pytest
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import SGDClassifier, SGDRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import StandardScaler

from mlpipe.models.streaming.fitting import fit_by_blocks, learns_from_blocks
from mlpipe.models.streaming.gradient import LOSSES
from mlpipe.models.streaming.matrix_rows import ArrayRows, balanced_rows, class_counts, in_order, n_blocks
from tests.features.streaming.blocks import small_blocks

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2_050, 4))
SIGNAL = X @ [2.0, -1.0, 0.5, 0.0]
TWO = np.where(SIGNAL + RNG.logistic(size=len(X)) > 0, "yes", "no")
THREE = np.where(SIGNAL > 1, "c", np.where(SIGNAL > -1, "b", "a"))


@pytest.fixture(autouse=True)
def blocks(monkeypatch):
    small_blocks(monkeypatch)


def test_blocks_cover_the_rows_once():
    rows = ArrayRows(X=X, y=TWO, weights=np.arange(len(X), dtype=np.float64))
    assert n_blocks(rows) == 21
    assert np.concatenate([w for _, _, w in in_order(rows) if w is not None]).tolist() == list(range(len(X)))
    assert class_counts(rows) == {"no": int((TWO == "no").sum()), "yes": int((TWO == "yes").sum())}


@pytest.mark.parametrize("y", [TWO, THREE], ids=["two", "three"])
@pytest.mark.parametrize("weights", [None, np.random.default_rng(1).integers(0, 3, len(X)).astype(float)])
def test_naive_bayes_of_blocks_is_that_of_all_rows(y, weights):
    found = fit_by_blocks(GaussianNB(var_smoothing=0.01), ArrayRows(X=X, y=y, weights=weights))
    whole = GaussianNB(var_smoothing=0.01).fit(X, y, weights)
    np.testing.assert_allclose(found.var_, whole.var_, rtol=1e-12)
    np.testing.assert_allclose(found.predict_proba(X), whole.predict_proba(X), rtol=1e-9)
    assert vars(found).keys() == vars(whole).keys()


@pytest.mark.parametrize(("y", "least"), [(TWO, 0.8), (THREE, 0.85)], ids=["two", "three"])
def test_descent_on_blocks_is_as_good_as_on_all_rows(y, least):
    unfitted = SGDClassifier(loss="log_loss", random_state=0)
    found = fit_by_blocks(clone(unfitted), ArrayRows(X=X, y=y))
    whole = clone(unfitted).fit(X, y)
    assert found.score(X, y) > max(least, whole.score(X, y)) - 0.02
    assert found.get_params() == unfitted.get_params()
    assert 5 < found.n_iter_ < 100
    again = fit_by_blocks(clone(unfitted), ArrayRows(X=X, y=y))
    assert found.coef_.tobytes() == again.coef_.tobytes()
    other = fit_by_blocks(clone(unfitted).set_params(random_state=1), ArrayRows(X=X, y=y))
    assert found.coef_.tobytes() != other.coef_.tobytes()


def test_descent_stops_when_told_to():
    limits = {"max_iter": 3, "tol": None}
    assert fit_by_blocks(SGDClassifier(random_state=0, **limits), ArrayRows(X=X, y=TWO)).n_iter_ == 3
    early = fit_by_blocks(SGDClassifier(random_state=0, n_iter_no_change=2, tol=10.0), ArrayRows(X=X, y=TWO))
    assert early.n_iter_ == 4


def test_balanced_classes_count_alike_in_descent_and_bayes():
    few = np.where(SIGNAL + RNG.logistic(size=len(X)) > 4.5, "yes", "no")
    rows = ArrayRows(X=X, y=few)
    plain = fit_by_blocks(SGDClassifier(loss="log_loss", random_state=0), rows)
    balanced = fit_by_blocks(SGDClassifier(loss="log_loss", random_state=0, class_weight="balanced"), rows)
    assert (balanced.predict(X) == "yes").sum() > (plain.predict(X) == "yes").sum()
    assert balanced.class_weight == "balanced"
    counted = balanced_rows(rows, class_counts(rows))
    total = dict.fromkeys(("no", "yes"), 0.0)
    for _, y, weights in in_order(counted):
        assert weights is not None
        for label in total:
            total[label] += float(weights[y == label].sum())
    assert total["no"] == pytest.approx(total["yes"])
    priors = fit_by_blocks(GaussianNB(), rows, balanced=True).class_prior_
    np.testing.assert_allclose(priors, 0.5)


def test_a_quantity_is_standardised_before_the_descent():
    y = 1e6 + 1e4 * SIGNAL
    unfitted = TransformedTargetRegressor(SGDRegressor(random_state=0), transformer=StandardScaler())
    assert learns_from_blocks(unfitted)
    found = fit_by_blocks(clone(unfitted), ArrayRows(X=X, y=y))
    assert found.score(X, y) > 0.999
    assert found.transformer_.mean_[0] == pytest.approx(y.mean())
    assert found.transformer_.n_samples_seen_ == len(y)
    assert vars(found).keys() == vars(clone(unfitted).fit(X, y)).keys()


SMOOTH = {
    "log_loss": lambda y, s: np.log(1 + np.exp(-y * s)),
    "squared_error": lambda y, s: (y - s) ** 2 / 2,
    "huber": lambda y, s: (y - s) ** 2 / 2 if abs(y - s) < 0.1 else 0.1 * abs(y - s) - 0.005,
}
"""Those that scikit-learn does not give for a single row, as textbooks have them."""


@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_losses_are_those_of_scikit_learn(loss):
    numbers = loss in {"squared_error", "huber", "epsilon_insensitive", "squared_epsilon_insensitive"}
    estimator = (SGDRegressor if numbers else SGDClassifier)(loss=loss)
    own = None if loss in SMOOTH else estimator._get_loss_function(loss)
    truth, said = (0.3, -1.0, 1.0), (-3.0, -0.4, 0.05, 0.2, 5.0)
    for y in truth if numbers else truth[1:]:
        for s in said:
            ours = LOSSES[loss](np.array([y]), np.array([s]), estimator.epsilon)[0]
            assert ours == pytest.approx(SMOOTH[loss](y, s) if own is None else own.py_loss(s, y), abs=1e-9)


def test_what_cannot_go_through_blocks_does_not():
    assert not learns_from_blocks(SGDClassifier(early_stopping=True))
    assert not learns_from_blocks(SGDClassifier(learning_rate="adaptive"))
    assert not learns_from_blocks(TransformedTargetRegressor(SGDRegressor()))
    assert learns_from_blocks(GaussianNB())
