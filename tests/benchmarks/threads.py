"""What several threads on one model cost: races for the same rows, and the merging of shards, which has none.

Timed in turn, on the same text:

* one worker;
* two workers on common weights, as by default (Hogwild);
* two models, each trained by one thread on half of the text, with weights of its own. Nothing is shared, so this is
  as fast as private copies of the hottest rows could ever make the workers above;
* eight shards with one worker and with two, which have the same vectors.
"""

from __future__ import annotations

import argparse
import statistics
import threading
from dataclasses import replace
from functools import partial
from typing import Any

import harness

from wordneg import TokenStore, Word2Vec, corpora, encode
from wordneg.word2vec.shards import shards_of

ONE, COMMON, APART = "1 worker", "2 workers, common weights", "2 threads, weights of their own"
SHARDS = {f"8 shards, {workers} worker{'s' * (workers > 1)}": workers for workers in (1, 2)}


def main() -> None:
    """Measure, and publish."""
    args = _arguments()
    with harness.plain_text(args.corpus, args.megabytes) as text:
        store = encode(corpora.open_corpus(text))
    speeds: dict[str, dict[str, list[float]]] = {}
    for architecture, sg in harness.ARCHITECTURES.items():
        harness.say(architecture)
        tasks = _tasks(store, sg)
        for task in tasks.values():  # compiles
            task()
        speeds[architecture] = harness.interleaved(tasks, args.repeats)
    results = {"words": len(store.tokens), "vocabulary": len(store.vocabulary), "words_per_second": speeds}
    harness.publish("threads", _markdown(results, args.repeats), results, args)


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    parser.add_argument("corpus", type=harness.existing_file, help="a text file, plain or .gz, a sentence a line")
    parser.add_argument("--megabytes", type=float, help="how much of it (default: all)")
    parser.add_argument("--repeats", type=harness.at_least_one, default=7, help="default: %(default)s")
    return parser.parse_args()


def _tasks(store: TokenStore, sg: int) -> dict[str, Any]:
    def model(text: TokenStore, **settings: int) -> Word2Vec:
        return harness.wordneg_model(text, sg=sg, epochs=1, **settings)

    parts = [replace(store, tokens=part.tokens, offsets=part.offsets) for part in shards_of(store, 2)]
    halves = [model(part, workers=1) for part in parts]
    tasks = {ONE: [model(store, workers=1)], COMMON: [model(store, workers=2)], APART: halves}
    tasks |= {name: [model(store, shards=8, workers=workers)] for name, workers in SHARDS.items()}
    return {name: partial(_speed, models, len(store.tokens)) for name, models in tasks.items()}


def _speed(models: list[Word2Vec], words: int) -> float:
    """Return the words a second of models that are trained at the same time."""
    seconds: list[float] = []
    threads = [threading.Thread(target=lambda one=one: seconds.append(harness.train_wordneg(one))) for one in models]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return words / max(seconds)


def _markdown(results: dict[str, Any], repeats: int) -> str:
    rows = []
    for architecture, speeds in results["words_per_second"].items():
        median = {name: statistics.median(values) for name, values in speeds.items()}
        rows += [
            [architecture, name, f"{median[name] / 1e6:.2f} M", f"{median[name] / median[ONE]:.2f}"] for name in median
        ]
    note = (
        f"{results['words']:,} words, {results['vocabulary']:,} distinct, {harness.SETTINGS_TEXT}; medians of "
        f"{repeats} alternating rounds of an epoch."
    )
    return harness.table(["", "", "words/s", "times 1 worker"], rows, left=2) + "\n\n" + note


if __name__ == "__main__":
    main()
