"""What shards cost in quality: some numbers of them beside one worker, each at its best rate, and Spark's merging.

Every row is trained with each learning rate and each seed. The rate of a row is the one with the best mean over
seeds, scores of all benchmarks added up; one worker gets the same choice. Differences are from one worker, with the
standard error over seeds.

Spark's rule (`org.apache.spark.ml.feature.Word2Vec`) is the mean of all replicas, once an epoch.
"""

from __future__ import annotations

import argparse
import math
import statistics
import warnings
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import harness

from wordneg import evaluation
from wordneg.word2vec import sharded
from wordneg.word2vec.merging import Scales
from wordneg.word2vec.presets import PRESETS, preset

RATES = {"skip-gram": [0.05, 0.1], "CBOW": [0.1, 0.2]}
"""What every row tries: the best rate of one worker, and twice as much."""

SPARK = "mean of 8 an epoch (Spark's rule)"


def main() -> None:
    """Train, score, and publish."""
    args = _arguments()
    from wordneg import encode

    with harness.plain_text(args.corpus, args.megabytes) as text:
        store = encode(str(text))
    benchmarks = evaluation.read_benchmarks(args.benchmarks, folder=args.folder)
    results = []
    for architecture in args.architectures:
        usual = _usual(architecture, args)
        for name, settings in rows(args.shards, len(store.tokens)).items():
            for rate in args.rates or RATES[architecture]:
                for seed in range(1, args.seeds + 1):
                    asked = usual | {"alpha": rate, "seed": seed, **settings}
                    scores = trained(store, benchmarks, name, epochs=args.epochs, **asked)
                    harness.say(f"{architecture}, {name}, {rate:g}, seed {seed}: {scores}")
                    results.append(
                        {"architecture": architecture, "row": name, "rate": rate, "seed": seed, "scores": scores}
                    )
    size = "" if args.megabytes is None else f"-{args.megabytes:g}mb"
    size += "" if args.preset is None else f"-{args.preset}"
    harness.publish(f"shards{size}", _markdown(results, len(store.tokens), args), results, args)


def _usual(architecture: str, args: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that all rows have, without the rate."""
    sg = harness.ARCHITECTURES[architecture]
    return {"sg": sg} | ({} if args.preset is None else preset(args.preset, skip_gram=bool(sg)))


def rows(shards: list[int], tokens: int) -> dict[str, dict[str, Any]]:
    """Return the settings of each row by its name."""
    found: dict[str, dict[str, Any]] = {"one worker": {}}
    found |= {f"{count} shards": {"shards": count} for count in shards}
    return found | {SPARK: {"shards": 8, "merge_every": tokens}}


def trained(store: Any, benchmarks: Any, name: str, **settings: Any) -> dict[str, float] | None:
    """Return the scores of a training by benchmark; None if it diverged."""
    with warnings.catch_warnings(), _merging(name):
        warnings.filterwarnings("ignore", message=".* shards are merged only")
        model = harness.wordneg_model(store, workers=1, **settings)
        try:
            model.train()
        except FloatingPointError:
            return None
    outcomes = evaluation.evaluate(model.wv, benchmarks).outcomes
    return {one.name: round(float(one.measures[0].value), 4) for one in outcomes}


@contextmanager
def _merging(name: str) -> Iterator[None]:
    """Merge by the mean where Spark's rule is measured: what the saturating sum becomes if every row is saturated."""
    usual = sharded._CURVATURES
    if name == SPARK:
        sharded._CURVATURES = dict.fromkeys(usual, Scales(math.inf, math.inf))
    try:
        yield
    finally:
        sharded._CURVATURES = usual


def _markdown(results: list[dict[str, Any]], tokens: int, args: argparse.Namespace) -> str:
    tables = []
    for architecture in args.architectures:
        by_row: dict[str, dict[float, list[dict[str, float]]]] = defaultdict(lambda: defaultdict(list))
        for one in results:
            if one["architecture"] == architecture and one["scores"] is not None:
                by_row[one["row"]][one["rate"]].append(one["scores"])
        best = {name: _best(rates, args) for name, rates in by_row.items()}
        base = best["one worker"][1]
        lines = [_line(name, rate, scores, base, args.benchmarks) for name, (rate, scores) in best.items()]
        tables.append(f"**{architecture}**\n\n" + harness.table(["", "rate", *args.benchmarks], lines))
    note = (
        f"{tokens:,} words, {args.epochs} epochs, {harness.SETTINGS_TEXT}"
        f"{'' if args.preset is None else f', but for what the preset {args.preset} sets'}; {args.seeds} seed"
        f"{'' if args.seeds == 1 else 's'}; `merge_every` as it is by default. In brackets: the difference from one "
        f"worker at its own best rate, ± its standard error over seeds. Rates tried: {_tried(args)}."
    )
    return "\n\n".join([*tables, note])


def _tried(args: argparse.Namespace) -> str:
    """Return which rates were tried, in words."""
    if args.rates:
        return " and ".join(f"{rate:g}" for rate in args.rates)
    return ", ".join(f"{' and '.join(f'{rate:g}' for rate in RATES[name])} for {name}" for name in args.architectures)


def _best(rates: dict[float, list[dict[str, float]]], args: argparse.Namespace) -> tuple[float, list[dict[str, float]]]:
    """Return the rate that is best on average over seeds, none of which diverged, and its scores."""
    whole = {rate: scores for rate, scores in rates.items() if len(scores) == args.seeds}
    return max(whole.items(), key=lambda item: sum(one[name] for one in item[1] for name in args.benchmarks))


def _line(
    name: str, rate: float, scores: list[dict[str, float]], base: list[dict[str, float]], benchmarks: list[str]
) -> list[str]:
    cells = [name, f"{rate:g}"]
    for benchmark in benchmarks:
        ours, theirs = ([one[benchmark] for one in some] for some in (scores, base))
        cell = f"{statistics.mean(ours):.3f}"
        if scores is not base:
            cell += f" ({statistics.mean(ours) - statistics.mean(theirs):+.3f}"
            if len(ours) > 1:
                error = math.sqrt(statistics.variance(ours) / len(ours) + statistics.variance(theirs) / len(theirs))
                cell += f" ± {error:.3f}"
            cell += ")"
        cells.append(cell)
    return cells


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    parser.add_argument("corpus", type=harness.existing_file, help="a text file, plain or .gz, a sentence a line")
    parser.add_argument("--folder", type=Path, help="a folder of benchmark files; others are downloaded")
    parser.add_argument(
        "--benchmarks", nargs="+", default=["men", "google"], metavar="NAME", help="default: men google"
    )
    parser.add_argument("--megabytes", type=float, metavar="N", help="only so much of the text")
    parser.add_argument("--architectures", nargs="+", default=[*harness.ARCHITECTURES], choices=harness.ARCHITECTURES)
    parser.add_argument("--shards", type=harness.at_least_one, nargs="+", default=[2, 4, 8], metavar="N")
    parser.add_argument("--rates", type=float, nargs="+", metavar="X", help="instead of those of the architecture")
    parser.add_argument("--preset", choices=PRESETS, help="take its settings, all but the rate")
    parser.add_argument("--seeds", type=harness.at_least_one, default=3, metavar="N", help="default: %(default)s")
    parser.add_argument("--epochs", type=harness.at_least_one, default=5, metavar="N", help="default: %(default)s")
    return parser.parse_args()


if __name__ == "__main__":
    main()
