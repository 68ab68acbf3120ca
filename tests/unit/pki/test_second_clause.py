"""A finding of the second linter that can stop a signature is told with its clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest

from ceremony.pki.crl_profile import Scope
from ceremony.pki.fact import BaselineKind
from ceremony.pki.second_clause import CLAUSES, citation_of, standard_of
from ceremony.pki.second_lint import (
    _baseline_validator,
    _crl_validator,
    _validator,
    lint_second,
)
from tests.fakes.golden import golden
from tests.unit.pki.certificates import Change, changed, extension, more, without

pytestmark = pytest.mark.no_cover
"""Every line run here is run by other tests."""

ABOUT_NOTHING_OF_OURS = re.compile(
    # Extensions, attributes, names and keys that no profile can have.
    r"pkix\.(ct_|sct_|smtp|smime|subject_(directory|email|information)|end_entity_|"
    r"prohibited_qualified|public_key_nist|hash_|name_domain_|rdn_contains|"
    r"certificate_policies_anypolicy|rfc(5280|6818)_certificate_policies|"
    r"both_encipheronly|key_usage_value_prohibited_for_(hash_|mld|mlk|slh))"
)
ANOTHER_SECTION = (
    # pkilint names that of a technically constrained CA for every kind of CA.
    *("serverauth.ca.critical_", "serverauth.ca.non_critical_"),
    # It names the section of the attributes; one to a relative name, and each once,
    # stand in that of the names' encoding, 7.1.4.1.
    *("serverauth.rdn_contains_", "serverauth.prohibited_duplicate_"),
)
NO_CLAUSE = re.compile(
    r"cabf\.(cps_uri|ev_guidelines|insignificant|internal_ip|name\.|certificate_ext|"
    r"(invalid_(subject_)?)?organization_identifier|invalid_subject_org|"
    r"serverauth\.(ca\.critical_sct|ca_non_tls|domain_component|invalid_juris|"
    r"invalid_tor|prohibited_certificate_policy_qualifier))"
)
"""Of EV, subscribers, Tor and what no profile can have; and of texts without meaning,
whose clause was not found."""


def rules_in(container: Any) -> Iterator[Any]:
    for each in container.validators:
        if hasattr(each, "validators"):
            yield from rules_in(each)
        else:
            yield each


def stopping(*containers: Any) -> dict[str, str]:
    """By each id that can stop a signature, what its rule says of itself."""
    told: dict[str, str] = {}
    for rule in (rule for each in containers for rule in rules_in(each)):
        for finding in rule.validations:
            if finding.severity.name in ("ERROR", "FATAL"):
                told[finding.code] = told.get(finding.code) or type(rule).__doc__ or ""
    return told


@lru_cache(maxsize=1)
def by_rfc_5280() -> dict[str, str]:
    return stopping(_validator(), _crl_validator(None))


@lru_cache(maxsize=1)
def by_baseline() -> dict[str, str]:
    kinds = [_baseline_validator(kind)[0] for kind in BaselineKind]
    return stopping(*kinds, *map(_crl_validator, Scope))


def test_every_finding_of_rfc_5280_that_can_stop_a_signature_has_its_clause() -> None:
    known = {each for each in by_rfc_5280() | by_baseline() if each[:5] == "pkix."}
    uncited = {each for each in known if ABOUT_NOTHING_OF_OURS.match(each)}
    assert len(known - uncited) > 50
    assert known - uncited == {each for each in CLAUSES if each[:5] == "pkix."}


def test_every_other_finding_of_the_baseline_requirements_has_its_own_too() -> None:
    known = {each for each in by_baseline() if each[:5] == "cabf."}
    uncited = {each for each in known if NO_CLAUSE.match(each)}
    assert len(known - uncited) > 80
    assert known - uncited == {each for each in CLAUSES if each[:5] == "cabf."}


@pytest.mark.parametrize(
    ("finding", "section"),
    [
        # TLS BR: "At most 10 days after the thisUpdate", "at most 12 months".
        ("crl_invalid_validity_period", "7.2"),
        ("arl_invalid_validity_period", "7.2"),
        # "MUST contain exactly one AttributeTypeAndValue", in the order of 7.1.4.2.
        ("serverauth.rdn_contains_multiple_atvs", "7.1.4.1"),
        ("internal_domain_name", "4.2.2"),
        ("serverauth.ocsp_responder.ocsp_nocheck_extension_absent", "7.1.2.8.2"),
    ],
)
def test_a_clause_is_where_the_text_stands(finding: str, section: str) -> None:
    assert citation_of(f"cabf.{finding}").endswith(f", section {section}")


def test_every_id_with_a_clause_is_one_that_the_linter_has() -> None:
    assert set(CLAUSES) <= {*by_rfc_5280(), *by_baseline()}


def test_a_clause_is_the_one_that_the_linter_names_where_it_names_one() -> None:
    compared = 0
    for each in filter(re.compile(r"cabf\.").match, CLAUSES):
        named = set(re.findall(r"7\.\d\.\d[.\d]*\d", by_baseline()[each]))
        if named and not each[5:].startswith(ANOTHER_SECTION):
            assert named & set(re.findall(r"\d+(?:\.\d+)+", CLAUSES[each])), each
            compared += 1
    assert compared > 50


@pytest.mark.parametrize("citation", sorted(set(CLAUSES.values())))
def test_a_citation_names_standard_and_clause(citation: str) -> None:
    assert re.fullmatch(
        r"(RFC \d{4}|CA/Browser Forum TLS Baseline Requirements), "
        r"(section \S+|sections \S+( (and|to) |, )\S.*|appendix A\.2)",
        citation,
    )


@pytest.mark.parametrize(
    ("change", "finding", "clause"),
    [
        (without("2.5.29.14"), "certificate_skid_ca_missing", "section 4.2.1.2"),
        (
            without("2.5.29.35"),
            "authority_key_identifier_extension_absent",
            "section 4.2.1.1",
        ),
        (
            extension("2.5.29.15", "03020780", critical=True),
            "ca_certificate_keycertsign_keyusage_not_set",
            "section 4.2.1.3",
        ),
        (more("2.5.29.15", "03020106"), "duplicate_extension", "section 4.2"),
    ],
)
def test_what_is_found_in_a_certificate_is_told_with_its_clause(
    change: Change, finding: str, clause: str
) -> None:
    broken = changed(golden("issuing-ca-ec-p384").certificate, change)
    told = {each.rule: each for each in lint_second(broken, ()).findings}
    assert told[f"pkix.{finding}"].source == f"RFC 5280, {clause}"
    assert f"[RFC 5280, {clause}]" in told[f"pkix.{finding}"].told


def test_what_is_found_by_the_baseline_requirements_is_told_with_its_clause() -> None:
    broken = changed(golden("web-subordinate").certificate, without("2.5.29.37"))
    (found,) = (
        each
        for each in lint_second(
            broken, (), baseline=BaselineKind.SUBORDINATE_CA
        ).findings
        if each.stops
    )
    assert found.rule == "cabf.serverauth.ca.extended_key_usage_extension_absent"
    assert found.source.endswith(" Requirements, section 7.1.2.6.1")


def test_a_finding_without_a_clause_has_its_standard_alone() -> None:
    for each in ("pkix.sct_list_empty", "itu.invalid_asn1_syntax", "iso.lei", "base.x"):
        assert citation_of(each) == standard_of(each)
    assert standard_of("pkix.sct_list_empty").startswith("RFC 5280 and ")
    assert standard_of("base.x") == ""
