"""Maps of words: places, labels that do not overlap, the picture, and the command."""

import json
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordneg import WordVectors
from wordneg.cli import main
from wordneg.vectors.wordmap.labels import place_labels
from wordneg.vectors.words import MissingWordError

WORDS = [f"word{number}" for number in range(60)]
BOUNDS = (0.0, 0.0, 400.0, 300.0)


@pytest.fixture
def wv():
    """Words of four kinds, each near an axis of its own."""
    rng = np.random.default_rng(1)
    kinds = np.eye(8)[np.arange(60) % 4]
    return WordVectors(WORDS, (kinds + 0.2 * rng.standard_normal((60, 8))).astype(np.float32))


@pytest.fixture(autouse=True)
def plots():
    pytest.importorskip("matplotlib")


# --- labels ------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 80), st.floats(0.01, 1))
def test_no_label_covers_another(seed, count, spread):
    rng = np.random.default_rng(seed)
    centers = np.array([200, 150]) + spread * (rng.random((count, 2)) - 0.5) * [400, 300]
    sizes = rng.uniform([5, 8], [70, 14], (count, 2))
    placed = place_labels(centers, sizes, BOUNDS, radius=2, unit=1)
    assert len(placed) == count
    assert placed[0] is not None
    boxes = [(*one[:2], one.left + w, one.bottom + h) for one, (w, h) in zip(placed, sizes, strict=True) if one]
    for number, (left, bottom, right, top) in enumerate(boxes):
        assert left >= BOUNDS[0] - 1e-9
        assert bottom >= BOUNDS[1] - 1e-9
        assert right <= BOUNDS[2] + 1e-9
        assert top <= BOUNDS[3] + 1e-9
        for other in boxes[:number]:
            shared = min(right, other[2]) - max(left, other[0]), min(top, other[3]) - max(bottom, other[1])
            assert min(shared) <= 1e-9


def test_a_label_stands_beside_its_point_and_lines_lead_to_those_further_off():
    (placed,) = place_labels(np.array([[100.0, 100.0]]), np.array([[30.0, 10.0]]), BOUNDS, radius=2, unit=1)
    assert placed == (105.5, 95.0, None)
    crowd = np.column_stack([np.full(30, 200.0), np.linspace(120, 180, 30)])
    places = place_labels(crowd, np.full((30, 2), (40.0, 10.0)), BOUNDS, radius=2, unit=1)
    assert places[0].line_to is None
    assert any(place is not None and place.line_to is not None for place in places)
    assert None in places


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_line_runs_through_a_label(seed):
    rng = np.random.default_rng(seed)
    centers = np.array([200, 150]) + rng.standard_normal((60, 2)) * 30
    sizes = rng.uniform([20, 8], [60, 12], (60, 2))
    placed = place_labels(centers, sizes, BOUNDS, radius=2, unit=1)
    for number, (center, one) in enumerate(zip(centers, placed, strict=True)):
        if one is None or one.line_to is None:
            continue
        path = center + np.linspace(0.1, 0.97, 40)[:, np.newaxis] * (np.array(one.line_to) - center)
        for other, (place, size) in enumerate(zip(placed, sizes, strict=True)):
            if place is not None and other != number:
                low = np.array([place.left, place.bottom]) + 2
                assert not ((path > low) & (path < low + size - 4)).all(axis=1).any()


# --- pictures ----------------------------------------------------------------------------------------------


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_a_map_shows_the_first_words(wv):
    figure = wv.plot_map(topn=12)
    assert set(texts(figure)) == set(WORDS[:12])
    axis = figure.axes[0]
    assert axis.get_title(loc="left") == "12 words by PCA"
    assert axis.get_xlabel().startswith("first component, ")
    points = axis.collections[0].get_offsets()
    assert points.shape == (12, 2)
    sizes = [text.get_fontsize() for text in sorted(axis.texts, key=lambda text: WORDS.index(text.get_text()))]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[-1]


def test_principal_components_are_those_of_the_unit_vectors(wv):
    points = np.asarray(wv.plot_map().axes[0].collections[0].get_offsets())
    unit = wv.get_normed_vectors().astype(np.float64)
    centered = unit - unit.mean(axis=0)
    values, components = np.linalg.eigh(centered.T @ centered)
    expected = centered @ components[:, ::-1][:, :2]
    np.testing.assert_allclose(np.abs(points), np.abs(expected), atol=1e-5)
    np.testing.assert_allclose((points**2).sum(axis=0), values[::-1][:2], rtol=1e-4)


def test_words_of_a_kind_have_one_color_and_one_place(wv):
    figure = wv.plot_map(groups=4)
    scatter = figure.axes[0].collections[0]
    colors = [tuple(color) for color in scatter.get_facecolors()]
    kinds = [set(colors[kind::4]) for kind in range(4)]
    assert [len(kind) for kind in kinds] == [1] * 4
    assert len(set.union(*kinds)) == 4
    assert len({tuple(color) for color in wv.plot_map(groups=1).axes[0].collections[0].get_facecolors()}) == 1


def test_labels_without_room_are_counted(wv):
    figure = wv.plot_map(size=(1.6, 1.4))
    left_out = 60 - len(texts(figure))
    assert left_out > 0
    assert figure.axes[0].get_title(loc="left") == f"60 words by PCA; {left_out} labels left out for want of room"


def test_labels_do_not_overlap_on_the_picture(wv):
    figure = wv.plot_map(size=(4, 3))
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert len(boxes) > 20
    for number, box in enumerate(boxes):
        for other in boxes[:number]:
            width = min(box.x1, other.x1) - max(box.x0, other.x0)
            height = min(box.y1, other.y1) - max(box.y0, other.y0)
            assert min(width, height) <= 0.5


def test_given_words_are_drawn_alike_and_once(wv):
    figure = wv.plot_map(["word9", "word1", "word5", "word1", "word7"])
    assert sorted(texts(figure)) == ["word1", "word5", "word7", "word9"]
    assert len({text.get_fontsize() for text in figure.axes[0].texts}) == 1


def test_words_are_text_and_never_formulas(wv):
    named = WordVectors(["$x$", "a\nb", "\x1b[1m", "_^", 17], wv.vectors[:5])
    figure = named.plot_map()
    assert sorted(texts(figure)) == sorted(["$x$", "a\nb", "\\x1b[1m", "_^", "17"])
    figure.canvas.draw()


def test_what_makes_no_map_is_refused(wv):
    with pytest.raises(ValueError, match=r"no method 'tnse'.*'tsne'"):
        wv.plot_map(method="tnse")
    with pytest.raises(ValueError, match="got 2 words for a map, expected at least 4"):
        wv.plot_map(WORDS[:2])
    with pytest.raises(MissingWordError, match="wrod1"):
        wv.plot_map(["wrod1", *WORDS])
    with pytest.raises(ValueError, match="one dimension"):
        WordVectors(WORDS, wv.vectors[:, :1]).plot_map()
    assert len(texts(WordVectors(WORDS[:5], np.zeros((5, 3))).plot_map())) > 0


@pytest.mark.lengthy
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(("method", "module", "name"), [("tsne", "sklearn", "t-SNE"), ("umap", "umap", "UMAP")])
def test_other_methods_keep_kinds_together(wv, method, module, name):
    pytest.importorskip(module)
    figure = wv.plot_map(method=method)
    assert figure.axes[0].get_title(loc="left").startswith(f"60 words by {name}")
    points = np.asarray(figure.axes[0].collections[0].get_offsets())
    apart = np.linalg.norm(points[:, np.newaxis] - points, axis=2) + 1e9 * np.eye(60)
    assert np.mean(apart.argmin(axis=1) % 4 == np.arange(60) % 4) > 0.9
    again = np.asarray(wv.plot_map(method=method).axes[0].collections[0].get_offsets())
    np.testing.assert_array_equal(points, again)
    few = wv.plot_map(WORDS[:5], method=method)
    assert len(texts(few)) == 5


@pytest.mark.parametrize(("method", "module"), [("tsne", "sklearn.manifold"), ("umap", "umap")])
def test_without_its_package_a_method_names_the_extra(wv, monkeypatch, method, module):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=rf"wordneg\[{method}\]"):
        wv.plot_map(method=method)


# --- the command -------------------------------------------------------------------------------------------


@pytest.fixture
def vectors(wv, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wv.save("v.wordneg")
    return "v.wordneg"


@pytest.mark.parametrize(("name", "start"), [("m.svg", b"<?xml"), ("m.png", b"\x89PNG"), ("m.PDF", b"%PDF")])
def test_map_writes_pictures(vectors, tmp_path, capsys, name, start):
    assert main(["map", vectors, "-o", name, "--top", "20"]) == 0
    assert capsys.readouterr().out == f"{name}: 20 words by PCA\n"
    first = (tmp_path / name).read_bytes()
    assert first.startswith(start)
    assert main(["map", vectors, "-o", name, "--top", "20", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"path": name, "words": 20, "method": "pca"}
    assert (tmp_path / name).read_bytes() == first


def test_map_draws_the_words_that_are_known(vectors, tmp_path, capsys):
    assert main(["map", vectors, "-o", "m.svg", "--words", *WORDS[:5], "wrod7"]) == 1
    captured = capsys.readouterr()
    assert captured.out == "m.svg: 5 words by PCA\n"
    assert "Key 'wrod7' not present in vocabulary; did you mean" in captured.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-o", "m.jpg"], "ends in .svg, .png or .pdf"),
        (["-o", "m.svg", "--top", "9", "--words", "a"], "both --top and --words"),
        (["-o", "m.svg", "--top", "0"], "expected at least 1"),
        (["-o", "m.svg", "--method", "pac"], "did you mean 'pca'"),
        ([], "-o"),
    ],
)
def test_map_says_what_is_wrong(vectors, tmp_path, capsys, arguments, told):
    assert main(["map", vectors, *arguments]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "m.svg").exists()
