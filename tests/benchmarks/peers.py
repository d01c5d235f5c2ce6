"""How good vectors are after how much time: wordneg beside other trainers, one core each, on the same text.

Others are built from sources, whose folders are given; those that are not given or do not build are left out, with a
sentence. All have the same settings. Each is trained for several numbers of epochs, and at several learning rates, as
the best one differs; the figure shows for each trainer the best that it reached by a time.

The time is the processor time of the whole process: reading the text twice where a program does so, training, writing
vectors. Words a second are of training alone, from what more epochs take beyond fewer. wordneg's kernels are on the
disk, as after a first use.

    python tests/benchmarks/peers.py enwiki.txt --word2vec-c word2vec --fasttext fastText --pword2vec pWord2Vec
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import harness
import numpy as np
import peers_trainers
from peers_trainers import Job, NotBuiltError, Trainer

from wordneg import encode, evaluation, load_vectors

BENCHMARKS = ("men", "wordsim353", "google")
"""Of these, those that are at hand are scored."""

RATES = {"skip-gram": [0.025, 0.05], "CBOW": [0.05, 0.1]}


class Result(NamedTuple):
    """A training: what it took, and how good the vectors are."""

    trainer: str
    architecture: str
    epochs: int
    alpha: float
    seconds: float
    scores: dict[str, float]


def main() -> None:
    """Train, score and publish."""
    args = _arguments()
    warnings.simplefilter("ignore")  # of words that benchmarks have and a short text has not
    with tempfile.TemporaryDirectory() as folder, harness.plain_text(args.corpus, args.megabytes) as text:
        trainers, missing = _trainers(args, Path(folder))
        benchmarks = evaluation.read_benchmarks(folder=args.benchmarks)
        words = len(encode(text, min_count=int(harness.SETTINGS["min_count"])).tokens)
        results = [_result(trainer, job, benchmarks) for trainer, job in _jobs(args, trainers, text, Path(folder))]
    facts = {"words": words, "left_out": missing, "trainings": [result._asdict() for result in results]}
    harness.publish("peers", _markdown(results, words, missing), facts, args)
    _draw(results, args.results / "peers.svg")


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    parser.add_argument("corpus", type=harness.existing_file, help="a text file, plain or .gz, a sentence a line")
    parser.add_argument("--megabytes", type=float, help="how much of it (default: all)")
    for name in ("word2vec-c", "fasttext", "pword2vec"):
        parser.add_argument(f"--{name}", type=Path, metavar="FOLDER", help="its sources")
    parser.add_argument("--benchmarks", type=Path, metavar="FOLDER", help="with MEN's file")
    epochs = [1, 2, 5, 10]
    parser.add_argument("--epochs", type=harness.at_least_one, nargs="+", default=epochs, help="default: 1 2 5 10")
    parser.add_argument("--rates", type=float, nargs="+", help="default: .025 .05 for skip-gram, .05 .1 for CBOW")
    parser.add_argument(
        "--architectures", nargs="+", choices=list(harness.ARCHITECTURES), default=list(harness.ARCHITECTURES)
    )
    return parser.parse_args()


def _trainers(args: argparse.Namespace, place: Path) -> tuple[list[Trainer], list[str]]:
    """Return the trainers that there are, and a sentence for each that there is not."""
    built, missing = [peers_trainers.wordneg_trainer()], []
    makers = {
        "gensim": (None, peers_trainers.gensim_trainer),
        "word2vec.c": (args.word2vec_c, peers_trainers.word2vec_c_trainer),
        "fastText": (args.fasttext, peers_trainers.fasttext_trainer),
        "pWord2Vec": (args.pword2vec, peers_trainers.pword2vec_trainer),
    }
    for name, (sources, make) in makers.items():
        try:
            if name == "gensim":
                built.append(make())
            elif sources is None:
                raise NotBuiltError("the folder of its sources is not given")
            else:
                built.append(make(sources, place))
        except NotBuiltError as error:
            missing.append(f"{name} is left out: {error}.")
            harness.say(missing[-1])
    return built, missing


def _jobs(args: argparse.Namespace, trainers: list[Trainer], text: Path, folder: Path) -> Iterator[tuple[Trainer, Job]]:
    output = folder / "vectors"
    for architecture in args.architectures:
        harness.say(f"{architecture}: wordneg's kernel is put on the disk")
        run(trainers[0].command(Job(text, output, architecture, 1, 0.025)))
        for epochs in args.epochs:
            for alpha in args.rates or RATES[architecture]:
                for trainer in trainers:
                    if architecture in trainer.architectures:
                        yield trainer, Job(text, output, architecture, epochs, alpha)


def _result(trainer: Trainer, job: Job, benchmarks: Any) -> Result:
    harness.say(f"{trainer.name}: {job.architecture}, {job.epochs} epochs at {job.alpha:g}")
    seconds = run(trainer.command(job))
    vectors = load_vectors(job.output)
    bound = evaluation.bind(vectors.index_to_key, benchmarks)
    outcomes = bound.score(np.ascontiguousarray(vectors.vectors)).outcomes
    scores = {one.name: float(one.measures[0].value) for one in outcomes if one.measures and one.name in BENCHMARKS}
    return Result(trainer.name, job.architecture, job.epochs, job.alpha, seconds, scores)


def run(command: list[str]) -> float:
    """Run a process on one core to its end; return the seconds of processor time that it took.

    Raises
    ------
    RuntimeError
        If it fails.
    """
    core = min(os.sched_getaffinity(0))
    threads = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(
            command,
            stdout=told,
            stderr=told,
            env=os.environ | threads,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            told.seek(0)
            end = told.read()[-2000:].decode(errors="replace")
            raise RuntimeError(f"{command} ended with code {process.returncode}:\n{end}")
    return usage.ru_utime + usage.ru_stime


# --- what is told ---------------------------------------------------------------------------------------


def _markdown(results: list[Result], words: int, missing: list[str]) -> str:
    names = _benchmarks(results)
    speeds = []
    for architecture, trainer in _groups(results):
        found = [one for one in results if (one.architecture, one.trainer) == (architecture, trainer)]
        speeds.append([architecture, trainer, _speed(found, words)])
    rows = [
        [
            one.architecture,
            one.trainer,
            str(one.epochs),
            f"{one.alpha:g}",
            f"{one.seconds:.1f} s",
            *(f"{one.scores[name]:.3f}" for name in names),
        ]
        for one in sorted(results, key=lambda one: (one.architecture != "skip-gram", one.trainer, one.seconds))
    ]
    header = ["architecture", "trainer", "epochs", "rate", "time", *names]
    note = f"{words:,} words in the vocabulary, {harness.SETTINGS_TEXT}, one core. Trained once each."
    speed = harness.table(["architecture", "trainer", "words/s of training"], speeds, left=2)
    return "\n\n".join(
        [speed, "![Quality against time](peers.svg)", harness.table(header, rows, left=2), note, *missing]
    )


def _benchmarks(results: list[Result]) -> list[str]:
    return list(dict.fromkeys(name for result in results for name in result.scores))


def _groups(results: list[Result]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((result.architecture, result.trainer) for result in results))


def _speed(results: list[Result], words: int) -> str:
    """Return the words a second of training, from the least times of the most and the fewest epochs."""
    least = {one.epochs: min(r.seconds for r in results if r.epochs == one.epochs) for one in results}
    fewest, most = min(least), max(least)
    if fewest == most or least[most] <= least[fewest]:
        return ""
    return f"{words * (most - fewest) / (least[most] - least[fewest]) / 1e6:.2f} M"


def _draw(results: list[Result], path: Path) -> None:
    """Draw for each trainer the best that it has reached by a time, over all epochs and rates."""
    try:
        import matplotlib
    except ModuleNotFoundError:
        harness.say("no figure is drawn: matplotlib is not installed")
        return
    matplotlib.use("svg")
    from matplotlib import pyplot

    names = _benchmarks(results)
    architectures = list(dict.fromkeys(result.architecture for result in results))
    size = (4 * len(names), 3.2 * len(architectures))
    figure, axes = pyplot.subplots(
        len(architectures), len(names), figsize=size, squeeze=False, layout="constrained", sharex=True
    )
    for row, architecture in zip(axes, architectures, strict=True):
        for place, name in zip(row, names, strict=True):
            for trainer in dict.fromkeys(result.trainer for result in results):
                found = [one for one in results if (one.trainer, one.architecture) == (trainer, architecture)]
                line = _envelope(found, name)
                if line:
                    place.plot(
                        *zip(*line, strict=True), marker="o", label=trainer, zorder=3 if trainer == "wordneg" else 2
                    )
            place.set(xscale="log", title=f"{architecture}: {name}")
            place.grid(alpha=0.3)
        row[0].set_ylabel("score")
    for place in axes[-1]:
        place.set_xlabel("seconds of one core")
    axes[0][0].legend()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def _envelope(results: list[Result], name: str) -> list[tuple[float, float]]:
    """Return times and scores of those trainings that are better than all faster ones."""
    line: list[tuple[float, float]] = []
    for result in sorted(results, key=lambda result: result.seconds):
        if name in result.scores and (not line or result.scores[name] > line[-1][1]):
            line.append((result.seconds, result.scores[name]))
    return line


if __name__ == "__main__":
    main()
