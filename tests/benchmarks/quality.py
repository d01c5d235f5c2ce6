"""How good the vectors are, beside gensim's: similarity and analogy benchmarks over several seeds.

Every finished run is appended to ``quality.jsonl`` in the results folder at once. A benchmark that was killed goes
on from there, and more seeds add to it. Of another version of a trainer, runs are made anew; after a change without
a new version, remove the trainer's lines.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import statistics
from pathlib import Path
from typing import Any, NamedTuple

import harness
from harness import ARCHITECTURES, SETTINGS
from records import ANALOGIES, BUNDLED, Journal, add_similarity, difference, mean, score

from wordneg import TokenStore, corpora, encode, evaluation
from wordneg.common.machine import available_cores

SHARED, FRESH = "wordneg", "wordneg, share_negatives=False"
COMPARISONS = ((SHARED, "gensim"), (FRESH, "gensim"), (SHARED, FRESH))


class Variant(NamedTuple):
    """What is trained."""

    architecture: str
    trainer: str


VARIANTS = tuple(
    Variant(architecture, trainer)
    for architecture in ARCHITECTURES
    for trainer in ("gensim", SHARED, FRESH)
    if (architecture, trainer) != ("CBOW", FRESH)  # its blocks hold a single input: there is nobody to share with
)


def main() -> None:
    """Train what is missing, and publish."""
    args = _arguments()
    pairs = [evaluation.read_word_pairs(source) for source in (*args.similarity, *BUNDLED)]
    benchmarks = [*(benchmark.name for benchmark in pairs), ANALOGIES]
    journal = Journal(args.results / "quality.jsonl")
    records: dict[Variant, list[dict[str, Any]]] = {variant: [] for variant in VARIANTS}
    with harness.plain_text(args.corpus) as text:
        store = encode(corpora.open_corpus(text))
        for seed in range(1, args.seeds + 1):
            for variant in VARIANTS:
                run = variant._asdict() | {"seed": seed, "epochs": args.epochs, "workers": args.workers}
                run |= {"corpus": store.fingerprint, "settings": SETTINGS, "version": _version(variant)}
                record = journal.find(run, benchmarks)
                if record is None:
                    harness.say(f"seed {seed} of {args.seeds}: {', '.join(variant)}")
                    vectors, seconds = train(variant, text, store, seed, args)
                    record = {"run": run, "seconds": seconds, "scores": score(vectors, pairs)}
                    journal.add(record)
                records[variant].append(record)
    runs = [record for entries in records.values() for record in entries]
    harness.publish("quality", _markdown(records, benchmarks, args), runs, args)


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    parser.add_argument("corpus", type=harness.existing_file, help="a text file, plain or .gz, a sentence a line")
    add_similarity(parser)
    parser.add_argument("--seeds", type=harness.at_least_one, default=3, help="how many (default: %(default)s)")
    parser.add_argument("--epochs", type=harness.at_least_one, default=5, help="default: %(default)s")
    parser.add_argument("--workers", type=harness.at_least_one, default=available_cores(), help="default: all cores")
    return harness.parse(parser, "quality")


def train(variant: Variant, text: Path, store: TokenStore, seed: int, args: argparse.Namespace) -> tuple[Any, float]:
    """Return the vectors of a run, and how many seconds their training took (without reading and compiling)."""
    settings = {"sg": ARCHITECTURES[variant.architecture], "seed": seed}
    settings |= {"epochs": args.epochs, "workers": args.workers}
    if variant.trainer == "gensim":
        theirs = harness.gensim_model(text, **settings)
        return theirs.wv, harness.train_gensim(theirs, text, streamed=True)
    settings["share_negatives"] = variant.trainer == SHARED
    harness.compile_wordneg(store, **settings)
    ours = harness.wordneg_model(store, **settings)
    return ours.wv, harness.train_wordneg(ours)


def _version(variant: Variant) -> str:
    return importlib.metadata.version("gensim" if variant.trainer == "gensim" else "wordneg")


def _markdown(records: dict[Variant, list[dict[str, Any]]], benchmarks: list[str], args: argparse.Namespace) -> str:
    scores = {
        (variant, name): [record["scores"][name] for record in entries]
        for variant, entries in records.items()
        for name in benchmarks
    }
    rows = []
    for variant, entries in records.items():
        cells = [mean(scores[variant, name]) for name in benchmarks]
        rows.append([*variant, *cells, f"{statistics.median(record['seconds'] for record in entries):.1f} s"])
    differences = []
    for architecture in ARCHITECTURES:
        for ours, theirs in COMPARISONS:
            one, other = Variant(architecture, ours), Variant(architecture, theirs)
            if one in records and other in records:
                cells = [difference(scores[one, name], scores[other, name]) for name in benchmarks]
                differences.append([architecture, f"{ours} − {theirs}", *cells])
    note = (
        f"Spearman correlations with people's ratings of similarity, and the share of {ANALOGIES}'s analogies answered "
        f"rightly: means of {args.seeds} seeds with 95 % t-intervals (Welch's for differences). {args.epochs} epochs, "
        f"{args.workers} workers, {harness.SETTINGS_TEXT}. Training: median seconds, without compiling (gensim "
        "reads the text once more in each epoch)."
    )
    return "\n\n".join(
        [
            harness.table(["architecture", "trainer", *benchmarks, "training"], rows, left=2),
            harness.table(["architecture", "difference", *benchmarks], differences, left=2),
            note,
        ]
    )


if __name__ == "__main__":
    main()
