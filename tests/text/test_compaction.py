import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from wordneg.text.scanning.compaction import compact
from wordneg.text.scanning.tally import SENTENCE_END


@given(
    sentences=st.lists(st.lists(st.integers(0, 5), max_size=6), max_size=12),
    final_ids=st.lists(st.integers(-1, 5), min_size=6, max_size=6),
    piece=st.integers(1, 9),
    in_place=st.booleans(),
)
@settings(deadline=None)
def test_compact(sentences, final_ids, piece, in_place):
    stream = np.array([v for sentence in sentences for v in [*sentence, SENTENCE_END]], dtype=np.int32)
    expected = [[final_ids[v] for v in sentence if final_ids[v] >= 0] for sentence in sentences]
    expected = [sentence for sentence in expected if sentence]
    tokens = stream if in_place else np.empty_like(stream)
    ends = np.zeros(len(sentences) + 1, dtype=np.int64)
    written = ended = 0
    for start in range(0, stream.size, piece):
        written, ended = compact(
            stream[start : start + piece], np.array(final_ids, dtype=np.int32), tokens, ends, written, ended
        )
    assert ended == len(expected)
    assert [tokens[ends[s] : ends[s + 1]].tolist() for s in range(ended)] == expected
