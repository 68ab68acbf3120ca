"""Ceremonies in which a key is wrapped by a trusted key only: made up, or at a site.

Made up it is the small backup, whose wrapping key the security officer makes trusted.
At a site it is played on SoftHSM, which lets the officer write a trusted public key and
nothing else: there a pair of the same token wraps, and nothing is restored.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from ceremony import canonical
from tests.fakes.forgery import Forgery
from tests.fakes.key_acts import ANSWERS_FILE, SCRIPT_FILE, put_at_site
from tests.fakes.record_backup import build_backup
from tests.fakes.record_builder import BuiltRecord

THINGS: Final = """\
things:
  root-hsm: {kind: token, title: Root token}
  carrier: {kind: key, title: Carrier, token: root-hsm, KIND, use: wrap, trusted: true}
  kek: {kind: key, title: Wrapping key, token: root-hsm, algorithm: AES-256, use: wrap,
    copies: wrapped-by-trusted, check-value: cmac}
  bag-out: {kind: bag, title: Bag to the safe}
"""

STEPS: Final = """\
      - {id: "2.1", verb: hold, text: Everybody is asked., by: administrator, initials: [internal-witness], with: {roles: [custodian]}}
      - {id: "2.2", verb: token.initialise, text: The token is wiped., by: administrator, initials: [internal-witness], irreversible: true, with: {token: root-hsm}}
      - {id: "2.3", verb: token.inventory, text: The token is listed., by: administrator, initials: [internal-witness], with: {token: root-hsm, expect-objects: 0}}
      - {id: "2.4", verb: key.generate, text: The carrier is made and trusted., by: administrator, initials: [internal-witness], irreversible: true, with: {key: carrier}}
      - {id: "2.5", verb: key.generate, text: The wrapping key is made., by: administrator, initials: [internal-witness], irreversible: true, with: {key: kek}}
      - {id: "2.6", verb: key.wrap, text: It is wrapped., by: administrator, initials: [internal-witness], irreversible: true, with: {key: kek, under: carrier, method: rsa-oaep-sha1}}
      - {id: "2.7", verb: token.inventory, text: The token is listed again., by: administrator, initials: [internal-witness], with: {token: root-hsm, expect-objects: 3}}
      - {id: "2.8", verb: act-end, text: The act is over., by: administrator, initials: [internal-witness]}
"""  # noqa: E501  a step a line, as scripts have them


def build_trusted(forgery: Forgery | None = None) -> BuiltRecord:
    """Make the small backup up with a trusted wrapping key, honestly or forged.

    The policy approves the script as the record has it, so that a lie in the script is
    one that its approvers did not see.
    """
    asked = forgery or Forgery()

    def script(raw: bytes) -> bytes:
        told = raw.decode().replace(
            "    copies: wrapped\n    check-value: cmac\n",
            "    copies: wrapped\n    check-value: cmac\n    trusted: true\n",
        )
        told = told.replace(
            "    algorithm: P-256\n    copies: wrapped\n",
            "    algorithm: P-256\n    copies: wrapped-by-trusted\n",
        )
        return asked.script(told.encode())

    built = build_backup(replace(asked, script=script))
    approved = (built.builder.script.digest,)
    return replace(built, policy=replace(built.policy, scripts=approved))


def put_trusted_at_site(site: Path, kind: str) -> None:
    """Let a site of the demo that nothing was opened at wrap by a trusted key.

    Args:
        site: The site's folder.
        kind: The carrier's, e.g. ``algorithm: RSA-2048``.
    """
    put_at_site(site)
    honest = SCRIPT_FILE.read_bytes()
    text = honest.decode()
    text = re.sub(r"(?s)things:\n.*?(?=place: )", THINGS.replace("KIND", kind), text)
    text = re.sub(
        r'(?s)      - \{id: "2\.1",.*?(?=  - id: 3\n)', lambda _: STEPS, text, count=1
    )
    (site / "script.yaml").write_text(text)
    answers = ANSWERS_FILE.read_text()
    unasked = [row for row in answers.splitlines() if '"2.7"' in row or '"2.9"' in row]
    for row in unasked:
        answers = answers.replace(f"{row}\n", "")
    (site / "answers.yaml").write_text(answers)
    policy = site / "trust-policy.toml"
    before, after = canonical.digest(honest), canonical.digest(text.encode())
    policy.write_text(policy.read_text().replace(before, after))
    let_keys_be_wrapped(site)


def let_keys_be_wrapped(site: Path) -> None:
    """Let the policies of a site of the demo have keys that leave their tokens."""
    policy = site / "trust-policy.toml"
    told = policy.read_text()
    policy.write_text(told.replace("waivers = [", 'waivers = ["wrapped-copies", '))
    policy = site / "site-policy.toml"
    policy.write_text("wrapped-copies = true\n" + policy.read_text())
