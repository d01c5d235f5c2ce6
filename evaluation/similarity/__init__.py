"""Word similarity: how well the cosines of pairs of words agree with what people say of them.

`benchmark` has the pairs, as they are read and bound to words; `result` is what comes out; `reading` reads files.
"""
