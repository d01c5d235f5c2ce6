"""Presets, and vectors read out of both matrices."""

import numpy as np
import pytest

from wordneg import Word2Vec
from wordneg.cli import main
from wordneg.word2vec.presets import PRESETS, preset
from wordneg.word2vec.readout import CONTEXT_WEIGHT, read_out

TEXT = [["the", "cat", "sat"], ["the", "dog", "sat"], ["a", "cat", "ran"]] * 20
SMALL = {"vector_size": 16, "min_count": 1, "workers": 1, "progress": False}


@pytest.mark.parametrize("sg", [0, 1])
def test_a_preset_replaces_defaults_and_nothing_that_is_given(sg):
    plain, chosen = Word2Vec(sg=sg), Word2Vec(sg=sg, preset="quality")
    expected = plain.parameters.as_dict() | PRESETS["quality"][sg]
    assert chosen.parameters.as_dict() == expected
    assert Word2Vec(sg=sg, preset="quality", alpha=0.01, window=3).alpha == 0.01
    assert Word2Vec(None, None, 50, 0.03, sg=sg, preset="quality").alpha == 0.03  # by its place


def test_a_wrong_preset_is_told():
    with pytest.raises(ValueError, match=r"got preset='qualty'; did you mean 'quality'\?; expected 'quality'"):
        Word2Vec(preset="qualty")
    with pytest.raises(ValueError, match="expected 'quality'"):
        preset("fast", skip_gram=True)


def test_the_read_out_is_its_formula():
    draw = np.random.default_rng(1)
    words, contexts = draw.normal(size=(2, 7, 5)).astype(np.float32)
    contexts[3] = 0  # a word that was never a context

    def naive(matrix):
        unit = [row / np.linalg.norm(row) if row.any() else row for row in matrix]
        return np.array(unit) - np.mean(unit, axis=0)

    np.testing.assert_allclose(read_out(words, contexts, 0.3), naive(words) + 0.3 * naive(contexts), atol=1e-6)
    np.testing.assert_allclose(read_out(words, contexts, 0.0).mean(axis=0), 0, atol=1e-6)


@pytest.mark.parametrize("sg", [0, 1])
def test_models_read_out_both_matrices(sg):
    model = Word2Vec(TEXT, sg=sg, sample=0, **SMALL)
    weight = CONTEXT_WEIGHT["skip-gram" if sg else "CBOW"]
    expected = read_out(model.wv.vectors, model.syn1neg, weight)
    np.testing.assert_array_equal(model.ensemble.vectors, expected)
    np.testing.assert_array_equal(model.read_out(weight).vectors, expected)
    assert model.ensemble.index_to_key == model.wv.index_to_key
    assert model.read_out(0).get_vecattr("cat", "count") == 40
    with pytest.raises(ValueError, match="weight=nan"):
        model.read_out(float("nan"))
    with pytest.raises(RuntimeError, match="no vocabulary"):
        Word2Vec().read_out()


def test_the_command_line_has_presets(tmp_path, capsys):
    text = tmp_path / "text.txt"
    text.write_text("\n".join(" ".join(sentence) for sentence in TEXT))
    arguments = ["train", str(text), "-o", str(tmp_path / "m.wordneg"), "--min-count", "1", "--vector-size", "16", "-q"]
    assert main([*arguments, "--preset", "quality", "--sample", "0"]) == 0
    model = Word2Vec.load(tmp_path / "m.wordneg")
    assert (model.alpha, model.window, model.negative, model.sample) == (0.05, 8, 10, 0)
    assert main([*arguments, "--preset", "best"]) == 2
    assert "got --preset best" in capsys.readouterr().err
