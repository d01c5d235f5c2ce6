"""What each phase of a block costs, from variants of the kernel that leave one out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, NamedTuple
from unittest import mock

import harness
import numpy as np
from roofline_kernels import Case, replica_of, train_pass
from roofline_machine import timed

from wordneg import TokenStore
from wordneg.compiled.jit import jit
from wordneg.samplers.unigram import Unigram
from wordneg.word2vec import kernel as kernel_module
from wordneg.word2vec import replica as replica_module
from wordneg.word2vec.replica import Replica

_FEW = 48  # rows of 100 floats that the first cache holds, of both matrices
_RING = 1 << 16  # negatives drawn beforehand


class Ring(NamedTuple):
    """Negatives drawn beforehand, and where the next one is."""

    words: Any
    place: Any


@jit
def _take_from_ring(state, scratch, rng, outputs, query, positive, context, negatives):
    for k in range(negatives.size):
        negatives[k] = state.words[(state.place[0] + k) & (_RING - 1)]
    state.place[0] += negatives.size
    return np.float32(1.0)


class Prepared(Unigram):
    """Popular negatives that are drawn beforehand, of some first words only."""

    draw = staticmethod(_take_from_ring)
    few = 0

    def prepare(self, vocabulary: Any, weights: Any) -> Ring:
        """Return the negatives, by the popularity of words to the power of ¾."""
        shares = np.asarray(vocabulary.counts, float)[: self.few or None] ** 0.75
        drawn = np.random.default_rng(3).choice(len(shares), _RING, p=shares / shares.sum())
        return Ring(drawn.astype(np.int32), np.zeros(1, np.int64))


class Near(Prepared):
    """The same, of few words."""

    few = _FEW


@jit
def _no_slopes(state, scores, weight, slopes):
    pass


@jit
def _no_score(rows_at, rows, targets_at, scores_at):
    pass


@jit
def _no_update(read_at, written_at, rows, targets_at, slopes_at):
    pass


@jit
def _no_sum(rows_at, rows, scale, result_at):
    pass


@contextmanager
def _without(**parts: Any) -> Iterator[None]:
    """Build kernels without some of their parts, which are named as in the kernel's module, or `slopes`."""
    build = kernel_module.make_kernel.__wrapped__
    slopes = {"slopes": parts.pop("slopes")} if "slopes" in parts else {}
    changes = {
        (replica_module, "make_kernel"): lambda design: build(design._replace(**slopes)),
        (replica_module, "is_built_in"): lambda sampler: True,  # a draw that does not check what it draws
    } | {(kernel_module, name): part for name, part in parts.items()}
    with ExitStack() as stack:
        for (module, name), changed in changes.items():
            stack.enter_context(mock.patch.object(module, name, changed))
        yield


def measure_phases(case: Case, store: TokenStore, repeats: int) -> dict[str, float]:
    """Return the nanoseconds a block of the whole kernel, and of what each variant leaves out."""
    store = _thinned(store)
    near = TokenStore(store.vocabulary, store.tokens % _FEW, store.offsets, store.raw_tokens, store.raw_sentences)
    variants: dict[str, tuple[TokenStore, Any, dict[str, Any]]] = {
        "whole": (store, None, {}),
        "draw": (store, Prepared(), {}),
        "waiting for rows": (near, Near(), {}),
        "score": (store, None, {"make_score": lambda *_: _no_score}),
        "slopes": (store, None, {"slopes": _no_slopes}),
        "update": (store, None, {"make_update": lambda *_, **__: _no_update}),
    }
    if case.architecture == "CBOW":
        variants["sum of the window"] = store, None, {"make_sum": lambda *_: _no_sum}
        variants["change of the window"] = store, None, {"make_add": lambda *_: _no_sum}
    tasks = {}
    for name, (text, sampler, parts) in variants.items():
        with _without(**parts):
            replica = replica_of(text, case, sampler, sample=0)
            replica.compile()
        tasks[name] = partial(_nanoseconds, replica, len(text.tokens))
        tasks[name]()
    least = {name: min(runs) for name, runs in harness.interleaved(tasks, repeats).items()}
    saved = {name: least["whole"] - nanoseconds for name, nanoseconds in least.items()}
    return saved | {"whole": least["whole"], "waiting for rows": least["draw"] - least["waiting for rows"]}


def _thinned(store: TokenStore) -> TokenStore:
    """Subsample a text once, so that all variants train on the same words."""
    chances = store.vocabulary.keep_probabilities(harness.SETTINGS["sample"])
    kept = np.random.default_rng(4).random(len(store.tokens)) < chances[store.tokens]
    tokens = store.tokens[kept]
    offsets = np.append(np.arange(0, len(tokens), 25), len(tokens))
    return TokenStore(store.vocabulary, tokens, offsets, len(tokens), len(offsets) - 1)


def _nanoseconds(replica: Replica, tokens: int) -> float:
    """Return the nanoseconds a block of one pass."""
    blocks = 0.0

    def run() -> None:
        nonlocal blocks
        blocks = train_pass(replica, tokens).blocks

    return timed(run) / blocks * 1e9
