"""What a profile says of the requests for its certificates."""

from __future__ import annotations

import pytest

from ceremony.pki.based_on import read_builtin
from ceremony.pki.builtin import builtin_profiles, load_builtin_profile
from ceremony.pki.fact import RequestExtension, SignatureAlgorithm, Status
from ceremony.pki.profile_file import decode_profile
from ceremony.pki.profile_words import describe_fact, facts_in_order
from ceremony.pki.request_form import request_signature
from ceremony.script.shape import ShapeError

USAGE = RequestExtension.KEY_USAGE
ALTERNATIVE = RequestExtension.SUBJECT_ALTERNATIVE_NAME
DEVICE = read_builtin("smki-device-ds") or ""
LISTED = "value: [key-usage, subject-alternative-name]"
READ = "    status: read\n    source: SEC Appendix M"


def test_every_profile_of_an_issuer_tells_its_requests_with_status_and_source() -> None:
    for name in builtin_profiles():
        profile = load_builtin_profile(name)
        assert (profile.request is None) is profile.is_self_signed, name
        if profile.request is not None:
            told = [fact.name for fact in profile.request.facts]
            assert told == ["request-extensions", "request-signature"]
            assert all(fact.source for fact in profile.request.facts)


@pytest.mark.parametrize(
    ("name", "extensions", "signature"),
    [
        # SEC Appendix M v8.0, Appendix F and G.
        ("smki-organisation-ka", (USAGE,), "ecdsa-with-sha256"),
        ("smki-device-ka", (USAGE, ALTERNATIVE), "ecdsa-with-sha256"),
        ("smki-iki-client", (USAGE,), "rsa-pkcs1-sha256"),
    ],
)
def test_what_smkis_interface_asks_of_a_request_was_read(
    name: str, extensions: tuple[RequestExtension, ...], signature: str
) -> None:
    form = load_builtin_profile(name).request
    assert form is not None
    assert (form.extensions, form.signature) == (extensions, signature)
    assert {fact.status for fact in form.facts} == {Status.READ}


def test_what_was_inferred_of_a_request_is_told_as_unverified() -> None:
    profile = load_builtin_profile("smki-iki-file-signing")
    assert profile.request is not None
    told = [fact.name for fact in profile.request.unverified]
    assert told == ["request-extensions", "request-signature"]
    assert not {fact.name for fact in profile.unverified} & set(told)


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        ("issuing-ca-rsa-4096-pss", SignatureAlgorithm.RSA_PSS_SHA256),
        ("issuing-ca-rsa-4096", SignatureAlgorithm.RSA_SHA256),
        ("issuing-ca-ed25519", SignatureAlgorithm.ED25519),
        ("issuing-ca-ec-p384", SignatureAlgorithm.ECDSA_SHA384),
        # The issuer signs with ECDSA on P-384, and the key in the request with RSA.
        ("ocsp-responder", SignatureAlgorithm.ECDSA_SHA256),
        ("root-ca-rsa-4096-pss", SignatureAlgorithm.RSA_PSS_SHA256),
    ],
)
def test_a_request_is_signed_as_fits_its_key(
    name: str, signature: SignatureAlgorithm
) -> None:
    assert request_signature(load_builtin_profile(name)) is signature


def test_a_file_lays_one_fact_about_requests_over_its_bases() -> None:
    text = """format: key-ceremony.certificate-profile/1
name: ours
title: Ours
based-on: smki-device-ds
request:
  extensions: {value: none, status: read, source: ours}
"""
    form = decode_profile(text, "ours.yaml").request
    assert form is not None
    assert form.extensions == ()
    assert form.signature is SignatureAlgorithm.ECDSA_SHA256
    assert [fact.source for fact in form.facts] == [
        "ours",
        "SEC Appendix M v8.0, Appendix F",
    ]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (LISTED, "value: [key-usage, key-usage]", "PKI-PROFILE-07"),
        (LISTED, "value: [key-usage, basic-constraints]", "PKI-PROFILE-10"),
        (LISTED, "value: []", "FILE-SHAPE-04"),
        (LISTED, "value: [challenge-password]", "FILE-SHAPE-04"),
        (
            f"value: ecdsa-with-sha256\n{READ}",
            f"value: ed25519\n{READ}",
            "PKI-PROFILE-10",
        ),
        ("request:\n", "requests:\n", "FILE-SHAPE-01"),
    ],
)
def test_a_fault_in_what_is_said_of_requests_is_told(
    before: str, after: str, code: str
) -> None:
    assert DEVICE.count(before) == 1
    text = DEVICE.replace(before, after)
    with pytest.raises(ShapeError) as caught:
        decode_profile(text, "mine.yaml")
    assert {fault.code for fault in caught.value.faults} == {code}


def test_what_a_request_carries_is_told_in_words_after_the_certificates_facts() -> None:
    profile = load_builtin_profile("smki-device-ds")
    *_, extensions, signature = facts_in_order(profile)
    told = describe_fact(profile, extensions)
    assert told == ("asks for key-usage, subject-alternative-name",)
    assert describe_fact(profile, signature) == ("ecdsa-with-sha256",)
    ca = load_builtin_profile("smki-issuing-oca")
    *_, extensions, signature = facts_in_order(ca)
    assert describe_fact(ca, extensions) == ("asks for name and key alone",)
    told = describe_fact(ca, signature)
    assert told == ("ecdsa-with-sha256, which fits the key",)
