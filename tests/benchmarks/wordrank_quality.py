"""WordRank beside skip-gram on the same tokens, from little text to much: does it win when data is scarce?

Each trainer is run over several seeds on the first megabytes of a corpus, with a vocabulary of its own for each size.
Word vectors are scored, and their sums with the context vectors. Every finished run is appended to
``wordrank_quality.jsonl`` in the results folder at once, and a benchmark that was killed goes on from there.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import statistics
import time
from collections.abc import Sequence
from typing import Any

import harness
from records import ANALOGIES, BUNDLED, Journal, add_similarity, difference, mean, score

from wordneg import TokenStore, Word2Vec, WordRank, corpora, encode, evaluation
from wordneg.common.machine import available_cores

TRAINERS: dict[str, dict[str, Any]] = {
    "skip-gram, 5 epochs": {"sg": 1, "epochs": 5},
    "skip-gram, 5 epochs, α .05": {"sg": 1, "epochs": 5, "alpha": 0.05},
    "skip-gram, 20 epochs, α .05": {"sg": 1, "epochs": 20, "alpha": 0.05},
    "skip-gram, 20 epochs, α .05, window 15": {"sg": 1, "epochs": 20, "alpha": 0.05, "window": 15},
    "WordRank, 20 passes": {"epochs": 20},
    "WordRank, 60 passes": {"epochs": 60},
}
BASELINE = "skip-gram, 20 epochs, α .05"
KINDS = ("w", "w + c")


def main() -> None:
    """Train what is missing, and publish."""
    args = _arguments()
    pairs = [evaluation.read_word_pairs(source) for source in (*args.similarity, *BUNDLED)]
    benchmarks = [*(benchmark.name for benchmark in pairs), ANALOGIES]
    journal = Journal(args.results / "wordrank_quality.jsonl")
    records: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for megabytes in args.megabytes:
        with harness.plain_text(args.corpus, megabytes) as text:
            store = encode(corpora.open_corpus(text))
        size = f"{store.raw_tokens:,}"
        for seed in range(1, args.seeds + 1):
            for trainer, settings in TRAINERS.items():
                run = {"trainer": trainer, "settings": settings, "seed": seed, "workers": args.workers}
                run |= {"corpus": store.fingerprint, "version": importlib.metadata.version("wordneg")}
                record = journal.find(run, [f"{kind}: {name}" for kind in KINDS for name in benchmarks])
                if record is None:
                    harness.say(f"{size} tokens, seed {seed} of {args.seeds}: {trainer}")
                    record = {"run": run} | train(store, settings, seed, args.workers, pairs)
                    journal.add(record)
                records.setdefault((size, trainer), []).append(record)
    runs = [record for entries in records.values() for record in entries]
    harness.publish("wordrank_quality", _markdown(records, benchmarks, args), runs, args)


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    parser.add_argument("corpus", type=harness.existing_file, help="a text file, plain or .gz, a sentence a line")
    add_similarity(parser)
    parser.add_argument(
        "--megabytes", type=float, nargs="+", default=[6, 30, 100], help="sizes (default: 6 30 100)", metavar="N"
    )
    parser.add_argument("--seeds", type=harness.at_least_one, default=3, help="how many (default: %(default)s)")
    parser.add_argument("--workers", type=harness.at_least_one, default=available_cores(), help="default: all cores")
    return harness.parse(parser, "wordrank_quality")


def train(
    store: TokenStore, settings: dict[str, Any], seed: int, workers: int, pairs: Sequence[evaluation.WordPairs]
) -> dict[str, Any]:
    """Return scores and seconds of a run: with counting co-occurrences, without reading and compiling."""
    options = settings | {"seed": seed, "workers": workers, "progress": False}
    model: Any = Word2Vec(**options) if "sg" in settings else WordRank(**options)
    begin = time.perf_counter()
    model.build_vocab(store)
    counting = time.perf_counter() - begin
    model.train()
    seconds = counting + sum(report.seconds for report in model.history)
    contexts = model.syn1neg if "sg" in settings else model.contexts.vectors
    sums = dict(zip(model.wv.index_to_key, model.wv.vectors + contexts, strict=True))
    scores = {f"w: {name}": value for name, value in score(model.wv, pairs).items()}
    return {"seconds": seconds, "scores": scores | {f"w + c: {name}": v for name, v in score(sums, pairs).items()}}


def _markdown(
    records: dict[tuple[str, str], list[dict[str, Any]]], benchmarks: list[str], args: argparse.Namespace
) -> str:
    rows, differences = [], []
    for (size, trainer), entries in records.items():
        seconds = f"{statistics.median(record['seconds'] for record in entries):.1f} s"
        for kind in KINDS:
            samples = [[record["scores"][f"{kind}: {name}"] for record in entries] for name in benchmarks]
            rows.append([size, trainer, kind, *map(mean, samples), seconds])
        if "sg" not in TRAINERS[trainer]:
            for kind in KINDS:
                gains = [_gain(records, size, trainer, kind, name) for name in benchmarks]
                differences.append([size, trainer, kind, *gains])
    note = (
        f"Spearman correlations with people's ratings of similarity, and the share of {ANALOGIES}'s analogies answered "
        f"rightly: means of {args.seeds} seeds with 95 % t-intervals (Welch's for differences). w: word vectors; "
        f"w + c: their sums with the context vectors. 100 dimensions, {args.workers} workers; otherwise the defaults, "
        "for WordRank a window of 15. Training: median seconds, with counting co-occurrences, without compiling."
    )
    gained = f"What it gains over {BASELINE}, of the same vectors:"
    return "\n\n".join(
        [
            harness.table(["tokens", "trainer", "vectors", *benchmarks, "training"], rows, left=3),
            gained,
            harness.table(["tokens", "trainer", "vectors", *benchmarks], differences, left=3),
            note,
        ]
    )


def _gain(
    records: dict[tuple[str, str], list[dict[str, Any]]], size: str, trainer: str, kind: str, benchmark: str
) -> str:
    name = f"{kind}: {benchmark}"
    ours, theirs = ([record["scores"][name] for record in records[size, key]] for key in (trainer, BASELINE))
    return difference(ours, theirs)


if __name__ == "__main__":
    main()
