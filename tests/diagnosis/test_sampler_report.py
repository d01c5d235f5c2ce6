"""The report on samplers, each number against one that is computed the plain way."""

import json
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest
from drawing import Drawing, random_weights, vocabulary_of, zipf

from wordneg import TokenStore, Word2Vec, jit
from wordneg.compiled.rng import uniform
from wordneg.diagnosis.draws import Blocks
from wordneg.diagnosis.measures import (
    block_rows,
    entropy,
    gradient_bias,
    mean_slopes,
    rule_counts,
    scores_of,
    thirds_of_text,
)
from wordneg.diagnosis.positions import are_neighbors, restricted, sample_blocks
from wordneg.diagnosis.reporting import sampler_report
from wordneg.objectives import OBJECTIVES
from wordneg.samplers import DNS, SAMPLERS, Uniform, Unigram
from wordneg.word2vec.parameters import Parameters


def store_of(sentences, vocabulary):
    tokens = np.concatenate(sentences).astype(np.int32)
    offsets = np.cumsum([0, *map(len, sentences)]).astype(np.int64)
    return TokenStore(vocabulary, tokens, offsets, raw_tokens=len(tokens), raw_sentences=len(sentences), name="text")


def random_store(words=30, sentences=60, seed=0):
    generator = np.random.default_rng(seed)
    texts = [generator.zipf(1.4, size=generator.integers(1, 12)) % words for _ in range(sentences)]
    texts.append(np.arange(words))
    counts = np.bincount(np.concatenate(texts), minlength=words)
    return store_of(texts, vocabulary_of(counts))


class TestPositions:
    def windows(self, store, window):
        """Return the whole window of each place, as a set of (center, context)."""
        found = set()
        for first, last in zip(store.offsets[:-1], store.offsets[1:], strict=True):
            text = store.tokens[first:last]
            for place, center in enumerate(text):
                around = [*text[max(0, place - window) : place], *text[place + 1 : place + 1 + window]]
                found.add((int(center), tuple(map(int, around))))
        return found

    def test_without_chance_they_are_the_windows_of_the_text(self):
        store, weights = random_store(), random_weights(30)
        parameters = Parameters(window=3, sample=0, shrink_windows=False)
        blocks = sample_blocks(store, weights.inputs, parameters, 3000, seed=1)
        assert len(blocks.positives) == 3000
        expected = {window for window in self.windows(store, 3) if window[1]}
        assert set(self.contexts(blocks)) == expected
        first = blocks.contexts[: blocks.starts[1]]
        np.testing.assert_allclose(blocks.queries[0], weights.inputs[first].mean(axis=0), rtol=1e-6)

    def contexts(self, blocks):
        return [
            (int(positive), tuple(map(int, blocks.contexts[blocks.starts[n] : blocks.starts[n + 1]])))
            for n, positive in enumerate(blocks.positives)
        ]

    def test_subsampling_thins_out_frequent_words(self):
        store, weights = random_store(sentences=400), random_weights(30)
        shares = []
        for sample in (0.0, 0.02):
            blocks = sample_blocks(store, weights.inputs, Parameters(sample=sample, window=2), 4000, seed=1)
            shares.append(np.bincount(blocks.positives, minlength=30) / 4000)
        keep = store.vocabulary.keep_probabilities(0.02)
        common = int(keep.argmin())
        assert keep[common] < 0.6
        assert shares[1][common] / shares[0][common] == pytest.approx(keep[common] / (shares[0] @ keep), rel=0.2)

    def test_windows_shrink_and_skip_gram_may_have_blocks_of_one(self):
        store, weights = random_store(), random_weights(30)
        shrunk = sample_blocks(store, weights.inputs, Parameters(window=5, sample=0), 500, seed=1)
        whole = sample_blocks(store, weights.inputs, Parameters(window=5, sample=0, shrink_windows=False), 500, seed=1)
        assert len(shrunk.contexts) < 0.8 * len(whole.contexts)
        single = sample_blocks(store, weights.inputs, Parameters(sg=1, share_negatives=False), 50, seed=1)
        assert np.diff(single.starts).tolist() == [1] * 50

    def test_a_text_without_contexts(self):
        store = store_of([[0], [1], [0]], vocabulary_of([2, 1]))
        with pytest.raises(ValueError, match="after subsampling, no position of the text has another word next to it"):
            sample_blocks(store, random_weights(2).inputs, Parameters(), 10, seed=1)

    def test_restricted_to_a_smaller_vocabulary(self):
        weights = random_weights(5)
        blocks = Blocks.of([0, 1, 4, 2], [[1, 4], [4], [0], [2, 0]], weights.inputs)
        chosen = np.array([2, 0, 1])
        left = restricted(blocks, chosen, 5, weights.inputs[chosen])
        assert self.contexts(left) == [(1, (2,)), (0, (0, 1))]
        np.testing.assert_allclose(left.queries[1], weights.inputs[[2, 0]].mean(axis=0), rtol=1e-6)
        assert restricted(blocks, np.array([4, 3]), 5, weights.inputs[[4, 3]]) is None


class TestNeighbors:
    def test_against_a_set(self, monkeypatch):
        monkeypatch.setattr("wordneg.diagnosis.positions._PIECE", 37)  # sentences and windows cross its borders
        store = random_store(sentences=40)
        known = set()
        for first, last in zip(store.offsets[:-1], store.offsets[1:], strict=True):
            for here in range(first, last):
                for there in range(here + 1, min(here + 3, last)):
                    pair = int(store.tokens[here]), int(store.tokens[there])
                    known |= {pair, pair[::-1]}
        left, right = (grid.ravel().astype(np.int32) for grid in np.meshgrid(range(30), range(30)))
        found = are_neighbors(store, 2, left, right)
        expected = [(a, b) in known for a, b in zip(left.tolist(), right.tolist(), strict=True)]
        assert 0.05 < np.mean(expected) < 0.95
        assert found.tolist() == expected


class TestMeasures:
    def test_rows_are_those_of_training(self):
        inputs = random_weights(6).inputs
        blocks = Blocks.of([0, 1], [[2, 3], [4]], inputs)
        rows, of = block_rows(blocks, inputs, Parameters(sg=1))
        np.testing.assert_array_equal(rows, inputs[[2, 3, 4]])
        assert of.tolist() == [0, 0, 1]
        for mean, expected in ((1, (inputs[2] + inputs[3]) / 2), (0, inputs[2] + inputs[3])):
            rows, of = block_rows(blocks, inputs, Parameters(cbow_mean=mean))
            np.testing.assert_allclose(rows[0], expected, rtol=1e-6)
            assert of.tolist() == [0, 1]

    def test_scores(self):
        weights = random_weights(6)
        targets = np.array([[1, 5, 5], [0, 2, 3]], dtype=np.int32)
        scores = scores_of(weights.inputs[:2], weights.outputs, targets)
        expected = [[weights.inputs[r] @ weights.outputs[t] for t in targets[r]] for r in range(2)]
        np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=1e-5)
        cosines = scores_of(weights.inputs[:2], weights.outputs, targets, cosine=True)
        lengths = [np.linalg.norm(matrix, axis=1) for matrix in weights]
        by_length = [[lengths[0][r] * lengths[1][t] for t in targets[r]] for r in range(2)]
        np.testing.assert_allclose(cosines, np.array(expected) / by_length, rtol=1e-2)

    def test_slopes_of_the_logistic_loss(self):
        scores = np.array([[1.0, 0.5, -2], [0, 0, 0], [3, 1, 1]], dtype=np.float32)
        pulls = np.array([2.0, 1.0], dtype=np.float32)
        positive, negative = mean_slopes(OBJECTIVES.resolve("logistic"), scores, np.array([0, 0, 1]), pulls)
        sigmoid = 1 / (1 + np.exp(-scores.astype(float)))
        assert positive == pytest.approx(((1 - sigmoid[:, 0]) * [2, 2, 1]).mean(), rel=1e-5)
        assert negative == pytest.approx(sigmoid[:, 1:].mean(), rel=1e-5)

    def test_entropy(self):
        assert entropy(np.array([4, 4, 0, 8])) == pytest.approx(1.5)
        assert entropy(np.array([0, 7])) == 0

    def test_bands_are_thirds_of_the_text(self):
        assert thirds_of_text(vocabulary_of([1, 30, 10, 10, 9])).tolist() == [2, 0, 1, 2, 2]
        assert thirds_of_text(vocabulary_of([1] * 9)).tolist() == [0] * 3 + [1] * 3 + [2] * 3
        assert thirds_of_text(vocabulary_of([97, 1, 1])).tolist() == [1, 2, 2]

    def test_counts_are_found_in_the_scratch(self):
        class Pool(NamedTuple):
            counts: np.ndarray

        class Outer(NamedTuple):
            sums: np.ndarray
            pool: Pool

        counts = np.array([3, 1])
        assert rule_counts(Pool(counts)) is counts
        assert rule_counts(Outer(np.zeros(2), Pool(counts))) is counts
        assert rule_counts(()) is None
        assert rule_counts(Pool(np.zeros(256))) is None


class Scores(NamedTuple):
    chances: np.ndarray


@jit
def draw_by_softmax(state, scratch, rng, outputs, query, positive, context, negatives):
    chances, total = scratch.chances, 0.0
    for word in range(chances.size):
        score = 0.0
        for d in range(query.size):
            score += query[d] * outputs[word, d]
        total += math.exp(score)
        chances[word] = total
    for k in range(negatives.size):
        sought = uniform(rng) * total
        word = 0
        while chances[word] < sought:
            word += 1
        negatives[k] = word
    return np.float32(1.0)


@dataclass(frozen=True)
class WholeModel:
    """Draws by the softmax over the vocabulary, the positive included."""

    name = "whole-model"
    needs_query = True
    draw = staticmethod(draw_by_softmax)

    def prepare(self, vocabulary, weights):
        return ()

    def scratch(self, state, negative):
        return Scores(np.zeros(40))


class TestGradientBias:
    def bias(self, sampler, negative=5, scale=0.5):
        vocabulary, weights = zipf(40), random_weights(40, scale=scale)
        blocks = Blocks.of(np.arange(20), [[n + 1, n + 2] for n in range(20)], weights.inputs)
        return gradient_bias(Drawing(sampler, vocabulary, weights, negative=negative), weights, blocks)

    def test_uniform_with_one_negative_is_what_can_be_added_up(self):
        weights = random_weights(40, scale=0.5)
        bias = gradient = 0.0
        for n in range(20):
            query = weights.inputs[[n + 1, n + 2]].astype(float).mean(axis=0)
            powers = np.exp(weights.outputs.astype(float) @ query)
            full = powers / powers.sum()
            sampled = np.zeros(40)
            for other in set(range(40)) - {n}:
                share = powers[other] / (powers[other] + powers[n])
                sampled[other] += share / 39
                sampled[n] += (1 - share) / 39
            bias += np.square(full - sampled).sum()
            gradient += np.square(full - np.eye(40)[n]).sum()
        assert self.bias(Uniform(), negative=1) == pytest.approx(np.sqrt(bias / gradient), rel=0.03)

    @pytest.mark.lengthy
    def test_the_models_own_distribution_has_less_and_more_negatives_too(self):
        uniform = self.bias(Uniform(), scale=0.8)
        assert self.bias(WholeModel(), scale=0.8) < 0.8 * uniform
        assert self.bias(Uniform(), negative=30, scale=0.8) < 0.5 * uniform


@pytest.fixture(scope="module")
def model():
    generator = np.random.default_rng(0)
    sentences = [[f"w{n}" for n in generator.zipf(1.3, size=20) % 300] for _ in range(600)]
    return Word2Vec(sentences, vector_size=20, min_count=1, epochs=3, workers=1, window=3)


@pytest.mark.lengthy
class TestReport:
    def test_by_default_it_is_about_the_models_own(self, model):
        report = model.sampler_report(positions=200)
        (own,) = report.samplers
        assert own.sampler == {"name": "unigram", "exponent": 0.75}
        assert own.label == "unigram"
        assert own.hard_share is None
        assert (report.positions, report.draws, report.epochs) == (200, 1000, 3)
        assert report.objective["name"] == "logistic"
        assert own.score_gap == own.positive_score - own.negative_score
        assert own.head + own.torso + own.tail == pytest.approx(1)
        assert 0 < own.false_negatives < 1
        assert own.distinct_words <= len(model.wv)
        assert 0 < own.entropy < np.log2(own.distinct_words)

    def test_it_follows_from_the_seed_but_for_the_time(self, model):
        first, same, other = (model.sampler_report("dns", positions=100, seed=seed).as_dict() for seed in (1, 1, 2))
        for report in (first, same, other):
            del report["samplers"][0]["nanoseconds"]
        assert first == same
        assert first != other

    def test_vectors_stay_as_they_are(self, model):
        before = model.wv.vectors.copy(), model.syn1neg.copy()
        model.sampler_report("dns", positions=50)
        np.testing.assert_array_equal(before[0], model.wv.vectors)
        np.testing.assert_array_equal(before[1], model.syn1neg)

    def test_what_sets_samplers_apart(self, model):
        choices = [
            "uniform",
            "unigram",
            DNS(hard_fraction=1.0),
            DNS(hard_fraction=0.5),
            {"name": "unigram", "exponent": 1.0},
        ]
        report = model.sampler_report(*choices, positions=1000)
        uniform, unigram, hardest, half, counts = report.samplers
        assert [one.label for one in report.samplers] == [
            "uniform", "unigram", "dns (hard_fraction 1)", "dns (hard_fraction 0.5)", "unigram (exponent 1)"
        ]  # fmt: skip
        assert len({one.positive_score for one in report.samplers}) == 1
        assert uniform.negative_score < unigram.negative_score + 1
        assert hardest.negative_score > half.negative_score > unigram.negative_score
        assert hardest.negative_slope > half.negative_slope > unigram.negative_slope
        assert uniform.tail > unigram.tail > counts.tail
        assert counts.head > unigram.head > uniform.head
        assert uniform.entropy > unigram.entropy > counts.entropy
        assert uniform.false_negatives < unigram.false_negatives < counts.false_negatives
        assert hardest.hard_share == pytest.approx(1)
        assert half.hard_share == pytest.approx(0.5, abs=0.03)
        assert hardest.fallback_share == 0
        assert hardest.nanoseconds > unigram.nanoseconds

    @pytest.mark.parametrize("changes", [{"sg": 1}, {"sg": 1, "share_negatives": False}, {"cbow_mean": 0}])
    @pytest.mark.parametrize("objective", ["logistic", {"name": "softmax", "cosine": True}])
    def test_architectures_and_objectives(self, changes, objective):
        store, weights = random_store(), random_weights(30)
        report = sampler_report(
            store, weights, Parameters(**changes), [Unigram()], OBJECTIVES.resolve(objective), positions=50
        )
        (one,) = report.samplers
        assert 0 < one.negative_slope < 1
        assert one.gradient_bias > 0
        assert report.bias_words == 30

    def test_a_corrected_objective(self):
        store, weights = random_store(), random_weights(30)
        slopes = [
            sampler_report(store, weights, Parameters(), [Unigram()], OBJECTIVES.resolve(objective), positions=50)
            .samplers[0]
            .negative_slope
            for objective in ("softmax", {"name": "softmax", "corrected": True})
        ]
        assert slopes[0] != slopes[1]
        with pytest.raises(ValueError, match=r"'softmax' corrects scores .* sampler 'dns' cannot tell"):
            sampler_report(
                store, weights, Parameters(), [DNS()], OBJECTIVES.resolve({"name": "softmax", "corrected": True})
            )

    def test_a_vocabulary_without_the_positions(self):
        sentences = [[0, 1, 2]] + [[3]] * 50 + [[4]] * 40
        store = store_of(sentences, vocabulary_of([1, 1, 1, 50, 40]))
        report = sampler_report(
            store, random_weights(5), Parameters(sample=0), [Unigram()], OBJECTIVES.resolve("logistic"),
            positions=20, bias_words=2,
        )  # fmt: skip
        assert report.samplers[0].gradient_bias is None
        assert "–" in repr(report)
        report.plot().clear()

    def test_json(self, model):
        report = model.sampler_report("unigram", "dns", positions=50)
        facts = json.loads(json.dumps(report.as_dict()))
        assert facts["positions"] == 50
        assert [one["sampler"]["name"] for one in facts["samplers"]] == ["unigram", "dns"]
        assert facts["samplers"][0]["hard_share"] is None
        assert facts["samplers"][1]["score_gap"] == report.samplers[1].score_gap

    def test_table(self, model):
        report = model.sampler_report("unigram", "dns", positions=50)
        lines = repr(report).splitlines()
        assert lines[0] == (
            f"CBOW, {len(model.wv)} words × 20, objective 'logistic', after 3 epochs: 50 positions, 250 negatives"
        )
        assert lines[2].split() == ["unigram", "dns"]
        assert lines[3].startswith("drawn by the sampler's rule")
        assert lines[3].split()[-2] == "–"
        assert 15 < float(lines[3].split()[-1].removesuffix("%")) < 35
        assert "the 1,000 most frequent words" not in repr(report)
        markup = report._repr_html_()
        assert markup.count("<tr>") == 16
        assert "&#x27;s rule" in markup

    def test_plot(self, model):
        pyplot = pytest.importorskip("matplotlib.pyplot")
        pyplot.switch_backend("agg")
        figure = model.sampler_report("unigram", "dns", positions=50).plot()
        assert len(figure.axes) == 6
        assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == ["unigram", "dns"]
        figure.canvas.draw()
        pyplot.close(figure)

    def test_a_plot_without_matplotlib(self, model, monkeypatch):
        monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
        with pytest.raises(
            ImportError,
            match=r"a plot needs matplotlib, which cannot be imported .*: pip install 'wordneg\[plots\]'",
        ):
            model.sampler_report(positions=20).plot()

    def test_a_loaded_model_needs_a_corpus(self, model, tmp_path):
        model.save(tmp_path / "model")
        loaded = Word2Vec.load(tmp_path / "model")
        with pytest.raises(RuntimeError, match="loaded or built without one; give sampler_report one"):
            loaded.sampler_report()
        assert loaded.sampler_report(corpus=[["w1", "w2", "w3"]] * 5, positions=5).positions == 5

    @pytest.mark.parametrize(
        ("settings", "message"), [({"positions": 0}, "positions=0"), ({"bias_words": 1}, "bias_words=1")]
    )
    def test_numbers_out_of_range(self, model, settings, message):
        with pytest.raises(ValueError, match=message):
            model.sampler_report(**settings)

    def test_a_single_word(self):
        store = store_of([[0, 0]], vocabulary_of([2]))
        with pytest.raises(ValueError, match="holds a single word"):
            sampler_report(store, random_weights(1), Parameters(), [Unigram()], OBJECTIVES.resolve("logistic"))

    def test_it_can_be_kept_for_each_epoch(self):
        reports = []
        Word2Vec(
            [["a", "b", "c", "d"]] * 50, vector_size=8, min_count=1, epochs=2, workers=1,
            callbacks=[lambda model: reports.append(model.sampler_report(positions=20))],
        )  # fmt: skip
        assert [report.epochs for report in reports] == [1, 2]


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLERS.names())
def test_all_samplers_can_be_reported_on(model, name):
    (one,) = model.sampler_report(name, positions=300).samplers
    assert one.hard_share is None or one.hard_share + one.fallback_share <= 1.0001
    assert 0 < one.gradient_bias < 1
