"""Downloads from a server in a thread: whole, resumed, refused, forged, interrupted, side by side."""

import hashlib
import os
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from wordneg.corpora import RemoteFile, cache_folder, download
from wordneg.corpora.download import fetch

DATA = bytes(range(256)) * 8000  # 2 MB


class _Server(ThreadingHTTPServer):
    """Serves DATA at any path, with faults to order."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.ranges = True
        self.break_after: list[int] = []  # bytes after which the next answers break off
        self.status = 200
        self.data = DATA
        self.requests: list[str | None] = []

    def handle_error(self, request, client_address):
        """Say nothing of clients that went away."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self):
        asked = self.headers.get("Range")
        self.server.requests.append(asked)
        if self.server.status != 200:
            self.send_error(self.server.status)
            return
        start = 0
        if asked and self.server.ranges:
            start = int(re.fullmatch(r"bytes=(\d+)-", asked)[1])
            if start >= len(self.server.data):
                self.send_error(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(self.server.data) - 1}/{len(self.server.data)}")
        else:
            self.send_response(200)
        body = self.server.data[start:]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.server.break_after:
            body = body[: self.server.break_after.pop(0)]
        self.wfile.write(body)

    def log_message(self, *_):
        """Keep the test output clean."""


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(download, "PAUSE", 0.01)
    with _Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def _remote(server, data=DATA, **changes):
    fields = {
        "url": f"http://127.0.0.1:{server.server_address[1]}/files/corpus.bin",
        "checksum": "sha256:" + hashlib.sha256(data).hexdigest(),
        "published": "this test",
        "size": len(data),
    }
    return RemoteFile(**{**fields, **changes})


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("size", [len(DATA), None])
def test_file_arrives_once(server, tmp_path, capsys, size):
    folder = tmp_path / "new" / "cache"
    path = fetch(_remote(server, size=size), folder)
    assert path == folder / "corpus.bin"
    assert path.read_bytes() == DATA
    assert _names(folder) == ["corpus.bin"]
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "corpus.bin" in printed.err
    fetch(_remote(server), folder)
    assert server.requests == [None]


def test_no_bar_without_progress(server, tmp_path, capsys):
    fetch(_remote(server, checksum="md5:" + hashlib.md5(DATA).hexdigest()), tmp_path, progress=False)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("ranges", [True, False])
def test_broken_connection_is_taken_up_again(server, tmp_path, ranges):
    server.ranges = ranges
    server.break_after = [700_000, 600_000]
    assert fetch(_remote(server), tmp_path, progress=False).read_bytes() == DATA
    assert server.requests == [None, "bytes=700000-", "bytes=1300000-" if ranges else "bytes=600000-"]


@pytest.mark.parametrize("ranges", [True, False])
def test_next_call_goes_on_with_what_is_kept(server, tmp_path, monkeypatch, ranges):
    monkeypatch.setattr(download, "ATTEMPTS", 1)
    server.ranges = ranges
    server.break_after = [500_000]
    with pytest.raises(ConnectionError, match=r"broke off after 500,000 of 2,048,000 .*500,000 bytes are kept"):
        fetch(_remote(server), tmp_path, progress=False)
    assert _names(tmp_path) == ["corpus.bin.part"]
    assert fetch(_remote(server), tmp_path, progress=False).read_bytes() == DATA
    assert server.requests[-1] == "bytes=500000-"
    assert _names(tmp_path) == ["corpus.bin"]


def test_whole_or_stale_part_files(server, tmp_path):
    (tmp_path / "corpus.bin.part").write_bytes(DATA)
    assert fetch(_remote(server), tmp_path, progress=False).read_bytes() == DATA
    assert server.requests == []
    (tmp_path / "corpus.bin").unlink()
    # A part of a file whose size nobody knows may be too long: the server says so, and it starts anew.
    (tmp_path / "corpus.bin.part").write_bytes(DATA + b"more")
    assert fetch(_remote(server, size=None), tmp_path, progress=False).read_bytes() == DATA
    assert len(server.requests) == 2


def test_only_abandoned_parts_of_others_are_taken(server, tmp_path):
    busy, dead = tmp_path / "corpus.bin.11111111.part", tmp_path / "corpus.bin.22222222.part"
    busy.write_bytes(b"other process")
    dead.write_bytes(DATA[:1000])
    long_ago = time.time() - 2 * download.ABANDONED
    os.utime(dead, (long_ago, long_ago))
    fetch(_remote(server), tmp_path, progress=False)
    assert server.requests == ["bytes=1000-"]
    assert _names(tmp_path) == ["corpus.bin", busy.name]


def test_wrong_checksum_keeps_nothing(server, tmp_path):
    server.data = DATA[:-1] + b"!"
    with pytest.raises(ValueError, match=r"not the published file.*stated by this test"):
        fetch(_remote(server), tmp_path, progress=False)
    assert _names(tmp_path) == []


def test_wrong_size_is_seen_before_the_download(server, tmp_path):
    server.data = DATA + b"!"
    with pytest.raises(ValueError, match="2,048,001 bytes where 2,048,000 are expected"):
        fetch(_remote(server), tmp_path, progress=False)
    assert _names(tmp_path) == []
    (tmp_path / "corpus.bin").write_bytes(b"put here by hand")
    with pytest.raises(ValueError, match=r"corpus\.bin has 16 bytes.*delete it"):
        fetch(_remote(server), tmp_path, progress=False)


def test_server_that_refuses(server, tmp_path):
    server.status = 404
    with pytest.raises(OSError, match=r"answered 404 .*corpus\.bin; or fetch the file some other way and put it at"):
        fetch(_remote(server), tmp_path, progress=False)
    assert len(server.requests) == 1
    assert _names(tmp_path) == []


def test_no_server(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with _Server() as closed:
        remote = _remote(closed)
    with pytest.raises(
        ConnectionError, match=r"cannot reach http://127.*is there a network\?.*put it at .*corpus\.bin"
    ):
        fetch(remote, tmp_path, progress=False)
    assert _names(tmp_path) == []


def test_ctrl_c_keeps_what_has_come(server, tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    server.break_after = [400_000]
    monkeypatch.setattr(download.time, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fetch(_remote(server), tmp_path, progress=False)
    assert (tmp_path / "corpus.bin.part").stat().st_size == 400_000


def test_downloads_side_by_side(server, tmp_path):
    (tmp_path / "corpus.bin.part").write_bytes(DATA[:1000])
    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(lambda _: fetch(_remote(server), tmp_path, progress=False), range(4)))
    assert {path.read_bytes() for path in paths} == {DATA}
    assert _names(tmp_path) == ["corpus.bin"]
    assert server.requests.count("bytes=1000-") <= 1


def test_cache_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("WORDNEG_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("WORDNEG_CACHE")
    for platform, variable in (("linux", "XDG_CACHE_HOME"), ("win32", "LOCALAPPDATA")):
        monkeypatch.setattr(download.sys, "platform", platform)
        monkeypatch.setenv(variable, str(tmp_path / platform))
        assert cache_folder() == tmp_path / platform / "wordneg"
    monkeypatch.setattr(download.sys, "platform", "darwin")
    assert cache_folder().parts[-3:] == ("Library", "Caches", "wordneg")


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_a_link_in_the_place_of_a_part_is_not_followed(server, tmp_path, link):
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    folder = tmp_path / "cache"
    folder.mkdir()
    link(victim, folder / "corpus.bin.part")
    assert fetch(_remote(server), folder, progress=False).read_bytes() == DATA
    assert victim.read_bytes() == b"precious"
    assert _names(folder) == ["corpus.bin"]


def test_a_damaged_file_of_the_right_size_is_refused(server, tmp_path):
    (tmp_path / "corpus.bin").write_bytes(bytes(len(DATA)))
    with pytest.raises(ValueError, match=r"corpus\.bin has the sha256 .*; delete it to download it again"):
        fetch(_remote(server), tmp_path)


def test_a_console_that_fails_ends_no_download(server, tmp_path, monkeypatch):
    class Full:
        def write(self, text):
            raise OSError(28, "No space left on device")

        flush = isatty = lambda self: False

    monkeypatch.setattr("sys.stderr", Full())
    assert fetch(_remote(server), tmp_path).read_bytes() == DATA
