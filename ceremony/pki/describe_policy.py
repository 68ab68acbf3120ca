"""Certificate policies in words, with their qualifiers and what limits them.

Source: RFC 5280, sections 4.2.1.4, 4.2.1.11 and 4.2.1.14.
"""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509

from ceremony.pki.oid_name import name_oid
from ceremony.pki.plain_text import number_text, quoted

_BEFORE = "certificates that may follow before"


def describe_policies(policies: x509.CertificatePolicies) -> Iterator[str]:
    """Give the lines of policies, each followed by those of its qualifiers."""
    for policy in policies:
        oid = policy.policy_identifier.dotted_string
        yield name_oid(oid)
        for qualifier in policy.policy_qualifiers or ():
            if isinstance(qualifier, str):
                yield f"{oid}, CPS: {quoted(qualifier)}"
            else:
                yield from (f"{oid}, {told}" for told in _notice(qualifier))


def describe_policy_constraints(limits: x509.PolicyConstraints) -> Iterator[str]:
    """Give the lines of policyConstraints."""
    if limits.require_explicit_policy is not None:
        count = limits.require_explicit_policy
        yield f"{_BEFORE} an explicit policy is required: {count}"
    if limits.inhibit_policy_mapping is not None:
        count = limits.inhibit_policy_mapping
        yield f"{_BEFORE} policy mapping is inhibited: {count}"


def describe_inhibit_any_policy(limit: x509.InhibitAnyPolicy) -> Iterator[str]:
    """Give the line of inhibitAnyPolicy."""
    yield f"{_BEFORE} anyPolicy is inhibited: {number_text(limit.skip_certs)}"


def _notice(notice: x509.UserNotice) -> Iterator[str]:
    where = notice.notice_reference
    if where is not None:
        numbers = ", ".join(map(number_text, where.notice_numbers)) or "none"
        by = quoted(where.organization or "")
        yield f"notice of {by}, numbers: {numbers}"
    if notice.explicit_text is not None:
        yield f"notice: {quoted(notice.explicit_text)}"
    if where is None and notice.explicit_text is None:
        yield "a notice that says nothing"
