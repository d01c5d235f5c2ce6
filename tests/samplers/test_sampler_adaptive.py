import naive
import numpy as np
import pytest
from drawing import Drawing, random_weights, zipf
from naive import rankings as twins
from scipy import stats

from wordneg import TokenStore
from wordneg.compiled.lanes import LANES
from wordneg.compiled.weights import initialize
from wordneg.objectives import Logistic
from wordneg.samplers import Adaptive
from wordneg.word2vec.hogwild import HogwildTrainer
from wordneg.word2vec.parameters import Parameters


def ready(sampler, vocabulary, weights, **changes):
    """Return a drawing that is past the warm-up."""
    drawing = Drawing(sampler, vocabulary, weights, **changes)
    drawing.follow(9.0)
    return drawing


@pytest.mark.lengthy
@pytest.mark.parametrize("size", [8, 20, 100])
@pytest.mark.parametrize("changes", [{}, {"hard_fraction": 1.0}, {"lam": 5}, {"avoid_window": True, "lam": 1}])
def test_draws_what_its_twin_draws(changes, size):
    vocabulary, weights = zipf(200), random_weights(200, size)
    drawing = ready(Adaptive(**changes), vocabulary, weights, seed=4)
    state, share = drawing.state, changes.get("hard_fraction", 0.5)
    twin = twins.Adaptive(
        naive.SplitMix64(4),
        weights.outputs,
        state.schedule.table,
        state.ranks,
        share=share,
        lanes=LANES,
        avoid_window=changes.get("avoid_window", False),
    )
    for block in range(60):
        positive, query, context = block % 9, weights.inputs[block], [1, 3, block]
        negatives, pulls = drawing.blocks(positive, query=query, context=context)
        assert negatives[0].tolist() == twin.draw(query, positive, context, 5), f"block {block}"
        assert pulls[0] == 1


def test_factors_ranks_and_words_follow_the_definition():
    """The chance of a word: summed over the dimensions, that of the dimension times that of its rank there."""
    words, lam = 40, 3.0
    vocabulary, weights = zipf(words), random_weights(words, 20)
    query = weights.inputs[2]
    negatives, _ = ready(Adaptive(lam=lam, hard_fraction=1.0), vocabulary, weights).blocks(
        39, query=query, count=10_000
    )
    length = 15  # 5 λ
    rank_chances = np.exp(-np.arange(length) / lam)
    expected = np.zeros(words)
    for factor, chance in enumerate(twins.factor_chances(query, weights.outputs)):
        top, bottom = twins.ranked(weights.outputs[:, factor], length)
        expected[top if query[factor] > 0 else bottom] += chance * rank_chances / rank_chances.sum()
    expected[39] = 0
    seen = np.bincount(negatives.ravel(), minlength=words)
    drawn = expected > 0
    assert (seen[~drawn] == 0).all()
    assert stats.chisquare(seen[drawn], expected[drawn] / expected.sum() * seen.sum()).pvalue > 1e-4


def test_the_padding_is_never_drawn():
    """One dimension and 15 of padding: all words come from its top."""
    vocabulary, weights = zipf(100), random_weights(100, 1)
    query = np.abs(weights.inputs[0])
    negatives, _ = ready(Adaptive(lam=2, hard_fraction=1.0), vocabulary, weights).blocks(0, query=query, count=2000)
    top = np.argsort(-weights.outputs[:, 0])[:10]
    assert np.isin(negatives, top).all()


def test_warm_up_and_words_of_no_rank_come_by_popularity():
    vocabulary, weights = zipf(100), random_weights(100)
    by_popularity = vocabulary.counts**0.75
    nothing_ranked = ready(Adaptive(hard_fraction=1.0), vocabulary, initialize(100, 20, 1))
    unasked = ready(Adaptive(hard_fraction=1.0), vocabulary, weights)
    no_query = np.zeros(32, dtype=np.float32)
    for drawing, query in (
        (Drawing(Adaptive(), vocabulary, weights), None),
        (nothing_ranked, None),
        (unasked, no_query),
    ):
        seen = np.bincount(drawing.blocks(0, query=query, count=4000)[0].ravel(), minlength=100)[1:]
        expected = by_popularity[1:] / by_popularity[1:].sum() * seen.sum()
        assert stats.chisquare(seen, expected).pvalue > 1e-4


def test_a_window_that_holds_all_extreme_words():
    vocabulary, weights = zipf(50), random_weights(50)
    sampler = Adaptive(lam=0.01, hard_fraction=1.0, avoid_window=True)
    drawing = ready(sampler, vocabulary, weights)
    extreme = np.unique(drawing.state.rankings.tails[:20])
    assert len(extreme) < 40
    negatives, _ = drawing.blocks(0, context=extreme, count=200)
    assert not np.isin(negatives, extreme).any()


@pytest.mark.parametrize("words", [2, 3])
def test_small_vocabularies(words):
    drawing = ready(Adaptive(hard_fraction=1.0, lam=1), zipf(words), random_weights(words), negative=7)
    for positive in range(words):
        negatives, _ = drawing.blocks(positive, count=100)
        assert set(negatives.ravel().tolist()) == set(range(words)) - {positive}


class TestRefresh:
    def test_ranks_all_when_the_warm_up_ends_and_then_part_after_part(self):
        vocabulary, weights = zipf(300), random_weights(300, 48)
        sampler = Adaptive(lam=10)
        state = sampler.prepare(vocabulary, weights)
        before = state.rankings.tails.copy()
        weights.outputs[:] = random_weights(300, 48, seed=1).outputs
        sampler.refresh(state, weights, 0.01)
        np.testing.assert_array_equal(state.rankings.tails, before)
        assert state.schedule.share[0] == 0
        sampler.refresh(state, weights, 0.06)
        second = state.rankings.tails.copy()
        assert state.schedule.share[0] == np.float32(0.5)
        assert (second[::16] != before[::16]).any(axis=(1, 2)).all()
        weights.outputs[:] = random_weights(300, 48, seed=2).outputs
        expected = np.argsort(-weights.outputs, axis=0)[:50].T
        for ready in (16, 32, 48, 48):
            sampler.refresh(state, weights, 0.1)
            np.testing.assert_array_equal(state.rankings.tails[:ready, 0], expected[:ready])
            np.testing.assert_array_equal(state.rankings.tails[ready:], second[ready:])

    def test_large_vocabularies_are_ranked_less_often(self, monkeypatch):
        ranked = []
        monkeypatch.setattr("wordneg.samplers.adaptive.rank", lambda state, weights, parts: ranked.append(list(parts)))
        vocabulary, weights = zipf(60_000), initialize(60_000, 32, 1)
        sampler = Adaptive(lam=10)
        state = sampler.prepare(vocabulary, weights)
        for _ in range(8):
            sampler.refresh(state, weights, 1.0)
        assert ranked == [[0, 1], [0, 1], [0], [1], [0]]

    @pytest.mark.lengthy
    def test_many_workers_refresh_one_at_a_time(self):
        """They share the memory for ranking."""
        generator = np.random.default_rng(0)
        tokens = generator.integers(0, 500, 40_000).astype(np.int32)
        vocabulary = zipf(500)
        store = TokenStore(vocabulary, tokens, np.array([0, 20_000, 40_000]), raw_tokens=40_000, raw_sentences=2)
        busy, most = [], []

        class Watched(Adaptive):
            refresh_every = 1

            def refresh(self, state, weights, epoch):
                busy.append(1)
                most.append(len(busy))
                super().refresh(state, weights, epoch)
                busy.pop()

        weights = initialize(500, 16, 1)
        trainer = HogwildTrainer(store, weights, Parameters(workers=4), Watched(warm_up=0), Logistic())
        list(trainer.run(epochs=2, alpha=0.05, min_alpha=0.01))
        assert most
        assert max(most) == 1
        assert np.isfinite(weights.inputs).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"lam": 0}, "lam=0"),
        ({"lam": -3}, "lam=-3"),
        ({"lam": float("inf")}, "lam=inf"),
        ({"hard_fraction": 2}, "hard_fraction=2"),
        ({"warm_up": -1}, "warm_up=-1"),
    ],
)
def test_bad_settings(settings, message):
    with pytest.raises(ValueError, match=message):
        Adaptive(**settings)
