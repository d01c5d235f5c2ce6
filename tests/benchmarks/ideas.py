"""Ideas with a mechanism behind them, each beside popularity sampling at the same settings, epochs and seeds.

* **Negatives that are false.** More than half of the negatives do stand beside the input somewhere in the text. Here
  negatives that belong to the center word's neighborhood (its words of highest positive PMI) are drawn again.
* **Curricula.** Hard negatives early and popularity late, or the other way round; the objective `hardness` likewise.
* **Rates.** One for each matrix, or one that depends on how rare a word is.
* **Corrected softmax** with the negatives of `mixture` (logQ: Khrylchenko et al. 2025).

All with the preset "quality" but for the rate: each idea has the one that is best for it, by the mean of all
benchmarks, since an idea that pulls harder is a higher rate in disguise. Scores are Spearman's correlation and
accuracy; differences are taken seed by seed.

    python tests/benchmarks/ideas.py enwiki.txt --megabytes 10 30 --folder benchmarks \\
        --benchmarks men mturk771 wordsim353 simlex999 google
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import harness
import numpy as np
from numpy.typing import NDArray

from wordneg import TokenStore, Word2Vec, WordVectors, count_cooccurrences, encode, evaluation, jit
from wordneg.samplers import Sampler, Unigram
from wordneg.samplers.tables import draw_alias

NEIGHBORS = 128
"""Words of a center word's neighborhood."""

_BITS = 26  # of a hash, and so 2 ** 26 bits of the filter
_TRIALS = 8  # draws for a negative, at most
_MULTIPLIERS = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)

_BASELINE = "popularity"


# --- negatives that avoid a neighborhood ----------------------------------------------------------------


class Avoided(NamedTuple):
    """An alias table, a filter of pairs of words, and how many of 256 draws look into it."""

    table: NDArray[np.uint64]
    filter: NDArray[np.uint8]
    share: int


@jit
def bit_of(center, word):
    """Return the bit of the filter that a pair sets."""
    mixed = np.uint64(center) * _MULTIPLIERS[0] + np.uint64(word) * _MULTIPLIERS[1]
    mixed ^= mixed >> np.uint64(29)
    return (mixed * _MULTIPLIERS[0]) >> np.uint64(64 - _BITS)


@jit
def draw(state, scratch, rng, outputs, query, positive, context, negatives):
    """Fill `negatives` by popularity; draw again those in the positive's neighborhood."""
    for k in range(negatives.size):
        for _ in range(_TRIALS):
            word = draw_alias(state.table, rng)
            place = bit_of(positive, word)
            looked_at = (place & np.uint64(255)) < np.uint64(state.share)
            inside = (state.filter[place >> np.uint64(3)] >> np.uint8(place & np.uint64(7))) & np.uint8(1)
            if word != positive and not (looked_at and inside):
                break
        while word == positive:
            word = draw_alias(state.table, rng)
        negatives[k] = word
    return np.float32(1.0)


@jit
def fill(starts, words, bits):
    """Set the bits of all pairs."""
    for center in range(starts.size - 1):
        for word in words[starts[center] : starts[center + 1]]:
            place = bit_of(center, word)
            bits[place >> np.uint64(3)] |= np.uint8(1) << np.uint8(place & np.uint64(7))


@dataclass(frozen=True, eq=False)
class Avoiding(Sampler):
    """Negatives by popularity, outside of the center word's neighborhood, for a share of the pairs of words."""

    bits: Any
    share: float = 1.0

    name: ClassVar[str] = "avoiding"
    needs_query: ClassVar[bool] = False
    draw: ClassVar[Any] = staticmethod(draw)

    def prepare(self, vocabulary: Any, weights: Any) -> Avoided:
        """Return what `draw` reads."""
        return Avoided(Unigram().prepare(vocabulary, weights).table, self.bits, round(256 * self.share))


def neighborhoods(store: TokenStore, window: int) -> NDArray[np.uint8]:
    """Return the filter with each word's neighbors of highest PMI, as far as it is positive."""
    counts = count_cooccurrences(store, window=window, progress=False).matrix.tocsr()
    totals = np.asarray(counts.sum(axis=1)).ravel()
    starts, found = [0], []
    for center in range(counts.shape[0]):
        part = slice(counts.indptr[center], counts.indptr[center + 1])
        words = counts.indices[part]
        gains = counts.data[part] / totals[words]  # PMI, as far as it matters for the order
        order = np.argsort(-gains, kind="stable")[:NEIGHBORS]
        found.append(words[order[gains[order] > totals[center] / totals.sum()]])
        starts.append(starts[-1] + len(found[-1]))
    bits = np.zeros(1 << (_BITS - 3), np.uint8)
    fill(np.array(starts), np.concatenate(found).astype(np.int64), bits)
    return bits


# --- the ideas ------------------------------------------------------------------------------------------


Train = Callable[[int, float], WordVectors]
"""Trains with a seed, from a rate on."""


def ideas(store: TokenStore, sg: int, epochs: int) -> dict[str, Train]:
    """Return what trains each idea."""
    window = Word2Vec(sg=sg, preset="quality").parameters.window
    bits = neighborhoods(store, window)
    counts = store.vocabulary.counts
    early = max(1, round(0.4 * epochs))

    def made(seed: int, **settings: Any) -> Word2Vec:
        model = Word2Vec(sg=sg, seed=seed, workers=1, preset="quality", epochs=epochs, progress=False, **settings)
        model.build_vocab(store)
        return model

    def whole(factors: Any = None, **settings: Any) -> Train:
        def train(seed: int, rate: float) -> WordVectors:
            model = made(seed, alpha=rate, **settings)
            if factors is not None:
                model.wv.vectors_lockf = factors
            model.train()
            return model.wv

        return train

    def in_turn(name: str, first: Any, then: Any, number: int) -> Train:
        def train(seed: int, rate: float) -> WordVectors:
            model = made(seed, alpha=rate, **{name: first})
            between = rate + (model.min_alpha - rate) * number / epochs
            model.train(epochs=number, start_alpha=rate, end_alpha=between)
            setattr(model, name, then)
            model.train(epochs=epochs - number, start_alpha=between, end_alpha=model.min_alpha)
            return model.wv

        return train

    rarity = np.sqrt(np.median(counts) / counts)
    return {
        _BASELINE: whole(),
        "avoiding neighborhoods": whole(sampler=Avoiding(bits)),
        "avoiding half of each neighborhood": whole(sampler=Avoiding(bits, 0.5)),
        "dns early, popularity late": in_turn("sampler", "dns", "unigram", early),
        "popularity early, dns late": in_turn("sampler", "unigram", "dns", epochs - early),
        "objective hardness": whole(objective="hardness"),
        "hardness early, logistic late": in_turn("objective", "hardness", "logistic", early),
        "logistic early, hardness late": in_turn("objective", "logistic", "hardness", epochs - early),
        "word vectors at twice the rate": whole(np.full(len(counts), 2, np.float32)),
        "word vectors at half the rate": whole(np.full(len(counts), 0.5, np.float32)),
        "rare words faster": whole(np.clip(rarity**0.5, 0.5, 2).astype(np.float32)),
        "rare words slower": whole(np.clip(rarity**-0.5, 0.5, 2).astype(np.float32)),
        "softmax, mixture": whole(sampler="mixture", objective="softmax"),
        "softmax corrected by log q, mixture": whole(
            sampler="mixture", objective={"name": "softmax", "corrected": True}
        ),
    }


# --- what comes of them ---------------------------------------------------------------------------------


class Result(NamedTuple):
    """The scores of one training, by benchmark."""

    megabytes: float
    architecture: str
    idea: str
    rate: float
    seed: int
    scores: dict[str, float]


def main() -> None:
    """Train, score and publish."""
    args = _arguments()
    benchmarks = evaluation.read_benchmarks(args.benchmarks, folder=args.folder)
    results: list[Result] = []
    for megabytes in args.megabytes:
        with harness.plain_text(args.corpus, megabytes) as text:
            store = encode(text, min_count=5)
        bound = evaluation.bind(store.vocabulary.words, benchmarks)
        for architecture in args.architectures:
            trainers = ideas(store, harness.ARCHITECTURES[architecture], args.epochs)
            for seed in range(1, args.seeds + 1):
                for name, rate in itertools.product(trainers, args.rates):
                    try:
                        vectors = trainers[name](seed, rate).vectors
                    except FloatingPointError:  # it diverged
                        continue
                    outcomes = bound.score(np.ascontiguousarray(vectors)).outcomes
                    scores = {one.name: one.measures[0].value for one in outcomes}
                    results.append(Result(megabytes, architecture, name, rate, seed, scores))
                harness.say(f"{megabytes:g} MB, {architecture}: seed {seed} of {args.seeds}")
    harness.publish("ideas", _markdown(results, args), [one._asdict() for one in results], args)


def _markdown(results: list[Result], args: argparse.Namespace) -> str:
    lines = [
        f'Each idea with `preset="quality"`, {args.epochs} epochs, 100 dimensions, one worker, {args.seeds} seeds, and '
        f"of the rates {', '.join(f'{rate:g}' for rate in args.rates)} the one whose mean score over the benchmarks is "
        f"best. The first row of a table has the scores of {_BASELINE}; the others have differences from it, mean ± "
        "half a 95 % interval over seeds, taken seed by seed, **bold** where the interval leaves out 0. With so many "
        "of them, some leave it out by chance."
    ]
    for megabytes, architecture in dict.fromkeys((one.megabytes, one.architecture) for one in results):
        found = [one for one in results if (one.megabytes, one.architecture) == (megabytes, architecture)]
        best = {name: _at_best_rate(found, name, args) for name in dict.fromkeys(one.idea for one in found)}
        base, names = best[_BASELINE], list(found[0].scores)
        shown = []
        for label, some in best.items():
            cells = [f"{np.mean([one.scores[name] for one in some]):.3f}" for name in names]
            if label != _BASELINE:
                pairs = list(zip(some, base, strict=True))
                cells = [
                    harness.change([one.scores[name] - other.scores[name] for one, other in pairs]) for name in names
                ]
            shown.append([label, f"{some[0].rate:g}", *cells])
        lines += ["", f"### {architecture}, {megabytes:g} MB", "", harness.table(["", "rate", *names], shown)]
    return "\n".join(lines)


def _at_best_rate(results: list[Result], idea: str, args: argparse.Namespace) -> list[Result]:
    """Return an idea's results, a seed each, at the rate with the best mean at which none diverged."""
    found = [[one for one in results if (one.idea, one.rate) == (idea, rate)] for rate in args.rates]
    whole = [some for some in found if len(some) == args.seeds]
    return max(whole, key=lambda some: sum(sum(one.scores.values()) for one in some))


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    parser.add_argument("corpus", type=harness.existing_file, help="a text file, plain or .gz, a sentence a line")
    parser.add_argument("--folder", type=Path, help="a folder of benchmark files; others are downloaded")
    parser.add_argument("--benchmarks", nargs="+", metavar="NAME", help="default: all that are at hand")
    parser.add_argument("--megabytes", type=float, nargs="+", default=[10.0], metavar="N", help="default: 10")
    parser.add_argument("--architectures", nargs="+", default=list(harness.ARCHITECTURES), metavar="NAME")
    parser.add_argument("--rates", type=float, nargs="+", default=[0.05, 0.1, 0.2], metavar="X")
    parser.add_argument("--epochs", type=harness.at_least_one, default=5, help="default: %(default)s")
    parser.add_argument("--seeds", type=harness.at_least_one, default=5, help="default: %(default)s")
    return parser.parse_args()


if __name__ == "__main__":
    main()
