"""Download published files into a cache folder, verifying each before it becomes visible.

A file under its own name is complete and verified: data are collected in ``NAME.<random>.part``, which is renamed at
the end. An interrupted download leaves ``NAME.part``; the next one takes it over by renaming it (so that only one
can) and resumes it, if the server allows. Two simultaneous downloads therefore never write to the same file.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import secrets
import stat
import sys
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

__all__ = ["RemoteFile", "cache_folder", "fetch"]

ATTEMPTS = 4
PAUSE = 1.0
"""Seconds to wait before the second attempt; doubled for each further one."""
TIMEOUT = 60.0
"""Seconds without a byte after which a connection counts as broken."""
ABANDONED = 10 * TIMEOUT
"""Seconds after which an untouched part file counts as abandoned (its process was killed)."""
_CHUNK = 1 << 18


@dataclass(frozen=True)
class RemoteFile:
    """A file on the web and how to verify it.

    Attributes
    ----------
    url : str
        Address of the file.
    checksum : str
        ``"sha256:..."`` or ``"md5:..."`` of the file as downloaded, in hexadecimal.
    published : str
        Who states the checksum.
    size : int or None
        Size in bytes, if known.
    """

    url: str
    checksum: str
    published: str
    size: int | None = None

    @property
    def file_name(self) -> str:
        """The last part of the address."""
        return self.url.rsplit("/", 1)[-1]


def cache_folder() -> Path:
    """Return the folder for downloaded corpora: ``$WORDNEG_CACHE``, or the platform's place for caches."""
    if chosen := os.environ.get("WORDNEG_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "wordneg"


def fetch(file: RemoteFile, folder: Path, *, progress: bool = True) -> Path:
    """Return the path of `file` in `folder`, downloading it unless it is there.

    Parameters
    ----------
    file : RemoteFile
        The file to fetch.
    folder : Path
        Folder for the file, created if missing. What is there is checked, each time.
    progress : bool
        Whether to show a progress bar on standard error.

    Raises
    ------
    ConnectionError
        If the server cannot be reached, or the connection breaks again and again; what was received is kept.
    ValueError
        If the size or the checksum of a download, or of a file in the folder, is not the published one. The
        download is not kept.
    OSError
        If the server refuses the file, or the folder cannot be written to.
    """
    target = folder / file.file_name
    if target.exists():
        if wrong := _difference(file, target):
            raise ValueError(f"{target} {wrong}; delete it to download it again")
        return target
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{file.file_name}.{secrets.token_hex(4)}.part"
    _take_over(folder, file.file_name, part)
    try:
        _download(file, part, target, progress)
        _verify(file, part)
        os.replace(part, target)
    except ValueError:
        part.unlink()
        raise
    except BaseException:  # Ctrl-C as well: what was received is kept
        _keep(part, folder / f"{file.file_name}.part")
        raise
    return target


def _take_over(folder: Path, name: str, part: Path) -> None:
    """Rename whatever an earlier download left behind to `part`: plain files only, as anyone may put a link there."""
    left = [folder / f"{name}.part"]
    for other in folder.glob(f"{name}.*.part"):
        try:
            if time.time() - other.lstat().st_mtime > ABANDONED:
                left.append(other)
        except FileNotFoundError:
            continue  # finished in the meantime
    for candidate in left:
        try:
            if _is_plain(candidate):
                os.rename(candidate, part)
                return
            candidate.unlink()  # the link, not what it leads to
        except OSError:
            continue  # not there, or another download was faster


def _is_plain(path: Path) -> bool:
    status = path.lstat()
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1


def _keep(part: Path, kept: Path) -> None:
    """Keep `part` for the next download, unless it is empty."""
    if part.exists() and part.stat().st_size:
        os.replace(part, kept)
    else:
        part.unlink(missing_ok=True)


def _download(file: RemoteFile, part: Path, target: Path, progress: bool) -> None:
    """Fill `part`, resuming if the connection breaks, but not retrying if none can be made."""
    with open(part, "ab", opener=_without_links) as out:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                _receive(file, out, progress)
                return
            except urllib.error.HTTPError as error:
                error.close()
                raise OSError(
                    f"the server answered {error.code} ({error.reason}) for {file.url}; {_by_hand(target)}"
                ) from error
            except urllib.error.URLError as error:
                raise ConnectionError(
                    f"cannot reach {file.url} ({error.reason}): is there a network? {_kept(out)}; {_by_hand(target)}"
                ) from error
            except (http.client.HTTPException, ConnectionError, TimeoutError) as error:
                if attempt == ATTEMPTS:
                    raise ConnectionError(
                        f"cannot download {file.url}: {error}, {ATTEMPTS} times; {_kept(out)}; {_by_hand(target)}"
                    ) from error
            time.sleep(PAUSE * 2 ** (attempt - 1))


def _without_links(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


def _kept(out: IO[bytes]) -> str:
    have = out.tell()
    return f"{have:,} bytes are kept, and the next attempt resumes there" if have else "nothing was received"


def _by_hand(target: Path) -> str:
    return f"or fetch the file some other way and put it at {target}"


def _receive(file: RemoteFile, out: IO[bytes], progress: bool) -> None:
    """Append to `out` what is missing, or start over if the server cannot start in the middle.

    Raises
    ------
    ConnectionError
        If the connection ends before the file does.
    ValueError
        If the server sends more bytes than the file has.
    """
    if file.size is not None and out.tell() >= file.size:
        return
    with _request(file, out) as response:
        length = response.headers.get("Content-Length")
        total = file.size if length is None else out.tell() + int(length)
        if file.size is not None and total != file.size:
            raise ValueError(
                f"{file.url} has {total:,} bytes where {file.size:,} are expected: the file has been replaced"
            )
        with _bar(file.file_name, total, out.tell(), progress) as show:
            while chunk := response.read(_CHUNK):
                out.write(chunk)
                show(len(chunk))
                if total is not None and out.tell() > total:
                    raise ValueError(f"{file.url} sends more than the {total:,} bytes that are expected")
        if total is not None and out.tell() < total:
            raise ConnectionError(f"the connection broke off after {out.tell():,} of {total:,} bytes")


@contextmanager
def _bar(name: str, total: int | None, done: int, progress: bool) -> Iterator[Callable[[int], None]]:
    """Yield what draws the progress of a download; a console that is closed or full ends no download."""
    if not progress or sys.stderr is None:
        yield lambda received: None
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tqdm complains about notebooks without widgets, and falls back
        from tqdm.auto import tqdm
    bar = None
    with suppress(Exception):
        bar = tqdm(desc=name, total=total, initial=done, unit="B", unit_scale=True, file=sys.stderr)

    def show(received: int) -> None:
        with suppress(Exception):
            if bar is not None:
                bar.update(received)

    try:
        yield show
    finally:
        with suppress(Exception):
            if bar is not None:
                bar.close()


def _request(file: RemoteFile, out: IO[bytes]) -> http.client.HTTPResponse:
    """Request `file` from where `out` ends; empty `out` if the response starts at the beginning."""
    have = out.tell()
    headers = {"User-Agent": "wordneg", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    request = urllib.request.Request(file.url, headers=headers)
    try:
        response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE or not have:
            raise
        error.close()
        out.seek(0)
        out.truncate()
        return _request(file, out)
    goes_on = response.status == http.HTTPStatus.PARTIAL_CONTENT and re.match(
        rf"bytes {have}-", response.headers.get("Content-Range", "")
    )
    if have and not goes_on:
        out.seek(0)
        out.truncate()
        if response.status == http.HTTPStatus.PARTIAL_CONTENT:
            response.close()
            return _request(file, out)
    return response


def _verify(file: RemoteFile, part: Path) -> None:
    """Raise ValueError if the size or the checksum of `part` is not the published one."""
    if wrong := _difference(file, part):
        raise ValueError(
            f"{file.url} is not the published file: it {wrong}; the download was discarded; try again later or from "
            "another network"
        )


def _difference(file: RemoteFile, path: Path) -> str:
    """Return in words how the size or the checksum of `path` differs from the published one, or "" if they do not."""
    size = path.stat().st_size
    if file.size not in (None, size):
        return f"has {size:,} bytes where {file.size:,} are expected (stated by {file.published})"
    method, _, expected = file.checksum.partition(":")
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, method).hexdigest()
    if found == expected:
        return ""
    return f"has the {method} {found} ({size:,} bytes) where {expected} is expected (stated by {file.published})"
