"""The arrows of the design: who may import whom."""

import ast
import graphlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LEAVES = ("corpora", "evaluation")


def module_of(path):
    """Return the dotted name under which a file is imported."""
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    if parts[0] in LEAVES:
        parts.insert(0, "wordneg")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources():
    """Return the path of each module of the project by its dotted name."""
    files = [path for folder in ("wordneg", *LEAVES) for path in sorted((ROOT / folder).rglob("*.py"))]
    return {module_of(path): path for path in files}


MODULES = sources()


def imports(module):
    """Return the modules of the project that a module imports, at any depth of its code."""
    path = MODULES[module]
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join((*package[: len(package) - node.level + 1], *filter(None, [node.module])))
            base = base if node.level else node.module
            found |= {f"{base}.{alias.name}" if f"{base}.{alias.name}" in MODULES else base for alias in node.names}
    return {name for name in found if name.split(".")[0] == "wordneg"}


def room_of(module):
    """Return the room that a module is in: the first part below `wordneg`."""
    return [*module.split("."), "__init__"][1]


def test_every_import_is_of_a_module_that_exists():
    assert len(MODULES) > 100
    for module in MODULES:
        assert imports(module) <= MODULES.keys(), f"{module} imports {sorted(imports(module) - MODULES.keys())}"


@pytest.mark.parametrize("leaf", LEAVES)
def test_leaves_know_nothing_of_the_others(leaf):
    inside = [module for module in MODULES if room_of(module) == leaf]
    assert inside
    for module in inside:
        foreign = {name for name in imports(module) if room_of(name) != leaf}
        assert not foreign, f"{module} imports {sorted(foreign)}"


# each layer may import those before it
LAYERS = [
    {"common", "corpora", "evaluation"},
    {"compiled"},
    {"files"},
    {"text", "vectors"},
    {"cooccurrence", "samplers"},
    {"objectives"},
    {"diagnosis", "estimator", "rng"},
    {"allvec", "closedform", "testing", "word2vec", "wordrank"},
    {"comparison"},
    {"__init__"},
    {"cli"},
    {"__main__"},
]


def layer_of(room):
    for number, layer in enumerate(LAYERS):
        if room in layer:
            return number
    pytest.fail(f"wordneg.{room} is in no layer: give it a place in tests/test_layers.py")


def test_arrows_between_rooms_point_one_way():
    for module in MODULES:
        room = room_of(module)
        for name in imports(module):
            target = room_of(name)
            assert target == room or layer_of(target) < layer_of(room), f"{module} imports {name}"


def test_there_is_no_circle_of_files():
    graph = {module: imports(module) - {module} for module in MODULES}
    try:
        tuple(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_the_kernel_knows_neither_samplers_nor_objectives():
    for module in MODULES:
        if room_of(module) == "compiled" or module in ("wordneg.word2vec.kernel", "wordneg.word2vec.blocks"):
            for name in imports(module):
                assert room_of(name) not in {"samplers", "objectives"}, f"{module} imports {name}"


PUBLIC = {"wordneg", "cli", "comparison", "corpora", "evaluation", "objectives", "rng", "samplers", "testing"}


def test_the_map_names_every_room_and_private_ones_say_so():
    import wordneg

    rooms = {room_of(module) for module in MODULES} - {"__init__", "__main__"}
    on_map = set(re.findall(r"^`(\w+)`  ", wordneg.__doc__, re.MULTILINE))
    assert on_map == rooms
    for room in rooms - PUBLIC:
        text = MODULES[f"wordneg.{room}"].read_text(encoding="utf-8")
        assert "Private: names and places here may change without notice." in text, room


def test_tests_mirror_the_rooms():
    folders = {path.name for path in (ROOT / "tests").iterdir() if any(path.glob("**/test_*.py"))}
    rooms = {room_of(module) for module, path in MODULES.items() if path.name == "__init__.py"} - {"__init__"}
    assert folders == rooms | {"benchmarks", "torture"}


@pytest.mark.parametrize("heavy", ["gensim", "scipy", "matplotlib", "pandas", "tqdm"])
def test_import_is_light(heavy):
    code = f"import sys, wordneg; assert not any(name.split('.')[0] == {heavy!r} for name in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
