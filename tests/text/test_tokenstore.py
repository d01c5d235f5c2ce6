import contextlib
import errno
import json

import numpy as np
import pytest
from sentences import SENTENCES, decoded, random_sentences

from wordneg.text import tokenstore
from wordneg.text.encoding import encode
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import Vocabulary


@pytest.fixture
def store():
    return encode(random_sentences(), min_count=2)


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
    write, calls = tokenstore.atomic_write, []

    @contextlib.contextmanager
    def breaks(path):
        calls.append(path)
        with write(path) as file:
            yield file
            if len(calls) == failing:
                raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tokenstore, "atomic_write", breaks)
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
        with pytest.raises(ValueError, match="is not a complete token store"):
            TokenStore.open(tmp_path)
    path.unlink()
    with pytest.raises(FileNotFoundError, match=rf"not a complete token store: {part}\..* is missing"):
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
        ("tokens", lambda a: a[::-1].copy(), "do not match the fingerprint"),
        ("tokens", lambda a: a[:0], "not a complete token store"),
        ("tokens", lambda a: a[:-1], "sentence offsets do not increase"),
        ("offsets", lambda a: a + 1, "sentence offsets do not increase"),
        ("offsets", lambda a: np.sort(np.append(a, a[1])), "sentence offsets do not increase"),
        ("offsets", lambda a: np.delete(a, 1), "do not match the fingerprint"),
        ("counts", lambda a: a[:-1], "counts must hold one number per word"),
        ("counts", lambda a: -a, "counts must not be negative"),
        ("counts", lambda a: a + 1, "do not match the fingerprint"),
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
    with pytest.raises(ValueError, match="is not a complete token store"):
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
        ({"words": []}, "counts must hold one number per word"),
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
    with pytest.raises(ValueError, match="is not a complete token store"):
        TokenStore.open(tmp_path)


@pytest.mark.parametrize("words", [["a", "a", "b"], ["a", 3.5, "b"]])
def test_forged_words(tmp_path, words):
    encode([["a", "b", "c"]], min_count=1).save(tmp_path)
    path = tmp_path / "store.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"words": words}))
    with pytest.raises(ValueError, match="words must"):
        TokenStore.open(tmp_path)


def test_a_flipped_bit_anywhere(store, tmp_path):
    """Arrays and header: an error of a stated kind, or a store that is the same."""
    store.save(tmp_path)
    rng = np.random.default_rng(4)
    for path in sorted(tmp_path.iterdir()):
        data = path.read_bytes()
        for bit in rng.integers(0, 8 * len(data), 150).tolist():
            changed = bytearray(data)
            changed[bit // 8] ^= 1 << bit % 8
            path.write_bytes(changed)
            try:
                opened = TokenStore.open(tmp_path)
            except (ValueError, FileNotFoundError):
                continue
            assert opened.fingerprint == store.fingerprint
        path.write_bytes(data)
