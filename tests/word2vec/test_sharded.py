"""Training on shards: the same bits for any number of threads, whatever the sampler, objective and interruption."""

import _thread
import threading

import naive.sharding
import numpy as np
import pytest

from wordneg import Word2Vec, encode
from wordneg.common.settings import SettingError
from wordneg.compiled.tiles import target_tiles
from wordneg.compiled.weights import initialize
from wordneg.estimator.progress import TrainingBar
from wordneg.objectives import OBJECTIVES
from wordneg.samplers import SAMPLERS
from wordneg.word2vec.shards import Schedule, shards_of

RANDOM = np.random.default_rng(3)
TEXT = [[f"w{word}" for word in np.minimum(RANDOM.zipf(1.3, 20), 60)] for _ in range(900)]
SETTINGS = {"vector_size": 12, "min_count": 1, "progress": False, "epochs": 2, "shards": 4}


def trained(workers, **settings):
    return Word2Vec(TEXT, **SETTINGS | {"workers": workers} | settings)


def assert_same_bits(one, other):
    np.testing.assert_array_equal(one.wv.vectors, other.wv.vectors)
    np.testing.assert_array_equal(one.syn1neg, other.syn1neg)
    kept = ("epoch", "loss", "words", "effective_words", "rate", "finished")
    for mine, theirs in zip(one.history, other.history, strict=True):
        assert [getattr(mine, name) for name in kept] == [getattr(theirs, name) for name in kept]


def assert_workers_do_not_matter(**settings):
    one = trained(1, **settings)
    assert np.abs(one.syn1neg).mean() > 0.01
    for workers in (2, 4):
        assert_same_bits(trained(workers, **settings), one)


TYPICAL = {"unigram", "dns", "adaptive", "top-fraction"}


@pytest.mark.lengthy
@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize(
    "sampler",
    [pytest.param(name, marks=[] if name in TYPICAL else pytest.mark.slow) for name in SAMPLERS.names()],
)
def test_workers_do_not_matter_to_any_sampler(sampler, sg):
    assert_workers_do_not_matter(sampler=sampler, sg=sg)


@pytest.mark.lengthy
@pytest.mark.parametrize(
    "objective",
    [pytest.param(name, marks=[] if name == "softmax" else pytest.mark.slow) for name in OBJECTIVES.names()],
)
def test_workers_do_not_matter_to_any_objective(objective):
    assert_workers_do_not_matter(objective=objective, sg=1)


@pytest.mark.slow
@pytest.mark.parametrize("sampler", [{"name": "adaptive", "warm_up": 0}, {"name": "tri", "ramp": 1.0}])
def test_workers_do_not_matter_to_a_sampler_that_is_refreshed(sampler):
    text = TEXT * 25  # long enough for several refreshes of each shard
    one, two = (
        Word2Vec(text, **SETTINGS | {"workers": workers, "shards": 2, "sampler": sampler}) for workers in (1, 2)
    )
    assert_same_bits(one, two)


@pytest.mark.lengthy
@pytest.mark.parametrize("sg", [0, 1])
def test_a_training_against_its_naive_twin(sg):
    text = TEXT[:60]
    settings = {"vector_size": 12, "window": 3, "negative": 4, "sample": 1e-2, "alpha": 0.1, "seed": 7}
    model = Word2Vec(text, sg=sg, workers=2, shards=3, epochs=2, min_count=1, progress=False, **settings)
    store = encode(text, min_count=1)
    shards = shards_of(store, 3)
    schedule = Schedule.of([len(shard.tokens) for shard in shards], None)
    inputs, outputs = (
        matrix[:, :12].astype(np.float64) for matrix in initialize(len(store.vocabulary), 12, settings["seed"])
    )
    keep = np.minimum(store.vocabulary.keep_probabilities(1e-2) * 2.0**32, 2.0**32 - 1).astype(np.uint32)
    table = model.sampler.prepare(store.vocabulary, None).table
    inputs, outputs = naive.sharding.train(
        [(shard.tokens, shard.offsets) for shard in shards], keep, inputs, outputs, table,
        seed=7, epochs=2, alpha=0.1, min_alpha=0.0001, rounds=schedule.rounds, chunk=schedule.chunk,
        sg=bool(sg), window=3, negative=4, tiles=target_tiles(5, alone=not sg),
        curvatures=(3**0.5 / 2, 1 / 8) if sg else (3**0.5 / 8, 1 / 24),
    )  # fmt: skip
    np.testing.assert_allclose(model.wv.vectors, inputs, atol=1e-4)
    np.testing.assert_allclose(model.syn1neg, outputs, atol=1e-4)


def test_the_setting_matters():
    four, two = trained(2), trained(2, shards=2)
    assert np.abs(four.wv.vectors - two.wv.vectors).max() > 1e-3
    assert four.shards == 4
    assert np.abs(four.wv.vectors - trained(1, merge_every=1000, epochs=4).wv.vectors).max() > 1e-4


def test_saved_and_reported(tmp_path):
    model = trained(2)
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model")
    assert loaded.parameters == model.parameters
    one, other = (trained(workers).sampler_report("unigram", "dns", positions=200) for workers in (1, 4))
    for mine, theirs in zip(one.samplers, other.samplers, strict=True):
        assert mine.gradient_bias == theirs.gradient_bias
        assert mine.negative_score == theirs.negative_score


@pytest.mark.lengthy
def test_compared(tmp_path):
    from wordneg import compare

    found = [
        compare(
            TEXT, "unigram", shards=[1, 4], seeds=1, tune=None, benchmarks=[], workers=workers, held_out=0.1,
            vector_size=12, min_count=1, epochs=4, progress=False, out=tmp_path / str(workers),
        )
        for workers in (1, 2)
    ]  # fmt: skip
    runs = [{run.row: run for run in one.runs} for one in found]
    label = next(name for name in runs[0] if "4" in name)
    assert runs[0][label].scores == runs[1][label].scores
    assert runs[0][label].status == "done"


@pytest.mark.lengthy
@pytest.mark.parametrize("sampler", ["unigram", "dns", pytest.param("adaptive", marks=pytest.mark.slow)])
def test_a_checkpoint_at_the_end_of_a_round(sampler, tmp_path, monkeypatch):
    import shutil

    whole = trained(1, sampler=sampler)
    kept, write = [], Word2Vec._write_checkpoint

    def keep(model, pending):
        write(model, pending)
        kept.append(tmp_path / f"kept{len(kept)}")
        shutil.copy(model.checkpoint, kept[-1])

    with monkeypatch.context() as patch:
        patch.setattr(Word2Vec, "_write_checkpoint", keep)
        trained(2, sampler=sampler, checkpoint=tmp_path / "check", checkpoint_every=0)
    assert len(kept) == 2 * 10
    for path in kept[::6]:
        model = Word2Vec.load(path, progress=False)
        model.checkpoint = None
        model.resume(TEXT)
        assert_same_bits(model, whole)


@pytest.mark.lengthy
def test_an_interruption_is_at_the_end_of_a_round(tmp_path):
    settings = {"workers": 2, "epochs": 4000}
    model = Word2Vec(**SETTINGS | settings, checkpoint=tmp_path / "check")
    model.build_vocab(TEXT)
    timer = threading.Timer(0.2, _thread.interrupt_main)

    def begin(model):
        if len(model.history) == 1:  # nothing is compiled any more
            timer.start()

    with pytest.raises(KeyboardInterrupt, match="the vectors so far are kept"):
        model.train(callbacks=[begin])
    timer.join()
    assert model.interrupted
    found = Word2Vec.load(tmp_path / "check")
    np.testing.assert_array_equal(found.wv.vectors, model.wv.vectors)
    whole = Word2Vec(**SETTINGS | {"workers": 1, "epochs": 4000})
    whole.build_vocab(TEXT)
    epochs = found._state.pending.position["epoch"]
    assert epochs > 0
    whole.train(callbacks=[lambda model: len(model.history) == epochs])
    assert [one.loss for one in whole.history] == [one.loss for one in found.history[:epochs]]


def test_what_diverges_is_told():
    with pytest.raises(FloatingPointError, match="training diverged"):
        trained(2, alpha=1e4, sg=0)


@pytest.mark.parametrize(
    ("wrong", "error", "match"),
    [
        ({"shards": 0}, ValueError, "got shards=0, expected a whole number from 1 to 1024"),
        ({"shards": "8"}, TypeError, "got shards='8'"),
        ({"merge_every": 10}, ValueError, "got merge_every=10, expected a whole number of at least 1000"),
        ({"shards": 901}, ValueError, "got shards=901 for a text of 900 sentences"),
    ],
)
def test_bad_settings(wrong, error, match):
    with pytest.raises(error, match=match):
        trained(1, **wrong)


def test_locked_vectors_need_a_text_in_one_piece():
    model = Word2Vec(**SETTINGS)
    model.build_vocab(TEXT)
    model.wv.vectors_lockf = np.zeros(len(model.wv), np.float32)
    with pytest.raises(SettingError, match=r"got shards=4 and factors in wv\.vectors_lockf; vectors can be locked"):
        model.train()
    model.wv.vectors_lockf[:] = 1
    model.train()


def test_few_rounds_are_told():
    with pytest.warns(UserWarning, match="64 shards are merged only 20 times"):
        trained(2, shards=64)


def test_the_bar_tells_the_round_and_the_workers(monkeypatch):
    told = []

    class Bar(TrainingBar):
        def show(self, amount, rate, loss, where=""):
            told.append(where)

    monkeypatch.setattr("wordneg.word2vec.fitting.TrainingBar", Bar)
    model = trained(2)
    rounds = Schedule.of([len(shard.tokens) for shard in shards_of(encode(TEXT, min_count=1), 4)], None).rounds
    model.train()
    numbers = dict.fromkeys(told)  # in order, for each training
    assert list(numbers) == [f"round {number + 1}/{2 * rounds}, 2 workers" for number in range(2 * rounds)]
