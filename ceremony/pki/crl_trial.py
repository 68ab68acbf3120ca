"""A profile of revocation lists tried out: can a list meet it at all?

Lists with made-up entries are linted under an issuer that is made with stand-in keys,
so that a profile that can never be met is found while there is no key.

Invariants:
    * Nothing that is made here is kept: only what the lints found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from cryptography import x509

from ceremony.pki.crl_linted import LintedCrl, lint_crl
from ceremony.pki.crl_order import CrlOrder, Revocation
from ceremony.pki.crl_profile import CrlProfile
from ceremony.pki.fact import KeyUse
from ceremony.pki.finding import LintReport
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_form import fit_key
from ceremony.pki.trial import Trial, made_up_issuer, stand_in_issuer

_DAY: Final = date(2026, 1, 2)
_NUMBER: Final = 1
_FIRST_SERIAL: Final = 1 << 126
"""Of the serial numbers of the entries: positive, 16 octets."""


def try_crl_profile(
    profile: CrlProfile, above: Sequence[CertificateProfile]
) -> tuple[Trial, ...]:
    """Lint a list without an entry, and one with an entry for each reason.

    Args:
        profile: The profile.
        above: The profile of its issuer, then of that one's, as far as they are known;
            where there is none, a CA is made up for each of the profile's algorithms,
            whose key and certificate call for it.

    Returns:
        Two trials for each issuer.

    Raises:
        InputError: ``PKI-LIST-05``: the issuer's key signs by none of the profile's
            algorithms; ``PKI-LIST-06``: what the profile asks for cannot be encoded;
            ``PKI-ORDER-nn``: a profile above asks for what no order can give.
    """
    every = tuple(
        Revocation(_FIRST_SERIAL + number, _DAY, reason)
        for number, reason in enumerate(profile.reasons)
    )
    return tuple(
        Trial(given, _report(CrlOrder(profile, issuer, _NUMBER, _DAY, entries)))
        for issuer in _issuers(profile, above)
        for given, entries in (("no entry", ()), ("an entry for each reason", every))
    )


def _issuers(
    profile: CrlProfile, above: Sequence[CertificateProfile]
) -> Iterator[x509.Certificate]:
    if above:
        yield stand_in_issuer(above)
        return
    uses = (KeyUse.KEY_CERT_SIGN, KeyUse.CRL_SIGN)
    for signature in profile.signatures:
        yield made_up_issuer(fit_key(signature), uses, signature)


def _report(order: CrlOrder) -> LintReport:
    result = lint_crl(order)
    return result.report if isinstance(result, LintedCrl) else result
