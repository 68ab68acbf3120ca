"""What ``ceremony pki request check`` tells of a refusal that results do not keep."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.hexadecimal import serial_text
from ceremony.pki.certificate import name_text
from ceremony.pki.other_kind import KEY_REMEDY
from tests.cli.pki_command import pki
from tests.fakes.made_requests import KEY, organisation_request
from tests.fakes.pki_files import SUB_KEY, other_files, root_and_sub, save
from tests.rehearsals.stage import Told

OTHER = ec.derive_private_key(27, ec.SECP256R1())
PROFILE = ("--profile", "smki-organisation-ds")


def check(*arguments: object) -> Told:
    return pki("request", "check", *arguments, *PROFILE)


def in_one_line(told: str) -> str:
    return " ".join(told.split())


def kept(results: Path) -> str:
    """Every message of a results file."""
    lines = [json.loads(line) for line in results.read_text().splitlines()]
    found = [each for line in lines for each in line.get("findings", [])]
    return " ".join(each["message"] for each in found)


def test_another_request_is_named_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "first.csr").write_bytes(organisation_request(OTHER, "B"))
    (tmp_path / "second.csr").write_bytes(organisation_request(KEY, "A"))
    (tmp_path / "key.csr").write_bytes(organisation_request(KEY, "C"))
    (tmp_path / "name.csr").write_bytes(
        organisation_request(ec.derive_private_key(28, ec.SECP256R1()), "A")
    )
    names = ("first.csr", "second.csr", "key.csr", "name.csr", "second.csr")
    results = tmp_path / "results.jsonl"
    told = check(*(tmp_path / name for name in names), "--results", results)
    words = in_one_line(told.out)
    other = "it is that of second.csr, request 1 (number 2 of all)."
    by_key = f"A key stands in one request of a set; {other} [PKI-CSR-06]"
    by_name = f"A subject stands in one request of a set; {other} [PKI-CSR-07]"
    assert f"key.csr, request 1: refused {by_key} name.csr, request 1" in words
    assert f"name.csr, request 1: refused {by_name} second.csr, request 1" in words
    assert f"second.csr, request 1: refused {by_key} {by_name} 5 requests" in words
    assert "it is that of request 2." in kept(results)
    assert "second.csr" not in kept(results)


def test_the_certificate_that_has_a_key_is_named(tmp_path: Path) -> None:
    paths = save(tmp_path, good=organisation_request())
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    assert check(paths["good"], "--results", first).status == 0
    told = check(paths["good"], "--issued", first, "--results", second)
    asked = json.loads(first.read_text().splitlines()[1])
    wrong = f"it is {asked['key']}"
    holder = f"{wrong}, that of {asked['name']}, request 1 in first.jsonl. [PKI-CSR-08]"
    assert holder in in_one_line(told.out)
    assert f"{wrong}." in kept(second)
    assert holder in in_one_line(check(paths["good"], "--renews", first).out)


def test_a_certificates_serial_number_is_told_with_its_file(tmp_path: Path) -> None:
    _, sub = root_and_sub()
    paths = save(
        tmp_path,
        asked=organisation_request(SUB_KEY),
        issuing=sub.public_bytes(Encoding.PEM),
    )
    told = check(paths["asked"], "--issued", paths["issuing"])
    name = Path(paths["issuing"]).name
    serial = serial_text(sub.serial_number)
    holder = f"{name_text(sub.subject)}, serial number {serial}, in {name}."
    assert f", that of {holder} [PKI-CSR-08]" in in_one_line(told.out)


OF_A_BATCH = (
    "it.jsonl tells which certificates a batch has issued, and a results file tells "
    "whom its requests are for."
)
OF_THE_REQUESTS = (
    "Give the results file of the batch's requests, results-NAME.jsonl of the same "
    "record"
)
NOT_WHOLE = "it.jsonl is not a whole results file: "
ANOTHER = f"{NOT_WHOLE}it is not of the format key-ceremony.request-results/1."
CUT = f"{NOT_WHOLE}its last line does not agree with the lines before it."
OF_A_SET = (
    "Give the results file of a set of requests: results-NAME.jsonl of its record, or "
    "what ceremony pki request check --results has written."
)
AS_WRITTEN = "Give the file as it was written, from the record of its batch."


@pytest.mark.parametrize(
    ("content", "told", "remedy"),
    [
        (
            '{"requests":"5d5d","v":"key-ceremony.issued-results/2"}\n{}',
            OF_A_BATCH,
            f"{OF_THE_REQUESTS} whose SHA-256 is 5d5d.",
        ),
        (
            '{"v":"key-ceremony.issued-results/1"}\n',
            OF_A_BATCH,
            f"{OF_THE_REQUESTS}.",
        ),
        ('{"v":"key-ceremony.event/1"}', ANOTHER, OF_A_SET),
        ('{"v":"key-ceremony.request-results/1"}\n', CUT, AS_WRITTEN),
    ],
    ids=["issued", "issued-of-old", "events", "cut"],
)
def test_another_file_than_results_is_told_apart(
    tmp_path: Path, content: str, told: str, remedy: str
) -> None:
    good, path = tmp_path / "good.csr", tmp_path / "it.jsonl"
    good.write_bytes(organisation_request())
    path.write_text(content)
    for option in ("--issued", "--renews"):
        said = check(good, option, path)
        assert (said.status, said.out) == (2, "")
        assert said.err.startswith(f"{told} [PKI-RESULTS-01]\n")
        assert said.err.endswith(f"What to do: {remedy}\n")


def test_a_private_key_is_warned_of_wherever_an_inspection_does(tmp_path: Path) -> None:
    count = 0
    for name, content, _ in other_files():
        path = tmp_path / name
        path.write_bytes(content)
        is_key = KEY_REMEDY in pki("inspect", path).err
        count += is_key
        assert (KEY_REMEDY in in_one_line(check(path).out)) == is_key, name
    assert count > 1


@pytest.mark.parametrize("options", [(), ("--several",)])
def test_a_private_key_beside_a_request_is_warned_of_and_not_kept(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    key = next(it for name, it, _ in other_files() if name == "key.pem")
    path, results = tmp_path / "both.pem", tmp_path / "results.jsonl"
    label = b"CERTIFICATE REQUEST-----\n"
    path.write_bytes(b"-----BEGIN " + label + b"MII=\n-----END " + label + key)
    told = check(path, *options, "--results", results)
    assert KEY_REMEDY in in_one_line(told.out)
    assert KEY_REMEDY not in results.read_text()
