"""The constructors' keywords: up to date, and known to mypy."""

import importlib.util
import os
import re
import subprocess
import sys

import keywords
import pytest

import wordneg
from wordneg.common.settings import declarations


@pytest.mark.parametrize(("room", "model"), keywords.MODELS.items())
def test_they_are_what_is_declared(room, model):
    written = keywords.path(room).read_text(encoding="utf-8")
    assert written == keywords.text(model), "run python tests/keywords.py"
    named = set(re.findall(r"^    (\w+): ", written, flags=re.MULTILINE))
    assert named >= set(declarations(getattr(wordneg, model)._parameters_type))


RIGHT = """\
import numpy as np
from wordneg import AllVec, ClosedForm, Word2Vec, WordRank

sentences = [["a", "b"]]
Word2Vec(sentences, vector_size=50, sg=True, alpha=1, seed=None, sample=None, workers=4, phrase_scoring="npmi")
Word2Vec(sentences, None, 100, 0.05, sampler="dns", objective={"name": "softmax"}, preset="quality", progress=False)
Word2Vec(callbacks=[print], tokenizer=str.split, checkpoint="file", checkpoint_every=5, batch_words=10_000)
WordRank(sentences, loss="logistic", learning_rate=0.5, max_final_vocab=None)
AllVec(sentences, negative_weight=0.01, encoding="latin-1")
ClosedForm(sentences, vector_size=50, power=0.5)
"""

WRONG = {
    "Word2Vec(vector_sise=5)": 'Unexpected keyword argument "vector_sise"',
    'Word2Vec(window="5")': 'Argument "window" to "Word2Vec" has incompatible type "str"; expected "int"',
    'Word2Vec(phrase_scoring="pmi")': 'Argument "phrase_scoring" to "Word2Vec" has incompatible type',
    "ClosedForm(epochs=3)": 'Unexpected keyword argument "epochs"',
    "AllVec(loss=3)": 'Unexpected keyword argument "loss"',
    'WordRank(loss="hinges")': 'Argument "loss" to "WordRank" has incompatible type',
}


@pytest.mark.slow
def test_mypy_knows_them(tmp_path):
    if importlib.util.find_spec("mypy") is None:
        pytest.skip("mypy is not installed")
    package = tmp_path / "path" / "wordneg"  # as it is imported: mypy does not know of package-dir
    package.mkdir(parents=True)
    for place in [*(keywords.ROOT / "wordneg").iterdir(), keywords.ROOT / "corpora", keywords.ROOT / "evaluation"]:
        (package / place.name).symlink_to(place)
    wrong = RIGHT.partition("sentences =")[0] + "".join(f"{line}\n" for line in WRONG)
    for name, text in (("right.py", RIGHT), ("wrong.py", wrong)):
        (tmp_path / name).write_text(text)

    def told(name):
        environment = {**os.environ, "MYPYPATH": str(package.parent)}
        command = [sys.executable, "-m", "mypy", "--ignore-missing-imports", "--follow-imports", "silent", name]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True).stdout

    assert told("right.py").startswith("Success")
    shown = told("wrong.py")
    for line, sentence in WRONG.items():
        assert sentence in shown, line
    assert f"Found {len(WRONG)} errors" in shown
