"""MediaWiki dumps: found by their contents, parsed as gensim does, damaged ones refused."""

import bz2
import io
import sys

import pytest

from wordneg.corpora import MediaWikiCorpus, open_corpus, tokenize

wikicorpus = pytest.importorskip("gensim.corpora.wikicorpus")

PROSE = "The '''quick''' [[fox|brown fox]] jumps over the lazy dog near the river bank.\n\n== Heading ==\n" * 6


def _dump(*pages: tuple[str, str | None, str], version: str = "0.10") -> bytes:
    parts = [f'<mediawiki xmlns="http://www.mediawiki.org/xml/export-{version}/"><siteinfo/>']
    for number, (title, namespace, text) in enumerate(pages):
        ns = "" if namespace is None else f"<ns>{namespace}</ns>"
        parts.append(
            f"<page><title>{title}</title>{ns}<id>{number}</id><revision><text>{text}</text></revision></page>"
        )
    return "\n".join([*parts, "</mediawiki>"]).encode()


def test_sentences_are_lines_of_articles(tmp_path):
    path = tmp_path / "dump-without-a-telling-name"
    path.write_bytes(
        bz2.compress(
            _dump(
                ("Fox", "0", PROSE),
                ("Talk:Fox", "1", PROSE),
                ("Template:Fox", "0", PROSE),
                ("Short", "0", "Too short."),
                ("Empty", "0", ""),
            )
        )
    )
    corpus = open_corpus(path)
    assert isinstance(corpus, MediaWikiCorpus)
    assert not hasattr(corpus, "read_blocks")
    sentence = [
        "the",
        "quick",
        "brown",
        "fox",
        "jumps",
        "over",
        "the",
        "lazy",
        "dog",
        "near",
        "the",
        "river",
        "bank",
    ]
    assert list(corpus) == [sentence, ["heading"]] * 6
    assert list(corpus) == list(corpus)


def test_old_dumps_have_no_namespaces(tmp_path):
    path = tmp_path / "dump.xml"
    path.write_bytes(_dump(("Fox", None, PROSE), ("User:Fox", None, PROSE), version="0.3"))
    assert len(list(open_corpus(path))) == 12


def test_own_tokenizer_and_stream():
    corpus = open_corpus(io.BytesIO(_dump(("Fox", "0", PROSE + "Don't be a 1-letter word."))), tokenizer=tokenize)
    assert corpus.one_shot
    assert list(corpus)[-1] == ["don't", "be", "a", "1", "letter", "word"]


def test_same_words_as_gensim(tmp_path):
    dump = _dump(("Fox", "0", PROSE + "Caf&#233; {{template|x}} of 1984, <ref>no</ref> naïve_x"))
    ((_, text, _),) = wikicorpus.extract_pages(io.BytesIO(dump))
    expected = wikicorpus.tokenize(wikicorpus.filter_wiki(text))
    path = tmp_path / "dump.xml"
    path.write_bytes(dump)
    assert [word for sentence in open_corpus(path) for word in sentence] == expected


@pytest.mark.parametrize(
    "damage",
    [
        lambda dump: dump[:-40],
        lambda dump: dump.replace(b"</title>", b"</titel>"),
        lambda dump: dump.replace(b"www.", b""),
    ],
)
def test_damaged_dump_names_its_file(tmp_path, damage):
    path = tmp_path / "dump.xml"
    path.write_bytes(damage(_dump(("Fox", "0", PROSE))))
    with pytest.raises(ValueError, match=r"dump\.xml: the MediaWiki dump is damaged"):
        list(open_corpus(path))


def test_cut_compressed_dump(tmp_path):
    path = tmp_path / "dump.xml.bz2"
    path.write_bytes(bz2.compress(_dump(("Fox", "0", PROSE)))[:-20])
    with pytest.raises(EOFError, match=r"dump\.xml\.bz2.*cut short"):
        list(open_corpus(path))


def test_dump_among_text_files(tmp_path):
    (tmp_path / "a.txt").write_text("plain text")
    (tmp_path / "b.xml").write_bytes(_dump(("Fox", "0", PROSE)))
    with pytest.raises(ValueError, match=r"b\.xml is a MediaWiki dump where plain text is expected"):
        list(open_corpus(tmp_path))


def test_without_gensim(tmp_path, monkeypatch):
    path = tmp_path / "dump.xml"
    path.write_bytes(_dump(("Fox", "0", PROSE)))
    for module in [name for name in sys.modules if name.split(".")[0] == "gensim"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "gensim", None)
    with pytest.raises(ModuleNotFoundError, match=r"dump\.xml is a MediaWiki dump, which is parsed by gensim"):
        open_corpus(path)
