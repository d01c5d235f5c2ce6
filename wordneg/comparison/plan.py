"""A comparison as a file: the arguments of `wordneg.compare` as TOML.

::

    corpus = "news.txt"              # file, folder, pattern or name, or several; may be given when it is made
    tokenize = true                  # as on the command line, as are `encoding` and `unicode_errors`
    samplers = ["unigram", { name = "dns", candidates = 64 }]
    seeds = 5
    tune = "alpha"                   # false: nothing; { alpha = "auto", sample = "1e-5..1e-3", negative = [5, 10] }
    benchmarks = ["men", "google"]
    window = [5, 10]                 # a list is an axis

All other arguments are those of `wordneg.compare` with their names. Rows that are no axes have a table each, with all
their settings: ``[rows."narrow"]``. Files are looked for beside the plan first.
"""

from __future__ import annotations

import glob
import json
import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from wordneg import corpora
from wordneg.comparison.request import Request
from wordneg.comparison.trainers.rows import METHODS
from wordneg.files.atomic import atomic_write
from wordneg.objectives import OBJECTIVES
from wordneg.samplers import SAMPLERS
from wordneg.text.reading import open_text

__all__ = ["load_plan", "plan_text", "read_plan", "source_of", "write_plan"]

TEXT = ("tokenize", "encoding", "unicode_errors")
_ELSEWHERE = {
    "out": "where results go",
    "executor": "who trains",
    "progress": "what is shown",
    "command": "how to repeat",
}


# --- reading --------------------------------------------------------------------------------------------


def load_plan(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return what a plan says, by argument; ``corpus`` is a list of names, and nothing is opened.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is not TOML, or has what belongs to a call and not to a plan.
    """
    path = Path(path)
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"the plan {str(path)!r} is not TOML: {error}") from error
    for name in said.keys() & _ELSEWHERE.keys():
        raise ValueError(f"the plan {str(path)!r} has {name!r}, {_ELSEWHERE[name]}; give that when it is made")
    if said.get("tune") is False:
        said["tune"] = None
    beside = path.parent
    for name in (one for one in ("corpus", "benchmarks") if one in said):
        said[name] = [_found(beside, one) for one in _strings(path, name, said[name])]
    if "folder" in said:
        said["folder"] = _found(beside, *_strings(path, "folder", said["folder"]))
    if isinstance(said.get("extra"), dict):
        said["extra"] = {label: _found(beside, str(vectors)) for label, vectors in said["extra"].items()}
    return said


def read_plan(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the arguments of `wordneg.compare` that a plan stands for; a corpus is opened, not read.

    ``wordneg.compare(**read_plan("plan.toml"))`` makes it; ``wordneg.compare(text, **read_plan(...))`` makes one that
    leaves the corpus open, and ``read_plan(...) | {"seeds": 10}`` is another.

    Raises
    ------
    OSError
        If the file, or the corpus, cannot be read.
    ValueError
        If it is not TOML, or has what belongs to a call and not to a plan.
    """
    said = load_plan(path)
    text = {name: said.pop(name) for name in TEXT if name in said}
    if "corpus" in said:
        how = {"tokenizer": corpora.tokenize if text.pop("tokenize", False) else None, **text}
        said["corpus"] = corpora.join([_opened(name, how) for name in said["corpus"]])
    return said


def _opened(name: str, how: Mapping[str, Any]) -> corpora.Corpus:
    if not os.path.exists(name) and name in corpora.names():
        return corpora.load(name)
    return open_text(name, **how)


def _strings(path: Path, name: str, value: Any) -> list[str]:
    several = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) for one in several):
        raise ValueError(f"the plan {str(path)!r} has {name} = {value!r}, expected a string or a list of strings")
    return several


def _found(beside: Path, name: str) -> str:
    """Return the path of what stands beside the plan; anything else is a name, or a path from here."""
    there = beside / name
    return str(there) if there.exists() or glob.glob(str(there)) else name


# --- writing --------------------------------------------------------------------------------------------


def write_plan(request: Request, path: str | os.PathLike[str]) -> None:
    """Write what a comparison asks for as a plan; raises as `plan_text` does, and OSError."""
    text = plan_text(request)
    with atomic_write(path, "w") as file:
        file.write(text)


def plan_text(request: Request) -> str:
    """Return what a comparison asks for as a plan, with all settings, defaults included.

    Raises
    ------
    ValueError
        If there is something that no file can hold: a sampler, objective or vectors that exist as objects only.
    """
    for label, options in request.rows.items():
        if options.get("trainer") == "outside" and "vectors" not in options:
            raise ValueError(f"a plan cannot hold the row {label!r}, whose vectors are not in a file")
        for registry, name in ((SAMPLERS, "sampler"), (OBJECTIVES, "objective")):
            if name in options and _name_of(options[name]) not in registry.names():
                raise ValueError(f"a plan cannot hold the row {label!r}, whose {name} is an object of your own")
    source = request.source
    common = {name: source[name] for name in ("corpus", *TEXT) if source.get(name)}
    common |= {"seeds": list(request.seeds), "tune": request.tune or False}
    common |= {} if request.tune is None else {"tune_by": request.tune_by}
    common |= {} if request.tune_words is None else {"tune_words": request.tune_words}
    common |= {"budget": request.budget, "baseline": request.baseline, "held_out": request.held_out}
    common |= {"benchmarks": source.get("benchmarks", [*map(str, request.benchmarks)])}
    common |= {"folder": source["folder"]} if source.get("folder") else {}
    lines = ["# A plan of wordneg: `wordneg compare FILE` makes it, or in Python"]
    lines += ["# wordneg.compare(**wordneg.comparison.read_plan(FILE))"]
    if source.get("left_out"):
        lines.append(f"# Left out, as they are in no file: the benchmarks {', '.join(source['left_out'])}.")
    if "corpus" not in common:
        lines.append("# The text was not in a file: give the corpus when it is made.")
    rows = _as_axes(request)
    lines += [f"{name} = {_toml(value)}" for name, value in (common | (rows or {})).items()]
    if rows is None:
        for label, options in request.rows.items():
            lines += ["", f"[rows.{_toml(label)}]"]
            lines += [f"{name} = {_toml(value)}" for name, value in options.items() if value is not None]
    return "\n".join(lines) + "\n"


def source_of(corpus: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return where a corpus given to `wordneg.compare` comes from, see `Request.source`; nothing if in no file."""
    if isinstance(corpus, str | os.PathLike):
        found: list[str] = [os.fspath(corpus)]
    elif isinstance(corpus, corpora.Corpus) and corpus.name in corpora.names():
        found = [corpus.name]
    else:
        return {}
    tokenizer = options.get("tokenizer")
    if tokenizer not in (None, corpora.tokenize):
        return {}
    text = {name: options[name] for name in ("encoding", "unicode_errors") if options.get(name)}
    return {"corpus": found, **({"tokenize": True} if tokenizer else {}), **text}


def _as_axes(request: Request) -> dict[str, Any] | None:
    """Return rows as arguments of `compare`; None if they are not all combinations of some values."""
    rows = list(request.rows.values())
    ours = [options for options in rows if "trainer" not in options]
    methods = {name: [one for one in rows if one.get("trainer") == kind.kind] for name, kind in METHODS.items()}
    extra = {label: one.get("vectors") for label, one in request.rows.items() if one.get("trainer") == "outside"}
    if not ours:
        return None
    values = {name: _distinct(one.get(name) for one in ours) for name in ours[0]}
    samplers, objectives = values.pop("sampler", []), values.pop("objective", [])
    try:
        found: dict[str, Any] = {"samplers": [_briefly(SAMPLERS, one) for one in samplers]}
        found |= {"gensim": True} if any(one.get("trainer") == "gensim" for one in rows) else {}
        found |= {name: list(map(METHODS[name].given, several)) for name, several in methods.items() if several}
        found |= {"extra": extra} if extra else {}
        found |= {name: several if len(several) > 1 else several[0] for name, several in values.items()}
        found = {name: value for name, value in found.items() if value is not None}
        for choice in ({}, {"objectives": [_briefly(OBJECTIVES, one) for one in objectives]}):
            made = Request.of(**{"objectives": None} | found | choice, tune=None, benchmarks=[], held_out=0)
            if list(made.rows.items()) == list(request.rows.items()):
                return {"samplers": found["samplers"], **choice, **found}
    except (TypeError, ValueError, OSError):  # a setting that this wordneg does not have
        pass
    return None


def _distinct(values: Iterable[Any]) -> list[Any]:
    return list({json.dumps(value, sort_keys=True): value for value in values}.values())


def _briefly(registry: Any, described: Mapping[str, Any]) -> Any:
    """Return a name, with the settings that are not their defaults if there are some."""
    name = _name_of(described)
    usual = registry.describe(registry.resolve(name))
    changed = {key: value for key, value in described.items() if usual.get(key) != value}
    return {"name": name, **changed} if changed else name


def _name_of(described: Any) -> str:
    """Return the name of a sampler or objective that is described as JSON."""
    return str(described.get("name") if isinstance(described, Mapping) else described)


def _toml(value: Any) -> str:
    """Return a value as TOML, which has no None."""
    if isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(name)} = {_toml(one)}" for name, one in value.items() if one is not None)
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(_toml, value))}]"
    return repr(value)


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").isalnum() else _toml(name)
