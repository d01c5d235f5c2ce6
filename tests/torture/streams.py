"""Streams and disks that fail, and two of everything at once: what is written is whole, and what is said is a sentence.

Every command runs in a shell with standard streams that are closed, full, or pipes whose reader goes away; into a
folder that is read-only, and one whose disk is full; and beside itself.
"""

import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from torture.kills import TEXT, Count, alien

from wordneg import load_vectors

REDIRECTIONS = (
    ">&-", "2>&-", ">&- 2>&-", "<&-", "<&- >&- 2>&-", ">/dev/full", "2>/dev/full", ">/dev/full 2>/dev/full",
    "| head -c 1 >/dev/null", "2>&1 | head -1 >/dev/null", "2>&1 | true", "> >(sleep 0.2; exit) 2>&1",
)  # fmt: skip
"""What is done to the standard streams."""

ENDS = (0, 1, 2, 141)  # 141: SIGPIPE, as of any command in a pipe
_LIMIT = 120  # seconds
_SETTINGS = "--min-count 1 --vector-size 16 --workers 1 --epochs 1"
_QUICKLY = f"--seeds 1 --no-tune --benchmarks pairs.tsv {_SETTINGS}"


class Place:
    """A folder with a text, vectors, a benchmark and a comparison."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "text.txt").write_text("".join(" ".join(sentence) + "\n" for sentence in TEXT), encoding="utf-8")
        (folder / "pairs.tsv").write_text("".join(f"w{n}\tw{(7 * n) % 37}\t{n % 10}\n" for n in range(1, 37)))
        for command in (
            f"train text.txt -o v.bin {_SETTINGS} -q",
            f"compare text.txt --samplers unigram,uniform {_QUICKLY} --out c",
        ):
            self.run(command, check=True)
        self.names = {path.name for path in folder.iterdir()}

    def run(self, command: str, redirection: str = "", *, check: bool = False) -> tuple[int, str]:
        """Run a command of wordneg; return its exit code and what it said on standard error, where that is kept."""
        line = f"{sys.executable} -m wordneg {command} {redirection}"
        script = f"{line}; exit ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", script], cwd=self.folder, capture_output=True, timeout=_LIMIT)
        said = done.stderr.decode(errors="replace") + done.stdout.decode(errors="replace")
        assert not check or done.returncode == 0, said
        return done.returncode, said


def run(folder: Path) -> list[Count]:
    """Try everything; return what became of it."""
    place = Place(folder / "place")
    return [_streams(place), _read_only(place, folder), _full(place, folder), _beside(place)]


# --- streams --------------------------------------------------------------------------------------------


def _streams(place: Place) -> Count:
    """Try every command with every failing stream."""
    count = Count("closed, full and piped-away streams")
    expected: dict[str, bytes] = {}
    written = {
        f"train text.txt -o new.bin {_SETTINGS}": "new.bin",
        f"train text.txt -o new.txt.gz {_SETTINGS} --progress": "new.txt.gz",
        "convert v.bin new.txt": "new.txt",
        "report c --output new.html": "new.html",
    }
    printed = ("convert v.bin - --format text", "neighbors v.bin w1 w2", "evaluate v.bin --benchmarks pairs.tsv",
               "report c", "samplers", f"train text.txt -o - --format text {_SETTINGS}")  # fmt: skip
    for command, name in written.items():
        place.run(command, check=True)
        expected[name] = _content(place.folder / name)
    for command, redirection in itertools.product((*written, *printed), REDIRECTIONS):
        name = written.get(command, "")
        if name:
            _remove(place.folder / name)
        code, said = place.run(command, redirection)
        fault = _fault(code, said)
        if name and not fault and not _same(_content(place.folder / name), expected[name]):
            fault = "what was written is not whole"
        if not name and not fault and code == 0 and redirection.startswith(">/dev/full"):
            fault = "exit code 0, though nothing could be printed"
        count.add(-1, f"{command} {redirection}: {fault}: {said[-300:]}" if fault else "")
    for name in written.values():
        _remove(place.folder / name)
    if fault := alien(place.folder, place.names):
        count.faults.append(fault)
    return count


def _fault(code: int, said: str) -> str:
    if code not in ENDS:
        return f"exit code {code}"
    return "a traceback" if "Traceback" in said or "Exception ignored" in said else ""


def _content(path: Path) -> bytes:
    """Return what is in a file, of vectors words and numbers, of a page its size; nothing if it is not there."""
    if not path.exists():
        return b""
    if path.suffix == ".html":  # which says when it was made
        return str(len(path.read_bytes())).encode()
    vectors = load_vectors(path)
    return " ".join(vectors.index_to_key).encode() + np.ascontiguousarray(vectors.vectors).tobytes()


def _same(one: bytes, other: bytes) -> bool:
    return bool(one) and one == other


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


# --- disks ----------------------------------------------------------------------------------------------


@contextmanager
def _mounted(place: Path, size: str) -> Iterator[Callable[[str], bool]]:
    """Mount a small disk, and give what mounts it with other options; that it cannot be mounted is an OSError."""
    place.mkdir()

    def mount(options: str) -> bool:
        return subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]).returncode == 0

    if os.geteuid() != 0 or not mount(f"size={size}"):
        raise OSError("disks cannot be mounted here")
    try:
        yield mount
    finally:
        subprocess.run(["umount", str(place)], check=True)


_WRITERS = (
    "train text.txt -o {disk}/new.bin {settings} --vector-size 100",
    "train text.txt -o {disk}/new.txt {settings} --vector-size 100",
    "train text.txt -o {disk}/new.wordneg {settings} --vector-size 100",
    "convert v.bin {disk}/new.txt",
    f"compare text.txt --samplers unigram {_QUICKLY} --out {{disk}}/c",
    "report c --output {disk}/report.html",
)


def _read_only(place: Place, folder: Path) -> Count:
    """Write to a disk that is read-only."""
    count = Count("a read-only disk")
    try:
        with _mounted(folder / "read-only", "1m") as mount:
            mount("remount,ro")
            for command in _WRITERS:
                code, said = place.run(command.format(disk=folder / "read-only", settings=_SETTINGS))
                fault = "exit code 0" if code == 0 else _fault(code, said)
                count.add(-1, f"{command}: {fault}: {said[-300:]}" if fault else "")
    except OSError as error:
        count.kind += f" (not tried: {error})"
    return count


def _full(place: Place, folder: Path) -> Count:
    """Write to a disk that is full: what is there stays, and the same command works once there is room."""
    count = Count("a full disk")
    disk = folder / "full"
    try:
        with _mounted(disk, "3m"):
            for command in _WRITERS:
                line = command.format(disk=disk, settings=_SETTINGS)
                place.run(line, check=True)
                before = {path: path.read_bytes() for path in disk.rglob("*.*") if path.is_file()}
                filler = disk / "filler"
                _fill(filler)
                code, said = place.run(line)
                fault = _fault(code, said)
                if {path: path.read_bytes() for path in before} != before and code != 0:
                    fault = "what was there has changed"
                filler.unlink()
                again, more = place.run(line)
                if again != 0:
                    fault = f"exit code {again} with room on the disk: {more[-300:]}"
                count.add(-1, f"{command}: {fault}: {said[-300:]}" if fault else "")
                for path in disk.iterdir():
                    _remove(path)
    except OSError as error:
        count.kind += f" (not tried: {error})"
    return count


def _fill(path: Path) -> None:
    """Fill the disk, but for a page, which a name takes."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    os.truncate(path, max(0, path.stat().st_size // 4096 * 4096 - 4096))


# --- two at once ----------------------------------------------------------------------------------------


def _beside(place: Place) -> Count:
    """Run each command beside itself: both end well or one says why not, and what is written is of one of them."""
    count = Count("two at once")
    commands = {
        "the same output": f"train text.txt -o two.bin {_SETTINGS} -q",
        "the same compressed output": f"train text.txt -o two.txt.gz {_SETTINGS} -q",
        "the same checkpoint": f"train text.txt -o two{{n}}.bin {_SETTINGS} --checkpoint point -q",
        "the same comparison": f"compare text.txt --samplers unigram,uniform {_QUICKLY} --out two-c",
        "kernels that neither has": f"train text.txt -o two{{n}}.bin {_SETTINGS} --sampler dns --window 3 -q",
        "the same conversion": "convert v.bin two.txt",
    }
    for (what, command), times in itertools.product(commands.items(), range(3)):
        environment = os.environ | {"WORDNEG_CACHE": str(place.folder / "two-cache")}
        started = [
            subprocess.Popen(
                [sys.executable, "-m", "wordneg", *command.format(n=n).split()],
                cwd=place.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )
            for n in (1, 2)
        ]  # fmt: skip
        said = [process.communicate(timeout=_LIMIT)[0].decode(errors="replace") for process in started]
        codes = [process.returncode for process in started]
        fault = next((found for found in map(_fault, codes, said) if found), "")
        if not fault and 0 not in codes:
            fault = f"exit codes {codes}"
        for path in (*place.folder.glob("two*.bin"), *place.folder.glob("two.txt*")):
            try:
                load_vectors(path)
            except ValueError as error:
                fault = f"{path.name}: {error}"
        count.add(-1, f"{what}, {times}: {fault}: {' '.join(said)[-300:]}" if fault else "")
        for path in place.folder.glob("two*"):
            _remove(path)
        _remove(place.folder / "point")
        if fault := alien(place.folder, place.names):
            count.faults.append(f"{what}: {fault}")
    return count
