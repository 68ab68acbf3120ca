"""A set of which some certificates would have no valid path, on SoftHSM.

The root permits names under one domain. Which requests ask for another is known here by
how they were made, and openssl is asked about what was issued and what would have been.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import AttributeOID

from ceremony.pki.extension import key_usage
from ceremony.pki.fact import KeyUse
from tests.fakes.act_script import REQUESTS
from tests.fakes.outside_tool import run_tool
from tests.rehearsals.made_act import VERIFIED, Played, play_act, read_backs
from tests.rehearsals.stage import run_ceremony
from tests.rehearsals.test_kinds_of_ca import made_keys, pair, self_signed

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.no_cover]

ROOT = b"""\
format: key-ceremony.certificate-profile/1
name: northmoor-root
title: Northmoor root CA certificate
based-on: root-ca-ec-p384
facts:
  permitted-names:
    value: [dns:northmoor.example]
    status: chosen
    source: Northmoor CPS, section 7.1.5
"""
SERVER = b"""\
format: key-ceremony.certificate-profile/1
name: northmoor-server
title: Northmoor server certificate
based-on: ocsp-responder
signed-by: northmoor-root
facts:
  subject-alternative-name:
    value: given
    critical: false
    status: chosen
    source: RFC 5280, section 4.2.1.6
  extended-key-usage:
    value: [server-auth]
    critical: false
    status: chosen
    source: RFC 5280, section 4.2.1.12
  ocsp-no-check: {value: false, status: chosen, source: Northmoor CPS}
  ocsp-responders:
    value: where-given
    status: chosen
    source: RFC 5280, section 4.2.2.1
"""
OWN = {"northmoor-root.yaml": ROOT, "northmoor-server.yaml": SERVER}
HOSTS = (
    "a.northmoor.example",
    "a.elsewhere.example",
    "b.northmoor.example",
    "c.northmoor.example",
    "northmoor.example.org",
    "-a-.northmoor.example",
    "*.northmoor.example",
    f"{'a' * 70}.northmoor.example",
)
BAD = (2, 5)
UNFIT = {6: "PKI-CSR-03", 8: "PKI-CSR-03"}
"""What is wrong with the rest: RFC 1034, section 3.5, has no such labels. A star is
let be, which RFC 5280, section 4.2.1.6, leaves to whoever uses the certificate."""
SOMEBODYS_KEY = ec.derive_private_key(7100, ec.SECP256R1()).private_bytes(
    Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
)
"""What somebody gives by mistake beside the requests: the ninth file."""
PASSWORD = b"enrol-secret-42"
"""What the tenth file, a request, holds besides: it is for whoever enrols."""
AS_THE_ROOT = ("e.northmoor.example", b"", "NORTHMOOR root")
"""What the eleventh file asks for: the root's name, as nobody writes it."""
OCSP = "http://ocsp.northmoor.example/"


def request_for(number: int, host: str, password: bytes = b"", name: str = "") -> bytes:
    """Make the request of a server by its number, or by another name: DER."""
    key = ec.derive_private_key(7000 + number, ec.SECP256R1())
    names = (
        (x509.NameOID.COUNTRY_NAME, "GB"),
        (x509.NameOID.ORGANIZATION_NAME, "Northmoor"),
        (x509.NameOID.COMMON_NAME, name or f"Server {number}"),
    )
    builder = x509.CertificateSigningRequestBuilder(
        x509.Name([x509.NameAttribute(*each) for each in names])
    )
    told = x509.SubjectAlternativeName([x509.DNSName(host)])
    builder = builder.add_extension(told, critical=False)
    builder = builder.add_extension(
        key_usage((KeyUse.DIGITAL_SIGNATURE,)), critical=True
    )
    if password:
        builder = builder.add_attribute(AttributeOID.CHALLENGE_PASSWORD, password)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def batch_things() -> list[str]:
    """Give the root, the requests and the servers' certificates."""
    told = (
        "profile: northmoor-root, common-name: Northmoor Root, "
        "values: {organization: Northmoor, country: GB}"
    )
    servers = "title: Servers, profile: northmoor-server"
    return [
        *pair("root", told, "P-384"),
        "asked: {kind: requests, title: Requests, profile: northmoor-server}",
        f'servers: {{kind: certificates, {servers}, values: {{ocsp-urls: "{OCSP}"}}}}',
    ]


def batch_act() -> list[str]:
    """Give the steps from the root's key to the answers."""
    answer = "{key: root, request: asked, certificate: servers}"
    return [
        *made_keys(["root"]),
        self_signed("root"),
        *read_backs("root"),
        "csr.import, with: {request: asked}",
        f"certificate.issue, irreversible: true, with: {answer}",
    ]


@pytest.fixture(scope="module")
def played(
    site_base: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    requests = [request_for(*each) for each in enumerate(HOSTS, 1)]
    requests.append(SOMEBODYS_KEY)
    requests.append(request_for(10, "d.northmoor.example", PASSWORD))
    requests.append(request_for(11, *AS_THE_ROOT))
    made = tmp_path_factory.mktemp("paths")
    with play_act(
        site_base,
        made,
        batch_things(),
        batch_act(),
        profiles=OWN,
        requests=requests,
    ) as done:
        yield done


def lines_of(played: Played, name: str) -> list[dict[str, Any]]:
    return [json.loads(each) for each in (played.files / name).read_text().splitlines()]


def leaves(played: Played, kind: str) -> list[dict[str, Any]]:
    found = lines_of(played, "events.jsonl")
    return [leaf["data"] for leaf in found if leaf["type"] == kind]


def issued(played: Played) -> list[x509.Certificate]:
    raw = (played.files / "certificates-servers-0001.pem").read_bytes()
    return x509.load_pem_x509_certificates(raw)


def test_the_pack_is_verified(played: Played) -> None:
    assert played.lines[0] == VERIFIED


def test_the_script_is_sound_before_any_request_is_there(played: Played) -> None:
    script = played.workspace / "site/script.yaml"
    ran = run_ceremony(["script", "check", str(script)])
    assert ran.status == 0, ran.all


def test_a_request_whose_certificate_would_have_no_path_is_named(
    played: Played,
) -> None:
    _, *asked, last = lines_of(played, "results-asked.jsonl")
    refused = [each for each in asked if each["verdict"] == "refused"]
    assert [each["position"] for each in refused] == [*BAD, *UNFIT, 9, 10, 11]
    for each in refused[:2]:
        (finding,) = each["findings"]
        assert finding["rule"] == "PKI-PATH-06"
        assert "not all names" in finding["message"]
        assert each["values"] == {}
    found = {each["position"]: each["findings"] for each in refused[2:-3]}
    assert {at: [each["rule"] for each in told] for at, told in found.items()} == {
        at: [rule] for at, rule in UNFIT.items()
    }
    assert [each["rule"] for each in refused[-1]["findings"]] == ["PKI-CSR-11"]
    assert (last["good"], last["refused"]) == (4, 7)
    (judged,) = leaves(played, "requests.judged")
    assert {"rule": "PKI-PATH-06", "count": 2} in judged["failures"]


def test_refused_requests_are_kept_and_a_secret_is_not(played: Played) -> None:
    (judged,) = leaves(played, "requests.judged")
    kept = (played.files / "refused-asked.pem").read_bytes()
    assert hashlib.sha256(kept).hexdigest() == judged["refused_requests"]
    refused = [
        x509.load_der_x509_csr(request_for(n, HOSTS[n - 1])) for n in (*BAD, *UNFIT)
    ]
    refused.append(x509.load_der_x509_csr(request_for(11, *AS_THE_ROOT)))
    blocks = kept.split(b"-----END CERTIFICATE REQUEST-----\n")
    assert [
        x509.load_pem_x509_csr(each + b"-----END CERTIFICATE REQUEST-----\n").subject
        for each in blocks[:-1]
    ] == [each.subject for each in refused]
    secret = base64.b64encode(SOMEBODYS_KEY)
    for path in filter(Path.is_file, played.files.rglob("*")):
        raw = path.read_bytes()
        assert SOMEBODYS_KEY not in raw
        assert secret not in raw.replace(b"\n", b"")
    with_password = lines_of(played, "results-asked.jsonl")[10]
    assert [each["rule"] for each in with_password["findings"]] == ["PKI-CSR-04"]
    in_base64 = [base64.b64encode(bytes(n) + PASSWORD)[4:-4] for n in range(3)]
    for path in played.workspace.rglob("*"):
        if path.is_file() and path.parent.name != REQUESTS:
            raw = path.read_bytes()
            assert PASSWORD not in raw
            assert not any(each in raw.replace(b"\n", b"") for each in in_base64)
    (remark,) = (each for each in played.remarks if "refused" in each)
    assert remark.startswith("Why 2 of asked were refused rests on the results file")


def test_it_costs_none_of_the_others(played: Played) -> None:
    hosts = [
        each.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        ).value.get_values_for_type(x509.DNSName)
        for each in issued(played)
    ]
    good = [
        each for number, each in enumerate(HOSTS, 1) if number not in (*BAD, *UNFIT)
    ]
    assert hosts == [[each] for each in good]


def test_what_the_script_states_of_each_certificate_is_in_each(played: Played) -> None:
    for each in issued(played):
        access = each.extensions.get_extension_for_class(
            x509.AuthorityInformationAccess
        )
        assert [told.access_location.value for told in access.value] == [OCSP]


def test_openssl_finds_the_same_paths_valid_and_not(
    played: Played, tmp_path: Path
) -> None:
    root = played.files / "certificate-root-cert.pem"
    verify = ["openssl", "verify", "-no_check_time", "-CAfile", str(root)]
    for number, each in enumerate(issued(played)):
        path = tmp_path / f"{number}.pem"
        path.write_bytes(each.public_bytes(Encoding.PEM))
        assert run_tool([*verify, path.name], tmp_path).returncode == 0
    # A root of the same constraints shows what the refused names would have come to.
    by = ec.generate_private_key(ec.SECP384R1())
    known = x509.load_pem_x509_certificate(root.read_bytes())
    anchor = resigned(known, by, by)
    (tmp_path / "anchor.pem").write_bytes(anchor.public_bytes(Encoding.PEM))
    verify[-1] = "anchor.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    for number, host in enumerate(HOSTS, 1):
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Server")])
        first = known.not_valid_before_utc
        builder = (
            x509.CertificateBuilder(anchor.subject, subject, key.public_key(), number)
            .not_valid_before(first)
            .not_valid_after(first + timedelta(days=9))
            .add_extension(names, critical=False)
        )
        made = builder.sign(by, hashes.SHA256())
        (tmp_path / "one.pem").write_bytes(made.public_bytes(Encoding.PEM))
        ran = run_tool([*verify, "one.pem"], tmp_path)
        assert (ran.returncode != 0) == (number in BAD)
        assert (b"permitted subtree violation" in ran.stderr) == (number in BAD)


def resigned(
    known: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    by: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    """Make a certificate's like for another key."""
    builder = x509.CertificateBuilder(
        known.issuer, known.subject, key.public_key(), known.serial_number
    )
    builder = builder.not_valid_before(known.not_valid_before_utc)
    builder = builder.not_valid_after(known.not_valid_after_utc)
    for each in known.extensions:
        if each.oid not in (
            x509.ExtensionOID.SUBJECT_KEY_IDENTIFIER,
            x509.ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ):
            builder = builder.add_extension(each.value, critical=each.critical)
    return builder.sign(by, hashes.SHA256())


def test_the_path_of_a_part_is_told_from_its_issuer_up(played: Played) -> None:
    outcome = leaves(played, "hsm.outcome")[-1]
    show = ["openssl", "x509", "-in", "certificate-root-cert.pem", "-noout"]
    said = run_tool([*show, "-fingerprint", "-sha256"], played.files).stdout.decode()
    digest = said.partition("=")[2].strip().replace(":", "").lower()
    assert outcome["path"]["certificates"] == [digest]
    assert outcome["path"]["tool"] == "pyhanko-certvalidator"
    assert "rule" not in outcome["path"]


def test_the_pages_name_the_rule_and_the_paths(played: Played) -> None:
    text = " ".join(played.pages)
    assert "Request 2, request-02.csr: PKI-PATH-06" in text
    assert "PKI-PATH-06: 2" in text
    assert "each path valid by RFC 5280" in text
