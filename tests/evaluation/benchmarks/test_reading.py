import logging

import numpy as np
import pytest

from wordneg.evaluation import Analogies, Section, WordPairs, read_word_analogies, read_word_pairs

PAIRS = (("love", "sex"), ("tiger", "cat"), ("book", "paper"))
GOLD = [6.77, 7.35, 7.46]


def table(separator, end="\n"):
    return "".join(f"{a}{separator}{b}{separator}{score}{end}" for (a, b), score in zip(PAIRS, GOLD, strict=True))


@pytest.mark.parametrize("separator", ["\t", ",", ";", " ", "   ", ", ", " ; ", " \t"])
def test_finds_out_the_separator(write, separator):
    benchmark = read_word_pairs(write(table(separator)))
    assert benchmark.pairs == PAIRS
    np.testing.assert_array_equal(benchmark.gold, GOLD)


@pytest.mark.parametrize(
    "text",
    [
        table("\t", "\r\n"),
        "\ufeff" + table("\t"),
        "# a comment, with commas\n\n" + table("\t") + "\n  \n",
        "Word 1\tWord 2\tHuman (mean)\n" + table("\t"),
        "# a comment\nword1\tword2\tscore\n" + table("\t"),
        table("\t").rstrip("\n"),
    ],
    ids=["crlf", "bom", "comment", "header", "comment+header", "no last newline"],
)
def test_forgives(write, text, caplog):
    benchmark = read_word_pairs(write(text))
    assert benchmark.pairs == PAIRS
    assert benchmark.skipped == ()
    assert not caplog.records


def test_unreadable_lines_are_left_out_and_named(write, caplog):
    path = write(table("\t") + "king\tqueen\nking\tqueen\t8\t9\nking\tqueen\thigh\nking\tqueen\tnan\n")
    with caplog.at_level(logging.WARNING):
        benchmark = read_word_pairs(path)
    assert benchmark.pairs == PAIRS
    assert [(line.number, line.reason) for line in benchmark.skipped] == [
        (4, "2 columns, expected two words and a score"),
        (5, "4 columns, expected two words and a score"),
        (6, "the score 'high' is not a number"),
        (7, "the score 'nan' is not finite"),
    ]
    assert "4 unreadable lines left out, the first is line 4 'king\\tqueen': 2 columns" in caplog.text


@pytest.mark.parametrize(
    ("text", "delimiter", "message"),
    [
        ("", None, "is empty"),
        (" \n\n", None, "is empty"),
        ("# only\n# comments\n", None, "holds no line of two words and a score"),
        ("love\tsex\ntiger\tcat\n", None, r"line 1 'love\\tsex': 2 columns"),
        ("a\tb\tx\nc\td\ty\n", None, "line 2 .*: the score 'y' is not a number"),
        (table(","), "\t", r"columns are separated by commas, not by '\\t'; pass delimiter=','"),
        (table(";"), ",", "columns are separated by semicolons, not by ','; pass delimiter=';'"),
        (table(" "), "\t", r"separated by blanks, not by '\\t'; read it with score_word_pairs"),
        ("love\tsex\n", "\t", r"\(separators tried: '\\t'\); line 1"),
        (table("\t"), "", "delimiter is empty"),
    ],
)
def test_unreadable_files_are_refused_with_the_reason(write, text, delimiter, message):
    with pytest.raises(ValueError, match=message):
        read_word_pairs(write(text), delimiter=delimiter)


def test_encodings(write):
    path = write("é\tè\t1\nà\tù\t2\n", encoding="latin-1")
    assert read_word_pairs(path, encoding="latin-1").pairs == (("é", "è"), ("à", "ù"))
    with pytest.raises(ValueError, match=r"is not utf8 text .*pass the encoding it has"):
        read_word_pairs(path)


def test_a_given_delimiter_leaves_blanks_in_words(write):
    assert read_word_pairs(write("New York,city , 9\n"), delimiter=",").pairs == (("New York", "city "),)


def test_duplicates_are_kept_and_counted(write):
    benchmark = read_word_pairs(write("a\tb\t1\nB\ta\t2\na\ta\t3\na\tb\t1\n"))
    assert len(benchmark.pairs) == 4
    assert benchmark.duplicates == 2


def test_pairs_in_memory_are_checked():
    gold = np.array(GOLD)
    benchmark = WordPairs("mine", PAIRS, gold)
    gold[0] = 0
    assert benchmark.gold[0] == 6.77
    with pytest.raises(ValueError, match="read-only"):
        benchmark.gold[0] = 1
    with pytest.raises(ValueError, match="mine: 3 pairs and 2 scores"):
        WordPairs("mine", PAIRS, np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match=r"the score of \('tiger', 'cat'\) is not a finite number"):
        WordPairs("mine", PAIRS, np.array([1.0, np.nan, 2.0]))
    with pytest.raises(ValueError, match="mine: no pairs"):
        WordPairs("mine", (), np.array([]))


def test_analogies(write):
    path = write("\ufeff# a comment\r\n: first one\r\na b c d\r\n\r\ne\tf  g h\r\n:second\r\n: third\r\ni j k l")
    assert read_word_analogies(path).sections == (
        Section("first one", (("a", "b", "c", "d"), ("e", "f", "g", "h"))),
        Section("second", ()),
        Section("third", (("i", "j", "k", "l"),)),
    )


def test_unreadable_questions_are_left_out_and_named(write, caplog):
    benchmark = read_word_analogies(write(": s\na b c d\na b c\na b c d e\n"))
    assert [(line.number, line.reason) for line in benchmark.skipped] == [
        (3, "3 words, expected four with blanks between"),
        (4, "5 words, expected four with blanks between"),
    ]
    assert "2 unreadable lines" in caplog.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        (": s\n", "holds no question of four words"),
        (": s\na,b,c,d\n", "line 2 'a,b,c,d': 1 word, expected four with blanks between"),
        ("a b c d\n: s\n", "line 1 asks a question before the first section"),
    ],
)
def test_unreadable_analogies_are_refused(write, text, message):
    with pytest.raises(ValueError, match=message):
        read_word_analogies(write(text))


def test_analogies_in_memory_are_checked():
    with pytest.raises(ValueError, match="mine: no questions"):
        Analogies("mine", (Section("s", ()),))
    with pytest.raises(ValueError, match="section 's' has 1 questions and alternatives for 2"):
        Analogies("mine", (Section("s", (("a", "b", "c", "d"),), ((), ("e",))),))


def test_analogies_as_a_table(write):
    path = write(",type,word1,word2,word3,target\n0,JJ_JJR,good,better,bad,worse\n1,x,a,b,c\n2,NN,cat,cats,dog,dogs\n")
    benchmark = read_word_analogies(path)
    assert benchmark.sections == (
        Section("JJ_JJR", (("good", "better", "bad", "worse"),)),
        Section("NN", (("cat", "cats", "dog", "dogs"),)),
    )
    assert [(bad.number, bad.reason) for bad in benchmark.skipped] == [(3, "5 columns, the heading has 6")]


def test_analogies_as_relations(write, tmp_path):
    write("cat\tfeline/animal\r\ndog\tcanine\nodd line\n", "L01 [hypernyms].txt")
    (tmp_path / "deeper").mkdir()
    write("cat\tcats\ndog\tdogs\n", "deeper/I01.txt")
    benchmark = read_word_analogies(tmp_path)
    assert benchmark.sections[0] == Section(
        "L01 [hypernyms]",
        (("cat", "feline", "dog", "canine"), ("dog", "canine", "cat", "feline")),
        ((), ("animal",)),
    )
    assert benchmark.sections[1].name == "I01"
    (bad,) = benchmark.skipped
    assert bad.reason == "in L01 [hypernyms].txt: expected a word, a tab, and its answers with slashes between"
    assert read_word_analogies(tmp_path / "deeper" / "I01.txt").sections[0] == benchmark.sections[1]
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    with pytest.raises(ValueError, match=r"holds no file \*\.txt with two lines"):
        read_word_analogies(nothing)
