"""Downloads of benchmarks from a server in a thread: whole, refused, forged, trusted, packed."""

import dataclasses
import hashlib
import io
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from wordneg.evaluation import (
    BENCHMARKS,
    benchmark_path,
    benchmarks_at_hand,
    download_benchmark,
    read_word_pairs,
)
from wordneg.evaluation.benchmarks import download
from wordneg.evaluation.benchmarks.download import cache_folder

PAIRS = b"sun\tsunlight\t50\nriver\twater\t49\nbakery\tzebra\t0\n"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        if self.server.status != 200:
            self.send_error(self.server.status)
            return
        body = self.server.data
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) + self.server.lacking))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Keep the test output clean."""


@pytest.fixture
def server(monkeypatch, tmp_path):
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("WORDNEG_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("WORDNEG_BENCHMARKS", raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as running:
        running.daemon_threads = True
        running.data, running.status, running.lacking, running.asked = PAIRS, 200, 0, []
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def serve(server, monkeypatch):
    """Have the server stand for a benchmark's address: ``serve("men", data)``."""

    def stand_in(name, data=PAIRS, **changes):
        server.data = data
        file = BENCHMARKS[name].url.rsplit("/", 1)[-1]
        changes = {"url": f"http://127.0.0.1:{server.server_address[1]}/{file}", "mirrors": ()} | changes
        monkeypatch.setitem(BENCHMARKS, name, dataclasses.replace(BENCHMARKS[name], **changes))

    return stand_in


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def in_cache():
    folder = cache_folder()
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_asked_for_by_name_it_is_downloaded_once(serve, server):
    serve("men", checksum=sha256(PAIRS), published="this test")
    assert "men" not in benchmarks_at_hand()
    assert server.asked == []
    for _ in range(2):
        benchmark = read_word_pairs("men")
        assert (benchmark.name, len(benchmark.pairs)) == ("men", 3)
    assert server.asked == ["/EN-MEN-TR-3k.txt"]
    assert in_cache() == ["EN-MEN-TR-3k.txt"]
    assert benchmarks_at_hand()["men"] == benchmark_path("men") == cache_folder() / "EN-MEN-TR-3k.txt"


def test_another_file_is_refused_and_not_kept(serve):
    serve("men", b"forged")
    with pytest.raises(ValueError, match=r"is not the expected file: it has sha256:\w+ \(6 bytes\) where sha256:888b"):
        download_benchmark("men")
    assert in_cache() == []


def test_a_sha1_is_checked_as_such(serve):
    serve("wordsim353-rel", checksum="sha1:" + hashlib.sha1(PAIRS).hexdigest())
    assert download_benchmark("wordsim353-rel").read_bytes() == PAIRS


def test_without_a_checksum_the_first_download_is_trusted_and_the_next_must_be_the_same(serve):
    serve("rw")
    with pytest.warns(UserWarning, match=f"nobody has published a checksum of benchmark 'rw'.*{sha256(PAIRS)}"):
        path = download_benchmark("rw")
    assert in_cache() == ["EN-RW-STANFORD.txt", "EN-RW-STANFORD.txt.checksum"]
    path.unlink()
    assert download_benchmark("rw").read_bytes() == PAIRS  # the same again: no warning
    serve("rw", b"another\tfile\t1\n")
    with pytest.raises(ValueError, match=rf"where {sha256(PAIRS)} is expected \(the first download had it"):
        download_benchmark("rw")
    assert path.read_bytes() == PAIRS


def test_a_checksum_of_the_callers_is_checked_instead(serve):
    serve("rw")
    with pytest.raises(ValueError, match="stated by the caller"):
        download_benchmark("rw", checksum="sha256:" + "0" * 64)
    download_benchmark("rw", checksum=sha256(PAIRS).upper())
    assert in_cache() == ["EN-RW-STANFORD.txt"]
    serve("men")
    download_benchmark("men", checksum=sha256(PAIRS))  # the way out when a file was replaced by its publisher


@pytest.mark.parametrize("checksum", ["", "abc", "sha256:123", "sha512:" + "0" * 128, "sha1:" + "g" * 40])
def test_what_is_no_checksum_is_refused(serve, server, checksum):
    serve("rw")
    with pytest.raises(ValueError, match="expected 'sha256:' and 64 hexadecimal digits"):
        download_benchmark("rw", checksum=checksum)
    assert server.asked == []


def test_without_network_one_sentence_tells_what_to_do(serve, server):
    serve("men")
    server.shutdown()
    server.server_close()
    with pytest.raises(
        ConnectionError, match=r"cannot download benchmark 'men' from http.*is there a network\?.*put it"
    ):
        download_benchmark("men")
    assert in_cache() == []


def test_a_refusal_is_told(serve, server):
    serve("men")
    server.status = 404
    with pytest.raises(OSError, match=r"answered 404 \(Not Found\) for benchmark 'men'"):
        download_benchmark("men")


def test_mirrors_are_asked_when_the_first_address_does_not_answer(serve, server):
    mirror = f"http://127.0.0.1:{server.server_address[1]}/mirror"
    serve("men", checksum=sha256(PAIRS), url="http://127.0.0.1:9/EN-MEN-TR-3k.txt", mirrors=(mirror,))
    assert download_benchmark("men").read_bytes() == PAIRS
    assert server.asked == ["/mirror"]


def test_a_broken_connection_leaves_nothing(serve, server):
    serve("rw")
    server.lacking = 10
    with pytest.raises(ConnectionError, match=rf"broke off after {len(PAIRS)} of {len(PAIRS) + 10} bytes"):
        download_benchmark("rw")
    assert in_cache() == []


def test_a_flood_is_no_benchmark(serve, monkeypatch):
    monkeypatch.setattr(download, "MOST", 20)
    serve("rw")
    with pytest.raises(ValueError, match="sends more than 20 bytes"):
        download_benchmark("rw")
    assert in_cache() == []


def packed(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def test_an_archive_becomes_a_folder(serve):
    for text in ("apple\tapples\n", "car\tcars\n"):  # the second download replaces the folder
        data = packed({"BATS_3.0/1_Inflectional_morphology/I01 [noun - plural_reg].txt": text, "../outside": "x"})
        serve("bats", data, checksum=sha256(data))
        folder = download_benchmark("bats")
        assert folder == cache_folder() / "BATS_3.0"
        assert [path.read_text() for path in folder.rglob("*.txt")] == [text]
        assert in_cache() == ["BATS_3.0"]
        assert not (cache_folder().parent / "outside").exists()


@pytest.mark.parametrize(
    ("data", "complaint"), [(b"<html>", "is no zip archive"), (packed({"a": "b"}), r"there is no BATS_3\.0 in http")]
)
def test_an_archive_without_the_benchmark_is_refused(serve, data, complaint):
    serve("bats", data, checksum=sha256(data))
    with pytest.raises(ValueError, match=complaint):
        download_benchmark("bats")
    assert in_cache() == []


def test_what_comes_with_gensim_is_not_downloaded():
    pytest.importorskip("gensim")
    assert download_benchmark("google") == benchmark_path("google")


@pytest.mark.parametrize(
    ("platform", "variable", "place"),
    [("linux", "XDG_CACHE_HOME", "wordneg"), ("win32", "LOCALAPPDATA", "wordneg")],
)
def test_the_cache_folder_is_the_platforms(monkeypatch, tmp_path, platform, variable, place):
    monkeypatch.delenv("WORDNEG_CACHE", raising=False)
    monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setattr("sys.platform", platform)
    assert cache_folder() == tmp_path / place / "benchmarks"
