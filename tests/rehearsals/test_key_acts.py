"""A ceremony that uses its key after it was made, on SoftHSM, from open to verify.

It is played once. What a key signed for proof is judged with openssl.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.key_acts import NEW_OFFICER_PIN, NEW_PIN, put_at_site
from tests.fakes.outside_tool import run_tool
from tests.fakes.pdf_text import text_of
from tests.rehearsals.stage import (
    copy_site,
    run_ceremony,
    run_scene,
    shared,
)

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.no_cover]

SCENE = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.demo import finish_demo, open_demo
from ceremony.conduct.room import enter
from ceremony.conduct.step_view import view_step
from ceremony.conduct.workspace import Workspace
from ceremony.errors import DeviceError
from ceremony.verify.pack import verify_pack

workspace = Workspace(Path(sys.argv[1]))
out = workspace.folder / "evidence.pdf"
reviews = {}
PINS = ("new user", "old user", "new officer", "old officer")

def opened(room, name):
    pins, devices = room.site.pins, room.conductor.devices
    fresh, whose = name.split()
    table = {
        "new user": pins.new_user,
        "old user": pins.user,
        "new officer": pins.new_officer,
        "old officer": pins.officer,
    }[name]
    pin = table["root-hsm"]
    try:
        if whose == "user":
            with devices.session("root-hsm", pin):
                return ""
        devices.token("root-hsm").change_so_pin(pin, pin)
    except DeviceError as error:
        return error.code
    return ""

def look(text):
    step = view_step(room.conductor, {})
    if step is not None and step.review is not None:
        reviews[step.id] = asdict(step.review)

with enter(workspace, open_demo(workspace), SystemClock()) as room:
    finish_demo(room, out, look)
    opens = {name: opened(room, name) for name in PINS}
verdict = verify_pack(out, room.site.folder / "trust-policy.toml")
print(json.dumps({
    "reviews": reviews,
    "opens": opens,
    "pins": [
        bytes(pin.expose()).decode()
        for table in (room.site.pins.user, room.site.pins.officer)
        for pin in table.values()
    ],
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

    def leaves(self, step: str, kind: str) -> list[dict[str, Any]]:
        """Give a step's leaves of a type, in order."""
        text = (self.files / "events.jsonl").read_text()
        told = [json.loads(line) for line in text.splitlines()]
        return [
            leaf
            for leaf in told
            if leaf["type"] == kind and leaf.get("step", {}).get("id") == step
        ]

    def outcome(self, step: str) -> dict[str, Any]:
        """Give what a step's device did."""
        (leaf,) = self.leaves(step, "hsm.outcome")
        data: dict[str, Any] = leaf["data"]
        return data


@pytest.fixture(scope="module")
def played(site_base: Path, run_id: str) -> Iterator[Played]:
    def make(folder: Path) -> None:
        workspace = folder / "workspace"
        put_at_site(copy_site(site_base, workspace))
        verdict = run_scene("-c", SCENE, workspace)
        (folder / "verdict.json").write_text(json.dumps(verdict))
        pack = workspace / "evidence.pdf"
        told = run_ceremony(["extract", str(pack), "-o", str(folder / "files")])
        assert told.status == 0, told.all

    with shared("key-acts", make, run_id) as folder:
        verdict = json.loads((folder / "verdict.json").read_text())
        yield Played(verdict, folder / "files", folder / "workspace/evidence.pdf")


def test_the_pack_is_verified_with_the_remarks_of_the_demo(played: Played) -> None:
    assert played.verdict["lines"] == [
        "Record: VERIFIED WITH REMARKS, REHEARSAL",
        "Ceremony: completed as approved; REHEARSAL; keys in software",
    ]
    assert all("waive" in remark for remark in played.verdict["remarks"])


def test_a_proof_is_the_journals_challenge_signed_by_the_key(played: Played) -> None:
    (intent,) = played.leaves("2.11", "hsm.intent")
    text = (played.files / "events.jsonl").read_bytes()
    line = next(
        raw for raw in text.split(b"\n") if b'"hsm.intent"' in raw and b'"2.11"' in raw
    )
    hashed = hashlib.sha256(b"\0" + line).digest()
    challenge = hashlib.sha256(
        b"key-ceremony/key.prove/v1 challenge\n" + hashed + bytes.fromhex(intent["op"])
    ).hexdigest()
    key = played.outcome("2.5")["key"]
    signed = (played.files / "key-proof-root-oca.txt").read_text()
    assert signed == (
        "key-ceremony/key.prove/v1\n"
        f"token {intent['data']['serial']}\n"
        f"key {key['cka_id']}\n"
        f"challenge {challenge}\n"
    )
    openssl = run_tool(
        [
            *("openssl", "dgst", "-sha256", "-keyform", "DER"),
            *("-verify", "public-key-root-oca.der"),
            *("-signature", "key-proof-root-oca.sig", "key-proof-root-oca.txt"),
        ],
        played.files,
    )
    assert openssl.stdout == b"Verified OK\n"


def listed(played: Played, step: str) -> set[tuple[str, str, str]]:
    """Read the file of the inventory that a step took: kind, label and id."""
    (leaf,) = played.leaves(step, "hsm.outcome")
    name = next(
        blob["name"] for blob in leaf["blobs"] if blob["name"].startswith("inventory-")
    )
    told = json.loads((played.files / name).read_text())
    return {(it["kind"], it["label"], it["id"]) for it in told["objects"]}


def test_exactly_the_pair_goes_between_two_inventories(played: Played) -> None:
    key = played.outcome("2.5")["key"]
    pair = {(kind, "root-oca", key["cka_id"]) for kind in ("private-key", "public-key")}
    assert listed(played, "2.14") == pair
    assert listed(played, "2.15") == set()
    assert listed(played, "2.16") == set()
    gone = played.outcome("2.15")["inventory"]["removed"]
    assert {(it["kind"], it["label"], it["cka_id"]) for it in gone} == pair


def test_openssl_verifies_the_list_and_reads_what_the_script_revokes(
    played: Played,
) -> None:
    command = [*("openssl", "crl", "-inform", "DER", "-in", "crl-arl.crl"), "-noout"]
    certificate = "certificate-root-oca-certificate.pem"
    told = run_tool(
        [*command, "-text", "-verify", "-CAfile", certificate], played.files
    )
    assert told.stderr == b"verify OK\n"
    text = " ".join(told.stdout.decode().split())
    assert "Version 2 (0x1)" in text
    assert "X509v3 CRL Number: 1 " in text
    assert "X509v3 Issuing Distribution Point: critical Only CA Certificates" in text
    assert "Serial Number: 4A0F Revocation Date: Jan 15 00:00:00 2020 GMT" in text
    assert "Cessation Of Operation" in text
    assert text.count("Serial Number:") == 1
    digest = hashlib.sha256((played.files / "crl-arl.crl").read_bytes()).hexdigest()
    assert played.outcome("2.12")["crl"]["digest"] == digest


def test_what_was_linted_of_the_list_is_what_was_signed(played: Played) -> None:
    (lint,) = played.leaves("2.12", "lint.checked")
    (intent,) = played.leaves("2.12", "hsm.intent")
    made = played.outcome("2.12")["crl"]
    assert lint["data"]["tbs"] == intent["data"]["tbs"] == made["tbs"]
    assert (lint["data"]["findings"], lint["data"]["rule_count"]) == ([], 14)
    second = lint["data"]["second"]
    assert (second["tool"], second["findings"]) == ("pkilint", [])


def test_the_pages_hold_the_list_in_full_and_the_command_that_checks_it(
    played: Played,
) -> None:
    text = " ".join(text_of(played.pack.read_bytes(), "-raw").split())
    assert "Certificate revocation list Version: 2" in text
    assert (
        "serial number 4a0f, from 2020-01-15 00:00:00 UTC: cessation-of-operation"
        in (text)
    )
    assert "openssl crl -verify -noout -inform DER -in crl-arl.crl" in text
    digest = played.outcome("2.12")["crl"]["digest"]
    (checked,) = played.leaves("2.13", "value.checked")
    assert (checked["data"]["value"], checked["data"]["equal"]) == (digest, True)
    first, *_ = checked["data"]["typed"]
    assert first in text


def test_the_review_card_of_a_list_says_what_it_revokes(played: Played) -> None:
    review = played.verdict["reviews"]["2.12"]
    told = {line["label"]: line["value"] for line in review["told"]}
    assert told["Signed by"] == "Root OCA key"
    assert told["Revocation list"] == "Organisation ARL"
    assert told["Number"] == "1"
    assert told["Revokes"] == "serial:4a0f 2020-01-15 cessation-of-operation"
    assert told["Profile"] == "smki-oca-arl"
    assert (review["after"], review["gone"], review["wiped"]) == ([], [], False)


def test_page_1_says_that_the_key_was_destroyed(played: Played) -> None:
    text = " ".join(text_of(played.pack.read_bytes(), "-l", "1").split())
    assert "The Root OCA key was destroyed in the end." in text
    assert "destroyed in step 2.15" in text


def test_the_review_card_of_a_destruction_names_the_key_and_what_goes(
    played: Played,
) -> None:
    review = played.verdict["reviews"]["2.15"]
    key = played.outcome("2.5")["key"]
    told = {line["label"]: line["value"] for line in review["told"]}
    assert told["Serial"] == played.outcome("2.15")["serial"]
    assert told["Destroys"] == "Root OCA key"
    assert told["CKA_ID"] == key["cka_id"]
    assert told["Short id"] == key["key_identifier"]
    assert review["before"] == ["2 objects"]
    assert review["gone"] == ["private key", "public key"]


def test_the_review_card_of_a_proof_says_that_nothing_changes(played: Played) -> None:
    review = played.verdict["reviews"]["2.11"]
    told = {line["label"]: line["value"] for line in review["told"]}
    assert told["Key"] == "Root OCA key"
    assert told["Signs"] == "a challenge that follows from the journal"
    assert (review["after"], review["gone"], review["wiped"]) == ([], [], False)


@pytest.mark.parametrize(
    ("step", "user"), [("2.2", "security-officer"), ("2.10", "user")]
)
def test_the_record_says_whose_pin_was_changed_and_by_whom(
    played: Played, step: str, user: str
) -> None:
    (leaf,) = played.leaves(step, "hsm.outcome")
    assert (leaf["data"]["user"], leaf["data"]["result"]) == (user, "done")
    assert leaf["actor"] == {"person": "a-01", "role": "administrator"}


def test_no_pin_old_or_new_is_in_the_pack_or_its_files(played: Played) -> None:
    pins = [NEW_PIN, NEW_OFFICER_PIN, *played.verdict["pins"]]
    assert len(pins) > 10
    files = [played.pack, *played.files.iterdir()]
    texts = {path.name: path.read_bytes() for path in files}
    texts["pages"] = text_of(played.pack.read_bytes()).encode()
    for name, text in texts.items():
        assert not [pin for pin in pins if pin.encode() in text], name


def test_the_token_opens_with_its_new_pins_only(played: Played) -> None:
    assert played.verdict["opens"] == {
        "new user": "",
        "old user": "HSM-PIN-01",
        "new officer": "",
        "old officer": "HSM-PIN-01",
    }


def test_the_review_card_of_a_change_says_whose_pin_it_is(played: Played) -> None:
    told = [
        {line["label"]: line["value"] for line in review["told"]}
        for review in (played.verdict["reviews"][step] for step in ("2.2", "2.10"))
    ]
    assert [each["Changes"] for each in told] == [
        "the security officer's PIN",
        "the user PIN",
    ]


def test_verify_txt_tells_how_to_check_the_list_with_openssl(played: Played) -> None:
    text = (played.files / "VERIFY.txt").read_text()
    block = text.split("Revocation lists are signed by")[1].split("\nKeys that")[0]
    commands = [line[4:] for line in block.splitlines() if line.startswith("    ")]
    told = run_tool(["bash", "-eu", "-c", "\n".join(commands)], played.files)
    assert (told.returncode, told.stderr) == (0, b"verify OK\n")


def test_verify_txt_tells_how_to_check_the_proof_with_openssl(played: Played) -> None:
    text = (played.files / "VERIFY.txt").read_text()
    block = text.split("Keys that proved that they were in their tokens")[1]
    commands = [
        line[4:]
        for line in block.split("6. THE SEAL")[0].splitlines()
        if line.startswith("    ")
    ]
    told = run_tool(["bash", "-eu", "-c", "\n".join(commands)], played.files)
    assert told.returncode == 0, told.stderr
    assert told.stdout == b"Signature Verified Successfully\n"
