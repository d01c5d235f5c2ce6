"""`wordneg train --method all-vec` and `--method closed-form`."""

import inspect
import json

import numpy as np
import pytest

import wordneg
from wordneg import AllVec, ClosedForm, count_cooccurrences, encode
from wordneg.cli import comparing, main, methods, training
from wordneg.vectors.wordvectors import load_vectors

SENTENCES = "the king rules the land\na queen sails the sea\nmy dog sees your cat\n" * 20
KINDS = {"all-vec": AllVec, "closed-form": ClosedForm}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus.txt").write_text(SENTENCES)
    return tmp_path


def small(name, *flags):
    more = ("--epochs", "2") if name == "all-vec" else ()
    return ("--method", name, "--vector-size", "2", "--min-count", "1", "--workers", "1", *more, *flags)


def model_of(name, *flags):
    return training._make_model(training.parser().parse(["corpus.txt", "-o", "out", "--method", name, *flags]))


@pytest.mark.parametrize("name", KINDS)
def test_every_setting_is_a_flag(name):
    elsewhere = {"sentences", "corpus_file", "callbacks", "tokenizer", "encoding", "unicode_errors", "progress"}
    elsewhere |= {"checkpoint", "checkpoint_every"}  # flags of every method
    names = set(inspect.signature(KINDS[name]).parameters) - elsewhere
    assert {option.name for option in methods.METHODS[name].settings} == names
    assert model_of(name).parameters == KINDS[name]().parameters


@pytest.mark.parametrize("name", KINDS)
def test_it_trains_writes_and_is_told(name, folder, capsys):
    assert main(["train", "corpus.txt", "-o", "model.wordneg", "-q", "--json", *small(name)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["method"], told["dimensions"], told["finished"]) == (name, 2, True)
    model = KINDS[name].load("model.wordneg", progress=False)
    expected = KINDS[name]("corpus.txt", **told["settings"], progress=False)
    np.testing.assert_array_equal(model.wv.vectors, expected.wv.vectors)

    flags = ("--contexts", "contexts.bin", "--ensemble")
    assert main(["train", "corpus.txt", "-o", "sums.bin", "-q", *flags, *small(name)]) == 0
    np.testing.assert_allclose(load_vectors("contexts.bin").vectors, model.contexts.vectors)
    np.testing.assert_allclose(load_vectors("sums.bin").vectors, model.ensemble.vectors)

    assert main(["train", "corpus.txt", "-o", "more.wordneg", "-q", "--load", "model.wordneg", "--method", name]) == 0
    assert len(KINDS[name].load("more.wordneg").history) > len(model.history)


@pytest.mark.parametrize("name", KINDS)
def test_counts_are_a_corpus(name, folder, capsys):
    count_cooccurrences(encode("corpus.txt", min_count=1), 3, progress=False).save("counts.wordneg")
    assert main(["train", "counts.wordneg", "-o", "model.wordneg", *small(name)]) == 0
    assert KINDS[name].load("model.wordneg").window == 3
    assert f"training {KINDS[name].__name__}(" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (small("closed-form", "--epochs", "2"), "--epochs belongs to --method word2vec and wordrank and all-vec"),
        (small("closed-form", "--seed", "2"), "--seed belongs to"),
        (small("closed-form", "--power", "2"), "got --power 2"),
        (small("all-vec", "--alpha", "1"), "--alpha belongs to"),
        (small("all-vec", "--reg", "-1"), "got --reg -1"),
    ],
)
def test_wrong_usage(flags, message, folder, capsys):
    assert main(["train", "corpus.txt", "-o", "out.bin", *flags]) == 2
    assert message in capsys.readouterr().err


def test_too_many_dimensions_are_told(folder, capsys):
    assert main(["train", "corpus.txt", "-o", "out.bin", *small("closed-form", "--vector-size", "99")]) == 1
    assert "expected fewer dimensions than words" in capsys.readouterr().err


def test_rows_of_a_comparison(folder):
    flags = ("--closed-form", "--all-vec", "--all-vec-option", "epochs=7")
    args = comparing.compare_parser().parse(["corpus.txt", *flags])
    given = comparing._arguments(args)
    assert (given["closed_form"], given["all_vec"], "wordrank" in given) == (True, {"epochs": 7}, False)


def test_bad_settings_of_a_row_are_told_as_flags(folder, capsys):
    assert main(["compare", "corpus.txt", "--samplers", "unigram", "--all-vec-option", "epochs=0"]) == 2
    assert "all_vec: got --all-vec-option epochs=0, expected" in capsys.readouterr().err


def test_they_are_names_of_the_package():
    assert {"AllVec", "ClosedForm"} <= set(wordneg.__all__)
