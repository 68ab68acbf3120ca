"""What is not measured, and what no collector of garbage looks at.

Not measured are a test that says so and the processes it starts. Measuring which
lines run makes a whole ceremony half as slow again. So the tests of whole ceremonies,
whose every line is run by a smaller one as well, are marked ``no_cover``. pytest-cov
then stops measuring in the test's own process; here what a process would be measured by
is taken from its surroundings as well, and a process that ends by ``os._exit`` saves
nothing. Each time that coverage goes on, it wraps ``os._exit`` once more, so that a
process of a later test would save what was measured hundreds of times before it ends.
"""

from __future__ import annotations

import gc
import os
import posix
from collections.abc import Iterator

import pytest

MEASURED_BY = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")
"""What tells a Python that starts to measure itself."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[object]:
    """Keep from the processes of an unmeasured test, and of its fixtures, how to."""
    if item.get_closest_marker("no_cover") is None:
        return (yield)
    told = {name: os.environ.pop(name) for name in MEASURED_BY if name in os.environ}
    saving, os._exit = os._exit, posix._exit
    try:
        return (yield)
    finally:
        os._exit = saving
        os.environ.update(told)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[object]:
    """Leave what the collection makes, millions of objects, to no collector of garbage.

    None of it goes before the end. To look through it again and again, for garbage or
    for what is left of a test, takes longer than many a test.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
