"""How fast wordneg trains, side by side with gensim in one run: in-vocabulary words a second.

The time is that of `train` alone: vocabularies are built, and wordneg's kernels compiled, before. gensim reads
the text file while it trains (`corpus_file`, its fastest way); wordneg has read it into a token store.
A word counts if it is in the vocabulary, whether or not subsampling then drops it, for both in the same way.

    python tests/benchmarks/speed.py enwiki.txt
    python tests/benchmarks/speed.py enwiki.txt --hs
"""

from __future__ import annotations

import argparse
import statistics
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import harness
from harness import ARCHITECTURES

from wordneg import Word2Vec, corpora, encode

TRAINERS = ("gensim", "wordneg")
WORKERS = (1, 2)
HIERARCHICAL = {"hs": 1, "negative": 0}
"""Settings of hierarchical softmax."""


class Case(NamedTuple):
    """What is timed."""

    architecture: str
    workers: int
    trainer: str


def main() -> None:
    """Measure, and publish."""
    args = _arguments()
    settings = HIERARCHICAL if args.hs else {}
    compile_seconds: dict[str, float] = {}
    parts = []
    with harness.plain_text(args.corpus) as text:
        size = text.stat().st_size
        if args.megabytes * 1e6 < size:
            with harness.plain_text(text, args.megabytes) as head:
                parts.append(measure(f"first {args.megabytes:g} MB", head, args.repeats, settings, compile_seconds))
        parts.append(measure(f"all {size / 1e6:.3g} MB", text, args.repeats, settings, compile_seconds))
    results = {"compile_seconds": compile_seconds, "parts": parts}
    harness.publish("speed-hs" if args.hs else "speed", _markdown(results, args), results, args)


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    parser.add_argument("corpus", type=harness.existing_file, help="a text file, plain or .gz, a sentence a line")
    parser.add_argument("--megabytes", type=float, default=10, help="size of the smaller text (default: %(default)s)")
    parser.add_argument("--repeats", type=harness.at_least_one, default=5, help="default: %(default)s")
    parser.add_argument("--hs", action="store_true", help="hierarchical softmax instead of negatives")
    return parser.parse_args()


def measure(
    name: str, text: Path, repeats: int, settings: dict[str, Any], compile_seconds: dict[str, float]
) -> dict[str, Any]:
    """Time all cases on one text, with some settings; kernels not compiled yet are, which `compile_seconds` notes.

    Returns
    -------
    dict
        The text's name, its in-vocabulary words, and the words a second of every run of every case.
    """
    harness.say(f"{name}: building vocabularies")
    store = encode(corpora.open_corpus(text))
    tasks = {}
    for architecture, sg in ARCHITECTURES.items():
        theirs = harness.gensim_model(text, sg=sg, epochs=1, **settings)
        if architecture not in compile_seconds:
            compile_seconds[architecture] = harness.compile_wordneg(store, sg=sg, workers=1, **settings)
        for workers in WORKERS:
            ours = harness.wordneg_model(store, sg=sg, epochs=1, workers=workers, **settings)
            tasks[Case(architecture, workers, "gensim")] = partial(_gensim_speed, theirs, text, workers)
            tasks[Case(architecture, workers, "wordneg")] = partial(_wordneg_speed, ours, store)
    speeds = harness.interleaved(tasks, repeats)
    return {
        "text": name,
        "words": len(store.tokens),
        "speeds": [case._asdict() | {"words_per_second": runs} for case, runs in speeds.items()],
    }


def _gensim_speed(model: Any, text: Path, workers: int) -> float:
    """Return the words a second of one epoch from fresh vectors."""
    model.workers = workers
    model.init_weights()
    model.min_alpha_yet_reached = model.alpha  # else it warns that the rate rises again
    words = int(model.wv.expandos["count"].sum())
    return words / harness.train_gensim(model, text)


def _wordneg_speed(model: Word2Vec, store: Any) -> float:
    """Return the words a second of one epoch from fresh vectors."""
    model.build_vocab(store)
    return len(store.tokens) / harness.train_wordneg(model)


def _markdown(results: dict[str, Any], args: argparse.Namespace) -> str:
    rows: list[list[str]] = []
    runs: list[list[float]] = []
    for part in results["parts"]:
        speeds = {
            Case(entry["architecture"], entry["workers"], entry["trainer"]): entry["words_per_second"]
            for entry in part["speeds"]
        }
        runs += speeds.values()
        label = f"{part['text']}, {part['words'] / 1e6:.3g} M words"
        rows += [_row(label, architecture, workers, speeds) for architecture in ARCHITECTURES for workers in WORKERS]
    header = ["text", "architecture", "workers", *(f"{name}, words/s" for name in TRAINERS), "wordneg / gensim"]
    header += [f"{name}: gain over one worker" for name in TRAINERS]
    compiling = " and ".join(f"{seconds:.1f} s ({name})" for name, seconds in results["compile_seconds"].items())
    note = (
        f"Training only: in-vocabulary words a second (before subsampling); {harness.SETTINGS_TEXT}"
        f"{', but hierarchical softmax instead of negatives' if args.hs else ''}. Medians of "
        f"{args.repeats} interleaved runs, which lie within {harness.spread(runs):.0%} of them. Not included: "
        f"wordneg's kernels compile once a process, in {compiling}."
    )
    return f"{harness.table(header, rows, left=2)}\n\n{note}"


def _row(label: str, architecture: str, workers: int, speeds: dict[Case, list[float]]) -> list[str]:
    median = {case: statistics.median(runs) for case, runs in speeds.items()}
    one, here = ([median[Case(architecture, count, name)] for name in TRAINERS] for count in (1, workers))
    gains = [f"{now / before:.2f} ×" if workers > 1 else "" for now, before in zip(here, one, strict=True)]
    return [
        label,
        architecture,
        str(workers),
        *(f"{speed / 1e6:.2f} M" for speed in here),
        f"**{here[1] / here[0]:.1f} ×**",
        *gains,
    ]


if __name__ == "__main__":
    main()
