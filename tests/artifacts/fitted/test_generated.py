"""Files made wrong by rule, of every estimator and transformer: refused, or answered; never the end of the process."""

import os
import random
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from mlpipe.artifacts.fitted.unpickle import load_joblib
from mlpipe.errors import ArtifactError
from tests.artifacts.fitted.attempts import attempt_all
from tests.artifacts.fitted.crafting import changes, craft, craft_if_possible, spots
from tests.artifacts.fitted.subjects import Subject, all_subjects, subjects_named

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux alone"),
    pytest.mark.filterwarnings("ignore"),
]
EVERY = "MLPIPE_CRAFTED"
"""Set it to the share of files to try, such as 1 for all."""
QUICK = ("binary/decision-tree", "binary/svm", "regression/knn", "multiclass/hist-gradient-boosting", "plan/minimal")


def crafted(subject: Subject, met: set[tuple[str, str]]) -> Iterator[tuple[str, bytes]]:
    """Each place by what it is, and each change of it, once over all subjects."""
    for spot in spots(subject.fitted):
        for name, change in changes(spot.value):
            if (spot.label, name) in met:
                continue
            met.add((spot.label, name))
            data = craft_if_possible(subject.fitted, spot.place, change)
            if data is not None:
                yield f"{subject.name}: {spot.label}, {name}", data


def trying(data: bytes, ask: Callable[[Any], list[Any]]) -> Callable[[], str]:
    """What comes of a file; of errors in answering, and of answers that are no numbers, the probe tells."""

    def task() -> str:
        try:
            found = load_joblib(data)
        except ArtifactError as error:
            return f"refused {error}"
        try:
            finite = all(np.isfinite(answer).all() for answer in ask(found) if answer.dtype.kind in "fc")
        except Exception as error:
            return f"told {type(error).__name__}: {error}"
        return "answered" if finite else "told no numbers"

    return task


def outcomes(subject: Subject, files: list[tuple[str, bytes]]) -> Counter[str]:
    """How many ended how; those that end otherwise than they may fail the test by name."""
    said = attempt_all([trying(data, subject.ask) for _, data in files])
    ends = [(name, end) for (name, _), end in zip(files, said, strict=True)]
    assert not [pair for pair in ends if pair[1].partition(" ")[0] not in ("refused", "told", "answered")]
    return Counter(end.partition(" ")[0] for _, end in ends)


def test_a_sample_of_wrong_files_neither_ends_the_process_nor_escapes_as_another_error() -> None:
    draw = random.Random(0)
    for subject in subjects_named(*QUICK):
        places = spots(subject.fitted)
        chosen = [(spot, *draw.choice(list(changes(spot.value)))) for spot in draw.sample(places, min(30, len(places)))]
        files = []
        for spot, name, change in chosen:
            data = craft_if_possible(subject.fitted, spot.place, change)
            if data is not None:
                files.append((f"{subject.name}: {spot.label}, {name}", data))
        assert len(files) > 0.9 * len(chosen)
        found = outcomes(subject, files)
        assert found["refused"] > found["told"]


def test_what_is_not_changed_answers() -> None:
    for subject in subjects_named(*QUICK):
        whole = craft(subject.fitted, -1, lambda value: value)
        assert attempt_all([trying(whole, subject.ask)]) == ["answered"]


@pytest.mark.slow
@pytest.mark.skipif(EVERY not in os.environ, reason="a run of an hour, for whoever asks for one")
def test_all_wrong_files() -> None:
    share, draw, met, total = float(os.environ[EVERY]), random.Random(0), set[tuple[str, str]](), Counter[str]()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for subject in all_subjects():
            files = [file for file in crafted(subject, met) if draw.random() < share]
            total += outcomes(subject, files)
    assert total["refused"] > total["told"]
