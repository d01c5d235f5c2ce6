import contextlib
import errno
import json
import subprocess
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordneg import encoding
from wordneg.encoding import TokenStore, encode
from wordneg.vocabulary import Vocabulary

SENTENCES = [
    ["the", "cat", "sat", "on", "the", "mat"],
    [],
    ["the", "dog", "sat", "on", "the", "cat"],
    ["unheard", "of"],
    ["a", "cat", "the", "cat"],
]


class TextCorpus:
    """A corpus as the byte scanner wants it."""

    name = "text"

    def __init__(self, sentences):
        self.text = "\n".join(" ".join(sentence) for sentence in sentences).encode()

    def read_blocks(self, size):
        for start in range(0, len(self.text), size):
            yield self.text[start : start + size]


def random_sentences(count=300, words=500, seed=1):
    rng = np.random.default_rng(seed)
    return [
        [f"w{number}" for number in rng.zipf(1.4, size=length) % words]
        for length in rng.integers(0, 30, size=count)
    ]


def decoded(store):
    words, pairs = store.vocabulary.words, zip(store.offsets[:-1], store.offsets[1:], strict=True)
    return [[words[number] for number in store.tokens[start:end]] for start, end in pairs]


def naive_encoding(sentences, kept):
    sentences = [[word for word in sentence if word in kept] for sentence in sentences]
    return [sentence for sentence in sentences if sentence]


@pytest.fixture
def store():
    return encode(random_sentences(), min_count=2)


@pytest.fixture(params=[list, TextCorpus])
def corpus_of(request):
    return request.param


# --- encoding


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
    assert repr(encode(SENTENCES)).startswith("TokenStore(5 tokens of 18 read")


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
    monkeypatch.setattr(encoding, "_REPORT_EVERY", 2)
    monkeypatch.setattr(encoding, "_BLOCK_BYTES", 40)
    calls = []
    encode(SENTENCES, min_count=1, progress=calls.append)
    assert calls == [2, 4, 5]
    calls.clear()
    corpus = TextCorpus(SENTENCES)
    encode(corpus, min_count=1, progress=calls.append)
    assert calls == [40, len(corpus.text)]


# --- the spool


@pytest.mark.parametrize("chunk", [3, 64, 1 << 22])
@pytest.mark.parametrize("memory_limit", [0, 1000, 1 << 30])
@pytest.mark.parametrize("own_path", [False, True])
def test_memory_and_files_give_the_same_store(
    monkeypatch, tmp_path, corpus_of, chunk, memory_limit, own_path
):
    sentences = random_sentences(60)
    expected = encode(sentences, min_count=2)
    monkeypatch.setattr(encoding, "_CHUNK_TOKENS", chunk)
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
    with pytest.raises(FileExistsError, match="precious exists, and tokens are spooled to new files only"):
        encode(SENTENCES, min_count=1, memory_limit=0, path=path)
    assert path.read_text() == "text"


def test_a_failure_removes_the_spool(monkeypatch, tmp_path):
    monkeypatch.setattr(encoding, "_CHUNK_TOKENS", 4)
    monkeypatch.setattr(encoding, "_BUFFER_TOKENS", 1)
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
    monkeypatch.setattr(encoding, "_CHUNK_TOKENS", 1 << 14)
    with open("/dev/full", "wb", buffering=0) as full:
        monkeypatch.setattr(encoding.tempfile, "TemporaryFile", lambda: full)
        with pytest.raises(OSError, match=r"tokens cannot be spooled to .*; free some space") as caught:
            encode([["a"] * 100_000], memory_limit=0)
    assert caught.value.errno == errno.ENOSPC


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ru_maxrss is in KiB on Linux")
def test_memory_stays_near_the_size_of_the_store():
    program = """
import resource
from wordneg.encoding import encode

class Corpus:
    def __init__(self, blocks): self.blocks = blocks
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
    # The spool holds an end mark a sentence too, and one chunk of 16 MiB may be twice there.
    assert grown < 1.2 * size + 40


# --- bad input


@pytest.mark.parametrize(
    ("corpus", "match"),
    [
        ("a path.txt", "the corpus is 'a path.txt' of type str, expected lists of tokens"),
        (b"bytes", "of type bytes"),
        (7, "must yield lists of tokens, got int, which is not iterable"),
        (["a sentence"], "sentence 1 is 'a sentence' of type str, expected a list of tokens; split it"),
        ([["a"], b"text"], "sentence 2 is b'text' of type bytes"),
        ([["a"], None], "sentence 2 is None of type NoneType, expected a list"),
        ([["a", "b"], ["a", 3]], "sentence 2: token 2 is 3 of type int, expected a str; convert"),
        ([["a", None]], "sentence 1: token 2 is None"),
        ([["a", b"a"]], "sentence 1: token 2 is b'a' of type bytes"),
        ([["a", ["b"]]], r"sentence 1: token 2 is \['b'\] of type list"),
        ([["a"], [["b", "c"]]], r"sentence 2: token 1 is \['b', 'c'\] of type list"),
        ([iter(["a", 3])], "sentence 1: token 2 is not a str"),
        ([np.array([1, 2])], "sentence 1: token 1 is .*1.* of type int"),
    ],
)
def test_what_is_not_a_corpus(corpus, match):
    with pytest.raises(TypeError, match=match):
        encode(corpus)


def test_empty_corpora(corpus_of):
    with pytest.raises(ValueError, match=r"has no tokens: expected at least one .* Check the path"):
        encode(corpus_of([]))
    with pytest.raises(ValueError, match="has no tokens"):
        encode(corpus_of([[], []]))


def test_a_spent_generator():
    sentences = (sentence for sentence in SENTENCES)
    encode(sentences)
    with pytest.raises(ValueError, match="can be read only once and may be consumed already"):
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


# --- the store


def test_fingerprint_depends_on_content_only(store):
    same = TokenStore(store.vocabulary, store.tokens.copy(), store.offsets.copy(), 10**6, 10**6, "other")
    assert same.fingerprint == store.fingerprint
    tokens = store.tokens.copy()
    tokens[3] += 1
    words, counts = store.vocabulary.words, store.vocabulary.counts
    others = [
        TokenStore(store.vocabulary, tokens, store.offsets, 0, 0),
        TokenStore(store.vocabulary, store.tokens, np.delete(store.offsets, 1), 0, 0),
        TokenStore(Vocabulary(words, counts + 1), store.tokens, store.offsets, 0, 0),
        TokenStore(Vocabulary(words[::-1], counts), store.tokens, store.offsets, 0, 0),
    ]
    assert len({other.fingerprint for other in others} | {store.fingerprint}) == 5


@pytest.mark.parametrize(("tokens", "offsets"), [(np.zeros(2), [0, 2]), (np.zeros((1, 2), np.int32), [0, 2])])
def test_arrays_of_the_wrong_kind(store, tokens, offsets):
    with pytest.raises(TypeError, match="tokens must be a one-dimensional int32 array, got"):
        TokenStore(store.vocabulary, tokens, np.array(offsets), 2, 1)


def test_the_callers_arrays_stay_writeable(store):
    tokens, offsets = np.zeros(2, dtype=np.int32), np.array([0, 2])
    made = TokenStore(store.vocabulary, tokens, offsets, 2, 1)
    assert tokens.flags.writeable
    assert not made.tokens.flags.writeable


def test_head(store):
    size = int(store.offsets[5])
    for tokens in (1, size - 1, size, size + 1):
        head = store.head(tokens)
        assert len(head.tokens) == head.offsets[-1] == tokens
        assert [word for sentence in decoded(head) for word in sentence] == [
            store.vocabulary.words[number] for number in store.tokens[:tokens]
        ]
        assert head.offsets[:-1].tolist() == store.offsets[store.offsets < tokens].tolist()
        assert tokens <= head.raw_tokens <= store.raw_tokens
        assert np.shares_memory(head.tokens, store.tokens)
        assert head.vocabulary is store.vocabulary
    assert store.head(10**9) is store
    assert head.fingerprint != store.fingerprint
    with pytest.raises(ValueError, match="tokens must be at least 1, got 0"):
        store.head(0)
    with pytest.raises(TypeError, match="tokens must be an integer"):
        store.head(1e3)


def test_save_and_open(store, tmp_path):
    folder = tmp_path / "deep" / "folder"
    store.save(folder)
    opened = TokenStore.open(folder)
    assert decoded(opened) == decoded(store)
    assert opened.vocabulary.words == store.vocabulary.words
    assert opened.fingerprint == store.fingerprint
    assert (opened.raw_tokens, opened.raw_sentences) == (store.raw_tokens, store.raw_sentences)
    assert type(opened.tokens) is np.ndarray
    assert not opened.tokens.flags.writeable
    assert len(list(folder.iterdir())) == 4


def test_any_string_can_be_saved(tmp_path):
    words = ['"', "\\", "a b", "\n", "", "\udc80", "日本", "\u2028", "\0"]
    encode([words], min_count=1, sorted_vocab=False).save(tmp_path)
    assert TokenStore.open(tmp_path).vocabulary.words == words


def test_saving_replaces_another_store_and_may_replace_itself(store, tmp_path):
    encode(SENTENCES, min_count=1).save(tmp_path)
    store.save(tmp_path)
    opened = TokenStore.open(tmp_path)
    opened.save(tmp_path)
    assert TokenStore.open(tmp_path).fingerprint == store.fingerprint
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize("failing", [1, 2, 3, 4])
def test_a_failed_save_leaves_the_old_store_whole(store, tmp_path, monkeypatch, failing):
    old = encode(SENTENCES, min_count=1)
    old.save(tmp_path)
    write, calls = encoding.atomic_write, []

    @contextlib.contextmanager
    def breaks(path):
        calls.append(path)
        with write(path) as file:
            yield file
            if len(calls) == failing:
                raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(encoding, "atomic_write", breaks)
    with pytest.raises(OSError, match="No space left"):
        store.save(tmp_path)
    assert TokenStore.open(tmp_path).fingerprint == old.fingerprint
    assert not list(tmp_path.glob("**/.*"))


def test_no_store_in_the_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no token store in .*: store\.json is missing"):
        TokenStore.open(tmp_path)


@pytest.mark.parametrize("part", ["counts", "tokens", "offsets"])
def test_missing_and_shortened_arrays(store, tmp_path, part):
    store.save(tmp_path)
    (path,) = tmp_path.glob(f"{part}.*")
    whole = path.read_bytes()
    for size in (0, 5, 100, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(ValueError, match="is not a whole token store"):
            TokenStore.open(tmp_path)
    path.unlink()
    with pytest.raises(FileNotFoundError, match=rf"not a whole token store: {part}\..* is missing"):
        TokenStore.open(tmp_path)


def replace_array(folder, part, change):
    (path,) = folder.glob(f"{part}.*")
    np.save(path, change(np.load(path)))


@pytest.mark.parametrize(
    ("part", "change", "match"),
    [
        ("tokens", lambda a: a + 10_000, "token ids are not all in 0"),
        ("tokens", lambda a: a - 1, "token ids are not all in 0"),
        ("tokens", lambda a: a.astype(np.int64), "must hold a one-dimensional int32 array"),
        ("tokens", lambda a: a[None], "must hold a one-dimensional int32 array"),
        ("tokens", lambda a: a[::-1].copy(), "does not have the fingerprint"),
        ("tokens", lambda a: a[:0], "not a whole token store"),
        ("tokens", lambda a: a[:-1], "sentence offsets do not rise"),
        ("offsets", lambda a: a + 1, "sentence offsets do not rise"),
        ("offsets", lambda a: np.sort(np.append(a, a[1])), "sentence offsets do not rise"),
        ("offsets", lambda a: np.delete(a, 1), "does not have the fingerprint"),
        ("counts", lambda a: a[:-1], "counts must be one number a word"),
        ("counts", lambda a: -a, "counts must not be negative"),
        ("counts", lambda a: a + 1, "does not have the fingerprint"),
    ],
)
def test_forged_arrays(store, tmp_path, part, change, match):
    store.save(tmp_path)
    replace_array(tmp_path, part, change)
    with pytest.raises(ValueError, match=match):
        TokenStore.open(tmp_path)


def test_pickles_are_not_loaded(store, tmp_path):
    store.save(tmp_path)
    (path,) = tmp_path.glob("tokens.*")
    np.save(path, np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="is not a whole token store"):
        TokenStore.open(tmp_path)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"format": "other"}, "does not say 'wordneg token store'"),
        ({"version": 99}, "it has version 99"),
        ({"fingerprint": "../" * 10 + "ab"}, "not 32 hexadecimal digits"),
        ({"fingerprint": 7}, "'fingerprint' in store.json must be of type str, got 7"),
        ({"raw_tokens": "1"}, "'raw_tokens' in store.json must be of type int, got '1'"),
        ({"words": None}, "'words' in store.json must be of type list"),
        ({"words": []}, "counts must be one number a word"),
    ],
)
def test_forged_headers(store, tmp_path, change, match):
    store.save(tmp_path)
    path = tmp_path / "store.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ValueError, match=match):
        TokenStore.open(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\udcff"])
def test_headers_that_are_none(store, tmp_path, text):
    store.save(tmp_path)
    (tmp_path / "store.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ValueError, match="is not a whole token store"):
        TokenStore.open(tmp_path)


@pytest.mark.parametrize("words", [["a", "a", "b"], ["a", 3, "b"]])
def test_forged_words(tmp_path, words):
    encode([["a", "b", "c"]], min_count=1).save(tmp_path)
    path = tmp_path / "store.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"words": words}))
    with pytest.raises(ValueError, match="words must"):
        TokenStore.open(tmp_path)


def test_importing_needs_neither_numba_nor_gensim():
    program = "import sys, wordneg.encoding; print({'numba', 'gensim', 'scipy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
