"""How long the methods without sampling take: a pass of AllVec over the non-zeros, and all of ClosedForm.

One setting varies at a time, from 100 dimensions and one worker, on the first megabytes of a corpus; then the size of
the text. Compiling is not timed. Of AllVec the second pass counts, with the sums over all words that belong to it;
ClosedForm is timed as a whole, with making the matrix.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import harness

from wordneg import AllVec, ClosedForm, Cooccurrences, corpora, count_cooccurrences, encode
from wordneg.common.machine import available_cores


def main() -> None:
    """Measure, and publish."""
    args = _arguments()
    with harness.plain_text(args.corpus, args.megabytes) as text:
        whole = _counted(text)
    texts = {}
    for size in args.sizes:
        with harness.plain_text(args.corpus, size) as text:
            texts[f"{size:g} MB"] = _counted(text)
    variants = _variants(whole, texts, args)
    runs = harness.interleaved({key: task for key, (_, task) in variants.items()}, args.repeats)
    results = [
        {"method": method, "axis": axis, "value": value, "words": len(counts), "cells": counts.nnz}
        | {"seconds": [run[0] for run in entries], "processor_seconds": [run[1] for run in entries]}
        for ((method, axis, value), entries) in runs.items()
        for counts in [variants[method, axis, value][0]]
    ]
    harness.publish("exact_speed", _markdown(results), {"runs": results}, args)


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    parser.add_argument("corpus", type=harness.existing_file, help="a text file, plain or .gz, a sentence a line")
    parser.add_argument("--megabytes", type=float, default=10, help="of the text (default: %(default)s)")
    parser.add_argument(
        "--sizes", type=float, nargs="*", default=[30, 100], metavar="N", help="also so many (default: 30 100)"
    )
    parser.add_argument("--repeats", type=harness.at_least_one, default=3, help="default: %(default)s")
    parser.add_argument("--dimensions", type=harness.at_least_one, nargs="+", default=[50, 200], metavar="N")
    return parser.parse_args()


def _counted(text: Any) -> Cooccurrences:
    return count_cooccurrences(encode(corpora.open_corpus(text)), progress=False)


def _variants(
    whole: Cooccurrences, texts: dict[str, Cooccurrences], args: argparse.Namespace
) -> dict[tuple[str, str, str], tuple[Cooccurrences, Callable[[], tuple[float, float]]]]:
    """Return what to time, by method, axis and value: on which counts, and how."""
    settings: dict[tuple[str, str], tuple[Cooccurrences, dict[str, Any]]] = {("", "as it comes"): (whole, {})}
    settings |= {("dimensions", str(size)): (whole, {"vector_size": size}) for size in args.dimensions}
    settings |= {("text", size): (counts, {}) for size, counts in texts.items()}
    if available_cores() > 1:
        settings |= {("workers", str(available_cores())): (whole, {"workers": available_cores()})}
    timed = {"AllVec": time_pass, "ClosedForm": time_solving}
    return {
        (method, *key): (counts, partial(measure, counts, **chosen))
        for method, measure in timed.items()
        for key, (counts, chosen) in settings.items()
    }


def time_pass(counts: Cooccurrences, **settings: Any) -> tuple[float, float]:
    """Return wall-clock and processor seconds of a pass of AllVec."""
    clocks = []
    AllVec(
        counts,
        progress=False,
        callbacks=[lambda model: clocks.append((time.perf_counter(), time.process_time())) and None],
        **{"workers": 1, "epochs": 2} | settings,
    )
    (wall, processor), (wall_later, processor_later) = clocks
    return wall_later - wall, processor_later - processor


def time_solving(counts: Cooccurrences, **settings: Any) -> tuple[float, float]:
    """Return wall-clock and processor seconds of ClosedForm."""
    wall, processor = time.perf_counter(), time.process_time()
    ClosedForm(counts, progress=False, **{"workers": 1} | settings)
    return time.perf_counter() - wall, time.process_time() - processor


def _markdown(results: list[dict[str, Any]]) -> str:
    base = {}
    rows = []
    for result in results:
        wall, processor = (statistics.median(result[name]) for name in ("seconds", "processor_seconds"))
        first = base.setdefault(result["method"], processor)
        size = [f"{result['words']:,}", f"{result['cells'] / 1e6:.1f} M"]
        pace = [f"{wall:.2f} s", f"{processor:.2f} s", f"{processor / first:.2f}"]
        rows.append([result["method"], result["axis"], result["value"], *size, *pace])
    header = ["method", "varied", "value", "words", "cells", "time", "processor time", "ratio"]
    note = (
        "A pass of AllVec, over the cells once for the words and once for the contexts; all of ClosedForm. Medians; "
        f"single runs are at most {harness.spread([result['processor_seconds'] for result in results]):.0%} off in "
        "processor time. As it comes: 100 dimensions, one worker. The ratio is that of processor times."
    )
    return "\n\n".join([harness.table(header, rows, left=3), note])


if __name__ == "__main__":
    main()
