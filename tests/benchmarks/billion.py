"""A billion words, five million of them distinct, from a text file to vectors: memory and speed over time.

The text is made: words with Zipf's frequencies, p ∝ 1 / (r + 2.7) at rank r, drawn independently, 20 to a line. The
whole command `wordneg train` is watched from outside, second by second: what is resident of its own (anonymous) and of
files (the encoded text is mapped), and what the bar says.

    python tests/benchmarks/billion.py --folder /tmp/billion

takes some 6 GB on the disk for the text, 4 GB for the encoded text, and 4 GB for the vectors.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, BinaryIO

import harness
import numba
import numpy as np
from numpy.typing import NDArray

_FLATTENING = 2.7  # Mandelbrot's
_LINE = 20  # words
_CHUNK = 2_000_000  # words made at once
_LONGEST = 8  # bytes of a word with its blank
_INTERVAL = 1.0  # seconds between two looks


def main() -> None:
    """Make the text, train on it, and publish."""
    args = _arguments()
    with tempfile.TemporaryDirectory(prefix="billion-", dir=args.folder) as name:
        folder = Path(name)
        text = folder / "text.txt"
        begin = time.perf_counter()
        with text.open("wb") as file:
            _write(file, args.words, args.vocabulary)
        harness.say(f"made {text.stat().st_size / 1e9:.1f} GB in {time.perf_counter() - begin:.0f} s")
        looks, result = _watched(text, folder, args)
    harness.publish("billion", _markdown(looks, result, args), {"looks": looks, **result}, args)


# --- the text -------------------------------------------------------------------------------------------


def _write(file: BinaryIO, words: int, vocabulary: int) -> None:
    """Write a text: first every word once, so that all occur, then drawn ones."""
    buffer = np.empty(_CHUNK * _LONGEST, dtype=np.uint8)
    rng = np.random.default_rng(1)
    everyone = np.arange(vocabulary)
    for begin in range(0, words, _CHUNK):
        count = min(_CHUNK, words - begin)
        ranks = everyone[begin : begin + count]
        drawn = rng.random(count - len(ranks)) * np.log((vocabulary + _FLATTENING) / _FLATTENING)
        more = (_FLATTENING * np.exp(drawn) - _FLATTENING).astype(np.int64)
        ranks = np.concatenate([ranks, np.minimum(more, vocabulary - 1)])
        file.write(buffer[: _spelled(ranks, begin, buffer)])


@numba.njit  # type: ignore[untyped-decorator]
def _spelled(ranks: NDArray[np.int64], begin: int, buffer: NDArray[np.uint8]) -> int:
    """Write words into a buffer, their ranks in letters, and return the number of bytes."""
    size = 0
    for number, rank in enumerate(ranks):
        rest = rank
        while True:
            buffer[size] = 97 + rest % 26
            size += 1
            rest //= 26
            if rest == 0:
                break
        buffer[size] = 10 if (begin + number) % _LINE == _LINE - 1 else 32
        size += 1
    return size


# --- the training ---------------------------------------------------------------------------------------


def _watched(text: Path, folder: Path, args: argparse.Namespace) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Train, and return what was seen in every second, and what came out."""
    store, vectors, log = folder / "temporary", folder / "vectors.bin", folder / "log"
    store.mkdir()
    settings = ["--sg", "--epochs", "1", "--min-count", "1", "--vector-size", str(args.vector_size), "--progress"]
    command = [sys.executable, "-m", "wordneg", "train", str(text), "-o", str(vectors), *settings]
    command += ["--workers", str(args.workers)]
    looks: list[dict[str, Any]] = []
    begin = time.perf_counter()
    with log.open("wb") as errors:
        child = subprocess.Popen(command, stdout=errors, stderr=errors, env=os.environ | {"TMPDIR": str(store)})
        while child.poll() is None:
            looks.append({"seconds": time.perf_counter() - begin, **_resident(child.pid)})
            looks[-1]["bar"] = _last_bar(log)
            time.sleep(_INTERVAL)
    seconds = time.perf_counter() - begin
    if child.returncode:
        raise SystemExit(f"the training ended with {child.returncode}: {log.read_text(errors='replace')[-2000:]}")
    return looks, {"seconds": seconds, "vectors": vectors.stat().st_size}


def _resident(process: int) -> dict[str, int]:
    """Return bytes of memory that a process has, of its own and of files."""
    names = {"RssAnon": "anonymous", "RssFile": "of_files"}
    found = dict.fromkeys(names.values(), 0)
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:  # it has just ended
        return found
    for line in lines:
        name, _, rest = line.partition(":")
        if name in names:
            found[names[name]] = 1024 * int(rest.split()[0])
    return found


def _last_bar(log: Path) -> str:
    """Return what the bar said last."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 1000))
        drawn = file.read().decode(errors="replace").replace("\n", "\r").split("\r")
    return next((one.strip() for one in reversed(drawn) if one.strip()), "")


# --- the result -----------------------------------------------------------------------------------------


def _markdown(looks: list[dict[str, Any]], result: dict[str, Any], args: argparse.Namespace) -> str:
    """Return a table of some moments, and what it comes to."""
    matrices = 2 * 4 * args.vocabulary * -(-args.vector_size // 16) * 16
    peak = max(look["anonymous"] for look in looks)
    shape = f"{args.words:,} words, {args.vocabulary:,} distinct, {args.vector_size} dimensions"
    lines = [
        f"**{shape}, one epoch of skip-gram, {args.workers} workers: {result['seconds']:,.0f} s, and at the peak "
        f"{(peak - matrices) / 1e9:.1f} GB of memory beside the two matrices' {matrices / 1e9:.1f} GB.** The encoded "
        "text is mapped from a file without a name in the temporary folder.",
        "",
        "| seconds | own memory, GB | mapped, GB | the bar |",
        "| --: | --: | --: | --- |",
    ]
    lines += [
        f"| {look['seconds']:,.0f} | {look['anonymous'] / 1e9:.2f} | {look['of_files'] / 1e9:.2f} "
        f"| {look['bar'].replace('|', '¦')} |"
        for look in (looks[place] for place in np.linspace(0, len(looks) - 1, min(16, len(looks))).astype(int))
    ]
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    count = harness.at_least_one
    parser.add_argument("--folder", type=Path, help="where text and vectors lie meanwhile (default: the system's)")
    parser.add_argument("--words", type=count, default=1_000_000_000, help="of the text (default: %(default)s)")
    parser.add_argument("--vocabulary", type=count, default=5_000_000, help="distinct words (default: %(default)s)")
    parser.add_argument("--vector-size", type=count, default=100, help="dimensions (default: %(default)s)")
    parser.add_argument("--workers", type=count, default=2, help="threads (default: %(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
