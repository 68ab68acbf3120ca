"""The ceremony that is killed in its device acts, put at a site.

It is the one of ``sound-with-key-acts.yaml`` with another second act: each of many keys
is made, proves that it is in its token, and is destroyed; before the first, and again
after every few, the token is initialised.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tests.fakes.key_acts import ANSWERS_FILE, SCRIPT_FILE, put_script

DEVICE: Final = "root-hsm"
"""The token that all of it happens in."""

FIRST: Final = "2.2"
"""The step that initialises the token for the first time."""

BETWEEN: Final = 3
"""How many keys are made, used and destroyed between two initialisations."""

_KEY: Final = (
    "  {name}: {{kind: key, title: Key {name}, token: root-hsm, algorithm: P-256}}\n"
)
_STEP: Final = (
    '      - {{id: "2.{number}", verb: {verb}, text: It is done., by: administrator, '
    "initials: [internal-witness]{more}}}\n"
)
_IRREVERSIBLE: Final = ", irreversible: true"


def put_kills(site: Path, keys: int) -> None:
    """Let a site of the demo that nothing was opened at be this script's site."""
    script, answers = site.parent / "kills.yaml", site.parent / "kills-answers.yaml"
    script.write_text(_script(keys))
    asked = re.sub(r'  "2\.(7|9|13)".*\n', "", ANSWERS_FILE.read_text())
    answers.write_text(asked.replace("script: key-acts", "script: kills"))
    put_script(site, script, answers)


def _script(keys: int) -> str:
    honest = SCRIPT_FILE.read_text().replace("script: key-acts", "script: kills")
    names = [f"key-{number}" for number in range(1, keys + 1)]
    # A key without profile is certified by nobody, so nothing is unverified.
    bare = re.sub(r"unverified:\n(  - .*\n)+", "", honest)
    bare = re.sub(r"  (root-oca|root-oca-certificate|arl): .*\n", "", bare)
    bare = bare.replace("things:\n", "things:\n" + "".join(map(_key, names)))
    head, made, rest = re.split(r'(?m)(?=^      - \{id: "2\.1"|^  - id: 3$)', bare)
    return head + made.split("\n", 1)[0] + "\n" + "".join(_steps(names)) + rest


def _key(name: str) -> str:
    return _KEY.format(name=name)


def _steps(names: list[str]) -> list[str]:
    """Write the steps from 2.2 on; 2.1 asks everybody before anything irreversible."""
    told: list[tuple[str, str]] = []
    wiped = f"{_IRREVERSIBLE}, with: {{token: {DEVICE}}}"
    for number, name in enumerate(names):
        given = f", with: {{key: {name}}}"
        if number % BETWEEN == 0:
            told.append(("token.initialise", wiped))
        told += [
            ("key.generate", _IRREVERSIBLE + given),
            ("key.prove", given),
            ("key.destroy", _IRREVERSIBLE + given),
        ]
    told.append(("act-end", ""))
    return [
        _STEP.format(number=number, verb=verb, more=more)
        for number, (verb, more) in enumerate(told, 2)
    ]
