"""Two names have one text only where they are one name: succession goes by the text."""

from __future__ import annotations

from cryptography import x509
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from ceremony.pki.certificate import name_text

PRIVATE = x509.ObjectIdentifier("1.3.6.1.4.1.32473.1")
"""RFC 5612 keeps this arc for documentation."""

KINDS = st.sampled_from(
    [NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.SERIAL_NUMBER, PRIVATE]
)
VALUES = st.text('aA ,+="\\<>;#\x00é=', min_size=1, max_size=4)
PARTS = st.builds(x509.NameAttribute, KINDS, VALUES)
RDNS = st.lists(PARTS, min_size=1, max_size=2, unique_by=lambda part: part.oid).map(
    x509.RelativeDistinguishedName
)
NAMES = st.lists(RDNS, max_size=3).map(x509.Name)


@given(NAMES, NAMES)
def test_two_names_have_two_texts(one: x509.Name, other: x509.Name) -> None:
    assert name_text(one) != name_text(other) or one == other


def test_names_that_look_alike_have_two_texts() -> None:
    """Each pair differs by what separates: parts, sets, values or their kinds."""
    common, unit = NameOID.COMMON_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME
    a, b = x509.NameAttribute(common, "a"), x509.NameAttribute(unit, "b")
    both = x509.Name([x509.RelativeDistinguishedName([a, b])])
    alike = [
        x509.Name([a, b]),
        x509.Name([b, a]),
        both,
        x509.Name([x509.NameAttribute(common, "a, OU=b")]),
        x509.Name([x509.NameAttribute(common, "a+OU=b")]),
        x509.Name([x509.NameAttribute(common, "a\\, OU=b")]),
        x509.Name([x509.NameAttribute(NameOID.SURNAME, "a"), b]),
        x509.Name([x509.NameAttribute(common, "A"), b]),
        x509.Name([x509.NameAttribute(common, "#61")]),
        x509.Name(
            [
                x509.NameAttribute(
                    NameOID.X500_UNIQUE_IDENTIFIER, b"\x61", _ASN1Type.BitString
                )
            ]
        ),
        x509.Name([]),
    ]
    assert len({name_text(name) for name in alike}) == len(alike)


def test_string_types_alone_make_no_other_name() -> None:
    """They are one name by RFC 5280, section 7.1, whatever their octets."""
    kinds = (_ASN1Type.UTF8String, _ASN1Type.PrintableString, _ASN1Type.BMPString)
    names = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Z2", kind)])
        for kind in kinds
    ]
    assert len({name.public_bytes() for name in names}) == len(kinds)
    assert {name_text(name) for name in names} == {"CN=Z2"}
