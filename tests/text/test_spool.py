import errno
import subprocess
import sys

import numpy as np
import pytest
from sentences import SENTENCES, TextCorpus, random_sentences

from wordneg.text.encoding import encode
from wordneg.text.scanning import interning, spool
from wordneg.text.scanning.spool import Spool


@pytest.fixture(params=[list, TextCorpus])
def corpus_of(request):
    return request.param


def test_what_is_written_comes_out_compacted(monkeypatch):
    monkeypatch.setattr(spool, "_CHUNK_TOKENS", 4)
    values = np.array([0, 1, 0, -1, 1, -1, 2, 2, 0, -1], dtype=np.int32)
    made = Spool(1 << 20, None)
    room = made.room()
    room[:2] = values[:2]
    made.advance(2)
    made.write(values[2:])
    tokens, offsets = made.compact(np.array([7, -1, 8], dtype=np.int32), 5, 3)
    assert tokens.tolist() == [7, 7, 8, 8, 7]
    assert offsets.tolist() == [0, 2, 5]


@pytest.mark.parametrize("chunk", [3, 64, 1 << 22])
@pytest.mark.parametrize("memory_limit", [0, 1000, 1 << 30])
@pytest.mark.parametrize("own_path", [False, True])
def test_memory_and_files_give_the_same_store(monkeypatch, tmp_path, corpus_of, chunk, memory_limit, own_path):
    sentences = random_sentences(60)
    expected = encode(sentences, min_count=2)
    monkeypatch.setattr(spool, "_CHUNK_TOKENS", chunk)
    path = tmp_path / "spool" if own_path else None
    store = encode(corpus_of(sentences), min_count=2, memory_limit=memory_limit, path=path)
    assert store.tokens.tolist() == expected.tokens.tolist()
    assert store.offsets.tolist() == expected.offsets.tolist()
    assert store.fingerprint == expected.fingerprint
    assert type(store.tokens) is np.ndarray
    assert not store.tokens.flags.writeable
    if own_path and memory_limit < 1 << 30:
        assert np.fromfile(path, dtype=np.int32).tolist() == expected.tokens.tolist()
    else:
        assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_not_overwritten(tmp_path):
    path = tmp_path / "precious"
    path.write_text("text")
    with pytest.raises(FileExistsError, match="precious exists, but tokens are spooled only to new files"):
        encode(SENTENCES, min_count=1, memory_limit=0, path=path)
    assert path.read_text() == "text"


def test_a_failure_removes_the_spool(monkeypatch, tmp_path):
    monkeypatch.setattr(spool, "_CHUNK_TOKENS", 4)
    monkeypatch.setattr(interning, "_BUFFER_TOKENS", 1)
    path = tmp_path / "spool"

    def breaks_off():
        yield from SENTENCES
        assert path.exists()
        raise RuntimeError("gone")

    with pytest.raises(RuntimeError, match="gone"):
        encode(breaks_off(), memory_limit=0, path=path)
    assert not path.exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /dev/full")
def test_a_full_disk(monkeypatch):
    monkeypatch.setattr(spool, "_CHUNK_TOKENS", 1 << 14)
    with open("/dev/full", "wb", buffering=0) as full:
        monkeypatch.setattr(spool.tempfile, "TemporaryFile", lambda: full)
        with pytest.raises(OSError, match=r"tokens cannot be spooled to .*; free some space") as caught:
            encode([["a"] * 100_000], memory_limit=0)
    assert caught.value.errno == errno.ENOSPC


@pytest.mark.lengthy
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ru_maxrss is in KiB on Linux")
def test_memory_stays_near_the_size_of_the_store():
    program = """
import resource
from wordneg.text.encoding import encode

class Corpus:
    name, one_shot = "blocks", False
    def __init__(self, blocks): self.blocks = blocks
    def __iter__(self): raise NotImplementedError
    def read_blocks(self, size):
        for _ in range(self.blocks): yield b"some words and no more\\n" * 50_000

def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
encode(Corpus(1))
before = peak()
store = encode(Corpus(60))
print(peak() - before, store.tokens.nbytes / 2**20)
"""
    run = [sys.executable, "-c", program]
    grown, size = map(float, subprocess.run(run, capture_output=True, text=True, check=True).stdout.split())
    assert size > 50
    # The spool holds an end mark a sentence too, and one chunk of 4 MiB may be twice there.
    assert grown < 1.2 * size + 20
