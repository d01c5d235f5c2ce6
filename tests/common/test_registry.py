from dataclasses import dataclass

import pytest

from wordneg.common import registry
from wordneg.common.registry import Registry


@dataclass(frozen=True)
class Plain:
    """A thing."""

    strength: float = 1.0
    name = "plain"


@dataclass(frozen=True)
class Bare:
    """A thing without settings."""

    name = "bare"


class Contract:
    name: str
    color = "gray"

    def weigh(self, times):
        """Return a default that looks at the instance."""
        return times * len(self.name)


THINGS = Registry("thing", {"plain": Plain, "bare": Bare}, required=("name",), contract=Contract)


def test_every_way_to_choose():
    mine = Plain(3.0)
    assert THINGS.resolve("plain") == THINGS.resolve(Plain) == THINGS.resolve({"name": "plain"}) == Plain()
    assert THINGS.resolve({"name": "plain", "strength": 2.0}) == Plain(2.0)
    assert THINGS.resolve(mine) is mine


def test_what_a_class_lacks_is_the_contracts():
    class Own:
        name = "own"
        color = "red"

    mine = THINGS.resolve(Own)
    assert (mine.color, mine.weigh(2)) == ("red", 6)
    assert type(mine) is Own  # it is completed, not replaced


def test_labels_name_what_is_not_the_default():
    assert THINGS.label(Plain()) == "plain"
    assert THINGS.label(Plain(2.0)) == "plain (strength 2)"
    assert THINGS.label(Bare()) == "bare"


def test_describe_is_what_resolve_takes():
    assert THINGS.describe(Plain(2.0)) == {"name": "plain", "strength": 2.0}
    assert THINGS.resolve(THINGS.describe(Plain(2.0))) == Plain(2.0)


@pytest.mark.parametrize(
    ("choice", "error", "message"),
    [
        ("plian", ValueError, "no thing named 'plian'; did you mean 'plain'.*'plain', 'bare'"),
        ({"name": "plain", "strenth": 1}, TypeError, "no setting 'strenth'; did you mean 'strength'"),
        ({"name": "bare", "strength": 1}, TypeError, "it has no settings"),
        ({"strength": 1}, ValueError, 'expected {"name"'),
        (3, TypeError, "got 3 as thing, which has no 'name'"),
    ],
)
def test_bad_choices(choice, error, message):
    with pytest.raises(error, match=message):
        THINGS.resolve(choice)


def test_other_packages_add_names(monkeypatch):
    class Point:
        name = "added"

        @staticmethod
        def load():
            return Plain

    def found(group):
        assert group == "wordneg.things"
        return [Point]

    monkeypatch.setattr(registry, "entry_points", found)
    assert THINGS.names() == ["plain", "bare", "added"]
    assert THINGS.resolve({"name": "added", "strength": 5}) == Plain(5)
