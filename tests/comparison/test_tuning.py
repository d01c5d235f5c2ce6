import math

import pytest

from wordneg.comparison.trainers import make_trainers
from wordneg.comparison.tuning import Trial, search


def found(score, option="alpha", tries=10, noise=0.0, **options):
    (trainer,) = make_trainers("unigram", None, options)
    return search(
        trainer, option, lambda tried: Trial(score(tried.value(option)), 0.5, 100), lambda one, other: noise, tries
    )


def hill(top):
    return lambda alpha: -(math.log2(alpha / top) ** 2)


@pytest.mark.parametrize("top", [0.2, 0.1, 0.07, 0.05, 0.025, 0.02, 0.0125, 0.00625])
def test_the_top_of_a_hill_is_found_between_the_values_that_were_tried(top):
    tuning = found(hill(top))
    assert tuning.chosen == pytest.approx(top, rel=1e-3)  # a parabola is found exactly, but for rounding
    assert not tuning.edge
    assert tuning.words == 100 * len(tuning.tried)
    assert tuning.seconds == 0.5 * len(tuning.tried)


def test_rows_that_differ_little_get_values_that_differ_little():
    tops = [0.069, 0.0701, 0.0714]  # about the border between two values of the grid
    assert [found(hill(top)).chosen for top in tops] == pytest.approx(tops, rel=0.01)


def test_a_dip_at_the_own_value_does_not_end_the_search():
    # the likelihood of 230,000 words of Wikipedia, CBOW with unigram
    seen = {0.00625: -6.575, 0.0125: -6.591, 0.025: -6.585, 0.05: -6.54, 0.1: -6.441, 0.2: -6.356, 0.4: -6.547}
    tuning = found(lambda alpha: next(seen[one] for one in seen if math.isclose(one, alpha)))
    assert tuning.chosen == pytest.approx(0.175, rel=0.01)
    assert [value for value, _ in tuning.tried] == pytest.approx([0.025, 0.1, 0.4, 0.00625, 0.05, 0.2])


def test_the_own_value_stays_unless_another_is_better_by_more_than_noise():
    assert found(hill(0.1), noise=1.9).chosen == pytest.approx(0.1, rel=1e-3)  # better by 4
    assert found(hill(0.1), noise=2.1).chosen == 0.025
    assert found(hill(0.03), noise=9.0).chosen == pytest.approx(0.03, rel=1e-3)  # no neighbor is better


def test_it_begins_with_values_far_apart_and_keeps_to_its_budget():
    tuning = found(hill(0.1))
    assert [value for value, _ in tuning.tried] == pytest.approx([0.025, 0.1, 0.4, 0.00625, 0.05, 0.2])
    for tries in range(1, 9):
        assert len(found(lambda alpha: alpha, tries=tries).tried) == tries
    assert found(lambda alpha: alpha, tries=1).chosen == 0.025


def test_the_search_goes_on_at_an_edge_and_says_where_it_had_to_stop():
    beyond = found(hill(3.0))
    assert beyond.chosen == pytest.approx(3.0, rel=1e-3)
    assert not beyond.edge
    stopped = found(lambda alpha: alpha, tries=6)
    assert stopped.chosen == max(value for value, _ in stopped.tried)
    assert stopped.edge
    assert not found(lambda alpha: alpha, tries=1).edge  # nothing was searched


def test_what_diverges_is_none_and_never_chosen():
    tuning = found(lambda alpha: None if alpha > 0.06 else alpha)
    assert dict(tuning.tried)[0.1] is None
    assert tuning.chosen == 0.05
    assert not tuning.edge  # beyond it, trainings diverge


def test_where_the_own_value_diverges_it_goes_down_until_one_does_not():
    tuning = found(lambda alpha: None if alpha > 0.001 else 1.0 - alpha)
    assert tuning.chosen < 0.001
    assert dict(tuning.tried)[0.025] is None


def test_where_nothing_works_the_value_stays():
    tuning = found(lambda alpha: None)
    assert tuning.chosen == 0.025
    assert not tuning.edge


def test_whole_numbers_stay_whole():
    tuning = found(lambda window: -abs(window - 2), option="window", window=5)
    assert tuning.chosen == 2
    assert all(isinstance(value, int) for value, _ in tuning.tried)


def test_it_stays_where_values_are_allowed():
    tuning = found(lambda alpha: -alpha, alpha=0.003, min_alpha=0.002)
    assert tuning.chosen == 0.003
    assert min(value for value, _ in tuning.tried) >= 0.002
