"""A process to which file modes apply, although root has begun it."""

from __future__ import annotations

import ctypes
from typing import Final

_BOUNDING_SET_DROP: Final = 24
_READ_ANYTHING: Final = (1, 2)
"""``CAP_DAC_OVERRIDE`` and ``CAP_DAC_READ_SEARCH``."""


def heed_file_modes() -> None:
    """Give up what lets root read anything, from the next program on.

    It is called between fork and exec. Of somebody who is not root nothing is taken:
    the system refuses, and there is nothing to take.

    Source: capabilities(7), prctl(2) ``PR_CAPBSET_DROP``.
    """
    system = ctypes.CDLL(None)
    for capability in _READ_ANYTHING:
        system.prctl(_BOUNDING_SET_DROP, capability, 0, 0, 0)
