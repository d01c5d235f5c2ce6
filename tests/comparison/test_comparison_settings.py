import json
import pickle

import pytest

from wordneg.comparison.choices import Choices
from wordneg.comparison.planning import Pace, fair_epochs
from wordneg.comparison.settings import make_settings, tunable
from wordneg.samplers import DNS, Unigram


def labels(samplers, objectives=None, gensim=False, **options):
    return [setting.label for setting in make_settings(samplers, objectives, options, gensim=gensim)]


def choices(seeds=1, budget="epochs", tune="alpha", tune_by="benchmarks", tune_words=None, held_out=0.02):
    return Choices.of(seeds, budget, tune, tune_by, tune_words, held_out)


def test_a_list_is_an_axis_and_a_dict_one_sampler():
    assert labels(["unigram", "dns"]) == ["unigram", "dns"]
    assert labels({"name": "dns", "candidates": 64}) == ["dns (candidates 64)"]
    assert labels("unigram") == ["unigram"]
    assert labels([Unigram, DNS(candidates=16)]) == ["unigram", "dns (candidates 16)"]


def test_labels_name_what_differs():
    assert labels(["unigram", "uniform"], ["logistic", "softmax"], window=[5, 10], negative=[3]) == [
        f"{sampler}, {objective}, window {window}"
        for sampler in ("unigram", "uniform")
        for objective in ("logistic", "softmax")
        for window in (5, 10)
    ]
    assert labels("unigram", alpha=(0.025, 0.1)) == ["unigram, alpha 0.025", "unigram, alpha 0.1"]


def test_settings_are_words_of_json_that_word2vec_takes_again_and_travel():
    (setting,) = make_settings([DNS(candidates=16)], "softmax", {"window": 3}, gensim=False)
    options = json.loads(json.dumps(setting.as_json()))
    assert options["sampler"]["candidates"] == 16
    assert options["objective"]["name"] == "softmax"
    assert "seed" not in options
    again = pickle.loads(pickle.dumps(setting))
    assert again.as_json() == options
    model = again.with_parameters(alpha=0.1).model(seed=7)
    assert (model.seed, model.alpha, model.window, model.sampler.candidates) == (7, 0.1, 3, 16)


def test_gensim_is_a_row_like_the_first():
    setting = make_settings(["uniform", "unigram"], None, {"window": 3}, gensim=True)[-1]
    assert setting.label == "gensim"
    assert setting.as_json()["trainer"] == "gensim"
    assert setting.parameters.window == 3


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"samplers": []}, ValueError, "got an empty list of samplers, expected at least one"),
        ({"samplers": ["unigran"]}, ValueError, "no sampler named 'unigran'; did you mean 'unigram'"),
        ({"samplers": ["unigram", "unigram"]}, ValueError, "two settings would be called 'unigram'"),
        ({"objectives": ["logistc"]}, ValueError, "did you mean 'logistic'"),
        ({"windw": 5}, TypeError, "no argument 'windw'; did you mean 'window'"),
        ({"bugdet": "time"}, TypeError, "no argument 'bugdet'; did you mean 'budget'"),
        ({"sampler": "unigram"}, TypeError, r"has no argument 'sampler': give samplers=\["),
        ({"seed": 3}, TypeError, "give seeds"),
        ({"min_count": [1, 5]}, ValueError, "decides the vocabulary"),
        ({"window": []}, ValueError, "got an empty list for window"),
        ({"window": 0}, ValueError, "window=0"),
    ],
)
def test_bad_settings_are_sentences(arguments, error, message):
    chosen = {"samplers": ["unigram"], "objectives": None} | arguments
    with pytest.raises(error, match=message):
        labels(chosen.pop("samplers"), chosen.pop("objectives"), **chosen)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"budget": "tme"}, ValueError, "got budget='tme'; did you mean 'time'"),
        ({"tune": "alpa"}, ValueError, "got tune='alpa'; did you mean 'alpha'"),
        ({"tune": "epochs"}, ValueError, "got tune='epochs'"),
        ({"tune_by": "loss"}, ValueError, "tune_by='loss'"),
        ({"tune_by": "held-out", "held_out": None}, ValueError, "no text held out"),
        ({"tune_words": 10}, ValueError, "tune_words=10"),
        ({"held_out": 0.9}, ValueError, "held_out=0.9"),
        ({"seeds": 0}, ValueError, "seeds=0"),
        ({"seeds": [1, 1]}, ValueError, "none twice"),
        ({"seeds": []}, ValueError, "at least one"),
        ({"seeds": "3"}, TypeError, "seeds='3'"),
    ],
)
def test_bad_choices_are_sentences(arguments, error, message):
    with pytest.raises(error, match=message):
        choices(**arguments)


def test_seeds_are_a_number_or_a_list():
    assert choices(seeds=3).seeds == (1, 2, 3)
    assert choices(seeds=[7, 5]).seeds == (7, 5)


def test_numbers_of_word2vec_can_be_tuned():
    assert [tunable(name) for name in ("alpha", "negative", "window", "sample")]


def test_budgets():
    unigram, dns = make_settings(["unigram", {"name": "dns", "candidates": 24}], None, {"epochs": 12}, gensim=False)
    settings = [unigram, dns]
    assert fair_epochs(settings, unigram, "epochs", {}) == {"unigram": 12, dns.label: 12}
    # a block has 6 scores, or 6 and those of 24 candidates
    assert fair_epochs(settings, unigram, "candidates", {}) == {"unigram": 12, dns.label: 2}
    assert fair_epochs(settings, dns, "candidates", {}) == {"unigram": 60, dns.label: 12}
    paces = {"unigram": Pace(0.0, 1.0), dns.label: Pace(0.0, 3.0)}
    assert fair_epochs(settings, unigram, "time", paces) == {"unigram": 12, dns.label: 4}
    assert fair_epochs(settings, unigram, "time", paces | {dns.label: None}) == {"unigram": 12, dns.label: 12}
    assert fair_epochs(settings, unigram, "time", paces | {"unigram": None}) == {"unigram": 12, dns.label: 12}
    assert fair_epochs(settings, unigram, "time", paces | {dns.label: Pace(6.0, 3.0)})[dns.label] == 2
    assert fair_epochs(settings, unigram, "time", paces | {dns.label: Pace(60.0, 3.0)})[dns.label] == 1
    assert fair_epochs(settings, dns, "time", paces | {"unigram": Pace(6.0, 1.0)}) == {"unigram": 30, dns.label: 12}
