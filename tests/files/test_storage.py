"""The archive and atomic writing: round trips, and every kind of damage refused."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import subprocess
import sys
import threading
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from wordneg.files.atomic import atomic_write, descriptor_of
from wordneg.files.storage import archive_kind, read_archive, write_archive

RNG = np.random.default_rng(3)
ARRAYS = {
    "inputs": RNG.standard_normal((40, 7)).astype(np.float32),
    "counts": np.arange(40)[::-1],
    "flags": np.arange(5) % 2 == 0,
    "none": np.zeros((0, 3), np.float16),
    "scalar": np.array(2.5),
}
WORDS = ["the", "new\nline", "a b", "", "naïve", "語", "\ud800", "\x00"] + [f"w{i}" for i in range(32)]
METADATA = {"window": 5, "alpha": 0.025, "sampler": {"name": "popularity"}, "label": "ü"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "some.model"
    write_archive(path, "model", METADATA, ARRAYS, words=WORDS)
    return path


def test_round_trip(path: Path) -> None:
    archive = read_archive(path, "model")
    assert archive.metadata == METADATA
    assert archive.words == WORDS
    assert archive.kind == archive_kind(path) == "model"
    assert archive.arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert archive.arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(archive.arrays[name], array)
    assert archive.arrays["inputs"].flags.writeable
    assert read_archive(path, ("vectors", "model"), skip=["inputs"]).arrays.keys() == ARRAYS.keys() - {"inputs"}


def test_no_words(tmp_path: Path) -> None:
    write_archive(tmp_path / "x", "table", {}, {"a": np.arange(3)})
    assert read_archive(tmp_path / "x", "table").words is None


def test_numpy_reads_the_arrays(path: Path) -> None:
    with np.load(path) as arrays:
        np.testing.assert_array_equal(arrays["inputs"], ARRAYS["inputs"])


def test_equal_contents_give_equal_files(path: Path, tmp_path: Path) -> None:
    write_archive(tmp_path / "again", "model", METADATA, ARRAYS, words=WORDS)
    assert (tmp_path / "again").read_bytes() == path.read_bytes()


def test_views_are_written_by_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wordneg.files.storage._BLOCK_BYTES", 64)
    wide = RNG.standard_normal((50, 16)).astype(np.float32)
    views = {
        "padded": wide[:, :10],
        "columns": wide.T,
        "backwards": wide[::-2],
        "deep": np.arange(24).reshape(2, 3, 4).swapaxes(0, 2),
        "big_endian": np.arange(9, dtype=">i4"),
    }
    write_archive(tmp_path / "x", "views", {}, views)
    read = read_archive(tmp_path / "x", "views").arrays
    for name, view in views.items():
        np.testing.assert_array_equal(read[name], view)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (({}, {"a": np.array([{}, []], dtype=object)}), TypeError),
        (({}, {"a": np.array(["text"])}), TypeError),
        (({}, {"../a": np.zeros(3)}), ValueError),
        (({"a": object()}, {}), TypeError),
        (({"a": {1, 2}}, {"a": np.zeros(3)}), TypeError),
    ],
)
def test_unstorable_is_refused_before_writing(path: Path, arguments: tuple, error: type[Exception]) -> None:
    old = path.read_bytes()
    with pytest.raises(error):
        write_archive(path, "model", *arguments)
    with pytest.raises(TypeError, match="words must be strings or integers"):
        write_archive(path, "model", {}, {}, words=["a", True, 7.5])  # type: ignore[list-item]
    assert path.read_bytes() == old


def test_wrong_kind(path: Path) -> None:
    with pytest.raises(
        ValueError,
        match=r"some.model.*holds a Word2Vec model, expected word vectors or a 'table'; read",
    ):
        read_archive(path, ("vectors", "table"))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_archive(tmp_path / "nothing", "model")


@pytest.mark.parametrize("content", [b"", b"3 4\nthe 1 2 3 4\n", b"PK\x03\x04", b"\x80\x04." * 100])
def test_other_files(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(ValueError, match=r"cannot load .*x'"):
        read_archive(tmp_path / "x", "model")


def test_cut_anywhere(path: Path) -> None:
    whole = path.read_bytes()
    for length in {
        *range(0, len(whole), 37),
        len(whole) - 1,
        len(whole) - 21,
        len(whole) - 22,
        len(whole) - 23,
    }:
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match="cannot load"):
            read_archive(path, "model")


def test_flipped_anywhere(path: Path) -> None:
    """A flipped bit is refused, unless it is in a field that means nothing, such as a time."""
    whole = path.read_bytes()
    refused = 0
    for position in range(0, len(whole), 3):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << (position % 8)
        path.write_bytes(damaged)
        try:
            archive = read_archive(path, "model")
        except ValueError:
            refused += 1
            continue
        assert archive.metadata == METADATA
        assert archive.words == WORDS
        for name, array in ARRAYS.items():
            np.testing.assert_array_equal(archive.arrays[name], array)
    assert refused > 0.7 * len(range(0, len(whole), 3))


def rewrite(path: Path, change: Callable[[dict[str, bytes], dict], object], compression: int = 0) -> None:
    """Forge the archive: change its members and head, and give it checksums that are right again."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    head = json.loads(members.pop("metadata.json"))
    change(members, head)
    for name, facts in head["members"].items() if isinstance(head.get("members"), dict) else ():
        facts["crc32"] = zlib.crc32(members.get(name, b""))
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.writestr("metadata.json", json.dumps(head))


def npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def npy_header(shape: tuple, descr: str = "<f4") -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": descr, "fortran_order": False, "shape": shape})
    return stream.getvalue()


def forge_shape(members: dict[str, bytes], head: dict) -> None:
    members["inputs.npy"] = npy_header((1 << 40, 1 << 30)) + b"\0" * 1120
    head["members"]["inputs.npy"]["shape"] = [1 << 40, 1 << 30]


def forge_negative_shape(members: dict[str, bytes], head: dict) -> None:
    members["inputs.npy"] = npy_header((-40, -7)) + b"\0" * 1120
    head["members"]["inputs.npy"]["shape"] = [-40, -7]


def forge_objects(members: dict[str, bytes], head: dict) -> None:
    members["inputs.npy"] = npy(np.array([os.getcwd, 1], dtype=object))
    head["members"]["inputs.npy"] |= {"shape": [2], "dtype": "|O"}


FORGERIES: dict[str, tuple[Callable[[dict[str, bytes], dict], object], str]] = {
    "huge shape": (forge_shape, "bytes, which does not match its shape"),
    "negative shape": (forge_negative_shape, "plain numbers"),
    "objects": (forge_objects, "plain numbers"),
    "other shape": (lambda m, h: m.update({"inputs.npy": npy(np.zeros((7, 40), "f4"))}), "shape and dtype"),
    "other dtype": (lambda m, h: m.update({"inputs.npy": npy(np.zeros((40, 7), "i4"))}), "shape and dtype"),
    "no header": (lambda m, h: m.update({"inputs.npy": b"junk"}), "cannot load"),
    "bad header": (lambda m, h: m.update({"inputs.npy": b"\x93NUMPY\x01\x00\x04\x00(((\n"}), "cannot load"),
    "too long": (lambda m, h: m.update({"inputs.npy": m["inputs.npy"] + b"1234"}), "does not match its shape"),
    "too short": (lambda m, h: m.update({"inputs.npy": m["inputs.npy"][:-4]}), "does not match its shape"),
    "missing member": (lambda m, h: m.pop("counts.npy"), "disagree about 'counts.npy'"),
    "unlisted member": (lambda m, h: h["members"].pop("counts.npy"), "disagree about 'counts.npy'"),
    "extra member": (lambda m, h: m.update(extra=b""), "disagree about 'extra'"),
    "words no list": (lambda m, h: m.update({"words.json": b"{}"}), "not a list of strings and integers"),
    "words no strings": (lambda m, h: m.update({"words.json": b"[1.5]"}), "not a list of strings"),
    "words no JSON": (lambda m, h: m.update({"words.json": b'["a'}), "cannot load"),
    "words deep": (lambda m, h: m.update({"words.json": b"[" * 200_000}), "cannot load"),
    "newer": (lambda m, h: h.update(format_version=2), "format version is 2, .* update wordneg"),
    "no version": (lambda m, h: h.pop("format_version"), "format version"),
    "other format": (lambda m, h: h.update(format="other"), "does not name the format 'wordneg'"),
    "no kind": (lambda m, h: h.pop("kind"), "does not name a kind"),
    "no metadata": (lambda m, h: h.pop("metadata"), "lacks"),
    "members a list": (lambda m, h: h.update(members=list(h["members"])), "lacks"),
    "members odd": (lambda m, h: h["members"].update({"counts.npy": {}}), "shape and dtype"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forgeries(path: Path, name: str) -> None:
    change, message = FORGERIES[name]
    rewrite(path, change)
    with pytest.raises(ValueError, match=message):
        read_archive(path, "model")


def test_member_swapped(path: Path) -> None:
    """A member of another archive, whole in itself, is not taken for this one's."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["inputs.npy"] = npy(ARRAYS["inputs"] + 1)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(ValueError, match=r"checksum of 'inputs\.npy'"):
        read_archive(path, "model")


def test_compressed_members_are_refused(path: Path) -> None:
    rewrite(path, lambda members, head: None, compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(ValueError, match="compressed"):
        read_archive(path, "model")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_of_one_name_are_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("inputs.npy", npy(ARRAYS["inputs"]))
    with pytest.raises(ValueError, match="two members"):
        read_archive(path, "model")


def test_a_foreign_zip_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", a=np.zeros(3))
    with pytest.raises(ValueError, match=r"not wordneg's: metadata\.json is missing"):
        archive_kind(tmp_path / "x.npz")


# ------------------------------------------------------------------------------------- atomic writing


def test_atomic_write_replaces(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with atomic_write(path) as stream:
        stream.write(b"one")
        assert not path.exists()
    path.chmod(0o640)
    with atomic_write(path, "w") as stream:
        stream.write("zwei ü\n")
        assert path.read_bytes() == b"one"
    assert path.read_bytes() == "zwei ü\n".encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["file"]
    with pytest.raises(ValueError, match="mode 'a'"), atomic_write(path, "a"):
        pass


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, GeneratorExit])
def test_an_exception_leaves_the_old_file(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def fail_half_way() -> None:
        with atomic_write(path) as stream:
            stream.write(b"new" * 100_000)
            raise error

    with pytest.raises(error):
        fail_half_way()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
def test_a_kill_leaves_the_old_file(path: Path) -> None:
    """Kill a process whose archive is half written: after the first array, before the second."""
    old = path.read_bytes()
    code = f"""
import os, signal, numpy as np, wordneg.files.storage as storage
write = storage._write_member
def write_then_die(archive, name, blocks, size):
    if name == "second.npy":
        archive.fp.flush()
        os.kill(os.getpid(), {int(signal.SIGKILL)})
    return write(archive, name, blocks, size)
storage._write_member = write_then_die
storage.write_archive({str(path)!r}, "model", {{}}, {{"first": np.zeros(100_000), "second": np.zeros(9)}})
"""
    assert subprocess.run([sys.executable, "-c", code]).returncode == -signal.SIGKILL
    assert path.read_bytes() == old
    left = [name for name in os.listdir(path.parent) if name != path.name]
    assert [name.startswith(".some.model.") and name.endswith(".tmp") for name in left] == [True]


def test_a_full_disk_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match=r"cannot write .*some.model.*No space left.*untouched") as caught:
        write_archive(path, "model", {}, ARRAYS)
    assert caught.value.errno == errno.ENOSPC
    assert path.read_bytes() == old
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_devices_are_written_to_and_not_replaced() -> None:
    with pytest.raises(OSError, match=r"cannot write '/dev/full': No space left"):
        write_archive("/dev/full", "model", {}, ARRAYS)
    assert not os.path.isfile("/dev/full")
    with atomic_write("/dev/null") as stream:
        stream.write(b"gone")
    assert not os.path.isfile("/dev/null")


def test_impossible_places(path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="cannot write"):
        write_archive(path / "below", "model", {}, ARRAYS)
    with pytest.raises(FileNotFoundError, match="cannot write"):
        write_archive(path.parent / "nowhere" / "x", "model", {}, ARRAYS)
    with pytest.raises(IsADirectoryError, match="cannot write"):
        write_archive(path.parent, "model", {}, ARRAYS)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder(path: Path) -> None:
    path.parent.chmod(0o500)
    try:
        with pytest.raises(PermissionError, match=r"cannot write .* untouched"):
            write_archive(path, "model", {}, ARRAYS)
    finally:
        path.parent.chmod(0o700)


def test_errors_about_other_files_stay_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="elsewhere") as caught, atomic_write(tmp_path / "file"):
        (tmp_path / "elsewhere").read_bytes()
    assert caught.value.filename == str(tmp_path / "elsewhere")


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    with atomic_write(tmp_path / "link") as stream:
        stream.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_an_archive_is_written_into_a_pipe(path: Path) -> None:
    """Writing an archive seeks, which a pipe cannot do."""
    pipe, received = path.parent / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    write_archive(pipe, "model", METADATA, ARRAYS, words=WORDS)
    reader.join()
    assert received == [path.read_bytes()]
    assert pipe.is_fifo()


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="needs /dev/fd")
@pytest.mark.parametrize("link", [False, True])
def test_an_open_descriptor_is_written_at_its_place(tmp_path: Path, link: bool) -> None:
    (tmp_path / "file").write_bytes(b"precious\n")
    with open(tmp_path / "file", "ab") as file:
        name = f"/dev/fd/{file.fileno()}"
        if link:
            (tmp_path / "link").symlink_to(name)
            name = str(tmp_path / "link")
        assert descriptor_of(name) == file.fileno()
        with atomic_write(name) as stream:
            stream.write(b"more\n")
        with atomic_write(name, seeks=True) as stream:
            stream.write(b"xost\n")
            stream.seek(0)
            stream.write(b"m")
    assert (tmp_path / "file").read_bytes() == b"precious\nmore\nmost\n"
    assert descriptor_of(tmp_path / "file") is None


def test_what_killed_writers_left_is_removed_but_not_what_others_write(tmp_path: Path) -> None:
    path = tmp_path / "model"
    for left in (".model.0123abcd.tmp", ".other.0123abcd.tmp", ".model.0123abcd.tmp2"):
        (tmp_path / left).write_bytes(b"half")
    (tmp_path / ".model.ffffffff.tmp").symlink_to(tmp_path / ".other.0123abcd.tmp")
    with atomic_write(path) as first:
        first.write(b"first")
        with atomic_write(path) as second:
            second.write(b"second")
    assert path.read_bytes() == b"first"
    assert sorted(os.listdir(tmp_path)) == [
        ".model.0123abcd.tmp2",
        ".model.ffffffff.tmp",
        ".other.0123abcd.tmp",
        "model",
    ]


def test_a_file_that_may_not_be_written_to_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "model"
    path.write_bytes(b"precious")
    path.chmod(0o444)
    with (
        pytest.raises(PermissionError, match=r"cannot write .*Permission denied; the file that was there is untouched"),
        atomic_write(path) as stream,
    ):
        stream.write(b"new")
    assert path.read_bytes() == b"precious"
    assert os.listdir(tmp_path) == ["model"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_the_owner_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "model"
    path.write_bytes(b"old")
    os.chown(path, 1234, 4321)
    with atomic_write(path) as stream:
        stream.write(b"new")
    assert (path.stat().st_uid, path.stat().st_gid, path.read_bytes()) == (1234, 4321, b"new")
