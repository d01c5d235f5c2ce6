"""Named corpora: the entries, the bundled ones for real, the others through files put in place by hand."""

import gzip
import hashlib
import importlib.util
import io
import json
import tarfile
import zipfile
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

from wordneg.corpora import BundledFile, ByteCorpus, MediaWikiCorpus, RemoteFile, catalog, info, load, names
from wordneg.corpora.sources import file_source

needs_gensim = pytest.mark.skipif(importlib.util.find_spec("gensim") is None, reason="needs gensim")


@pytest.mark.parametrize("name", names())
def test_entries_say_everything(name):
    entry = info(name)
    assert entry.name == name
    for text in (entry.description, entry.license, entry.provenance):
        assert len(text) > 10
    sizes = [file.size for file in entry.files]
    assert None in sizes or entry.size == sum(sizes)
    for file in entry.files:
        method, digest = file.checksum.split(":")
        assert len(bytes.fromhex(digest)) == {"sha256": 32, "md5": 16}[method]
        assert file.published
    with pytest.raises(FrozenInstanceError):
        entry.name = "other"


def test_unknown_names_get_near_misses():
    with pytest.raises(ValueError, match=r"no corpus is called 'txet8'; did you mean 'text8'\?.*wikipedia-sample"):
        load("txet8")
    with pytest.raises(ValueError, match="open_corpus"):
        info("zzz")


@pytest.mark.parametrize("name", ["wikipedia-sample", pytest.param("lee", marks=needs_gensim)])
def test_bundled_files_are_those_described(name):
    (file,) = info(name).files
    assert isinstance(file, BundledFile)
    data = catalog._bundled_path(name, file).read_bytes()
    assert len(data) == file.size
    assert file.checksum == "sha256:" + hashlib.sha256(data).hexdigest()


@needs_gensim
def test_lee():
    corpus = load("lee")
    sentences = list(corpus)
    assert len(sentences) == 300
    assert sum(map(len, sentences)) == 60_533
    assert sentences[0][:6] == ["hundreds", "of", "people", "have", "been", "forced"]
    assert corpus.name == "lee"
    assert not corpus.one_shot


def test_wikipedia_sample():
    corpus = load("wikipedia-sample")
    sentences = list(corpus)
    assert sum(map(len, sentences)) == 452_944
    assert len(sentences) == 16_191
    assert sentences[0][:4] == ["anarchism", "is", "political", "philosophy"]
    assert isinstance(corpus, ByteCorpus)  # read by compiled code


@pytest.mark.lengthy
def test_wikipedia_sample_is_the_text_of_the_dump_that_comes_with_gensim():
    utils = pytest.importorskip("gensim.test.utils")
    dump = utils.datapath("enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2")
    assert list(load("wikipedia-sample")) == [
        list(sentence) for sentence in MediaWikiCorpus(file_source([Path(dump)], name="dump"))
    ]


def test_without_gensim_what_comes_with_it_says_so(monkeypatch):
    monkeypatch.setattr(catalog.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModuleNotFoundError, match=r"'lee' comes with gensim.*wikipedia-sample"):
        load("lee")
    assert next(iter(load("wikipedia-sample")))


def _stand_in(monkeypatch, folder, name, contents):
    """Put small files in the cache in place of the real ones of `name`."""
    entry = info(name)
    files = []
    for file, data in zip(entry.files, contents, strict=True):
        assert isinstance(file, RemoteFile)
        (folder / file.file_name).write_bytes(data)
        checksum = "sha256:" + hashlib.sha256(data).hexdigest()
        files.append(replace(file, size=len(data), checksum=checksum))
    monkeypatch.setitem(catalog._CATALOG, name, replace(entry, files=tuple(files)))


def test_text8_is_read_inside_its_zip(monkeypatch, tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("text8", " anarchism originated as a term" * 10)
    _stand_in(monkeypatch, tmp_path, "text8", [packed.getvalue()])
    corpus = load("text8", folder=tmp_path)
    assert isinstance(corpus, ByteCorpus)
    (sentence,) = corpus
    assert len(sentence) == 50


def test_one_billion_words_reads_its_training_part(monkeypatch, tmp_path):
    packed = io.BytesIO()
    top = "1-billion-word-language-modeling-benchmark-r13output"
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for member, text in (
            ("README", b"not this"),
            ("training-monolingual.tokenized.shuffled/news.en-00001-of-00100", b"The U.S. Centers\n"),
            ("heldout-monolingual.tokenized.shuffled/news.en.heldout-00000-of-00050", b"nor this\n"),
            ("training-monolingual.tokenized.shuffled/news.en-00002-of-00100", b"When the\n"),
        ):
            entry = tarfile.TarInfo(f"{top}/{member}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
    _stand_in(monkeypatch, tmp_path, "one-billion-words", [packed.getvalue()])
    assert list(load("one-billion-words", folder=tmp_path)) == [["The", "U.S.", "Centers"], ["When", "the"]]


def test_wiki_english_joins_its_parts(monkeypatch, tmp_path):
    articles = [{"title": "A", "section_texts": ["First line.\nSecond!", "Third"]}, {"section_texts": ["4"]}]
    packed = gzip.compress("\n".join(map(json.dumps, articles)).encode())
    quarter = len(packed) // 4
    parts = [packed[start * quarter : (start + 1) * quarter] for start in range(3)] + [packed[3 * quarter :]]
    _stand_in(monkeypatch, tmp_path, "wiki-english-20171001", parts)
    corpus = load("wiki-english-20171001", folder=tmp_path)
    assert list(corpus) == [["first", "line"], ["second"], ["third"], ["4"]]
    _stand_in(monkeypatch, tmp_path, "wiki-english-20171001", [gzip.compress(b'{"title": "A"}\n'), b"", b"", b""])
    with pytest.raises(ValueError, match="line 1 is not an article"):
        list(load("wiki-english-20171001", folder=tmp_path))


@pytest.mark.network
def test_text8_for_real(tmp_path):
    blocks = load("text8", folder=tmp_path).read_blocks()
    digest = hashlib.md5()
    for block in blocks:
        digest.update(block.rstrip(b"\n"))
    assert digest.hexdigest() == "3bea1919949baf155f99411df5fada7e"
