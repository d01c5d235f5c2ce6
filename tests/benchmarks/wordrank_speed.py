"""How long a pass of WordRank over the non-zeros takes, how that grows, and what making ξ anew costs and misses.

One setting varies at a time, from 100 dimensions, hinge, the default number of negatives and one worker, on the
first megabytes of a corpus; then the size of the text. A pass is timed by its report, without making ξ anew and
without compiling; the second of each training counts. ξ is timed by itself, and its error taken against all contexts,
on a trained model.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from functools import partial
from typing import Any

import harness
import numpy as np

from wordneg import Cooccurrences, WordRank, corpora, count_cooccurrences, encode
from wordneg.common.machine import available_cores

AUTHORS = "the authors' update"
_PERIOD = 1  # so that every pass reports what making ξ anew took


def main() -> None:
    """Measure, and publish."""
    args = _arguments()
    with harness.plain_text(args.corpus, args.megabytes) as text:
        whole = _counted(text)
        fewer = [_counted(text, words) for words in args.vocabulary]
    texts = {}
    for size in args.sizes:
        with harness.plain_text(args.corpus, size) as text:
            texts[f"{size:g} MB"] = _counted(text)
    variants = _variants(whole, fewer, texts, args)
    runs = harness.interleaved({key: task for key, (_, task) in variants.items()}, args.repeats)
    results = [
        {"axis": axis, "value": value, "words": len(variants[axis, value][0]), "cells": variants[axis, value][0].nnz}
        | {"cells_per_second": [run[0] for run in entries], "refresh_seconds": [run[1] for run in entries]}
        for (axis, value), entries in runs.items()
    ]
    errors = measure_errors(whole, args.contexts)
    harness.publish("wordrank_speed", _markdown(results, errors), {"passes": results, "errors": errors}, args)


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    parser.add_argument("corpus", type=harness.existing_file, help="a text file, plain or .gz, a sentence a line")
    parser.add_argument("--megabytes", type=float, default=30, help="of the text (default: %(default)s)")
    parser.add_argument(
        "--sizes",
        type=float,
        nargs="*",
        default=[10, 100],
        metavar="N",
        help="also so many megabytes (default: 10 100)",
    )
    parser.add_argument("--repeats", type=harness.at_least_one, default=3, help="default: %(default)s")
    axes = {"dimensions": [50, 200, 300], "negatives": [32, 64, 256], "vocabulary": [5_000, 20_000]}
    axes |= {"contexts": [512, 1_024, 2_048, 4_096, 8_192, 16_384]}
    for axis, values in axes.items():
        parser.add_argument(f"--{axis}", type=harness.at_least_one, nargs="+", default=values, metavar="N")
    return parser.parse_args()


def _counted(text: Any, words: int | None = None) -> Cooccurrences:
    store = encode(corpora.open_corpus(text), max_final_vocab=words)
    return count_cooccurrences(store, progress=False)


def _variants(
    whole: Cooccurrences, fewer: list[Cooccurrences], texts: dict[str, Cooccurrences], args: argparse.Namespace
) -> dict[tuple[str, str], tuple[Cooccurrences, Callable[[], tuple[float, float]]]]:
    """Return what to time, by axis and value: on which counts, and how."""
    settings: dict[tuple[str, str], tuple[Cooccurrences, dict[str, Any]]] = {("", "as it comes"): (whole, {})}
    settings |= {("dimensions", str(size)): (whole, {"vector_size": size}) for size in args.dimensions}
    settings |= {("negatives", str(size)): (whole, {"negative": size}) for size in args.negatives}
    settings |= {("loss", "logistic"): (whole, {"loss": "logistic"})}
    authors = {"negative": 1, "share_negatives": False, "optimizer": "sgd"}
    authors |= {"learning_rate": 1e-3, "min_learning_rate": 1e-3}
    settings |= {("update", AUTHORS): (whole, authors)}
    settings |= {("words", f"{len(counts):,}"): (counts, {}) for counts in fewer}
    settings |= {("text", size): (counts, {}) for size, counts in texts.items()}
    if available_cores() > 1:
        settings |= {("workers", str(available_cores())): (whole, {"workers": available_cores()})}
    return {key: (data, partial(time_pass, data, **chosen)) for key, (data, chosen) in settings.items()}


def time_pass(counts: Cooccurrences, **settings: Any) -> tuple[float, float]:
    """Return cells a second of a pass, and seconds to make ξ anew before it."""
    defaults = {"workers": 1, "epochs": 2, "period": _PERIOD, "min_learning_rate": 0.1}
    model = WordRank(counts, progress=False, **defaults | settings)
    report = model.history[-1]
    return report.cells / (report.seconds - report.refresh_seconds), report.refresh_seconds


def measure_errors(counts: Cooccurrences, sizes: list[int]) -> list[dict[str, Any]]:
    """Return the error of ξ from samples of contexts, after some training, weighted by the pairs' weights."""
    model = WordRank(counts, progress=False, epochs=5)
    optimizer = model._passes(counts, model._weights())
    rows = np.arange(len(counts), dtype=np.int32)
    generator = np.random.default_rng(1)

    def pulls(chosen: Any) -> np.ndarray:
        optimizer._rank_all(rows, chosen, pull=True)
        return optimizer._cells.pulls.copy()

    exact, weights = pulls(None), optimizer._cells.weights
    results = []
    for size in sizes:
        if size < len(counts):
            sampled = pulls(np.sort(generator.choice(len(counts), size, replace=False)))
            relative = sampled / exact - 1
            results.append(
                {
                    "contexts": size,
                    "root_mean_square": float(np.sqrt(np.average(np.square(relative), weights=weights))),
                    "mean": float(np.average(relative, weights=weights)),
                }
            )
    return results


def _markdown(results: list[dict[str, Any]], errors: list[dict[str, Any]]) -> str:
    base = statistics.median(results[0]["cells_per_second"])
    rows = []
    for result in results:
        speed = statistics.median(result["cells_per_second"])
        refresh = statistics.median(result["refresh_seconds"])
        size = [f"{result['words']:,}", f"{result['cells'] / 1e6:.1f} M"]
        pace = [f"{speed / 1e6:.1f} M", f"{speed / base:.2f}", f"{result['cells'] / speed:.2f} s", f"{refresh:.2f} s"]
        rows.append([result["axis"], result["value"], *size, *pace])
    header = ["varied", "value", "words", "cells", "cells/s", "ratio", "a pass", "ξ anew"]
    note = (
        "Medians; single runs are at most "
        f"{harness.spread([result['cells_per_second'] for result in results]):.0%} off. ξ anew is from a sample "
        "of contexts where there are more than 8,192 words. Otherwise as it comes: 100 dimensions, hinge, one worker."
    )
    lines = [
        [f"{error['contexts']:,}", f"{error['root_mean_square']:.1%}", f"{error['mean']:+.1%}"] for error in errors
    ]
    told = (
        "Relative error of the pairs' pulls when ξ is made from a sample of contexts, weighted by the pairs' weights."
    )
    sampled = harness.table(["contexts", "root mean square", "mean"], lines, left=0)
    return "\n\n".join([harness.table(header, rows, left=2), note, sampled, told])


if __name__ == "__main__":
    main()
