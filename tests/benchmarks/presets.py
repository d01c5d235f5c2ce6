"""The presets beside gensim's defaults, and vectors read out of both matrices, at several sizes of a text.

Three seeds each; means ± half a 95 % interval over seeds. Similarity is Spearman's correlation, analogies accuracy.

    python tests/benchmarks/presets.py enwiki.txt --megabytes 10 30 100 --folder benchmarks
"""

from __future__ import annotations

import argparse
import time
import warnings
from pathlib import Path
from typing import Any

import harness
import numpy as np

from wordneg import Word2Vec, encode, evaluation

WEIGHTS = (None, 0.0, 0.4, 0.7, 1.0)
"""Of the contexts in what is read out; None for the word vectors as they are."""


def main() -> None:
    """Train, score and publish."""
    args = _arguments()
    benchmarks = evaluation.read_benchmarks(folder=args.folder)
    results = []
    for megabytes in args.megabytes:
        with harness.plain_text(args.corpus, megabytes) as text:
            store = encode(text, min_count=5)
        bound = evaluation.bind(store.vocabulary.words, benchmarks)
        for sg in (1, 0):
            for preset in (None, "quality"):
                scores: dict[Any, list[dict[str, float]]] = {weight: [] for weight in WEIGHTS}
                seconds = []
                for seed in range(1, args.seeds + 1):
                    begin = time.process_time()
                    model = Word2Vec(store, sg=sg, seed=seed, workers=1, preset=preset, progress=False)
                    seconds.append(time.process_time() - begin)
                    for weight, found in scores.items():
                        vectors = model.wv if weight is None else model.read_out(weight)
                        outcomes = bound.score(np.ascontiguousarray(vectors.vectors)).outcomes
                        found.append({one.name: one.measures[0].value for one in outcomes if one.measures})
                for weight, found in scores.items():
                    row = {"megabytes": megabytes, "sg": sg, "preset": preset, "weight": weight, "scores": found}
                    results.append(row | {"seconds": min(seconds)})
                    harness.say(f"{_title(row)}: {_cells(row, [one for one in found[0]])}")
    harness.publish("presets", _markdown(results), results, args)


def _title(row: dict[str, Any]) -> str:
    name = "skip-gram" if row["sg"] else "CBOW"
    read = "" if row["weight"] is None else f", read out with {row['weight']:g}"
    return f"{name}, {'defaults' if row['preset'] is None else row['preset']}{read}"


def _cells(row: dict[str, Any], names: list[str]) -> list[str]:
    cells = []
    for name in names:
        values = [found[name] for found in row["scores"]]
        interval = evaluation.significance.seed_interval(values) if len(values) > 1 else None
        half = "" if interval is None else f" ± {(interval.high - interval.low) / 2:.3f}"
        cells.append(f"{np.mean(values):.3f}{half}")
    return cells


def _markdown(results: list[dict[str, Any]]) -> str:
    names = list(results[0]["scores"][0])
    lines = [
        "Trained for 5 epochs, 100 dimensions, one worker. Read out with λ: unit(w) − mean + λ (unit(c) − mean).",
        "Seconds are processor time of the fastest of the seeds.",
    ]
    for megabytes in dict.fromkeys(row["megabytes"] for row in results):
        lines += [
            "",
            f"### {megabytes:g} MB",
            "",
            f"| | seconds | {' | '.join(names)} |",
            f"| --- | --: |{' --: |' * len(names)}",
        ]
        for row in results:
            if row["megabytes"] == megabytes:
                seconds = f"{row['seconds']:.1f}" if row["weight"] is None else ""
                lines.append(f"| {_title(row)} | {seconds} | {' | '.join(_cells(row, names))} |")
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    warnings.simplefilter("ignore")
    parser = harness.make_parser(__doc__)
    parser.add_argument("corpus", type=harness.existing_file, help="a text file, plain or .gz, a sentence a line")
    parser.add_argument("--megabytes", type=float, nargs="+", default=[10.0], help="how much of it (default: 10)")
    parser.add_argument("--seeds", type=harness.at_least_one, default=3, help="(default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="a folder of further benchmark files")
    return parser.parse_args()


if __name__ == "__main__":
    main()
