"""Packed streams: every format, cut short, corrupt, misnamed."""

import bz2
import gzip
import io
import lzma
import sys

import pytest

from wordneg.corpora import CorruptFileError, TruncatedFileError, open_corpus
from wordneg.corpora.compression import ByteStream, decompressed, refuse_misnamed

TEXT = b"".join(b"line %d of a text that packs well\n" % number for number in range(20_000))


def _zstd(data: bytes) -> bytes:
    if sys.version_info >= (3, 14):
        from compression import zstd

        return zstd.compress(data)
    return pytest.importorskip("zstandard").ZstdCompressor(write_checksum=True).compress(data)


PACK = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": _zstd}


def _unpack(data: bytes, size: int = -1) -> bytes:
    stream = decompressed(ByteStream(io.BytesIO(data), "memory"))
    return b"".join(iter(lambda: stream.read(size), b""))


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("size", [-1, 1000, 1 << 22])
def test_every_format_is_unpacked_by_its_contents(suffix, size):
    assert _unpack(PACK[suffix](TEXT), size) == TEXT


@pytest.mark.parametrize("suffix", PACK)
def test_concatenated_members_are_all_read(suffix):
    assert _unpack(PACK[suffix](b"one\n") + PACK[suffix](b"two\n")) == b"one\ntwo\n"


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("bit", [0, 9, 17])
def test_a_later_member_whose_beginning_is_damaged_is_not_taken_for_the_end(suffix, bit):
    first, damaged = PACK[suffix](b"one\n"), bytearray(PACK[suffix](b"two\n"))
    damaged[bit // 8] ^= 1 << bit % 8
    with pytest.raises((CorruptFileError, TruncatedFileError)):
        _unpack(first + damaged)
    with pytest.raises((CorruptFileError, TruncatedFileError)):
        _unpack(first + b"junk")


def test_zeros_may_stand_behind_xz():
    packed = lzma.compress(b"one\n") + bytes(8)
    assert _unpack(packed) == b"one\n"
    assert _unpack(packed + lzma.compress(b"two\n")) == b"one\ntwo\n"


@pytest.mark.parametrize("suffix", PACK)
def test_cut_short_names_file_and_position(tmp_path, suffix):
    path = tmp_path / f"cut.{suffix}"
    packed = PACK[suffix](TEXT)
    path.write_bytes(packed[: len(packed) * 9 // 10])
    with pytest.raises(EOFError, match=rf"cut\.{suffix}.*cut short.*[0-9] unpacked bytes") as caught:
        list(open_corpus(path))
    assert isinstance(caught.value, TruncatedFileError)


def test_cut_short_counts_the_bytes_that_came(tmp_path):
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(TEXT)[:-8])
    with pytest.raises(EOFError, match=f"{len(TEXT):,} unpacked"):
        list(open_corpus(path).read_blocks())


@pytest.mark.parametrize("suffix", PACK)
def test_corrupt_data_names_file(tmp_path, suffix):
    packed = bytearray(PACK[suffix](TEXT))
    middle = len(packed) // 2
    packed[middle : middle + 64] = bytes(255 - byte for byte in packed[middle : middle + 64])
    path = tmp_path / f"bad.{suffix}"
    path.write_bytes(packed)
    with pytest.raises((CorruptFileError, TruncatedFileError), match=rf"bad\.{suffix}"):
        list(open_corpus(path))


def test_a_name_that_promises_too_much_is_refused(tmp_path):
    plain = tmp_path / "plain.gz"
    plain.write_bytes(b"just text\n")
    with pytest.raises(CorruptFileError, match=r"named \.gz but holds no gzip"):
        open_corpus(plain)
    empty = tmp_path / "empty.xz"
    empty.touch()
    with pytest.raises(TruncatedFileError, match="after 0 bytes"):
        open_corpus(empty)
    refuse_misnamed(ByteStream(io.BytesIO(gzip.compress(b"x")), "good.gz"))


def test_zstd_without_the_package_says_what_to_install(monkeypatch):
    if sys.version_info >= (3, 14):
        pytest.skip("part of the standard library")
    packed = _zstd(TEXT)
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install wordneg\[zstd\]"):
        _unpack(packed)


def test_peek_takes_nothing():
    stream = ByteStream(io.BytesIO(b"abcdef"), "memory")
    assert stream.peek(3) == b"abc"
    assert stream.peek(10) == b"abcdef"
    assert stream.read(2) == b"ab"
    assert stream.read() == b"cdef"
    assert stream.read() == b""


def test_trouble_of_the_disk_is_not_called_corruption():
    class Broken(io.BytesIO):
        def read(self, size=-1, /):
            if self.tell() > 100:
                raise OSError(5, "Input/output error")
            return super().read(min(size, 50))

    packed = gzip.compress(bytes(range(256)) * 100)
    with pytest.raises(OSError, match="Input/output"):
        decompressed(ByteStream(Broken(packed), "disk")).read(1 << 20)
