import dataclasses
import inspect
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from types import SimpleNamespace
from unittest.mock import ANY

import numpy as np
import pytest

from wordneg import corpora
from wordneg.cli import _parser, main, training
from wordneg.cli.errors import stated
from wordneg.cli.settings import FIXED_BY_MODEL, REFUSALS, SETTINGS
from wordneg.objectives import OBJECTIVES
from wordneg.samplers import SAMPLERS
from wordneg.text.vocabulary import Vocabulary
from wordneg.vectors.wordvectors import WordVectors, load_vectors
from wordneg.word2vec.model import Word2Vec

# Every training is of this size, so that one compiled kernel serves them all.
SMALL = ("--vector-size", "16", "--min-count", "1", "--workers", "1", "--epochs", "2", "--compute-loss")
SENTENCES = "the king rules the land\nthe queen rules the sea\na man and a woman sail the sea\n" * 40
WORDS = {"the", "king", "rules", "land", "queen", "sea", "a", "man", "and", "woman", "sail"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus.txt").write_text(SENTENCES)
    return tmp_path


@pytest.fixture(scope="module")
def model_path(tmp_path_factory):
    place = tmp_path_factory.mktemp("model")
    (place / "corpus.txt").write_text(SENTENCES)
    path = str(place / "saved.wordneg")
    assert main(["train", str(place / "corpus.txt"), "-o", path, "-q", *SMALL]) == 0
    return path


def start(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "wordneg", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def fails(capsys, code, *arguments):
    """Run a command that must fail; return the one sentence that it has to say."""
    assert main(list(arguments)) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("wordneg: ")
    assert "Traceback" not in captured.err
    return captured.err.splitlines()[-1]


def model_of(*flags):
    """Return the untrained model that the flags ask for."""
    return training._make_model(training.parser().parse(["corpus.txt", "-o", "out", *flags]))


def parsed(*arguments):
    return training.parser().parse(arguments)


# --- settings -----------------------------------------------------------------------------------------


def test_every_setting_of_word2vec_is_a_flag():
    elsewhere = {"sentences", "corpus_file", "callbacks", "progress", "others", "comment", "trim_rule"}
    elsewhere |= {"tokenizer", "encoding", "unicode_errors"}  # of every command that reads text
    elsewhere |= {"checkpoint", "checkpoint_every"}  # flags of every method
    elsewhere |= {"client"}  # of --scheduler
    names = set(inspect.signature(Word2Vec).parameters) - elsewhere
    assert {option.name for option in SETTINGS} == names | {"sampler_option", "objective_option"}
    assert {option.name for option in SETTINGS} > FIXED_BY_MODEL


def test_defaults_are_those_of_word2vec():
    assert model_of().parameters == Word2Vec().parameters
    assert model_of().sampler == Word2Vec().sampler


def test_help_tells_the_defaults(capsys):
    assert main(["train", "--help"]) == 0
    text = capsys.readouterr().out
    signature = inspect.signature(Word2Vec).parameters
    flat = " ".join(text.split())
    for name, words in {"window": "context word", "ns_exponent": "to this power", "epochs": "the corpus"}.items():
        assert f"{words} (default: {signature[name].default})" in flat


@pytest.mark.parametrize(
    ("flags", "settings"),
    [
        ("--vector-size 20 --window=7", {"vector_size": 20, "window": 7}),
        ("--sg", {"sg": 1}),
        ("--sg 1", {"sg": 1}),
        ("--sg=0", {"sg": 0}),
        ("--sg --cbow", {"sg": 0}),
        ("-cbow 0", {"sg": 1}),
        ("-cbow 1", {"sg": 0}),
        ("--cbow-mean 0", {"cbow_mean": 0}),
        ("--no-shrink-windows --no-share-negatives", {"shrink_windows": False, "share_negatives": False}),
        ("--compute-loss", {"compute_loss": True}),
        ("--min-alpha 1e-5 --max-final-vocab 9", {"min_alpha": 1e-5, "max_final_vocab": 9}),
        ("--max-vocab-size 99 --no-sorted-vocab", {"max_vocab_size": 99, "sorted_vocab": 0}),
        (
            "-size 200 -window 8 -negative 25 -sample 1e-4 -threads 20 -iter 15 -min-count 3 -alpha .05",
            {
                "vector_size": 200,
                "window": 8,
                "negative": 25,
                "sample": 1e-4,
                "workers": 20,
                "epochs": 15,
                "min_count": 3,
                "alpha": 0.05,
            },
        ),
        (
            "-dim 50 -ws 4 -epoch 6 -neg 7 -lr 0.1 -minCount 2 -thread 3 -t 1e-5 -seed 9",
            {
                "vector_size": 50,
                "window": 4,
                "epochs": 6,
                "negative": 7,
                "alpha": 0.1,
                "min_count": 2,
                "workers": 3,
                "sample": 1e-5,
                "seed": 9,
            },
        ),
        ("-hs 1 -negative 0", {"hs": 1, "negative": 0}),
        ("--hs", {"hs": 1}),
        ("-hs 0 -classes 0 -debug 2 -loss ns -minn 0 -maxn 0 -bucket 9 -verbose 1 --hs 0", {}),
    ],
)
def test_flags_become_settings(flags, settings):
    model = model_of(*flags.split())
    assert model.parameters.as_dict() == Word2Vec().parameters.as_dict() | settings


def test_sampler_and_objective_with_settings():
    model = model_of("--sampler", "unigram", "--sampler-option", "exponent=0.5", "--objective", "logistic")
    assert model.sampler.exponent == 0.5
    assert model_of("--sampler-option", "exponent=1").sampler.exponent == 1
    assert model_of("--sampler", "uniform").sampler.name == "uniform"
    assert model_of("--ns-exponent", "-0.5").sampler.exponent == -0.5
    options = parsed("c", "-o", "o", "--objective-option", "a=true", "--objective-option", "b=x").objective_option
    assert options == [("a", True), ("b", "x")]


def test_corpus_output_and_format_aliases():
    args = parsed("-train", "text8", "-output", "vectors.bin", "-binary", "1", "-save-vocab", "words.txt")
    assert (args.corpus, args.output, args.format, args.save_vocab) == (["text8"], "vectors.bin", "binary", "words.txt")
    assert parsed("-input", "text8", "-output", "vectors", "-binary", "0").format == "text"
    assert parsed("-o", "out", "--", "-odd-name").corpus == ["-odd-name"]
    assert parsed("-", "-o", "out").corpus == ["-"]


# --- wrong usage --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["trian"], "'trian'; the commands are train, neighbors"),
        (["-train", "text8"], "wordneg train"),
        (["train", "corpus.txt"], "required: -o/--output"),
        (["train", "-o", "out"], "required: CORPUS"),
        (["train", "-", "corpus.txt", "-", "-o", "out"], "can be read only once"),
        (["train", "corpus.txt", "-o", "-"], "give --format (wordneg, binary, text, glove, parquet)"),
        (["train", "corpus.txt", "-o", "out", "--encoding", "klingon"], "there is no encoding 'klingon'"),
        (["train", "corpus.txt", "-o", "out", "--unicode-errors", "replaced"], "did you mean 'replace'"),
        (["train", "lee", "-o", "out", "--encoding", "cp1251"], "the encoding of the corpus 'lee' is known"),
        (["convert", "corpus.txt", "corpus.txt"], "the input itself"),
        (["neighbors", "-", "-"], "cannot both come from standard input"),
        (["neighbors", "vectors.bin", "king", "--limit", "0"], "got --limit 0, expected at least 1"),
        (["train", "corpus.txt", "-o", "out", "--windw", "3"], "did you mean '--window'"),
        (["train", "corpus.txt", "-o", "out", "--vector_size", "3"], "did you mean '--vector-size'"),
        (["train", "corpus.txt", "-o", "out", "--size", "3"], "did you mean '-size'"),
        (["train", "corpus.txt", "-o", "out", "--vector", "3"], "no flag --vector"),
        (["train", "corpus.txt", "-ouput", "out"], "did you mean '--output'"),
        (["train", "corpus.txt", "-o", "--json"], "-o needs a value, got the flag --json"),
        (["train", "corpus.txt", "-o"], "-o needs a value"),
        (["train", "corpus.txt", "-o", "out", "--window", "wide"], "got 'wide', expected a whole number"),
        (["train", "corpus.txt", "-o", "out", "--alpha", "x"], "got 'x', expected a number"),
        (["train", "corpus.txt", "-o", "out", "--alpha", "nan"], "got --alpha nan"),
        (["train", "corpus.txt", "-o", "out", "--vector-size", "0"], "got --vector-size 0"),
        (["train", "corpus.txt", "-o", "out", "--seed", "-1"], "got --seed -1"),
        (["train", "corpus.txt", "-o", "out", "--sampler", "unigrm"], "did you mean 'unigram'"),
        (["train", "corpus.txt", "-o", "out", "--sampler-option", "exponent"], "expected KEY=VALUE"),
        (["train", "corpus.txt", "-o", "out", "--sampler-option", "exponet=1"], "did you mean 'exponent'"),
        (["train", "corpus.txt", "-o", "out", "--sg=2"], "expected 0 or 1"),
        (["train", "corpus.txt", "-o", "out", "--json=1"], "takes no value"),
        (["train", "corpus.txt", "-o", "out", "-binary", "yes"], "expected 0 or 1"),
        (["train", "corpus.txt", "-o", "out.csv"], "does not determine the format"),
        (["train", "corpus.txt", "-o", "out.gz"], "does not determine the format"),
        (["train", "corpus.txt", "-o", "out.wordneg.gz", "--format", "wordneg"], "cannot be compressed"),
        (["train", "corpus.txt", "-o", "out", "--format", "glowe"], "did you mean 'glove'"),
        (["train", "corpus.txt", "-o", "corpus.txt"], "the corpus itself"),
        (["train", "corpus.txt", "-o", "out", "--save-vocab", "out"], "give two files"),
        (["train", "lee", "-o", "out", "--tokenize"], "is already tokenized"),
        (["neighbors", "vectors.bin"], "required: WORD"),
        (["neighbors", "vectors.bin", "king", "--topm", "3"], "did you mean '--topn'"),
        (["neighbors", "vectors.bin", "king", "--topn", "0"], "at least 1"),
        (["neighbors", "vectors.bin", "-", "--minus", "man"], "name them"),
        (["neighbors", "vectors.bin", "king", "--minus"], "--minus needs a value"),
        (["convert", "in.bin"], "required: OUT"),
        (["corpora", "lee"], "unexpected: lee"),
    ],
)
def test_wrong_usage(folder, capsys, arguments, words):
    sentence = fails(capsys, 2, *arguments)
    assert words in sentence
    assert [path.name for path in folder.iterdir()] == ["corpus.txt"]


@pytest.mark.parametrize("refusal", [refusal for refusal in REFUSALS if refusal.harmless is not None])
def test_refused_flags_say_why(capsys, refusal):
    sentence = fails(capsys, 2, "train", "corpus.txt", "-o", "out", f"-{refusal.name}", "7")
    assert f"got -{refusal.name} 7" in sentence
    assert refusal.why in sentence


# --- training -----------------------------------------------------------------------------------------


@pytest.mark.lengthy
def test_train_writes_a_model_and_says_so(folder, capsys):
    assert main(["train", "corpus.txt", "-o", "out.wordneg", *SMALL]) == 0
    captured = capsys.readouterr()
    assert captured.out == "out.wordneg: 11 words × 16, wordneg's own format\n"
    assert "read 720 words in 120 sentences; kept 11 distinct words" in captured.err
    assert "epoch 2 of 2: loss" in captured.err
    assert set(Word2Vec.load("out.wordneg").wv.index_to_key) == WORDS


@pytest.mark.lengthy
def test_train_in_json(folder, capsys):
    assert main(["train", "corpus.txt", "-o", "out.bin", "--save-vocab", "words.txt", "--json", "-q", *SMALL]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    facts = json.loads(captured.out)
    assert facts["path"] == "out.bin"
    assert facts["format"] == "binary"
    assert (facts["words"], facts["dimensions"], facts["tokens"], facts["sentences"]) == (11, 16, 720, 120)
    assert facts["epochs"] == len(facts["loss"]) == 2
    assert facts["finished"] is True
    assert facts["loss"][1] > 0
    assert set(facts["seconds"]) == {"scan", "compile", "train", "write", "total"}
    assert facts["seconds"]["total"] >= facts["seconds"]["train"] > 0
    assert facts["words_per_second"] > 0
    assert facts["settings"]["vector_size"] == 16
    assert facts["settings"]["sampler"] == {"name": "unigram", "exponent": 0.75}
    assert facts["version"]
    counts = dict(line.split() for line in (folder / facts["vocabulary_path"]).read_text().splitlines())
    assert counts["king"] == "40"
    assert len(counts) == 11


@pytest.mark.parametrize(
    ("name", "flags", "beginning"),
    [
        ("out.bin", (), b"11 16\nthe "),
        ("out.vec", (), b"11 16\nthe "),
        ("out.txt.gz", (), b"\x1f\x8b"),
        ("out", ("--format", "glove"), b"the "),
        ("out", ("-binary", "1"), b"11 16\nthe "),
        ("out", (), b"PK"),
    ],
)
def test_formats(folder, capsys, name, flags, beginning):
    assert main(["train", "corpus.txt", "-o", name, "-q", *flags, *SMALL]) == 0
    assert (folder / name).read_bytes().startswith(beginning)
    assert set(load_vectors(name).index_to_key) == WORDS


@pytest.mark.lengthy
def test_command_line_of_word2vec_c(folder, capsys):
    files = ["-train", "corpus.txt", "-output", "out.bin", "-binary", "1"]
    settings = [
        "-cbow",
        "0",
        "-size",
        "16",
        "-window",
        "8",
        "-negative",
        "5",
        "-sample",
        "1e-4",
        "-threads",
        "1",
        "-iter",
        "3",
        "-min-count",
        "1",
    ]
    assert main(["train", *files, *settings, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["settings"]["sg"] == 1
    assert facts["epochs"] == 3
    assert load_vectors("out.bin").vectors.shape == (11, 16)


def test_same_seed_same_file(folder, capsys):
    for name in ("one.bin", "two.bin"):
        assert main(["train", "corpus.txt", "-o", name, "-q", "--seed", "5", *SMALL]) == 0
    assert (folder / "one.bin").read_bytes() == (folder / "two.bin").read_bytes()


def test_tokenize_and_patterns(folder, capsys):
    for number in range(2):
        (folder / f"prose{number}.txt").write_text("The King, rules: THE land!\n" * 10)
    assert main(["train", "prose*.txt", "-o", "out.txt", "--tokenize", "-q", *SMALL]) == 0
    assert set(load_vectors("out.txt").index_to_key) == {"the", "king", "rules", "land"}


def test_named_corpus_and_a_file_of_that_name(folder, capsys):
    arguments = ["train", "lee", "-o", "out.bin", "--json", "-q", *SMALL]
    assert main(arguments) == 0
    assert json.loads(capsys.readouterr().out)["tokens"] > 50_000
    (folder / "lee").write_text(SENTENCES)
    assert main(arguments) == 0
    assert json.loads(capsys.readouterr().out)["tokens"] == 720


def test_load_goes_on_training(folder, model_path, capsys):
    command = ["train", "corpus.txt", "-o", "more.wordneg", "--load", model_path, "--json", "-q"]
    assert main([*command, "--epochs", "3", "--alpha", "0.01"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["epochs"] == 3
    assert facts["tokens"] == 720
    assert facts["settings"]["alpha"] == 0.01
    assert len(Word2Vec.load("more.wordneg").history) == 5


@pytest.mark.parametrize(
    ("flags", "code", "words"),
    [
        (["--vector-size", "8"], 2, "--vector-size together with --load, but a saved model"),
        (["--sg", "--min-count", "2"], 2, "--min-count, --sg together with --load, but a saved model"),
        (["--alpha", "-3"], 2, "got --alpha -3"),
    ],
)
def test_load_refuses_what_the_model_has_decided(folder, model_path, capsys, flags, code, words):
    assert words in fails(capsys, code, "train", "corpus.txt", "-o", "more", "--load", model_path, *flags)


def test_progress_bar_replaces_the_lines(folder, capsys):
    assert main(["train", "corpus.txt", "-o", "out", "--progress", *SMALL]) == 0
    err = capsys.readouterr().err
    assert "\rstarting" in err
    assert "\rtraining" in err
    assert "epoch 1" not in err


# --- what fails while running -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("corpus", "output", "words"),
    [
        ("corpus.txt", "missing/out.bin", "there is no folder"),
        ("corpus.txt", "sub", "it is a folder"),
        ("missing.txt", "out", "no file or folder is called 'missing.txt'"),
        ("leee", "out", "did you mean 'lee'"),
        ("none*.txt", "out", "no file matches"),
        ("empty.txt", "out", "no tokens"),
        ("rare.txt", "out", "min_count"),
        ("cut.gz", "out", "cut"),
    ],
)
def test_runtime_errors(folder, capsys, corpus, output, words):
    (folder / "sub").mkdir()
    (folder / "empty.txt").write_text("\n\n")
    (folder / "rare.txt").write_text("each word once")
    (folder / "cut.gz").write_bytes(b"\x1f\x8b\x08\x00\x00\x00\x00\x00")
    assert words in fails(capsys, 1, "train", corpus, "-o", output, "-q")
    assert not (folder / "out").exists()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions bind neither Windows nor root")
def test_read_only_folder_is_refused_before_training(folder, capsys):
    (folder / "locked").mkdir(mode=0o500)
    assert "cannot write 'locked/out'" in fails(capsys, 1, "train", "corpus.txt", "-o", "locked/out")


def test_device_is_writable(folder, capsys):
    if not os.path.exists("/dev/null"):
        pytest.skip("no /dev/null here")
    assert main(["train", "corpus.txt", "-o", "/dev/null", "--format", "text", "-q", *SMALL]) == 0
    assert os.path.exists("/dev/null")


def test_failed_write_keeps_the_model(folder, capsys, monkeypatch):
    def full(*arguments, **options):
        raise OSError(28, "cannot write 'out.bin': No space left on device")

    rescue = folder / "rescue"
    rescue.mkdir()
    monkeypatch.setattr(WordVectors, "save_word2vec_format", full)
    monkeypatch.setattr(tempfile, "tempdir", str(rescue))
    assert main(["train", "corpus.txt", "-o", "out.bin", "--json", "-q", *SMALL]) == 1
    captured = capsys.readouterr()
    assert "No space left" in captured.err
    facts = json.loads(captured.out)
    assert facts["path"].startswith(str(rescue))
    assert facts["format"] == "wordneg"
    assert facts["path"] in captured.err
    assert set(Word2Vec.load(facts["path"]).wv.index_to_key) == WORDS


def test_failed_rescue_is_told_too(folder, capsys, monkeypatch):
    def full(self, path):
        raise OSError(28, f"no space for {path}")

    monkeypatch.setattr(Word2Vec, "save", full)
    sentence = fails(capsys, 1, "train", "corpus.txt", "-o", "out", "-q", *SMALL)
    assert "no space for out; " in sentence
    assert "failed as well" in sentence


def test_interrupt_between_epochs_keeps_the_vectors(folder, capsys, monkeypatch):
    def interrupt(run, say):
        return lambda model: signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(training, "_epoch_line", interrupt)
    assert main(["train", "corpus.txt", "-o", "out.bin", "--json", *SMALL]) == 130
    captured = capsys.readouterr()
    assert "interrupted in epoch 2 of 2; out.bin holds the vectors trained so far" in captured.err
    assert json.loads(captured.out)["finished"] is False
    assert len(load_vectors("out.bin")) == 11


def test_interrupt_before_training_writes_nothing(folder, capsys, monkeypatch):
    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(Word2Vec, "build_vocab", interrupt)
    assert fails(capsys, 130, "train", "corpus.txt", "-o", "out", "-q") == "wordneg: interrupted"
    assert not (folder / "out").exists()


def test_debug_shows_the_traceback(folder, capsys):
    assert main(["train", "missing.txt", "-o", "out", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_warnings_are_one_line(folder, capsys, monkeypatch, recwarn):
    import warnings

    def warn(*arguments):
        warnings.simplefilter("always")
        warnings.warn("take care", stacklevel=1)
        return 0

    monkeypatch.setattr("wordneg.cli._dispatch", warn)
    assert main([]) == 0
    assert capsys.readouterr().err == "wordneg: warning: take care\n"


# --- neighbors and convert ----------------------------------------------------------------------------


def test_neighbors_asks_each_word(model_path, capsys):
    assert main(["neighbors", model_path, "king", "sea", "--topn", "3"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[0] for row in rows] == ["king"] * 3 + ["sea"] * 3
    expected = load_vectors(model_path).most_similar("sea", topn=3)
    assert [(row[1], float(row[2])) for row in rows[3:]] == [(word, round(cosine, 4)) for word, cosine in expected]


@pytest.mark.parametrize(
    ("arguments", "positive", "negative", "label"),
    [
        (["king", "woman", "--minus", "man"], ["king", "woman"], ["man"], "king + woman - man"),
        (["king", "--minus", "man", "sea", "-n", "4"], ["king"], ["man", "sea"], "king - man - sea"),
        (["king", "queen", "--together"], ["king", "queen"], [], "king + queen"),
    ],
)
def test_neighbors_of_sums(model_path, capsys, arguments, positive, negative, label):
    expected = load_vectors(model_path).most_similar(positive=positive, negative=negative, topn=4)
    assert main(["neighbors", model_path, *arguments, "--topn", "4"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[1] for row in rows] == [word for word, _ in expected]
    assert {row[0] for row in rows} == {label}
    assert main(["neighbors", model_path, *arguments, "--topn", "4", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["plus"], answer["minus"]) == (positive, negative)
    assert [(found["word"], found["cosine"]) for found in answer["neighbors"]] == expected


def test_unknown_word_does_not_stop_the_others(model_path, capsys):
    assert main(["neighbors", model_path, "kign", "queen", "-n", "1"]) == 1
    captured = capsys.readouterr()
    assert captured.out.startswith("queen\t")
    assert "Key 'kign' not present in vocabulary; did you mean 'king'?" in captured.err
    assert "'kign'" in fails(capsys, 1, "neighbors", model_path, "queen", "--minus", "kign")


def test_words_from_standard_input(model_path, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("king\n\nsea\n"))
    assert main(["neighbors", model_path, "man", "-", "-n", "1", "--json"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["plus"] for answer in answers] == [["man"], ["king"], ["sea"]]


def test_convert_round_trip(folder, model_path, capsys):
    assert main(["convert", model_path, "out.vec.gz", "--json"]) == 0
    facts = {"path": "out.vec.gz", "format": "text", "words": 11, "dimensions": 16}
    assert json.loads(capsys.readouterr().out) == facts
    assert main(["convert", "out.vec.gz", "out.bin"]) == 0
    assert main(["convert", "out.bin", "out.wordneg"]) == 0
    assert capsys.readouterr().out.endswith("out.wordneg: 11 words × 16, wordneg's own format\n")
    first, last = load_vectors(model_path), load_vectors("out.wordneg")
    assert last.index_to_key == first.index_to_key
    assert (last.vectors == first.vectors).all()


def test_files_that_are_no_vectors(folder, capsys):
    assert "'missing.bin': No such file" in fails(capsys, 1, "neighbors", "missing.bin", "king")
    assert "corpus.txt" in fails(capsys, 1, "convert", "corpus.txt", "out.bin")
    assert "no folder" in fails(capsys, 1, "convert", "corpus.txt", "missing/out.bin")
    assert "corpus.txt" in fails(capsys, 1, "train", "corpus.txt", "-o", "out", "--load", "corpus.txt")


# --- lists and help -----------------------------------------------------------------------------------


def test_lists(capsys):
    assert main(["corpora"]) == 0
    text = capsys.readouterr().out
    assert all(f"{name}: " in text for name in corpora.names())
    assert "lee: 360 kB, no network needed; license: none stated" in text
    assert main(["corpora", "--json"]) == 0
    entries = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert tuple(entries) == corpora.names()
    assert entries["text8"]["network"] is True
    assert entries["lee"]["network"] is False
    assert entries["text8"]["size"] == 31_344_016
    assert main(["samplers"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert re.split("  +", head) == ["name", "a negative is drawn with", "source", "cost of a draw"]
    assert [line.split()[0] for line in lines] == SAMPLERS.names()
    assert re.split("  +", lines[0]) == ["unigram", "probability ∝ count^exponent (0.75)", "Mikolov et al. 2013", ANY]
    assert main(["samplers", "--json"]) == 0
    samplers = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert samplers["unigram"]["settings"] == {"exponent": 0.75}
    assert samplers["unigram"]["summary"] == "Negatives with probability proportional to ``count ** exponent``."
    assert all(entry["rule"] and entry["source"] and entry["cost"] for entry in samplers.values())
    assert main(["objectives"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert re.split("  +", head) == ["name", "loss of a row", "source"]
    assert [line.split()[0] for line in lines] == OBJECTIVES.names()
    assert main(["objectives", "--json"]) == 0
    assert all(entry["source"] for entry in json.loads(capsys.readouterr().out))
    assert main(["objectives", "hinge", "--json"]) == 0
    (hinge,) = json.loads(capsys.readouterr().out)
    assert (hinge["name"], hinge["settings"]["margin"]) == ("hinge", 1.0)
    assert "    loss = w · Σ_k max(0, m + s_k − s₀)," in hinge["explanation"]
    assert main(["objectives", "hingo"]) == 2
    assert "did you mean 'hinge'" in capsys.readouterr().err


def test_lists_samplers_of_other_packages(capsys, monkeypatch):
    class Mine:
        """Takes the next word."""

    point = SimpleNamespace(name="mine", load=lambda: Mine)
    added = {"wordneg.samplers": [point]}
    monkeypatch.setattr("wordneg.common.registry.entry_points", lambda group: added.get(group, []))
    assert main(["samplers"]) == 0
    assert re.split("  +", capsys.readouterr().out.splitlines()[-1]) == ["mine", "Takes the next word."]


def test_describes_samplers(capsys):
    assert main(["samplers", "unigram"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("unigram: Negatives with probability proportional to count ** exponent.\n\n")
    assert "\n    q_n = count_n^exponent / Σ_i count_i^exponent.\n" in text
    option = "  --sampler-option exponent=0.75\n      popularity is the count to this power\n      a finite number\n"
    assert f"\nsettings, with their defaults:\n{option}\n" in text
    assert "Mikolov, Sutskever" in text
    assert main(["samplers", "unigrams"]) == 2
    assert "there is no sampler named 'unigrams'; did you mean 'unigram' or" in capsys.readouterr().err


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize(("kind", "registry"), [("sampler", SAMPLERS), ("objective", OBJECTIVES)])
def test_descriptions_have_formula_settings_and_a_command_that_works(kind, registry, columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(columns))
    for name in registry.names():
        assert main([f"{kind}s", name]) == 0
        text = capsys.readouterr().out
        assert max(map(len, text.splitlines())) <= columns
        assert "`" not in text
        assert not re.search(r"\*\*\w", text)
        explained, _, rest = text.partition("\n\nsettings, with their defaults:\n")
        assert re.search(r"[∝=<>~] |exp\(", explained) or name == "uniform", f"{name} has no formula"
        for setting in dataclasses.fields(registry.get(name)):
            assert not setting.init or f"  --{kind}-option {setting.name}=" in rest
        command = shlex.split(text.partition("\nexample:\n")[2].partition("\n\n")[0].replace("\\\n", ""))
        args = _parser("train").parse(command[2:])
        given = dict(vars(args).get(f"{kind}_option", []))
        assert registry.resolve({"name": vars(args)[kind], **given}) == registry.resolve(name)


@pytest.mark.lengthy
def test_reports_on_samplers(capsys, folder, model_path):
    pytest.importorskip("matplotlib").use("agg")
    arguments = ["samplers", "--report", "--corpus", "corpus.txt", "--positions", "50"]
    assert main([*arguments, "unigram", "uniform", "--sg", "--epochs", "1", "--plot", "picture.png"]) == 0
    table = capsys.readouterr().out
    assert table.startswith("skip-gram, 11 words × 100, objective 'logistic', after 1 epoch: 50 positions, 250 ")
    assert "bias of the softmax gradient" in table
    assert os.path.getsize("picture.png") > 10_000
    assert main([*arguments, "unigram", "--load", model_path, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["model"], report["epochs"]) == ("CBOW, 11 words × 16", 2)
    assert [one["label"] for one in report["samplers"]] == ["unigram"]
    assert main([*arguments, "--plot", "picture.doc"]) == 2
    assert "got --plot picture.doc, expected a name that ends with .png or .svg or .pdf" in capsys.readouterr().err
    assert main([*arguments, "--plot", os.path.join("nowhere", "picture.png")]) == 1
    assert "cannot write" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["help"]])
def test_help(capsys, arguments):
    assert main(arguments) == 0
    assert "wordneg train wikipedia-sample -o" in capsys.readouterr().out


def test_no_command_is_wrong_usage(capsys):
    assert main([]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("usage: wordneg COMMAND")


@pytest.mark.parametrize("command", ["train", "neighbors", "convert", "corpora", "samplers", "objectives"])
def test_help_of_commands(capsys, command):
    assert main([command, "--help"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"usage: wordneg {command}")
    assert main(["help", command]) == 0
    assert capsys.readouterr().out == text


# --- as a process -------------------------------------------------------------------------------------


def test_help_and_version_import_no_numba():
    code = (
        "import sys; from wordneg.cli import main\n"
        "assert main(['--version']) == main(['train', '--help']) == main(['corpora']) == 0\n"
        "sys.exit('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("wordneg ")


@pytest.mark.lengthy
def test_standard_input_is_a_corpus(folder):
    process = start("train", "-", "-o", "out.txt", *SMALL, cwd=folder, stdin=subprocess.PIPE)
    out, err = process.communicate(SENTENCES)
    assert process.returncode == 0, err
    assert out == "out.txt: 11 words × 16, word2vec text\n"
    assert set(load_vectors(folder / "out.txt").index_to_key) == WORDS


@pytest.mark.lengthy
@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
def test_ctrl_c_writes_the_vectors_so_far(folder):
    process = start("train", "corpus.txt", "-o", "out.bin", *SMALL, "--epochs", "1000000", cwd=folder)
    for line in process.stderr:
        if "epoch 2 of" in line:
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "warning" not in err
    assert "out.bin holds the vectors trained so far" in err
    assert out == "out.bin: 11 words × 16, word2vec binary\n"
    assert len(load_vectors(folder / "out.bin")) == 11


@pytest.mark.skipif(os.name == "nt", reason="Windows tells a closed pipe in another way")
def test_closed_pipe_is_quiet(folder, model_path):
    for arguments in (["corpora"], ["neighbors", model_path, "king"]):
        with start(*arguments) as process:
            process.stdout.close()
            assert process.stderr.read() == ""
        assert process.returncode == 141


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_full_disk_for_the_results_is_told():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "wordneg", "corpora"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 1
    assert done.stderr.startswith("wordneg: ")
    assert done.stderr.endswith("No space left on device\n")
    assert done.stderr.count("\n") == 1


# --- inputs and outputs -------------------------------------------------------------------------------


def shell(command, folder):
    """Run a shell command in which `wordneg` is this one; return its standard output as lines."""
    script = f'wordneg() {{ {sys.executable} -m wordneg "$@"; }}\n{command}'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=folder, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


bash = pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="needs /dev/fd and a shell")


@bash
def test_vectors_through_pipes(folder):
    WordVectors(["the", "cat"], [[1, 2], [3, 4]]).save("v.wordneg")
    assert shell("echo old > f; wordneg convert v.wordneg - --format text >> f; cat f", folder)[:2] == ["old", "2 2"]
    both = shell("wordneg convert v.wordneg /dev/stdout --format glove; echo last", folder)
    assert both == ["the 1.0 2.0", "cat 3.0 4.0", "last"]
    through = "wordneg convert v.wordneg - --format {} | wordneg neighbors - cat -n 1"
    for name in ("wordneg", "binary", "text", "glove"):
        assert shell(through.format(name), folder) == ["cat\tthe\t0.9839"]
    assert shell("wordneg neighbors <(cat v.wordneg) cat -n 1", folder) == ["cat\tthe\t0.9839"]
    assert shell("wordneg convert v.wordneg >(cat > g) --format text > told; sleep 1; cat g", folder)[0] == "2 2"


@bash
def test_training_onto_standard_output(folder):
    (folder / "small.txt").write_text(SENTENCES)
    lines = shell(f"wordneg train small.txt -o - --format text -q {' '.join(SMALL)}", folder)
    assert lines[0] == "11 16"
    assert len(lines) == 12


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_outputs_among_the_files_that_are_read(folder, capsys, link):
    (folder / "texts").mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / "texts" / name).write_text(SENTENCES)
    link(folder / "texts" / "b.txt", folder / "other.txt")
    for corpus, flags in (
        (["texts/*.txt"], ["-o", "texts/a.txt"]),
        (["texts"], ["-o", "other.txt", "--format", "binary"]),
        (["corpus.txt", "texts"], ["-o", "out.bin", "--save-vocab", "other.txt"]),
        (["corpus.txt", "other.txt"], ["-o", "texts/b.txt"]),
    ):
        assert "the corpus itself, or one of its files" in fails(capsys, 2, "train", *corpus, *flags, "-q")
    assert {path.read_text() for path in folder.glob("**/*.txt")} == {SENTENCES}
    assert not (folder / "out.bin").exists()


def test_vectors_in_a_folder_of_texts_are_refused(folder, model_path, capsys):
    (folder / "texts").mkdir()
    (folder / "texts" / "a.txt").write_text(SENTENCES)
    for name in ("v.bin", "v.txt", "v.wordneg", "v.vec.gz"):
        made = folder / "texts" / name
        assert main(["convert", model_path, str(made)]) == 0
        capsys.readouterr()
        assert f"{name} is " in fails(capsys, 1, "train", "texts", "-o", "out.bin", "-q")
        made.unlink()


def test_several_corpora_are_one(folder, capsys):
    for name in ("1.txt", "2.txt"):
        (folder / name).write_text(SENTENCES)
    for corpora_given in (["1.txt", "2.txt", "corpus.txt"], ["?.txt", "corpus.txt"], ["1.txt", "lee"]):
        assert main(["train", *corpora_given, "-o", "out.bin", "-q", "--json", *SMALL]) == 0
        facts = json.loads(capsys.readouterr().out)
        assert facts["tokens"] == 2160 if "lee" not in corpora_given else facts["tokens"] > 50_000


def test_encoding_of_corpora_and_vectors(folder, capsys):
    (folder / "russian.txt").write_bytes("мама мыла раму\n".encode("cp1251") * 50)
    command = ["train", "russian.txt", "-o", "out.txt", "-q", *SMALL]
    assert "name its encoding" in fails(capsys, 1, *command)
    assert main([*command, "--encoding", "cp1251"]) == 0
    assert set(load_vectors("out.txt").index_to_key) == {"мама", "мыла", "раму"}
    (folder / "out.txt").write_bytes((folder / "out.txt").read_text().encode("cp1251"))
    capsys.readouterr()
    assert "name the file's encoding" in fails(capsys, 1, "convert", "out.txt", "new.bin")
    assert main(["convert", "out.txt", "new.bin", "--encoding", "cp1251", "--limit", "2"]) == 0
    assert len(load_vectors("new.bin")) == 2


# --- under python -OO, and of bugs ----------------------------------------------------------------------


@pytest.mark.lengthy
@pytest.mark.parametrize("command", [["samplers"], ["samplers", "dns"], ["objectives"]])
def test_lists_need_no_docstrings(command):
    plain, optimized = (
        subprocess.run([sys.executable, *flags, "-m", "wordneg", *command], capture_output=True, text=True)
        for flags in ([], ["-OO"])
    )
    assert (optimized.returncode, optimized.stderr) == (0, "")
    assert optimized.stdout == plain.stdout


def test_help_needs_no_docstrings():
    code = "import wordneg.cli as c; print([c.main([command, '--help']) for command in c._COMMANDS])"
    run = subprocess.run([sys.executable, "-OO", "-c", code], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.splitlines()[-1] == str([0] * 12)


def test_lists_without_docstrings_or_sources_have_names(monkeypatch, capsys):
    from wordneg.cli import describing, listing

    for module in (describing, listing):
        monkeypatch.setattr(module, "documentation", lambda thing: "")
    assert main(["samplers"]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == ["name          what it is", "unigram"]


@pytest.mark.parametrize(
    ("bug", "told"),
    [
        (lambda *arguments: {}["a bug"], "KeyError: 'a bug'"),
        (lambda: None, "TypeError: "),  # called with arguments
        (lambda *arguments: int("many"), "ValueError: invalid literal"),
        (lambda *arguments: np.zeros(2) + np.zeros(3), "ValueError: operands could not be broadcast"),
    ],
)
def test_a_bug_is_shown_as_one(bug, told, monkeypatch, tmp_path, capsys):
    from wordneg.cli import converting

    monkeypatch.setattr(converting, "load_vectors", bug)
    assert main(["convert", "a.bin", str(tmp_path / "b.txt")]) == 1
    shown = capsys.readouterr().err
    assert "Traceback (most recent call last)" in shown
    assert f"\n{told}" in shown
    assert "wordneg: this is a mistake in wordneg, not yours; please report it" in shown
    assert "/issues" in shown


@pytest.mark.parametrize(
    "command", [["neighbors", "absent.bin", "a"], ["train", "corpus.txt", "-o", "a", "--window", "0"]]
)
def test_what_is_stated_is_a_sentence_and_with_debug_a_traceback_without_a_plea(command, folder, capsys):
    assert main(command) in (1, 2)
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert main([*command, "--debug"]) in (1, 2)
    assert "report" not in capsys.readouterr().err


def test_an_error_on_a_thread_is_stated_all_the_same():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool, pytest.raises(ValueError, match="must not be negative") as caught:
        pool.submit(Vocabulary, ["a"], np.array([-1])).result()
    assert stated(caught.value)


def test_a_word_that_begins_with_a_dash(tmp_path, capsys):
    (tmp_path / "v.txt").write_text("2 2\n-lrb- 1 0\n-rrb- 1 1\n")
    vectors = str(tmp_path / "v.txt")
    assert main(["neighbors", vectors, "-lrb-"]) == 2
    assert "there is no flag -lrb-; a WORD that begins with a dash is written after --, as in: -- -lrb-" in (
        capsys.readouterr().err
    )
    assert main(["neighbors", vectors, "--", "-lrb-"]) == 0
    assert capsys.readouterr().out == "-lrb-\t-rrb-\t0.7071\n"
    assert main(["neighbors", vectors, "--minus", "-lrb-", "--", "-rrb-"]) == 0
