from pathlib import Path

import numpy as np
import pytest

from wordneg.common.machine import PeakMemory


def test_peak_memory_sees_what_was_taken():
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("the system does not tell of one run")
    small = PeakMemory().read()
    memory = PeakMemory()
    taken = np.ones(30_000_000)
    assert memory.read() > small + 0.8 * taken.nbytes
    del taken
    assert PeakMemory().read() < small + 100e6
