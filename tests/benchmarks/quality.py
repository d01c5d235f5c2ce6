"""How good the vectors are, beside gensim's: similarity and analogy benchmarks over several seeds.

Every finished run is appended to ``quality.jsonl`` in the results folder at once. A benchmark that was killed goes
on from there, and more seeds add to it. Of another version of a trainer, runs are made anew; after a change without
a new version, remove the trainer's lines.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import math
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import harness
from harness import ARCHITECTURES, SETTINGS

import corpora
import evaluation
from wordneg import TokenStore, encode
from wordneg.parameters import available_cores

BUNDLED = ("wordsim353", "simlex999")
ANALOGIES = "google"
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


class Journal:
    """Finished runs in a file, a JSON object a line.

    Parameters
    ----------
    path : Path
        The file; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._records = []
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        for line in text.splitlines():
            try:
                self._records.append(json.loads(line))
            except json.JSONDecodeError:
                harness.say(f"{path} holds a line cut short; that run is done again")
        if text and not text.endswith("\n"):
            self._append("")

    def find(self, run: dict[str, Any], benchmarks: Sequence[str]) -> dict[str, Any] | None:
        """Return the record of a run, if it was scored on all the benchmarks."""
        for record in self._records:
            if record["run"] == run and set(benchmarks) <= record["scores"].keys():
                return record
        return None

    def add(self, record: dict[str, Any]) -> None:
        """Keep a record, on the disk first."""
        self._append(json.dumps(record))
        self._records.append(record)

    def _append(self, line: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


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
    parser.add_argument(
        "--similarity",
        type=harness.existing_file,
        nargs="+",
        default=[],
        metavar="FILE",
        help=f"rated word pairs, `word word score` a line, besides the bundled {', '.join(BUNDLED)} and {ANALOGIES}",
    )
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
        return theirs.wv, harness.train_gensim(theirs, text)
    settings["share_negatives"] = variant.trainer == SHARED
    harness.compile_wordneg(store, **settings)
    ours = harness.wordneg_model(store, **settings)
    return ours.wv, harness.train_wordneg(ours)


def _version(variant: Variant) -> str:
    return importlib.metadata.version("gensim" if variant.trainer == "gensim" else "wordneg")


def score(vectors: Any, pairs: Sequence[evaluation.WordPairs]) -> dict[str, float]:
    """Return Spearman correlations of the similarity benchmarks and the accuracy on the analogies, by name."""
    scores = {benchmark.name: evaluation.score_word_pairs(vectors, benchmark).spearman.statistic for benchmark in pairs}
    return scores | {ANALOGIES: evaluation.score_word_analogies(vectors, ANALOGIES).accuracy}


def half_width(*samples: Sequence[float]) -> float | None:
    """Return half the 95 % t-interval of a mean, or of the difference of two; None for a single value.

    The variances of two samples may differ: Welch's interval. That of one is its special case, with n - 1
    degrees of freedom.

    References
    ----------
    B. L. Welch (1947), "The generalization of Student's problem when several different population variances
    are involved", Biometrika 34.
    """
    from scipy.stats import t

    if min(map(len, samples)) < 2:
        return None
    squares = [statistics.variance(sample) / len(sample) for sample in samples]  # squared standard errors
    if not any(squares):
        return 0.0
    parts = zip(squares, samples, strict=True)
    freedom = sum(squares) ** 2 / sum(square**2 / (len(sample) - 1) for square, sample in parts)
    return float(t.ppf(0.975, freedom)) * math.sqrt(sum(squares))


def _markdown(records: dict[Variant, list[dict[str, Any]]], benchmarks: list[str], args: argparse.Namespace) -> str:
    scores = {
        (variant, name): [record["scores"][name] for record in entries]
        for variant, entries in records.items()
        for name in benchmarks
    }
    rows = []
    for variant, entries in records.items():
        cells = [_mean(scores[variant, name]) for name in benchmarks]
        rows.append([*variant, *cells, f"{statistics.median(record['seconds'] for record in entries):.1f} s"])
    differences = []
    for architecture in ARCHITECTURES:
        for ours, theirs in COMPARISONS:
            one, other = Variant(architecture, ours), Variant(architecture, theirs)
            if one in records and other in records:
                cells = [_difference(scores[one, name], scores[other, name]) for name in benchmarks]
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


def _mean(sample: Sequence[float]) -> str:
    return _with_interval(statistics.fmean(sample), half_width(sample))


def _difference(one: Sequence[float], other: Sequence[float]) -> str:
    return _with_interval(statistics.fmean(one) - statistics.fmean(other), half_width(one, other), "+")


def _with_interval(value: float, half: float | None, sign: str = "") -> str:
    return f"{value:{sign}.3f}" + ("" if half is None else f" ± {half:.3f}")


if __name__ == "__main__":
    main()
