"""What the demo's pack says, read with other people's tools.

Source: the certificate profile of the SMKI device hierarchy: P-256, ECDSA with
SHA-256, eight-octet key identifiers by method 2 of RFC 5280 section 4.2.1.2, an
issuing CA for 25 years with a path length of zero.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.outside_tool import run_tool
from tests.rehearsals.stage import Rehearsal, run_ceremony

ISSUING = "certificate-issuing-oca-certificate.pem"
ROOT = "certificate-root-oca-certificate.pem"


@pytest.fixture(scope="module")
def files(demo: Rehearsal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extracted") / "files"
    told = run_ceremony(["extract", str(demo.pack), "-o", str(folder)])
    assert told.status == 0, told.all
    return folder


def openssl(files: Path, *arguments: str) -> str:
    told = run_tool(["openssl", *arguments], files)
    assert told.returncode == 0, told.stderr
    return told.stdout.decode()


def text_of(files: Path, name: str) -> str:
    return openssl(files, "x509", "-in", name, "-noout", "-text")


@pytest.mark.parametrize("name", [ROOT, ISSUING])
def test_keys_are_on_p_256_and_signed_with_sha_256(files: Path, name: str) -> None:
    told = text_of(files, name)
    assert "NIST CURVE: P-256" in told
    assert told.count("Signature Algorithm: ecdsa-with-SHA256") == 2


@pytest.mark.parametrize("name", [ROOT, ISSUING])
def test_a_key_identifier_is_eight_octets_by_method_2(files: Path, name: str) -> None:
    pem = openssl(files, "x509", "-in", name, "-noout", "-pubkey")
    key = base64.b64decode("".join(pem.splitlines()[1:-1]))
    # The last 65 octets of a P-256 key's SubjectPublicKeyInfo are the point.
    digest = hashlib.sha1(key[-65:]).digest()[-8:]  # noqa: S324  RFC 5280 names it
    method_2 = bytes([0x40 | (digest[0] & 0x0F)]) + digest[1:]
    told = text_of(files, name)
    found = re.search(r"Subject Key Identifier: *\n +([0-9A-F:]+)", told)
    assert found
    assert found.group(1) == method_2.hex(":").upper()


def test_the_issuing_ca_is_for_25_years_without_a_ca_below(files: Path) -> None:
    told = text_of(files, ISSUING)
    assert "CA:TRUE, pathlen:0" in told
    start = re.search(r"Not Before: .* (\d{4}) GMT", told)
    end = re.search(r"Not After : .* (\d{4}) GMT", told)
    assert start
    assert end
    assert int(end.group(1)) - int(start.group(1)) == 25


def test_the_root_is_critical_ca_and_signs_only_certificates_and_crls(
    files: Path,
) -> None:
    told = text_of(files, ROOT)
    assert re.search(r"Basic Constraints: critical\s+CA:TRUE", told)
    assert re.search(r"Key Usage: critical\s+Certificate Sign, CRL Sign\n", told)


def test_names_carry_the_codes_of_their_place_in_the_hierarchy(files: Path) -> None:
    told = openssl(
        files,
        "x509",
        "-in",
        ISSUING,
        "-noout",
        "-issuer",
        "-subject",
        "-nameopt",
        "RFC2253",
    )
    assert "OU=00" in told.splitlines()[0]
    assert "OU=07" in told.splitlines()[1]


def test_the_issuing_ca_is_signed_by_the_root(files: Path) -> None:
    told = openssl(files, "verify", "-x509_strict", "-CAfile", ROOT, ISSUING)
    assert told == f"{ISSUING}: OK\n"


def test_the_request_is_signed_by_the_key_that_was_certified(files: Path) -> None:
    request = "request-issuing-oca-request.csr"
    openssl(files, "req", "-in", request, "-inform", "DER", "-verify", "-noout")
    asked = openssl(files, "req", "-in", request, "-inform", "DER", "-noout", "-pubkey")
    assert asked == openssl(files, "x509", "-in", ISSUING, "-noout", "-pubkey")


def statements(files: Path) -> dict[tuple[str, str], str]:
    """Each statement's text by person and step."""
    told = {}
    for path in files.glob("attestation-*.dsse.json"):
        payload = json.loads(base64.b64decode(json.loads(path.read_text())["payload"]))
        fact = payload["predicate"]
        told[fact["person"], fact["step"]] = fact["statement"]
    return told


def test_custodian_3_attests_only_to_what_they_were_in_the_room_for(
    files: Path,
) -> None:
    """They went out before step 4.5 and came back after 4.6 (answers.yaml)."""
    told = statements(files)["c-03", "6.5"]
    assert told.startswith("I was present for steps 1.6 to 4.4 and 4.7 to 6.4.")


def test_custodian_1_was_there_all_the_time(files: Path) -> None:
    told = statements(files)["c-01", "6.3"]
    assert told.startswith("I was present for steps 1.4 to 6.2.")


def test_everybody_signs_twice_with_one_key_each(files: Path) -> None:
    people = sorted(person for person, _ in statements(files))
    assert people == sorted(
        2 * ["a-01", "c-01", "c-02", "c-03", "s-01", "w-01", "x-01"]
    )


def sections(verify_txt: str) -> Iterator[tuple[str, str]]:
    """The commands of each numbered section."""
    for part in re.split(r"\n(?=\d+\. [A-Z])", verify_txt)[1:]:
        head, _, body = part.partition("\n")
        commands = [line[4:] for line in body.splitlines() if line.startswith("    ")]
        yield head, "\n".join(commands)


def test_verify_txt_can_be_walked_with_openssl_and_sha256sum(
    demo: Rehearsal, files: Path, tmp_path: Path
) -> None:
    if shutil.which("pdfdetach") is None:
        pytest.skip("pdfdetach (poppler) is not installed")
    policy = tomllib.loads(demo.policy.read_text())
    env = {"PACK": str(demo.pack), "LOG_KEY": policy["log-key"], "LC_ALL": "C.UTF-8"}
    walked = dict(sections((files / "VERIFY.txt").read_text()))
    assert [head[:2] for head in walked] == ["1.", "2.", "3.", "4.", "5.", "6."]
    told = {}
    for head, commands in walked.items():
        for number in ("1", "2", "3") if head.startswith("6.") else ("1",):
            done = run_tool(
                ["bash", "-eu", "-c", commands],
                tmp_path,
                {**env, "N": number},
            )
            assert done.returncode == 0, (head, number, done.stderr)
            told[head[:2] + number] = done.stdout.decode()
    assert "Signature Verified Successfully" in told["2.1"]
    assert told["4.1"].count("Signature Verified Successfully") == 14
    assert told["5.1"].count(": OK") == 10
    assert len({told["6.1"], told["6.2"], told["6.3"]}) == 3


def test_verify_txt_fails_for_another_log_key(
    demo: Rehearsal, files: Path, tmp_path: Path
) -> None:
    if shutil.which("pdfdetach") is None:
        pytest.skip("pdfdetach (poppler) is not installed")
    other = base64.b64encode(b"\x01" + bytes(range(32))).decode()
    walked = list(sections((files / "VERIFY.txt").read_text()))
    env = {"PACK": str(demo.pack), "LOG_KEY": f"name+00000000+{other}"}
    commands = f"{walked[0][1]}\n{walked[1][1]}"
    done = run_tool(["bash", "-eu", "-c", commands], tmp_path, env)
    assert done.returncode != 0
