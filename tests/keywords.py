"""Write the keywords of the models' constructors for tools that do not run them: ``python tests/keywords.py``.

Settings are declared once, as fields of dataclasses, and a constructor takes them as ``**settings``. From the declared
fields this makes `TypedDict` classes, by which mypy and editors know the names and types; a test sees that they are up
to date.
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import wordneg
from wordneg.common.settings import OneOf, SettingError, declarations
from wordneg.estimator.configured import Configured

ROOT = Path(__file__).parents[1]
MODELS = {"word2vec": "Word2Vec", "wordrank": "WordRank", "allvec": "AllVec", "closedform": "ClosedForm"}
OWN = {"Word2Vec": {"batch_words": "int", "hashfxn": "Callable[[Any], int]", "null_word": "int"}}
"""What else a constructor takes by name: gensim's settings without effect."""

_TEXT = '''\
"""The keywords of `wordneg.{model}` for mypy and editors; ``python tests/keywords.py`` makes this file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypedDict

__all__ = ["{model}Keywords"]


class {model}Keywords(TypedDict, total=False):
    """Keywords and their types; see the docstring of `wordneg.{model}`."""

{keywords}
'''


def text(model: str) -> str:
    """Return the module of a model's keywords."""
    written = inspect.signature(Configured.__init__).parameters.values()
    keywords = {one.name: one.annotation for one in written if one.kind is inspect.Parameter.KEYWORD_ONLY}
    settings = getattr(wordneg, model)._parameters_type
    types = {name: kind for base in reversed(settings.__mro__) for name, kind in inspect.get_annotations(base).items()}
    for name, (_, declared) in declarations(settings).items():
        keywords[name] = _type(types[name], declared.check)
    keywords |= OWN.get(model, {})
    lines = "\n".join(f"    {name}: {kind}" for name, kind in keywords.items())
    return _TEXT.format(model=model, keywords=lines)


def _type(annotation: str, check: object) -> str:
    """Return the type of what a setting takes: its annotation, one of a few strings, or None besides."""
    if isinstance(check, OneOf):
        return f"Literal[{', '.join(map(json.dumps, check.choices))}]"
    try:
        check("a setting", None)
    except SettingError:
        return annotation
    return annotation if annotation.endswith("None") else f"{annotation} | None"


def path(room: str) -> Path:
    """Return where the keywords of a room's model stand."""
    return ROOT / "wordneg" / room / "keywords.py"


if __name__ == "__main__":
    for room, model in MODELS.items():
        path(room).write_text(text(model), encoding="utf-8")
