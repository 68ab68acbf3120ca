"""Names and URLs that an order may give, and no others, the lint takes for such."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from cryptography import x509
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ceremony.errors import InputError
from ceremony.pki.extension import general_name
from ceremony.pki.fact import AlternativeName
from ceremony.pki.lint import lint_certificate
from ceremony.pki.order import prepare
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.stand_in import sign_for_looking, stand_in_public_key
from tests.fakes.golden import golden
from tests.fakes.made_up_profiles import VALUES

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

GIVEN = ("alternative-names", "crl-urls", "ocsp-urls", "issuer-urls")
TAGS = {"dns": 0x82, "email": 0x81, "uri": 0x86}
"""RFC 5280, appendix A.2: GeneralName."""


def laid_out(values: Mapping[str, str]) -> x509.CertificateBuilder:
    """Lay out what such values come to, in the places that their profile has."""
    order = golden("issuing-ca-ec-p384").order
    has_names = "alternative-names" in values
    profile = with_names(order.profile) if has_names else order.profile
    order = replace(order, profile=profile, values={**order.values, **values})
    return prepare(order, stand_in_public_key(profile.key))


def with_names(profile: CertificateProfile) -> CertificateProfile:
    return replace(profile, alternative_name=AlternativeName.GIVEN)


def rules_about(builder: x509.CertificateBuilder) -> list[str]:
    root = golden("root-ca-ec-p384").certificate
    profile = with_names(golden("issuing-ca-ec-p384").order.profile)
    made = sign_for_looking(builder, profile.signature)
    return [each.rule for each in lint_certificate(made, profile, root)]


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries({name: VALUES[name] for name in GIVEN}))
def test_of_what_an_order_may_give_https_alone_is_warned_of(
    values: dict[str, str],
) -> None:
    urls = " ".join(values[name] for name in GIVEN[1:])
    # RFC 5280, section 8.
    told = ["PKI-URL-01"] if "https://" in urls else []
    assert rules_about(laid_out(values)) == told


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(TAGS)),
    st.sampled_from(["", "a@", "http://", "https://"]),
    st.text(st.sampled_from("ab0.-_*A/:@ "), max_size=8),
)
def test_what_no_order_may_give_is_found(kind: str, before: str, text: str) -> None:
    name = f"{before}{text}".encode()
    names = bytes([0x30, len(name) + 2, TAGS[kind], len(name)]) + name
    bare = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.17"), names)
    builder = laid_out({}).add_extension(bare, critical=False)
    try:
        general_name(f"{kind}:{before}{text}")
    except InputError:
        event("refused")
        assert rules_about(builder) == ["PKI-SAN-01"]
    else:
        event("taken")
        assert rules_about(builder) == []
