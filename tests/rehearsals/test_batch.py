"""A ceremony that takes requests from files and answers them, from open to verify.

It is played once on SoftHSM. What came of it is judged with openssl.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.outside_tool import run_tool
from tests.fakes.pdf_text import text_of
from tests.rehearsals.played_batch import GOOD, Played, play_batch

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.no_cover]


@pytest.fixture(scope="module")
def played(site_base: Path, run_id: str) -> Iterator[Played]:
    yield from play_batch(site_base, run_id)


def certificates_of(played: Played, folder: Path) -> list[Path]:
    """Take the part's file apart into one file for each certificate."""
    pem = (played.files / "certificates-device-certificates-0001.pem").read_text()
    end = "-----END CERTIFICATE-----\n"
    paths = []
    for number, text in enumerate(pem.split(end)[:-1], 1):
        path = folder / f"{number}.pem"
        path.write_text(text + end)
        paths.append(path)
    return paths


def der_of(path: Path) -> bytes:
    command = ["openssl", "x509", "-in", path.name, "-outform", "DER"]
    return run_tool(command, path.parent).stdout


def test_the_pack_is_verified(played: Played) -> None:
    assert played.lines[0] == "Record: VERIFIED WITH REMARKS, REHEARSAL"
    assert played.lines[1].startswith("Ceremony: completed as approved")


def test_two_bad_requests_are_named_and_block_no_other(played: Played) -> None:
    _, judged = played.leaves("requests.judged")
    assert (judged["good"], judged["refused"]) == (GOOD, 2)
    assert judged["failures"] == [
        {"rule": "PKI-CSR-09", "count": 1},
        {"rule": "PKI-REQUEST-02", "count": 1},
    ]
    assert [(each["position"], each["file"]) for each in judged["first"]] == [
        (4, "device-00004.csr"),
        (9, "device-00009.csr"),
    ]


def test_the_digests_of_the_leaves_are_those_of_the_files(played: Played) -> None:
    _, judged = played.leaves("requests.judged")
    part = played.leaves("hsm.outcome")[-1]["part"]
    for digest, name in (
        (judged["results"], "results-device-requests.jsonl"),
        (judged["accepted"], "requests-device-requests.pem"),
        (judged["refused_requests"], "refused-device-requests.pem"),
        (part["certificates"], "certificates-device-certificates-0001.pem"),
        (part["issued"], "issued-device-certificates.jsonl"),
    ):
        assert hashlib.sha256((played.files / name).read_bytes()).hexdigest() == digest


def test_the_second_lint_of_a_part_is_told(played: Played) -> None:
    (told,) = (
        leaf
        for leaf in played.leaves("lint.checked")
        if leaf["subject"] == "device-certificates"
    )
    assert told["second"]["tool"] == "pkilint"
    # Each of the ten certificates was asked about by itself.
    assert told["second"]["rule_count"] > 10 * 30
    assert all(each["departs"] for each in told["second"]["findings"])
    pages = " ".join(text_of(played.pack.read_bytes(), "-raw").split())
    assert f"asked {told['second']['rule_count']} times" in pages


def test_openssl_verifies_each_certificate_of_the_batch(
    played: Played, tmp_path: Path
) -> None:
    paths = certificates_of(played, tmp_path)
    assert len(paths) == GOOD
    above = [f"certificate-{name}-dca-certificate.pem" for name in ("root", "issuing")]
    root, issuing = (str(played.files / name) for name in above)
    # openssl knows no HardwareModuleName in a critical extension of an empty subject.
    verify = ["openssl", "verify", "-CAfile", root, "-untrusted", issuing]
    ran = run_tool([*verify, *(path.name for path in paths)], tmp_path)
    assert ran.stdout.decode().splitlines() == [f"{path.name}: OK" for path in paths]


def test_the_results_name_each_certificate_by_serial_and_digest(
    played: Played, tmp_path: Path
) -> None:
    head, *answered, last = played.lines_of("issued-device-certificates.jsonl")
    assert head["v"] == "key-ceremony.issued-results/2"
    assert last["certificates"] == GOOD
    assert [each["position"] for each in answered] == [1, 2, 3, 5, 6, 7, 8, 10, 11, 12]
    for each, path in zip(answered, certificates_of(played, tmp_path), strict=True):
        command = ["openssl", "x509", "-in", path.name, "-noout", "-serial"]
        serial = run_tool(command, tmp_path).stdout.decode().strip()
        assert serial == f"serial={each['serial'].upper()}"
        assert hashlib.sha256(der_of(path)).hexdigest() == each["certificate"]
    assert len({each["serial"] for each in answered}) == GOOD


def test_each_certificate_is_for_the_key_of_its_request(
    played: Played, tmp_path: Path
) -> None:
    asked = [
        each
        for each in played.lines_of("results-device-requests.jsonl")
        if each.get("verdict") == "good"
    ]
    for each, path in zip(asked, certificates_of(played, tmp_path), strict=True):
        shown = run_tool(
            ["openssl", "x509", "-in", path.name, "-noout", "-pubkey"], tmp_path
        ).stdout
        der = subprocess.run(
            ["openssl", "pkey", "-pubin", "-outform", "DER"],  # noqa: S607  in PATH
            input=shown,
            capture_output=True,
            check=True,
        ).stdout
        assert hashlib.sha256(der).hexdigest() == each["key"]


def test_one_imported_request_is_answered_by_the_ordinary_step(played: Played) -> None:
    judged, _ = played.leaves("requests.judged")
    assert (judged["good"], judged["refused"]) == (1, 0)
    request = (played.files / "request-meter-request.csr").read_bytes()
    assert judged["single"]["digest"] == hashlib.sha256(request).hexdigest()
    shown = run_tool(
        ["openssl", "x509", "-in", "certificate-meter-certificate.pem", "-text"],
        played.files,
    ).stdout
    assert b"Issuer: CN = Z2" in shown


def test_the_commands_of_the_pack_find_each_certificate_in_the_results(
    played: Played, tmp_path: Path
) -> None:
    text = (played.files / "VERIFY.txt").read_text()
    start = text.index("    awk ")
    block = text[start : text.index("\n\n", start)]
    assert len(block.splitlines()) > GOOD
    folder = tmp_path / "files"
    shutil.copytree(played.files, folder)
    ran = run_tool(["sh", "-e", "-c", textwrap.dedent(block)], folder)
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.decode().splitlines()
    assert lines == [f"one-{number:04}.pem: OK" for number in range(1, GOOD + 1)]
    assert not list(folder.glob("one-*"))
    results = folder / "issued-device-certificates.jsonl"
    results.write_text(
        results.read_text().replace('"certificate":"', '"certificate":"0')
    )
    ran = run_tool(["sh", "-e", "-c", textwrap.dedent(block)], folder)
    assert ran.returncode == 1


def test_the_pages_name_counts_rules_and_files(played: Played) -> None:
    text = text_of(played.pack.read_bytes())
    for told in (
        "PKI-CSR-09: 1",
        "Request 9, device-00009.csr: PKI-CSR-09",
        "Batches of certificates",
        "10 certificates",
    ):
        assert told in text


def test_refused_requests_are_counted_beside_refused_commands(played: Played) -> None:
    pages = text_of(played.pack.read_bytes()).split("\f")
    (told,) = (page for page in pages if "No command was refused." in page)
    (there,) = (
        at for at, page in enumerate(pages, 1) if "Requests from elsewhere" in page
    )
    counted = f"Requests refused when they were imported, page {there}: "
    assert f"{counted}Requests of devices: 2." in " ".join(told.split())
