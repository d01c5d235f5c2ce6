import _thread
import math
import threading
import warnings
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pytest

import wordneg
from wordneg import Word2Vec, WordVectors, encode
from wordneg.compiled.jit import jit
from wordneg.objectives import Logistic, Softmax
from wordneg.samplers import DNS, OptRank, Unigram

TOPICS = (["cat", "dog", "cow", "hen", "pig"], ["car", "bus", "van", "cab", "jeep"])


def sentences(count=400, length=12, seed=0):
    """Sentences about one of two topics each."""
    rng = np.random.default_rng(seed)
    return [[str(word) for word in rng.choice(TOPICS[rng.integers(2)], size=length)] for _ in range(count)]


TEXT = sentences()
SMALL: dict[str, Any] = {"vector_size": 16, "min_count": 1, "workers": 1, "window": 3, "sample": 0}


def small(corpus=TEXT, **changes):
    return Word2Vec(corpus, **SMALL | changes)


def topic_gap(wv):
    """Mean similarity within topics, minus between them."""
    words = [*TOPICS[0], *TOPICS[1]]
    unit = np.array([wv.get_vector(word, norm=True) for word in words])
    cosines = unit @ unit.T
    same = np.kron(np.eye(2), np.ones((5, 5))).astype(bool) & ~np.eye(10, dtype=bool)
    return cosines[same].mean() - cosines[~same & ~np.eye(10, dtype=bool)].mean()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("share", [True, False])
@pytest.mark.parametrize("sg", [0, 1])
def test_learns_what_belongs_together(sg, share, workers):
    model = small(sg=sg, share_negatives=share, workers=workers, epochs=20, alpha=0.1)
    assert topic_gap(model.wv) > 0.5
    untrained = 6 * math.log(2)  # all six scores of a pair are zero
    assert model.history[-1].loss < 0.6 * untrained


@pytest.mark.parametrize("sg", [0, 1])
def test_one_worker_repeats_bit_by_bit(sg):
    first, same, other = (small(sg=sg, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.wv.vectors, same.wv.vectors)
    np.testing.assert_array_equal(first.syn1neg, same.syn1neg)
    assert first.history[0].loss == same.history[0].loss
    assert (first.wv.vectors != other.wv.vectors).any()


def test_defaults_and_names_are_gensims():
    gensim = pytest.importorskip("gensim")
    import inspect

    theirs = inspect.signature(gensim.models.Word2Vec.__init__).parameters
    ours = inspect.signature(Word2Vec.__init__).parameters
    missing = set(theirs) - set(ours) - {"hashfxn", "null_word", "trim_rule", "batch_words", "comment"}
    assert not missing
    for name in set(ours) & set(theirs) - {"self", "workers"}:
        assert ours[name].default == theirs[name].default, name
    positional = list(theirs)[:15]
    assert list(ours)[: len(positional)] == positional


def test_gensims_own_calls_run():
    model = Word2Vec(vector_size=16, min_count=1, workers=1, hs=0, trim_rule=None)
    model.build_vocab(TEXT, progress_per=1000)
    effective, raw = model.train(TEXT, total_examples=model.corpus_count, epochs=2)
    assert model.corpus_count == len(TEXT)
    assert model.corpus_total_words == sum(map(len, TEXT)) == raw / 2
    assert 0 < effective < raw  # the ten words are all frequent: most are dropped
    assert model.window == 5
    assert isinstance(model.get_latest_training_loss(), float)
    assert model.syn1neg.shape == model.wv.vectors.shape == (10, 16)


def test_settings_are_set_as_gensims_are():
    model = Word2Vec(vector_size=16, min_count=1, workers=1)
    model.sg = 1
    model.build_vocab(TEXT)
    model.epochs, model.alpha, model.workers = 2, 0.01, 1
    model.train()
    assert len(model.history) == 2
    same = Word2Vec(TEXT, vector_size=16, min_count=1, workers=1, sg=1, epochs=2, alpha=0.01)
    np.testing.assert_array_equal(model.wv.vectors, same.wv.vectors)
    with pytest.raises(AttributeError, match="got sg=0 for a model that was built with 1; make a new model"):
        model.sg = 0


def test_predict_output_word_agrees_with_gensim():
    pytest.importorskip("gensim")
    from gensim.models import Word2Vec as Theirs

    model = small(epochs=3)
    theirs = Theirs(vector_size=16, min_count=1)
    theirs.build_vocab(TEXT)
    for word in theirs.wv.index_to_key:
        theirs.wv.vectors[theirs.wv.key_to_index[word]] = model.wv[word]
        theirs.syn1neg[theirs.wv.key_to_index[word]] = model.syn1neg[model.wv.key_to_index[word]]
    context = ["cat", "dog", "nobody"]
    ours, expected = model.predict_output_word(context), theirs.predict_output_word(context)
    assert [word for word, _ in ours] == [word for word, _ in expected]
    np.testing.assert_allclose([p for _, p in ours], [p for _, p in expected], rtol=1e-4)
    assert model.predict_output_word(["nobody"]) is None


class TestCorpora:
    def test_everything_that_holds_the_same_text_trains_the_same(self, tmp_path):
        path = tmp_path / "text.txt"
        path.write_text("\n".join(" ".join(sentence) for sentence in TEXT))
        expected = small().wv
        store = encode(TEXT, min_count=1)
        for corpus in (path, str(path), (list(s) for s in TEXT), store):
            np.testing.assert_array_equal(small(corpus).wv.vectors, expected.vectors)
        np.testing.assert_array_equal(small(None, corpus_file=path).wv.vectors, expected.vectors)

    def test_a_tokenizer_splits_strings(self):
        lines = [" ".join(sentence) for sentence in TEXT]
        np.testing.assert_array_equal(small(lines, tokenizer=str.split).wv.vectors, small().wv.vectors)

    def test_a_tokenizer_splits_a_file(self, tmp_path):
        path = tmp_path / "prose.txt"
        path.write_text("\n".join(" ".join(sentence).upper() for sentence in TEXT))
        model = small(None, corpus_file=path, tokenizer=lambda line: line.lower().split())
        np.testing.assert_array_equal(model.wv.vectors, small().wv.vectors)

    def test_a_long_sentence_is_split_and_nothing_cut(self):
        endless = [[word for sentence in sentences(6000) for word in sentence]]
        model = small(endless, epochs=1)
        assert model.history[0].words == model.history[0].effective_words == len(endless[0])

    @pytest.mark.parametrize(
        ("corpus", "error", "message"),
        [
            (["a sentence as a string"], TypeError, "tokenizer"),
            ([[1.5, 2]], TypeError, "1.5"),
            ([], ValueError, "empty|no token"),
            (iter([]), ValueError, "consumed|already"),
            ([["once"], ["each"]], ValueError, "min_count"),
            ("no/such/file.txt", FileNotFoundError, "no/such/file"),
        ],
    )
    def test_bad_corpora(self, corpus, error, message):
        with pytest.raises(error, match=message):
            small(corpus, min_count=2)

    def test_a_vocabulary_of_one_word_has_no_negatives(self):
        with pytest.raises(ValueError, match="single word, 'a'"):
            small([["a", "a", "a"]] * 3)

    def test_one_corpus_at_a_time(self, tmp_path):
        with pytest.raises(TypeError, match="both sentences and a corpus_file"):
            Word2Vec(TEXT, tmp_path)
        with pytest.raises(TypeError, match="expected a path; sentences are the first argument"):
            Word2Vec(corpus_file=TEXT)
        with pytest.raises(TypeError, match="got no corpus"):
            Word2Vec().build_vocab()


class TestSettings:
    def test_a_wrong_name_meets_its_near_miss(self):
        with pytest.raises(TypeError, match="no setting 'vectorsize'; did you mean 'vector_size'"):
            Word2Vec(vectorsize=5)
        with pytest.raises(AttributeError, match="no attribute 'windo'; did you mean 'window'"):
            _ = Word2Vec().windo

    def test_what_is_left_out_is_refused(self):
        with pytest.raises(ValueError, match="got null_word=1"):
            Word2Vec(null_word=1)

    def test_what_has_no_effect_says_so(self):
        with pytest.warns(UserWarning, match="batch_words has no effect"):
            Word2Vec(batch_words=100)

    def test_the_exponent_goes_to_one_place(self):
        assert Word2Vec(ns_exponent=0.5).sampler == Unigram(0.5)
        with pytest.raises(ValueError, match="give the exponent to the sampler"):
            Word2Vec(ns_exponent=0.5, sampler="uniform")

    def test_samplers_and_objectives_by_every_way(self):
        expected = small(sampler={"name": "unigram", "exponent": 0.5}, objective="logistic").wv.vectors
        np.testing.assert_array_equal(small(sampler=Unigram(0.5)).wv.vectors, expected)
        with pytest.raises(ValueError, match="no sampler named 'unigrm'; did you mean 'unigram'"):
            Word2Vec(sampler="unigrm")

    def test_repr_says_what_it_is(self):
        assert repr(Word2Vec(sg=1)).startswith("Word2Vec(skip-gram, no vocabulary yet × 100, sampler=Unigram(")
        assert "CBOW, 10 words × 16" in repr(small(epochs=1))


class TestTraining:
    def test_goes_on_from_where_it_was(self):
        model = small(epochs=2)
        vectors, wv = model.wv.vectors, model.wv
        before = vectors.copy()
        model.train(epochs=1, start_alpha=0.01, end_alpha=0.005)
        assert [report.epoch for report in model.history] == [0, 1, 2]
        assert model.history[-1].rate == pytest.approx(0.005)
        assert (model.wv.vectors != before).any()
        assert model.wv is wv
        assert model.wv.vectors is vectors  # what was asked for before follows the training

    def test_more_epochs_draw_other_numbers(self):
        one = small(epochs=1, alpha=0.01, min_alpha=0.01)
        one.train(epochs=1)
        two = small(epochs=2, alpha=0.01, min_alpha=0.01)
        np.testing.assert_array_equal(one.wv.vectors, two.wv.vectors)

    def test_on_a_new_corpus_with_the_same_vocabulary(self):
        model = small(epochs=1)
        model.train([["cat", "dog", "unheard", "cat"]], epochs=1)
        assert model.history[-1].words == 3
        assert len(model.wv) == 10
        with pytest.raises(ValueError, match="another vocabulary"):
            model.train(encode([["x", "y"]], min_count=1))

    def test_learning_rate_falls_linearly(self):
        rates = [report.rate for report in small(epochs=4, alpha=0.04, min_alpha=0.0).history]
        np.testing.assert_allclose(rates, [0.03, 0.02, 0.01, 0.0], atol=1e-12)

    def test_norms_are_fresh_after_training(self):
        model = small(epochs=1)
        model.wv.most_similar("cat")
        model.train()
        expected = np.linalg.norm(model.wv.vectors, axis=1)
        np.testing.assert_allclose(model.wv.norms, expected, rtol=1e-6)

    def test_the_whole_loss_and_its_estimate_agree(self):
        sampled, whole = small(sg=1, seed=5), small(sg=1, seed=5, compute_loss=True)
        np.testing.assert_array_equal(sampled.wv.vectors, whole.wv.vectors)
        assert sampled.history[0].loss == pytest.approx(whole.history[0].loss, rel=0.1)

    def test_divergence_stops_with_a_sentence(self):
        with pytest.raises(FloatingPointError, match="training diverged; start again with a lower alpha"):
            small(alpha=1e30, epochs=20)

    def test_divergence_need_not_reach_infinity(self):
        rng = np.random.default_rng(0)
        skewed = [[f"w{word}" for word in np.minimum(rng.zipf(1.3, 12), 300)] for _ in range(400)]
        options = {"sg": 1, "min_count": 1, "vector_size": 20, "epochs": 3, "workers": 1, "seed": 1}
        Word2Vec(skewed, negative=300, **options)
        with pytest.raises(FloatingPointError, match=r"the loss became \d\.\d*e\+\d+ in epoch \d, .* start again with"):
            Word2Vec(skewed, negative=500, **options)

    def test_needs_a_vocabulary(self):
        model = Word2Vec()
        for call in (model.train, lambda: model.save("x"), lambda: model.syn1neg):
            with pytest.raises(RuntimeError, match="no vocabulary yet; call build_vocab"):
                call()
        with pytest.raises(RuntimeError, match="not been trained"):
            model.get_latest_training_loss()


class TestCallbacks:
    def test_gensims_objects_and_functions(self):
        calls = []

        class Recorder:
            def on_train_begin(self, model):
                calls.append("train begins")

            def on_epoch_begin(self, model):
                calls.append("epoch begins")

            def on_epoch_end(self, model):
                calls.append(len(model.history))

            def on_train_end(self, model):
                calls.append("train ends")

        small(epochs=2, callbacks=[Recorder(), lambda model: calls.append("function")])
        epoch = ["epoch begins", 1, "function"]
        assert calls == ["train begins", *epoch, "epoch begins", 2, "function", "train ends"]

    def test_epochs_begin_as_often_as_they_end_when_training_goes_on(self):
        calls = []

        class Recorder:
            def on_epoch_begin(self, model):
                calls.append("begin")

            def on_epoch_end(self, model):
                calls.append("end")

        model = small(epochs=2)
        model.train(epochs=2, callbacks=[Recorder()])
        assert calls == ["begin", "end"] * 2

    def test_true_ends_the_training(self):
        model = small(epochs=9, callbacks=[lambda model: len(model.history) == 2])
        assert len(model.history) == 2

    def test_what_is_no_callback_is_refused(self):
        with pytest.raises(TypeError, match="got callback 3"):
            small(callbacks=[3])

    def test_an_error_in_a_callback_reaches_the_user(self):
        def fail(model):
            raise LookupError("mine")

        with pytest.raises(LookupError, match="mine"):
            small(callbacks=[fail])


def test_interrupting_leaves_a_usable_model():
    model = small(None, workers=2)
    model.build_vocab(sentences(3000))
    model.train(epochs=1)
    timer = threading.Timer(0.3, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt, match=r"interrupted in epoch \d+.*the vectors so far are kept"):
        model.train(epochs=100_000)
    timer.join()
    assert model.interrupted
    assert len(model.history) < 100_000
    assert np.isfinite(model.wv.vectors).all()
    model.train(epochs=1)
    assert model.history[-1].finished
    assert not model.interrupted


@pytest.mark.lengthy
def test_an_interrupted_epoch_says_so():
    model = small(None)
    model.build_vocab(sentences(30_000))
    with pytest.raises(KeyboardInterrupt, match="interrupted in epoch 1 of 5"):
        model.train(
            epochs=5, callbacks=[type("Now", (), {"on_epoch_begin": lambda self, m: _thread.interrupt_main()})()]
        )
    assert not model.history[-1].finished
    assert model.history[-1].words < model.corpus_total_words


class TestFiles:
    def test_round_trip(self, tmp_path):
        model = small(sg=1, sampler=Unigram(0.5), epochs=2)
        model.save(tmp_path / "model")
        loaded = Word2Vec.load(tmp_path / "model")
        np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)
        np.testing.assert_array_equal(loaded.syn1neg, model.syn1neg)
        assert loaded.parameters == model.parameters
        assert loaded.sampler == model.sampler
        assert loaded.history == model.history
        assert loaded.corpus_total_words == model.corpus_total_words
        assert loaded.wv.get_vecattr("cat", "count") == model.wv.get_vecattr("cat", "count")
        np.testing.assert_array_equal(WordVectors.load(tmp_path / "model").vectors, model.wv.vectors)

    def test_training_goes_on_as_if_never_saved(self, tmp_path):
        model = small(epochs=1)
        model.save(tmp_path / "model")
        loaded = Word2Vec.load(tmp_path / "model")
        with pytest.raises(RuntimeError, match="has no corpus, as it was loaded"):
            loaded.train()
        for one in (model, loaded):
            one.train(TEXT, epochs=1)
        np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)

    def test_damage_is_refused(self, tmp_path):
        path = tmp_path / "model"
        small(epochs=1).save(path)
        whole = path.read_bytes()
        for length in (0, 10, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:length])
            with pytest.raises(ValueError, match="model"):
                Word2Vec.load(path)

    def test_vectors_alone_are_no_model(self, tmp_path):
        small(epochs=1).wv.save(tmp_path / "vectors")
        with pytest.raises(ValueError, match="vectors"):
            Word2Vec.load(tmp_path / "vectors")

    def test_a_loss_of_nan_is_stored(self, tmp_path):
        model = small([["a"], ["b"]], epochs=1)
        assert math.isnan(model.history[0].loss)
        model.save(tmp_path / "model")
        assert math.isnan(Word2Vec.load(tmp_path / "model").history[0].loss)


class CountState(NamedTuple):
    words: int
    refreshed: np.ndarray


@jit
def draw_next(state, scratch, rng, outputs, query, positive, context, negatives):
    for k in range(negatives.size):
        negatives[k] = (positive + 1 + k % (state.words - 1)) % state.words
    scratch[0][0] += 1
    return np.float32(1.0)


@dataclass(frozen=True)
class Following:
    """Negatives: the words that follow the positive by number. Counts its draws and refreshes."""

    name: ClassVar[str] = "following"
    needs_query: ClassVar[bool] = True
    refresh_every: ClassVar[int] = 2000
    draw: ClassVar[Any] = staticmethod(draw_next)

    def prepare(self, vocabulary, weights):
        return CountState(len(vocabulary), np.zeros(1, np.int64))

    def scratch(self, state, negative):
        return (np.zeros(1, np.int64),)

    def refresh(self, state, weights, epoch):
        state.refreshed[0] += 1
        assert np.isfinite(weights.outputs).all()
        assert 0 <= epoch < 2


class Blind(Following):
    """Fails to compile."""

    @staticmethod
    @jit
    def draw(state, scratch, rng, outputs, query, positive, context, negatives):
        return state.nothing


class TestOnesOwnSampler:
    @pytest.mark.lengthy
    def test_trains_and_is_refreshed(self, monkeypatch):
        states = []
        prepare = Following.prepare
        monkeypatch.setattr(Following, "prepare", lambda self, *args: states.append(prepare(self, *args)) or states[-1])
        model = small(sampler=Following(), epochs=2)
        assert np.isfinite(model.wv.vectors).all()
        tokens = sum(map(len, TEXT))
        refreshed = max(int(state.refreshed[0]) for state in states)  # another state may be for compiling ahead
        assert refreshed == 2 * math.ceil(tokens / 2000)

    def test_is_asked_for_when_a_model_is_loaded(self, tmp_path):
        model = small(sampler=Following, epochs=1)
        model.save(tmp_path / "model")
        with pytest.raises(ValueError, match="no sampler named 'following'"):
            Word2Vec.load(tmp_path / "model")
        assert Word2Vec.load(tmp_path / "model", sampler=Following()).sampler == Following()

    @pytest.mark.lengthy
    def test_its_errors_name_it(self):
        with pytest.raises(TypeError, match=r"sampler 'following'.*nothing"):
            small(sampler=Blind())


def test_progress_is_drawn_on_request(capsys):
    small(epochs=2, progress=True)
    small(epochs=2, progress=False)
    drawn = capsys.readouterr().err
    assert "training" in drawn
    assert "loss" in drawn
    small(epochs=2)
    assert capsys.readouterr().err == ""


def test_public_names():
    for name in wordneg.__all__:
        assert getattr(wordneg, name).__doc__
    with pytest.raises(AttributeError, match="nonsense"):
        _ = wordneg.nonsense
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert wordneg.__version__


def test_dir_has_the_public_names_only():
    rooms = {"cli", "comparison", "corpora", "evaluation", "objectives", "rng", "samplers", "testing"}
    assert set(dir(wordneg)) == {
        *wordneg.__all__,
        *rooms,
        "__version__",
    }  # what is lazy among them, and no import of ours


def test_sampler_and_objective_are_resolved_when_set():
    model = Word2Vec(sampler="unigram")
    assert model.objective == Logistic()
    model.sampler = {"name": "optrank", "eps": 0.25}
    assert model.sampler == OptRank(eps=0.25)
    assert model.objective == Logistic(mean_error=True)  # which goes with it
    model.objective = "softmax"
    model.sampler = "dns"
    assert model.objective == Softmax()  # named by the user, so it stays
    model.objective = None
    assert model.objective == Logistic()
    with pytest.raises(ValueError, match="no sampler named 'dnss'; did you mean 'dns'"):
        model.sampler = "dnss"
    with pytest.raises(TypeError, match="which has no 'name'"):
        model.objective = 3
    assert model.sampler == DNS()


def test_subsampling_that_leaves_next_to_nothing_is_told():
    sentences = [["the", "the", "the", "cat"]] * 100
    settings = {"vector_size": 16, "min_count": 1, "workers": 1, "epochs": 2}
    with pytest.warns(UserWarning, match=r"subsampling left \d+ of 800 words .*raise sample=1e-06, or switch it off"):
        Word2Vec(sentences, sample=1e-6, **settings)
    Word2Vec(sentences, sample=0, **settings)
