"""Counting co-occurrences: time and memory, by workers and with a limit that spills, and beside GloVe's own programs.

wordneg's counting is timed alone, compiled and in one process, on a token store; the peak memory is that of a process
that opens the store and counts. Then whole processes go from the text to a file of co-occurrences: wordneg's, and with
`--glove FOLDER`, where they are built, GloVe's `vocab_count` and `cooccur`. GloVe writes 16 bytes a cell, wordneg 8.
Needs a POSIX system.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import harness
from end_to_end import Usage, run

if TYPE_CHECKING:
    from wordneg import TokenStore

WORKERS = (1, 2)
MIN_COUNT = harness.SETTINGS["min_count"]
GLOVE = "GloVe"
# what the processes run
_OPEN = """
import sys
from wordneg import TokenStore, count_cooccurrences
store = TokenStore.open(sys.argv[1])
window, workers, memory_limit = map(int, sys.argv[2:])
count_cooccurrences(store, window, workers=workers, memory_limit=memory_limit, progress=False)
"""
_FROM_TEXT = """
import sys
from wordneg import count_cooccurrences, encode
store = encode(sys.argv[1], min_count=int(sys.argv[2]))
count_cooccurrences(store, int(sys.argv[3]), workers=int(sys.argv[4]), progress=False).save(sys.argv[5])
"""
_GLOVE = """
"$1"/vocab_count -verbose 0 -min-count "$3" < "$2" > "$6"/vocabulary
"$1"/cooccur -verbose 0 -window-size "$4" -memory "$5" -vocab-file "$6"/vocabulary -overflow-file "$6"/overflow \
    < "$2" > "$6"/cells
"""


def main() -> None:
    """Measure, and publish."""
    args = _arguments()
    with harness.plain_text(args.corpus) as text, tempfile.TemporaryDirectory() as folder:
        processes = harness.interleaved(_processes(text, Path(folder), args), args.repeats)
        peaks, results = _measure(text, Path(folder), args)
    results["processes"] = {name: [usage._asdict() for usage in usages] for name, usages in processes.items()}
    results["peaks"] = {f"{workers} workers, {limit}": usage._asdict() for (workers, limit), usage in peaks.items()}
    harness.publish("cooccurrence", _markdown(results, processes, peaks, args), results, args)


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    parser.add_argument("corpus", type=harness.existing_file, help="a text file; if it is .gz, unpacked beforehand")
    parser.add_argument("--window", type=harness.at_least_one, default=15, help="default: %(default)s")
    parser.add_argument(
        "--limit", type=harness.at_least_one, default=100, help="in MB, to spill (default: %(default)s)"
    )
    parser.add_argument("--repeats", type=harness.at_least_one, default=3, help="default: %(default)s")
    parser.add_argument("--glove", type=Path, metavar="FOLDER", help="where vocab_count and cooccur are")
    parser.add_argument("--glove-memory", type=float, default=4.0, metavar="GB", help="default: %(default)s")
    return parser.parse_args()


def _processes(text: Path, folder: Path, args: argparse.Namespace) -> dict[str, Any]:
    """Return what goes from text to file, by name."""
    tasks: dict[str, Any] = {}
    if args.glove is not None:
        numbers = [str(MIN_COUNT), str(args.window), str(args.glove_memory)]
        command = ["sh", "-ec", _GLOVE, "sh", str(args.glove.resolve()), str(text), *numbers, str(folder)]
        tasks[GLOVE] = partial(run, command)
    for workers in WORKERS:
        numbers = [str(MIN_COUNT), str(args.window), str(workers)]
        command = [sys.executable, "-c", _FROM_TEXT, str(text), *numbers, str(folder / "cooccurrences")]
        tasks[f"wordneg, {workers} workers" if workers > 1 else "wordneg, 1 worker"] = partial(run, command)
    return tasks


def _measure(text: Path, folder: Path, args: argparse.Namespace) -> tuple[dict[Any, Usage], dict[str, Any]]:
    """Return the processes that only open the store and count, and the seconds of counting in this one."""
    from wordneg import count_cooccurrences, encode

    store = encode(text, min_count=MIN_COUNT)
    store.save(folder / "store")
    limits = {"none": 4_000_000_000, f"{args.limit} MB": args.limit * 1_000_000}
    cases = [(workers, limit) for limit in limits for workers in WORKERS]
    peaks = {}
    for workers, limit in cases:
        numbers = [str(args.window), str(workers), str(limits[limit])]
        peaks[workers, limit] = run([sys.executable, "-c", _OPEN, str(folder / "store"), *numbers])
    cells = count_cooccurrences(store, args.window, progress=False).nnz  # compiles, too
    tasks = {
        (workers, limit): partial(_seconds, store, args.window, workers, limits[limit]) for workers, limit in cases
    }
    seconds = harness.interleaved(tasks, args.repeats)
    results = {
        "tokens": len(store.tokens),
        "words": len(store.vocabulary),
        "cells": cells,
        "seconds": [{"workers": workers, "limit": limit, "runs": runs} for (workers, limit), runs in seconds.items()],
    }
    return peaks, results


def _seconds(store: TokenStore, window: int, workers: int, memory_limit: int) -> float:
    from wordneg import count_cooccurrences

    begin = time.perf_counter()
    count_cooccurrences(store, window, workers=workers, memory_limit=memory_limit, progress=False)
    return time.perf_counter() - begin


def _markdown(
    results: dict[str, Any], processes: dict[str, list[Usage]], peaks: dict[Any, Usage], args: argparse.Namespace
) -> str:
    rows = []
    for case in results["seconds"]:
        seconds = statistics.median(case["runs"])
        speed = f"{results['tokens'] / seconds / 1e6:.2f} M"
        peak = f"{peaks[case['workers'], case['limit']].megabytes:.0f} MB"
        rows.append([case["workers"], case["limit"], f"{seconds:.2f} s", speed, peak])
    medians = {name: statistics.median(usage.seconds for usage in usages) for name, usages in processes.items()}
    whole = []
    for name, usages in processes.items():
        times = f"{medians[GLOVE] / medians[name]:.1f} ×" if GLOVE in medians else "–"
        peak = statistics.median(usage.megabytes for usage in usages)
        whole.append([name, f"{medians[name]:.2f} s", times, f"{peak:.0f} MB"])
    off = harness.spread([case["runs"] for case in results["seconds"]])
    return "\n\n".join(
        [
            harness.table(
                ["workers", "limit", "counting", "tokens a second", "peak memory of a process"], rows, left=2
            ),
            "From the text to a file of co-occurrences, in whole processes:",
            harness.table(["process", "wall time", "times GloVe's speed", "peak memory"], whole),
            f"{results['tokens']:,} tokens, {results['words']:,} words, {results['cells']:,} cells; window "
            f"{args.window}, both sides, weighted by 1 / distance, min_count {MIN_COUNT}. Medians of {args.repeats} "
            f"interleaved runs; single runs of counting lie within {off:.0%} of them.",
        ]
    )


if __name__ == "__main__":
    main()
