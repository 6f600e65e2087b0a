"""The words of texts against naive counts."""

import math

import numpy as np
import pytest

from mlpipe.metrics.describing.distinctive_words import count_words, log_odds, split_words, typical_words, word_sizes

TEXTS = ["late delivery, broken box", "broken wheel", "kind people", "kind and quick", "quick delivery", "LATE wheel"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Übung macht den Meister", ["übung", "macht", "den", "meister"]),
        ("очень хорошо", ["очень", "хорошо"]),
        ("网络太慢 wifi", ["网络", "络太", "太慢", "wifi"]),
        ("好", ["好"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("안녕 친구", ["안녕", "친구"]),
        ("a 1 22 3.5 -- the", []),
        ("can't stop", ["stop"]),
        ("cafe\u0301s", ["cafe\u0301s"]),
        ("", []),
    ],
)
def test_words_are_split_in_any_script(text, words):
    assert list(split_words(text)) == words


def test_counts_are_of_texts_that_hold_the_word():
    found = {word.text: (word.count, word.share) for word in count_words([*TEXTS, "box box box"], limit=50)}
    for word, (n, share) in found.items():
        holding = sum(word in text.casefold().replace(",", " ").split() for text in [*TEXTS, "box box box"])
        assert (n, share) == (holding, holding / 7)
    assert found["box"][0] == 2
    assert [word.text for word in count_words(TEXTS, limit=2)] == ["broken", "delivery"]
    assert "parcel" not in {word.text for word in count_words(["parcel lost", "parcel late", "parcel open"], limit=9)}
    assert [word.text for word in count_words(["parcel", "parcel"], limit=9)] == ["parcel"]


def test_typical_words_tell_classes_apart_and_count_both_sides():
    codes = np.array([0, 0, 1, 1, 1, 0])
    bad, good = typical_words(TEXTS, codes, 2, limit=9)
    assert {word.text for word in bad} == {"late", "broken", "wheel"}
    assert {word.text for word in good} == {"kind", "quick"}
    late = next(word for word in bad if word.text == "late")
    assert (late.count, late.share, late.elsewhere) == (2, 2 / 3, 0.0)
    swapped = typical_words(TEXTS, 1 - codes, 2, limit=9)
    assert swapped[1] == bad
    assert typical_words(["once", "upon"], np.array([0, 1]), 2, limit=9) == [[], []]


def test_log_odds_are_monroes():
    counts = np.array([[8.0, 1.0, 4.0], [2.0, 5.0, 4.0]])
    found = log_odds(counts)
    for k in range(2):
        for w in range(3):
            prior = [0.01 * counts[:, v].sum() + 0.01 for v in range(3)]
            y, other = counts[k] + prior, counts[1 - k] + prior
            delta = math.log(y[w] / (y.sum() - y[w])) - math.log(other[w] / (other.sum() - other[w]))
            assert found[k, w] == pytest.approx(delta / math.sqrt(1 / y[w] + 1 / other[w]))


def test_sizes_follow_the_weights():
    sizes = word_sizes([5.0, 3.0, 1.0, 3.0])
    assert sizes[0] == max(sizes) > sizes[1] == sizes[3] > sizes[2] == min(sizes)
    assert word_sizes([]) == []
    assert word_sizes([0.0]) == [1.6]
