"""`convert` to text is what ``spacy init vectors`` reads."""

import gzip
import subprocess
import sys

import numpy as np
import pytest

from wordneg import WordVectors
from wordneg.cli import main

WORDS = ["the", "naïve", "don't", "日本", "u.s.", "a\xa0b", "\u2028"]


@pytest.fixture(params=["v.txt", "v.txt.gz"])
def written(request, tmp_path):
    values = np.random.default_rng(1).standard_normal((len(WORDS), 4)).astype(np.float32)
    wv = WordVectors(WORDS, values)
    wv.save(tmp_path / "v.wordneg")
    assert main(["convert", str(tmp_path / "v.wordneg"), str(tmp_path / request.param)]) == 0
    return wv, tmp_path / request.param


def test_the_text_is_as_spacy_reads_it(written):
    wv, path = written
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        header, *lines = [line.decode() for line in stream]
    assert header.split() == [str(len(WORDS)), "4"]
    found = [line.rstrip().rsplit(" ", 4) for line in lines]
    assert [word for word, *_ in found] == WORDS
    np.testing.assert_array_equal(np.array([values for _, *values in found], np.float32), wv.vectors)


@pytest.mark.clients
def test_spacy_takes_it(written, tmp_path):
    pytest.importorskip("spacy")
    wv, path = written
    command = [sys.executable, "-m", "spacy", "init", "vectors", "en", str(path), str(tmp_path / "nlp")]
    subprocess.run(command, check=True, capture_output=True)
    code = "import sys, spacy, numpy; vocab = spacy.load(sys.argv[1]).vocab; words = sys.argv[3:]\n"
    code += "assert all(vocab[word].has_vector for word in words)\n"
    code += "numpy.save(sys.argv[2], [vocab[word].vector for word in words])"
    subprocess.run([sys.executable, "-c", code, tmp_path / "nlp", tmp_path / "found.npy", *WORDS], check=True)
    np.testing.assert_array_equal(np.load(tmp_path / "found.npy"), wv.vectors)
