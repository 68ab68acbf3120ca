"""A contingency ceremony at the window, by keyboard only and with every PIN typed.

The module hangs as it wraps the public key. Nothing of a public key can have been lost,
so that nobody has to decide: the step is carried out anew.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ceremony.hsm.errors import Act
from tests.ui.ceremony.bad_turns import open_faulty_room
from tests.ui.ceremony.test_device_verbs_played import finish, outcomes, watched
from tests.ui.typist import Typist

pytestmark = [pytest.mark.slow, pytest.mark.crash]


def test_a_contingency_key_is_wrapped_by_keyboard_though_its_module_hangs(
    open_window: Callable[[], Typist], folder: Path
) -> None:
    at = open_faulty_room(open_window, folder, "contingency")
    watcher = watched(at)
    at.typist.play(until="3.8")
    with at.hanging(Act.WRAP_PUBLIC, "C_WrapKey * after hang"):
        told = at.refused("HSM-HOST-02", at.pins.answer("The PIN", at.serial))
    assert told.meaning == Act.WRAP_PUBLIC.refusal
    verdict = finish(at, folder / "workspace" / "demo")
    assert watcher.wrong == []
    assert "key.wrap-public" in watcher.verbs
    came = "the token unwrapped it again: the public key came back"
    assert came in watcher.said["3.8"]
    assert "Zeros are wrapped with a public key" in verdict
    assert outcomes(folder / "workspace" / "demo")["3.8"] == ["failed", "done"]
