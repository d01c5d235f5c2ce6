"""open_corpus: each kind of source, and the sources that are none."""

import gzip
import io
import os
import tarfile
import threading
import zipfile

import pytest

from wordneg.corpora import ByteCorpus, Corpus, open_corpus, tokenize


def test_what_it_gives_fulfils_the_contract(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("a b\n")
    plain, tokenized = open_corpus(path), open_corpus(path, tokenizer=tokenize)
    assert isinstance(plain, ByteCorpus)
    assert isinstance(tokenized, Corpus)
    assert not isinstance(tokenized, ByteCorpus)
    assert plain.name == str(path)
    assert isinstance(open_corpus([["a"]]), Corpus)


def test_a_corpus_is_returned_as_it_is():
    corpus = open_corpus([["a"]])
    assert open_corpus(corpus) is corpus
    with pytest.raises(ValueError, match="tokenizer= would have no effect"):
        open_corpus(corpus, tokenizer=tokenize)


def test_folder_is_read_in_order_without_hidden_files(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "c.txt").write_text("third")
    (tmp_path / "b" / "x.txt.gz").write_bytes(gzip.compress(b"second"))
    (tmp_path / "a.txt").write_text("first")
    (tmp_path / ".hidden").write_text("no")
    (tmp_path / ".git" / "config").write_text("no")
    corpus = open_corpus(tmp_path)
    assert list(corpus) == [["first"], ["second"], ["third"]]
    assert corpus.name == str(tmp_path)


def test_pattern(tmp_path):
    for name in ("2.txt", "1.txt", "3.log"):
        (tmp_path / name).write_text(name)
    assert list(open_corpus(str(tmp_path / "*.txt"))) == [["1.txt"], ["2.txt"]]
    (tmp_path / "[x].txt").write_text("a file with brackets in its name")
    assert len(list(open_corpus(tmp_path / "[x].txt"))) == 1


def test_nothing_there(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="holds no files"):
        open_corpus(tmp_path / "empty")
    with pytest.raises(FileNotFoundError, match="no file matches the pattern"):
        open_corpus(str(tmp_path / "*.txt"))
    with pytest.raises(FileNotFoundError, match=r"no file or folder is called .*missing\.txt'$"):
        open_corpus(tmp_path / "missing.txt")
    with pytest.raises(FileNotFoundError, match=r"corpora\.load\('lee'\)"):
        open_corpus("lee")


@pytest.mark.parametrize("text", ["the cat sat on the mat", "long " * 10_000, "nul \0 inside"])
def test_running_text_is_not_a_path(text):
    with pytest.raises(FileNotFoundError, match="a string is taken as a path") as caught:
        open_corpus(text)
    assert len(str(caught.value)) < 400


class _Table:
    columns = ("text",)
    shape = (1, 1)

    def __iter__(self):
        return iter(self.columns)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"bytes", "BytesIO"),
        ({"text": ["a"]}, "pick the part"),
        (_Table(), "pick the column"),
        (5, "a corpus cannot be made from an object of type int"),
        (None, "NoneType"),
    ],
)
def test_what_is_no_source(source, message):
    with pytest.raises(TypeError, match=message):
        open_corpus(source)


def test_streams_binary_packed_and_text():
    for stream in (
        io.BytesIO("ä b\nc".encode()),
        io.BytesIO(gzip.compress("ä b\nc".encode())),
        io.StringIO("ä b\nc"),
    ):
        corpus = open_corpus(stream)
        assert corpus.one_shot
        assert list(corpus) == [["ä", "b"], ["c"]]
        assert list(corpus) == []
        assert not stream.closed
    assert list(open_corpus(io.StringIO("Ä b!"), tokenizer=tokenize)) == [["ä", "b"]]


def test_stream_unpacked_by_its_opener(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"a b\n"))
    with gzip.open(path) as stream:
        assert list(open_corpus(stream)) == [["a", "b"]]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_named_pipe_is_one_shot(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(b"a b\nc\n",))
    writer.start()
    corpus = open_corpus(path)
    assert corpus.one_shot
    assert list(corpus) == [["a", "b"], ["c"]]
    writer.join()


def test_zip_members_are_read_in_place(tmp_path):
    path = tmp_path / "text.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../outside.txt", "one")
        archive.writestr("folder/two.txt", "two")
        archive.writestr("__MACOSX/._two.txt", "no")
    # Nothing is written anywhere, so that a name may lead out of the archive.
    assert list(open_corpus(path)) == [["one"], ["two"]]
    assert sorted(tmp_path.iterdir()) == [path]
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(ValueError, match=r"text\.zip: the zip archive is corrupt or cut short"):
        open_corpus(path)
    with pytest.raises(ValueError, match="give its path"):
        open_corpus(io.BytesIO(b"PK\x03\x04rest"))


def test_tar_members_are_read_in_place(tmp_path):
    path = tmp_path / "text.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in (("a.txt", b"one two"), ("b/.hidden", b"no"), ("b/c.txt", b"three")):
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert list(open_corpus(path)) == [["one", "two"], ["three"]]
    assert list(open_corpus(io.BytesIO(path.read_bytes()))) == [["one", "two"], ["three"]]


def test_cut_tar(tmp_path):
    path = tmp_path / "text.tar"
    with tarfile.open(path, "w") as archive:
        member = tarfile.TarInfo("a.txt")
        member.size = 100_000
        archive.addfile(member, io.BytesIO(b"word " * 20_000))
    path.write_bytes(path.read_bytes()[:50_000])
    with pytest.raises((ValueError, EOFError), match=r"text\.tar"):
        list(open_corpus(path))


def test_pandas_series_and_frame():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"text": ["One two.", "Three"]})
    assert list(open_corpus(frame["text"], tokenizer=tokenize)) == [["one", "two"], ["three"]]
    with pytest.raises(TypeError, match="pick the column"):
        open_corpus(frame, tokenizer=tokenize)


def test_a_folder_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    for name in ("a.txt", "more/b.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("word\n")
    scan = os.scandir

    def refusing(path):
        if str(path).endswith("more"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(PermissionError, match="more"):
        open_corpus(tmp_path)
