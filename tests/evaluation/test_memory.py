"""What is found out once."""

from wordneg.evaluation import memory
from wordneg.evaluation.memory import Memory


def test_it_is_found_out_once_for_each_object_and_question(monkeypatch):
    asked = []

    def size(items):
        asked.append(items)
        return len(items)

    kept = Memory()
    one, same = [1, 2], [1, 2]
    assert [kept.once(size, one), kept.once(size, one), kept.once(size, same)] == [2, 2, 2]
    assert len(asked) == 2  # told apart by identity
    assert kept.once(sum, one) == 3
    assert kept.once(lambda items: items[0], one, "first") == kept.once(lambda items: -1, one, "first") == 1


def test_the_oldest_is_forgotten_when_there_are_many(monkeypatch):
    monkeypatch.setattr(memory, "_KEPT", 2)
    kept, asked = Memory(), []
    objects = [[number] for number in range(3)]
    for one in (*objects, objects[0], objects[2]):
        kept.once(lambda items: asked.append(items[0]), one, "asked")
    assert asked == [0, 1, 2, 0]
