from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from mlpipe.artifacts.fitted.unpickle import dump_joblib, load_joblib
from mlpipe.models.comparison.blending import blend
from mlpipe.models.comparison.outcomes import HeldOut
from mlpipe.models.deciding.temperature import best_temperature, tempered
from mlpipe.models.ensemble.blend import BlendClassifier
from mlpipe.models.ensemble.temperature import TemperedBlendClassifier
from tests.targets import NO_YES


def two_views(n=20_000, seed=0):
    """Two honest forecasts, each from half of what decides, and the truth: their mean is too cautious."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 2)) * 2
    y = (X.sum(axis=1) + rng.logistic(size=n) > 0).astype(int)
    half = n // 2
    said = [LogisticRegression().fit(X[:half, [i]], y[:half]).predict_proba(X[half:, [i]]) for i in (0, 1)]
    return np.array(said), y[half:]


def of_two(positive):
    """Probabilities of two classes."""
    return np.column_stack([1 - np.asarray(positive), positive])


def test_the_mean_of_honest_forecasts_is_made_surer_and_loses_less():
    said, codes = two_views()
    mean = said.mean(axis=0)
    for one in said:
        assert best_temperature(one, codes) == pytest.approx(1.0, abs=0.1)
    temperature = best_temperature(mean, codes)
    assert temperature < 0.8
    assert log_loss(codes, tempered(mean, temperature)) < log_loss(codes, mean) - 0.01


def test_the_temperature_is_that_of_a_search_in_small_steps():
    said, codes = two_views()
    mean = said.mean(axis=0)
    steps = np.arange(0.3, 2.0, 0.01)
    powers = [mean ** (1 / step) for step in steps]
    losses = [log_loss(codes, power / power.sum(axis=1, keepdims=True)) for power in powers]
    assert best_temperature(mean, codes) == pytest.approx(steps[np.argmin(losses)], abs=0.011)


def test_too_sure_becomes_less_sure_and_what_is_right_stays():
    rng = np.random.default_rng(0)
    true = rng.uniform(0.05, 0.95, 100_000)
    codes = (rng.random(100_000) < true).astype(int)
    assert best_temperature(tempered(of_two(true), 0.5), codes) == pytest.approx(2.0, abs=0.1)
    assert best_temperature(of_two(true), codes) == 1.0


def test_rows_weigh_in_the_temperature():
    codes = np.array([1, 1, 1, 0] * 100)
    said = of_two(np.full(400, 0.6))
    # Three of four come true, and 0.6 is said; by weights one of two does.
    assert best_temperature(said, codes) == pytest.approx(np.log(1.5) / np.log(3), abs=0.01)
    assert best_temperature(said, codes, np.where(codes == 1, 1.0, 3.0)) == 2.0


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1.7])
def test_rows_add_up_to_one_keep_their_order_and_do_not_depend_on_others(temperature):
    proba = np.random.default_rng(0).dirichlet([0.3] * 5, size=99)
    proba[0] = [1, 0, 0, 0, 0]
    found = tempered(proba, temperature)
    assert found.sum(axis=1) == pytest.approx(np.ones(99))
    assert (found.argsort(axis=1)[1:, -1] == proba.argsort(axis=1)[1:, -1]).all()
    assert found[0] == pytest.approx(proba[0], abs=1e-6)
    for i in (0, 1, 50, 98):
        assert (tempered(proba[i : i + 1], temperature)[0] == found[i]).all()
    assert tempered(proba[:0], temperature).shape == (0, 5)


def test_a_tempered_blend_is_the_blend_at_its_temperature_and_is_saved_as_it_is():
    X = np.random.default_rng(0).normal(size=(200, 2))
    y = np.where(X.sum(axis=1) > 0, "yes", "no")
    members = [("first", LogisticRegression()), ("second", LogisticRegression(C=0.01))]
    found = TemperedBlendClassifier(members, [0.4, 0.6], 0.5).fit(X, y)
    plain = BlendClassifier(members, [0.4, 0.6]).fit(X, y)
    squares = plain.predict_proba(X) ** 2
    assert found.predict_proba(X) == pytest.approx(squares / squares.sum(axis=1, keepdims=True))
    assert (found.predict(X) == plain.predict(X)).all()
    data = dump_joblib(found)
    assert (load_joblib(data).predict_proba(X) == found.predict_proba(X)).all()


def held_of(said, codes):
    """Rows in four folds and what two models said of them."""
    return HeldOut(
        target=NO_YES, rows=np.arange(len(codes)), fold=np.arange(len(codes)) % 4,
        y=np.array(["no", "yes"])[codes], weights=None, said={"first": said[0], "second": said[1]},
    )  # fmt: skip


def test_a_blend_chooses_its_temperature_and_is_judged_by_that_of_the_other_folds():
    said, codes = two_views()
    held = held_of(said, codes)
    blended = blend(held, ["first", "second"])
    assert blended.temperature < 0.8
    assert blended.holds
    # Other answers in a fold change what is said of every fold but that one.
    fold = held.fold == 2
    turned = blend(held_of(said, np.where(fold, 1 - codes, codes)), ["first", "second"])
    assert turned.temperature > blended.temperature
    assert (turned.said[fold] == blended.said[fold]).all()
    assert (turned.said[~fold] != blended.said[~fold]).any()
