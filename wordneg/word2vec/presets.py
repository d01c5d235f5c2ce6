"""Named settings: what a search found to be best, for those who do not want to search.

`Word2Vec`'s defaults are gensim's, so that a program written for gensim gets what it expects. A preset replaces them;
settings that are given by name go before it.
"""

from __future__ import annotations

from typing import Any

from wordneg.common.messages import near_misses
from wordneg.common.settings import Given, SettingError

__all__ = ["PRESETS", "preset"]

PRESETS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "quality": (
        {"alpha": 0.05, "sample": 1e-4, "window": 8, "negative": 10},
        {"alpha": 0.05, "sample": 1e-4},
    )
}
"""The settings of each preset, for CBOW and for skip-gram.

"quality": found on 100 MB of English Wikipedia by a search on halves of benchmarks, and confirmed on the other halves
with three seeds at equal training time (`tests/benchmarks/results/presets.md`).
"""


def preset(name: str, *, skip_gram: bool) -> dict[str, Any]:
    """Return the settings of a preset.

    Raises
    ------
    SettingError
        If there is none of that name.
    """
    if name not in PRESETS:
        known = " or ".join(map(repr, PRESETS))
        raise SettingError("got ", Given("preset", name), f"{near_misses(str(name), PRESETS)}; expected {known}")
    return PRESETS[name][skip_gram]
