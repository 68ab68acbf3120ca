"""Each contradiction of a profile: one profile that has just it, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ceremony.pki.builtin import builtin_profiles, load_builtin_profile
from ceremony.pki.contradiction import contradictions
from ceremony.pki.fact import (
    AlternativeName,
    Attribute,
    AuthorityKey,
    KeyAlgorithm,
    KeyUse,
    Purpose,
    RequestExtension,
    SignatureAlgorithm,
    StringType,
)
from ceremony.pki.profile import NamePart, RequestForm
from ceremony.pki.profile_file import decode_profile
from ceremony.script.shape import ShapeError

CA, LEAF = "smki-issuing-oca", "evidence-signer"
ROOT, DEVICE = "smki-root-oca", "smki-device-ds"
STAMP, WEB = "evidence-timestamp", "web-root"

NAME = NamePart(Attribute.COMMON_NAME, StringType.UTF8)
MAYBE = replace(NAME, optional=True)
UNIT = NamePart(Attribute.ORGANIZATIONAL_UNIT, StringType.UTF8)
ROLE = NamePart(Attribute.REMOTE_PARTY_ROLE, StringType.UTF8)
SIGN, AGREE = KeyUse.DIGITAL_SIGNATURE, KeyUse.KEY_AGREEMENT
ENCIPHER = KeyUse.KEY_ENCIPHERMENT
LISTS = {"key_usage": (SIGN, KeyUse.CRL_SIGN)}
TIME = Purpose.TIME_STAMPING
CRITICAL = {
    "alternative_name": AlternativeName.GIVEN,
    "alternative_name_critical": True,
}

ALTERNATIVE = RequestExtension.SUBJECT_ALTERNATIVE_NAME


def asks(*extensions: RequestExtension) -> RequestForm:
    return RequestForm(extensions, None, ())


def signs(signature: SignatureAlgorithm) -> RequestForm:
    return RequestForm((), signature, ())


BROKEN: list[tuple[str, dict[str, Any], str]] = [
    (CA, {"key_usage": (KeyUse.CRL_SIGN,)}, "a CA, and no other"),
    (LEAF, {"key_usage": (KeyUse.KEY_CERT_SIGN,)}, "a CA, and no other"),
    (LEAF, {"permitted": ("dns:example.org",)}, "only a CA permits names"),
    (LEAF, {"subject": ()}, "an empty subject needs"),
    (LEAF, {"subject": (MAYBE,)}, "an empty subject needs"),
    (DEVICE, {"alternative_name_critical": False}, "an empty subject needs"),
    (CA, {"subject": (), **CRITICAL}, "a CA has a name"),
    (CA, {"subject": (MAYBE,), **CRITICAL}, "a CA has a name"),
    (LEAF, {"subject": (), **CRITICAL, **LISTS}, "whoever signs revocation lists"),
    (LEAF, {"subject": (MAYBE,), **CRITICAL, **LISTS}, "whoever signs revocation"),
    (WEB, {"serial_octets": 8}, "a serial number takes 9 octets or more"),
    (STAMP, {"purposes": (TIME, Purpose.EMAIL_PROTECTION)}, "time-stamping is the"),
    (STAMP, {"purposes_critical": False}, "time-stamping is the only purpose"),
    (STAMP, {"key_usage": (AGREE,)}, "a usage is consistent with a purpose"),
    ("ocsp-responder", {"key_usage": (AGREE,)}, "a usage is consistent"),
    ("ocsp-responder", {"key_usage": (KeyUse.CRL_SIGN,)}, "a usage is consistent"),
    ("code-signing", {"key_usage": (ENCIPHER,)}, "a usage is consistent"),
    (LEAF, {"subject": (NAME, NAME)}, "an order gives one value"),
    (LEAF, {"subject": (NAME, replace(UNIT, optional=True), ROLE)}, "nobody can tell"),
    (LEAF, {"subject": (NAME, replace(UNIT, optional=True, text="A"))}, "a part whose"),
    (DEVICE, {"hardware_type": ""}, "a hardware-module-name"),
    (LEAF, {"hardware_type": "1.2.3"}, "a hardware-module-name"),
    (CA, {"authority_key": AuthorityKey.OWN_KEY}, "what another key signs names"),
    (LEAF, {"key": KeyAlgorithm.RSA_2048, "key_usage": (AGREE,)}, "only an EC key"),
    (LEAF, {"key": KeyAlgorithm.ED25519, "key_usage": (AGREE,)}, "only an EC key"),
    (LEAF, {"key_usage": (KeyUse.KEY_ENCIPHERMENT,)}, "only an RSA key"),
    (ROOT, {"key": KeyAlgorithm.ED25519}, "a certificate that its own key signs"),
    (ROOT, {"signature": SignatureAlgorithm.RSA_SHA256}, "a certificate that its own"),
    (LEAF, {"request": asks(RequestExtension.POLICIES)}, "a request asks for"),
    (LEAF, {"request": asks(RequestExtension.PERMITTED_NAMES)}, "a request asks for"),
    (ROOT, {"request": asks(ALTERNATIVE)}, "a request asks for"),
    (LEAF, {"request": signs(SignatureAlgorithm.ED25519)}, "a request has a"),
    (LEAF, {"request": signs(SignatureAlgorithm.ECDSA_SHA384)}, "a request has a"),
]
SOUND: list[tuple[str, dict[str, Any]]] = [
    (LEAF, LISTS),
    (ROOT, {"serial_octets": 8}),
    (WEB, {"serial_octets": 9}),
    # Of a CA they say what is below it.
    (CA, {"purposes": (TIME, Purpose.EMAIL_PROTECTION)}),
    # RFC 5280 does not list its usages.
    (
        "ocsp-responder",
        {"purposes": (Purpose.DOCUMENT_SIGNING,), "key_usage": (AGREE,)},
    ),
    (STAMP, {"key_usage": (KeyUse.NON_REPUDIATION, AGREE)}),
    (LEAF, {"subject": (MAYBE,), **CRITICAL}),
    (LEAF, {"subject": (), **CRITICAL}),
    (LEAF, {"subject": (replace(UNIT, text="A"), ROLE)}),
    (LEAF, {"key": KeyAlgorithm.RSA_2048, "key_usage": (KeyUse.KEY_ENCIPHERMENT,)}),
    (LEAF, {"key": KeyAlgorithm.ED25519}),
    (LEAF, {"request": asks(RequestExtension.SUBJECT_KEY_IDENTIFIER)}),
    (DEVICE, {"request": asks(RequestExtension.POLICIES, ALTERNATIVE)}),
    (LEAF, {"request": signs(SignatureAlgorithm.ECDSA_SHA256)}),
    (
        LEAF,
        {
            "key": KeyAlgorithm.RSA_2048,
            "request": signs(SignatureAlgorithm.RSA_PSS_SHA512),
        },
    ),
    (CA, {"permitted": ("dns:example.org",)}),
    (ROOT, {"authority_key": AuthorityKey.OWN_KEY}),
    (
        ROOT,
        {
            "key": KeyAlgorithm.RSA_4096,
            "signature": SignatureAlgorithm.RSA_PSS_SHA256,
        },
    ),
]


@pytest.mark.parametrize(("name", "changes", "clause"), BROKEN)
def test_a_contradiction_is_told_alone(
    name: str, changes: dict[str, Any], clause: str
) -> None:
    (told,) = contradictions(replace(load_builtin_profile(name), **changes))
    assert told.rule.startswith(clause)
    assert told.facts


FACTS = "facts:\n  key-usage:\n    value: [digital-signature, key-cert-sign]\n"
ASKS = "request:\n  extensions:\n    value: [key-usage, ocsp-no-check]\n"
MORE = "    status: chosen\n    source: ours\n"
SIGNS = "  signature:\n    value: ecdsa-with-sha256\n" + MORE


@pytest.mark.parametrize(
    ("added", "line", "told", "remedy"),
    [
        (FACTS + MORE, 6, "a CA, and no other, has", "key-usage or path-length"),
        (
            ASKS + MORE + SIGNS,
            6,
            "a request asks for ocsp-no-check, which the certificate does not hold.",
            "request.extensions or ocsp-no-check",
        ),
        # Its base states the length of the serial number.
        (
            "baseline-requirements: ocsp-responder\nfacts:\n  serial-octets:\n"
            "    value: 8\n" + MORE,
            7,
            "a serial number takes 9 octets or more, for 64 bits of a generator (CA/",
            "serial-octets or baseline-requirements",
        ),
        # Its base states the signature, and is no file of the author's.
        (
            "signed-by: self\nfacts:\n  key:\n    value: rsa-2048\n" + MORE,
            7,
            "a certificate that its own key signs",
            "signature or key or signed-by",
        ),
    ],
)
def test_a_contradiction_is_placed_where_the_file_states_it(
    added: str, line: int, told: str, remedy: str
) -> None:
    text = (
        "format: key-ceremony.certificate-profile/1\nname: ours\ntitle: Ours\n"
        f"based-on: evidence-signer\n{added}"
    )
    with pytest.raises(ShapeError) as caught:
        decode_profile(text, "ours.yaml")
    fault = caught.value.faults[0]
    assert fault.place is not None
    assert (fault.place.file, fault.place.line) == ("ours.yaml", line)
    assert f"contradicts itself: {told}" in str(fault)
    assert fault.remedy == f"Correct {remedy}."


@pytest.mark.parametrize(("name", "changes"), SOUND)
def test_what_can_be_kept_is_no_contradiction(
    name: str, changes: dict[str, Any]
) -> None:
    assert contradictions(replace(load_builtin_profile(name), **changes)) == ()


@pytest.mark.parametrize("name", builtin_profiles())
def test_no_profile_that_ships_contradicts_itself(name: str) -> None:
    assert contradictions(load_builtin_profile(name)) == ()
