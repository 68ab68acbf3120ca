"""The built-in contingency ceremony on SoftHSM, from fresh tokens to a verified pack.

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
from tests.rehearsals.stage import folder_in_memory, run_ceremony, run_scene

pytestmark = [pytest.mark.hsm, pytest.mark.slow]

ID_AES128_WRAP_PAD = bytes.fromhex("300b0609608648016503040108")
"""AlgorithmIdentifier without parameters: 2.16.840.1.101.3.4.1.8 (RFC 5649)."""

SCENE = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.demo import finish_demo, open_demo, set_up
from ceremony.conduct.room import enter
from ceremony.conduct.step_view import view_step
from ceremony.conduct.workspace import Workspace
from ceremony.verify.pack import verify_pack

workspace = Workspace(Path(sys.argv[1]))
out = workspace.folder / "evidence.pdf"
reviews = {}

def look(text):
    step = view_step(room.conductor, {})
    if step is not None and step.review is not None:
        reviews[step.id] = asdict(step.review)

set_up(workspace, "contingency", lambda text: None)
with enter(workspace, open_demo(workspace), SystemClock()) as room:
    finish_demo(room, out, look)
verdict = verify_pack(out, room.site.folder / "trust-policy.toml")
print(json.dumps({
    "reviews": reviews,
    "lines": [verdict.record_line, verdict.ceremony_line],
    "remarks": [told for check in verdict.checks for told in check.remarks],
}))
"""


@dataclass(frozen=True)
class Played:
    """The finished ceremony: what the verifier said, and the pack's files."""

    verdict: dict[str, Any]
    files: Path
    pack: Path

    def outcome(self, step: str) -> dict[str, Any]:
        """Give what a step's device did."""
        text = (self.files / "events.jsonl").read_text()
        (data,) = (
            leaf["data"]
            for leaf in map(json.loads, text.splitlines())
            if leaf["type"] == "hsm.outcome" and leaf["step"]["id"] == step
        )
        told: dict[str, Any] = data
        return told


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Any:
    otherwise = tmp_path_factory.mktemp("contingency")
    with folder_in_memory("contingency", otherwise) as folder:
        verdict = run_scene("-c", SCENE, folder / "workspace", measured=True)
        pack = folder / "workspace/evidence.pdf"
        told = run_ceremony(["extract", str(pack), "-o", str(folder / "files")])
        assert told.status == 0, told.all
        yield Played(verdict, folder / "files", pack)


def test_the_pack_is_verified_and_says_what_the_token_put_behind(
    played: Played,
) -> None:
    assert played.verdict["lines"] == [
        "Record: VERIFIED WITH REMARKS, REHEARSAL",
        "Ceremony: completed as approved; REHEARSAL; keys in software",
    ]
    told = "Zeros are wrapped with a public key, against RFC 5649: contingency."
    assert told in played.verdict["remarks"]
    assert played.outcome("3.8")["public_wrapped"]["filled"] == 5


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


def test_openssl_finds_the_wrapped_key_in_the_root_certificate(played: Played) -> None:
    name = "certificate-root-oca-certificate"
    told = run_tool(
        ["openssl", "asn1parse", "-in", f"{name}.pem", "-dump"], played.files
    )
    lines = told.stdout.decode().splitlines()
    at = next(i for i, line in enumerate(lines) if ":1.3.6.1.5.5.7.1.20" in line)
    assert "BOOLEAN" not in lines[at + 1]
    assert "OCTET STRING" in lines[at + 1]
    blob = (played.files / "public-wrapped-contingency.bin").read_bytes()
    octets = b"\x04\x68" + blob
    body = ID_AES128_WRAP_PAD + octets
    value = bytes([0x30, len(body)]) + body
    der = (played.files / f"{name}.der").read_bytes()
    oid = bytes.fromhex("06082b06010505070114")
    assert oid + bytes([0x04, len(value)]) + value in der


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
    text = " ".join(text_of(played.pack.read_bytes()).split())
    assert "wrapped under Symmetric key by id-aes128-wrap-pad" in text
    assert "the token unwrapped it again: the public key came back" in text
    assert "with 5 bytes of zeros behind it, which RFC 5649 does not have" in text
