"""Holding a request that is made here against its profile, rule by rule.

An imported request is judged by the same rules about key, name and extensions; of one
that is made here the rest of its form is asked too. No linter of other people's reads
PKCS#10: pkilint 0.13 has no rules for it.

Invariants:
    * The signature's value is not looked at, so that a request is judged before its key
      has signed it as it is afterwards.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ceremony.pki.der_form import not_der
from ceremony.pki.der_request import decode_raw_request
from ceremony.pki.finding import Finding, LintReport
from ceremony.pki.found_words import algorithm_words
from ceremony.pki.key_form import signature_of
from ceremony.pki.oid_name import name_oid
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_form import request_signature
from ceremony.pki.request_rule import (
    CONTENT_RULES,
    KEY_RULES,
    VERSION_RULE,
    Asked,
    RequestRule,
)
from ceremony.pki.request_smki import SMKI_REQUEST_RULES
from ceremony.pki.request_values import read_values
from ceremony.pki.rule_source import source_for


def report_on_request(der: bytes, profile: CertificateProfile) -> LintReport:
    """Lint a request and give the report that is kept as evidence.

    The same bytes to be signed, algorithm and profile give the same report.

    Args:
        der: A PKCS#10 request, whoever signed it: DER.
        profile: What the request and its certificate have to look like.

    Raises:
        InputError: ``PKI-REQUEST-05``: it cannot be taken apart.
    """
    raw = decode_raw_request(der)
    asked = Asked(raw, profile, read_values(raw, profile))
    rules = rules_for_request(profile)
    findings = tuple(
        Finding.of(rule, wrong) for rule in rules if (wrong := rule.check(asked))
    )
    return LintReport.by_rules(profile.name, rules, findings, raw.info)


def rules_for_request(profile: CertificateProfile) -> tuple[RequestRule, ...]:
    """Give the rules that are asked of a request for a profile's certificate.

    Each has the source that is told of such a request.
    """
    return tuple(
        replace(rule, source=source_for(rule.source, profile))
        for rule in REQUEST_RULES
        if rule.applies(profile)
    )


def _signature(asked: Asked) -> str:
    wanted = request_signature(asked.profile)
    if signature_of(asked.raw.signature) is wanted:
        return ""
    return f"it is {algorithm_words(asked.raw.signature)}, and not {wanted.called}"


def _extensions(asked: Asked) -> str:
    form = asked.profile.request
    found = [each.oid for each in asked.raw.extensions]
    wanted = [] if form is None else [each.oid for each in form.extensions]
    return "" if found == wanted else f"it asks for {_named(found)}"


def _named(oids: list[str]) -> str:
    return ", ".join(map(name_oid, oids)) or "nothing"


def _attributes(asked: Asked) -> str:
    return "" if asked.raw.has_attributes else "it is left out"


def _der(asked: Asked) -> str:
    return not_der(asked.raw.info)


REQUEST_RULES: Final = (
    VERSION_RULE,
    *KEY_RULES,
    *CONTENT_RULES,
    RequestRule(
        "PKI-REQ-01",
        "The request names the signature algorithm that its profile has for it, with "
        "the parameters of that one.",
        "RFC 2986, section 4.2; RFC 5758, section 3.2; RFC 4055, sections 3.1 and 5; "
        "RFC 8410, section 3",
        _signature,
    ),
    RequestRule(
        "PKI-REQ-02",
        "The request asks for the extensions that its profile has for it, in their "
        "order, and for no other.",
        "RFC 2985, section 5.4.2; this tool's own",
        _extensions,
    ),
    RequestRule(
        "PKI-REQ-03",
        "The field of the request's attributes is there, be it empty.",
        "RFC 2986, section 4.1",
        _attributes,
    ),
    RequestRule(
        "PKI-REQ-04",
        "What the request's key signs is DER.",
        "RFC 2986, section 4.2; X.690, sections 8.1 and 10 to 11",
        _der,
    ),
    *SMKI_REQUEST_RULES,
)
"""Every lint rule about requests, in the order in which findings are given."""
