"""Check that wordneg installs in every way the documentation promises, and holds all that it should.

In a temporary copy of the checkout, a wheel and an sdist are built; the wheel holds each module of `wordneg`, `corpora`
and `evaluation` and nothing else; the sdist builds the same wheel. Then the wheel, and after it an editable install,
is imported and used from a folder full of the user's own modules, and from the root of the checkout. mypy checks a
user's script against the wheel.

Needs what the dependency groups `lint` and `package` hold, and wordneg's dependencies, which are borrowed from the
environment that runs this. Nothing is left behind.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
LEAVES = ("corpora", "evaluation")

IMPORT = """\
import sys
from pathlib import Path
from wordneg import Word2Vec, compare, corpora, evaluation
import wordneg.corpora.opening, wordneg.evaluation.significance
assert not set(sys.modules) & {path.stem for path in Path().iterdir()}, "a module of the user was imported"
print(Path(wordneg.__file__).parent, *wordneg.corpora.__path__, *wordneg.evaluation.__path__, sep="\\n")
"""

TRAIN = (
    IMPORT
    + """\
model = Word2Vec("corpora/text.txt", min_count=1, vector_size=16, epochs=1, progress=False)
assert len(model.wv) == 2
"""
)

TYPED = """\
from wordneg import Word2Vec, corpora, evaluation
model = Word2Vec(corpora.open_corpus([["a", "b"]]), vector_size=100)
reveal_type((model, corpora.open_corpus, evaluation.evaluate))
"""
WRONG = (
    TYPED
    + """\
Word2Vec(progress="much")
Word2Vec(vector_sise=5)
"""
)


def main() -> None:
    """Run every check, one line each."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        work = Path(folder).resolve()
        checkout = copied(work / "checkout")
        # Numba's cache in the wheel's own folders would survive uninstalling, and hide the editable install behind them
        ENVIRONMENT["NUMBA_CACHE_DIR"] = str(work / "numba")
        wheel = built(checkout, work / "dist")
        python = environment(work / "venv")
        users = users_folder(work / "users")

        step("install the wheel")
        pip(python, "install", "--no-deps", "--no-index", wheel)
        site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=users).strip())
        inside = site / "wordneg"
        used_from(python, users, [inside, inside / "corpora", inside / "evaluation"], TRAIN)
        used_in(python, checkout)
        typed(python, users)

        step("install the checkout as editable")
        pip(python, "uninstall", "--yes", "wordneg")
        pip(python, "install", "--no-deps", "--no-index", "--no-build-isolation", "--editable", checkout)
        used_from(python, users, [checkout / "wordneg", checkout / "corpora", checkout / "evaluation"], IMPORT)
        used_in(python, checkout)
    step("done")


def step(text: str) -> None:
    """Print a line that says what comes next, and when."""
    print(f"[{time.perf_counter() - START:5.1f} s] {text}", flush=True)


def run(*command: object, cwd: Path, fails: bool = False) -> str:
    """Run a command and return what it printed; end everything unless it succeeds (or fails, where it should)."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, env=ENVIRONMENT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if (done.returncode != 0) != fails:
        sys.exit(f"{' '.join(words)}\nin {cwd} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def pip(python: object, *arguments: object) -> None:
    """Run this environment's pip for another Python."""
    run(sys.executable, "-m", "pip", "--python", python, "--quiet", *arguments, cwd=ROOT)


def copied(folder: Path) -> Path:
    """Copy what git would commit, so that old build output takes no part."""
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", cwd=ROOT)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return folder


def built(checkout: Path, dist: Path) -> Path:
    """Build the wheel and the sdist, and check what they hold."""
    step("build a wheel, an sdist, and a wheel of the sdist")
    sources = f"{checkout / 'wordneg'} {checkout / 'corpora'} {checkout / 'evaluation'}"
    build(checkout, "--wheel", dist)
    build(checkout, "--sdist", dist)
    (wheel,), (sdist,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    run(sys.executable, "-m", "twine", "check", "--strict", wheel, sdist, cwd=dist)

    here = contents(wheel)
    modules = {name for name in here if ".dist-info/" not in name}
    if missing := sorted(expected(checkout) - modules):
        packages = sorted({str(Path(name).parent).replace(os.sep, ".") for name in missing})
        sys.exit(f"The wheel lacks {missing}: are {packages} among `packages` in pyproject.toml?")
    if foreign := sorted(modules - expected(checkout)):
        sys.exit(f"The wheel holds {foreign}, which are no modules in {sources}.")

    with tarfile.open(sdist) as archive:
        archive.extractall(dist, filter="data")
    unpacked = dist / sdist.name.removesuffix(".tar.gz")
    build(unpacked, "--wheel", dist / "again")
    (again,) = (dist / "again").glob("*.whl")
    there = contents(again)
    if here != there:
        differ = sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))
        sys.exit(f"The wheel built from the sdist differs from the one built from the checkout in {differ}.")
    return wheel


def build(source: Path, kind: str, dist: Path) -> None:
    """Build a distribution of a source tree."""
    run(sys.executable, "-m", "build", "--no-isolation", kind, "--outdir", dist, source, cwd=source.parent)


def contents(wheel: Path) -> dict[str, bytes]:
    """Return the files of a wheel by name."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def expected(checkout: Path) -> set[str]:
    """Return the names that the project's modules and data have in a wheel."""
    found = {"wordneg/py.typed"}
    for folder in ("wordneg", *LEAVES):
        inside = "wordneg/" if folder in LEAVES else ""
        files = [*(checkout / folder).rglob("*.py"), *(checkout / folder).glob("data/*")]
        found |= {inside + path.relative_to(checkout).as_posix() for path in files}
    return found


def environment(folder: Path) -> Path:
    """Make a virtual environment that borrows this one's packages, but not its editable installs."""
    step("make a virtual environment")
    venv.create(folder, symlinks=os.name != "nt")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
    lent = folder / "lent"  # without wordneg, which this environment may have itself, as after README's test command
    lent.mkdir()
    for place in (Path(path) for path in sys.path if Path(path).name in ("site-packages", "dist-packages")):
        for package in place.iterdir():
            if not package.name.startswith(("wordneg", "__editable__")) and not (lent / package.name).exists():
                (lent / package.name).symlink_to(package, target_is_directory=package.is_dir())
    (site / "borrowed.pth").write_text(str(lent), encoding="utf-8")
    return python


def users_folder(folder: Path) -> Path:
    """Make a folder with modules of the user's own, named as wordneg's rooms are, and a folder of texts `corpora`."""
    rooms = {path.stem for path in (ROOT / "wordneg").iterdir() if not path.stem.startswith("_")} | {
        *LEAVES,
        "messages",
    }
    (folder / "corpora").mkdir(parents=True)
    (folder / "corpora" / "text.txt").write_text("a b a b\n" * 100, encoding="utf-8")
    for room in rooms - sys.stdlib_module_names:
        (folder / f"{room}.py").write_text(
            f"raise SystemExit('the {room} of the user was imported')\n", encoding="utf-8"
        )
    return folder


def used_from(python: Path, users: Path, places: list[Path], script: str) -> None:
    """Run a script and the command in the user's folder, by the code that lies in the given places."""
    step("  run a script and the command in a folder with modules of the same names")
    found = run(python, "-c", script, cwd=users).splitlines()
    if not all(place.samefile(line) for place, line in zip(places, found, strict=True)):
        sys.exit(f"wordneg, corpora and evaluation were imported from {found}, not from {[*map(str, places)]}.")
    run(python, "-m", "wordneg", "--help", cwd=users)
    run(python.with_name("wordneg"), "--help", cwd=users)


def used_in(python: Path, checkout: Path) -> None:
    """Import and test in the root of a checkout, where the checkout's own code is found first."""
    step("  import and test in the root of the checkout")
    run(python, "-c", "import wordneg.corpora, wordneg.evaluation.significance", cwd=checkout)
    run(python, "-m", "pytest", "tests/test_layers.py", cwd=checkout)


def typed(python: Path, users: Path) -> None:
    """Check a user's script by the types that the wheel ships."""
    step("  check a user's script with mypy")
    scripts = users / "scripts"  # mypy would read the modules of the user beside the script
    scripts.mkdir()
    command = (sys.executable, "-m", "mypy", "--strict", "--python-executable", python)
    (scripts / "right.py").write_text(TYPED, encoding="utf-8")
    told = run(*command, "right.py", cwd=scripts)
    if "wordneg.word2vec.model.Word2Vec" not in told or "Any" in told.partition("note:")[2].split("def")[0]:
        sys.exit(f"mypy does not know the types of wordneg:\n{told}")
    (scripts / "wrong.py").write_text(WRONG, encoding="utf-8")
    told = run(*command, "wrong.py", cwd=scripts, fails=True)
    if 'incompatible type "str"' not in told or 'Unexpected keyword argument "vector_sise"' not in told:
        sys.exit(f"mypy does not report a wrong type, or a wrong name:\n{told}")


START = time.perf_counter()
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}

if __name__ == "__main__":
    main()
