"""The built-in contingency ceremony on SoftHSM, from fresh tokens to a verified pack.

It is killed once, when the token has wrapped the public key and nobody has heard of it.
What the root certificate carries is read by openssl and by hand.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.outside_tool import run_tool
from tests.fakes.pdf_text import text_of
from tests.rehearsals.later_root import put_later_root
from tests.rehearsals.made_act import SCENE
from tests.rehearsals.opened import play_scene
from tests.rehearsals.stage import folder_in_memory, run_ceremony, run_scene

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.no_cover]

ID_AES128_WRAP_PAD = bytes.fromhex("300b0609608648016503040108")
"""AlgorithmIdentifier without parameters: 2.16.840.1.101.3.4.1.8 (RFC 5649)."""

KILLED = """
import os, sys
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.actions import perform
from ceremony.conduct.demo import open_demo, set_up
from ceremony.conduct.rehearsal import gather
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.pack.answers import StepAnswers
from tests.unit.conduct.scenes import play_to

workspace = Workspace(Path(sys.argv[1]))
set_up(workspace, "contingency", lambda text: None)
with enter(workspace, open_demo(workspace), SystemClock()) as at:
    play_to(at, "3.8")
    at.conductor.finish = lambda *_: os._exit(0)
    perform(at.conductor, gather(at.conductor, StepAnswers({}, {}, (), ()), at.pins))
"""

RESUMED = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.demo import finish_demo
from ceremony.conduct.recovery import Choice, Decision, recover
from ceremony.conduct.room import enter
from ceremony.conduct.step_view import view_step
from ceremony.conduct.workspace import Workspace
from ceremony.identifiers import Role
from ceremony.verify.pack import verify_pack

workspace = Workspace(Path(sys.argv[1]))
out = workspace.folder / "evidence.pdf"
reviews, told = {}, []
by = (Role("security-officer"), Role("internal-witness"))

def look(text):
    step = view_step(room.conductor, {})
    if step is not None and step.review is not None:
        reviews[step.id] = asdict(step.review)

with enter(workspace, workspace.plans()[0].ceremony, SystemClock()) as room:
    recover(room.conductor, room.pins, Decision(Choice.DESTROY, by), told.append)
    finish_demo(room, out, look)
verdict = verify_pack(out, room.site.folder / "trust-policy.toml")
print(json.dumps({
    "reviews": reviews,
    "told": told,
    "lines": [verdict.record_line, verdict.ceremony_line],
    "remarks": [told for check in verdict.checks for told in check.remarks],
}))
"""


@dataclass(frozen=True)
class Played:
    """The finished ceremony: what the verifier said, and the pack's files.

    Attributes:
        later: What the verifier said of the later ceremony, which carries on what was
            wrapped in this one.
        later_files: The files of that one's pack.
        later_check: What the check of that one's script says.
    """

    verdict: dict[str, Any]
    files: Path
    pack: bytes
    later: list[str]
    later_files: Path
    later_check: str

    def outcomes(self, step: str) -> list[dict[str, Any]]:
        """Give what a step's device did, in order."""
        text = (self.files / "events.jsonl").read_text()
        return [
            leaf["data"]
            for leaf in map(json.loads, text.splitlines())
            if leaf["type"] == "hsm.outcome" and leaf["step"]["id"] == step
        ]

    def outcome(self, step: str) -> dict[str, Any]:
        """Give what a step's device did last."""
        return self.outcomes(step)[-1]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Any:
    otherwise = tmp_path_factory.mktemp("contingency")
    with folder_in_memory("contingency", otherwise) as folder:
        workspace, files = folder / "workspace", folder / "files"
        play_scene(KILLED, workspace)
        verdict = run_scene("-c", RESUMED, workspace)
        pack = _extract(workspace, files)
        put_later_root(workspace / "site", files)
        script = workspace / "site/script.yaml"
        checked = run_ceremony(["script", "check", str(script)]).all
        later = run_scene("-c", SCENE, workspace)
        _extract(workspace, folder / "later")
        yield Played(verdict, files, pack, later, folder / "later", checked)


def _extract(workspace: Path, files: Path) -> bytes:
    """Extract the pack's files, and take it and its companion away."""
    pack = workspace / "evidence.pdf"
    told = run_ceremony(["extract", str(pack), "-o", str(files)])
    assert told.status == 0, told.all
    raw = pack.read_bytes()
    for path in (pack, pack.with_suffix(".proof")):
        path.unlink(missing_ok=True)
    return raw


def test_the_pack_is_verified_and_says_what_the_token_put_behind(
    played: Played,
) -> None:
    assert played.verdict["lines"] == [
        "Record: VERIFIED WITH REMARKS, REHEARSAL",
        (
            "Ceremony: completed with deviations (0 note, 1 minor, 0 major); "
            "REHEARSAL; keys in software"
        ),
    ]
    told = "Zeros are wrapped with a public key, against RFC 5649: contingency."
    assert told in played.verdict["remarks"]
    assert played.outcome("3.8")["public_wrapped"]["filled"] == 5


def test_the_wrapping_in_doubt_counts_as_failed_and_is_carried_out_anew(
    played: Played,
) -> None:
    first, second = played.outcomes("3.8")
    assert (first["result"], second["result"]) == ("failed", "done")
    assert (first["inventory"]["count"], "public_wrapped" in first) == (3, False)
    lost = "key.wrap-public counts as failed: its result was lost."
    assert any(lost in told for told in played.verdict["told"])


def test_the_leaf_names_the_public_key_that_was_heard_and_what_came_of_it(
    played: Played,
) -> None:
    wrapped = played.outcome("3.8")["public_wrapped"]
    public_key = (played.files / "public-key-contingency.der").read_bytes()
    blob = (played.files / "public-wrapped-contingency.bin").read_bytes()
    assert wrapped["public_key"] == hashlib.sha256(public_key).hexdigest()
    assert (wrapped["blob"], wrapped["size"]) == (hashlib.sha256(blob).hexdigest(), 104)
    assert (wrapped["under"], wrapped["mechanism"], wrapped["passed_over"]) == (
        "symmetric",
        "CKM_AES_KEY_WRAP_PAD",
        ["CKM_AES_KEY_WRAP_KWP"],
    )
    assert wrapped["algorithm"] == "2.16.840.1.101.3.4.1.8"


def carried(files: Path) -> bytes:
    """Give what openssl finds as the value of the root's extension."""
    name = "certificate-root-oca-certificate.pem"
    command = ["openssl", "asn1parse", "-in", name]
    lines = run_tool(command, files).stdout.decode().splitlines()
    at = next(i for i, line in enumerate(lines) if ":1.3.6.1.5.5.7.1.20" in line)
    # What follows the OID is the value itself: the extension is not critical.
    assert "OCTET STRING" in lines[at + 1]
    return bytes.fromhex(lines[at + 1].rpartition("[HEX DUMP]:")[2])


def test_openssl_finds_the_wrapped_key_in_the_root_certificate(played: Played) -> None:
    blob = (played.files / "public-wrapped-contingency.bin").read_bytes()
    assert len(blob) == 104
    assert (
        carried(played.files) == b"\x30\x77" + ID_AES128_WRAP_PAD + b"\x04\x68" + blob
    )


def test_a_root_that_is_made_another_day_carries_the_same(played: Played) -> None:
    assert played.later[:2] == [
        "Record: VERIFIED WITH REMARKS, REHEARSAL",
        "Ceremony: completed as approved; REHEARSAL; keys in software",
    ]
    assert "Zeros are wrapped with a public key" in " ".join(played.later)
    assert carried(played.later_files) == carried(played.files)
    name = "public-key-root-oca.der"
    assert (played.later_files / name).read_bytes() != (
        played.files / name
    ).read_bytes()


def test_openssl_verifies_what_is_issued_below_the_root_that_carries_it(
    played: Played,
) -> None:
    assert played.later_check.strip().endswith(", sound.")
    files, root = played.later_files, "certificate-root-oca-certificate.pem"
    issuing = "certificate-issuing-oca-certificate.pem"
    verify = ["openssl", "verify", "-CAfile", root, "-purpose", "any", issuing]
    assert run_tool(verify, files).stdout.strip() == f"{issuing}: OK".encode()
    show = ["openssl", "crl", "-inform", "DER", "-in", "crl-arl.crl", "-noout", "-text"]
    shown = run_tool([*show, "-verify", "-CAfile", root], files)
    assert shown.stderr.strip() == b"verify OK"
    assert b"Serial Number: 4A0F" in shown.stdout


def test_nothing_is_left_in_the_token_by_the_wrapping(played: Played) -> None:
    taken = played.outcome("3.8")["inventory"]
    assert taken["count"] == 3
    assert taken.keys() == {"digest", "count"}
    assert taken["digest"] == played.outcome("3.9")["inventory"]["digest"]


def test_the_review_card_says_whose_public_key_is_wrapped(played: Played) -> None:
    lines = played.verdict["reviews"]["3.8"]["told"]
    card = {line["label"]: line["value"] for line in lines}
    public_key = (played.files / "public-key-contingency.der").read_bytes()
    assert card["Public key"] == "Contingency key"
    assert card["SHA-256"] == hashlib.sha256(public_key).hexdigest()
    assert (card["Under"], card["Method"]) == ("Symmetric key", "aes-kwp")


def test_the_pages_say_what_was_wrapped_and_what_the_root_carries(
    played: Played,
) -> None:
    blob = played.outcome("3.8")["public_wrapped"]["blob"]
    text = " ".join(text_of(played.pack).split())
    # The wrapping is told by its step, by the device's page, and by the certificate.
    assert f"carries {blob[:4]} {blob[4:8]}" in text
    assert "wrapped under Symmetric key by id-aes128-wrap-pad" in text
    assert "the token unwrapped it again: the public key came back" in text
    assert "with 5 bytes of zeros behind it, which RFC 5649 does not have" in text
