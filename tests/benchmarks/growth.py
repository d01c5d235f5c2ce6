"""How the cost of training grows with dimensions, negatives, window, vocabulary and workers.

On synthetic text that follows Zipf's law, made as word ids directly. The cost is in nanoseconds of wall time for
each word that subsampling leaves, in the second of two epochs, when all memory has been touched; compiling is not
included. One setting varies at a time; the others are as in `harness.SETTINGS`, with 50 thousand words and one
worker.
"""

from __future__ import annotations

import argparse
import statistics
from functools import cache, partial
from typing import Any

import harness
import numpy as np

from wordneg import TokenStore, Vocabulary
from wordneg.common.machine import available_cores

VARIANTS = {
    "skip-gram": {"sg": 1},
    "skip-gram, share_negatives=False": {"sg": 1, "share_negatives": False},
    "CBOW": {"sg": 0},
}
AXES = {
    "dimensions": "vector_size",
    "negatives": "negative",
    "window": "window",
    "vocabulary": None,  # of the text, not a setting
    "workers": "workers",
}
_VOCABULARY = 50_000
_SENTENCE = 25
_LEAST_COUNT = 5
_ZIPF_SHIFT = 2.7
_SEED = 1


def main() -> None:
    """Measure, and publish."""
    args = _arguments()
    results = {axis: measure(axis, getattr(args, axis), args.tokens, args.repeats) for axis in AXES}
    harness.publish("growth", _markdown(results, args), results, args)


def _arguments() -> argparse.Namespace:
    cores = available_cores()
    values = {
        "dimensions": [50, 100, 200, 300, 500],
        "negatives": [1, 2, 5, 10, 15, 25],
        "window": [1, 2, 5, 10, 20],
        "vocabulary": [10_000, 30_000, 100_000, 300_000, 1_000_000],
        "workers": sorted({2**power for power in range(cores.bit_length())} | {cores}),
    }
    parser = harness.make_parser(__doc__)
    for axis, default in values.items():
        shown = " ".join(map(str, default))
        parser.add_argument(
            f"--{axis}", type=harness.at_least_one, nargs="+", default=default, metavar="N", help=f"default: {shown}"
        )
    parser.add_argument("--tokens", type=harness.at_least_one, default=2_000_000, help="default: %(default)s")
    parser.add_argument("--repeats", type=harness.at_least_one, default=3, help="default: %(default)s")
    return parser.parse_args()


def measure(axis: str, values: list[int], tokens: int, repeats: int) -> list[dict[str, Any]]:
    """Return the cost of every variant at every value of one axis, in ns a word, run by run."""
    tasks = {}
    for value in values:
        setting = AXES[axis]
        changed = {"workers": 1} if setting is None else {"workers": 1, setting: value}
        store = zipf_store(value if setting is None else _VOCABULARY, tokens)
        for variant, settings in VARIANTS.items():
            tasks[axis, value, variant] = partial(cost, store, **changed, **settings)
    runs = harness.interleaved(tasks, repeats)
    return [
        {"value": value, "variant": variant, "ns_per_word": nanoseconds}
        for (_, value, variant), nanoseconds in runs.items()
    ]


@cache
def zipf_store(words: int, tokens: int) -> TokenStore:
    """Return random text in which the word of rank r occurs in proportion to 1 / (r + 2.7).

    The counts are those of a corpus that is just long enough for the rarest word to pass a min_count of 5;
    the text is a random sample of it.

    Parameters
    ----------
    words, tokens : int
        How many of each. Sentences are of 25 tokens.

    References
    ----------
    B. Mandelbrot (1953), "An informational theory of the statistical structure of language": the shift.
    """
    ranks = np.arange(words)
    counts = (_LEAST_COUNT * (words + _ZIPF_SHIFT) / (ranks + _ZIPF_SHIFT)).astype(np.int64)
    reached = np.cumsum(counts)
    drawn = np.random.default_rng(_SEED).integers(reached[-1], size=tokens)
    ids = np.searchsorted(reached, drawn, side="right").astype(np.int32)
    offsets = np.append(np.arange(0, tokens, _SENTENCE), tokens)
    vocabulary = Vocabulary([f"word{rank}" for rank in ranks], counts)
    return TokenStore(vocabulary, ids, offsets, raw_tokens=tokens, raw_sentences=len(offsets) - 1, name="Zipf")


def cost(store: TokenStore, **settings: Any) -> float:
    """Train two epochs; return the ns a word of the second."""
    model = harness.wordneg_model(store, epochs=2, **settings)
    model.train()
    report = model.history[-1]
    return report.seconds * 1e9 / report.effective_words


def _markdown(results: dict[str, list[dict[str, Any]]], args: argparse.Namespace) -> str:
    tables = [_table(axis, entries) for axis, entries in results.items()]
    runs = [entry["ns_per_word"] for entries in results.values() for entry in entries]
    note = (
        "Nanoseconds for each word that subsampling leaves, and in brackets how many times the first row that is. "
        f"Unless in the table: {harness.SETTINGS_TEXT}, {_VOCABULARY:,} words, one worker. Medians of {args.repeats} "
        f"interleaved runs on {args.tokens:,} tokens of synthetic text, which lie within {harness.spread(runs):.0%} "
        "of them."
    )
    return "\n\n".join([*tables, note])


def _table(axis: str, entries: list[dict[str, Any]]) -> str:
    medians = {(entry["value"], entry["variant"]): statistics.median(entry["ns_per_word"]) for entry in entries}
    values = list(dict.fromkeys(entry["value"] for entry in entries))
    rows = [
        [f"{value:,}"]
        + [f"{medians[value, name]:.0f} ({medians[value, name] / medians[values[0], name]:.2f})" for name in VARIANTS]
        for value in values
    ]
    return harness.table([axis, *VARIANTS], rows, left=0)


if __name__ == "__main__":
    main()
