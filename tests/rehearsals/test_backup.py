"""The built-in backup on SoftHSM, from fresh tokens to a verified pack, played once.

What shows that the copy is the key is judged with openssl and by hand.
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

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.no_cover]

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

set_up(workspace, "backup", lambda text: None)
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

    def card(self, step: str) -> dict[str, str]:
        """Give what the review card said that the device would be told."""
        told = self.verdict["reviews"][step]["told"]
        return {line["label"]: line["value"] for line in told}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with folder_in_memory("backup", tmp_path_factory.mktemp("backup")) as folder:
        verdict = run_scene("-c", SCENE, folder / "workspace", measured=True)
        pack = folder / "workspace/evidence.pdf"
        told = run_ceremony(["extract", str(pack), "-o", str(folder / "files")])
        assert told.status == 0, told.all
        yield Played(verdict, folder / "files", pack)


def test_the_pack_is_verified_and_says_which_keys_may_leave(played: Played) -> None:
    assert played.verdict["lines"] == [
        "Record: VERIFIED WITH REMARKS, REHEARSAL",
        "Ceremony: completed as approved; REHEARSAL; keys in software",
    ]
    told = "As approved, a key may leave its token wrapped: backup-kek, signer."
    assert told in played.verdict["remarks"]


@pytest.mark.parametrize("name", ["signer", "signer-copy"])
def test_both_tokens_sign_for_one_public_key(played: Played, name: str) -> None:
    openssl = run_tool(
        [
            *("openssl", "dgst", "-sha256", "-keyform", "DER"),
            *("-verify", "public-key-signer.der"),
            *("-signature", f"key-proof-{name}.sig", f"key-proof-{name}.txt"),
        ],
        played.files,
    )
    assert openssl.stdout == b"Verified OK\n"


def test_each_proof_names_its_own_token(played: Played) -> None:
    first, second = (
        (played.files / f"key-proof-{name}.txt").read_text().split("\n")[1]
        for name in ("signer", "signer-copy")
    )
    assert first == f"token {played.outcome('4.6')['serial']}"
    assert second == f"token {played.outcome('4.8')['serial']}"
    assert first != second


def test_both_tokens_give_one_check_value_by_cmac(played: Played) -> None:
    first, second = (played.outcome(step)["check_value"] for step in ("3.6", "3.11"))
    assert first == second
    assert first["method"] == "cmac"
    assert first["told_by"] == "CKM_AES_CMAC"
    assert len(bytes.fromhex(first["value"])) == 5


def test_the_blob_in_the_pack_is_the_one_that_was_restored(played: Played) -> None:
    blob = (played.files / "wrapped-signer.bin").read_bytes()
    digest = hashlib.sha256(blob).hexdigest()
    wrapped, restored = played.outcome("4.6")["wrapped"], played.outcome("4.8")
    assert (wrapped["blob"], wrapped["size"]) == (digest, len(blob))
    assert restored["restored"]["blob"] == digest
    assert wrapped["mechanism"] == "CKM_AES_KEY_WRAP_PAD"
    assert wrapped["passed_over"] == ["CKM_AES_KEY_WRAP_KWP"]


def test_what_a_token_does_not_tell_of_a_restored_key_is_recorded(
    played: Played,
) -> None:
    (remark,) = played.outcome("3.9")["secret_key"]["remarks"]
    assert (remark["subject"], remark["told"]) == ("CKA_VALUE_LEN", "absent")


def test_a_key_that_may_leave_says_so_in_its_attributes(played: Played) -> None:
    found = {
        it["name"]: it["found"] for it in played.outcome("4.3")["key"]["attributes"]
    }
    assert found["CKA_EXTRACTABLE"] == "true"
    found = {
        it["name"]: it["found"] for it in played.outcome("4.8")["key"]["attributes"]
    }
    assert found["CKA_EXTRACTABLE"] == "false"
    assert found["CKA_LOCAL"] == "false"


BY_CMAC = ["CKA_SIGN + CKA_DECRYPT + CKA_UNWRAP", "CKA_SIGN + CKA_WRAP"]
"""What a key that wraps, and signs for its check value alone, has of each set."""


@pytest.mark.parametrize(
    ("step", "part", "sets"),
    [
        ("3.2", "key", []),
        ("3.4", "secret_key", BY_CMAC),
        ("3.9", "secret_key", BY_CMAC),
        ("4.3", "key", []),
        ("4.8", "key", []),
    ],
)
def test_each_key_is_judged_for_usages_that_must_not_combine_but_for_its_own(
    played: Played, step: str, part: str, sets: list[str]
) -> None:
    told = played.outcome(step)[part]["attributes"]
    judged = [each for each in told if " + " in each["name"]]
    assert len(judged) == 4
    assert all(each["passed"] for each in judged)
    together = [each for each in judged if each["found"] != "apart"]
    assert [each["name"] for each in together] == sets
    assert all(each["found"] == "as ordered" for each in together)


def test_page_1_and_the_key_pages_tell_of_the_copies(played: Played) -> None:
    text = " ".join(text_of(played.pack.read_bytes()).split())
    assert "Two copies were restored, all of them shown to be equal." in text
    assert "Signing key, shown to be equal" in text
    assert "Secret keys: Backup wrapping key (AES-256)" in text
    assert "restored as a copy of Signing key" in text


def test_the_review_cards_say_what_leaves_and_what_comes(played: Played) -> None:
    card = played.card("3.2")
    assert card["Algorithm"] == "RSA, 2048 bits"
    assert card["Use"] == "to wrap and unwrap other keys"
    card = played.card("3.4")
    assert card["Algorithm"] == "AES, 256 bits"
    assert card["Copies"] == "it may leave the token wrapped"
    card = played.card("4.6")
    assert (card["Key"], card["Method"]) == ("Signing key", "aes-kwp")
    assert card["Under"] == "Backup wrapping key"
    card = played.card("4.8")
    assert card["Copy of"] == "Signing key"
    assert card["Blob"] == played.outcome("4.6")["wrapped"]["blob"]
    assert played.card("3.6")["Check value"] == "of zeros, by cmac"
    reviews = played.verdict["reviews"]
    assert reviews["3.9"]["after"] == ["secret key"]
    assert reviews["4.8"]["after"] == ["private key", "public key"]
    asked = dict(reviews["4.8"]["attributes"])
    assert (asked["CKA_EXTRACTABLE"], asked["CKA_LOCAL"]) == ("false", "false")
