"""The ceremony of ``sound-with-key-acts.yaml``: made up in memory, or put at a site.

It has the verbs that use, prove and end a key after it was made, which the small
script of the verifier's first vectors does not have.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Final

from ceremony import canonical
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import BuiltRecord, build_record

TESTS: Final = Path(__file__).parents[1]
SCRIPT_FILE: Final = TESTS / "vectors/scripts/sound-with-key-acts.yaml"
ANSWERS_FILE: Final = TESTS / "rehearsals/key-acts-answers.yaml"

NEW_PIN: Final = "735190284466"
NEW_OFFICER_PIN: Final = "918273645500"
"""What the PINs of the made site's token are changed to."""


def build_key_acts(forgery: Forgery | None = None) -> BuiltRecord:
    """Make the ceremony up, honestly or with a forgery.

    The policy approves the script as the record has it, so that a lie in the script
    is one that its approvers did not see.
    """
    return build_script(SCRIPT_FILE, forgery)


def build_script(script: Path, forgery: Forgery | None = None) -> BuiltRecord:
    """Make the ceremony of a script up; the policy approves it as the record has it."""
    told = forgery or Forgery()
    honest = script.read_bytes()
    built = build_record(replace(told, script=lambda _: told.script(honest)))
    approved = (built.builder.script.digest,)
    return replace(built, policy=replace(built.policy, scripts=approved))


def put_at_site(site: Path) -> None:
    """Let a site of the demo that nothing was opened at be this script's site."""
    put_script(site, SCRIPT_FILE, ANSWERS_FILE)
    with (site / "pins.toml").open("a") as pins:
        pins.write(
            f'[new-user]\nroot-hsm = "{NEW_PIN}"\n'
            f'[new-officer]\nroot-hsm = "{NEW_OFFICER_PIN}"\n'
        )


def put_script(site: Path, script: Path, answers: Path) -> None:
    """Let a script with its answers be what the site's policy approves."""
    before = canonical.digest((site / "script.yaml").read_bytes())
    shutil.copy(script, site / "script.yaml")
    shutil.copy(answers, site / "answers.yaml")
    policy = site / "trust-policy.toml"
    text = policy.read_text()
    assert before in text
    policy.write_text(text.replace(before, canonical.digest(script.read_bytes())))
