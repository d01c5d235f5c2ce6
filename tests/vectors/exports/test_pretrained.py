"""Folders for sentence-transformers and model2vec: what is in them, what is refused, and that both load them."""

import json
import os
from importlib.metadata import version

import numpy as np
import pytest

from wordneg import WordVectors, evaluation
from wordneg.cli import main
from wordneg.files.folders import write_folder

FILES = {"README.md", "config.json", "model.safetensors", "modules.json", "tokenizer.json"}
ODD = ["don't", "u.s.", "c++", "state-of-the-art", "naïve", "ﬁ", "--", ",", "(x)", "日本", "[UNK]", "a\xa0b", "’tis"]
ODD += ["#tag", "e\u0301", "x\u200dy", "^", "a]b", "a&&b", "\\", "[", "$1", "\ufeffx", "ﬆ", "½", 17]
PLAIN = ["the", "of", "don't", "e-mail", "café"]
NEEDS = "safetensors.numpy"


def vectors_of(words, dtype=np.float32):
    values = np.random.default_rng(len(words)).standard_normal((len(words), 6))
    return WordVectors(words, values.astype(dtype))


@pytest.fixture
def folder(tmp_path):
    pytest.importorskip(NEEDS)
    return tmp_path / "out" / "vectors"


@pytest.mark.parametrize(("dtype", "kept"), [("float32", "float32"), ("float16", "float16"), ("float64", "float32")])
def test_files_hold_the_vectors_and_a_row_of_zeros(folder, dtype, kept):
    wv = vectors_of([*PLAIN, 17], dtype)
    wv.save_pretrained(folder)
    assert {path.name for path in folder.iterdir()} == FILES
    rows = pytest.importorskip(NEEDS).load_file(folder / "model.safetensors")["embeddings"]
    assert rows.dtype == kept
    np.testing.assert_array_equal(rows[:-1], wv.vectors.astype(kept))
    assert not rows[-1].any()
    model = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]
    assert model["vocab"] == {"the": 0, "of": 1, "don't": 2, "e-mail": 3, "café": 4, "17": 5, "[UNK]": 6}
    assert model["unk_token"] == "[UNK]"
    assert json.loads((folder / "config.json").read_text())["hidden_dim"] == 6
    assert json.loads((folder / "modules.json").read_text())[0]["path"] == "."


def steps(folder):
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    normalizers = [] if tokenizer["normalizer"] is None else tokenizer["normalizer"]["normalizers"]
    return [step["type"] for step in normalizers], tokenizer["pre_tokenizer"]["pretokenizers"]


def test_what_separates_words_is_taken_from_the_words(folder):
    vectors_of(["a", "b"]).save_pretrained(folder)
    types, (split,) = steps(folder)
    assert types == ["Lowercase", "Replace"]
    assert split["pattern"]["Regex"] == r"[[\s][\p{P}\p{S}]]+"

    vectors_of(["NASA", "o’clock"]).save_pretrained(folder, overwrite=True)
    types, (split, ends) = steps(folder)
    assert types == []
    assert split["pattern"]["Regex"] == r"[[\s][\p{P}\p{S}]&&[^’]]+"
    assert ends["behavior"] == "Removed"

    vectors_of(["u.s.", "c++"]).save_pretrained(folder, overwrite=True)
    _, (_, ends) = steps(folder)
    assert ends["pattern"]["Regex"].startswith(r"\A(?:u\.s\.|c\+\+)\z|")
    assert ends["behavior"] == "Isolated"

    vectors_of([f"word{i}," for i in range(1001)]).save_pretrained(folder, overwrite=True)
    assert [split["pattern"]["Regex"] for split in steps(folder)[1]] == [r"[[\s]]+"]


def test_a_card_has_settings_and_scores(folder):
    from wordneg import Word2Vec

    model = Word2Vec([["the", "cat", "sat"]] * 9, min_count=1, vector_size=16, epochs=1, workers=1, sampler="dns")
    scores = evaluation.evaluate(model.wv, "wordsim353")
    metadata = {"license": "cc-by-4.0", "language": ["en", "de"]}
    model.wv.save_pretrained(folder, model=model, scores=scores, name="me/cats | dogs", metadata=metadata)
    card = (folder / "README.md").read_text(encoding="utf-8")
    _, head, text = card.split("---\n", 2)
    assert 'license: "cc-by-4.0"\nlanguage: ["en", "de"]\n' in head
    assert "# me/cats | dogs" in text
    assert 'SentenceTransformer("me/cats | dogs").encode(["' in text
    assert "| method | Word2Vec |" in text
    assert "| vector_size | 16 |" in text
    assert "| sampler | dns (" in text
    assert "3 words × 16" in text

    model.wv.save_pretrained(folder, model={"epochs": 3}, scores={"men": 0.5}, overwrite=True)
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "# vectors\n" in card
    assert "| epochs | 3 |" in card
    assert "| men | 0.500 |" in card


@pytest.mark.parametrize("wrong", [{"model": 3}, {"scores": 3}])
def test_a_card_of_something_else_is_refused(folder, wrong):
    with pytest.raises(TypeError, match="expected"):
        vectors_of(PLAIN).save_pretrained(folder, **wrong)
    assert not folder.parent.exists()


def test_nothing_is_replaced_unasked(folder):
    wv = vectors_of(PLAIN)
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("mine")
    (folder / "notes.txt").write_text("mine, too")
    with pytest.raises(FileExistsError, match=r"it has config\.json already.*overwrite=True"):
        wv.save_pretrained(folder)
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "config.json": "mine",
        "notes.txt": "mine, too",
    }
    wv.save_pretrained(folder, overwrite=True)
    assert {path.name for path in folder.iterdir()} == FILES | {"notes.txt"}
    assert (folder / "notes.txt").read_text() == "mine, too"


@pytest.mark.parametrize(
    ("words", "values", "told"),
    [
        (["new york", "b"], None, "contains whitespace"),
        (["", "b"], None, "is empty"),
        (["1", 1], None, "both an integer and a string '1'"),
        (["\ud800", "b"], None, "UTF-8"),
        (["a", "b"], [[1.0], [np.nan]], "NaN"),
    ],
)
def test_what_cannot_be_read_back_is_refused(folder, words, values, told):
    wv = WordVectors(words, np.array(values)) if values else vectors_of(words)
    with pytest.raises(ValueError, match=told):
        wv.save_pretrained(folder)
    assert not folder.parent.exists()


def test_without_safetensors_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, NEEDS, None)
    with pytest.raises(ImportError, match=r"pip install 'wordneg\[pretrained\]'"):
        vectors_of(PLAIN).save_pretrained(tmp_path / "out")


def test_a_folder_is_written_whole_or_not_at_all(tmp_path):
    def fails(stream):
        stream.write(b"half")
        raise OSError(28, os.strerror(28))

    write_folder(tmp_path / "a", {"data": lambda s: s.write(b"1"), "seal": lambda s: s.write(b"1")}, last=["seal"])
    files = {"data": lambda stream: stream.write(b"2"), "seal": fails}
    with pytest.raises(OSError, match=r"a': No space left.*; the files that were there are untouched"):
        write_folder(tmp_path / "a", files, last=["seal"], overwrite=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()} == {"data": b"1", "seal": b"1"}
    with pytest.raises(OSError, match="space"):
        write_folder(tmp_path / "b" / "c", files)
    assert not (tmp_path / "b").exists()
    with pytest.raises(NotADirectoryError, match="give a folder"):
        write_folder(tmp_path / "a" / "data", files)


def test_a_crash_between_moves_leaves_no_mixture(tmp_path, monkeypatch):
    def files(content):
        return dict.fromkeys(["one", "two", "seal"], lambda stream: stream.write(content))

    write_folder(tmp_path, files(b"old"), last=["seal"])
    moves = iter([os.replace, None])

    def move(source, target):
        if (moved := next(moves)) is None:
            raise OSError(5, os.strerror(5))
        moved(source, target)

    monkeypatch.setattr("wordneg.files.atomic.os.replace", move)
    with pytest.raises(OSError, match="old and new files now, and no seal: write it again"):
        write_folder(tmp_path, files(b"new"), last=["seal"], overwrite=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"one": b"new", "two": b"old"}


def test_convert_takes_the_settings_of_a_model(folder, tmp_path, capsys):
    from wordneg import Word2Vec

    model = Word2Vec([["the", "cat", "sat"]] * 9, min_count=1, vector_size=16, epochs=1, workers=1, sampler="dns")
    model.save(tmp_path / "model.wordneg")
    command = ["convert", str(tmp_path / "model.wordneg"), str(folder), "--format", "pretrained"]
    assert main(command) == 0
    assert capsys.readouterr().out == f"{folder}: 3 words × 16, a folder for sentence-transformers and model2vec\n"
    card = (folder / "README.md").read_text(encoding="utf-8")
    model.wv.save_pretrained(folder, model=model, overwrite=True)
    assert (folder / "README.md").read_text(encoding="utf-8") == card
    assert "| sampler | dns (" in card
    assert main(command) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert main([*command, "--overwrite", "--limit", "2"]) == 0
    assert "Vectors of 2 words" in (folder / "README.md").read_text(encoding="utf-8")
    assert main([command[0], command[1], "-", *command[3:]]) == 2


# --- in other programs ---------------------------------------------------------------------------------------


@pytest.fixture(params=["sentence-transformers", "model2vec"])
def encoding(request):
    """Return a function that loads a folder, and returns a function from texts to vectors."""
    if request.param == "model2vec":
        package = pytest.importorskip("model2vec")

        def model2vec(folder):
            return package.StaticModel.from_pretrained(folder).encode

        return model2vec
    package = pytest.importorskip("sentence_transformers")
    return lambda folder: package.SentenceTransformer(str(folder), device="cpu").encode


@pytest.mark.clients
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("words", [PLAIN, ODD, [*ODD, "NASA", "İ", "ΣΊΣΥΦΟΣ"], [f"word{i}," for i in range(1001)]])
def test_other_programs_give_every_word_its_vector(folder, encoding, words):
    wv = vectors_of(words)
    wv.save_pretrained(folder)
    np.testing.assert_array_equal(encoding(folder)([str(word) for word in words]), wv.vectors)


@pytest.mark.clients
@pytest.mark.filterwarnings("default")
def test_other_programs_give_a_sentence_the_mean_of_its_words(folder, encoding):
    wv = vectors_of(PLAIN)
    wv.save_pretrained(folder)
    encode = encoding(folder)
    found = encode(["The café: e-mail (don’t) of", "the unknown", "unknown", "", " ".join(PLAIN * 40)])
    np.testing.assert_allclose(found[[0, 4]], np.tile(wv.vectors.mean(axis=0), (2, 1)), rtol=1e-4, atol=1e-6)
    cosine = found[1] @ wv["the"] / np.linalg.norm(found[1]) / np.linalg.norm(wv["the"])
    assert cosine == pytest.approx(1)
    assert not found[2:4].any()


@pytest.mark.clients
@pytest.mark.filterwarnings("default")
def test_other_programs_do_not_cut_long_texts(folder, encoding):
    wv = vectors_of(PLAIN)
    wv.save_pretrained(folder)
    if encoding.__name__ == "model2vec" and parsed_version("model2vec") < (0, 10):
        pytest.skip("before 0.10 model2vec takes about 512 words, whatever the folder says")
    long = ["the"] * 600 + ["of"] * 600
    np.testing.assert_allclose(encoding(folder)([" ".join(long)])[0], wv.vectors[:2].mean(axis=0), rtol=1e-4, atol=1e-4)


def parsed_version(package):
    return tuple(int(part) for part in version(package).split(".")[:2])
