"""The terms that a linear model goes by."""

import numpy as np
import pytest

from mlpipe.data.schema import Role
from mlpipe.models.explaining.term_coefficients import term_weights
from mlpipe.models.fitting import ModelChoice, fit_estimator, fit_plan
from mlpipe.models.registry import find_estimator
from mlpipe.target import LabelsTarget, NumberTarget
from mlpipe.task import Task
from tests.features.tables import column, mixed_rows, plan_of, strings
from tests.optional import some

ONE = NumberTarget(column="y")
TELLING = {"a": "apple", "b": "pear", "c": "plum"}


def target_of(y, task):
    if task is Task.MULTILABEL:
        return np.array([[int(label == name) for name in "abc"] for label in y])
    return np.array([float(label == "a") for label in y]) if task is Task.REGRESSION else np.asarray(y)


def fitted(y, *, task, model, words=("words",), **options):
    """A model that learnt from texts of one telling word and some that tell nothing."""
    rng = np.random.default_rng(0)
    X = mixed_rows(len(y))[["age"]]
    for name in words:
        X[name] = strings(f"{TELLING.get(label, 'kiwi')} {' '.join(rng.choice(['x1', 'x2', 'x3'], 2))}" for label in y)
    columns = (column("age", Role.NUMERIC), *(column(name, Role.TEXT) for name in words))
    target = target_of(y, task)
    plan = plan_of(X, target, columns, task=task, ngrams="1,1", **options)
    learnt = fit_plan(plan, X, target, task=task)
    choice = ModelChoice(spec=find_estimator(model, task))
    return fit_estimator(choice, learnt.X, learnt.y, features=learnt.features).estimator, learnt.preprocessor


def weights_of(y, *, target=ONE, **options):
    estimator, preprocessor = fitted(y, **options)
    return term_weights(estimator, preprocessor, target)


@pytest.mark.parametrize("model", ["logistic", "linear-svm", "sgd"])
def test_the_telling_word_of_each_of_two_classes_comes_first(model):
    found = weights_of(list("ab") * 60, task=Task.BINARY, model=model)
    first = {label: term for label, term, _ in reversed(found.strongest(3))}
    assert first == {"a": "apple", "b": "pear"}


def test_the_telling_words_of_three_classes():
    found = weights_of(list("abc") * 40, task=Task.MULTICLASS, model="logistic")
    assert {label: term for label, term, _ in found.strongest(1)} == TELLING
    assert found.weights.shape == (3, len(found.terms))


@pytest.mark.parametrize("model", ["logistic", "linear-svm"])
def test_each_of_several_labels_has_words_of_its_own(model):
    target = LabelsTarget(columns=tuple("abc"), positives=("1",) * 3)
    found = weights_of(list("abc") * 40, target=target, task=Task.MULTILABEL, model=model)
    assert {label: term for label, term, _ in found.strongest(1)} == TELLING


def test_a_quantity_has_words_for_lower_and_higher():
    found = weights_of(list("ab") * 60, task=Task.REGRESSION, model="ridge")
    assert {label: term for label, term, _ in found.strongest(1)} == {"lower": "pear", "higher": "apple"}


def test_weights_are_the_coefficients_and_fall():
    estimator, preprocessor = fitted(list("ab") * 60, task=Task.BINARY, model="logistic")
    found = some(term_weights(estimator, preprocessor, ONE))
    strongest = [weight for label, _, weight in found.strongest(5) if label == "b"]
    assert strongest == sorted(strongest, reverse=True)
    assert min(strongest) > 0
    assert strongest[0] == estimator.coef_.max()


def test_terms_of_two_columns_keep_the_name_of_theirs():
    found = weights_of(list("ab") * 60, task=Task.BINARY, model="logistic", words=("title", "body"))
    assert {"title_apple", "body_apple"} <= set(found.terms)


def test_a_model_without_terms_has_none():
    assert weights_of(list("ab") * 60, task=Task.BINARY, model="logistic", text="drop") is None
