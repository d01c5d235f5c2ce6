"""What README and docs show works: Python runs, commands parse or run, what is printed is what stands there."""

import importlib.util
import os
import re
import shlex

import pages
import pytest
from pages import ROOT, blocks, commands, difference, folder_of_a_page, is_run

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
README = PAGES[0].read_text(encoding="utf-8")
RUN = [page for page in PAGES if any(is_run(block) for block in blocks(page.read_text(encoding="utf-8")))]
RESULTS = ROOT / "tests" / "benchmarks" / "results"


def name_of(page):
    return page.stem


def read(name):
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


# --- blocks -------------------------------------------------------------------------------------------------


def test_there_are_pages_that_run():
    assert len(RUN) >= 10
    assert ROOT / "README.md" in RUN


@pytest.mark.lengthy
@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_what_a_page_prints_is_what_it_shows(page):
    text = page.read_text(encoding="utf-8")
    if re.search(r"gensim", "".join(block.code for block in blocks(text) if block.language == "python")):
        pytest.importorskip("gensim")
    names: dict = {}
    with folder_of_a_page():
        for block in filter(is_run, blocks(text)):
            printed = pages.run(block, names, str(page))
            wrong = difference(block.output or "", printed)
            assert wrong is None, f"{page.name}, line {block.line}: {wrong}\nIt printed:\n{printed}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_parse(page):
    from wordneg.cli import _parser

    for block in blocks(page.read_text(encoding="utf-8")):
        for command, *arguments in commands(block.code) if block.language == "bash" else []:
            _parser(command).parse(arguments)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_all_output_belongs_to_code(page):
    text = page.read_text(encoding="utf-8")
    assert text.count("```text\n") == sum(block.output is not None for block in blocks(text))


# --- how pages are compared ---------------------------------------------------------------------------------

TABLE = "name   used  score\nmen   1,910  0.559 ± 0.051"


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        (TABLE, TABLE.replace("0.559", "0.601")),
        (TABLE, TABLE.replace("   ", "      ")),
        ("a\n…\nd", "a\nb\nc\nd"),
        ("…\nd", "a\nd"),
        ("it took … s", "it took 3.5 s"),
        ("[('a', 0.91), ('b', 0.8)]", "[('b', 0.31), ('c', 0.2)]"),
        ("q\ta\t0.9\nq\tb\t0.8\n", "q\ta\t0.7\nq\tc\t0.6\n"),
        ("", "\n"),
    ],
)
def test_what_is_the_same(shown, printed):
    assert difference(shown, printed) is None


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        (TABLE, TABLE.replace("0.559", "0.659")),
        (TABLE, TABLE.replace("1,910", "1,911")),
        (TABLE, TABLE.replace("men", "rw ")),
        (TABLE, TABLE + "\nmore"),
        (TABLE + "\nmore", TABLE),
        ("a\n…\nd", "a\nb\nc"),
        ("a\n…", "b\nc"),
        ("…\nd", "a\nd\ne"),
        ("it took … s", "it lasted 3.5 s"),
        ("[('a', 0.91), ('b', 0.8)]", "[('c', 0.91), ('d', 0.8)]"),
        ("[('a', 0.91), ('b', 0.8)]", "[('a', 0.91)]"),
        ("q\ta\t0.9\nq\tb\t0.8\n", "r\ta\t0.9\nr\tb\t0.8\n"),
        ("", "said"),
        ("said", ""),
    ],
)
def test_what_differs(shown, printed):
    assert difference(shown, printed) is not None


def test_commands_are_found():
    code = "zcat a.gz | wordneg train - -o 'b c' \\\n  --sg  # wordneg no\nls && wordneg samplers > list.txt\n"
    assert commands(code) == [["train", "-", "-o", "b c", "--sg"], ["samplers"]]


# --- what they say ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["run", "test"])
def test_the_two_commands_can_be_found(name):
    found = re.search(rf"<!-- command:{name} -->\n```bash\n(.*?)```", README, re.DOTALL)
    assert found
    assert shlex.split(found[1])[:2] == ["pip", "install"]


def test_the_readme_is_a_page():
    assert len(README.splitlines()) <= 130


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_that_are_named_exist(page):
    text = page.read_text(encoding="utf-8")
    beside = re.findall(r"\]\((?!https?:)([^)#]+)", text) + re.findall(r"^```\{include\} (\S+)", text, re.MULTILINE)
    within = re.findall(r"https://github.com/wordneg/wordneg/(?:blob|tree)/main/([^)]+)", text)
    within += re.findall(r"`((?:wordneg|tests|examples|docs|corpora|evaluation)/[\w./-]*)`", text)
    paths = [page.parent / name for name in beside] + [ROOT / name for name in within]
    assert not [str(path) for path in paths if not path.exists()]


def test_the_command_line_is_that_of_the_parsers(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    spec = importlib.util.spec_from_file_location("command_line", ROOT / "docs" / "command_line.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert read("command-line.md") == module.page(), "run: python docs/command_line.py"


def test_every_sampler_and_objective_is_named():
    from wordneg.objectives import OBJECTIVES
    from wordneg.samplers import SAMPLERS

    for page, registry in (("samplers.md", SAMPLERS), ("objectives.md", OBJECTIVES)):
        listed = re.findall(r"^\| `([a-z-]+)` \|.*20\d\d \|$", read(page), re.MULTILINE)
        assert sorted(listed) == sorted(registry.names())


def test_every_public_name_is_in_the_reference():
    import wordneg
    from wordneg import comparison, samplers

    reference = read("api.md")
    left_out = {"Comparison", "Reproduction", "KeyedVectors"}  # on a page of their own; another name
    assert not [name for name in {*wordneg.__all__} - left_out if f":: wordneg.{name}\n" not in reference]
    assert left_out - {"KeyedVectors"} <= {*comparison.__all__}
    assert not [name for name in samplers.__all__ if f":: wordneg.samplers.{name}\n" not in read("api-samplers.md")]


def test_ones_own_sampler_is_the_example():
    example = (ROOT / "examples" / "own_sampler.py").read_text(encoding="utf-8")
    assert example[example.index("from dataclasses") : example.index("if __name__")].strip() in read("own-sampler.md")


def test_rooms_are_the_folders():
    table = re.search(r"^\| room \|.*?\n\n", read("training.md"), re.DOTALL | re.MULTILINE)[0]
    folders = {entry.name for entry in os.scandir(ROOT / "wordneg") if entry.is_dir() and entry.name != "__pycache__"}
    assert set(re.findall(r"`(\w+)/`", table)) == folders
    for package in ("wordneg.corpora", "wordneg.evaluation", "wordneg"):
        assert f"| `{package}` |" in read("training.md")
    assert (ROOT / "wordneg" / "py.typed").exists()


def test_speeds_are_those_that_were_measured():
    measured = (RESULTS / "speed.md").read_text(encoding="utf-8")
    rows = re.findall(r"^(\| (?:skip-gram|CBOW) \| \d .*\|)$", README, re.MULTILINE)
    assert len(rows) == 4
    for row in rows:
        assert f"| all 100 MB, 16.7 M words {row}" in measured
    whole = (RESULTS / "end_to_end.md").read_text(encoding="utf-8")
    for trainer, seconds in (("wordneg", "11.2 s"), ("gensim", "172.2 s")):
        assert f"| {trainer} | {seconds} |" in whole
        assert seconds in README


def test_gains_are_those_that_were_measured():
    measured = (RESULTS / "samplers.md").read_text(encoding="utf-8")
    gains = re.findall(r"\.(\d{3}) ± \.(\d{3}) of Google's analogies in CBOW and \.(\d{3}) ± \.(\d{3})", README)
    assert len(gains) == 1
    for place, architecture in enumerate(("CBOW", "skip-gram")):
        differences = measured[measured.index(f"| {architecture}: minus unigram |") :]
        row = re.search(r"^\| unigram \(epochs 10\) .*$", differences, re.MULTILINE)[0]
        gain, reach = gains[0][2 * place : 2 * place + 2]
        assert row.endswith(f"| +0.{gain} ± 0.{reach} |")


def test_losses_are_those_that_were_measured():
    said = " ".join(README.split())
    losses = re.findall(r"`(dns|optrank)` by \.(\d{3}) ± \.(\d{3})( of Google's analogies)? in (skip-gram|CBOW)", said)
    assert [one[0] for one in losses] == ["dns", "optrank"]
    for sampler, loss, reach, _, architecture in losses:
        folder = RESULTS / f"samplers-time-{architecture.replace('-', '').lower()}"
        row = rf"^\| {sampler} \| google \| accuracy \| -0\.{loss} \| -0\.(\d+) to -0\.(\d+) \| .* \| yes ▼ \|"
        low, high = map(int, re.search(row, (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE).groups())
        assert abs((low - high) / 2 - int(reach)) <= 1  # of thousandths


def test_the_verdict_is_that_of_the_results():
    shown = " ".join(read("compare.md").split())
    assert (
        "No sampler is significantly better than unigram on the five benchmarks; dns is significantly worse on" in shown
    )
    assert not re.search(r"predicts? held-out text better", shown)
    assert (
        "No sampler beats popularity (`unigram`) on the benchmarks: `optrank` predicts held-out text better" in README
    )
    assert re.search(r"optrank: held-out text and benchmarks contradict each other \(men −\d.*held-out \+\d", shown)
    picture = (ROOT / "docs" / "differences.svg").read_text(encoding="utf-8")
    assert all(f"<!-- {label} -->" in picture for label in ("adaptive", "dns", "optrank"))
