"""`wordneg train --method wordrank`."""

import inspect
import json
import signal
import time

import numpy as np
import pytest

from wordneg import count_cooccurrences, encode
from wordneg.cli import files, main, methods, training
from wordneg.vectors.wordvectors import load_vectors
from wordneg.word2vec.model import Word2Vec
from wordneg.wordrank.model import WordRank

SMALL = ("--method", "wordrank", "--vector-size", "8", "--min-count", "1", "--workers", "1", "--epochs", "3")
SENTENCES = "the king rules the land\nthe queen rules the sea\na man and a woman sail the sea\n" * 20


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus.txt").write_text(SENTENCES)
    return tmp_path


@pytest.fixture(scope="module")
def model_path(tmp_path_factory):
    place = tmp_path_factory.mktemp("model")
    path = str(place / "saved.wordneg")
    (place / "corpus.txt").write_text(SENTENCES)
    assert main(["train", str(place / "corpus.txt"), "-o", path, "-q", *SMALL]) == 0
    return path


def model_of(*flags):
    return training._make_model(training.parser().parse(["corpus.txt", "-o", "out", "--method", "wordrank", *flags]))


def fails(capsys, code, *arguments):
    """Run a command that must fail; return the one sentence that it has to say."""
    assert main(["train", "corpus.txt", *arguments]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err.splitlines()[-1]


def test_every_setting_of_wordrank_is_a_flag():
    elsewhere = {"sentences", "corpus_file", "callbacks", "tokenizer", "encoding", "unicode_errors", "progress"}
    elsewhere |= {"checkpoint", "checkpoint_every"}  # flags of every method
    names = set(inspect.signature(WordRank).parameters) - elsewhere
    assert {option.name for option in methods.METHODS["wordrank"].settings} == names


def test_defaults_are_those_of_wordrank(capsys):
    assert model_of().parameters == WordRank().parameters
    assert main(["train", "--method=wordrank", "--help"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("usage: wordneg train --method wordrank CORPUS [CORPUS ...] -o OUT")
    assert "--sg" not in text
    flat = text.translate(str.maketrans("", "", " \n"))  # lines are broken anywhere
    signature = inspect.signature(WordRank).parameters
    for option in methods.METHODS["wordrank"].settings:
        default = signature[option.name].default
        assert option.help.replace(" ", "") in flat
        if option.kind == "value" and default is not None:
            shown = f"{default:g}" if isinstance(default, float) else default
            assert option.help.endswith(f" (default: {shown})")


def test_flags_become_settings():
    flags = "--window 4 --beta 299 --alpha 300 --tau 2 --loss logistic --transform rho3 --t 2 --optimizer sgd -lr 0.5"
    more = "--no-symmetric --distance-weighting 0 --memory-limit 1e9 --xi-candidates 9 -iter 7 --min-learning-rate 0.2"
    settings = {"window": 4, "beta": 299, "alpha": 300, "tau": 2, "loss": "logistic", "transform": "rho3", "t": 2}
    settings |= {"optimizer": "sgd", "learning_rate": 0.5, "symmetric": False, "distance_weighting": False}
    settings |= {"memory_limit": 10**9, "xi_candidates": 9, "epochs": 7, "min_learning_rate": 0.2}
    model = model_of(*flags.split(), *more.split())
    assert model.parameters.as_dict() == WordRank().parameters.as_dict() | settings


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--method", "wordrank", "--sg"), "--sg belongs to --method word2vec, but this is --method wordrank"),
        (("--method", "wordrank", "--sampler", "dns"), "--sampler belongs to --method word2vec"),
        (("--method=wordrank", "-alpha", "0.1"), "this is --method wordrank; use --learning-rate here"),
        (("--method=wordrank", "--min-alpha", "0.1"), "use --min-learning-rate here"),
        (
            ("--min-learning-rate", "0.1"),
            "this is --method word2vec; use --min-alpha here",
        ),
        (("--method", "word2vec", "--beta", "9"), "--beta belongs to --method wordrank, but this is --method word2vec"),
        (("--loss", "hinge"), "--loss belongs to --method wordrank"),
        (("--contexts", "c.bin"), "--contexts belongs to --method wordrank and all-vec and closed-form"),
        (("--ensemble",), "--ensemble belongs to --method wordrank"),
        (
            ("--method", "wordrnk"),
            "no method 'wordrnk'; the methods are word2vec, wordrank, all-vec, closed-form; did you mean 'wordrank'",
        ),
        (("--method", "wordrank", "--bta", "9"), "did you mean '--beta'"),
        (("--method", "wordrank", "--loss", "square"), "got --loss square"),
        (("--method", "wordrank", "--alpha", "0"), "got --alpha 0"),
        (("--method", "wordrank", "--window", "0"), "got --window 0"),
        (("--method", "wordrank", "--contexts", "out.bin"), "vectors and context vectors would both be written"),
        (("--method", "wordrank", "--contexts", "corpus.txt"), "the corpus itself"),
        (("--method", "wordrank", "--contexts", "c.csv"), "'c.csv' does not determine the format"),
        (
            ("--method", "wordrank", "--contexts", "c.bin", "--save-vocab", "c.bin"),
            "vectors and vocabulary would both be written to 'c.bin'",
        ),
    ],
)
def test_wrong_usage(folder, capsys, flags, words):
    assert words in fails(capsys, 2, "-o", "out.bin", *flags)
    assert [path.name for path in folder.iterdir()] == ["corpus.txt"]


@pytest.mark.lengthy
def test_train_writes_model_contexts_and_vocabulary(folder, capsys):
    files = ("-o", "out.wordneg", "--contexts", "contexts.vec", "--save-vocab", "words.txt")
    assert main(["train", "corpus.txt", *files, *SMALL]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [
        "out.wordneg: 11 words × 8, wordneg's own format",
        "contexts.vec: 11 contexts × 8, word2vec text",
        "words.txt: 11 words with counts",
    ]
    assert "training WordRank(11 words × 8" in captured.err
    assert "epoch 3 of 3: loss" in captured.err
    assert "cells/s" in captured.err
    model = WordRank.load("out.wordneg")
    np.testing.assert_allclose(load_vectors("contexts.vec").vectors, model.contexts.vectors, rtol=1e-6)
    np.testing.assert_array_equal(load_vectors("out.wordneg").vectors, model.wv.vectors)


@pytest.mark.lengthy
def test_the_ensemble_is_the_sum(folder, model_path, capsys):
    command = ["train", "corpus.txt", "-o", "sum.wordneg", "--ensemble", "--json", "-q", *SMALL]
    assert main(command) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["method"], facts["holds"], facts["contexts_path"]) == ("wordrank", "ensemble", None)
    assert facts["epochs"] == len(facts["loss"]) == 3
    assert facts["loss"][2] < facts["loss"][0]
    assert facts["cells_per_second"] > 0
    assert "words_per_second" not in facts
    assert facts["settings"] == WordRank.load(model_path).parameters.as_dict()
    model = WordRank.load(model_path)  # with one worker and the same seed, it is the same
    np.testing.assert_allclose(load_vectors("sum.wordneg").vectors, model.wv.vectors + model.contexts.vectors)


def test_load_goes_on_training(folder, model_path, capsys):
    command = ["train", "corpus.txt", "-o", "more.wordneg", "--method", "wordrank", "--load", model_path, "-q"]
    assert main([*command, "--epochs", "2", "--learning-rate", "0.5"]) == 0
    model = WordRank.load("more.wordneg")
    assert [report.epoch for report in model.history] == list(range(5))
    assert model.learning_rate == 0.5
    capsys.readouterr()
    words = "--min-count, --vector-size together with --load, but a saved model"
    assert words in fails(capsys, 2, *command[2:], "--vector-size", "9", "--min-count", "2")
    assert "is a wordrank model; add --method wordrank" in fails(capsys, 2, "-o", "out", "--load", model_path)


def test_a_model_of_word2vec_is_not_gone_on_with(folder, capsys):
    Word2Vec([["a", "b"]] * 5, min_count=1, vector_size=8, epochs=1, workers=1).save("other.wordneg")
    command = ("-o", "out", "--method", "wordrank", "--load", "other.wordneg")
    assert "'other.wordneg' is a word2vec model; add --method word2vec" in fails(capsys, 2, *command)
    with pytest.raises(ValueError, match="it holds a Word2Vec model, expected a WordRank model; read it with"):
        WordRank.load("other.wordneg")


def test_an_interruption_keeps_the_vectors(folder, capsys, monkeypatch):
    monkeypatch.setattr(training, "_epoch_line", lambda run, say: lambda model: signal.raise_signal(signal.SIGINT))
    assert main(["train", "corpus.txt", "-o", "out.bin", "--contexts", "c.bin", "--json", *SMALL]) == 130
    captured = capsys.readouterr()
    assert "interrupted in epoch 2 of 3; out.bin holds the vectors trained so far" in captured.err
    facts = json.loads(captured.out)
    assert (facts["finished"], facts["contexts_path"]) == (False, "c.bin")
    assert len(load_vectors("c.bin")) == 11


def test_contexts_that_cannot_be_written_cost_nothing(folder, capsys, monkeypatch):
    write = files.write_vectors

    def full(vectors, path, file_format):
        if path == "c.bin":
            raise OSError(28, "cannot write 'c.bin': No space left on device")
        write(vectors, path, file_format)

    monkeypatch.setattr("wordneg.cli.results.write_vectors", full)
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    assert main(["train", "corpus.txt", "-o", "out.bin", "--contexts", "c.bin", "--json", "-q", *SMALL]) == 1
    captured = capsys.readouterr()
    assert "No space left" in captured.err
    rescued = json.loads(captured.out)["path"]
    assert len(load_vectors("out.bin")) == len(WordRank.load(rescued).contexts) == 11


def test_a_ctrl_c_after_the_last_pass_loses_nothing(folder, capsys, monkeypatch):
    def last(run, say):
        return lambda model: len(model.history) == 3 and signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(training, "_epoch_line", last)
    assert main(["train", "corpus.txt", "-o", "out.bin", "--json", *SMALL]) == 130
    captured = capsys.readouterr()
    assert "interrupted" not in captured.err
    assert json.loads(captured.out)["finished"]


@pytest.fixture
def counts(folder):
    found = count_cooccurrences(encode(folder / "corpus.txt", min_count=1), window=3, symmetric=False, progress=False)
    found.save("counts.wordneg")
    return found


def test_co_occurrences_are_a_corpus(folder, counts, capsys):
    assert main(["train", "counts.wordneg", "-o", "out.wordneg", "--json", *SMALL]) == 0
    captured = capsys.readouterr()
    assert "reading counts.wordneg\nwordneg: read Cooccurrences(" in captured.err
    facts = json.loads(captured.out)
    assert (facts["tokens"], facts["words"], facts["settings"]["window"]) == (0, 11, 3)
    model = WordRank(counts, vector_size=8, epochs=3, progress=False)
    np.testing.assert_array_equal(load_vectors("out.wordneg").vectors, model.wv.vectors)
    more = ("-o", "more.wordneg", "--method", "wordrank", "--load", "out.wordneg", "--epochs", "2", "-q")
    assert main(["train", "counts.wordneg", *more]) == 0
    assert len(WordRank.load("more.wordneg").history) == 5
    capsys.readouterr()
    assert main(["train", "counts.wordneg", "-o", "x", "--tokenize", *SMALL]) == 2
    assert "--tokenize is for files of raw prose" in capsys.readouterr().err


def test_files_of_wordneg_are_no_text(folder, counts, model_path, capsys):
    for command in (
        ["train", "counts.wordneg", "-o", "out"],
        ["compare", "counts.wordneg", "--samplers", "unigram"],
        ["samplers", "--report", "--corpus", "counts.wordneg", "unigram"],
    ):
        assert main(command) == 1
        said = capsys.readouterr().err
        assert "'counts.wordneg' holds co-occurrences, expected a text corpus; read it with" in said
        assert "--method wordrank" in said
    assert main(["train", model_path, "-o", "out", *SMALL]) == 1
    assert "holds a WordRank model, expected a text corpus; read it with" in capsys.readouterr().err
    assert not (folder / "out").exists()


def test_counting_takes_part_in_the_scan(folder, model_path, capsys, monkeypatch):
    count = WordRank._counted

    def slow(self, store):
        time.sleep(0.5)
        return count(self, store)

    monkeypatch.setattr(WordRank, "_counted", slow)
    for extra in ((), ("--load", model_path)):
        method = ("--method", "wordrank", "--epochs", "1") if extra else SMALL
        assert main(["train", "corpus.txt", "-o", "out.bin", "--json", "-q", *method, *extra]) == 0
        assert json.loads(capsys.readouterr().out)["seconds"]["scan"] >= 0.5


def test_without_co_occurrences_there_is_nothing_to_train(folder, capsys):
    (folder / "corpus.txt").write_text("one\ntwo\nthree\n")
    assert "co-occur" in fails(capsys, 1, "-o", "out", "-q", *SMALL)
    assert not (folder / "out").exists()
