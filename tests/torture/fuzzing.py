"""Damaged files for every reader: stated errors only, no hang, no memory beyond a bound, no silent change.

Where a format has a checksum, a file that is read must give what the undamaged one gives.
"""

import bz2
import gzip
import io
import lzma
import random
import resource
import shutil
import signal
import tarfile
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from torture.kills import SETTINGS, TEXT

import wordneg
from wordneg import Phrases, TokenStore, Word2Vec, WordRank, corpora, encode, evaluation, load_vectors
from wordneg.comparison import Comparison, read_plan

STATED = (ValueError, OSError, EOFError)
"""What a reader may raise, as its documentation says."""

SECONDS = 20
MEMORY = 2 * 2**30  # bytes beyond what the process takes when it begins


@dataclass
class Reader:
    """A kind of file, an undamaged one, and what reads it.

    `digest` tells what was read; if the format is `checked`, it must be what the undamaged file gives.
    """

    kind: str
    path: Path
    digest: Callable[[Path], Any]
    checked: bool = False
    inputs: int = 0
    refused: int = 0
    read: int = 0
    faults: Counter[str] = field(default_factory=Counter)


def packings(content: bytes, name: str) -> dict[str, tuple[bytes, bool]]:
    """Return content as it is, and packed in each way, by suffix; and whether the packing has a checksum."""
    found = {"": (content, False), ".gz": (gzip.compress(content), True), ".bz2": (bz2.compress(content), True)}
    found[".xz"] = (lzma.compress(content), True)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    found[".zip"] = (packed.getvalue(), True)
    with suppress(ImportError):
        import zstandard

        found[".zst"] = (zstandard.ZstdCompressor(write_checksum=True).compress(content), True)
    return found


def readers(folder: Path) -> list[Reader]:
    """Write an undamaged file of each kind, and return its reader."""
    model = Word2Vec(TEXT[:50], **SETTINGS | {"vector_size": 8})
    made: list[Reader] = []

    def add(kind: str, path: Path, digest: Callable[[Path], Any], checked: bool = False) -> None:
        made.append(Reader(kind, path, digest, checked))

    def of_vectors(path: Path) -> Any:
        vectors = load_vectors(path)
        return tuple(map(str, vectors.index_to_key)), vectors.vectors.tobytes()

    plain = {"binary": folder / "v.bin", "text": folder / "v.txt", "glove": folder / "glove.txt"}
    model.wv.save_word2vec_format(plain["binary"], binary=True)
    model.wv.save_word2vec_format(plain["text"])
    plain["glove"].write_bytes(plain["text"].read_bytes().split(b"\n", 1)[1])
    for kind, path in plain.items():
        for suffix, (content, checked) in packings(path.read_bytes(), path.name).items():
            packed = folder / f"{path.name}{suffix}"
            packed.write_bytes(content)
            add(f"vectors, {kind}{suffix}", packed, of_vectors, checked)
    model.wv.save(folder / "v.wordneg")
    add("vectors, wordneg's own", folder / "v.wordneg", of_vectors, True)

    def of_model(kind: Any) -> Callable[[Path], Any]:
        def digest(path: Path) -> Any:
            found = kind.load(path, progress=False)
            return tuple(found.wv.index_to_key), found.wv.vectors.tobytes(), found.parameters.as_dict()

        return digest

    model.save(folder / "model")
    add("model", folder / "model", of_model(Word2Vec), True)
    WordRank(TEXT[:50], vector_size=8, min_count=1, workers=1, epochs=1, progress=False).save(folder / "wordrank")
    add("model, WordRank", folder / "wordrank", of_model(WordRank), True)
    Word2Vec(TEXT[:50], checkpoint=folder / "checkpoint", **SETTINGS | {"vector_size": 8})
    add("checkpoint", folder / "checkpoint", of_model(Word2Vec), True)

    store = encode(TEXT[:100], min_count=1)
    store.save(folder / "store")
    for path in sorted((folder / "store").iterdir()):
        add(
            f"token store, {path.name.split('.')[0]}", path, lambda path: TokenStore.open(path.parent).fingerprint, True
        )

    text = "".join(" ".join(sentence) + "\n" for sentence in TEXT[:100]).encode()
    for suffix, (content, checked) in packings(text, "text.txt").items():
        path = folder / f"text.txt{suffix}"
        path.write_bytes(content)
        add(f"corpus, text{suffix}", path, lambda path: encode(path, min_count=1).fingerprint, checked)
    for mode, suffix in (("w", ".tar"), ("w:gz", ".tar.gz"), ("w:xz", ".tar.xz")):
        path = folder / f"texts{suffix}"
        with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
            for number in range(3):
                entry = tarfile.TarInfo(f"{number}.txt")
                entry.size = len(text)
                archive.addfile(entry, io.BytesIO(text))
        add(f"corpus{suffix}", path, lambda path: encode(path, min_count=1).fingerprint, suffix != ".tar")
    page = "<page><title>T</title><ns>0</ns><id>1</id><revision><text>{}</text></revision></page>"
    body = "'''Word''' is [[a link|the link]] {{cite|x=1}} == Head ==\n* one two three four\n" * 20
    dump = '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/">' + page.format(body) * 5 + "</mediawiki>"
    (folder / "dump.xml.bz2").write_bytes(bz2.compress(dump.encode()))
    add("corpus, dump", folder / "dump.xml.bz2", lambda path: [list(s) for s in corpora.open_corpus(path)], True)

    (folder / "pairs.tsv").write_text("".join(f"w{n}\tw{n + 1}\t{n % 10}.5\n" for n in range(60)), encoding="utf-8")
    (folder / "analogies.txt").write_text(": one\nw1 w2 w3 w4\n" * 20 + ": two\nw5 w6 w7 w8\n" * 20, encoding="utf-8")
    (folder / "categories.csv").write_text(
        ",category,word\n" + "".join(f"{n},c{n % 3},w{n}\n" for n in range(60)), encoding="utf-8"
    )
    add("benchmark, pairs", folder / "pairs.tsv", lambda path: evaluation.read_word_pairs(path).pairs)
    add("benchmark, analogies", folder / "analogies.txt", lambda path: evaluation.read_word_analogies(path).sections)
    add("benchmark, categories", folder / "categories.csv", lambda path: evaluation.read_categories(path).words)

    Phrases(TEXT[:100], min_count=1, threshold=0.01).save(folder / "phrases.json")
    add("phrases", folder / "phrases.json", lambda path: Phrases.load(path).phrasegrams)
    place = folder / "comparison"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        comparison = wordneg.compare(
            store, ["unigram", "uniform"], seeds=2, tune=None, epochs=1, vector_size=8, workers=1, progress=False,
            benchmarks=[folder / "pairs.tsv"], out=place,
        )  # fmt: skip
        comparison.plan()
    (folder / "plan.toml").write_text(str(comparison.plan()), encoding="utf-8")
    add("plan", folder / "plan.toml", read_plan)

    def of_comparison(path: Path) -> Any:
        found = Comparison.open(place)
        for run in found.runs:
            found.items(run)
        return found.records()

    for path in sorted(path for path in place.rglob("*") if path.is_file()):
        if path.suffix in (".json", ".npz"):
            add(f"comparison, {path.parent.name}{path.suffix}", path, of_comparison)
    return made


def damaged(content: bytes, draw: random.Random) -> bytes:
    """Return content with one to three faults of the kinds that disks, networks and foes make."""
    data = bytearray(content)
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        place = draw.randrange(len(data) + 1)
        kind = draw.randrange(9)
        if kind <= 1 and data:
            data[min(place, len(data) - 1)] ^= 1 << draw.randrange(8)
        elif kind == 2:
            del data[place:]
        elif kind == 3:
            del data[place : place + draw.randrange(1, 64)]
        elif kind == 4:
            data[place:place] = draw.randbytes(draw.randrange(1, 64))
        elif kind == 5:
            data[place : place + 16] = bytes(16)
        elif kind == 6:
            data[place:place] = data[max(0, place - 40) : place]
        elif kind == 7:
            data[place:place] = draw.choice(
                (b"99999999999999", b"-1", b"nan", b"\xff\xfe", b"\x00", b"\n\n", b'"', b"[[[[")
            )
        else:
            head = min(16, len(data))
            data[:head] = draw.randbytes(head)
    return bytes(data)


class Hang(BaseException):
    """A reader that does not come back."""


def _hang(*args: object) -> None:
    raise Hang


def run(inputs: int, folder: Path, seed: int = 3) -> list[Reader]:
    """Give damaged files to the readers in turn; return what became of them."""
    draw = random.Random(seed)
    made = readers(folder)
    undamaged = {reader.path: reader.path.read_bytes() for reader in made}
    expected = {id(reader): reader.digest(reader.path) for reader in made}
    with open("/proc/self/statm") as file:
        taken = int(file.read().split()[0]) * resource.getpagesize()
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, limits[1]))
    before = signal.signal(signal.SIGALRM, _hang)
    try:
        for number in range(inputs):
            reader = made[number % len(made)]
            reader.path.write_bytes(damaged(undamaged[reader.path], draw))
            _give(reader, expected[id(reader)])
            reader.path.write_bytes(undamaged[reader.path])
            if number % 5000 == 4999:
                print(f"{number + 1} damaged files, {sum(sum(one.faults.values()) for one in made)} faults", flush=True)
    finally:
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, limits)
    shutil.rmtree(folder / "store", ignore_errors=True)
    return made


def _give(reader: Reader, expected: Any) -> None:
    reader.inputs += 1
    signal.alarm(SECONDS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = reader.digest(reader.path)
    except STATED as error:
        reader.refused += 1
        if not str(error):
            reader.faults[f"{type(error).__name__} without a sentence"] += 1
    except (Hang, MemoryError, Exception) as error:
        reader.faults[f"{type(error).__name__}: {str(error)[:100]}"] += 1
    else:
        reader.read += 1
        if reader.checked and not _equal(found, expected):
            reader.faults["read, but changed"] += 1
    finally:
        signal.alarm(0)


def _equal(found: Any, expected: Any) -> bool:
    return bool(np.all(found == expected)) if isinstance(found, np.ndarray) else bool(found == expected)
