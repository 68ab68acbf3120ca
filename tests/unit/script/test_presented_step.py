"""The text of a step as everybody sees it, and its digest."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from ceremony.script.decode import load_script
from ceremony.script.presented import presented_step, render_step

SOUND = Path(__file__).parents[2] / "vectors" / "scripts" / "sound.yaml"


def test_a_step_is_shown_with_all_that_it_says_and_nothing_else() -> None:
    step = load_script(SOUND).acts[1].steps[1]
    assert render_step(step) == "2.2 Wipe.\nThis cannot be undone.\n"
    plain = replace(step, irreversible=False, say="Ready.", expect="No object.")
    text = "2.2 Wipe.\nSay: Ready.\nExpected: No object.\n"
    assert render_step(plain) == text
    assert presented_step(plain) == hashlib.sha256(text.encode()).hexdigest()
