"""The default tokenizer."""

import pytest

from wordneg.corpora import tokenize, tokenizing


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("... -- !?", []),
        ("The CAT, the cat!", ["the", "cat", "the", "cat"]),
        ("don't 'quoted' rock'n'roll dogs'", ["don't", "quoted", "rock'n'roll", "dogs"]),
        ("don’t l’été", ["don't", "l'été"]),
        ("snake_case e-mail 3.14 b2b", ["snake", "case", "e", "mail", "3", "14", "b2b"]),
        ("Straße ΑΒΓ Привет", ["straße", "αβγ", "привет"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("cafe\u0301 bar", ["cafe\u0301", "bar"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("日本語", ["日本語"]),
        ("a\0b", ["a", "b"]),
    ],
)
def test_words(text, words):
    assert tokenize(text) == words


def test_ascii_text_gives_the_same_words_on_both_ways():
    text = "It's 5 o'clock -- don't_stop 'now' it''s a'b'c x1y2 'tis"
    assert tokenizing._word_pattern().findall(text.lower()) == tokenize(text)
