from dataclasses import dataclass

import pytest

from wordneg.common.settings import OneOf, Optional, Real, Settings, Switch, Whole, declarations, setting


@dataclass(frozen=True, kw_only=True)
class Basic(Settings):
    depth: int = setting(3, Whole(1, 9, hint="; 3 will do"), "how deep", group="size", flags=("-d",))
    share: float | None = setting(None, Optional(Real(0, 1, example=0.5)))
    quiet: int = setting(0, Switch(number=True), opposites=("--loud",))


@dataclass(frozen=True, kw_only=True)
class Derived(Basic):
    depth: int = setting(5, Whole(2))
    kind: str = setting("a", OneOf(("a", "b")))


def test_values_are_kept_as_the_checks_return_them():
    assert Basic(depth=4.0, share=1, quiet=True).as_dict() == {"depth": 4, "share": 1.0, "quiet": 1}
    assert [type(value) for value in Basic(depth=4.0, share=1, quiet=True).as_dict().values()] == [int, float, int]


def test_settings_are_inherited_and_redeclared():
    assert Derived().as_dict() == {"depth": 5, "share": None, "quiet": 0, "kind": "a"}
    found = declarations(Derived)
    assert [name for name in found] == ["depth", "share", "quiet", "kind"]
    assert (found["depth"][0], found["depth"][1].help, found["quiet"][1].opposites) == (5, "", ("--loud",))
    assert {name: declared.check.kind for name, (_, declared) in found.items()} == {
        "depth": "whole",
        "share": "real",
        "quiet": "switch",
        "kind": "name",
    }


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"depth": 0}, ValueError, "got depth=0, expected a whole number from 1 to 9; 3 will do"),
        ({"depth": "3"}, TypeError, "got depth='3', expected a whole number from 1 to 9; 3 will do"),
        ({"share": 1.5}, ValueError, "got share=1.5, expected a share from 0 to 1 such as 0.5"),
        ({"share": True}, TypeError, "got share=True, expected a share from 0 to 1 such as 0.5"),
        ({"quiet": 2}, ValueError, r"got quiet=2, expected True or False \(or 1 or 0\)"),
    ],
)
def test_wrong_values_are_refused_in_a_sentence(settings, error, message):
    with pytest.raises(error, match=f"^{message}$"):
        Basic(**settings)


@pytest.mark.parametrize(
    ("check", "value", "message"),
    [
        (Real(), -1, "a finite number of at least 0"),
        (Real(None, example=0.75), float("nan"), "a finite number such as 0.75"),
        (Real(above=0, hint="; or else"), 0, "a number above 0; or else"),
        (Real(0, below=1, example=0.1), 1, "a share from 0 to less than 1 such as 0.1"),
        (Real(1, example=100), 0.5, "a finite number of at least 1 such as 100"),
        (OneOf(("a", "b", "c")), "d", "'a' or 'b' or 'c'"),
    ],
)
def test_bounds(check, value, message):
    with pytest.raises(ValueError, match=f"^got x={value!r}, expected {message}$"):
        check("x", value)
