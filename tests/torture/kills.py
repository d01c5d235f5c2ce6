"""Kills at random moments: nothing is corrupt, nothing older than the last checkpoint is lost, nothing stays behind.

Each kind of kill writes over something that is there. Afterwards there must be the old version or the new one, bit by
bit; and after one more, undisturbed writing, nothing else may lie in the folder.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from torture.children import killed, seconds_of

import wordneg
from wordneg import TokenStore, Word2Vec, encode, load_vectors
from wordneg.cli import main as command_line

TEXT = [[f"w{(i * j) % 37}" for j in range(10)] for i in range(1000)]
SETTINGS: dict[str, Any] = {"vector_size": 32, "min_count": 1, "workers": 1, "progress": False, "epochs": 3}
FORMATS = ("v.bin", "v.txt", "v.vec.gz", "v.wordneg", "v.txt.xz")


@dataclass
class Count:
    """What became of the kills of one kind."""

    kind: str
    kills: int = 0
    in_time: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, code: int, fault: str = "") -> None:
        self.kills += 1
        self.in_time += code < 0
        if fault:
            self.faults.append(fault)


def same(one: Any, other: Any) -> bool:
    return one.index_to_key == other.index_to_key and np.array_equal(one.vectors, other.vectors)


def alien(folder: Path, expected: set[str]) -> str:
    """Return what lies in a folder beside what is expected, in a sentence."""
    found = {path.name for path in folder.iterdir()} - expected
    return f"left behind: {sorted(found)}" if found else ""


def writing(
    kind: str, write: Callable[[int], object], read: Callable[[], int], folder: Path, draw: random.Random
) -> Any:
    """Return a function that kills the writing of something, whose versions 0 and 1 are told apart when read."""
    seconds = seconds_of(lambda: [write(1), write(0)])
    write(0)
    expected = {path.name for path in folder.iterdir()}
    versions = {0}

    def kill(count: Count) -> None:
        def forever() -> None:
            for turn in range(10**9):
                write(turn % 2)

        code = killed(forever, draw.uniform(0, 3 * seconds))
        try:
            versions.add(read())
            fault = ""
        except Exception as error:
            fault = f"{kind}: {type(error).__name__}: {error}"
        count.add(code, fault)

    def end(count: Count) -> None:
        write(0)
        if fault := alien(folder, expected):
            count.faults.append(f"{kind}: {fault}")
        assert versions == {0, 1} or count.kills < 30, "the kills came too early to mean anything"

    return kill, end


def savings(folder: Path, draw: random.Random) -> list[tuple[str, Any, Any]]:
    """Return the kinds of saving that are killed: models, vectors in all formats, stores."""
    models = [Word2Vec(TEXT, seed=seed, **SETTINGS) for seed in (1, 2)]
    stores = [encode(TEXT[:600], min_count=1), encode(TEXT, min_count=1)]
    kinds = []
    for name in FORMATS:
        place = folder / f"vectors-{name}"
        place.mkdir()
        path = place / name

        def write(version: int, path: Path = path) -> None:
            if path.suffix == ".wordneg":
                models[version].wv.save(path)
            else:
                models[version].wv.save_word2vec_format(path, binary=path.suffix == ".bin")

        write(0)
        versions = [load_vectors(path)]
        write(1)
        versions.append(load_vectors(path))

        def read(path: Path = path, versions: list[Any] = versions) -> int:
            found = load_vectors(path)
            return next(number for number, version in enumerate(versions) if same(found, version))

        kinds.append((f"vectors, {name}", *writing(name, write, read, place, draw)))
    place = folder / "model"
    place.mkdir()

    def read_model() -> int:
        found = Word2Vec.load(place / "m")
        return next(
            n for n, m in enumerate(models) if same(found.wv, m.wv) and np.array_equal(found.syn1neg, m.syn1neg)
        )

    kinds.append(("model", *writing("model", lambda n: models[n].save(place / "m"), read_model, place, draw)))
    room = folder / "stores"
    room.mkdir()

    def read_store() -> int:
        found = TokenStore.open(room / "s").fingerprint
        return next(number for number, store in enumerate(stores) if store.fingerprint == found)

    kinds.append(("token store", *writing("store", lambda n: stores[n].save(room / "s"), read_store, room, draw)))
    return kinds


def checkpoints(folder: Path, draw: random.Random) -> tuple[str, Any, Any]:
    """Return the killing of a training with checkpoints, which must go on to the same bits."""
    settings = SETTINGS | {"epochs": 30}
    whole = Word2Vec(TEXT, **settings)
    place = folder / "checkpoints"
    place.mkdir()
    path = place / "c"

    def train() -> None:
        Word2Vec(TEXT, checkpoint=path, checkpoint_every=0.0002, **settings)

    seconds = seconds_of(train)
    path.unlink()

    def kill(count: Count) -> None:
        before = path.stat().st_mtime_ns if path.exists() else 0
        code = killed(train, draw.uniform(0, seconds))
        fault = ""
        try:
            if path.exists() and path.stat().st_mtime_ns != before:
                model = Word2Vec.load(path, progress=False)
                model.resume(TEXT)
                if not same(model.wv, whole.wv):
                    fault = "checkpoint: other bits than the training that was never stopped"
        except Exception as error:
            fault = f"checkpoint: {type(error).__name__}: {error}"
        path.unlink(missing_ok=True)
        count.add(code, fault)

    def end(count: Count) -> None:
        train()
        if fault := alien(place, {"c"}):
            count.faults.append(f"checkpoint: {fault}")

    return "training with checkpoints", kill, end


def comparisons(folder: Path, draw: random.Random) -> tuple[str, Any, Any]:
    """Return the killing of a comparison, which goes on when it is called again."""
    store = encode(TEXT, min_count=1)
    pairs = folder / "pairs.tsv"
    pairs.write_text("".join(f"w{n}\tw{(7 * n) % 37}\t{n % 10}\n" for n in range(1, 37)), encoding="utf-8")
    place = folder / "comparison"

    def compare() -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return wordneg.compare(
                store, ["unigram", "uniform"], seeds=3, tune=None, epochs=2, vector_size=16, workers=1,
                benchmarks=[str(pairs)], out=place, progress=False,
            )  # fmt: skip

    def scores(comparison: Any) -> Any:
        return [(run.row, run.seed, [(score.measure, score.value) for score in run.scores]) for run in comparison.runs]

    expected = scores(compare())
    names = {path.name for path in place.rglob("*")}
    shutil.rmtree(place)
    seconds = seconds_of(compare)
    shutil.rmtree(place)

    def kill(count: Count) -> None:
        code = killed(compare, draw.uniform(0, seconds))
        done = {path: path.read_bytes() for path in place.glob("runs/*.json")} if place.exists() else {}
        fault = ""
        try:
            if scores(compare()) != expected:
                fault = "comparison: other scores than if it had never been killed"
            if any(path.read_bytes() != content for path, content in done.items()):
                fault = "comparison: a finished run was made again"
            if extra := {path.name for path in place.rglob("*")} - names:
                fault = f"comparison: left behind: {sorted(extra)}"
        except Exception as error:
            fault = f"comparison: {type(error).__name__}: {error}"
        shutil.rmtree(place, ignore_errors=True)
        count.add(code, fault)

    return "comparison", kill, lambda count: None


def commands(folder: Path, draw: random.Random, *, cold: bool) -> tuple[str, Any, Any]:
    """Return the killing of ``wordneg train``, in all formats, with kernels compiled before or not."""
    place = folder / f"train-{'cold' if cold else 'warm'}"
    place.mkdir()
    text = place / "text.txt"
    text.write_text("".join(" ".join(sentence) + "\n" for sentence in TEXT * 4), encoding="utf-8")
    names = {"text.txt"}

    def arguments(name: str, seed: int) -> list[str]:
        given = f"train {text} -o {place / name} --min-count 1 --vector-size 32 --workers 1 --epochs 5 -q --seed {seed}"
        return given.split()

    versions: dict[str, list[Any]] = {}
    for name in FORMATS:
        versions[name] = []
        for seed in (2, 1):
            assert command_line(arguments(name, seed)) == 0
            versions[name].append(load_vectors(place / name))
        names.add(name)

    def environment() -> dict[str, str]:
        return os.environ | ({"WORDNEG_CACHE": tempfile.mkdtemp(dir=folder)} if cold else {})

    begin = time.perf_counter()
    subprocess.run([sys.executable, "-m", "wordneg", *arguments("v.bin", 1)], check=True, env=environment())
    seconds = time.perf_counter() - begin

    def kill(count: Count) -> None:
        name = draw.choice(FORMATS)
        process = subprocess.Popen([sys.executable, "-m", "wordneg", *arguments(name, 2)], env=environment())
        time.sleep(draw.uniform(0, 1.1 * seconds))
        process.kill()
        try:
            found = load_vectors(place / name)
            fault = (
                "" if any(same(found, one) for one in versions[name]) else f"{name}: neither the old nor the new one"
            )
        except Exception as error:
            fault = f"{name}: {type(error).__name__}: {error}"
        count.add(process.wait(), fault)

    def end(count: Count) -> None:
        for name in FORMATS:
            assert command_line(arguments(name, 1)) == 0
        if fault := alien(place, names):
            count.faults.append(f"train: {fault}")

    return f"`wordneg train`, {'kernels to be compiled' if cold else 'kernels in the cache'}", kill, end


def run(kills: int, folder: Path, seed: int = 1) -> list[Count]:
    """Kill so often; return what became of it, by kind."""
    draw = random.Random(seed)
    kinds = [
        *savings(folder, draw),
        checkpoints(folder, draw),
        comparisons(folder, draw),
        commands(folder, draw, cold=False),
        commands(folder, draw, cold=True),
    ]
    shares = [*[0.065] * (len(kinds) - 4), 0.3, 0.1, 0.125, 0.02]
    counts = []
    for (kind, kill, end), share in zip(kinds, shares, strict=True):
        count = Count(kind)
        for _ in range(max(2, round(share * kills))):
            kill(count)
        end(count)
        counts.append(count)
        print(f"{kind}: {count.kills} kills, {len(count.faults)} faults", flush=True)
    return counts
