"""Requests: lint before sign, and the same bytes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import EvidenceError, InputError
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.certificate import encode_spki
from ceremony.pki.extension import HARDWARE_SERIAL, open_values
from ceremony.pki.fact import KeyAlgorithm, SignatureAlgorithm
from ceremony.pki.finding import LintReport
from ceremony.pki.profile import CertificateProfile, RequestForm
from ceremony.pki.request_file import Imported
from ceremony.pki.request_form import request_signature
from ceremony.pki.request_judgement import judge_request
from ceremony.pki.request_linted import (
    _PROOF,
    LintedRequest,
    lint_request,
    lint_request_order,
    sign_request,
)
from ceremony.pki.request_order import RequestOrder, request_info
from ceremony.pki.trial import MADE_UP
from tests.fakes.made_requests import (
    DEVICE,
    EUI,
    KEY,
    ORGANISATION,
    device_csr,
    organisation_request,
    organisation_values,
)
from tests.fakes.outside_tool import run_tool
from tests.unit.pki.test_pki_linted import (
    JunkKey,
    RecordingKey,
    looks_like,
    with_error,
)

ORDER = RequestOrder(DEVICE, {HARDWARE_SERIAL: EUI})
RSA_KEY = rsa.generate_private_key(65537, 2048)
PSS = replace(
    load_builtin_profile("issuing-ca-rsa-4096-pss"), key=KeyAlgorithm.RSA_2048
)
OTHER = ec.derive_private_key(22, ec.SECP256R1())


def linted(order: RequestOrder = ORDER, key: Any = KEY) -> LintedRequest:
    outcome = lint_request(order, key.public_key())
    assert isinstance(outcome, LintedRequest)
    return outcome


@pytest.mark.parametrize(
    ("order", "honest"),
    [
        (ORDER, device_csr()),
        (RequestOrder(ORGANISATION, organisation_values()), organisation_request()),
    ],
)
def test_the_bytes_are_those_that_the_librarys_own_builder_makes(
    order: RequestOrder, honest: bytes
) -> None:
    wanted = x509.load_der_x509_csr(honest).tbs_certrequest_bytes
    assert request_info(order, encode_spki(KEY.public_key())) == wanted
    assert linted(order).tbs == wanted


def test_the_key_signs_exactly_the_linted_bytes_and_once() -> None:
    key, passed = RecordingKey(KEY), linted()
    request = sign_request(passed, key)
    assert key.signed == [passed.tbs]
    made = x509.load_der_x509_csr(request.der)
    assert made.tbs_certrequest_bytes == passed.tbs
    assert made.is_signature_valid


def test_bytes_exchanged_after_the_lint_never_reach_the_key() -> None:
    key, passed = RecordingKey(KEY), linted()
    flipped = passed.tbs[:-1] + bytes([passed.tbs[-1] ^ 1])
    another = RequestOrder(DEVICE, {HARDWARE_SERIAL: EUI[:-1] + "2"})
    for other in (
        replace(passed, tbs=flipped, proof=_PROOF),
        replace(passed, order=another, proof=_PROOF),
    ):
        with pytest.raises(EvidenceError) as caught:
            sign_request(other, key)
        assert caught.value.code == "PKI-REQ-12"
    assert key.signed == []


@pytest.mark.parametrize("unsound", [looks_like, with_error])
def test_a_request_that_the_lint_did_not_let_pass_never_reaches_the_key(
    unsound: Any,
) -> None:
    key, other = RecordingKey(KEY), unsound(linted(), proof=_PROOF)
    with pytest.raises(EvidenceError) as caught:
        sign_request(other, key)
    assert caught.value.code == "PKI-REQ-12"
    assert key.signed == []


def test_a_report_that_is_not_the_requests_own_is_found_afterwards() -> None:
    passed = linted()
    other = replace(passed, report=replace(passed.report, rule_count=1), proof=_PROOF)
    with pytest.raises(EvidenceError) as caught:
        sign_request(other, KEY)
    assert caught.value.code == "PKI-REQ-12"


def test_a_token_that_signs_something_else_is_found_out() -> None:
    with pytest.raises(EvidenceError) as caught:
        sign_request(linted(), JunkKey(KEY))
    assert caught.value.code == "PKI-REQ-13"


def test_another_key_than_the_request_names_signs_nothing() -> None:
    key = RecordingKey(OTHER)
    with pytest.raises(EvidenceError) as caught:
        sign_request(linted(), key)
    assert caught.value.code == "PKI-REQ-11"
    assert key.signed == []


def test_nobody_else_makes_a_linted_request() -> None:
    passed = linted()
    with pytest.raises(TypeError, match="only lint_request"):
        LintedRequest(
            passed.order, passed.public_key, passed.tbs, passed.report, object()
        )
    with pytest.raises((TypeError, ValueError)):
        replace(passed, tbs=b"other bytes")  # type: ignore[call-arg]  # refused


def test_a_request_with_an_error_gives_a_report_and_nothing_to_sign() -> None:
    """A Device's request has to state keyUsage and who the device is."""
    bare = RequestOrder(
        replace(DEVICE, request=RequestForm((), None, ())), ORDER.values
    )
    for report in (lint_request(bare, KEY.public_key()), lint_request_order(bare)):
        assert isinstance(report, LintReport)
        assert [each.rule for each in report.stopping] == ["PKI-CSR-05"]


def test_a_stand_in_shows_before_the_key_what_the_key_would_show() -> None:
    before, after = lint_request_order(ORDER), linted().report
    assert before == replace(after, tbs_digest=None)
    assert after.tbs_digest is not None


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "PKI-ORDER-04"),
        ({HARDWARE_SERIAL: "A meter"}, "PKI-ORDER-05"),
        ({HARDWARE_SERIAL: EUI, "common-name": "A"}, "PKI-ORDER-03"),
    ],
)
def test_an_order_that_its_profile_cannot_be_met_by_is_refused(
    values: dict[str, str], code: str
) -> None:
    with pytest.raises(InputError) as caught:
        lint_request_order(RequestOrder(DEVICE, values))
    assert caught.value.code == code


KINDS: dict[str, tuple[CertificateProfile, Any]] = {
    "ec-p384": (
        load_builtin_profile("issuing-ca-ec-p384"),
        ec.derive_private_key(3, ec.SECP384R1()),
    ),
    "ed25519": (
        load_builtin_profile("issuing-ca-ed25519"),
        ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)),
    ),
    "rsa-pss": (PSS, RSA_KEY),
    "rsa-pkcs1": (load_builtin_profile("smki-iki-client", environment="none"), RSA_KEY),
}


@pytest.mark.parametrize("kind", KINDS)
def test_openssl_and_an_import_agree_with_a_request_of_each_kind(
    kind: str, tmp_path: Path
) -> None:
    profile, key = KINDS[kind]
    values = {name: MADE_UP[name] for name in open_values(profile)}
    request = sign_request(linted(RequestOrder(profile, values), key), key)
    (tmp_path / "it.der").write_bytes(request.der)
    command = ["openssl", "req", "-inform", "DER", "-in", "it.der", "-noout", "-verify"]
    done = run_tool([*command, "-text"], tmp_path)
    assert b"verify OK" in done.stdout + done.stderr
    assert (b"rsassaPss" in done.stdout) is (kind == "rsa-pss")
    judged = judge_request(Imported("it.der", 1, request.der, None), profile)
    assert judged.findings == ()
    made = x509.load_der_x509_csr(request.der)
    assert made.public_bytes(Encoding.DER) == request.der


@pytest.mark.parametrize("kind", ["rsa-pss", "rsa-pkcs1"])
def test_a_key_of_another_kind_signs_nothing(kind: str) -> None:
    profile, _ = KINDS[kind]
    assert request_signature(profile).startswith(kind)
    wrong = SignatureAlgorithm.ECDSA_SHA256
    values = {name: MADE_UP[name] for name in open_values(profile)}
    passed = linted(RequestOrder(profile, values), RSA_KEY)
    form = RequestForm((), wrong, ())
    other = RequestOrder(replace(profile, request=form), values)
    with pytest.raises(EvidenceError) as caught:
        sign_request(
            replace(
                passed,
                order=other,
                tbs=request_info(other, encode_spki(RSA_KEY.public_key())),
                proof=_PROOF,
            ),
            RSA_KEY,
        )
    assert caught.value.code == "PKI-SIGN-03"
