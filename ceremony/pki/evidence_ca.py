"""The small CA behind the evidence: who may sign a record, and as whom.

It certifies the keys that people, the log and the pack's seal sign with. It is made
at set-up from a software key and has nothing to do with the CA under ceremony: what
makes a verifier believe it is the trust policy, obtained apart from the pack.

Invariants:
    * It certifies signing keys only, never another CA.
    * What it signs was laid out by an evidence profile and linted before, as everything
      else is. The term is the site's to choose. A person's key may be on P-256, or of
      Ed25519, which has a profile of its own.
    * A common name goes into the open record: give a person's id there, and the name
      only where an edition of the pack may show it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from ceremony.errors import RefusedError
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.fact import Attribute
from ceremony.pki.linted import LintedTbs, issue, lint_tbs
from ceremony.pki.order import Order
from ceremony.pki.profile import Validity
from ceremony.pki.signature import VerifyingKey

CA: Final = "evidence-ca"
"""The profile of the CA; likewise of a person, of one who cosigns, and of the seal."""
SIGNER: Final = "evidence-signer"
COSIGNER: Final = "evidence-cosigner"
SEAL: Final = "evidence-seal"

SigningKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
"""The public keys that sign records: EC, or Ed25519."""


@dataclass(frozen=True, slots=True)
class Term:
    """What is particular to one certificate of the evidence CA.

    Attributes:
        common_name: The subject's common name, 1 to 64 characters.
        not_before: The first day, UTC.
        years: Calendar years, 1 to 100.
        serial: The serial number, positive; see ``order.serial_number``.
    """

    common_name: str
    not_before: date
    years: int
    serial: int


def certify_evidence_ca(
    term: Term, private_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    """Make the evidence CA's own certificate, self-signed, by its profile.

    Raises:
        InputError: ``PKI-ORDER-nn``: the common name has no place in it.
        RefusedError: ``PKI-EVIDENCE-01``: it does not meet its profile.
        EvidenceError: ``PKI-SIGN-01``: the signature that came back is wrong.
    """
    return _certify(CA, term, private_key.public_key(), None, private_key)


def certify_signer(
    term: Term,
    public_key: SigningKey,
    *,
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    profile: str = SIGNER,
) -> x509.Certificate:
    """Certify a key that signs records: a person's, the log's or the seal's.

    Args:
        term: Name, validity and serial number.
        public_key: The key, on P-256; a person's may be of Ed25519.
        ca: The evidence CA's certificate.
        ca_key: The evidence CA's key.
        profile: Which evidence profile it has to meet; of a person with an Ed25519
            key it is the one of those who cosign.

    Raises:
        InputError: ``PKI-ORDER-nn``: the common name has no place in it.
        RefusedError: ``PKI-EVIDENCE-01``: it does not meet its profile.
        EvidenceError: ``PKI-SIGN-02``: the key is not that of the CA's certificate.
    """
    if profile == SIGNER and isinstance(public_key, ed25519.Ed25519PublicKey):
        profile = COSIGNER
    return _certify(profile, term, public_key, ca, ca_key)


def _certify(
    name: str,
    term: Term,
    public_key: SigningKey,
    ca: x509.Certificate | None,
    ca_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    """Lay a certificate out, lint it, and sign what was linted."""
    profile = replace(load_builtin_profile(name), validity=Validity(years=term.years))
    values = {Attribute.COMMON_NAME.value: term.common_name}
    linted = lint_tbs(
        Order(profile, values, ca, term.not_before, term.serial), public_key
    )
    if not isinstance(linted, LintedTbs):
        first = linted.stopping[0]
        raise RefusedError(
            "PKI-EVIDENCE-01",
            f"The certificate of {term.common_name} does not meet the profile {name}: "
            f"{first.message} [{first.rule}]",
            meaning="Nothing was signed, and the key is nobody's yet.",
            remedy="Keep within the evidence CA's term; take a key on P-256, or of a "
            "person one of Ed25519.",
        )
    issuer = public_key if ca is None else ca.public_key()
    return issue(linted, ca_key, cast("VerifyingKey", issuer))
