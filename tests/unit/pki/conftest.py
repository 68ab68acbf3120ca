"""A root and an issuing certificate, made once, from keys that are published."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.crl_linted import LintedCrl, issue_crl, lint_crl
from ceremony.pki.crl_order import CrlOrder, Revocation
from ceremony.pki.crl_profile import Reason
from ceremony.pki.crl_profile_file import load_builtin_crl_profile
from ceremony.pki.fact import Attribute
from ceremony.pki.linted import LintedTbs, issue, lint_tbs
from ceremony.pki.order import Order, serial_number
from ceremony.pki.profile import CertificateProfile

# RFC 6979, appendix A.2.5: private key x, curve P-256.
RFC_6979_KEY = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721

LIST_DAY = date(2026, 1, 2)


@dataclass(frozen=True)
class Chain:
    """Both orders, keys and certificates."""

    root_order: Order
    root_key: ec.EllipticCurvePrivateKey
    root: x509.Certificate
    issuing_order: Order
    issuing_key: ec.EllipticCurvePrivateKey
    issuing: x509.Certificate


def issued(
    order: Order,
    subject_key: ec.EllipticCurvePublicKey,
    signing_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    linted = lint_tbs(order, subject_key)
    assert isinstance(linted, LintedTbs)
    return issue(linted, signing_key, signing_key.public_key())


def _of_no_pki(name: str) -> CertificateProfile:
    """Give a profile whose certificates are held against it and against nothing else.

    The SMKI's own rules would find again what each rule about the profile finds.
    """
    return replace(load_builtin_profile(name), lineage=())


@pytest.fixture(scope="session")
def chain() -> Chain:
    root_key = ec.derive_private_key(RFC_6979_KEY, ec.SECP256R1())
    issuing_key = ec.derive_private_key(2, ec.SECP256R1())
    root_order = Order(
        _of_no_pki("smki-root-oca"),
        {Attribute.COMMON_NAME: "ZA"},
        None,
        date(2015, 10, 29),
        serial_number(bytes(range(16))),
    )
    root = issued(root_order, root_key.public_key(), root_key)
    issuing_order = Order(
        _of_no_pki("smki-issuing-oca"),
        {Attribute.COMMON_NAME: "Z1"},
        root,
        date(2015, 10, 29),
        serial_number(bytes(range(16, 32))),
    )
    issuing = issued(issuing_order, issuing_key.public_key(), root_key)
    return Chain(root_order, root_key, root, issuing_order, issuing_key, issuing)


@pytest.fixture(scope="session")
def crl_order(chain: Chain) -> CrlOrder:
    return CrlOrder(
        load_builtin_crl_profile("smki-oca-arl"),
        chain.root,
        7,
        LIST_DAY,
        (
            Revocation(chain.issuing.serial_number, LIST_DAY, Reason.SUPERSEDED),
            Revocation(0x4A, date(2025, 12, 31), Reason.UNSPECIFIED),
        ),
    )


@pytest.fixture(scope="session")
def crl(chain: Chain, crl_order: CrlOrder) -> x509.CertificateRevocationList:
    linted = lint_crl(crl_order)
    assert isinstance(linted, LintedCrl)
    return issue_crl(linted, chain.root_key, chain.root_key.public_key())
