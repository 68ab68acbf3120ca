"""Validating the path from a certificate to the trust anchor above it.

A certificate may be all that its profile says and yet be refused by whoever receives
it: for what a CA further up allows. The path is therefore validated by RFC 5280 before
a certificate leaves the ceremony, with pyhanko-certvalidator, which knows none of our
rules. It is reached through this file only.

Invariants:
    * No clock is asked and nothing is fetched: a path is looked at on the first second
      of the certificate at its end, so that it can be validated again at any time.
    * The trust anchor's own certificate is validated as well: its signature, and its
      path length and name constraints hold for what is below it.

Source: RFC 5280, section 6.1; RFC 5937, sections 2 and 3.2, for the trust anchor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.order import NO_END
from ceremony.pki.plain_text import printable

if TYPE_CHECKING:
    from asn1crypto import x509 as asn1
    from pyhanko_certvalidator.authority import TrustQualifiers
    from pyhanko_certvalidator.context import ValidationContext

TOOL: Final = "pyhanko-certvalidator"

BROKEN: Final = "PKI-PATH-01"
VALIDITY: Final = "PKI-PATH-03"

_RULES: Final = (
    ("PKI-PATH-02", "could not be verified"),
    (VALIDITY, "is not valid until"),
    (VALIDITY, "expired"),
    ("PKI-PATH-04", "is not a CA"),
    ("PKI-PATH-04", "is not allowed to sign certificates"),
    ("PKI-PATH-05", "exceeds the maximum path length"),
    ("PKI-PATH-06", "namespace"),
    ("PKI-PATH-07", "valid set of policies"),
    ("PKI-PATH-08", "disallowed signature mechanism"),
    ("PKI-PATH-09", "unsupported critical extension"),
)
"""The rule that is broken, by what the validator says; any other is the first."""

_LONGEST_TEXT: Final = 400


@dataclass(frozen=True, slots=True)
class PathFault:
    """Why a path is not valid.

    Attributes:
        rule: The rule's id, ``PKI-PATH-01`` to ``-09``.
        text: What was found, printable ASCII.
    """

    rule: str
    text: str


def path_tool_version() -> str:
    """Give the version of the validator that is installed."""
    return metadata.version(TOOL)


def find_path_fault(
    chain: Sequence[x509.Certificate], *, signed: bool = True
) -> PathFault | None:
    """Validate a path.

    Args:
        chain: The certificate, its issuer's, and so on up to the trust anchor's, which
            signed itself; at least one.
        signed: False where the certificates are not signed yet, and the signatures in
            them only take a place.

    Returns:
        The first fault; None where the path is valid.
    """
    return _validity_fault(chain) or _validator_fault(chain, signed=signed)


def _validity_fault(chain: Sequence[x509.Certificate]) -> PathFault | None:
    """Find a certificate that outlives its issuer's, or begins before it.

    One without a well-defined end is left to its profile (``PKI-VALIDITY-02``).
    """
    for number, (below, above) in enumerate(pairwise(chain)):
        end = below.not_valid_after_utc
        if below.not_valid_before_utc < above.not_valid_before_utc or (
            end > above.not_valid_after_utc and end != NO_END
        ):
            which = "the certificate" if number == 0 else f"CA {number} above it"
            return PathFault(
                VALIDITY, f"The validity of {which} does not lie within its issuer's."
            )
    return None


def _validator_fault(
    chain: Sequence[x509.Certificate], *, signed: bool
) -> PathFault | None:
    from asn1crypto import x509 as asn1
    from pyhanko_certvalidator.authority import NamedKeyAuthority, TrustAnchor
    from pyhanko_certvalidator.errors import ValidationError
    from pyhanko_certvalidator.path import ValidationPath
    from pyhanko_certvalidator.policy_decl import PKIXValidationParams
    from pyhanko_certvalidator.validate import validate_path

    *rest, anchor = (asn1.Certificate.load(_der(each)) for each in chain)
    key = NamedKeyAuthority(anchor.subject, anchor.public_key)
    itself = ValidationPath(TrustAnchor(key), interm=[], leaf=anchor)
    try:
        # Like any certificate first, by its own key; that it is one is all it can show.
        validate_path(_context(chain[0], signed=signed), itself)
        if rest:
            _verify_may_sign(anchor)
            top = TrustAnchor(key, _constraints(anchor))
            path = ValidationPath(top, interm=rest[:0:-1], leaf=rest[0])
            everything = PKIXValidationParams()
            validate_path(_context(chain[0], signed=signed), path, everything)
    except ValidationError as error:
        text = printable(str(error))[:_LONGEST_TEXT]
        rule = next((rule for rule, words in _RULES if words in text), BROKEN)
        return PathFault(rule, text)
    except (ValueError, TypeError, KeyError) as error:
        text = printable(f"The path cannot be read: {error}")[:_LONGEST_TEXT]
        return PathFault(BROKEN, text)
    return None


def _verify_may_sign(anchor: asn1.Certificate) -> None:
    """Insist that an anchor is a CA whose key may sign certificates.

    RFC 5937 asks for no such thing of an anchor; an issuer without it would be refused
    anywhere else in a path.
    """
    from pyhanko_certvalidator.errors import ValidationError

    usage = anchor.key_usage_value
    if not anchor.ca:
        raise ValidationError("The trust anchor is not a CA.")
    if usage is not None and "key_cert_sign" not in usage.native:
        raise ValidationError("The trust anchor is not allowed to sign certificates.")


def _constraints(anchor: asn1.Certificate) -> TrustQualifiers:
    """Give what an anchor's own certificate allows below it: depth and names.

    Its policies are no constraint, though the source has them as one: a trust anchor
    that states none allows any.

    Source:
        RFC 5937, section 3.2: path length and name constraints.
    """
    from pyhanko_certvalidator.authority import (
        TrustQualifiers,
        derive_quals_from_cert,
    )
    from pyhanko_certvalidator.policy_decl import PKIXValidationParams

    told = derive_quals_from_cert(anchor).standard_parameters
    names = told and PKIXValidationParams(
        initial_permitted_subtrees=told.initial_permitted_subtrees,
        initial_excluded_subtrees=told.initial_excluded_subtrees,
    )
    depth = anchor.max_path_length
    return TrustQualifiers(names, max_path_length=depth, max_aa_path_length=depth)


def _context(certificate: x509.Certificate, *, signed: bool) -> ValidationContext:
    from pyhanko_certvalidator.context import ValidationContext
    from pyhanko_certvalidator.sig_validate import (
        DEFAULT_SIGNATURE_VALIDATOR,
        SignatureValidator,
    )

    class Unsigned(SignatureValidator):
        def validate_signature(self, *_: object, **__: object) -> None:
            """Look at no signature."""

    return ValidationContext(
        trust_roots=[],
        moment=certificate.not_valid_before_utc,
        allow_fetching=False,
        signature_validator=DEFAULT_SIGNATURE_VALIDATOR if signed else Unsigned(),
    )


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
