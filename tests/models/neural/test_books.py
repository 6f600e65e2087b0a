"""The printed examples of the books, within the digits that they print.

The guide page `gradient-descent` tells the same through the command line.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from mlpipe.errors import FitError
from mlpipe.models.neural.linear import TorchLinearClassifier, TorchLinearRegressor
from mlpipe.models.neural.mlp import TorchMlpClassifier
from mlpipe.models.neural.reading import read_curves

pytest.importorskip("torch", reason="torch is not installed: the books' examples are not run")

AREAS, PRICES = np.array([80, 95, 104, 112, 125, 135.0]), np.array([200, 230, 245, 247, 259, 262.0])
SCALED = (AREAS - AREAS.mean()) / AREAS.std()
BOOK: dict[str, Any] = {"loss": "mse", "optimizer": "sgd", "batch_size": "full"}


def squared(w: float, b: float) -> float:
    return float(((PRICES - w * AREAS - b) ** 2).mean())


def test_house_prices_by_least_squares_and_by_descent_on_scaled_areas() -> None:
    exact = LinearRegression().fit(AREAS[:, None], PRICES)
    model = TorchLinearRegressor(**BOOK, lr=0.1, epochs=2000).fit(SCALED[:, None], PRICES)
    w = model.coef_[0] / AREAS.std()
    b = model.intercept_[0] - w * AREAS.mean()
    for slope, start in ((exact.coef_[0], exact.intercept_), (w, b)):
        assert slope == pytest.approx(1.0859, abs=5e-5)
        assert start == pytest.approx(122.676, abs=5e-4)
        assert squared(slope, start) == pytest.approx(42.870, abs=5e-4)
        assert slope * 140 + start == pytest.approx(274.7, abs=0.05)
    assert model.history_["train_loss"][-1] == pytest.approx(42.870, abs=5e-4)


def test_house_prices_as_the_book_prints_them_had_not_arrived() -> None:
    assert squared(1.148, 115.753) == pytest.approx(44.190, abs=0.01)
    pairs = list(combinations(range(6), 2))
    slopes = np.array([(PRICES[j] - PRICES[i]) / (AREAS[j] - AREAS[i]) for i, j in pairs])
    starts = np.array([PRICES[i] - slope * AREAS[i] for (i, _), slope in zip(pairs, slopes, strict=True)])
    assert len(pairs) == 15
    assert slopes.mean() == pytest.approx(1.037, abs=5e-4)
    assert starts.mean() == pytest.approx(133.198, abs=5e-4)
    assert squared(slopes.mean(), starts.mean()) == pytest.approx(70.895, abs=0.005)


def test_unscaled_areas_crawl_at_a_small_rate_and_diverge_at_a_larger_one() -> None:
    crawling = TorchLinearRegressor(**BOOK, lr=1e-5, epochs=1000).fit(AREAS[:, None], PRICES)
    assert crawling.history_["train_loss"][-1] > 5 * 42.87
    with pytest.raises(FitError, match=r"diverged in epoch \d+"):
        TorchLinearRegressor(**BOOK, lr=0.001, epochs=100).fit(AREAS[:, None], PRICES)


def noisy_line() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.RandomState(42)
    x = np.linspace(0, 5, 100)
    return x[:, None], 2 * x + 1 + rng.normal(0, 0.5, 100)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_line_with_noise(seed: int) -> None:
    x, y = noisy_line()
    model = TorchLinearRegressor(**BOOK, lr=0.01, epochs=100, random_state=seed).fit(x, y)
    assert 0.2037 < model.history_["train_loss"][-1] < 0.30
    assert np.allclose(model.predict(np.array([[1.5], [3.5], [4.8]])), [4.0, 8.0, 10.6], atol=0.3)
    longer = TorchLinearRegressor(**BOOK, lr=0.01, epochs=3000).fit(x, y)
    assert longer.coef_[0] == pytest.approx(2.0138, abs=5e-4)
    assert longer.intercept_[0] == pytest.approx(0.9136, abs=5e-4)
    assert longer.history_["train_loss"][-1] == pytest.approx(0.2037, abs=5e-5)


def test_three_x_plus_two() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100, 1))
    model = TorchLinearRegressor(**BOOK, lr=0.01, epochs=1000).fit(x, 3 * x[:, 0] + 2 + 0.1 * rng.normal(size=100))
    assert model.coef_[0] == pytest.approx(3, abs=0.05)
    assert model.intercept_[0] == pytest.approx(2, abs=0.05)


def test_absolute_errors_with_curves_of_both_parts() -> None:
    x = np.arange(0, 1, 0.02)[:, None]
    y = 0.7 * x[:, 0] + 0.3
    model = TorchLinearRegressor(
        loss="mae", optimizer="sgd", batch_size=8, lr=0.05, lr_schedule="cosine", epochs=600, random_state=0
    )
    model.fit(x[:40], y[:40], validation=(x[40:], y[40:]))
    assert model.coef_[0] == pytest.approx(0.7, abs=0.02)
    assert model.intercept_[0] == pytest.approx(0.3, abs=0.02)
    every_tenth = model.history_["valid_loss"][::10]
    assert len(every_tenth) == 60
    assert every_tenth[-1] < 0.05 * every_tenth[0]


def breast_cancer() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    X, y = load_breast_cancer(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=1234)
    scaler = StandardScaler().fit(X_train)
    return scaler.transform(X_train), scaler.transform(X_test), y_train, y_test


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_breast_cancer_by_one_layer(seed: int) -> None:
    X_train, X_test, y_train, y_test = breast_cancer()
    assert len(X_train) == 455
    options: dict[str, Any] = {"loss": "bce", "optimizer": "sgd", "lr": 0.1, "batch_size": "full", "epochs": 100}
    model = TorchLinearClassifier(**options, random_state=seed).fit(X_train, y_train)
    assert model.history_["train_loss"][-1] == pytest.approx(0.0882, abs=5e-5)
    assert model.score(X_test, y_test) >= 0.92
    some = np.random.default_rng(seed).choice(30, 20, replace=False)
    fewer = TorchLinearClassifier(**options).fit(X_train[:, some], y_train)
    assert fewer.score(X_test[:, some], y_test) >= 0.88


def overfitted(**options: Any) -> tuple[float, str]:
    """The gap between the losses at the end, and what the curves say."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(260, 10))
    y = np.where(X[:, 0] + rng.normal(size=260) > 0, "b", "a")
    given: dict[str, Any] = {
        "dropout": 0.0,
        "l2": 0.0,
        "patience": None,
        "epochs": 100,
        "lr_schedule": "constant",
        **options,
    }
    model = TorchMlpClassifier(hidden=(128, 128), lr=0.003, random_state=0, **given)
    model.fit(X[:60], y[:60], validation=(X[60:], y[60:]))
    train, valid = model.history_["train_loss"], model.history_["valid_loss"]
    end = model.best_epoch_ - 1 if model.keeps_best else -1
    return float(valid[end] - train[end]), read_curves(train, valid)


def test_overfitting_on_purpose_is_told_and_each_remedy_narrows_the_gap() -> None:
    gap, told = overfitted()
    assert told.startswith("overfitting since epoch ")
    for remedy in ({"dropout": 0.5}, {"l2": 5.0}, {"patience": 10}):
        assert overfitted(**remedy)[0] < 0.7 * gap, remedy


def test_labels_classes_and_outliers() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 4))
    labels = np.column_stack([X[:, 0] > 0, X[:, 1] + X[:, 2] > 0, X[:, 3] > 0.5]).astype(int)
    several = TorchLinearClassifier(loss="bce", optimizer="adam", batch_size=32, epochs=60).fit(X, labels)
    assert (several.predict(X) == labels).mean() > 0.95
    three = np.array(["low", "mid", "high"])[np.digitize(X[:, 0], [-0.5, 0.5])]
    net = TorchMlpClassifier(loss="cross-entropy", epochs=60, random_state=0).fit(X, three)
    assert net.score(X, three) > 0.9
    y = 2 * X[:, 0] + 1 + rng.normal(size=300) / 10
    y[:30] += 50
    off = {
        loss: abs(TorchLinearRegressor(loss=loss, epochs=500, lr_schedule="cosine").fit(X, y).intercept_[0] - 1)
        for loss in ("mse", "huber", "mae")
    }
    assert off["mae"] < 0.1
    assert off["huber"] < 0.5
    assert off["mse"] > 4
