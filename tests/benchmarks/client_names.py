"""A pytest plugin for `client_suites.py`: wordneg's classes under gensim's names, and the outcomes in a file.

Environment: ``CLIENT_OUTCOMES`` is where to write the outcomes; with ``CLIENT_SWAP``, the classes are exchanged.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import gensim.models
import gensim.models.keyedvectors
import gensim.models.word2vec

outcomes: dict[str, str] = {}


def exchange() -> None:
    """Put wordneg's classes where clients look for gensim's; what gensim itself is made of stays.

    Vectors that a client keeps in gensim's own format are read as the documentation says: by gensim.
    """
    from wordneg import KeyedVectors, Word2Vec

    theirs, own_load = gensim.models.KeyedVectors, KeyedVectors.load

    def load(path: Any, mmap: str | None = None) -> KeyedVectors:
        try:
            return own_load(path, mmap)
        except ValueError:
            gensim.models.keyedvectors.KeyedVectors = theirs  # the name in the pickle
            try:
                return KeyedVectors.from_gensim(theirs.load(os.fspath(path)))
            finally:
                gensim.models.keyedvectors.KeyedVectors = KeyedVectors

    KeyedVectors.load = staticmethod(load)
    for module in (gensim.models, gensim.models.word2vec):
        module.Word2Vec = Word2Vec
    for module in (gensim.models, gensim.models.keyedvectors):
        module.KeyedVectors = KeyedVectors


def pytest_runtest_logreport(report: Any) -> None:
    """Keep how a test went: its worst phase counts."""
    if report.failed:
        crash = getattr(report.longrepr, "reprcrash", None)
        text = str(crash.message if crash else report.longrepr).strip()
        outcomes[report.nodeid] = (text.splitlines() or ["failed"])[0][:150]
    elif report.when == "call" and report.passed:
        outcomes.setdefault(report.nodeid, "passed")


def pytest_collectreport(report: Any) -> None:
    """Keep what could not be imported."""
    if report.failed:
        outcomes[report.nodeid] = "cannot be imported: " + str(report.longrepr).strip().splitlines()[-1][:120]


def pytest_sessionfinish() -> None:
    """Write the outcomes."""
    Path(os.environ["CLIENT_OUTCOMES"]).write_text(json.dumps(outcomes))


if os.environ.get("CLIENT_SWAP"):
    exchange()
