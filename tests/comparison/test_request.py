import json
import pickle

import pytest

from wordneg.comparison import Request
from wordneg.comparison.making import fair_epochs
from wordneg.comparison.trainers.rows import make_trainers, trainer_of, tunable
from wordneg.samplers import DNS, Unigram


def labels(samplers, objectives=None, gensim=False, **options):
    return [setting.label for setting in make_trainers(samplers, objectives, options, gensim=gensim)]


def asked(**choices):
    return Request.of("unigram", **choices)


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
    (setting,) = make_trainers([DNS(candidates=16)], "softmax", {"window": 3})
    options = json.loads(json.dumps(setting.as_plain()))
    assert options["sampler"]["candidates"] == 16
    assert options["objective"]["name"] == "softmax"
    assert "seed" not in options
    again = pickle.loads(pickle.dumps(setting))
    assert again.as_plain() == options
    model = again.with_options(alpha=0.1).model(seed=7)
    assert (model.seed, model.alpha, model.window, model.sampler.candidates) == (7, 0.1, 3, 16)


def test_gensim_is_a_row_like_the_first():
    setting = make_trainers(["uniform", "unigram"], None, {"window": 3}, gensim=True)[-1]
    assert setting.label == "gensim"
    assert setting.as_plain()["trainer"] == "gensim"
    assert setting.parameters.window == 3


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"samplers": []}, ValueError, "got an empty list of samplers, expected at least one"),
        ({"samplers": ["unigran"]}, ValueError, "no sampler named 'unigran'; did you mean 'unigram'"),
        ({"samplers": ["unigram", "unigram"]}, ValueError, "two rows would be called 'unigram'"),
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
        asked(**arguments)


def test_seeds_are_a_number_or_a_list():
    assert asked(seeds=3).seeds == (1, 2, 3)
    assert asked(seeds=[7, 5]).seeds == (7, 5)


def test_numbers_of_word2vec_can_be_tuned():
    rows = make_trainers(["unigram", "dns"], None, {})
    for name in ("alpha", "negative", "window", "sample", "sampler.candidates", "sampler.exponent"):
        assert tunable(name, rows) == name


def test_several_settings_are_tuned_with_their_values():
    dns = {"samplers": ["unigram", "dns"], "benchmarks": []}
    tune = {"alpha": None, "sample": (1e-5, 1e-3), "negative": [5, 10], "sampler.candidates": "8..64"}
    request = Request.of(tune=tune, **dns)
    normal = {"alpha": "auto", "sample": "1e-05..0.001", "negative": [5, 10], "sampler.candidates": "8..64"}
    assert request.tune == normal
    assert request.tuned == ("alpha", "sample", "negative", "sampler.candidates")
    assert Request.of(tune=request.tune, **dns) == request
    assert Request.of(tune=["alpha", "sample"], **dns).tune == {"alpha": "auto", "sample": "auto"}
    unigram, row = request.trainers
    assert unigram.tuned("sampler.candidates") is None
    assert row.with_options(**{"sampler.candidates": 7, "alpha": 0.5}).sampler.candidates == 7
    assert row.with_options(alpha=0.5).value("alpha") == 0.5


@pytest.mark.parametrize(
    ("tune", "message"),
    [
        ({}, "expected a setting such as tune='alpha', several"),
        (5, "got tune=5, expected a setting"),
        ({"alpah": None}, "got tune='alpah'; did you mean 'alpha'"),
        ({"sampler.candidate": None}, "did you mean 'sampler.candidates'"),
        ({"alpha": (0.1, 0.01)}, 'expected "auto" for a range around the own value, a range such as'),
        ({"alpha": []}, "got tune={'alpha': \\[\\]}, expected"),
        ({"alpha": "high"}, "got tune={'alpha': 'high'}, expected"),
        ({"negative": [5, -1]}, "for unigram: got negative=-1"),
        ({"sampler.candidates": [0]}, "for dns: got candidates=0"),
        ({"sample": None}, "got the value 0.0 to tune around; give a list"),
    ],
)
def test_values_that_cannot_be_tuned_are_sentences(tune, message):
    with pytest.raises(ValueError, match=message):
        Request.of(["unigram", "dns"], benchmarks=[], sample=0, tune=tune)


def test_a_truth_value_is_tuned_by_candidates_alone():
    choices = {"samplers": "unigram", "objectives": "softmax", "benchmarks": []}
    assert Request.of(**choices, tune={"objective.corrected": [False, True]}).tuned == ("objective.corrected",)
    with pytest.raises(ValueError, match="got the value False, which no range has; give a list of candidates"):
        Request.of(**choices, tune={"objective.corrected": "1..2"})


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"seeds": [7, 5], "budget": "time", "held_out": 0.1, "tune_by": "held-out", "tune_words": 15_000},
        {"tune": None, "baseline": "WordRank (epochs 3)", "wordrank": {"epochs": 3}, "gensim": True, "window": 3},
    ],
)
def test_a_request_comes_back_from_json_with_its_rows(options):
    request = Request.of([DNS(candidates=16), "unigram"], benchmarks=["wordsim353", "google"], **options)
    again = Request.from_plain(json.loads(json.dumps(request.as_plain())))
    assert again == request
    assert [trainer.as_plain() for trainer in again.trainers] == [trainer.as_plain() for trainer in request.trainers]
    assert [trainer.label for trainer in again.trainers] == list(request.rows)
    assert again.trainers[0].sampler == DNS(candidates=16)


def test_rows_from_outside_come_back_from_json_with_their_file(tmp_path):
    (tmp_path / "theirs.txt").write_text("1 2\ncat 1 2\n")
    vectors = {"cat": [1.0, 2.0]}
    request = Request.of(
        "unigram", extra={"file": tmp_path / "theirs.txt", "object": vectors}, tune=None, benchmarks=[]
    )
    assert request.seeds_of("file") == (0,)
    assert request.seeds_of("unigram") == request.seeds
    assert request.rows["file"] == {"trainer": "outside", "vectors": str(tmp_path / "theirs.txt")}
    assert trainer_of("file", request.rows["file"]).prepared().source.words == ("cat",)
    with pytest.raises(ValueError, match="the vectors of the row 'object' were not in a file; give them again"):
        trainer_of("object", request.rows["object"])


def test_an_unknown_trainer_is_told():
    with pytest.raises(ValueError, match="got trainer='fasttext' for the row 'theirs', expected 'wordneg' or 'gensim'"):
        trainer_of("theirs", {"trainer": "fasttext"})


def test_rows_say_how_many_scores_a_positive_takes():
    rows = make_trainers(
        ["unigram", {"name": "dns", "candidates": 24}], None, {"negative": 7}, gensim=True, wordrank=True
    )
    assert [row.scores_per_positive for row in rows] == [8, 32, 8, None]


def test_a_budget_of_candidates_refuses_a_row_that_cannot_tell_them():
    class Untold(Unigram):
        name = "untold"

        def scores_per_positive(self, negative):
            return None

    choices = {"tune": None, "benchmarks": []}
    with pytest.raises(ValueError, match="the row 'untold', whose number of scores for a positive depends on the ve"):
        Request.of(["unigram", Untold()], budget="candidates", **choices)


def test_budgets():
    unigram, dns = make_trainers(["unigram", {"name": "dns", "candidates": 24}], None, {"epochs": 12})
    settings = [unigram, dns]
    assert fair_epochs(settings, unigram, "epochs", {}) == {"unigram": 12, dns.label: 12}
    # a block has 6 scores, or 6 and those of 24 candidates
    assert fair_epochs(settings, unigram, "candidates", {}) == {"unigram": 12, dns.label: 2}
    assert fair_epochs(settings, dns, "candidates", {}) == {"unigram": 60, dns.label: 12}
    paces = {"unigram": (0.0, 1.0), dns.label: (0.0, 3.0)}
    assert fair_epochs(settings, unigram, "time", paces) == {"unigram": 12, dns.label: 4}
    assert fair_epochs(settings, unigram, "time", paces | {dns.label: None}) == {"unigram": 12, dns.label: 12}
    assert fair_epochs(settings, unigram, "time", paces | {"unigram": None}) == {"unigram": 12, dns.label: 12}
    assert fair_epochs(settings, unigram, "time", paces | {dns.label: (6.0, 3.0)})[dns.label] == 2
    assert fair_epochs(settings, unigram, "time", paces | {dns.label: (60.0, 3.0)})[dns.label] == 1
    assert fair_epochs(settings, dns, "time", paces | {"unigram": (6.0, 1.0)}) == {"unigram": 30, dns.label: 12}
