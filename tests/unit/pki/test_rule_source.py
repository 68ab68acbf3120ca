"""A rule's source is told as it concerns the PKI of a profile."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ceremony.pki.builtin import builtin_profiles, load_builtin_profile
from ceremony.pki.lint import RULES, rules_for
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_file import Imported
from ceremony.pki.request_judgement import SOURCES, judge_request
from ceremony.pki.request_lint import (
    REQUEST_RULES,
    report_on_request,
    rules_for_request,
)
from ceremony.pki.rule_source import OWN_SOURCE, general_source, source_for
from ceremony.pki.smki_kind import smki_kind
from tests.fakes.made_requests import DEVICE, device_csr, patched

OF_SMKI = re.compile(r"RFC 5759|\bSMKI\b|\bSEC\b|\bGBCS\b|Annex B|[Pp]ublished")
EVERY = tuple(map(load_builtin_profile, builtin_profiles()))
WHOLE = {rule.id: rule.source for rule in (*RULES, *REQUEST_RULES)} | SOURCES
ELSEWHERE = replace(DEVICE, lineage=())
"""What an SMKI's device has, asked for by a site's own profile."""


def told(profile: CertificateProfile) -> dict[str, str]:
    rules = (*rules_for(profile), *rules_for_request(profile))
    return {rule.id: rule.source for rule in rules}


@pytest.mark.parametrize("profile", EVERY, ids=[each.name for each in EVERY])
def test_only_of_the_smki_is_told_what_comes_from_its_documents(
    profile: CertificateProfile,
) -> None:
    is_smki = smki_kind(profile) is not None
    for rule, source in told(profile).items():
        assert source == (WHOLE[rule] if is_smki else general_source(WHOLE[rule]))
        assert is_smki or not OF_SMKI.search(source)
    for source in SOURCES.values():
        assert is_smki or not OF_SMKI.search(source_for(source, profile))


def test_what_no_document_of_another_pki_says_is_this_tools_own() -> None:
    sources = told(load_builtin_profile("web-subordinate"))
    assert sources["PKI-EXT-01"] == sources["PKI-CSR-05"] == OWN_SOURCE
    assert sources["PKI-KU-01"].startswith("RFC 5280, section 4.2.1.3 (")
    assert sources["PKI-KU-01"].endswith("this tool's own)")
    assert sources["PKI-CSR-03"] == "RFC 2985, section 5.4.2"


@pytest.mark.parametrize(
    ("profile", "source"),
    [
        (DEVICE, "RFC 2986, section 4.1; SEC Appendix M v8.0, Appendices F and G"),
        (ELSEWHERE, "RFC 2986, section 4.1"),
    ],
)
def test_a_finding_about_a_request_is_told_with_the_same(
    profile: CertificateProfile, source: str
) -> None:
    der = patched(device_csr(), "02010030", "02010130")
    (found,) = judge_request(Imported("it", 1, der), profile).findings
    assert (found.rule, found.source) == ("PKI-CSR-01", source)
    finding = report_on_request(der, profile).findings[0]
    assert (finding.rule, finding.source) == ("PKI-CSR-01", source)


@pytest.mark.parametrize(
    ("profile", "source"),
    [
        (DEVICE, "RFC 5480, section 4; RFC 4055; GBCS v0.8.1, section 12"),
        (ELSEWHERE, "RFC 5480, section 4; RFC 4055"),
    ],
)
def test_so_is_what_is_wrong_with_a_signature(
    profile: CertificateProfile, source: str
) -> None:
    sha256, sha384 = map(bytes.fromhex, ("2a8648ce3d040302", "2a8648ce3d040303"))
    der = device_csr().replace(sha256, sha384)
    (found,) = judge_request(Imported("it", 1, der), profile).findings
    assert (found.rule, found.source) == ("PKI-REQUEST-03", source)
