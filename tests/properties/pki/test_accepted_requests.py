"""Whatever a profile may say of a request can be made, and is what the profile says.

The request is compared with the file's own text, read by the library that parses
requests, and not with what the product says of it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
from cryptography import x509
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ceremony.pki.certificate import encode_spki
from ceremony.pki.der_request import encode_signed_request
from ceremony.pki.key_form import SIGNATURES
from ceremony.pki.profile_file import decode_profile
from ceremony.pki.request_form import request_signature
from ceremony.pki.request_linted import lint_request_order
from ceremony.pki.request_order import RequestOrder, request_info
from ceremony.pki.schema import profile_schema
from ceremony.pki.stand_in import stand_in_public_key
from tests.fakes.made_up_profiles import orders, profile_files
from tests.fakes.told_extensions import always, given_by, sometimes
from tests.properties.pki.test_accepted_profiles import read

ASKABLE = {
    "2.5.29.15": "key-usage",
    "2.5.29.19": "basic-constraints",
    "2.5.29.37": "extended-key-usage",
    "2.5.29.32": "policies",
    "2.5.29.17": "subject-alternative-name",
    "2.5.29.14": "subject-key-identifier",
    "2.5.29.30": "permitted-names",
    "1.3.6.1.5.5.7.48.1.5": "ocsp-no-check",
}
FIT = {
    "ec-p256": ["ecdsa-with-sha256"],
    "ec-p384": ["ecdsa-with-sha384"],
    "ec-p521": ["ecdsa-with-sha512"],
    "ed25519": ["ed25519"],
    "rsa": ["rsa-pkcs1-sha256", "rsa-pkcs1-sha512", "rsa-pss-sha256", "rsa-pss-sha384"],
}
VALIDATOR = jsonschema.Draft7Validator(profile_schema())


def said(value: Any) -> dict[str, Any]:
    return {"value": value, "status": "chosen", "source": "made up"}


@settings(max_examples=60, deadline=None)
@given(profile_files(), st.data())
def test_what_may_be_asked_for_is_asked_for_as_the_file_says(
    text: str, data: st.DataObject
) -> None:
    base, told = read(text), json.loads(text)
    if base is None:
        return
    order = data.draw(orders(base))
    key = stand_in_public_key(base.key)
    held = {
        each.oid.dotted_string: (each, critical)
        for each, critical in (
            *always(told["facts"], order, key),
            *sometimes(told),
            *given_by(told["facts"], order),
        )
    }
    may = sorted(oid for oid in held if oid in ASKABLE)
    asked = data.draw(st.lists(st.sampled_from(may), unique=True))
    fit = FIT.get(base.key.value, FIT["rsa"])
    signed = data.draw(st.sampled_from(["fits-key", *fit]))
    told["request"] = {
        "extensions": said([ASKABLE[oid] for oid in asked] or "none"),
        "signature": said(signed),
    }
    VALIDATOR.validate(told)
    profile = decode_profile(json.dumps(told), "made-up.yaml")
    if signed != "fits-key":
        assert request_signature(profile).value == signed
    asks = RequestOrder(profile, order.values)

    found = lint_request_order(asks).findings
    bare = not profile.is_ca and "2.5.29.15" not in asked
    unnamed = "2.5.29.17" in held and "2.5.29.17" not in asked
    event("bare" if bare or unnamed else "whole")
    wanted = ["PKI-CSR-05"] if bare or unnamed else []
    assert [each.rule for each in found] == wanted

    info = request_info(asks, encode_spki(key))
    algorithm = bytes.fromhex(SIGNATURES[request_signature(profile)])
    made = x509.load_der_x509_csr(encode_signed_request(info, algorithm, b"\0"))
    assert made.tbs_certrequest_bytes == info
    assert made.public_key() == key
    assert [
        (each.oid.dotted_string, each.value, each.critical) for each in made.extensions
    ] == [(oid, *held[oid]) for oid in asked]
    assert len(made.attributes) == bool(asked)
    assert replace(profile, request=None, facts=base.facts) == base
