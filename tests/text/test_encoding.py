import subprocess
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sentences import SENTENCES, TextCorpus, decoded, naive_encoding, random_sentences

from wordneg import corpora
from wordneg.text import reading
from wordneg.text.encoding import encode
from wordneg.text.vocabulary import Vocabulary


@pytest.fixture(params=[list, TextCorpus])
def corpus_of(request):
    return request.param


def test_words_under_the_cut_off_vanish_and_empty_sentences_too(corpus_of):
    store = encode(corpus_of(SENTENCES), min_count=2)
    assert store.vocabulary.words == ["the", "cat", "on", "sat"]
    assert store.vocabulary.counts.tolist() == [5, 4, 2, 2]
    assert decoded(store) == [
        ["the", "cat", "sat", "on", "the"],
        ["the", "sat", "on", "the", "cat"],
        ["cat", "the", "cat"],
    ]
    assert (store.raw_tokens, store.raw_sentences) == (18, 4)
    assert (store.tokens.dtype, store.offsets.dtype) == (np.int32, np.int64)
    assert not store.tokens.flags.writeable
    assert not store.offsets.flags.writeable


def test_name_and_repr():
    store = encode(TextCorpus(SENTENCES), min_count=2)
    assert store.name == "text"
    assert repr(store) == "TokenStore('text', 13 tokens of 18 read, 3 sentences, 4 words)"
    assert repr(encode(SENTENCES)).startswith("TokenStore('list', 5 tokens of 18 read")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"min_count": 1},
        {"min_count": 3, "sorted_vocab": False},
        {"max_final_vocab": 40},
        {"max_final_vocab": 40, "min_count": 30},
        {"max_vocab_size": 100, "min_count": 2},
    ],
)
def test_vocabulary_is_gensims(corpus_of, settings):
    from gensim.models import Word2Vec

    sentences = [sentence for sentence in random_sentences(2000) if sentence]
    store = encode(corpus_of(sentences), **settings)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = Word2Vec(vector_size=1, **settings)
        model.build_vocab(sentences)
    assert store.vocabulary.words == model.wv.index_to_key
    assert store.vocabulary.counts.tolist() == model.wv.expandos["count"].tolist()
    assert np.bincount(store.tokens).tolist() == store.vocabulary.counts.tolist()
    assert store.raw_tokens == sum(map(len, sentences))


def test_the_lee_corpus_is_encoded_as_gensim_sees_it(corpus_of):
    from gensim.models import Word2Vec
    from gensim.test.utils import datapath
    from gensim.utils import simple_preprocess

    with open(datapath("lee_background.cor"), encoding="utf-8") as file:
        sentences = [simple_preprocess(line) for line in file]
    store = encode(corpus_of(sentences))
    model = Word2Vec(vector_size=1)
    model.build_vocab(sentences)
    assert store.vocabulary.words == model.wv.index_to_key
    assert decoded(store) == naive_encoding(sentences, set(model.wv.index_to_key))
    sample_ints = np.uint32(store.vocabulary.keep_probabilities(1e-3) * (2**32 - 1))
    assert sample_ints.tolist() == model.wv.expandos["sample_int"].tolist()


@settings(deadline=None)
@given(
    sentences=st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), min_size=1, max_size=12),
    min_count=st.integers(1, 3),
)
def test_lists_and_text_give_the_naive_encoding(sentences, min_count):
    flat = [word for sentence in sentences for word in sentence]
    kept = {word for word in flat if flat.count(word) >= min_count}
    if not kept:
        return
    from_lists = encode(sentences, min_count=min_count)
    from_text = encode(TextCorpus(sentences), min_count=min_count)
    assert decoded(from_lists) == naive_encoding(sentences, kept)
    assert from_lists.fingerprint == from_text.fingerprint


def test_generators_tuples_and_numpy_strings():
    expected = encode(SENTENCES, min_count=2)
    one_pass = encode((iter(sentence) for sentence in SENTENCES), min_count=2)
    arrays = encode([np.array(sentence, dtype=str) for sentence in SENTENCES], min_count=2)
    assert one_pass.fingerprint == arrays.fingerprint == expected.fingerprint
    assert all(type(word) is str for word in arrays.vocabulary.words)


def test_a_given_vocabulary_is_used_as_it_is(corpus_of):
    vocabulary = Vocabulary(["cat", "bird", "the"], np.array([7, 5, 3]))
    store = encode(corpus_of(SENTENCES), vocabulary=vocabulary)
    assert store.vocabulary is vocabulary
    assert store.tokens.tolist() == [2, 0, 2, 2, 2, 0, 0, 2, 0]
    assert store.offsets.tolist() == [0, 3, 6, 9]


def test_a_given_vocabulary_with_replacement_characters():
    corpus = TextCorpus([])
    corpus.text = b"a \xff a \xfe\n"
    store = encode(corpus, vocabulary=Vocabulary(["\ufffd"], np.array([1])))
    assert store.tokens.tolist() == [0, 0]


def test_a_forgotten_word_starts_anew(corpus_of):
    # Prunings after sentences 2 to 5 forget words with fewer than 1, 2, 3 and 4 occurrences.
    sentences = [["a", "a", "a"], ["b", "c"], ["b"], ["c", "c", "a"], ["b"] * 4]
    store = encode(corpus_of(sentences), max_vocab_size=1, min_count=1, sorted_vocab=False)
    assert store.vocabulary.index == {"a": 0, "b": 1}
    assert store.vocabulary.counts.tolist() == [4, 4]
    assert decoded(store) == [["a"] * 3, ["a"], ["b"] * 4]


def test_the_last_words_are_forgotten(corpus_of):
    sentences = [["a", "a", "a"], ["b", "c"], ["b"], ["c", "c", "a"], ["b", "d"]]
    store = encode(corpus_of(sentences), max_vocab_size=1, min_count=1)
    assert store.vocabulary.words == ["a"]
    assert decoded(store) == [["a"] * 3, ["a"]]


def test_progress_counts_bytes_or_sentences(monkeypatch):
    monkeypatch.setattr(reading, "_REPORT_EVERY", 2)
    monkeypatch.setattr(reading, "_BLOCK_BYTES", 40)
    calls = []
    encode(SENTENCES[:4], min_count=1, progress=calls.append)
    assert calls == [2, 3]
    calls.clear()
    corpus = TextCorpus(SENTENCES)
    encode(corpus, min_count=1, progress=calls.append)
    assert calls == [40, len(corpus.text)]


def test_everything_that_corpora_opens_is_encoded(tmp_path):
    expected = encode(SENTENCES, min_count=2)
    lines = [" ".join(sentence) for sentence in SENTENCES]
    path = tmp_path / "text.txt"
    path.write_text("\n".join(lines))
    assert encode(path, min_count=2).fingerprint == expected.fingerprint
    assert encode(str(path), min_count=2).name == str(path)
    assert encode(corpora.open_corpus(path), min_count=2).fingerprint == expected.fingerprint
    with path.open("rb") as stream:
        assert encode(stream, min_count=2).fingerprint == expected.fingerprint
    assert encode(lines, tokenizer=str.split, min_count=2).fingerprint == expected.fingerprint
    assert encode(iter(lines), tokenizer=str.split, min_count=2).fingerprint == expected.fingerprint
    upper = encode(path, tokenizer=lambda line: line.upper().split(), min_count=2)
    assert upper.vocabulary.words == [word.upper() for word in expected.vocabulary.words]
    assert upper.tokens.tolist() == expected.tokens.tolist()


def test_words_longer_than_a_key_are_encoded(corpus_of):
    sentences = [[f"{'long' * 5}{number % 7}", "short"] for number in range(50)]
    assert decoded(encode(corpus_of(sentences), min_count=1)) == sentences


# --- bad input


@pytest.mark.parametrize(
    ("corpus", "match"),
    [
        (b"bytes", "a corpus cannot be made from an object of type bytes"),
        (7, "a corpus cannot be made from an object of type int"),
        ({"text": []}, r"pick the part that holds the text, such as source\['text'\]"),
        (["a sentence"], "sentence 1 is a str: 'a sentence', but a list of words is expected; for running text"),
        ([["a"], b"text"], "sentence 2 is a bytes: b'text'"),
        ([["a"], None], "sentence 2 is a NoneType: None, but a list of words is expected"),
        ([["a", "b"], [], ["a", 3.5]], r"token 2 of sentence 2 \(not counting empty ones\) is 3.5 of type float"),
        ([np.array([1.5, 2])], "token 1 of sentence 1 .* is 1.5 of type float"),
    ],
)
def test_what_is_not_a_corpus(corpus, match):
    with pytest.raises(TypeError, match=match):
        encode(corpus)


def test_strings_are_paths():
    with pytest.raises(FileNotFoundError, match=r"no file or folder is called 'no such\.txt'"):
        encode("no such.txt")


def test_a_tokenizer_needs_strings_that_are_not_tokenized_yet():
    with pytest.raises(TypeError, match="with a tokenizer, every item must be a string"):
        encode(SENTENCES, tokenizer=str.split)
    with pytest.raises(ValueError, match="is already a corpus, so tokenizer= would have no effect"):
        encode(TextCorpus(SENTENCES), tokenizer=str.split)


def test_empty_corpora(corpus_of):
    with pytest.raises(ValueError, match=r"has no tokens: expected at least one .* Check the path"):
        encode(corpus_of([]))
    with pytest.raises(ValueError, match="has no tokens"):
        encode(corpus_of([[], []]))


def test_a_spent_generator():
    sentences = (sentence for sentence in SENTENCES)
    encode(sentences)
    with pytest.raises(
        ValueError,
        match="the corpus 'generator' has no tokens: it can be read only once and may have been consumed already",
    ):
        encode(sentences)


def test_a_spent_corpus():
    corpus = TextCorpus([])
    corpus.one_shot = True
    with pytest.raises(ValueError, match="the corpus 'text' has no tokens: it can be read only once"):
        encode(corpus)


def test_no_word_reaches_the_cut_off(corpus_of):
    with pytest.raises(
        ValueError,
        match="no word reaches min_count=6: 9 distinct words were read, and the most frequent occurs 5 "
        r"times\. Lower min_count to 5",
    ):
        encode(corpus_of(SENTENCES), min_count=6)
    with pytest.raises(ValueError, match=r"max_final_vocab=1 leaves no word: .* Raise max_final_vocab"):
        encode(corpus_of([["a", "b"]]), min_count=1, max_final_vocab=1)


def test_everything_was_forgotten(corpus_of):
    with pytest.raises(ValueError, match="max_vocab_size=1 has pruned every word"):
        encode(corpus_of([["a", "b"], ["a", "c"], ["a", "b"], ["b", "c"], ["a", "b"]]), max_vocab_size=1)


def test_nothing_in_the_given_vocabulary(corpus_of):
    with pytest.raises(ValueError, match="none of the 9 distinct words read, such as 'the', is in the given"):
        encode(corpus_of(SENTENCES), vocabulary=Vocabulary(["THE"], np.array([1])))


@pytest.mark.parametrize(
    ("settings", "error", "match"),
    [
        ({"min_count": -1}, ValueError, "min_count must be at least 0"),
        ({"min_count": 1.5}, TypeError, "min_count must be an integer"),
        ({"max_final_vocab": 0}, ValueError, "max_final_vocab must be at least 1"),
        ({"max_vocab_size": 0}, ValueError, "max_vocab_size must be at least 1"),
        ({"max_vocab_size": float("nan")}, TypeError, "max_vocab_size must be an integer"),
        ({"memory_limit": -1}, ValueError, "memory_limit must be at least 0"),
        ({"vocabulary": ["a"]}, TypeError, "vocabulary must be a Vocabulary, got list"),
        (
            {"vocabulary": Vocabulary(["a"], np.array([1])), "max_vocab_size": 5},
            ValueError,
            "max_vocab_size would prune words of the given vocabulary",
        ),
    ],
)
def test_bad_settings_are_refused_before_anything_is_read(settings, error, match):
    corpus = iter(SENTENCES)
    with pytest.raises(error, match=match):
        encode(corpus, **settings)
    assert len(list(corpus)) == len(SENTENCES)


def test_importing_needs_neither_numba_nor_gensim():
    program = "import sys, wordneg.text.encoding; print({'numba', 'gensim', 'scipy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_invalid_bytes_are_counted_by_the_scanner(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes(b"the quick brown fox\n" * 400 + b"caf\xe9 caf\xe9 \xff\n")
    with pytest.warns(corpora.TextEncodingWarning, match=r"not valid utf-8 was replaced by U\+FFFD in 3 places of 8,0"):
        store = encode(path, min_count=1)
    assert store.vocabulary.words[4:] == ["caf\ufffd", "\ufffd"]
    assert encode(path, min_count=1, unicode_errors="replace").fingerprint == store.fingerprint
    with pytest.raises(UnicodeError, match="byte 0xe9 near byte 8,003 is invalid"):
        encode(path, unicode_errors="strict")
    path.write_bytes(b"plain words\n" * 10_000 + "мама мыла раму\n".encode("cp1251") * 1000)
    with pytest.raises(UnicodeError, match=r"text\.txt is no utf-8 text: its .* bytes are invalid in 12,000 places"):
        encode(path)
    assert len(encode(path, encoding="cp1251").vocabulary) == 5


def test_words_that_are_too_long_are_told(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes(b"word " * 10 + b"x" * 200_000 + b" end\n")
    with pytest.warns(UserWarning, match=r"words longer than 65,536 bytes were cut, 3 times"):
        encode(path, min_count=1)


PROSE = 'He said: "the example, (see below), works; does `it` not?" It does! Well, then; so be it.\n' * 5


def test_raw_prose_without_a_tokenizer_is_told(tmp_path):
    path = tmp_path / "prose.txt"
    path.write_text(PROSE + "\n".join(f"word{n}, other{n} third{n}" for n in range(30)))
    with pytest.warns(UserWarning, match=r"3\d% of the words have punctuation.*such as '\S+' and '\S+'.*--tokenize"):
        encode(path, min_count=1)
    encode(path, min_count=1, tokenizer=corpora.tokenize)  # no warning


@pytest.mark.parametrize(
    "text",
    [
        "the u.s. and n.y. , as a b.c. company ( inc. ) isn 't bad ; it 's good , well-known & so-called .\n",
        "don't can't o'clock cats' dogs' rock'n'roll c++ c# .net u.k. e.g. i.e. etc. 3.5 10% $5 a/b -- - ' \" ''\n",
    ],
)
def test_tokenized_text_is_not_taken_for_raw_prose(tmp_path, text):
    path = tmp_path / "text.txt"
    path.write_text(text + " ".join(f"word{n}" for n in range(30)))
    encode(path, min_count=1)


LINES = ["我爱北京天安门广场", "今天天气非常好我们去公园", "อากาศวันนี้ดีมากเราไปสวนสาธารณะ"]


@pytest.mark.parametrize("tokenizer", [None, corpora.tokenize])
def test_text_without_blanks_between_words_is_told(tmp_path, tokenizer):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(f"{line}{chr(0x4E00 + n)}" for line in LINES for n in range(20)), encoding="utf-8")
    told = r"100% of the words look like whole phrases of a script without blanks.*such as '.{7,21}'; segment the text"
    with pytest.raises(ValueError, match=rf"min_count=5: 60 distinct words were read, .* occurs 1 time; {told}"):
        encode(path, tokenizer=tokenizer)
    with pytest.warns(UserWarning, match=told):
        encode(path, tokenizer=tokenizer, min_count=1)


def test_segmented_text_is_not(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("我　爱　北京　天安门　สวน\u00a0" + " ".join(f"词{n}" for n in range(30)), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        store = encode(path, min_count=1)
    assert {"我", "爱", "北京", "天安门", "สวน"} < set(store.vocabulary.words)
