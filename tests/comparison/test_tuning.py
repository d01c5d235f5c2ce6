import math

import numpy as np
import pytest

from wordneg.comparison.trainers.rows import make_trainers
from wordneg.comparison.tuning import SEEDS, Trial, search, trainings

CONFIRMING = 2 * SEEDS - 1
"""Trainings that confirm a choice."""


def found(
    score, option="alpha", tries=15, noise=0.0, luck=lambda value, seeds: 0.0, start=None, leads=False, **options
):
    (trainer,) = make_trainers("unigram", None, options)
    trained = {}

    def train(tried, share, seeds):
        assert share == 1
        value, before = tried.value(option), trained.get(tried.value(option), 0)
        trained[value] = max(before, seeds)
        assert sum(trained.values()) <= max(1, tries)
        mean, new = score(value), trained[value] - before
        return Trial(None if mean is None else mean + luck(value, seeds), 0.5 * new, 100 * new)

    return search(trainer, option, train, lambda one, other: noise, tries, start=start, leads=leads)


def values(tuning):
    """Return what was tried of the only setting that was tuned."""
    return [value for one in tuning.tried for value in one.values.values()]


def chosen(tuning):
    (value,) = tuning.chosen.values()
    return value


def hill(top):
    return lambda alpha: -(math.log2(alpha / top) ** 2)


@pytest.mark.parametrize("top", [0.2, 0.1, 0.07, 0.05, 0.025, 0.02, 0.0125, 0.00625])
def test_the_top_of_a_hill_is_found_between_the_values_that_were_tried(top):
    tuning = found(hill(top))
    assert chosen(tuning) == pytest.approx(top, rel=1e-3)  # a parabola is found exactly, but for rounding
    assert not tuning.edges
    moved = chosen(tuning) != pytest.approx(0.025, rel=0.4)
    trained = len(tuning.tried) + (moved and chosen(tuning) not in values(tuning))  # without noise, one seed is enough
    assert tuning.words == 100 * trained
    assert tuning.seconds == 0.5 * trained
    assert tuning.seeds == SEEDS


def test_rows_that_differ_little_get_values_that_differ_little():
    tops = [0.069, 0.0701, 0.0714]  # about the border between two values of the grid
    assert [chosen(found(hill(top))) for top in tops] == pytest.approx(tops, rel=0.01)


def test_a_dip_at_the_own_value_does_not_end_the_search():
    # the likelihood of 230,000 words of Wikipedia, CBOW with unigram
    seen = {0.00625: -6.575, 0.0125: -6.591, 0.025: -6.585, 0.05: -6.54, 0.1: -6.441, 0.2: -6.356, 0.4: -6.547}
    tuning = found(lambda alpha: seen[min(seen, key=lambda one: abs(math.log(one / alpha)))])
    assert chosen(tuning) == pytest.approx(0.175, rel=0.01)
    assert values(tuning) == pytest.approx([0.025, 0.1, 0.4, 0.00625, 0.05, 0.2])


def test_the_own_value_stays_unless_another_is_better_by_more_than_noise():
    assert chosen(found(hill(0.1), noise=1.9)) == pytest.approx(0.1, rel=1e-3)  # better by 4
    assert chosen(found(hill(0.1), noise=2.1)) == 0.025
    assert found(hill(0.1), noise=2.1).unclear
    assert not found(hill(0.1), noise=1.9).unclear
    assert not found(hill(0.025), noise=9.0).unclear  # nothing is better
    assert chosen(found(hill(0.03), noise=9.0)) == pytest.approx(0.03, rel=1e-3)  # no neighbor is better


def test_what_is_better_by_far_is_confirmed_with_one_seed_and_other_values_with_several():
    for noise, seeds in ((0.7, 1), (0.9, SEEDS)):  # 0.1 is better by 4
        tuning = found(hill(0.1), noise=noise)
        assert chosen(tuning) == 0.1
        assert tuning.words == 100 * (len(tuning.tried) + 2 * (seeds - 1))


def test_what_was_better_by_luck_is_not_confirmed():
    lucky = found(lambda alpha: 0.0, noise=1.0, luck=lambda value, seeds: 3.0 * (value == 0.1) / seeds)
    assert chosen(lucky) == 0.025
    assert lucky.unclear
    good = found(lambda alpha: 3.0 * (alpha > 0.06), noise=1.0, luck=lambda value, seeds: 1.0 * (value == 0.1) / seeds)
    assert chosen(good) > 0.06
    assert not good.unclear


def test_what_hardly_promises_anything_is_not_trained_with_several_seeds():
    lucky = found(lambda alpha: -1.0 * (alpha > 0.15), noise=1.0, luck=lambda value, seeds: 1.5 * (value == 0.1))
    assert chosen(lucky) == 0.025
    assert lucky.words == 100 * (len(lucky.tried) + 1)  # the top of the parabola, once
    same = found(lambda alpha: 0.0, noise=1.0, luck=lambda value, seeds: 0.5 * (value == 0.1))
    assert same.unclear
    assert same.words == 100 * len(same.tried)


def test_a_row_that_follows_the_baseline_climbs_from_its_value():
    near = found(hill(0.07), start={"alpha": 0.06}, noise=0.1)
    assert values(near) == pytest.approx([0.06, 0.03, 0.12])
    assert chosen(near) == 0.06  # nothing that was tried is better: equal rows have the same value
    assert not near.unclear
    assert not near.edges
    far = found(hill(0.01), start={"alpha": 0.06}, noise=0.1)
    assert chosen(far) == pytest.approx(0.01, rel=1e-3)
    assert found(hill(0.03), start={"alpha": 0.06}, noise=0.6).unclear  # better by 1, which is not clear
    diverged = found(lambda alpha: None if alpha > 0.005 else alpha, start={"alpha": 0.06})
    assert chosen(diverged) < 0.005


def test_a_value_of_the_baseline_that_a_row_may_not_have_is_not_begun_with():
    tuning = found(hill(0.1), start={"alpha": 0.06}, alpha=0.2, min_alpha=0.08)
    assert values(tuning)[0] == 0.2
    assert chosen(tuning) == pytest.approx(0.1, rel=1e-3)


def test_a_row_that_stays_at_an_edge_says_so():
    stayed = found(hill(0.01), start={"alpha": 0.06}, alpha=0.06, min_alpha=0.05)
    assert (chosen(stayed), stayed.edges) == (0.06, ("alpha",))


def test_a_whole_number_may_begin_with_0():
    assert chosen(found(lambda value: value, option="negative", hs=1, negative=0, tries=9)) > 0


def test_the_baseline_leads_to_what_is_clear_with_one_seed():
    for noise, top in ((1.9, 0.1), (2.1, 0.025)):  # 0.1 is better by 4
        tuning = found(hill(0.1), leads=True, noise=noise)
        assert chosen(tuning) == pytest.approx(top, rel=1e-3)
        assert tuning.words == 100 * len(tuning.tried)
        assert tuning.seeds == 1


def test_it_begins_with_values_far_apart_and_keeps_to_its_budget():
    tuning = found(hill(0.1))
    assert values(tuning) == pytest.approx([0.025, 0.1, 0.4, 0.00625, 0.05, 0.2])
    for tries in range(1, 9):
        assert len(found(lambda alpha: alpha, tries=tries + CONFIRMING).tried) == tries
    assert len(found(lambda alpha: alpha, tries=CONFIRMING).tried) == 1
    assert chosen(found(lambda alpha: alpha, tries=1)) == 0.025


def test_the_search_goes_on_at_an_edge_and_says_where_it_had_to_stop():
    beyond = found(hill(3.0))
    assert chosen(beyond) == pytest.approx(3.0, rel=1e-3)
    assert not beyond.edges
    stopped = found(lambda alpha: alpha, tries=6 + CONFIRMING)
    assert chosen(stopped) == max(values(stopped))
    assert stopped.edges == ("alpha",)
    assert not found(lambda alpha: alpha, tries=1).edges  # nothing was searched


def test_what_diverges_is_none_and_never_chosen():
    tuning = found(lambda alpha: None if alpha > 0.06 else alpha)
    assert tuning.tried[values(tuning).index(0.1)].score is None
    assert chosen(tuning) == 0.05
    assert not tuning.edges  # beyond it, trainings diverge


@pytest.mark.parametrize("cliff", [0.25, 0.5])
def test_near_a_cliff_rows_that_differ_little_get_values_that_differ_little(cliff):
    tops = [cliff * factor for factor in (0.4, 0.5, 0.55, 0.6, 0.7, 0.75, 0.8)]  # about the last two that are tried
    found_tops = [chosen(found(lambda alpha, top=top: None if alpha > cliff else hill(top)(alpha))) for top in tops]
    assert found_tops == pytest.approx(tops, rel=0.01)


def test_where_the_own_value_diverges_it_goes_down_until_one_does_not():
    tuning = found(lambda alpha: None if alpha > 0.001 else 1.0 - alpha)
    assert chosen(tuning) < 0.001
    assert tuning.tried[0].score is None


def test_where_nothing_works_the_value_stays():
    tuning = found(lambda alpha: None)
    assert chosen(tuning) == 0.025
    assert not tuning.edges


def test_whole_numbers_stay_whole():
    tuning = found(lambda window: -abs(window - 2), option="window", window=5)
    assert chosen(tuning) == 2
    assert all(isinstance(value, int) for value in values(tuning))


def test_it_stays_where_values_are_allowed():
    tuning = found(lambda alpha: -alpha, alpha=0.003, min_alpha=0.002)
    assert chosen(tuning) == 0.003
    assert min(values(tuning)) >= 0.002


# --- several settings -----------------------------------------------------------------------------------

TUNE = {"alpha": "auto", "sample": "1e-5..1e-2", "negative": [2, 5, 10, 20], "sampler.candidates": "auto"}


class Made:
    """Trainings on paper: scores of many items around a hill.

    The noise of values is the same on more words, as held-out text is; so it is chosen by, too.
    """

    def __init__(self, top, width=1.0, noise=0.0, seed=0):
        self.top, self.width, self.noise = top, width, noise
        self.rng, self.luck, self.trained = np.random.default_rng(seed), {}, []
        self.known = {}

    def __call__(self, tried, share, seeds):
        there = [name for name in self.top if tried.tuned(name)]
        key = share, *(tried.value(name) for name in TUNE if tried.tuned(name))
        new = max(0, seeds - self.known.get(key, 0))
        self.known[key] = self.known.get(key, 0) + new
        self.trained += [(share, tuple(tried.value(name) for name in there))] * new
        away = sum(math.log(tried.value(name) / self.top[name]) ** 2 for name in there)
        values = tuple(tried.value(name) for name in TUNE if tried.tuned(name))
        luck = self.luck.setdefault(values, self.rng.normal(size=200))
        items = -self.width * away + self.noise * luck
        return Trial(float(items.mean()), share * new, round(1000 * share) * new, items)

    def error(self, one, other):
        return float(np.std(one.scored - other.scored)) / math.sqrt(200)


def halved(made, row="dns", tune=TUNE, tries=15, start=None, leads=False):
    (trainer,) = make_trainers(row, None, {"sample": 1e-3})
    return search(trainer, tune, made, made.error, tries, start=start, leads=leads)


def test_a_planted_best_is_found_among_several_settings():
    top = {"alpha": 0.08, "sample": 2e-4, "negative": 10, "sampler.candidates": 24}
    made = Made(top)
    tuning = halved(made)
    own = made(make_trainers("dns", None, {"sample": 1e-3})[0], 1.0, 1).score
    best = max(one.score for one in tuning.tried if one.share == 1)
    assert best > own / 2  # more than half of the way up
    assert tuning.chosen == next(one.values for one in tuning.tried if one.score == best)
    alone = halved(Made({"negative": 20}), tune={"negative": [2, 5, 10, 20]})
    assert alone.chosen == {"negative": 20}


def test_draws_are_halved_on_more_and_more_words():
    made = Made({"alpha": 0.025})
    tuning = halved(made)
    shares = [share for share, _ in made.trained]
    assert shares == [0.25] * 12 + [0.5] * 6 + [1.0] * 3
    assert tuning.words == 9000  # of 15 trainings' 15,000, 5,000 of which would confirm other values
    assert tuning.tried[0].values == {"alpha": 0.025, "sample": 1e-3, "negative": 5, "sampler.candidates": 32}
    assert tuning.tried[0].share == 1  # the row's own are never dropped
    assert len({tuple(one.values.items()) for one in tuning.tried}) == 12
    for values in (one.values for one in tuning.tried[1:]):
        assert 0.025 / 8 <= values["alpha"] <= 0.2
        assert 1e-5 <= values["sample"] <= 1e-2
        assert values["negative"] in TUNE["negative"]
        assert isinstance(values["sampler.candidates"], int)
        assert 8 <= values["sampler.candidates"] <= 128


@pytest.mark.parametrize("row", ["unigram", "dns", "optrank", "adaptive"])
@pytest.mark.parametrize("seed", range(5))
def test_all_rows_have_as_many_trials_on_as_many_words(row, seed):
    made = Made({"alpha": 0.025}, width=0.01, noise=1.0, seed=seed)  # too noisy to leave what it starts with
    tuning = halved(made, row)
    assert len(tuning.tried) == 12
    assert tuning.words == 9000


def test_rows_are_drawn_at_the_same_places():
    one, other = (halved(Made({"alpha": 0.1}), row) for row in ("unigram", "dns"))
    assert "sampler.candidates" not in one.chosen
    for name in ("alpha", "sample", "negative"):
        assert [each.values[name] for each in one.tried] == [each.values[name] for each in other.tried]


def test_what_was_found_for_the_baseline_is_the_first_draw_and_the_others_stay():
    own = halved(Made({"alpha": 0.1}))
    start = {"alpha": 0.11, "sample": 5e-4}
    after = halved(Made({"alpha": 0.11}), start=start)
    assert after.tried[0].values == {**own.tried[0].values, **start}
    assert [one.values for one in after.tried[1:]] == [one.values for one in own.tried[1:]]
    assert after.chosen == after.tried[0].values


def test_the_baseline_confirms_none_of_its_draws():
    led, alone = (halved(Made({"alpha": 0.15}, noise=8.0, seed=1), leads=leads) for leads in (True, False))
    assert led.chosen == alone.chosen != led.tried[0].values
    assert led.words < alone.words


def test_the_search_is_the_same_every_time():
    assert halved(Made({"alpha": 0.1}, noise=0.1)) == halved(Made({"alpha": 0.1}, noise=0.1))


def test_the_own_values_are_not_left_on_noise():
    left = [halved(Made({}, noise=1.0, seed=seed)).chosen["alpha"] != 0.025 for seed in range(300)]
    assert halved(Made({}, noise=1.0)).unclear
    assert not halved(Made({"alpha": 0.15})).unclear
    assert np.mean(left) <= 0.04  # one in 40 is promised; 0.04 is two standard errors above that


def test_what_is_much_better_than_noise_is_found_in_spite_of_it():
    top = {"alpha": 0.15}
    assert all(halved(Made(top, noise=1.0, seed=seed)).chosen["alpha"] > 0.05 for seed in range(30))


def test_a_search_goes_on_beyond_its_own_range_and_says_so():
    tuning = halved(Made({"alpha": 5.0}), tune={"alpha": "auto"})
    assert tuning.edges == ("alpha",)
    assert len(tuning.tried) == 13
    assert tuning.chosen["alpha"] == pytest.approx(2 * max(one.values["alpha"] for one in tuning.tried[:-1]), rel=0.01)
    given = halved(Made({"alpha": 5.0}), tune={"alpha": "0.01..0.1"})
    assert not given.edges  # the user gave where it ends
    assert given.chosen["alpha"] <= 0.1


def test_few_possible_values_are_tried_once_each():
    tuning = halved(Made({"negative": 10}), tune={"negative": [5, 10]})
    assert [one.values["negative"] for one in tuning.tried] == [5, 10]
    assert tuning.chosen == {"negative": 10}


def test_draws_that_diverge_are_dropped_and_never_chosen():
    made = Made({"alpha": 0.05})

    def train(tried, share, seeds):
        return Trial(None, 1.0, 1) if tried.value("alpha") > 0.025 else made(tried, share, seeds)

    (trainer,) = make_trainers("dns", None, {})
    tuning = search(trainer, {"alpha": "auto"}, train, made.error)
    assert any(one.score is None for one in tuning.tried)
    assert tuning.chosen == {"alpha": 0.025}
    nothing = search(trainer, {"alpha": "auto"}, lambda tried, share, seeds: Trial(None, 1.0, 1), made.error)
    assert nothing.chosen == {"alpha": 0.025}


def test_wordrank_is_tuned_around_its_own_rate():
    row = make_trainers("unigram", None, {}, wordrank=True)[1]
    made = Made({"learning_rate": 1.0})
    tuning = search(row, {"alpha": "0.01..0.1", "negative": [5, 10]}, made, made.error)
    assert [*tuning.chosen] == ["learning_rate"]
    assert all(1 / 8 <= one.values["learning_rate"] <= 8 for one in tuning.tried)


@pytest.mark.parametrize("tries", range(1, 16))
def test_the_words_are_never_more_than_allowed(tries):
    made = Made({"alpha": 5.0})
    halved(made, tune={"alpha": "auto"}, tries=tries)
    assert sum(share for share, _ in made.trained) <= tries
    assert len(made.trained) <= trainings({"alpha": "auto"}, tries)
