"""Devices ask for their next certificates in a later ceremony, on SoftHSM.

The first ceremony is that of ``test_batch``. What the second has signed is judged with
openssl.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ceremony.clock import SystemClock
from ceremony.conduct.preflight import check_against_journal
from ceremony.conduct.site import load_site
from ceremony.conduct.workspace import Workspace
from ceremony.identifiers import Mode
from ceremony.script.decode import decode_script
from tests.fakes.batch_site import FIRST_METER, device_key, device_request, pem
from tests.fakes.key_acts import put_script
from tests.fakes.made_requests import EUI, device_csr
from tests.fakes.outside_tool import run_tool
from tests.fakes.pdf_text import text_of
from tests.fakes.renewal_script import ACT, KEYS, NEXT_KEY, list_step, renewal_script
from tests.rehearsals.at_terminal import run_at_the_terminal
from tests.rehearsals.made_act import VERIFIED
from tests.rehearsals.played_batch import Played, play_batch
from tests.rehearsals.stage import copy_workspace, folder_in_memory, run_ceremony
from tests.rehearsals.two_ceremonies import fingerprint_of, public_key_of

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.no_cover]

METER = "certificate-meter-certificate.pem"


@dataclass(frozen=True)
class Renewed:
    """The second ceremony: its verdict, its files, and the text of its pages."""

    lines: list[str]
    files: Path
    pages: str
    workspace: Path

    def judged(self, request: str) -> dict[str, Any]:
        """Give what the record tells of an import."""
        return next(
            leaf["data"]
            for leaf in map(
                json.loads, (self.files / "events.jsonl").read_text().splitlines()
            )
            if leaf["type"] == "requests.judged" and leaf["data"]["request"] == request
        )

    def rules(self, request: str) -> list[list[str]]:
        """Give by which rules each request of an import was refused, in order."""
        lines = (self.files / f"results-{request}.jsonl").read_text().splitlines()
        return [
            [found["rule"] for found in json.loads(line)["findings"]]
            for line in lines[1:-1]
        ]


def again(number: int, key: int) -> bytes:
    """Give a device's request by its number, with another key than it had."""
    return device_csr(device_key(key), f"{FIRST_METER + number:016x}")


def put_requests(site: Path) -> None:
    """Lay out what the meter, the devices of the batch, and others ask for."""
    folders = {
        "meter": [device_csr(device_key(100), EUI)],
        "devices": [
            again(1, 101),
            again(2, 102),
            device_request(3),  # with the key that it has a certificate for
            again(4, 104),  # refused in the first ceremony: it has no certificate
            again(5, 2),  # with the key of another device
            again(7, 107),  # revoked by then
        ],
        # The sixth is revoked by then, and applies anew; the eighth is not.
        "other": [again(6, 106), again(50, 150), again(8, 108)],
    }
    for name, ders in folders.items():
        folder = site / f"{name}-again"
        folder.mkdir()
        for number, der in enumerate(ders, 1):
            (folder / f"request-{number:02}.csr").write_text(pem(der))


@pytest.fixture(scope="module")
def first(site_base: Path, run_id: str) -> Iterator[Played]:
    yield from play_batch(site_base, run_id)


@pytest.fixture(scope="module")
def renewed(
    first: Played, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Renewed]:
    made = tmp_path_factory.mktemp("renewal")
    base = first.files.parent
    with folder_in_memory("renewal", made) as folder:
        workspace, files = folder / "workspace", folder / "files"
        site = copy_workspace(base, workspace)
        for name, text in zip(
            ("script", "answers"),
            renewal_script(digests(first.files), act_with_lists(first.files)),
            strict=True,
        ):
            (folder / f"{name}.yaml").write_text(text)
        put_script(site, folder / "script.yaml", folder / "answers.yaml")
        put_requests(site)
        lines = run_at_the_terminal(workspace)
        pack = workspace / "evidence.pdf"
        ran = run_ceremony(["extract", str(pack), "-o", str(files)])
        assert ran.status == 0, ran.all
        pages = " ".join(text_of(pack.read_bytes(), "-raw").split())
        yield Renewed(lines, files, pages, workspace)


def digests(files: Path) -> dict[str, str]:
    """Name what exists already as the first ceremony's pack has it."""
    batch = (files / "issued-device-certificates.jsonl").read_bytes()
    return {
        **{name: public_key_of(files, name) for name in KEYS},
        "root-dca-certificate": fingerprint_of(files, "root-dca-certificate"),
        "issuing-dca-certificate": fingerprint_of(files, "issuing-dca-certificate"),
        "old-meter": fingerprint_of(files, "meter-certificate"),
        "old-devices": hashlib.sha256(batch).hexdigest(),
    }


def act_with_lists(files: Path) -> list[str]:
    """Let two of the batch be revoked beforehand, and the renewed meter afterwards.

    The issuing CA gets its next key in between, by which the batch is renewed, and
    which keeps what the key before has revoked, the meter's too, by its name.
    """
    lines = (files / "issued-device-certificates.jsonl").read_text().splitlines()
    serials = {
        told["position"]: told["serial"] for told in map(json.loads, lines[1:-1])
    }
    lost = [
        f"serial:{serials[6]} 2020-01-15 key-compromise",
        f"serial:{serials[7]} 2020-01-15 privilege-withdrawn",
    ]
    old = "old-meter today superseded"
    told = "reader: custodian, typist: internal-witness, source: projector"
    read = "subject: next-dca, what: public key, words: 8"
    shown = "subject: next-dca-certificate, what: certificate fingerprint, words: 32"
    checks = [f"check, with: {{{what}, {told}}}" for what in (read, shown)]
    answer = "key: issuing-dca, request: device-requests"
    by_next = answer.replace("issuing-dca", "next-dca")
    begin, between, last = ACT[:2], ACT[2:-1], ACT[-1]
    by_both = [
        list_step(2, [*lost, old]),
        list_step(3, [*lost, old]).replace("issuing-dca", "next-dca"),
    ]
    return [
        *(*begin, list_step(1, lost), *NEXT_KEY, *checks),
        *(step.replace(answer, by_next) for step in between),
        *(*by_both, last.replace("objects: 4", "objects: 6")),
    ]


def test_the_renewal_is_verified(renewed: Renewed) -> None:
    assert renewed.lines == [
        VERIFIED,
        "Ceremony: completed as approved; REHEARSAL; keys in software",
    ]


def test_what_is_said_to_be_renewed_is_issued_again_and_nothing_else(
    renewed: Renewed,
) -> None:
    assert renewed.rules("meter-request") == [[]]
    assert renewed.rules("device-requests") == [
        [],
        [],
        ["PKI-CSR-08"],
        ["PKI-RENEW-01"],
        ["PKI-CSR-08"],
        ["PKI-RENEW-02"],
    ]


def test_without_being_said_only_who_was_revoked_gets_a_second_certificate(
    renewed: Renewed,
) -> None:
    assert renewed.rules("other-requests") == [[], [], ["PKI-CSR-09"]]


def test_the_record_tells_what_was_renewed(renewed: Renewed) -> None:
    told = {
        name: renewed.judged(name).get("renews")
        for name in ("other-requests", "meter-request", "device-requests")
    }
    assert told == {
        "other-requests": None,
        "meter-request": ["old-meter"],
        "device-requests": ["old-devices"],
    }


def shown(path: Path, *what: str) -> bytes:
    told = run_tool(["openssl", "x509", "-noout", *what, "-in", path.name], path.parent)
    return told.stdout


def test_openssl_sees_the_old_subject_with_a_new_key_and_serial(
    first: Played, renewed: Renewed
) -> None:
    old, new = first.files / METER, renewed.files / "certificate-meter-cert.pem"
    same = ("-issuer", "-subject", "-ext", "subjectAltName,keyUsage")
    assert shown(old, *same) == shown(new, *same)
    for differs in ("-pubkey", "-serial"):
        assert shown(old, differs) != shown(new, differs)


def test_the_next_key_of_the_ca_renews_the_batch_under_the_same_root(
    first: Played, renewed: Renewed
) -> None:
    root = str(first.files / "certificate-root-dca-certificate.pem")
    issuer = str(renewed.files / "certificate-next-dca-certificate.pem")
    old = str(first.files / "certificate-issuing-dca-certificate.pem")
    made = "certificates-device-certs-0001.pem"
    for above, status in ((issuer, 0), (old, 2)):
        command = ["openssl", "verify", "-CAfile", root, "-untrusted", above, made]
        told = run_tool(command, renewed.files)
        assert told.returncode == status, told.stderr
    assert "the key before, that of Issuing certificate" in renewed.pages


def test_the_pages_tell_what_was_renewed(first: Played, renewed: Renewed) -> None:
    serial = shown(first.files / METER, "-serial").decode().strip().lower()
    number = serial.removeprefix("serial=")
    # Where the request was taken in and answered, and where the next key revokes it.
    assert renewed.pages.count(f"Old certificate of the meter, serial {number}") == 3
    assert "certificates of Old device certificates, which has 10" in renewed.pages
    assert "each renews one of Old device certificates" in renewed.pages


def test_a_third_ceremony_is_refused_what_is_revoked_another_cas_or_renewed(
    first: Played, renewed: Renewed
) -> None:
    folder, path = renewed.workspace, renewed.workspace / "third.yaml"
    text, _ = renewal_script(digests(first.files))
    path.write_text(text)
    site = load_site(folder / "site")
    ours, roots = (f"key: {key}, request: device-requests" for key in reversed(KEYS))
    assert ours in text
    found = check_against_journal(
        Workspace(folder),
        Mode.REHEARSAL,
        decode_script(text.replace(ours, roots).encode(), path.name),
        serials={token.name: token.serial for token in site.binding.tokens},
        files=site.certificates,
        today=SystemClock().now().wall.date(),
    )
    rules = ["ENGINE-RENEW-02", "ENGINE-RENEW-03", "CONDUCT-RENEW-02"]
    assert [each.rule for each in found] == rules
    at = ["--site", str(site.folder), "--rehearsal", "--workspace", str(folder)]
    roster = ["--roster", str(site.folder / "roster.toml")]
    opened = run_ceremony(["open", str(path), *at, *roster])
    assert opened.status == 1
    assert "ENGINE-RENEW-02" in opened.all
    # The next key has signed a list since, and the script does not name it.
    text, _ = renewal_script(
        digests(first.files), [*ACT[:2], list_step(3, []), ACT[-1]]
    )
    path.write_text(text)
    opened = run_ceremony(["open", str(path), *at, *roster])
    assert opened.status == 1
    assert "CONDUCT-CRL-03" in opened.all
