from __future__ import annotations

import numpy as np
import pytest

from mlpipe.models.comparison.blending import Blended, blend
from mlpipe.models.comparison.outcomes import HeldOut
from mlpipe.models.ensemble.selection import greedy_weights, squared_errors
from mlpipe.target import NumberTarget


def held_of(noise, n_folds=4):
    """What models with these errors said of a quantity."""
    y = np.arange(float(noise.shape[1]))
    return HeldOut(
        target=NumberTarget(column="y"), rows=np.arange(len(y)), fold=np.arange(len(y)) % n_folds, y=y, weights=None,
        said={name: y + errors for name, errors in zip("abc", noise, strict=False)},
    )  # fmt: skip


def test_the_weights_are_the_mean_of_those_chosen_without_each_fold():
    held = held_of(np.random.default_rng(0).normal(size=(3, 40)))
    said = np.array(list(held.said.values()))
    chosen = [
        greedy_weights(said[:, held.fold != k], squared_errors(held.y[held.fold != k]))[0] for k in np.unique(held.fold)
    ]
    assert any((one != chosen[0]).any() for one in chosen)
    assert list(blend(held, "abc").weights.values()) == pytest.approx(sorted(np.mean(chosen, axis=0), reverse=True))


def test_gain_and_error_are_those_of_losses_against_the_model_that_was_best_on_the_other_folds():
    held = held_of(np.random.default_rng(0).normal(size=(2, 40)) * [[1.0], [1.5]])
    found = blend(held, "ab")
    gains = (held.said["a"] - held.y) ** 2 - (found.said - held.y) ** 2  # a is the best without any fold
    assert found.gain == pytest.approx(gains.mean())
    assert found.error == pytest.approx(gains.std(ddof=1) / np.sqrt(40))


@pytest.mark.parametrize(
    ("weights", "gain", "holds"),
    [
        ({"a": 0.6, "b": 0.4}, 0.5, True),
        ({"a": 0.6, "b": 0.4}, -0.99, True),
        ({"a": 0.6, "b": 0.4}, -1.0, False),
        ({"a": 1.0}, 0.5, False),
    ],
)
def test_a_blend_of_several_holds_unless_it_loses_by_a_standard_error(weights, gain, holds):
    assert Blended(weights=weights, temperature=1.0, said=np.zeros(3), gain=gain, error=1.0).holds is holds
