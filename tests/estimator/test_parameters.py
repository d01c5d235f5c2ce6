import math

import pytest

from wordneg import AllVec, ClosedForm, Word2Vec, WordRank
from wordneg.common.machine import available_cores
from wordneg.word2vec.parameters import Parameters


def test_defaults_are_gensims():
    gensim = pytest.importorskip("gensim")
    import inspect

    theirs = inspect.signature(gensim.models.Word2Vec.__init__).parameters
    for name, value in Parameters().as_dict().items():
        if name in theirs and name != "workers":
            assert value == theirs[name].default, name


@pytest.mark.parametrize(
    "name",
    [
        "vector_size",
        "window",
        "negative",
        "epochs",
        "min_count",
        "seed",
        "max_vocab_size",
        "max_final_vocab",
        "workers",
    ],
)
@pytest.mark.parametrize("value", [-2, 1.5, math.nan, math.inf])
def test_whole_numbers_are_checked(name, value):
    with pytest.raises(ValueError, match=f"got {name}=.*expected a whole number"):
        Parameters(**{name: value})


@pytest.mark.parametrize("name", ["vector_size", "window", "alpha", "sample", "workers"])
@pytest.mark.parametrize("value", ["5", [5], True])
def test_kinds_are_checked(name, value):
    with pytest.raises(TypeError, match=f"got {name}="):
        Parameters(**{name: value})


@pytest.mark.parametrize("name", ["alpha", "min_alpha", "sample"])
@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf])
def test_real_numbers_are_checked(name, value):
    with pytest.raises(ValueError, match=f"got {name}=.*finite number of at least 0"):
        Parameters(**{name: value})


@pytest.mark.parametrize("name", ["vector_size", "window", "epochs", "negative", "max_final_vocab"])
def test_zero_is_refused_where_it_makes_no_sense(name):
    with pytest.raises(ValueError, match=f"got {name}=0"):
        Parameters(**{name: 0})


def test_a_window_may_take_whole_baskets_but_not_where_pairs_are_counted():
    assert Parameters(window=100_000).window == 100_000
    with pytest.raises(ValueError, match="got window=2147483648, expected a whole number from 1 to 2147483647"):
        Parameters(window=2**31)
    for model in (WordRank, AllVec, ClosedForm):
        with pytest.raises(ValueError, match="got window=100000, expected a whole number from 1 to 4095"):
            model(window=100_000)


@pytest.mark.parametrize("name", ["sg", "cbow_mean", "shrink_windows", "share_negatives"])
def test_switches_are_on_or_off(name):
    assert getattr(Parameters(**{name: True}), name) == 1
    with pytest.raises(ValueError, match=f"got {name}=2"):
        Parameters(**{name: 2})


def test_learning_rates_go_down():
    with pytest.raises(ValueError, match=r"min_alpha=0\.1 above alpha=0\.05"):
        Parameters(alpha=0.05, min_alpha=0.1)
    with pytest.raises(ValueError, match="alpha=0"):
        Parameters(alpha=0, min_alpha=0)
    model = Word2Vec([["a", "b"]] * 9, min_count=1, vector_size=4, epochs=1, workers=1, progress=False)
    for _ in range(3):  # the loop that many programs written for gensim have
        model.alpha -= 0.002
        model.min_alpha = model.alpha
        model.train(epochs=1)
    assert model.history[-1].rate == model.alpha == pytest.approx(0.019)
    model.alpha = 0.001
    with pytest.raises(ValueError, match=r"min_alpha=0\.01.* above alpha=0\.001"):
        model.train()
    with pytest.raises(ValueError, match="above alpha"):
        model.save("never")


def test_workers():
    assert Parameters().workers == Parameters(workers=-1).workers == available_cores() >= 1
    assert Parameters(workers=3).workers == 3
    with pytest.raises(ValueError, match=r"workers=0.*leave it out, or give -1, for all cores"):
        Parameters(workers=0)


def test_absurd_sizes_are_refused():
    with pytest.raises(ValueError, match="from 1 to 10000"):
        Parameters(vector_size=10**9)
