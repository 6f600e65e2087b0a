"""The nets as estimators: what they learn, how they are kept, that they repeat themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LinearRegression, LogisticRegression

from mlpipe.artifacts.fitted.unpickle import dump_joblib, load_joblib, trace_globals
from mlpipe.errors import FitError, UsageError
from mlpipe.models.fitting import ModelChoice, fit_estimator
from mlpipe.models.registry import find_estimator
from mlpipe.models.watching import Watching
from mlpipe.task import Task
from tests.models.frames import numbers

torch = pytest.importorskip("torch", reason="torch is not installed: nets are not tested")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 3))
SCORE = X @ [1.0, -2.0, 0.0] + RNG.normal(size=200) / 2
TARGETS: dict[Task, Any] = {
    Task.BINARY: np.where(SCORE > 0, "yes", "no"),
    Task.MULTICLASS: np.array(["high", "low", "mid"])[np.digitize(SCORE, [-1, 1])],
    Task.REGRESSION: 200_000 + 50_000 * SCORE,
}
NETS = ("torch-linear", "torch-mlp")


def net(name: str, task: Task, **params: Any) -> Any:
    return find_estimator(name, task).load()(random_state=0, **params)


def answers(model: Any, rows: np.ndarray) -> Any:
    return model.predict_proba(rows) if hasattr(model, "predict_proba") else model.predict(rows)


@pytest.mark.parametrize("task", TARGETS)
@pytest.mark.parametrize("name", NETS)
def test_a_net_learns_is_kept_as_arrays_and_repeats_itself(name: str, task: Task) -> None:
    y = TARGETS[task]
    fitted = net(name, task, epochs=40).fit(X, y)
    assert fitted.score(X, y) > 0.8
    data = dump_joblib(fitted)
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    torch.manual_seed(7)
    state = torch.random.get_rng_state()
    assert dump_joblib(clone(fitted).fit(X, y)) == data
    assert (torch.random.get_rng_state() == state).all()
    torch.set_num_threads(threads)
    assert not [module for module, _ in trace_globals(fitted) if module.startswith("torch")]
    again = load_joblib(data)
    assert (answers(again, X) == answers(fitted, X)).all()
    assert dump_joblib(again) == data


@pytest.mark.parametrize("name", NETS)
def test_another_seed_shuffles_otherwise(name: str) -> None:
    y = TARGETS[Task.BINARY]
    losses = [
        net(name, Task.BINARY, epochs=2, batch_size=16).set_params(random_state=seed).fit(X, y).history_["train_loss"]
        for seed in (0, 1)
    ]
    assert losses[0][-1] != losses[1][-1]


def test_a_line_is_that_of_least_squares_whatever_the_optimizer() -> None:
    y = TARGETS[Task.REGRESSION] / 1e5
    exact = LinearRegression().fit(X, y)
    for optimizer in ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "lbfgs"):
        model = net("torch-linear", Task.REGRESSION, optimizer=optimizer, epochs=400, lr_schedule="cosine",
                    batch_size="full").fit(X, y)  # fmt: skip
        assert np.allclose(model.coef_, exact.coef_, atol=0.01), optimizer
        assert np.allclose(model.intercept_, exact.intercept_, atol=0.01)


def test_l2_is_that_of_ridge_logistic_regression() -> None:
    y = TARGETS[Task.BINARY]
    exact = LogisticRegression(C=1 / (len(X) * 0.1)).fit(X, y)
    for optimizer in ("lbfgs", "sgd"):
        model = net("torch-linear", Task.BINARY, optimizer=optimizer, l2=0.1, lr=1.0, epochs=200, batch_size="full")
        assert np.allclose(model.fit(X, y).coef_, exact.coef_, atol=1e-3), optimizer


def test_l1_makes_the_weight_of_noise_small() -> None:
    y = TARGETS[Task.REGRESSION] / 1e5
    plain, penalised = (
        net("torch-linear", Task.REGRESSION, optimizer="sgd", l1=l1, epochs=200, batch_size="full").fit(X, y)
        for l1 in (0.0, 0.1)
    )
    assert np.abs(penalised.coef_).sum() < np.abs(plain.coef_).sum() - 0.1


@pytest.mark.parametrize(
    ("loss", "low", "high"), [("pinball:0.1", 0.05, 0.15), ("pinball:0.9", 0.85, 0.95), ("mae", 0.4, 0.6)]
)
def test_a_quantile_has_its_share_of_the_rows_below(loss: str, low: float, high: float) -> None:
    y = TARGETS[Task.REGRESSION]
    model = net("torch-linear", Task.REGRESSION, loss=loss, epochs=300, lr_schedule="cosine").fit(X, y)
    assert low < (y < model.predict(X)).mean() < high


def test_huber_is_between_squares_and_absolute_errors_on_outliers() -> None:
    x = np.linspace(-1, 1, 60)[:, None]
    y = 2 * x[:, 0] + 1
    y[::10] += 30
    slopes = {
        loss: net("torch-linear", Task.REGRESSION, loss=loss, epochs=500, lr_schedule="cosine", huber_delta=1.0)
        .fit(x, y)
        .predict(np.array([[0.0]]))[0]
        for loss in ("mse", "huber", "mae")
    }
    assert abs(slopes["mae"] - 1) < abs(slopes["huber"] - 1) < 0.5 < abs(slopes["mse"] - 1)


def test_hinge_has_no_probabilities() -> None:
    for task in (Task.BINARY, Task.MULTICLASS):
        model = net("torch-linear", task, loss="hinge").fit(X, TARGETS[task])
        assert not hasattr(model, "predict_proba")
        assert model.score(X, TARGETS[task]) > 0.8


def test_several_labels_and_several_quantities_are_learnt_at_once() -> None:
    labels = np.column_stack([SCORE > 0, X[:, 0] > 0]).astype(int)
    for name in NETS:
        model = net(name, Task.BINARY, epochs=40).fit(X, labels)
        assert (model.predict(X) == labels).mean() > 0.9
        assert model.predict_proba(X).shape == (200, 2)
        several = net(name, Task.REGRESSION, epochs=40).fit(X, np.column_stack([SCORE, 3 * SCORE]))
        assert several.predict(X).shape == (200, 2)


def test_row_weights_equal_repeated_rows() -> None:
    counts = RNG.integers(1, 4, 200)
    y = TARGETS[Task.BINARY]
    weighted = net("torch-linear", Task.BINARY, l2=0.01).fit(X, y, sample_weight=counts)
    repeated = net("torch-linear", Task.BINARY, l2=0.01).fit(X.repeat(counts, axis=0), y.repeat(counts))
    assert np.allclose(weighted.coef_, repeated.coef_, atol=1e-4)


@pytest.mark.parametrize(
    ("given", "loss", "fits"),
    [
        (Task.REGRESSION, "bce", "mse or mae or huber or pinball"),
        (Task.BINARY, "mse", "bce or cross-entropy or hinge"),
        (Task.MULTICLASS, "bce", "cross-entropy or hinge"),
    ],
)
def test_a_loss_that_does_not_fit_is_answered_with_those_that_do(given: Task, loss: str, fits: str) -> None:
    with pytest.raises(UsageError, match=rf"(?s)`loss='{loss}'` is not for .*\nChoose {fits}\."):
        net("torch-linear", given, loss=loss).fit(X, TARGETS[given])


def test_cross_entropy_of_two_classes_is_the_binary_one() -> None:
    y = TARGETS[Task.BINARY]
    models = [net("torch-linear", Task.BINARY, loss=loss, l2=0.01).fit(X, y) for loss in ("bce", "cross-entropy")]
    assert np.array_equal(models[0].coef_, models[1].coef_)


def test_divergence_names_the_epoch_and_the_remedy() -> None:
    with pytest.raises(
        FitError, match=r"(?s)diverged in epoch \d+.*learning rate is 50.*Lower the learning rate, `lr=5"
    ):
        net("torch-linear", Task.REGRESSION, optimizer="sgd", lr=50.0).fit(X, SCORE)


def test_divergence_in_the_first_epoch_is_compared_with_nothing() -> None:
    with pytest.raises(FitError, match=r"diverged in epoch 1: no number\."):
        net("torch-mlp", Task.REGRESSION, lr=1e30, batch_size=8).fit(X, SCORE)


def test_training_ends_below_a_loss() -> None:
    model = net("torch-linear", Task.REGRESSION, optimizer="sgd", batch_size="full", stop_loss=0.5).fit(X, SCORE)
    losses = model.history_["train_loss"]
    assert losses[-1] < 0.5 <= losses[-2]
    assert model.stopped_ == "the loss is below 0.5"


def test_patience_ends_training_and_keeps_the_best_weights() -> None:
    noise = RNG.permutation(TARGETS[Task.BINARY])
    rows, valid = (X[:40], noise[:40]), (X[40:], noise[40:])
    options = {"hidden": (64,), "dropout": 0.0, "lr": 0.01, "epochs": 60, "lr_schedule": "constant"}
    model = net("torch-mlp", Task.BINARY, patience=4, **options).fit(*rows, validation=valid)
    losses = model.history_["valid_loss"]
    assert len(losses) == model.best_epoch_ + 4
    assert losses.min() == losses[model.best_epoch_ - 1]
    proba = np.clip(model.predict_proba(valid[0]), 1e-15, 1)
    loss = -np.log(proba[np.arange(len(proba)), np.searchsorted(model.classes_, valid[1])]).mean()
    assert loss == pytest.approx(losses.min(), rel=1e-5)
    longer = net("torch-mlp", Task.BINARY, patience=None, **options).fit(*rows, validation=valid)
    assert len(longer.history_["valid_loss"]) == 60


def test_rows_set_aside_have_every_class_and_are_not_learnt_from() -> None:
    y = np.array(["common"] * 190 + ["rare"] * 10)
    model = net("torch-linear", Task.BINARY, patience=5, optimizer="adam").fit(X, y)
    assert len(model.history_["valid_loss"])
    assert not len(net("torch-linear", Task.BINARY, optimizer="adam").fit(X, y).history_["valid_loss"])


def test_validation_rows_of_a_class_that_training_has_not_seen_are_passed_over() -> None:
    y = TARGETS[Task.MULTICLASS]
    seen = y != "mid"
    model = net("torch-linear", Task.BINARY).fit(X[seen], y[seen], validation=(X, y))
    alike = net("torch-linear", Task.BINARY).fit(X[seen], y[seen], validation=(X[seen], y[seen]))
    assert np.array_equal(model.history_["valid_loss"], alike.history_["valid_loss"])


@pytest.mark.parametrize(
    ("option", "value"),
    [("hidden", (4,)), ("hidden", 7), ("activation", "tanh"), ("dropout", 0.5), ("batch_norm", True), ("l1", 0.1),
     ("l2", 0.5), ("clip_norm", 0.01), ("lr", 0.1), ("lr_schedule", "constant"), ("batch_size", 10),
     ("label_smoothing", 0.2), ("loss", "hinge")],
)  # fmt: skip
def test_every_option_of_a_net_changes_what_it_learns(option: str, value: Any) -> None:
    y = TARGETS[Task.BINARY]
    plain, changed = (net("torch-mlp", Task.BINARY, epochs=3, **options).fit(X, y) for options in ({}, {option: value}))
    assert not np.array_equal(plain.decision_function(X), changed.decision_function(X))


@pytest.mark.parametrize("task", TARGETS)
def test_an_epoch_is_told_and_validation_rows_come_from_without(task: Task) -> None:
    told: list[tuple[float | None, str]] = []
    y = TARGETS[task]
    watching = Watching(rows=(X[150:], y[150:]), tell=lambda share, what: told.append((share, what)))
    choice = ModelChoice(spec=find_estimator("torch-mlp", task), params=(("epochs", "4"),))
    fitted = fit_estimator(choice, X[:150], y[:150], features=numbers(X), watching=watching).estimator
    assert [share for share, _ in told] == [0.25, 0.5, 0.75, 1.0]
    assert told[0][1].startswith("epoch 1 of 4, loss ")
    assert len(fitted.history_["valid_loss"]) == 4


def test_a_gpu_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UsageError, match="no GPU"):
        net("torch-linear", Task.BINARY, device="cuda").fit(X, TARGETS[Task.BINARY])
    assert (
        net("torch-linear", Task.BINARY, device="auto").fit(X, TARGETS[Task.BINARY]).score(X, TARGETS[Task.BINARY])
        > 0.8
    )


def test_a_category_is_learnt_by_its_code_and_unseen_codes_are_alike() -> None:
    codes = RNG.integers(0, 8, 300)
    rows = np.column_stack([codes, RNG.normal(size=300)])
    y = np.where(np.isin(codes, (1, 4, 6)), "yes", "no")
    model = net("torch-mlp", Task.BINARY, categories=(0,), epochs=60).fit(rows, y)
    assert model.score(rows, y) > 0.97
    unseen = model.predict_proba(np.array([[-1.0, 0.5], [-2.0, 0.5], [8.0, 0.5], [900.0, 0.5]]))
    assert np.array_equal(unseen, unseen[[0, 0, 0, 0]])
    assert dump_joblib(load_joblib(dump_joblib(model))) == dump_joblib(model)


def test_an_embedded_number_may_bend_as_it_likes() -> None:
    x = RNG.uniform(-2, 2, size=(400, 1))
    y = np.cos(3 * x[:, 0])
    options: dict[str, Any] = {"hidden": (8,), "dropout": 0.0, "batch_size": 32, "epochs": 20, "lr": 0.01}
    plain, embedded = (
        net("torch-mlp", Task.REGRESSION, embedding=width, **options).fit(x, y).score(x, y) for width in (0, 4)
    )
    assert embedded > plain + 0.3


def test_an_outlier_among_the_inputs_is_bent_back() -> None:
    y = TARGETS[Task.BINARY]
    model = net("torch-mlp", Task.BINARY, epochs=10).fit(X, y)
    far, farther = (model.predict_proba(np.array([[0.0, size, 0.0]])) for size in (1e3, 1e9))
    assert np.allclose(far, farther, atol=1e-3)


def test_the_path_is_kept_for_two_parameters_alone() -> None:
    y = TARGETS[Task.REGRESSION]
    assert net("torch-linear", Task.REGRESSION, epochs=5).fit(X[:, :1], y).path_.shape == (6, 2)
    assert not net("torch-linear", Task.REGRESSION, epochs=5).fit(X, y).path_.size
    assert not net("torch-mlp", Task.REGRESSION, epochs=2).fit(X[:, :1], y).path_.size
