"""The arrows of the design: who may import whom."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def imports(path):
    """Return the absolute names of the project's modules that a file imports, at any depth."""
    package = path.relative_to(ROOT).parent.parts
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            found.add(".".join((*base, *filter(None, [node.module]))))
    return {name for name in found if name.split(".")[0] in {"wordneg", "corpora", "evaluation"}}


def sources(package):
    files = sorted((ROOT / package).rglob("*.py"))
    assert files, f"no source files below {ROOT / package}"
    return files


@pytest.mark.parametrize("package", ["corpora", "evaluation"])
def test_leaves_know_nothing_of_the_others(package):
    for path in sources(package):
        foreign = {name for name in imports(path) if name.split(".")[0] != package}
        assert not foreign, f"{path.relative_to(ROOT)} imports {sorted(foreign)}"


# each layer may import those before it
LAYERS = [
    {"messages", "simd", "compiling", "vocabulary", "interrupt", "plotting", "callbacks", "passreport"},
    {"rng", "weights", "tiles", "rows", "blocks", "cosine", "registry", "parameters", "progress", "files"},
    {"tokenstore", "scanning"},
    {"samplers", "objectives", "kernels", "encoding", "reading", "cooccurrence", "neighbors", "lookup"},
    {"similarity", "vectors", "drawing"},
    {"trainer", "estimator"},
    {"reporting", "staging", "testing"},
    {"word2vec", "wordrank"},
    {"comparison"},
    {"__init__"},
    {"cli", "__main__"},
]


def layer_of(module):
    for number, layer in enumerate(LAYERS):
        if module in layer:
            return number
    pytest.fail(f"wordneg.{module} is in no layer: give it a place in tests/test_layers.py")


def test_arrows_in_wordneg_point_one_way():
    for path in sources("wordneg"):
        module = path.relative_to(ROOT / "wordneg").parts[0].removesuffix(".py")
        for name in imports(path):
            parts = name.split(".")
            if parts[0] != "wordneg" or parts[1:2] == [module]:
                continue
            target = parts[1] if len(parts) > 1 else "__init__"
            assert layer_of(target) <= layer_of(module), f"{path.relative_to(ROOT)} imports {name}"


def test_the_kernel_knows_neither_samplers_nor_objectives():
    for module in ("kernels", "blocks", "tiles", "rows", "simd"):
        for name in imports(ROOT / "wordneg" / f"{module}.py"):
            assert not name.startswith(("wordneg.samplers", "wordneg.objectives")), f"{module} imports {name}"


@pytest.mark.parametrize("heavy", ["gensim", "scipy", "matplotlib", "pandas", "tqdm"])
def test_import_is_light(heavy):
    code = f"import sys, wordneg; assert not any(name.split('.')[0] == {heavy!r} for name in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
