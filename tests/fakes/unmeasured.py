"""Make something up without measuring which lines that runs.

What is tested is measured. A record is made up by the tests' own code, which plays
every person and device; measured, that takes twice as long, and the lines of the
product that it runs are for the tests of those lines to run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

Made = TypeVar("Made")


def unmeasured(make: Callable[[], Made]) -> Made:
    """Call ``make`` while nothing is measured, and give what it gives."""
    tracing = sys.gettrace()
    sys.settrace(None)
    try:
        return make()
    finally:
        sys.settrace(tracing)
