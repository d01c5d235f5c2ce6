"""Folders of comparisons that come from others: damaged, forged, hostile."""

import io
import json
import math
import os
import re
import shutil
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wordneg.comparison import Comparison, Epoch, Protocol, Request, Run, Score, Tried, Tuning
from wordneg.comparison.store import Store, _slug

RED = "\x1b[31mred\x1b[0m"
PAIRS = 200


def a_folder(path):
    """Write a comparison of two rows with two seeds, as if it had been made."""
    request = Request.of(["unigram", "uniform"], seeds=2, benchmarks=["wordsim353"])
    protocol = Protocol(
        corpus="text",
        fingerprint="f" * 32,
        words=1000,
        vocabulary=50,
        benchmarks=("wordsim353", "held-out"),
        versions={"numpy": "2"},
        machine="one",
        started="2026-01-01T00:00:00+00:00",
        policy="case ignored",
        notes=("a note",),
    )
    store, rng = Store(path), np.random.default_rng(0)
    store.write_header(request, protocol, "text (ffff)", {"unigram": 5, "uniform": 5})
    gold = rng.random(PAIRS)
    clusters = np.arange(2 * PAIRS, dtype=np.int32).reshape(-1, 2)
    for label in request.rows:
        store.write_tuning(
            Tuning(label, (Tried({"alpha": 0.025}, 0.1), Tried({"alpha": 0.05}, None)), {"alpha": 0.025}, 3.5, 2000)
        )
        for seed in (1, 2):
            items = {"wordsim353": rng.random(PAIRS).astype(np.float32), "wordsim353/gold": gold}
            score = Score("wordsim353", "spearman", "all", 0.1 * seed, PAIRS, 0)
            epochs = (Epoch(1, 0.5, math.nan), Epoch(2, 1.0, 0.25, (score,)))
            run = Run(label, seed, "done", None, {"alpha": 0.05}, 1.0, 1e6, 10**8, (score,), epochs)
            store.write_run(run, items | {"wordsim353/cluster": clusters})
    store.write_run(Run("uniform", 3, "failed", "sampler 'uniform': no", {}))
    return path


def everything(path):
    """Return all that is shown of a comparison, pictures aside."""
    comparison = Comparison.open(path)
    tables = [comparison.table(kind) for kind in ("scores", "differences", "bands", "tuning")]
    shown = [form() for table in tables for form in (table.to_text, table.to_html, table.to_markdown, table.to_csv)]
    try:
        shown.append(comparison.plan())
    except ValueError as error:  # as the page says then
        shown.append(str(error))
    return "\n".join([repr(comparison), str(comparison), str(comparison.records()), *shown])


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return a_folder(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def folder(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "copy")


def change(path, edit):
    data = json.loads(path.read_text(encoding="utf-8"))
    edit(data)
    path.write_text(json.dumps(data), encoding="utf-8")


# --- names and files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["/etc/passwd", "../comparison.json", "unigram-2.npz", "", "a/b.npz", "C:\\x.npz"])
def test_items_name_no_other_file(folder, name):
    change(folder / "runs" / "unigram-1.json", lambda run: run.update(items=name))
    with pytest.raises(ValueError, match=r"unigram-1\.json: items is .*, expected unigram-1\.npz or null"):
        Comparison.open(folder)


@pytest.mark.skipif(os.name == "nt", reason="links take rights")
@pytest.mark.parametrize(
    "name", ["comparison.json", "runs/unigram-1.json", "runs/unigram-1.npz", "tunings/unigram.json"]
)
def test_links_do_not_lead_out(folder, tmp_path, name):
    (folder / name).rename(tmp_path / "elsewhere")
    (folder / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ValueError, match="is a link that leads out of the folder; copy there what it leads to"):
        everything(folder)


@pytest.mark.skipif(os.name == "nt", reason="links take rights")
def test_links_within_the_folder_are_followed(folder, tmp_path):
    (folder / "runs" / "unigram-1.npz").rename(folder / "kept.npz")
    (folder / "runs" / "unigram-1.npz").symlink_to("../kept.npz")
    (tmp_path / "link").symlink_to(folder)
    assert everything(tmp_path / "link")


@pytest.mark.skipif(os.name == "nt", reason="no pipes in folders")
@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs symbolic links")
@pytest.mark.parametrize("name", ["runs/unigram-1.json", "runs/unigram-1.npz", "tunings/unigram.json"])
def test_a_link_to_itself_is_a_sentence(folder, name):
    (folder / name).unlink()
    (folder / name).symlink_to((folder / name).name)
    with pytest.raises((ValueError, OSError), match=re.escape(name.rpartition("/")[2])):
        everything(folder)


@pytest.mark.parametrize(
    ("name", "field", "value", "belongs"),
    [
        ("runs/unigram-1.json", "seed", 2, "unigram-2.json"),
        ("runs/unigram-1.json", "row", "uniform", "uniform-1.json"),
        ("tunings/unigram.json", "row", "uniform", "uniform.json"),
    ],
)
def test_what_stands_for_another_run_is_refused(folder, name, field, value, belongs):
    content = json.loads((folder / name).read_text())
    (folder / name).write_text(json.dumps(content | {field: value}))
    with pytest.raises(ValueError, match=f"unigram.*json holds what belongs into {belongs}; remove it"):
        Comparison.open(folder)


def test_hidden_files_beside_the_runs_are_not_read(folder):
    runs = Comparison.open(folder).runs
    (folder / "runs" / "._unigram-1.json").write_bytes(b"\0\5\26\7")
    assert Comparison.open(folder).runs == runs


def test_infinite_scores_of_items_are_refused(folder):
    np.savez(folder / "runs" / "unigram-1.npz", wordsim353=np.full(PAIRS, np.inf))
    with pytest.raises(ValueError, match=r"unigram-1\.npz: 'wordsim353' has infinite values"):
        everything(folder)


@pytest.mark.parametrize("name", ["runs/unigram-1.json", "runs/unigram-1.npz", "tunings/unigram.json"])
def test_a_pipe_does_not_block(folder, name):
    (folder / name).unlink()
    os.mkfifo(folder / name)
    if name.endswith(".npz"):
        comparison = Comparison.open(folder)
        assert ("unigram", 1) not in comparison.finished()
    with pytest.raises(ValueError, match="is a pipe, a device or a folder, expected a file"):
        everything(folder)


@pytest.mark.skipif(os.name == "nt", reason="no pipes in folders")
def test_a_header_that_is_a_pipe_is_no_comparison(folder):
    (folder / "comparison.json").unlink()
    os.mkfifo(folder / "comparison.json")
    with pytest.raises(FileNotFoundError, match="there is no comparison in"):
        Comparison.open(folder)


# --- numbers -------------------------------------------------------------------------------------------


def npz(name, header, content=b""):
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, header)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.npy", stream.getvalue() + content)
    return whole.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (npz("x", {"descr": "<f4", "fortran_order": False, "shape": (10**12,)}), "promises 4,000,000,000,000 bytes"),
        (npz("x", {"descr": "<f4", "fortran_order": False, "shape": (10**30,)}), "promises"),
        (npz("x", {"descr": "|O", "fortran_order": False, "shape": (1,)}, b"\x80\x04N."), r"holds \(1,\) object"),
        (npz("x", {"descr": "<f4", "fortran_order": False, "shape": (2,)}, b"1234"), "promises 8 bytes and has 4"),
        (npz("x", {"descr": "<i8", "fortran_order": False, "shape": (1,)}, b"12345678"), "expected .* floats or int8"),
        (b"PK\x03\x04", "is damaged"),
        (b"", "is damaged"),
    ],
)
def test_forged_arrays_are_a_sentence(folder, content, message):
    (folder / "runs" / "unigram-1.npz").write_bytes(content)
    with pytest.raises(ValueError, match=rf"unigram-1\.npz.*{message}.*remove it"):
        everything(folder)


def test_items_that_do_not_fit_their_benchmark_are_a_sentence(folder):
    np.savez_compressed(folder / "runs" / "unigram-1.npz", wordsim353=np.zeros(7, np.float32))
    with pytest.raises(ValueError, match=r"wordsim353\.npz: 'gold' is \(200,\) float64, expected .* of the 7 items in"):
        everything(folder)


@pytest.mark.parametrize(
    ("name", "edit", "message"),
    [
        ("runs/unigram-1.json", lambda run: run.update(seed="one"), "seed is 'one', expected a whole number"),
        ("runs/unigram-1.json", lambda run: run.update(seconds=[1]), r"seconds is \[1\], expected a number"),
        ("runs/unigram-1.json", lambda run: run.update(status="fine"), "status is 'fine', expected 'done' or 'failed'"),
        (
            "runs/unigram-1.json",
            lambda run: run["scores"][0].__setitem__(3, "high"),
            r"scores\[0\]\.value is 'high', expected a number",
        ),
        ("runs/unigram-1.json", lambda run: run.pop("options"), "lacks 'options'"),
        ("tunings/unigram.json", lambda one: one.update(tried=[[1]]), r"tried\[0\] is \[1\], expected a list of 3 val"),
        (
            "tunings/unigram.json",
            lambda one: one["chosen"].update(alpha=[1]),
            r"chosen\['alpha'\] is \[1\], expected tr",
        ),
        (
            "tunings/unigram.json",
            lambda one: one.update(chosen={"window": 5}),
            "chosen is {'window': 5}, expected a val",
        ),
        ("comparison.json", lambda all: all["identity"].update(tune={}), "tune is {}, expected"),
        ("comparison.json", lambda all: all["identity"].update(seeds=3), "seeds is 3, expected a list"),
        ("comparison.json", lambda all: all["identity"].update(rows=[]), "rows is missing or empty"),
        ("comparison.json", lambda all: all["protocol"].update(words=True), "words is True, expected a whole number"),
        ("comparison.json", lambda all: all.update(command=5), "command is 5, expected a string"),
    ],
)
def test_a_field_of_another_type_is_named(folder, name, edit, message):
    change(folder / name, edit)
    with pytest.raises(ValueError, match=rf"{re.escape(os.path.basename(name))}: {message}"):
        Comparison.open(folder)


def test_too_large_and_too_deep_json_is_a_sentence(folder, monkeypatch):
    path = folder / "runs" / "unigram-1.json"
    path.write_text("[" * 100_000)
    with pytest.raises(ValueError, match=r"unigram-1\.json is not JSON"):
        Comparison.open(folder)
    monkeypatch.setattr("wordneg.comparison.store._LARGEST_JSON", 10_000)
    with pytest.raises(ValueError, match=r"has more than 10,000 bytes, which no result takes"):
        Comparison.open(folder)


# --- text ----------------------------------------------------------------------------------------------


def test_terminals_and_pages_do_not_obey_what_is_stored(folder):
    def edit(header):
        header["protocol"] |= {"corpus": RED, "notes": [f"{RED}\u202egnp"], "machine": RED, "fingerprint": "\ud800"}
        header["identity"]["rows"] = {f"{RED}<script>": one for one in header["identity"]["rows"].values()}
        header["identity"]["baseline"] = f"{RED}<script>"
        header["command"] = RED

    change(folder / "comparison.json", edit)
    change(folder / "runs" / "unigram-1.json", lambda run: run.update(row=f"{RED}<script>", error=RED, items=None))
    (folder / "runs" / "unigram-1.json").rename(folder / "runs" / f"{_slug(f'{RED}<script>')}-1.json")
    shown = everything(folder)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert r"\x1b[31mred\x1b[0m" in shown
    comparison = Comparison.open(folder)
    pytest.importorskip("matplotlib")
    comparison.report(folder / "report.html")
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "\x1b" not in page
    assert "<script>" not in page


# --- all sorts -----------------------------------------------------------------------------------------

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -1, 1e308, 1e-320, 2**63])
    | st.floats()
    | st.text(max_size=8)
    | st.just(RED),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)


def places(value, place=()):
    """Yield the place of each value in what JSON holds."""
    yield place
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inside:
        yield from places(one, (*place, name))


QUICK = settings(
    max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def holds_or_is_refused(folder):
    try:
        shown = everything(folder)
    except UnicodeError:
        raise
    except (ValueError, OSError) as error:
        shown = str(error)
    assert shown
    assert "\x1b" not in shown


@QUICK
@given(st.data())
def test_any_value_in_any_place_is_shown_or_refused(whole, tmp_path_factory, data):
    folder = shutil.copytree(whole, tmp_path_factory.mktemp("fuzz") / "copy")
    path = data.draw(st.sampled_from(sorted(folder.rglob("*.json"))))
    content = json.loads(path.read_text())
    place = data.draw(st.sampled_from(list(places(content))))
    value = data.draw(ANYTHING)
    if place:
        inner = content
        for name in place[:-1]:
            inner = inner[name]
        inner[place[-1]] = value
    else:
        content = value
    path.write_text(json.dumps(content))
    holds_or_is_refused(folder)


@QUICK
@given(st.data())
def test_damaged_bytes_are_shown_or_refused(whole, tmp_path_factory, data):
    folder = shutil.copytree(whole, tmp_path_factory.mktemp("fuzz") / "copy")
    path = data.draw(st.sampled_from(sorted(path for path in folder.rglob("*.*") if path.is_file())))
    content = bytearray(path.read_bytes())
    begin = data.draw(st.integers(0, len(content) - 1))
    content[begin : begin + data.draw(st.integers(0, 50))] = data.draw(st.binary(max_size=20))
    path.write_bytes(content)
    holds_or_is_refused(folder)
