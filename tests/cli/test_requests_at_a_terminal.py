"""``ceremony pki request check``, as a person types it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.certificate import encode_spki, key_identifier
from ceremony.pki.extension import key_usage
from ceremony.pki.fact import KeyUse
from ceremony.pki.order import NO_END
from tests.cli.transcript import call_here
from tests.fakes.made_requests import KEY, organisation_request, resigned
from tests.fakes.pki_files import SUB_KEY, root_and_sub
from tests.fakes.subject_lies import ca_request
from tests.rehearsals.stage import Told

CN = x509.NameOID.COMMON_NAME
OTHER = ec.derive_private_key(25, ec.SECP256R1())


def check(*arguments: object, profile: str = "smki-organisation-ds") -> Told:
    told = map(str, arguments)
    return call_here(["pki", "request", "check", *told, "--profile", profile])


def pem(der: bytes) -> bytes:
    return x509.load_der_x509_csr(der).public_bytes(Encoding.PEM)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.csr"
    path.write_bytes(pem(organisation_request()))
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.csr"
    path.write_bytes(resigned(organisation_request(OTHER, "B"), lambda _: None, KEY))
    return path


def test_a_good_request_is_told(good: Path) -> None:
    told = check(good)
    assert told.status == 0
    assert told.out == ("No fact of the profile is unverified.\n1 request: all good.\n")


def test_a_refusal_names_file_number_and_rule(good: Path, bad: Path) -> None:
    told = check(bad, good)
    assert told.status == 1
    assert "bad.csr, request 1: refused\n" in told.out
    assert "  The request is not signed with the key that it names." in told.out
    assert "[PKI-REQUEST-02]" in told.out
    assert told.out.endswith("2 requests: 1 good, 1 refused.\n")
    assert "good.csr" not in told.out


def test_what_a_profile_cannot_confirm_is_told(good: Path) -> None:
    told = check(good, profile="smki-iki-client")
    assert told.status == 1
    assert "facts of the profile are unverified" in told.out
    assert "[PKI-KEY-01]" in told.out


def test_the_same_is_given_as_json(good: Path, bad: Path) -> None:
    told = check(bad, good, "--format", "json")
    assert told.status == 1
    record = json.loads(told.out)
    assert [each["verdict"] for each in record["judged"]] == ["refused", "good"]
    assert record["judged"][1]["values"]["remote-party-role"] == "02"
    assert (record["results"]["good"], record["results"]["refused"]) == (1, 1)


def test_several_in_a_file_are_judged_where_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "set.pem"
    path.write_bytes(
        pem(organisation_request()) + pem(organisation_request(OTHER, "B"))
    )
    told = check(path)
    assert told.status == 2
    assert "[PKI-IMPORT-02]" in told.out
    told = check(path, "--several")
    assert told.status == 0
    assert told.out.endswith("2 requests: all good.\n")


def test_results_are_kept_and_tell_a_later_set_what_was_issued(
    tmp_path: Path, good: Path, bad: Path
) -> None:
    results = tmp_path / "results.jsonl"
    told = check(good, bad, "--results", results)
    assert told.status == 1
    lines = results.read_bytes().splitlines(keepends=True)
    assert len(lines) == 4
    digest = hashlib.sha256(b"".join(lines)).hexdigest()
    assert told.out.endswith(f"results.jsonl: SHA-256 {digest}\n")
    renewal = tmp_path / "renewal.csr"
    renewal.write_bytes(organisation_request(OTHER))
    again = check(good, "--issued", results)
    assert again.status == 1
    assert "[PKI-CSR-08]" in again.out
    assert "[PKI-CSR-09]" in again.out
    renewed = check(renewal, "--renews", results)
    assert renewed.status == 0
    assert "[PKI-RENEW-01]" in check(bad, "--renews", results).out
    assert "[PKI-CSR-08]" in check(good, "--renews", results).out
    kept = results.read_bytes()
    assert check(good, "--results", results).status != 0
    assert results.read_bytes() == kept
    results.write_bytes(b"".join(lines[:-1]))
    cut = check(good, "--issued", results)
    assert cut.status == 2
    assert "[PKI-RESULTS-01]" in cut.err
    absent = check(good, "--issued", tmp_path / "absent")
    assert absent.status == 2
    assert "[CLI-ISSUED-01]" in absent.err


def test_the_issuers_key_is_not_certified_for_somebody(tmp_path: Path) -> None:
    _, sub = root_and_sub()
    (tmp_path / "sub.pem").write_bytes(sub.public_bytes(Encoding.PEM))
    path = tmp_path / "it.csr"
    path.write_bytes(organisation_request(SUB_KEY))
    assert check(path).status == 0
    told = check(path, "--issuer", tmp_path / "sub.pem")
    assert told.status == 1
    assert "[PKI-CSR-10]" in told.out


def test_the_issuers_name_and_its_issuers_are_nobodys(tmp_path: Path) -> None:
    for name in ("Z1", "Z2", "Z3"):
        (tmp_path / f"{name}.csr").write_bytes(ca_request(name))
    root, sub = (x509.Name([x509.NameAttribute(CN, name)]) for name in ("z1", "Z2"))
    first = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(root, sub, OTHER.public_key(), 1)
    builder = builder.not_valid_before(first).not_valid_after(NO_END)
    identifier = key_identifier(encode_spki(OTHER.public_key()))
    builder = builder.add_extension(
        x509.SubjectKeyIdentifier(identifier), critical=False
    )
    usage = key_usage((KeyUse.KEY_CERT_SIGN,))
    builder = builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    made = builder.add_extension(usage, critical=True).sign(OTHER, hashes.SHA256())
    (tmp_path / "sub.pem").write_bytes(made.public_bytes(Encoding.PEM))
    asked = sorted(tmp_path.glob("*.csr"))
    assert check(*asked, profile="smki-issuing-dca").status == 0
    told = check(*asked, "--issuer", tmp_path / "sub.pem", profile="smki-issuing-dca")
    assert told.status == 1
    said = " ".join(told.out.split())
    for name in ("Z1", "Z2"):
        assert f"{name}.csr, request 1: refused" in said
        assert f"is nobody else's; it is CN={name}. [PKI-CSR-11]" in said
    assert said.endswith("3 requests: 1 good, 2 refused.")


def test_the_name_of_a_file_cannot_forge_a_line(tmp_path: Path) -> None:
    path = tmp_path / "a\nIt is good."
    path.write_bytes(b"")
    told = check(path)
    assert told.status == 2
    assert "\nIt is good." not in told.out
