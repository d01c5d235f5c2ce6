"""Damaged archives: always a CorruptFileError, never a shorter corpus and never another exception."""

import gzip
import io
import tarfile
import zipfile

import numpy as np
import pytest

from wordneg.corpora import CorruptFileError, TruncatedFileError, open_corpus

SENTENCES = [f"sentence {number} of the corpus\n" for number in range(60)]


def tar_bytes():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for number, text in enumerate(SENTENCES):
            member = tarfile.TarInfo(f"{number:02}.txt")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


def zip_bytes(compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        archive.writestr("folder/", "")
        for number, text in enumerate(SENTENCES):
            archive.writestr(f"n{number:02}.txt", text)
    return buffer.getvalue()


def flipped(data, bit):
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def sentences(path):
    return [" ".join(words) + "\n" for words in open_corpus(path)]


def bits_of_headers(data):
    """Return the bits of the headers and end marks of a tar archive: what its checksums cover."""
    starts = [start for start in range(0, len(data), 512) if start % 1024 == 0]
    return [8 * start + bit for start in starts for bit in range(8 * 512)]


def test_a_flipped_bit_in_a_tar(tmp_path):
    data, path = tar_bytes(), tmp_path / "news.tar"
    for bit in np.random.default_rng(2).choice(bits_of_headers(data[: 1024 * len(SENTENCES)]), 300):
        path.write_bytes(flipped(data, int(bit)))
        try:
            found = sentences(path)
        except CorruptFileError:
            continue
        else:
            assert found == SENTENCES, bit


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_flipped_bit_in_a_zip(tmp_path, compression):
    data, path = zip_bytes(compression), tmp_path / "news.zip"
    for bit in np.random.default_rng(3).integers(32, 8 * len(data), 600):
        path.write_bytes(flipped(data, int(bit)))
        try:
            found = sentences(path)
        except CorruptFileError:
            continue
        except ValueError as error:
            if "encrypted" not in str(error):
                raise
        else:
            assert sorted(found) == sorted(SENTENCES), bit


@pytest.mark.parametrize("name", ["news.tar", "news.tar.gz", "news.tgz"])
def test_a_tar_that_is_cut_anywhere(tmp_path, name):
    data, path = tar_bytes(), tmp_path / name
    for length in (0, 100, 512, 1024, 1024 * 7, 1024 * 7 + 512, 1024 * 60):
        path.write_bytes(data[:length] if name == "news.tar" else gzip.compress(data[:length]))
        with pytest.raises(CorruptFileError, match=name):
            sentences(path)


def test_a_zip_that_is_cut_anywhere(tmp_path):
    data, path = zip_bytes(), tmp_path / "news.zip"
    for length in range(4, len(data), 97):
        path.write_bytes(data[:length])
        with pytest.raises(CorruptFileError, match=r"news\.zip: the zip archive is corrupt or cut short"):
            sentences(path)


def test_data_behind_the_end_mark_of_a_tar(tmp_path):
    path = tmp_path / "two.tar"
    path.write_bytes(tar_bytes() * 2)
    with pytest.raises(CorruptFileError, match="more data follow its end mark"):
        sentences(path)


def test_truncation_is_damage():
    assert issubclass(TruncatedFileError, CorruptFileError)
    assert issubclass(TruncatedFileError, EOFError)


def test_what_is_named_like_a_tar_but_is_none(tmp_path):
    path = tmp_path / "news.tar"
    path.write_bytes(b"plain text\n" * 100)
    with pytest.raises(CorruptFileError, match="named like a tar archive but does not begin like one"):
        sentences(path)


def test_archives_that_hold_no_texts(tmp_path):
    path = tmp_path / "some.zip"
    for name, text, message in (
        ("metadata.json", '{"format": "wordneg", "format_version": 1}', "one of wordneg's own files"),
        ("[Content_Types].xml", "<?xml version='1.0'?>", "an office document; save it as plain text"),
    ):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.txt", "some words\n")
            archive.writestr(name, text)
        with pytest.raises(ValueError, match=rf"some\.zip is {message}"):
            sentences(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", '{"license": "none"}')
    assert len(sentences(path)) == 1


def test_archives_inside_archives(tmp_path):
    path = tmp_path / "outer.zip"
    for inner, kind in ((zip_bytes(), "zip"), (tar_bytes(), "tar")):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("inner", inner)
        with pytest.raises(ValueError, match=f"outer.zip:inner is a {kind} archive inside another archive"):
            sentences(path)


def test_an_encrypted_member(tmp_path):
    path = tmp_path / "secret.zip"
    data = bytearray(zip_bytes())
    data[data.index(b"PK\x03\x04", 10) + 6] |= 1
    data[data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4) + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"secret\.zip:n00\.txt is encrypted; unpack the archive"):
        sentences(path)


def test_a_zip_that_is_none_is_refused_not_read_as_text(tmp_path):
    path = tmp_path / "text.zip"
    path.write_bytes(b"PK\x00\x00 some words")
    with pytest.raises(CorruptFileError, match=r"is named \.zip but holds no zip data"):
        list(open_corpus(path))


def test_a_member_without_a_name_is_damage(tmp_path):
    path = tmp_path / "text.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "some words\n")
    data = bytearray(path.read_bytes())
    directory = data.index(b"PK\x01\x02")
    data[directory + 28 : directory + 30] = b"\0\0"  # the length of the name
    data[directory + 30 : directory + 32] = b"\x01\0"  # its letter now belongs to the extra field
    path.write_bytes(data)
    with pytest.raises(CorruptFileError, match="zip archive is corrupt"):
        list(open_corpus(path))
