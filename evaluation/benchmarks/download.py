"""Fetch one benchmark into a cache folder, checked before anyone can see it.

A file under its own name is whole and verified. Benchmarks are small: a download is held in memory, and one
that breaks off is simply begun anew.

**Checksums.** A checksum that the catalog or the caller states must fit. Where there is none the first download
is trusted, with a warning that tells its checksum; that is kept beside the file, in ``NAME.checksum``, and the
next download must give the same.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import os
import shutil
import sys
import tempfile
import urllib.error
import urllib.request
import warnings
import zipfile
from pathlib import Path

from wordneg.evaluation.benchmarks.catalog import CatalogEntry

__all__ = ["cache_folder", "fetch", "trusted_checksum"]

TIMEOUT = 60.0
"""Seconds without a byte after which a connection counts as broken."""

MOST = 64 * 2**20
"""Bytes; no benchmark is nearly as large."""

_METHODS = {"sha256": 64, "sha1": 40, "md5": 32}
"""Hexadecimal digits of each kind of checksum."""


def cache_folder() -> Path:
    """Return the folder for downloaded benchmarks, in ``$WORDNEG_CACHE`` or the platform's place for caches."""
    if chosen := os.environ.get("WORDNEG_CACHE"):
        return Path(chosen) / "benchmarks"
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "wordneg" / "benchmarks"


def fetch(benchmark: CatalogEntry, folder: Path, checksum: str | None = None) -> Path:
    """Download a benchmark, and return the path of its file or folder.

    Parameters
    ----------
    benchmark : CatalogEntry
        An entry with a `url`.
    folder : Path
        Where it is kept; created if missing. What is there under its name is replaced.
    checksum : str, optional
        What the download must have; by default what the catalog states, or what the first download had.

    Raises
    ------
    ConnectionError
        The server cannot be reached, or breaks off.
    OSError
        The server refuses the file, or the folder cannot be written.
    ValueError
        `checksum` is not a checksum, or the download has another; or what comes is no benchmark. Nothing is kept.
    """
    expected, stated_by = _expected(benchmark, folder, checksum)
    url, data = _received(benchmark, folder)
    found = _checksum(data, expected.partition(":")[0] if expected else "sha256")
    if expected is None:
        warnings.warn(
            f"nobody has published a checksum of benchmark {benchmark.name!r}: the download from {url} "
            f"is trusted, and the next must be the same. It has {found}; pass it as `checksum` to be sure "
            f"elsewhere",
            stacklevel=3,
        )
    elif found != expected:
        raise ValueError(
            f"{url} is not the expected file: it has {found} ({len(data):,} bytes) where {expected} "
            f"is expected ({stated_by}); it is not kept. Try from another network, or pass checksum={found!r} "
            f"if you know it to be right"
        )
    folder.mkdir(parents=True, exist_ok=True)
    _store(benchmark, data, folder)
    if expected is None:
        _replace(_note(benchmark, folder), found.encode())
    return folder / benchmark.file


def trusted_checksum(benchmark: CatalogEntry, folder: Path) -> str | None:
    """Return the checksum of a download that was trusted, None if it was checked against a stated one."""
    try:
        return _note(benchmark, folder).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None


def _note(benchmark: CatalogEntry, folder: Path) -> Path:
    return folder / f"{benchmark.file}.checksum"


def _expected(benchmark: CatalogEntry, folder: Path, checksum: str | None) -> tuple[str | None, str]:
    """Return the checksum that a download must have, if any, and who says so."""
    if checksum is not None:
        method, _, digits = checksum.strip().lower().partition(":")
        if len(digits) != _METHODS.get(method) or set(digits) - set("0123456789abcdef"):
            raise ValueError(f"got checksum {checksum!r}, expected 'sha256:' and 64 hexadecimal digits")
        return f"{method}:{digits}", "stated by the caller"
    if benchmark.checksum is not None:
        return benchmark.checksum, f"stated by: {benchmark.published}"
    return trusted_checksum(benchmark, folder), f"the first download had it, see {_note(benchmark, folder)}"


def _checksum(data: bytes, method: str) -> str:
    return f"{method}:{hashlib.new(method, data).hexdigest()}"


def _received(benchmark: CatalogEntry, folder: Path) -> tuple[str, bytes]:
    """Return the first address that answers, and what is there."""
    assert benchmark.url is not None  # those that come with gensim are not downloaded
    *others, last = (benchmark.url, *benchmark.mirrors)
    for url in others:
        try:
            return url, _received_from(url, benchmark, folder)
        except OSError:
            continue
    return last, _received_from(last, benchmark, folder)


def _received_from(url: str, benchmark: CatalogEntry, folder: Path) -> bytes:
    """Return what is at an address."""
    by_hand = f"or get it some other way, and put it at {folder / benchmark.file}"
    request = urllib.request.Request(url, headers={"User-Agent": "wordneg", "Accept-Encoding": "identity"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
            data: bytes = response.read(MOST + 1)
            length = response.headers.get("Content-Length")
    except urllib.error.HTTPError as error:
        error.close()
        raise OSError(
            f"the server answered {error.code} ({error.reason}) for benchmark {benchmark.name!r} at {url}; {by_hand}"
        ) from error
    except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError) as error:
        reason = getattr(error, "reason", error)
        raise ConnectionError(
            f"cannot download benchmark {benchmark.name!r} from {url} ({reason}): is there a network? {by_hand}"
        ) from error
    if length is not None and len(data) < min(int(length), MOST):
        raise ConnectionError(
            f"cannot download benchmark {benchmark.name!r} from {url}: the connection broke off after "
            f"{len(data):,} of {int(length):,} bytes; try again, {by_hand}"
        )
    if len(data) > MOST:
        raise ValueError(f"{url} sends more than {MOST:,} bytes: it is no benchmark by now; {by_hand}")
    return data


def _store(benchmark: CatalogEntry, data: bytes, folder: Path) -> None:
    """Put a download, or what is packed in it, under the benchmark's name."""
    target = folder / benchmark.file
    if not str(benchmark.url).endswith(".zip"):
        _replace(target, data)
        return
    with tempfile.TemporaryDirectory(dir=folder) as place:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                archive.extractall(place)  # drops absolute paths and ".."
        except zipfile.BadZipFile as error:
            raise ValueError(f"{benchmark.url} is no zip archive ({error}); nothing is kept") from error
        unpacked = Path(place) / benchmark.file
        if not unpacked.exists():
            raise ValueError(f"there is no {benchmark.file} in {benchmark.url}; nothing is kept")
        if target.is_dir():
            shutil.rmtree(target)
        os.replace(unpacked, target)


def _replace(path: Path, data: bytes) -> None:
    """Write a file in one step."""
    handle, part = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise
