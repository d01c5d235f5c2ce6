"""Rows of text in compiled code: the same numbers as Python and NumPy read and write; what is not plain is left."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordneg.files.text_rows import parsed, spelled

pytestmark = pytest.mark.lengthy


def test_lines_are_what_str_makes_of_them() -> None:
    rng = np.random.default_rng(3)
    values = (rng.standard_normal((50, 7)) * 10.0 ** rng.integers(-9, 9, (50, 7))).astype(np.float32)
    words = ["naïve", "語", *(f"w{row}" for row in range(48))]
    expected = "".join(f"{word} {' '.join(map(str, row))}\n" for word, row in zip(words, values, strict=True)).encode()
    padded = np.zeros((50, 16), np.float32)
    padded[:, :7] = values
    for rows in (values, padded[:, :7], np.asfortranarray(values)):
        assert spelled((words, rows)) == expected
    plain = parsed(expected.splitlines(keepends=True), 7)
    assert plain is not None
    assert plain.words.decode().splitlines() == words
    np.testing.assert_array_equal(plain.values.view(np.uint32), values.view(np.uint32))


PLAIN = [
    b"a 1 2\n", b"a 1 2", b"a 1 2 \r\n", b"a 1 2\r", b" 1 2\n", b"1 1 2\n", b"a +1 -2.\n", b"a .5 -0\n",
    b"a 1e5 2E-3\n", b"a 1e+05 00000000000002\n", b"a 12345678 123456789.125\n", b"a 1e-300 0e9\n", b"a\r 1 2\n",
    b"a 1.2345678901234567 9007199254740993\n", b"a 1e-45 3.4028235e38\n",
]  # fmt: skip


@pytest.mark.parametrize("line", PLAIN)
def test_plain_lines(line: bytes) -> None:
    plain = parsed([b"first 3 4\n", line], 2)
    assert plain is not None
    word, *fields = line.rstrip(b" \r\n").split(b" ")
    assert plain.words == b"first\n" + word + b"\n"
    assert plain.values.tolist() == [[3, 4], [np.float32(float(field)) for field in fields]]


OTHER = [
    b"a 1\n", b"a 1 2 3\n", b"a 1  2\n", b"a b 1 2\n", b"\n", b"a\n", b"a 1 x\n", b"a 1 nan\n", b"a 1 inf\n",
    b"a 1 1_0\n", b"a 1 \n", b"a 1 -\n", b"a 1 .\n", b"a 1 e5\n", b"a 1 1e\n", b"a 1 1e+\n", b"a 1 1e39\n",
    b"a 1 1e400\n", b"a 1 1e99999\n", b"a 1 2\r3\n", b"a 1 0x1\n", b"a 1\t2\n", b"a 1 \xff\n", b"a 1 2\n\n",
    b"a 1 12345678901234567890\n", b"a 1 1:\n", b"a 1 1/\n", b"a 1 1234567:\n", b"a 1 1234567/9\n",
]  # fmt: skip


@pytest.mark.parametrize("line", OTHER)
def test_other_lines(line: bytes) -> None:
    assert parsed([line, b"last 3 4\n"], 2) is None
    assert parsed([b"first 3 4\n", line], 2) is None


@settings(max_examples=1000, deadline=None)
@given(st.text("0123456789.eE+-_ naif", max_size=14))
def test_any_field(field: str) -> None:
    plain = parsed([b"a " + field.encode() + b"\n"], 1)
    if plain is not None:
        assert plain.values[0, 0] == np.float32(float(field.rstrip(" ")))
    elif field.isdigit():
        pytest.fail("a whole number is plain")


@settings(max_examples=1000, deadline=None)
@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_any_float32(value: float) -> None:
    line = bytes(spelled((["a"], np.array([[value]], np.float32))))
    assert line == f"a {np.float32(value)!s}\n".encode()
    for text in (line, f"a {value!r}\n".encode(), f"a {value:.12f}\n".encode()):
        plain = parsed([text], 1)
        if plain is None:
            assert len(text) > 20
        else:
            assert plain.values[0, 0].view(np.uint32) == np.float32(float(text[2:])).view(np.uint32)
