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
    * A CA at the end is counted as one between: it may issue, or its path is not valid.

Source: RFC 5280, section 6.1; RFC 5937, sections 2 and 3.2, for the trust anchor.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.order import NO_END
from ceremony.pki.path_ends import anchor_faults, end_faults
from ceremony.pki.path_names import (
    UNREAD_NAME,
    constrained_ids,
    hosts_outside,
    is_address_within,
    is_host_within,
    prepare_names_once,
    unkept_constraints,
)
from ceremony.pki.path_signature import kind_faults, mask_faults
from ceremony.pki.plain_text import printable

if TYPE_CHECKING:
    from asn1crypto import x509 as asn1
    from asn1crypto.algos import SignedDigestAlgorithm
    from asn1crypto.keys import PublicKeyInfo
    from pyhanko_certvalidator.authority import TrustQualifiers
    from pyhanko_certvalidator.context import ValidationContext
    from pyhanko_certvalidator.path import ValidationPath
    from pyhanko_certvalidator.policy_decl import PKIXValidationParams
    from pyhanko_certvalidator.sig_validate import SignatureValidator

TOOL: Final = "pyhanko-certvalidator"

BROKEN: Final = "PKI-PATH-01"
VALIDITY: Final = "PKI-PATH-03"
NAMES: Final = "PKI-PATH-06"

_RULES: Final = (
    ("PKI-PATH-02", "could not be verified"),
    (VALIDITY, "is not valid until"),
    (VALIDITY, "expired"),
    ("PKI-PATH-04", "is not a CA"),
    ("PKI-PATH-04", "is not allowed to sign certificates"),
    ("PKI-PATH-05", "exceeds the maximum path length"),
    (NAMES, "namespace"),
    ("PKI-PATH-07", "valid set of policies"),
    ("PKI-PATH-08", "disallowed signature mechanism"),
    ("PKI-PATH-09", "unsupported critical extension"),
)
"""The rule that is broken, by what the validator says; any other is the first."""

PATH_RULES: Final = frozenset({BROKEN, *(rule for rule, _ in _RULES)})
"""Every rule about paths."""

_LONGEST_TEXT: Final = 400

_Verified = tuple[bytes, bytes, bytes, bytes]
"""A signature, what it is over, the key (DER) and the algorithm (DER)."""


@dataclass(frozen=True, slots=True)
class PathFault:
    """Why a path is not valid.

    Attributes:
        rule: The rule's id, ``PKI-PATH-01`` to ``-09``.
        text: What was found, printable ASCII.
    """

    rule: str
    text: str


@lru_cache(maxsize=1)
def path_tool_version() -> str:
    """Give the version of the validator that is installed; it is looked for once."""
    return metadata.version(TOOL)


class PathAbove:
    """The certificates above others, which are validated with each of them.

    However many certificates one CA issues, those above are read and validated by
    themselves once, and no signature of theirs is verified with each of them.
    """

    def __init__(
        self,
        above: Sequence[x509.Certificate],
        *,
        signed: bool = True,
        rooted: bool = True,
    ) -> None:
        """Read the certificates above.

        Args:
            above: The issuer's, and so on up to the trust anchor's, which signed
                itself; at least one.
            signed: False where they are not signed yet.
            rooted: False where the only one is taken for a trust anchor's as it is.
        """
        self._above = tuple(above)
        self._read = tuple(_read(each) for each in above)
        self._verified: set[_Verified] = set()
        # With their signatures, also where what is below them has none yet: a root that
        # was made anew under its old name is told from the old one by these alone.
        self._fault = find_path_fault(self._above, signed=signed) if rooted else None

    def find_fault(
        self, certificate: x509.Certificate, *, signed: bool = True
    ) -> PathFault | None:
        """Validate the path of a certificate that the first one has issued.

        Args:
            certificate: The certificate.
            signed: False where it is not signed yet.

        Returns:
            The first fault; None where the path is valid.
        """
        read = _read(certificate)
        fault = _validity_fault((certificate, *self._above)) or self._fault
        fault = fault or _names_fault(unkept_constraints(self._read))
        verified = self._verified if signed else None
        fault = fault or _caught(lambda: self._validate(certificate, read, verified))
        return fault or _names_fault(
            f"The common name {host} is a host that a CA above does not permit."
            for host in hosts_outside(read, self._read)
        )

    def _validate(
        self,
        certificate: x509.Certificate,
        read: asn1.Certificate,
        verified: set[_Verified] | None,
    ) -> None:
        from pyhanko_certvalidator.authority import NamedKeyAuthority, TrustAnchor
        from pyhanko_certvalidator.path import ValidationPath
        from pyhanko_certvalidator.policy_decl import PKIXValidationParams

        *below, anchor = self._read
        _verify_none(kind_faults(read, self._read[0]))
        _verify_none(anchor_faults(anchor))
        _verify_none(
            f"No rule has the id {told} in the namespace of a constraint."
            for told in constrained_ids((read, *self._read))
        )
        key = NamedKeyAuthority(anchor.subject, anchor.public_key)
        path = ValidationPath(
            TrustAnchor(key, _constraints(anchor)),
            interm=below[::-1],
            leaf=read,
        )
        _walk(_context(certificate, verified), path, PKIXValidationParams())
        _verify_none(end_faults(read, self._read))


def find_path_fault(
    chain: Sequence[x509.Certificate], *, signed: bool = True
) -> PathFault | None:
    """Validate a path.

    Args:
        chain: The certificate, its issuer's, and so on up to the trust anchor's, which
            signed itself; at least one.
        signed: False where they are not signed yet.

    Returns:
        The first fault; None where the path is valid.
    """
    end, *above = chain
    if above:
        return PathAbove(above, signed=signed).find_fault(end, signed=signed)
    return _caught(lambda: _validate_alone(end, signed=signed))


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


def _names_fault(texts: Iterator[str]) -> PathFault | None:
    """Give the first thing that is said of names or of constraints on them."""
    text = next(texts, "")
    return PathFault(NAMES, printable(text)[:_LONGEST_TEXT]) if text else None


def _caught(validate: Callable[[], None]) -> PathFault | None:
    """Tell what a validation finds as the fault that it is."""
    from pyhanko_certvalidator.errors import ValidationError

    try:
        validate()
    except ValidationError as error:
        text = printable(str(error))[:_LONGEST_TEXT]
        rule = next((rule for rule, words in _RULES if words in text), BROKEN)
        return PathFault(rule, text)
    except UnicodeError:
        return PathFault(BROKEN, UNREAD_NAME)
    except (ValueError, TypeError, KeyError) as error:
        text = printable(f"The path cannot be read: {error}")[:_LONGEST_TEXT]
        return PathFault(BROKEN, text)
    return None


def _validate_alone(certificate: x509.Certificate, *, signed: bool) -> None:
    """Validate what signed itself, by its own key and for its first second."""
    from pyhanko_certvalidator.authority import NamedKeyAuthority, TrustAnchor
    from pyhanko_certvalidator.path import ValidationPath

    read = _read(certificate)
    _verify_none(kind_faults(read, read))
    key = NamedKeyAuthority(read.subject, read.public_key)
    path = ValidationPath(TrustAnchor(key), interm=[], leaf=read)
    _walk(_context(certificate, set() if signed else None), path)


def _walk(
    context: ValidationContext,
    path: ValidationPath,
    parameters: PKIXValidationParams | None = None,
) -> None:
    """Go through a path to its end, without an event loop for each.

    The library can fetch revocation lists meanwhile. Here nothing is fetched, so that
    its coroutine never waits, and is done after one step.
    """
    from pyhanko_certvalidator.validate import async_validate_path

    _teach_names()
    with closing(async_validate_path(context, path, parameters)) as walk:
        try:
            walk.send(None)
        except StopIteration:
            return
    raise RuntimeError("the validation of a path waited for something")


@lru_cache(maxsize=1)
def _teach_names() -> None:
    """Let the validator hold hosts and addresses against subtrees by our rules."""
    from pyhanko_certvalidator import name_trees

    # What is wrong with a path is a finding and no line on the terminal.
    logging.getLogger(name_trees.__package__).addHandler(logging.NullHandler())

    # The library has no other place for a rule about a kind of name.
    known = name_trees._name_type_checkers  # noqa: SLF001  see above
    known[name_trees.GeneralNameType.DNS_NAME] = is_host_within
    known[name_trees.GeneralNameType.IP_ADDRESS] = is_address_within
    prepare_names_once()


def _verify_none(texts: Iterator[str]) -> None:
    """Raise the first thing that is said of a path, as the validator would."""
    from pyhanko_certvalidator.errors import ValidationError

    for text in texts:
        raise ValidationError(text)


def _constraints(anchor: asn1.Certificate) -> TrustQualifiers:
    """Give what an anchor's own certificate allows below it: depth, names and when.

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
    return TrustQualifiers(
        names,
        max_path_length=depth,
        max_aa_path_length=depth,
        valid_from=anchor.not_valid_before,
        valid_until=anchor.not_valid_after,
    )


def _context(
    certificate: x509.Certificate, verified: set[_Verified] | None
) -> ValidationContext:
    """Look at a path on the first second of the certificate at its end.

    Args:
        certificate: That certificate.
        verified: What was verified already; None where no signature is looked at.
    """
    from pyhanko_certvalidator.context import ValidationContext

    return ValidationContext(
        trust_roots=[],
        moment=certificate.not_valid_before_utc,
        allow_fetching=False,
        signature_validator=_once()(verified),
    )


@lru_cache(maxsize=1)
def _once() -> Callable[[set[_Verified] | None], SignatureValidator]:
    """Make the class that verifies a signature once; the library has its base."""
    from pyhanko_certvalidator.sig_validate import (
        DEFAULT_SIGNATURE_VALIDATOR,
        DEFAULT_VALIDATION_CONTEXT,
        SignatureValidationContext,
        SignatureValidator,
    )

    class Once(SignatureValidator):
        def __init__(self, verified: set[_Verified] | None) -> None:
            self._verified = verified

        def validate_signature(
            self,
            signature: bytes,
            signed_data: bytes,
            public_key_info: PublicKeyInfo,
            signature_algorithm: SignedDigestAlgorithm,
            context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
        ) -> None:
            """Verify a signature by a key, unless that was done before."""
            verified = self._verified
            if verified is None:
                return
            key, algorithm = public_key_info.dump(), signature_algorithm.dump()
            told = (signature, signed_data, key, algorithm)
            if told not in verified:
                _verify_none(mask_faults(signature_algorithm))
                DEFAULT_SIGNATURE_VALIDATOR.validate_signature(
                    signature,
                    signed_data,
                    public_key_info,
                    signature_algorithm,
                    context,
                )
                verified.add(told)

    return Once


def _read(certificate: x509.Certificate) -> asn1.Certificate:
    from asn1crypto import x509 as asn1

    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
