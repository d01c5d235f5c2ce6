"""The ``README.md`` of a folder of vectors, which Hugging Face's hub shows as the model card."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from wordneg.common.messages import counted, printable

__all__ = ["card_of", "settings_of"]

_TAGS = ("word-embeddings", "static-embeddings", "sentence-transformers", "model2vec", "wordneg")

_USE = """\
```python
from sentence_transformers import SentenceTransformer

SentenceTransformer({name}).encode(["{example}"])
```

```python
from model2vec import StaticModel

StaticModel.from_pretrained({name}).encode(["{example}"])
```

Both return the mean of the vectors of a text's words, and thus the vector of a word that stands alone. {case}
In sentence-transformers, words without a vector count as zeros in that mean: they make it shorter, and leave its
direction and its cosines as they are. model2vec leaves them out."""


def settings_of(model: Any) -> dict[str, Any]:
    """Return the settings of a model by name, beginning with what kind it is; or a mapping of settings as it is.

    Raises
    ------
    TypeError
        If it is neither.
    """
    if isinstance(model, Mapping):
        return dict(model)
    if not hasattr(getattr(model, "parameters", None), "as_dict"):
        raise TypeError(
            f"got model={type(model).__name__}, expected a trained model, such as a Word2Vec, or its settings as a dict"
        )
    chosen = {name: getattr(model, name) for name in ("sampler", "objective") if hasattr(model, name)}
    described = {name: {"name": one.name, **_fields(one)} for name, one in chosen.items()}
    return {"method": type(model).__name__, **model.parameters.as_dict(), **described}


def _fields(chosen: Any) -> dict[str, Any]:
    """Return the settings of a sampler or an objective by name."""
    fields = dataclasses.fields(chosen) if dataclasses.is_dataclass(chosen) else ()
    return {field.name: getattr(chosen, field.name) for field in fields if field.init}


def card_of(
    words: Sequence[str],
    vector_size: int,
    *,
    name: str,
    lowercase: bool,
    settings: Mapping[str, Any],
    scores: Any,
    metadata: Mapping[str, Any],
) -> str:
    """Return the text of a model card; see `wordneg.WordVectors.save_pretrained`."""
    front: dict[str, Any] = {"library_name": "sentence-transformers", "pipeline_tag": "feature-extraction"}
    front |= {"tags": list(_TAGS), **metadata}
    case = "Text is lower-cased first." if lowercase else "Words are found as they are, with their capitals."
    example = " ".join(words[:3]).replace("\\", "\\\\").replace('"', '\\"')
    head = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in front.items()]
    parts = [
        "\n".join(["---", *head, "---"]),
        f"# {name}",
        f"Vectors of {counted(len(words), 'word')}, with {counted(vector_size, 'dimension')}, written by "
        f"[wordneg](https://github.com/wordneg/wordneg) {version('wordneg')}.",
        "## Use",
        _USE.format(name=json.dumps(name, ensure_ascii=False), example=example, case=case),
    ]
    if settings:
        given = [(setting, _shown(value)) for setting, value in settings.items() if value is not None]
        parts += ["## Training", _table(("setting", "value"), given)]
    if scores is not None:
        parts += ["## Scores", *_scores(scores)]
    return printable("\n\n".join(parts)) + "\n"


def _scores(scores: Any) -> list[str]:
    """Return a table of scores: what `wordneg.evaluation.evaluate` returned, or a mapping of names to numbers."""
    if isinstance(scores, Mapping):
        return [_table(("benchmark", "score"), [(name, _number(value)) for name, value in scores.items()])]
    if not hasattr(scores, "to_records"):
        raise TypeError(
            f"got scores={type(scores).__name__}, expected what wordneg.evaluation.evaluate returns, or a dict of "
            "names and numbers"
        )
    heads = ("benchmark", "measure", "score", "95 % interval", "items used", "of")
    rows = []
    for record in scores.to_records():
        if record["band"] == "all" and record["score"] is not None:
            ends = "" if record["low"] is None else f"{record['low']:.3f} to {record['high']:.3f}"
            row = record["benchmark"], record["measure"], _number(record["score"]), ends
            rows.append((*row, f"{record['used']:,}", f"{record['items']:,}"))
    return [_table(heads, rows), "\n".join(f"* {remark}" for remark in scores.remarks())]


def _shown(value: Any) -> str:
    """Return a setting as text; a sampler or objective, a mapping with its name, as ``dns (candidates 16)``."""
    if not isinstance(value, Mapping) or "name" not in value:
        return str(value)
    settings = ", ".join(f"{name} {one}" for name, one in value.items() if name != "name")
    return f"{value['name']} ({settings})" if settings else str(value["name"])


def _number(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(value) for value in line) + " |" for line in lines)


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
