"""A sampler of the user's own: the example is right, and as fast as if it were built in."""

import importlib.util
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from drawing import Drawing, random_weights, zipf

from wordneg import TokenStore, Word2Vec, jit
from wordneg.compiled.rng import next_uint64
from wordneg.samplers import SAMPLERS, Unigram
from wordneg.samplers.tables import alias_table
from wordneg.testing import check_sampler

EXAMPLE = Path(__file__).parents[2] / "examples" / "own_sampler.py"


@pytest.fixture(scope="module")
def similar_frequency():
    spec = importlib.util.spec_from_file_location("own_sampler", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.SimilarFrequency


@pytest.mark.lengthy
def test_it_passes_all_checks(similar_frequency):
    def stated(vocabulary, positive, scores):
        return np.abs(np.arange(len(vocabulary)) - positive) <= 30

    assert check_sampler(similar_frequency(reach=30), probabilities=stated).passed


@pytest.mark.parametrize(("positive", "lowest", "highest"), [(0, 1, 3), (10, 7, 13), (19, 16, 18)])
def test_it_draws_from_both_sides(similar_frequency, positive, lowest, highest):
    negatives, _ = Drawing(similar_frequency(reach=3), zipf(20), random_weights(20)).blocks(positive, count=200)
    assert set(negatives.ravel().tolist()) == set(range(lowest, highest + 1)) - {positive}


@pytest.mark.lengthy
@pytest.mark.parametrize("sg", [0, 1])
def test_it_trains_a_model_that_can_be_saved(similar_frequency, tmp_path, sg):
    sentences = [["the", "cat", "sat"], ["the", "dog", "sat"], ["a", "man", "saw", "the", "sea"]] * 60
    settings = {"vector_size": 16, "min_count": 1, "workers": 1, "epochs": 2, "compute_loss": True, "sg": sg}
    model = Word2Vec(sentences, sampler=similar_frequency(reach=4), **settings)
    assert model.history[-1].loss < model.history[0].loss
    model.save(tmp_path / "model")
    with pytest.raises(ValueError, match=r"there is no sampler named 'similar-frequency'.*your own class or instance"):
        Word2Vec.load(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model", sampler=similar_frequency(reach=4))
    np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)


def test_another_package_registers_it(similar_frequency, monkeypatch):
    class Point:
        name = "similar-frequency"

        def load(self):
            return similar_frequency

    added = {"wordneg.samplers": [Point()]}
    monkeypatch.setattr("wordneg.common.registry.entry_points", lambda group: added.get(group, []))
    assert SAMPLERS.resolve({"name": "similar-frequency", "reach": 7}) == similar_frequency(reach=7)


# --- speed: popularity sampling as a user would write it ----------------------------------------------


class Table(NamedTuple):
    entries: np.ndarray


@jit
def look_up(entries, rng):
    bits = next_uint64(rng)
    place = ((bits >> np.uint64(32)) * np.uint64(entries.size)) >> np.uint64(32)
    entry = entries[place]
    own = (bits & np.uint64(0xFFFFFFFF)) < (entry >> np.uint64(32))
    return np.int32(place if own else entry & np.uint64(0xFFFFFFFF))


@jit
def draw(state, scratch, rng, outputs, query, positive, context, negatives):
    for k in range(negatives.size):
        word = look_up(state.entries, rng)
        while word == positive:
            word = look_up(state.entries, rng)
        negatives[k] = word
    return np.float32(1.0)


@dataclass(frozen=True)
class MyUnigram:
    name = "my-unigram"
    needs_query = False
    draw = staticmethod(draw)

    def prepare(self, vocabulary, weights):
        return Table(alias_table(vocabulary.counts**0.75))

    def scratch(self, state, negative):
        return ()


def test_the_same_rule_gives_the_same_draws():
    weights = random_weights(200)
    mine, own = (Drawing(sampler, zipf(200), weights).blocks(3, count=500)[0] for sampler in (MyUnigram(), Unigram()))
    np.testing.assert_array_equal(mine, own)


@pytest.mark.benchmark
@pytest.mark.parametrize("sg", [0, 1])
def test_it_is_as_fast_as_if_it_were_built_in(sg):
    words = 20_000
    generator = np.random.default_rng(0)
    chances = 1 / np.arange(1, words + 1)
    tokens = generator.choice(words, size=1_000_000, p=chances / chances.sum()).astype(np.int32)
    vocabulary = zipf(words)
    store = TokenStore(vocabulary, tokens, np.arange(0, len(tokens) + 1, 20), len(tokens), len(tokens) // 20)
    models = [Word2Vec(sampler=sampler, sg=sg, workers=1, epochs=1) for sampler in (MyUnigram(), Unigram())]
    seconds = [[], []]
    for model in models:
        model.build_vocab(store)
        model.train()
    for _ in range(10):  # in turns, so that whatever else the machine does falls on both
        for model, times in zip(models, seconds, strict=True):
            begin = time.process_time()
            model.train()
            times.append(time.process_time() - begin)
    ratio = min(seconds[0]) / min(seconds[1])
    assert ratio <= 1.05, f"a user's sampler takes {ratio:.3f} of the time of the same one built in"
