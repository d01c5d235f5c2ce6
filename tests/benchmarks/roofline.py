"""Where the kernels stand beside what the machine can do: as a share of its multiply-adds, and cycles by phase.

One core, on synthetic text that follows Zipf's law (that of `growth.py`). First the machine: multiply-adds on
registers, latency and bandwidth of each level of its memory. Then words a second of each kernel, and what share of the
machine's multiply-adds its products make up: three for each input row and target (score, change of the row, change of
the target), with the padding of rows, and one for each candidate that a sampler scores. CBOW's sums and a sampler's
draws are not counted, so that the shares say how much of the time goes into the products that there must be.

Last the phases, from variants of the kernel that leave one out: negatives that are drawn beforehand instead of by the
sampler, slopes, scores and updates that do nothing, and rows that are all in the first cache. What a variant saves is
the phase's cost where it cannot hide behind another, so that phases need not add up to the whole.

Times are processor time of the thread, best of the repeats, which go round all variants in turn.
"""

from __future__ import annotations

import argparse
from functools import cache, partial

import harness
import numpy as np
import roofline_machine
from growth import zipf_store
from roofline_kernels import WINDOW, Case, Run, task_of
from roofline_machine import Machine, timed
from roofline_phases import measure_phases

from wordneg import Cooccurrences, WordRank, count_cooccurrences
from wordneg.compiled.weights import padded
from wordneg.samplers import SAMPLERS
from wordneg.wordrank.blocks import TOGETHER
from wordneg.wordrank.cells import parts_for

WORDS, DIMENSIONS, NEGATIVES = 68_000, 100, 5
"""Of what is not varied."""


def main() -> None:
    """Measure, and publish."""
    args = _arguments()
    harness.say("the machine")
    machine = roofline_machine.measure(args.repeats, quick=args.quick)
    kernels = measure_kernels(args)
    harness.say("WordRank")
    wordrank = [measure_wordrank(size, args) for size in args.dimensions]
    phases = {}
    for architecture in harness.ARCHITECTURES:
        for words in args.vocabulary:
            harness.say(f"phases: {architecture}, {words:,} words")
            case = Case(architecture, "unigram", words, DIMENSIONS, NEGATIVES)
            phases[architecture, words] = measure_phases(case, zipf_store(words, args.tokens), args.repeats)
    results = {
        "machine": machine._asdict() | {"levels": [level._asdict() for level in machine.levels]},
        "kernels": [case._asdict() | run._asdict() | {"seconds": times} for case, (run, times) in kernels.items()],
        "wordrank": wordrank,
        "phases": [{"architecture": a, "words": v, "nanoseconds": found} for (a, v), found in phases.items()],
    }
    harness.publish("roofline", _markdown(machine, kernels, wordrank, phases, args), results, args)


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    usual = {
        "vocabulary": [17_000, WORDS, 1_000_000],
        "dimensions": [50, 100, 200, 300, 500],
        "negatives": [1, 5, 15, 25],
    }
    quick = {"vocabulary": [1_000], "dimensions": [16], "negatives": [2]}
    for axis, values in usual.items():
        shown = " ".join(map(str, values))
        parser.add_argument(f"--{axis}", type=harness.at_least_one, nargs="+", metavar="N", help=f"default: {shown}")
    parser.add_argument("--samplers", nargs="+", default=SAMPLERS.names(), metavar="NAME", help="default: all")
    parser.add_argument("--tokens", type=harness.at_least_one, help="of the text (default: 500000)")
    parser.add_argument("--repeats", type=harness.at_least_one, help="default: 5")
    parser.add_argument(
        "--quick", action="store_true", help="few sizes and little text: whether it works, not how fast"
    )
    args = parser.parse_args()
    usual |= {"tokens": 500_000, "repeats": 5}
    quick |= {"tokens": 20_000, "repeats": 1}
    for name, value in (quick if args.quick else usual).items():
        if getattr(args, name) is None:
            setattr(args, name, value)
    return args


def measure_kernels(args: argparse.Namespace) -> dict[Case, tuple[Run, list[float]]]:
    """Return what each case came to, and the seconds of its runs, which alternate with those of other samplers."""
    groups: dict[Case, list[Case]] = {}
    for case in _cases(args):
        groups.setdefault(case._replace(sampler="unigram"), []).append(case)
    found = {}
    for group in groups.values():
        harness.say(", ".join(map(str, group[0])))
        store = zipf_store(group[0].words, args.tokens)
        tasks = {case: task_of(case, store) for case in group}
        done = {case: task() for case, task in tasks.items()}
        times = harness.interleaved({case: partial(timed, task) for case, task in tasks.items()}, args.repeats)
        found |= {case: (done[case], times[case]) for case in group}
    return found


def _cases(args: argparse.Namespace) -> list[Case]:
    """Return what is measured: one setting varies at a time; all samplers at each vocabulary."""
    usual = min(args.vocabulary, key=lambda words: abs(words - WORDS))
    cases = []
    for architecture in harness.ARCHITECTURES:
        for words in args.vocabulary:
            names = ["unigram", *(name for name in args.samplers if name != "unigram")]
            cases += [Case(architecture, name, words, DIMENSIONS, NEGATIVES) for name in names]
        cases += [Case(architecture, "unigram", usual, size, NEGATIVES) for size in args.dimensions]
        cases += [Case(architecture, "unigram", usual, DIMENSIONS, number) for number in args.negatives]
    return list(dict.fromkeys(cases))


def measure_wordrank(vector_size: int, args: argparse.Namespace) -> dict[str, float]:
    """Return cells a second of WordRank, and the multiply-adds of a cell, of which hinge leaves some out."""
    counts = _counts(args.vocabulary[0], args.tokens)
    model = WordRank(counts, vector_size=vector_size, workers=1, epochs=3, progress=False)
    seconds = [report.seconds - report.refresh_seconds for report in model.history[1:]]
    width = padded(vector_size)
    parts = parts_for(len(counts), 4 * width, counts.nnz)
    sizes = np.diff(counts.matrix.indptr)  # cells of a row, spread over the parts, share their negatives in steps
    steps = np.minimum(sizes, parts * np.ceil(sizes / (parts * TOGETHER))).sum()
    return {
        "vector_size": vector_size,
        "cells_per_second": model.history[-1].cells / min(seconds),
        "multiply_adds_per_cell": 3 * width * (1 + model.parameters.negative * float(steps) / counts.nnz),
    }


@cache
def _counts(words: int, tokens: int) -> Cooccurrences:
    return count_cooccurrences(zipf_store(words, tokens), window=WINDOW, progress=False)


# --- what is told ---------------------------------------------------------------------------------------


def _markdown(
    machine: Machine,
    kernels: dict[Case, tuple[Run, list[float]]],
    wordrank: list[dict[str, float]],
    phases: dict[tuple[str, int], dict[str, float]],
    args: argparse.Namespace,
) -> str:
    peak = machine.multiply_adds
    levels = [
        [level.name, _bytes(level.size), f"{level.nanoseconds:.1f} ns", f"{level.gigabytes:.0f} GB/s"]
        for level in machine.levels
    ]
    cells = [
        [
            str(entry["vector_size"]),
            f"{entry['cells_per_second'] / 1e6:.1f} M",
            f"{entry['cells_per_second'] * entry['multiply_adds_per_cell'] / 1e9 / peak:.0%}",
        ]
        for entry in wordrank
    ]
    names = list(dict.fromkeys(name for found in phases.values() for name in found))
    cycles = [
        [architecture, f"{words:,}", *(_cycles(found.get(name), machine) for name in names)]
        for (architecture, words), found in phases.items()
    ]
    header = [
        "architecture",
        "sampler",
        "words",
        "dimensions",
        "negatives",
        "kept words/s",
        "time",
        "share of the peak",
    ]
    return "\n\n".join(
        [
            f"One core makes {peak:.0f} · 10⁹ multiply-adds of floats a second, at {machine.gigahertz:.1f} GHz. Its "
            "memory, a line after the other at random, and from beginning to end, in a buffer of half a cache's size:",
            harness.table(["level", "size", "latency", "bandwidth"], levels),
            "The kernels, and how many times `unigram`'s time the same text takes:",
            harness.table(header, _rows(kernels, peak), left=2),
            f"WordRank, {args.vocabulary[0]:,} words; its share is at most that, as hinge leaves some products out:",
            harness.table(["dimensions", "cells/s", "share of the peak"], cells, left=0),
            "Cycles a block, and what each phase costs of them:",
            harness.table(["architecture", "words", *names], cycles),
            f"Window {WINDOW}, {args.tokens:,} tokens of synthetic text; best of {args.repeats} repeats, processor "
            f"time of one thread. Phases at {DIMENSIONS} dimensions and {NEGATIVES} negatives.",
        ]
    )


def _rows(kernels: dict[Case, tuple[Run, list[float]]], peak: float) -> list[list[str]]:
    rows = []
    for case, (run, times) in kernels.items():
        least = min(times)
        slower = least / min(kernels[case._replace(sampler="unigram")][1])
        sizes = [f"{case.words:,}", str(case.vector_size), str(case.negative)]
        share = run.multiply_adds / least / 1e9 / peak
        rows.append([*case[:2], *sizes, f"{run.words / least / 1e6:.2f} M", f"{slower:.2f} ×", f"{share:.0%}"])
    return rows


def _bytes(size: int) -> str:
    return f"{size >> 20} MB" if size >> 20 else f"{size >> 10} KB"


def _cycles(nanoseconds: float | None, machine: Machine) -> str:
    return "" if nanoseconds is None else f"{nanoseconds * machine.gigahertz:,.0f}"


if __name__ == "__main__":
    main()
