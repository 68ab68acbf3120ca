"""Roots of other kinds than P-256 certify themselves, on SoftHSM, from open to verify.

Three keys in one token: EC P-384, Ed25519, and RSA 4096 that signs by PSS. What came of
it is judged by openssl.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.key_acts import ANSWERS_FILE, SCRIPT_FILE, put_script
from tests.fakes.outside_tool import run_tool
from tests.rehearsals.stage import (
    copy_site,
    folder_in_memory,
    run_ceremony,
    run_scene,
)

pytestmark = [pytest.mark.hsm, pytest.mark.slow]

KINDS = {
    "p384": ("root-ca-ec-p384", "P-384", "ecdsa-with-SHA384"),
    "edwards": ("root-ca-ed25519", "Ed25519", "ED25519"),
    "pss": ("root-ca-rsa-4096-pss", "RSA-4096", "rsassaPss"),
}
OURS = {
    "p384": "ecdsa-with-SHA384",
    "edwards": "Ed25519",
    "pss": "RSASSA-PSS with SHA256",
}

SCENE = """
import json, sys
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.demo import finish_demo, open_demo
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.verify.pack import verify_pack

workspace = Workspace(Path(sys.argv[1]))
out = workspace.folder / "evidence.pdf"
with enter(workspace, open_demo(workspace), SystemClock()) as room:
    finish_demo(room, out, lambda _: None)
verdict = verify_pack(out, room.site.folder / "trust-policy.toml")
print(json.dumps([verdict.record_line, verdict.ceremony_line]))
"""


def things() -> str:
    lines = ["  root-hsm: {kind: token, title: Root token}"]
    for name, (profile, algorithm, _) in KINDS.items():
        told = (
            f"profile: {profile}, common-name: Root {name}, "
            "values: {organization: Example, country: GB}"
        )
        made = f"token: root-hsm, algorithm: {algorithm}, {told}"
        lines += [
            f"  {name}: {{kind: key, title: Key {name}, {made}}}",
            f"  {name}-cert: {{kind: certificate, title: Root {name}, {told}}}",
        ]
    return "\n".join([*lines, "  bag-out: {kind: bag, title: Bag to the safe}\n"])


def steps() -> str:
    told = [
        "hold, with: {roles: [custodian]}",
        "token.initialise, irreversible: true, with: {token: root-hsm}",
    ]
    for number, name in enumerate(KINDS):
        with_objects = f"with: {{token: root-hsm, expect-objects: {2 * number}}}"
        told += [
            f"token.inventory, {with_objects}",
            f"key.generate, irreversible: true, with: {{key: {name}}}",
        ]
    told.append("token.inventory, with: {token: root-hsm, expect-objects: 6}")
    told += [
        "certificate.self-sign, irreversible: true, "
        f"with: {{key: {name}, certificate: {name}-cert}}"
        for name in KINDS
    ]
    for name in KINDS:
        ends = "reader: custodian, typist: internal-witness, source: projector"
        for subject, what, words in (
            (name, "public key", 8),
            (f"{name}-cert", "certificate fingerprint", 32),
        ):
            told.append(
                f"check, with: {{subject: {subject}, what: {what}, words: {words}, "
                f"{ends}}}"
            )
    told.append("act-end")
    return "".join(
        f'      - {{id: "2.{number}", text: It is done., by: '
        f"{'custodian' if step.startswith('check') else 'administrator'}, "
        f"initials: [internal-witness], verb: {step}}}\n"
        for number, step in enumerate(told, start=1)
    )


def write_script(path: Path) -> int:
    """Write the script; give the number of its first step that is read back."""
    text = SCRIPT_FILE.read_text()
    start, end = text.index("unverified:\n"), text.index("place:")
    text = f"{text[:start]}things:\n{things()}{text[end:]}"
    start = text.index('      - {id: "2.1"')
    end = text.index("  - id: 3\n")
    path.write_text(f"{text[:start]}{steps()}{text[end:]}")
    return 3 + 2 * len(KINDS) + 1 + len(KINDS)


@pytest.fixture(scope="module")
def played(
    site_base: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[list[str], Path]]:
    made = tmp_path_factory.mktemp("kinds")
    with folder_in_memory("kinds", made) as folder:
        workspace = folder / "workspace"
        site = copy_site(site_base, workspace)
        first = write_script(made / "script.yaml")
        words = "".join(
            f'  "2.{first + each}": {{words: {{read: projector}}}}\n'
            for each in range(2 * len(KINDS))
        )
        told = ANSWERS_FILE.read_text()
        start, end = told.index('  "2.7"'), told.index('  "3.1"')
        (made / "answers.yaml").write_text(f"{told[:start]}{words}{told[end:]}")
        put_script(site, made / "script.yaml", made / "answers.yaml")
        lines = run_scene("-c", SCENE, workspace, measured=True)
        pack, files = workspace / "evidence.pdf", folder / "files"
        ran = run_ceremony(["extract", str(pack), "-o", str(files)])
        assert ran.status == 0, ran.all
        yield lines, files


def test_the_pack_of_three_kinds_of_root_verifies(
    played: tuple[list[str], Path],
) -> None:
    lines, _ = played
    assert lines[0] == "Record: VERIFIED WITH REMARKS, REHEARSAL"


@pytest.mark.parametrize("name", KINDS)
def test_openssl_verifies_the_root_and_names_its_signature(
    played: tuple[list[str], Path], name: str
) -> None:
    _, files = played
    file = f"certificate-{name}-cert.pem"
    verify = ["openssl", "verify", "-check_ss_sig", "-CAfile", file, file]
    assert run_tool(verify, files).stdout.decode() == f"{file}: OK\n"
    show = ["openssl", "x509", "-in", file, "-noout", "-text"]
    shown = run_tool(show, files).stdout.decode()
    assert f"Signature Algorithm: {KINDS[name][2]}" in shown
    assert f"Subject: C = GB, O = Example, CN = Root {name}" in shown


def test_each_signature_is_recorded_by_its_algorithm(
    played: tuple[list[str], Path],
) -> None:
    _, files = played
    leaves: list[dict[str, Any]] = [
        json.loads(line) for line in (files / "events.jsonl").read_text().splitlines()
    ]
    told = {
        leaf["data"]["thing"]: leaf["data"]["algorithm"]
        for leaf in leaves
        if leaf["type"] == "hsm.intent"
        and leaf["data"]["verb"] == "certificate.self-sign"
    }
    assert told == {f"{name}-cert": OURS[name] for name in KINDS}
