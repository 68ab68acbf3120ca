"""``ceremony pki lint`` of a request, and what a profile's commands say of requests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.based_on import read_builtin
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.fact import SignatureAlgorithm
from ceremony.pki.request_lint import rules_for_request
from ceremony.pki.signature import SigningKey
from tests.cli.pki_command import commands, pki
from tests.fakes.made_requests import (
    KEY,
    device_csr,
    organisation_request,
    patched,
    plain_request,
)
from tests.fakes.outside_tool import run_tool
from tests.rehearsals.stage import Told

DEVICE = ("--profile", "smki-device-ds")


def lint(tmp_path: Path, der: bytes, *more: str) -> Told:
    path = tmp_path / "it.der"
    path.write_bytes(der)
    return pki("lint", str(path), *more)


def test_a_devices_request_meets_its_profile(tmp_path: Path) -> None:
    said = lint(tmp_path, device_csr(), *DEVICE)
    assert said.status == 0, said.all
    run = run_tool(["sha256sum", "it.der"], tmp_path).stdout.decode()
    head, *rest = said.out.splitlines()
    assert head.endswith(f"it.der, SHA-256 {run[:64]}")
    assert rest == [
        "held against smki-device-ds, environment test",
        "No fact of the profile is unverified.",
        "Lint: the request meets the profile; 19 rules: 0 findings.",
        "Signature: good, by its own key.",
    ]


def test_a_request_in_pem_is_told_as_json_with_every_rule(tmp_path: Path) -> None:
    request = x509.load_der_x509_csr(device_csr())
    pem = request.public_bytes(Encoding.PEM)
    said = lint(tmp_path, pem, *DEVICE, "--rules", "--format", "json")
    assert said.status == 0, said.all
    told = json.loads(said.out)
    assert told["signature"] == {"good": True}
    assert told["lint"]["findings"] == []
    asked = rules_for_request(load_builtin_profile("smki-device-ds"))
    assert [each["rule"] for each in told["rules"]] == [rule.id for rule in asked]
    assert {each["broken"] for each in told["rules"]} == {False}


def test_each_broken_rule_of_a_request_is_told_with_status_1(tmp_path: Path) -> None:
    bare = plain_request(x509.Name([]), KEY)
    said = lint(tmp_path, bare, *DEVICE, "--rules")
    assert said.status == 1
    assert "Lint: the request does not meet the profile; 19 rules: 2 findings." in (
        said.out
    )
    assert "[PKI-CSR-05]" in said.out
    assert "[PKI-REQ-02]" in said.out
    assert "  PKI-REQ-02: broken" in said.out
    assert "Signature: good, by its own key." in said.out


def test_a_request_that_its_key_did_not_sign_ends_with_status_1(tmp_path: Path) -> None:
    der = device_csr()
    said = lint(tmp_path, der[:-1] + bytes([der[-1] ^ 1]), *DEVICE)
    assert said.status == 1
    assert "Lint: the request meets the profile; 19 rules: 0 findings." in said.out
    assert "Signature: WRONG, not signed by the key in it.\n" in said.out


@pytest.mark.parametrize(
    ("made", "asked"),
    [
        ("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048", ""),
        ("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256", "-sha384"),
        ("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048", ""),
        (
            "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
            "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20",
        ),
        ("genpkey -algorithm ED25519", ""),
    ],
)
def test_a_request_of_another_kind_is_signed_by_its_key_all_the_same(
    tmp_path: Path, made: str, asked: str
) -> None:
    run_tool(["openssl", *made.split(), "-out", "key.pem"], tmp_path)
    request = "req -new -key key.pem -subj /CN=other -outform DER -out made.der"
    run_tool(["openssl", *request.split(), *asked.split()], tmp_path)
    der = (tmp_path / "made.der").read_bytes()
    for altered, told in ((der, "good"), (der[:-1] + bytes([der[-1] ^ 1]), "WRONG")):
        said = lint(tmp_path, altered, *DEVICE)
        assert said.status == 1
        assert f"Signature: {told}, " in said.out


@pytest.mark.parametrize(
    ("made", "digest"),
    [
        ("genpkey -algorithm SM2", "-sm3"),
        ("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256", "-sha1"),
    ],
)
def test_a_signature_that_cannot_be_verified_here_is_not_called_wrong(
    tmp_path: Path, made: str, digest: str
) -> None:
    run_tool(["openssl", *made.split(), "-out", "key.pem"], tmp_path)
    request = "req -new -key key.pem -subj /CN=other -outform DER -out made.der"
    run_tool(["openssl", *request.split(), digest], tmp_path)
    der = (tmp_path / "made.der").read_bytes()
    said = lint(tmp_path, der, *DEVICE)
    told = (
        "Signature: NOT CHECKED, this tool cannot verify by such a key or algorithm.\n"
    )
    assert (said.status, told in said.out) == (1, True)
    as_json = lint(tmp_path, der, *DEVICE, "--format", "json")
    assert json.loads(as_json.out)["signature"] == {"good": None}
    shown = pki("inspect", str(tmp_path / "it.der"))
    assert "NOT shown to be signed with the key that it names" in shown.out


def test_what_is_unverified_of_requests_is_told_with_the_profile(
    tmp_path: Path,
) -> None:
    profile = ("--profile", "smki-iki-file-signing")
    said = lint(tmp_path, organisation_request(), *profile)
    assert said.status == 1
    told = " ".join(said.out.split())
    assert "request-extensions, request-signature. A request may meet" in told
    shown = pki("profile", "show", "smki-iki-file-signing")
    assert "request-extensions\n    asks for key-usage\n    [unverified]" in shown.out


def test_a_profile_whose_requests_nobody_could_answer_is_told(tmp_path: Path) -> None:
    text = read_builtin("smki-device-ds") or ""
    listed = "value: [key-usage, subject-alternative-name]"
    path = tmp_path / "ours.yaml"
    path.write_text(text.replace(listed, "value: [key-usage]"))
    said = pki("profile", "check", str(path))
    assert said.status == 1
    assert "[PKI-CSR-05]" in said.out
    assert said.out.endswith(": no request meets it, 1 finding.\n")


@pytest.mark.parametrize("wrong", ["ff", "01"])
def test_a_request_that_is_not_der_is_found_where_it_can_be_read(
    tmp_path: Path, wrong: str
) -> None:
    usage = "0603551d0f0101"
    der = patched(organisation_request(), f"{usage}ff", f"{usage}{wrong}")
    said = lint(tmp_path, der, "--profile", "smki-organisation-ds")
    assert said.status == (0 if wrong == "ff" else 1), said.all
    assert ("[PKI-REQ-04]" in said.out) is (wrong == "01")


def test_a_request_is_linted_without_an_issuer(tmp_path: Path) -> None:
    said = lint(tmp_path, device_csr(), *DEVICE, "--issuer", str(tmp_path / "it.der"))
    assert (said.status, said.out) == (2, "")
    assert "[CLI-ISSUER-02]" in said.err
    assert "What to do: Leave --issuer out" in said.err


@pytest.mark.parametrize(
    ("key", "signature", "told"),
    [
        (
            ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)),
            SignatureAlgorithm.ED25519,
            "Signature algorithm: Ed25519",
        ),
        (
            rsa.generate_private_key(65537, 2048),
            SignatureAlgorithm.RSA_PSS_SHA384,
            "Signature algorithm: rsassaPss",
        ),
    ],
)
def test_requests_by_other_keys_are_inspected_and_openssl_agrees(
    tmp_path: Path, key: SigningKey, signature: SignatureAlgorithm, told: str
) -> None:
    path = tmp_path / "it.der"
    path.write_bytes(plain_request(x509.Name([]), key, signature))
    said = pki("inspect", str(path))
    assert said.status == 0, said.all
    assert told in said.out
    assert "The request is signed with the key that it names." in said.out
    ran = run_tool(["sh", "-e", "-c", commands(said.out)], tmp_path)
    assert ran.returncode == 0
    assert b"verify OK" in ran.stdout + ran.stderr
