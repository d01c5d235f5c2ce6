import math

import pytest

from wordneg.comparison.trainers import make_trainers
from wordneg.comparison.tuning import Trial, walk


def walked(score, option="alpha", tries=6, **options):
    (trainer,) = make_trainers("unigram", None, options)
    return walk(trainer, option, lambda tried: Trial(score(tried.value(option)), 0.5, 100), tries)


@pytest.mark.parametrize("best", [0.1, 0.05, 0.025, 0.0125, 0.00625])
def test_the_walk_finds_the_top_of_a_hill(best):
    tuning = walked(lambda alpha: -abs(math.log(alpha / best)))
    assert tuning.chosen == best
    assert tuning.words == 100 * len(tuning.tried)
    assert tuning.seconds == 0.5 * len(tuning.tried)


def test_it_starts_at_the_settings_own_value_and_goes_up_first():
    tuning = walked(lambda alpha: -alpha, alpha=0.4)
    assert [value for value, _ in tuning.tried] == pytest.approx([0.4, 0.8, 0.2, 0.1, 0.05, 0.025])


def test_it_keeps_to_its_budget():
    assert len(walked(lambda alpha: alpha, tries=3).tried) == 3
    assert walked(lambda alpha: alpha, tries=3).chosen == 0.1
    assert walked(lambda alpha: alpha, tries=1).chosen == 0.025


def test_what_diverges_is_none_and_never_chosen():
    tuning = walked(lambda alpha: None if alpha > 0.03 else alpha)
    assert tuning.tried[1] == (0.05, None)
    assert tuning.chosen == 0.025


def test_where_the_own_value_diverges_it_goes_down_until_one_does_not():
    tuning = walked(lambda alpha: None if alpha > 0.008 else 1.0 - alpha)
    assert tuning.chosen < 0.008
    assert [score is None for _, score in tuning.tried[:4]] == [True, True, True, False]


def test_where_nothing_works_the_value_stays():
    assert walked(lambda alpha: None).chosen == 0.025


def test_whole_numbers_stay_whole():
    tuning = walked(lambda window: -abs(window - 2), option="window", window=5)
    assert tuning.chosen == 2
    assert [value for value, _ in tuning.tried] == [5, 10, 2, 1]


def test_it_stays_where_values_are_allowed():
    assert walked(lambda alpha: -alpha, alpha=0.003, min_alpha=0.002).chosen == 0.003
