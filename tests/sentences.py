"""Small corpora for the tests of encoding, and the way back from a store."""

import numpy as np

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
    one_shot = False

    def __init__(self, sentences):
        self.text = "\n".join(" ".join(sentence) for sentence in sentences).encode()

    def __iter__(self):
        raise AssertionError("the blocks are there to be read")

    def read_blocks(self, size):
        for start in range(0, len(self.text), size):
            yield self.text[start : start + size]


def random_sentences(count=300, words=500, seed=1):
    rng = np.random.default_rng(seed)
    return [
        [f"w{number}" for number in rng.zipf(1.4, size=length) % words] for length in rng.integers(0, 30, size=count)
    ]


def decoded(store):
    words, pairs = store.vocabulary.words, zip(store.offsets[:-1], store.offsets[1:], strict=True)
    return [[words[number] for number in store.tokens[start:end]] for start, end in pairs]


def naive_encoding(sentences, kept):
    sentences = [[word for word in sentence if word in kept] for sentence in sentences]
    return [sentence for sentence in sentences if sentence]
