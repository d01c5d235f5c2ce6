"""The notebooks in `examples/` run from top to bottom, and what is kept of their outputs is small and complete."""

import json
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "examples").glob("*.ipynb"))
LARGEST = 300_000
SECONDS = 240  # for a cell, on a busy machine


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def has_result(cell):
    return any(output["output_type"] == "execute_result" for output in cell["outputs"])


def test_there_are_two():
    assert [path.stem for path in NOTEBOOKS] == ["compare_samplers", "train_and_look_around"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_kept_is_small_and_complete(path):
    assert path.stat().st_size < LARGEST
    cells = code_cells(json.loads(path.read_text(encoding="utf-8")))
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert not any(cell["metadata"] for cell in cells)  # such as times of execution
    kinds = {output.get("name", output["output_type"]) for cell in cells for output in cell["outputs"]}
    assert kinds <= {"stdout", "execute_result"}  # no errors, warnings or progress bars
    images = [output for cell in cells for output in cell["outputs"] if "image/png" in output.get("data", {})]
    assert images


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs(path, tmp_path):
    pytest.importorskip("ipykernel")
    pytest.importorskip("matplotlib")
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    notebook = nbformat.read(copy, as_version=4)
    where = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources=where).execute()
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert list(map(has_result, code_cells(notebook))) == list(map(has_result, code_cells(kept)))
