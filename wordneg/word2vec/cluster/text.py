"""A text on a cluster: its parts lie where they were read, and are put together as shards."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordneg.common.settings import Given, SettingError
from wordneg.estimator.parameters import BaseParameters
from wordneg.text.reading import tell_if_split_wrongly
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import NoWordsError, Vocabulary
from wordneg.word2vec.cluster import reading
from wordneg.word2vec.cluster.connecting import asked, check_cluster
from wordneg.word2vec.shards import Shard, moved_places, shards_of

__all__ = ["ON_CLUSTER", "ClusterText", "given", "given_shards", "lies_on_cluster", "read_on_cluster"]

ON_CLUSTER = "parts:"
"""How fingerprints of texts begin that were read on a cluster."""

_TOGETHER = 8
"""Parts whose words are added up by one task."""


class ClusterText:
    """A text whose parts are on a cluster; what the driver knows of it.

    Attributes
    ----------
    vocabulary : Vocabulary
        The words and their counts.
    raw_tokens, raw_sentences : int
        How much there was before the cut-off.
    name : str
        The corpus.
    fingerprint : str
        Hash of vocabulary, tokens and offsets, which is not the one of a `TokenStore`.
    """

    def __init__(
        self, client: Any, name: str, vocabulary: Vocabulary, counts: tuple[int, int], parts: Sequence[Any]
    ) -> None:
        self.client = client
        self.name = name
        self.vocabulary = vocabulary
        self.raw_tokens, self.raw_sentences = counts
        self._parts = list(parts)
        self._extents: list[reading.Extent] = client.gather(
            [client.submit(reading.extent_of, part, key=f"wordneg-measure-{part.key}") for part in self._parts]
        )
        digest = hashlib.blake2b(digest_size=16)
        digest.update(json.dumps([vocabulary.words, vocabulary.counts.tolist(), self._extents]).encode())
        self.fingerprint = ON_CLUSTER + digest.hexdigest()

    def __repr__(self) -> str:
        tokens = sum(extent.tokens for extent in self._extents)
        sentences = sum(extent.sentences for extent in self._extents)
        return (
            f"ClusterText({self.name!r}, {tokens:,} tokens of {self.raw_tokens:,} read, {sentences:,} sentences, "
            f"{len(self.vocabulary):,} words, {len(self._parts):,} parts)"
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> ClusterText:
        return self  # as it never changes

    def shards(self, count: int) -> tuple[list[Any], list[int]]:
        """Return futures of the shards, and the tokens of each. They are cut where `shards_of` cuts a store."""
        sizes = np.array([extent.tokens for extent in self._extents])
        first_tokens = np.concatenate([[0], np.cumsum(sizes)])
        first_sentences = np.concatenate([[0], np.cumsum([extent.sentences for extent in self._extents])])
        goals = np.arange(count + 1) * int(first_tokens[-1]) // count
        places = moved_places(self._sentences_at(goals, first_tokens, first_sentences), int(first_sentences[-1]))
        futures, asked = [], []
        for number, (begin, end) in enumerate(zip(places[:-1].tolist(), places[1:].tolist(), strict=True)):
            chosen = [
                part
                for part in range(len(self._parts))
                if first_sentences[part] < end and first_sentences[part + 1] > begin
            ]
            spans = [(max(0, begin - int(first_sentences[part])), end - int(first_sentences[part])) for part in chosen]
            key = f"wordneg-shard-{self.fingerprint.removeprefix(ON_CLUSTER)}-{count}-{number}"
            parts = [self._parts[part] for part in chosen]
            futures.append(self.client.submit(make_shard, number, parts, spans, key=key))
            asked.append(self.client.submit(_size_of, futures[-1], key=f"wordneg-measure-{key}"))
        return futures, self.client.gather(asked)

    def _sentences_at(
        self, goals: NDArray[np.int64], first_tokens: NDArray[np.int64], first_sentences: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the first sentence that begins at each goal, a number of tokens, or behind it."""
        # The part in which the sentence lies: the first that has not ended before the goal.
        owners = np.searchsorted(first_tokens[1:], goals)
        asked = {}
        for part in set(owners.tolist()):
            wanted = [int(goal - first_tokens[part]) for goal in goals[owners == part]]
            asked[part] = self.client.submit(reading.sentences_at, self._parts[part], wanted, pure=False)
        found: Mapping[int, list[int]] = self.client.gather(asked)
        places = np.zeros(len(goals), dtype=np.int64)
        for part, sentences in found.items():
            places[owners == part] = np.array(sentences) + first_sentences[part]
        return places


def make_shard(
    number: int, parts: Sequence[tuple[NDArray[np.int32], NDArray[np.int64]]], spans: Sequence[tuple[int, int]]
) -> Shard:
    """Return a shard that is put together from sentences of parts.

    Parameters
    ----------
    number : int
        Its number.
    parts : sequence of (tokens, offsets)
        The parts, in their order.
    spans : sequence of (int, int)
        Which sentences of each part; the end may lie behind the last one.
    """
    tokens, lengths = [], []
    for (ids, offsets), (first, last) in zip(parts, spans, strict=True):
        taken = offsets[first : last + 1]
        tokens.append(ids[taken[0] : taken[-1]])
        lengths.append(np.diff(taken))
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int64)
    return Shard(number, np.concatenate(tokens), offsets)


def given_shards(client: Any, store: TokenStore, count: int) -> tuple[list[Any], list[int]]:
    """Return futures of the shards of a store in this process, and the tokens of each."""
    found = shards_of(store, count)
    futures = [
        client.submit(Shard, *shard, key=f"wordneg-shard-{store.fingerprint}-{count}-{shard.number}") for shard in found
    ]
    return futures, [len(shard.tokens) for shard in found]


def _size_of(shard: Shard) -> int:
    return len(shard.tokens)


def lies_on_cluster(corpus: Any) -> bool:
    """Return whether a corpus is one that workers read: a path, a pattern, an address, or a Dask bag."""
    return isinstance(corpus, (str, os.PathLike)) or hasattr(corpus, "to_delayed")


def read_on_cluster(
    client: Any,
    source: Any,
    how: Mapping[str, Any],
    parameters: BaseParameters,
    vocabulary: Vocabulary | None = None,
) -> ClusterText:
    """Read a corpus by the workers of a cluster.

    Parameters
    ----------
    client : Client
        The client of the cluster.
    source : path, str or Bag
        A file, a folder, a pattern or an address (``s3://…``) that all workers can read; or a Dask bag of sentences.
    how : mapping
        How text is read: `tokenizer`, `encoding` and `unicode_errors` of `wordneg.encode`.
    parameters : BaseParameters
        The settings of the vocabulary.
    vocabulary : Vocabulary, optional
        The words to use instead.

    Raises
    ------
    FileNotFoundError
        If a worker does not see the corpus; the message names it.
    ValueError
        If no word is left, a file is no text, or phrases are to be joined (SettingError).
    """
    if parameters.phrases:
        raise SettingError(
            "got ",
            Given("phrases", parameters.phrases),
            " and a corpus that the workers of a cluster read; phrases are found in a whole corpus in one memory: give "
            "a store, made by wordneg.encode with phrases, or a corpus whose phrases are joined already",
        )
    check_cluster(client)
    if hasattr(source, "to_delayed"):
        name, parts = "bag", client.compute(source.to_delayed())
    else:
        name = os.fspath(source)
        name = name if "://" in name else os.path.abspath(name)
        parts = _parts(client, name, whole=how.get("encoding") is not None)
    limit = None if vocabulary is not None else parameters.max_vocab_size
    job = uuid.uuid4().hex[:12]
    stores = [
        client.submit(reading.encode_part, part, dict(how), limit, key=f"wordneg-encode-{job}-{number}")
        for number, part in enumerate(parts)
    ]
    counts = [client.submit(reading.counts_of, one, key=f"wordneg-count-{job}-{i}") for i, one in enumerate(stores)]
    level = 0
    while len(counts) > 1:
        groups = [counts[start : start + _TOGETHER] for start in range(0, len(counts), _TOGETHER)]
        counts = [
            client.submit(reading.add_counts, *group, key=f"wordneg-add-counts-{job}-{level}-{i}")
            for i, group in enumerate(groups)
        ]
        level += 1
    tokens, sentences = client.submit(reading.size_of_counts, counts[0], key=f"wordneg-words-{job}").result()
    if not tokens:
        raise NoWordsError(
            f"the corpus {name!r} has no tokens: expected at least one sentence with a word. Check the path or the "
            "tokenizer."
        )
    if vocabulary is None:
        settings = {
            "min_count": parameters.min_count,
            "max_final_vocab": parameters.max_final_vocab,
            "sorted_vocab": bool(parameters.sorted_vocab),
        }
        chosen = client.submit(reading.chosen_words, counts[0], **settings, key=f"wordneg-vocabulary-{job}")
        vocabulary = chosen.result()
        tell_if_split_wrongly(name, vocabulary.words, at_blanks=name != "bag" and how.get("tokenizer") is None)
    else:
        chosen = client.submit(given, vocabulary, key=f"wordneg-vocabulary-{job}")
    placed = [
        client.submit(reading.placed, store, chosen, key=f"wordneg-place-{job}-{number}")
        for number, store in enumerate(stores)
    ]
    return ClusterText(client, name, vocabulary, (tokens, sentences), placed)


def given(value: Any) -> Any:
    """Return what the driver has given."""
    return value


def _parts(client: Any, name: str, whole: bool) -> list[reading.Part]:
    """Return the parts of a corpus, on which all workers must agree."""
    answers = asked(client, reading.parts_of, name, whole)
    for worker, answer in answers.items():
        if isinstance(answer, FileNotFoundError):
            here = "; this process sees it, but the workers read it" if os.path.exists(name) else ""
            raise FileNotFoundError(
                f"the worker {worker} does not see {name!r}{here}. Give a path on a file system that all machines "
                "share, or an address such as s3://bucket/file"
            )
        if isinstance(answer, Exception):
            raise type(answer)(f"the worker {worker} cannot read {name!r}: {answer}")
    if not answers:  # all workers were lost just now
        check_cluster(client)
        return _parts(client, name, whole)
    (first, parts), *others = answers.items()
    for worker, answer in others:
        if answer != parts:
            raise ValueError(
                f"the workers {first} and {worker} see different files at {name!r}; give a path on a file system that "
                "all machines share"
            )
    return list(parts)
