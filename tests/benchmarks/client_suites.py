"""Other projects' own tests, with wordneg's classes under gensim's names, beside the same tests with gensim's.

They run in an environment of their own, which this script makes: gensim, NumPy and Numba in the versions of the Python
that runs it, the clients without what they pin, and what they need. What fails with gensim's classes, too, is not ours.
The tests are those in the sources on PyPI. pyRDF2Vec, karateclub and WEFE leave out most of theirs there; for these,
give ``--checkouts`` a folder with clones of their repositories, which are named in `CLIENTS`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from harness import make_parser, publish, table

HERE = Path(__file__).parent
_SAME = ("numpy", "numba", "scipy", "gensim")
_SHARED = ("tqdm", "pytest", "pandas", "scikit-learn", "networkx", "matplotlib", "POT", "annoy", "parameterized")
_LONGEST = 1800  # seconds that one client's tests may take


class Client(NamedTuple):
    """A program that uses gensim.

    Attributes
    ----------
    name : str
        On PyPI.
    needs : tuple of str
        What it imports beyond what all share.
    repository : str
        Where its tests are, if not in its sources on PyPI.
    tests : tuple of str
        Files or folders of tests.
    select : str
        An expression as for ``pytest -k``: the tests that use Word2Vec or KeyedVectors.
    differs : dict of str to str
        Tests that fail by what exchanging the names does, each with the reason.
    leave : str
        Why there are no tests to run, in a sentence.
    """

    name: str
    needs: tuple[str, ...] = ()
    repository: str = ""
    tests: tuple[str, ...] = ()
    select: str = ""
    differs: Mapping[str, str] = MappingProxyType({})
    leave: str = ""


CLIENTS = (
    Client("pecanpy", ("nptyping", "numba-progress"), tests=("test/test_pecanpy.py", "test/test_cli.py")),
    Client(
        "pyrdf2vec",
        ("attrs", "cachetools", "python-louvain", "rdflib", "nest_asyncio", "aiohttp", "requests", "tomlkit"),
        "https://github.com/IBCNServices/pyRDF2Vec",
        ("tests/embedders", "tests/test_rdf2vec.py"),
    ),
    Client(
        "karateclub",
        ("pygsp", "python-louvain", "python-levenshtein", "six", "decorator"),
        "https://github.com/benedekrozemberczki/karateclub",
        ("test",),
        "deepwalk or node2vec or walklets or diff2vec or sine or neu or role2vec or musae or params",
    ),
    Client(
        "scattertext",
        ("flashtext", "spacy", "statsmodels", "mock"),
        tests=("own/test_word2VecFromParsedCorpus.py", "own/test_embeddingsResolver.py"),
    ),
    Client(
        "wefe",
        ("plotly", "requests", "semantic-version"),
        "https://github.com/dccuchile/wefe",
        # the others load lists of words from the web
        (
            "tests/metrics",
            "tests/test_preprocessing.py",
            "tests/test_query.py",
            "tests/test_utils.py",
            "tests/test_word_embedding_model.py",
        ),
        differs={"test__init_with_fast_model": "gives gensim's FastText to a program that looks for wordneg's class"},
    ),
    Client("fastnode2vec", ("click",), leave="It has no tests; `clients.py` trains on a graph."),
    Client("node2vec", leave="Its sources have no tests; `clients.py` fits a graph and its edges."),
    Client(
        "bertopic",
        ("plotly", "hdbscan", "pyyaml"),
        leave="Its tests load models of sentence-transformers from the web, and none uses the gensim backend; "
        "`clients.py` embeds documents by that backend.",
    ),
)
"""Karateclub's Role2Vec and MUSAE train gensim's Doc2Vec, which is not exchanged: they show that it is left intact."""

_REMOVED_NAMES = """\
import numpy

# names that NumPy 2 has removed, and that clients or what they need still use
for name, kind in {
    "bool8": numpy.bool_, "object0": numpy.object_, "int0": numpy.intp, "uint0": numpy.uintp, "float_": numpy.float64,
    "complex_": numpy.complex128, "str0": numpy.str_, "bytes0": numpy.bytes_, "void0": numpy.void,
    "unicode_": numpy.str_, "string_": numpy.bytes_, "longfloat": numpy.longdouble, "singlecomplex": numpy.complex64,
    "cfloat": numpy.complex128, "longcomplex": numpy.clongdouble, "clongfloat": numpy.clongdouble,
}.items():
    if name not in vars(numpy):
        setattr(numpy, name, kind)
"""
"""`sitecustomize.py` of the environment, so that commands that tests start have these names, too."""

_KARATE_CLUB = """
import networkx
edges = networkx.karate_club_graph().edges
open("karate.edg", "w").writelines(f"{one + 1}\\t{other + 1}\\n" for one, other in edges)
"""


def made_environment(folder: Path) -> Path:
    """Make the environment, unless it is there; return its Python."""
    python = folder / "environment" / "bin" / "python"
    if (folder / "complete").exists():
        return python
    subprocess.run([sys.executable, "-m", "venv", folder / "environment"], check=True)
    pip = [python, "-m", "pip", "install", "--quiet"]
    pinned = [f"{name}=={version(name)}" for name in _SAME]
    needs = sorted({need for client in CLIENTS for need in client.needs})
    subprocess.run([*pip, *pinned, *_SHARED, *needs], check=True)
    subprocess.run([*pip, "--no-deps", *(client.name for client in CLIENTS)], check=True)
    subprocess.run([*pip, "--no-deps", "--editable", HERE.parents[1]], check=True)
    where = subprocess.run(
        [python, "-c", "import site; print(site.getsitepackages()[0])"], check=True, capture_output=True, text=True
    )
    (Path(where.stdout.strip()) / "sitecustomize.py").write_text(_REMOVED_NAMES)
    (folder / "complete").touch()
    return python


def unpacked(client: Client, folder: Path, python: Path, checkouts: Path | None) -> Path:
    """Return a folder with a client's sources, a clone of its repository laid over those on PyPI."""
    target = folder / client.name
    if not target.exists():
        with tempfile.TemporaryDirectory() as scratch:
            download = [python, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", client.name]
            subprocess.run([*download, "--dest", scratch, client.name], check=True)
            archive = next(Path(scratch).glob("*.tar.gz"))
            with tarfile.open(archive) as opened:
                opened.extractall(scratch, filter="data")
            shutil.move(Path(scratch) / archive.name.removesuffix(".tar.gz"), target)
    clone = None if checkouts is None else checkouts / Path(client.repository).name
    if client.repository and clone is not None and clone.is_dir():
        shutil.copytree(clone, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".git"))
    if client.name == "pecanpy" and not (target / "demo" / "karate.edg").exists():  # left out of its sources on PyPI
        (target / "demo").mkdir(exist_ok=True)
        subprocess.run([python, "-c", _KARATE_CLUB], cwd=target / "demo", check=True)
    if client.name == "scattertext" and not (target / "own").exists():
        # its sources lack a module where upper and lower case differ: the tests alone are taken, for what is installed
        shutil.move(target / "scattertext" / "test", target / "own")
        shutil.rmtree(target / "scattertext")
    return target


def outcomes(client: Client, source: Path, python: Path, *, swapped: bool) -> dict[str, str]:
    """Run a client's tests; return how each went: "passed", or why not."""
    kept = source / "outcomes.json"
    kept.unlink(missing_ok=True)
    environment = os.environ | {
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(map(str, (HERE, source, HERE.parents[1]))),
        "MPLBACKEND": "agg",
        "CLIENT_OUTCOMES": str(kept),
        "CLIENT_SWAP": "yes" if swapped else "",
    }
    tests = [test for test in client.tests if (source / test).exists()]
    options = ["-q", "-p", "client_names", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", ".", "-W", "ignore"]
    options += ["--continue-on-collection-errors", "-k", client.select]
    subprocess.run(
        [python, "-m", "pytest", *options, *tests],
        cwd=source,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=_LONGEST,
        check=False,
    )
    return json.loads(kept.read_text()) if kept.exists() else {}


def lost(theirs: dict[str, str], ours: dict[str, str]) -> list[str]:
    """Return the tests that pass with gensim's classes alone."""
    return [name for name, outcome in theirs.items() if outcome == "passed" != ours.get(name)]


def told(client: Client, theirs: dict[str, str], ours: dict[str, str]) -> str:
    """Return in a sentence what failed, and what did not run."""
    if client.leave:
        return client.leave
    if new := lost(theirs, ours):
        reasons = {name: client.differs.get(name.rsplit("::", 1)[-1], ours.get(name, "missing")) for name in new}
        return "; ".join(f"`{name.rsplit('::', 1)[-1]}` {reason}" for name, reason in reasons.items())
    old = [outcome for outcome in theirs.values() if outcome != "passed"]
    return f"The others fail with gensim, too, the first by {old[0]!r}." if old else ""


def tried(folder: Path, python: Path) -> list[list[str]]:
    """Run `clients.py` in the environment; return each client that it tries with the outcome."""
    run = subprocess.run(
        [python, HERE / "clients.py"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(HERE.parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    return [line.split(": ", 1) for line in run.stdout.splitlines() if ": " in line]


def main() -> int:
    """Run them and write the table; return 1 if a test passes with gensim's classes alone, or a client fails."""
    parser = make_parser(__doc__)
    parser.add_argument("names", nargs="*", help="which clients, by default all")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "wordneg-clients")
    parser.add_argument("--checkouts", type=Path, help="a folder with clones of repositories")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    python = made_environment(folder)
    rows, kept, failed = [], {}, False
    for client in CLIENTS:
        if arguments.names and client.name not in arguments.names:
            continue
        theirs: dict[str, str] = {}
        ours: dict[str, str] = {}
        if not client.leave:
            source = unpacked(client, folder, python, arguments.checkouts)
            theirs, ours = (outcomes(client, source, python, swapped=swapped) for swapped in (False, True))
        passed = [sum(outcome == "passed" for outcome in one.values()) for one in (theirs, ours)]
        failed |= any(name.rsplit("::", 1)[-1] not in client.differs for name in lost(theirs, ours))
        counts = ["–"] * 3 if client.leave else [str(len(theirs)), *map(str, passed)]
        rows.append([client.name, *counts, told(client, theirs, ours)])
        kept[client.name] = {"gensim": theirs, "wordneg": ours}
        print(*rows[-1], sep=" | ", flush=True)
    used = tried(folder, python)
    failed |= any(outcome.startswith("fails") for _, outcome in used)
    markdown = "\n\n".join(
        (
            "# Programs that use gensim",
            "Their own tests, once with gensim's classes and once with wordneg's under gensim's names:",
            table(["client", "tests", "pass with gensim", "pass with wordneg", ""], rows),
            "What they are used for, by `clients.py`, with wordneg's classes:",
            table(["client", "outcome"], used, left=2),
        )
    )
    publish("clients", markdown, {"tests": kept, "used": dict(used)}, arguments)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
