"""What a user waits for: whole processes, from the start of the interpreter to the vectors on the disk.

`wordneg train` and gensim read the same text file, train and write word2vec's binary format; wall time and
peak memory are the operating system's. wordneg also runs as if for the first time after its installation, when
the scanner that Numba otherwise keeps on disk must be compiled, too. Then the processes that do nothing:
importing, and `wordneg --help`. Needs a POSIX system.

A process starts with the peak memory of the one that it was forked from. This one must therefore import nothing
large before all is measured.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import harness
from harness import SETTINGS

STEPS = ("start", "scan", "compile", "train", "write")
STARTS = {
    "an empty program": ["-c", "pass"],
    "`import wordneg`": ["-c", "import wordneg"],
    "`from wordneg import Word2Vec`": ["-c", "from wordneg import Word2Vec"],
    "`wordneg --help`": ["-m", "wordneg", "--help"],
    "`from gensim.models import Word2Vec`": ["-c", "from gensim.models import Word2Vec"],
}
_BYTES_PER_MAXRSS = 1 if sys.platform == "darwin" else 1024


class Usage(NamedTuple):
    """What a process took, and what it printed."""

    seconds: float
    megabytes: float
    output: str


def main() -> None:
    """Measure, and publish."""
    args = _arguments()
    with harness.plain_text(args.corpus) as text, tempfile.TemporaryDirectory() as folder:
        tasks = {
            "gensim": partial(run, _gensim_command(text, folder, args)),
            "wordneg": partial(run, _wordneg_command(text, folder, args)),
            "wordneg, first use": partial(_first_use, _wordneg_command(text, folder, args)),
        }
        usages = harness.interleaved(tasks, args.repeats)
    starts = harness.interleaved(
        {name: partial(run, [sys.executable, *command]) for name, command in STARTS.items()}, args.starts
    )
    results = {
        "runs": {name: [_facts(name, usage) for usage in runs] for name, runs in usages.items()},
        "starts": {name: [usage.seconds for usage in runs] for name, runs in starts.items()},
    }
    harness.publish("end_to_end", _markdown(results, args), results, args)


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    parser.add_argument("corpus", type=harness.existing_file, help="a text file; if it is .gz, unpacked beforehand")
    parser.add_argument("--sg", type=int, choices=(0, 1), default=1, help="default: %(default)s")
    parser.add_argument("--workers", type=harness.at_least_one, default=2, help="default: %(default)s")
    parser.add_argument("--epochs", type=harness.at_least_one, default=5, help="default: %(default)s")
    parser.add_argument("--repeats", type=harness.at_least_one, default=3, help="default: %(default)s")
    parser.add_argument(
        "--starts", type=harness.at_least_one, default=11, help="processes of each kind that do nothing (default: 11)"
    )
    return parser.parse_args()


def _options(args: argparse.Namespace) -> list[str]:
    return [f"--{name}={getattr(args, name)}" for name in ("sg", "workers", "epochs")]


def _gensim_command(text: Path, folder: str, args: argparse.Namespace) -> list[str]:
    script = Path(__file__).with_name("gensim_train.py")
    return [sys.executable, str(script), str(text), str(Path(folder, "gensim.bin")), *_options(args)]


def _wordneg_command(text: Path, folder: str, args: argparse.Namespace) -> list[str]:
    settings = [f"--{name.replace('_', '-')}={value}" for name, value in SETTINGS.items()]
    output = str(Path(folder, "wordneg.bin"))
    return [
        *(sys.executable, "-m", "wordneg", "train", str(text), "-o", output, "--json", "--quiet"),
        *_options(args),
        *settings,
    ]


def _first_use(command: list[str]) -> Usage:
    with tempfile.TemporaryDirectory() as cache:
        return run(command, {"NUMBA_CACHE_DIR": cache})


def run(command: list[str], environment: dict[str, str] | None = None) -> Usage:
    """Run a process to its end.

    Raises
    ------
    RuntimeError
        If it fails.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=errors, env=os.environ | (environment or {}))
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        for file in (output, errors):
            file.seek(0)
        if process.returncode:
            raise RuntimeError(f"{command} ended with code {process.returncode}:\n{errors.read().decode()}")
        return Usage(seconds, usage.ru_maxrss * _BYTES_PER_MAXRSS / 1e6, output.read().decode())


def _facts(name: str, usage: Usage) -> dict[str, Any]:
    """Return a run's numbers, and where wordneg's time went: what its report leaves out is the start."""
    facts: dict[str, Any] = {"seconds": usage.seconds, "megabytes": usage.megabytes}
    if name != "gensim":
        told = json.loads(usage.output)["seconds"]
        steps = {step: told[step] for step in STEPS if step != "start"}
        facts["steps"] = {"start": usage.seconds - sum(steps.values())} | steps
    return facts


def _median(runs: list[dict[str, Any]], *path: str) -> float:
    values: list[Any] = runs
    for key in path:
        values = [value[key] for value in values]
    return statistics.median(values)


def _markdown(results: dict[str, Any], args: argparse.Namespace) -> str:
    gensim = results["runs"]["gensim"]
    rows, steps = [], []
    for name, runs in results["runs"].items():
        seconds, megabytes = _median(runs, "seconds"), _median(runs, "megabytes")
        times = f"{_median(gensim, 'seconds') / seconds:.1f} ×"
        rows.append([name, f"{seconds:.1f} s", times, f"{megabytes:.0f} MB"])
        if name != "gensim":
            steps.append([name, *(f"{_median(runs, 'steps', step):.2f} s" for step in STEPS)])
    starts = [[name, f"{statistics.median(seconds):.2f} s"] for name, seconds in results["starts"].items()]
    kind = "skip-gram" if args.sg else "CBOW"
    return "\n\n".join(
        [
            harness.table(["process", "wall time", "times gensim's speed", "peak memory"], rows),
            "Where wordneg's time goes. The start is what the other steps leave: the interpreter, imports, the end. "
            "The kernel compiles while the text is scanned, which a short text waits for; what is left of it then "
            "is shown:",
            harness.table(["process", *STEPS], steps),
            harness.table(["a process that does nothing but", "wall time"], starts),
            f"{kind}, {args.epochs} epochs, {args.workers} workers, {harness.SETTINGS_TEXT}; from a plain text file "
            f"to word2vec's binary format. Medians of {args.repeats} interleaved runs, and of {args.starts} starts.",
        ]
    )


if __name__ == "__main__":
    main()
