"""Distribution points in words: where lists are published, and what a list is about.

Source: RFC 5280, sections 4.2.1.13, 5.2.5 and 5.2.6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cryptography import x509

from ceremony.pki.describe_name import describe_general_name, describe_name

_RELATIVE = "name relative to the issuer"


def describe_points(points: Iterable[x509.DistributionPoint]) -> Iterator[str]:
    """Give the lines of distribution points, each with the number of its point.

    Args:
        points: Those of cRLDistributionPoints or freshestCRL, 1 or more.
    """
    for number, point in enumerate(points, 1):
        yield from (f"point {number}, {told}" for told in _describe_point(point))


def describe_issuing_point(point: x509.IssuingDistributionPoint) -> Iterator[str]:
    """Give the lines of an issuingDistributionPoint: which certificates are meant."""
    for name in point.full_name or ():
        yield f"published as {describe_general_name(name)}"
    if point.relative_name is not None:
        yield f"{_RELATIVE}: {_relative(point.relative_name)}"
    if point.only_contains_user_certs:
        yield "only user certificates"
    if point.only_contains_ca_certs:
        yield "only CA certificates"
    if point.only_contains_attribute_certs:
        yield "only attribute certificates"
    if point.only_some_reasons is not None:
        yield _reasons(point.only_some_reasons)
    if point.indirect_crl:
        yield "indirect: an entry may be of another issuer's certificate"


def _describe_point(point: x509.DistributionPoint) -> Iterator[str]:
    for name in point.full_name or ():
        yield describe_general_name(name)
    if point.relative_name is not None:
        yield f"{_RELATIVE}: {_relative(point.relative_name)}"
    if point.reasons is not None:
        yield _reasons(point.reasons)
    for name in point.crl_issuer or ():
        yield f"the list is signed by {describe_general_name(name)}"


def _relative(name: x509.RelativeDistinguishedName) -> str:
    return describe_name(x509.Name([name]))


def _reasons(flags: frozenset[x509.ReasonFlags]) -> str:
    # A set has no order; that of the standard is the enumeration's.
    told = [flag.name.replace("_", "-") for flag in x509.ReasonFlags if flag in flags]
    return f"only for the reasons {', '.join(told) or '(none)'}"
