"""What a batch is tried with under CAs that permit some names alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from ceremony.check.batch_rules import trial_values
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.fact import AlternativeName
from ceremony.script.model import Thing, ThingKind

DAY = datetime(2026, 1, 1, tzinfo=UTC)
KEY = ec.derive_private_key(31, ec.SECP256R1())
PROFILE = replace(
    load_builtin_profile("ocsp-responder"), alternative_name=AlternativeName.GIVEN
)
THING = Thing("servers", ThingKind.CERTIFICATES, "Servers", profile=PROFILE.name)


def ca(*permitted: x509.GeneralName) -> x509.Certificate:
    """A certificate that permits so many subtrees; none where it has no extension."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "CA")])
    builder = x509.CertificateBuilder(name, name, KEY.public_key(), 1, DAY, DAY)
    if permitted:
        told = x509.NameConstraints(permitted, None)
        builder = builder.add_extension(told, critical=True)
    return builder.sign(KEY, hashes.SHA256())


def dns(*names: str) -> x509.Certificate:
    return ca(*map(x509.DNSName, names))


@pytest.mark.parametrize(
    ("above", "name"),
    [
        ((), "made-up.example"),
        ((ca(),), "made-up.example"),
        ((ca(x509.RFC822Name("a.example")),), "made-up.example"),
        ((dns("a.example"), ca()), "made-up.a.example"),
        ((dns("b.a.example", "c.example"), dns("c.example")), "made-up.c.example"),
        ((dns("c.example"), dns("b.c.example")), "made-up.b.c.example"),
        ((dns("a.example"), dns("aa.example", "a.example")), "made-up.a.example"),
        ((dns(".A.example"),), "made-up.a.example"),
        ((dns(""),), "made-up.example"),
        ((dns("a.example"), dns("ba.example")), "made-up.example"),
    ],
)
def test_a_name_is_made_up_that_every_ca_above_permits(
    above: tuple[x509.Certificate, ...], name: str
) -> None:
    told = trial_values(THING, PROFILE, above)
    assert told["alternative-names"] == f"dns:{name}"
