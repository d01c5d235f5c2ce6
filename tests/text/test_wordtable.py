import numba
import numpy as np
import pytest

from wordneg.text.scanning import wordtable
from wordneg.text.scanning.wordtable import PADDING, STATE_SIZE, ids_and_lengths, in_order, rehash, scan


class Table:
    """The arrays that the kernel works on."""

    def __init__(self, text, slots=16, arena=256, room=64):
        self.size = len(text)
        self.text = np.frombuffer(text + bytes(PADDING), dtype=np.uint8).copy()
        self.slots = np.zeros(4 * slots, dtype=np.uint64)
        self.arena = np.zeros(arena, dtype=np.uint8)
        self.output = np.zeros(room, dtype=np.int32)
        self.state = np.zeros(STATE_SIZE, dtype=np.int64)

    def scan(self, most_words=1 << 60):
        """Return what is needed to go on, and what was written."""
        need = scan(self.text, self.size, self.slots, self.arena, self.output, self.state, most_words)
        return need, self.output[: self.state[wordtable.WRITTEN]].tolist()

    def words(self):
        """Return ids, lengths, counts and the spelling of all words."""
        used = in_order(self.slots)
        ids, lengths = ids_and_lengths(self.slots[2::4][used])
        spelled = self.arena[: self.state[wordtable.ARENA_USED]].tobytes()
        return ids.tolist(), lengths.tolist(), self.slots[3::4][used].tolist(), spelled


LONG = b"a-word-of-more-than-sixteen-bytes"


def test_ids_counts_and_spelling():
    table = Table(b"to be or not\nto " + LONG + b"\n" + LONG + b" be\nunfinis")
    need, written = table.scan()
    assert need == wordtable.NEED_TEXT
    assert written == [0, 1, 2, 3, -1, 0, 4, -1, 4, 1, -1]
    assert table.state[wordtable.POSITION] == table.size - len("unfinis")
    assert table.state[[wordtable.TOKENS, wordtable.SENTENCES, wordtable.WORDS]].tolist() == [8, 3, 5]
    assert table.words() == (
        [0, 1, 2, 3, 4], [2, 2, 2, 3, len(LONG)], [2, 2, 1, 1, 2], b"to be or not " + LONG + b" "
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sizes", "need", "done"),
    [
        ({"room": 2}, wordtable.NEED_OUTPUT, 2),
        ({"slots": 4}, wordtable.NEED_SLOTS, 2),  # 5/8 of 4 slots
        ({"arena": 4}, wordtable.NEED_ARENA, 2),
    ],
)
def test_the_kernel_asks_for_room_and_goes_on(sizes, need, done):
    table = Table(b"a b c d\n", **sizes)
    assert table.scan() == (need, list(range(done)))
    whole = Table(b"a b c d\n")
    table.output, arena = whole.output, whole.arena
    arena[: table.arena.size] = table.arena
    table.arena = arena
    rehash(table.slots, whole.slots)
    table.slots = whole.slots
    assert table.scan() == (wordtable.NEED_TEXT, [*range(done, 4), -1])
    assert table.words() == ([0, 1, 2, 3], [1] * 4, [1] * 4, b"a b c d ")


def test_the_kernel_asks_for_pruning_after_a_sentence():
    table = Table(b"a b c\nd\n")
    assert table.scan(most_words=2) == (wordtable.NEED_PRUNING, [0, 1, 2, -1])
    assert table.scan(most_words=4) == (wordtable.NEED_TEXT, [3, -1])


def test_rehashing_keeps_every_word():
    words = [b"%d" % number + b"x" * (number % 30) for number in range(300)]
    table = Table(b" ".join(words) + b"\n", slots=512, arena=1 << 14, room=1024)
    table.scan()
    before = table.words()
    larger = np.zeros(4 * 4096, dtype=np.uint64)
    rehash(table.slots, larger)
    table.slots = larger
    assert table.words() == before
    table.state[wordtable.POSITION] = 0
    assert table.scan() == (wordtable.NEED_TEXT, [*range(300), -1])


def test_arrays_are_not_reference_counted():
    # In the loop that would make the scan three times slower. Compiled anew: cached code cannot be inspected.
    compiled = numba.njit(nogil=True, error_model="numpy")(scan.py_func)
    table = Table(b"a b\n")
    compiled(table.text, table.size, table.slots, table.arena, table.output, table.state, 1)
    (code,) = compiled.inspect_llvm().values()
    assert "call void @NRT_incref" not in code
