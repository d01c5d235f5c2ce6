"""gensim's own tests of `Word2Vec` and `KeyedVectors`, run with wordneg's classes under gensim's names.

The tests are those of the installed gensim; they need `testfixtures`, and POT for the Word Mover's Distance. Printed
are how many pass, and the reason of each that does not.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

import gensim.models
import pytest

FILES = ("test_word2vec.py", "test_keyedvectors.py")
_LONGEST = 150  # characters of a reason


class Names:
    """A pytest plugin: puts wordneg's classes where gensim's were, and collects the outcomes.

    Attributes
    ----------
    passed : list of str
        The tests that passed.
    failed : dict of str to str
        The reasons of those that did not.
    """

    def __init__(self) -> None:
        self.passed: list[str] = []
        self.failed: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        name = report.nodeid.split("::", 1)[-1]
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            self.failed[name] = str(crash.message if crash else report.longrepr).strip().splitlines()[0][:_LONGEST]
        elif report.when == "call" and report.passed:
            self.passed.append(name)


def swap() -> None:
    """Put wordneg's classes under gensim's names."""
    import wordneg

    for module in (gensim.models, gensim.models.word2vec):
        module.Word2Vec = wordneg.Word2Vec
    for module in (gensim.models, gensim.models.keyedvectors, gensim.models.word2vec):
        module.KeyedVectors = wordneg.KeyedVectors


def run(*, swapped: bool = True, select: str = "") -> Names:
    """Run the tests in a folder of their own, and return their outcomes.

    Parameters
    ----------
    swapped : bool
        False leaves gensim's classes where they are.
    select : str
        An expression as for ``pytest -k``.
    """
    if swapped:
        swap()
    folder = Path(gensim.__file__).parent / "test"
    names = Names()
    arguments = [str(folder / file) for file in FILES]
    arguments += ["-q", "--no-header", "--no-summary", "-p", "no:cacheprovider", "-c", os.devnull, "-k", select]
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        try:
            pytest.main([*arguments, "--rootdir", scratch], plugins=[names])
        finally:
            os.chdir(before)
    return names


def main() -> None:
    """Run them and print the outcome."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--with-gensim", action="store_true", help="leave gensim's classes in place, to compare")
    parser.add_argument("-k", dest="select", default="", help="run only the tests that match, as for pytest")
    arguments = parser.parse_args()
    outcome = run(swapped=not arguments.with_gensim, select=arguments.select)
    for name, reason in outcome.failed.items():
        print(f"{name}: {reason}")
    print(f"{len(outcome.passed)} of {len(outcome.passed) + len(outcome.failed)} pass")


if __name__ == "__main__":
    main()
