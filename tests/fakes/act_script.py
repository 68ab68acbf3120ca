"""A script whose second act is made up; opening and close are the key acts'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ceremony.canonical import digest
from tests.fakes.key_acts import ANSWERS_FILE, SCRIPT_FILE

REQUESTS: Final = "requests"
"""The site's folder from which every import of a made-up act takes its requests."""


def own_section(profiles: Mapping[str, bytes]) -> str:
    """Give the section that names profiles of the site's own; empty for none."""
    items = [
        f'  - {{file: {file}, sha256: "{digest(raw)}"}}'
        for file, raw in profiles.items()
    ]
    return "\n".join(["profiles:", *items]) if items else ""


def act_script(
    things: list[str],
    act: list[str],
    name: str = "key-acts",
    sections: Sequence[str] = (),
) -> tuple[str, str]:
    """Give a script for rehearsals and the answers that play it.

    Args:
        things: The script's things but for the bag, an entry each.
        act: The steps between the hold and the end, from the verb on, one each.
        name: The script's name.
        sections: What stands before the things.
    """
    steps = ["hold, with: {roles: [custodian]}", *act, "act-end"]
    text = SCRIPT_FILE.read_text().replace("script: key-acts", f"script: {name}")
    start, end = text.index("unverified:\n"), text.index("place:")
    told = "\n".join(
        [
            *sections,
            "things:",
            *(f"  {thing}" for thing in things),
            "  bag-out: {kind: bag, title: Bag to the safe}\n",
        ]
    )
    text = f"{text[:start]}{told}{text[end:]}"
    start, end = text.index('      - {id: "2.1"'), text.index("  - id: 3\n")
    numbered = "".join(
        f'      - {{id: "2.{number}", text: It is done., by: '
        f"{'custodian' if step.startswith('check') else 'administrator'}, "
        f"initials: [internal-witness], verb: {step}}}\n"
        for number, step in enumerate(steps, start=1)
    )
    words = "".join(
        f'  "2.{number}": {{words: {{read: projector}}}}\n'
        for number, step in enumerate(steps, start=1)
        if step.startswith("check")
    )
    words += "".join(
        f'  "2.{number}": {{files: {REQUESTS}}}\n'
        for number, step in enumerate(steps, start=1)
        if step.startswith("csr.import")
    )
    answers = ANSWERS_FILE.read_text().replace("script: key-acts", f"script: {name}")
    first = answers.index("\n", answers.index('  "2.1"')) + 1
    last = answers.index('  "3.1"')
    script = f"{text[:start]}{numbered}{text[end:]}"
    return script, f"{answers[:first]}{words}{answers[last:]}"
