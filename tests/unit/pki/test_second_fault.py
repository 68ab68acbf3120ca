"""What the second linter is known to be wrong about stops nothing, and is recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.pki import second_lint
from ceremony.pki.fact import BaselineKind
from ceremony.pki.finding import SecondFinding, Severity
from ceremony.pki.linted import lint_order
from ceremony.pki.second_fault import FAULTS
from ceremony.pki.second_lint import lint_second, tool_version
from tests.fakes.golden import golden
from tests.unit.pki.certificates import changed, more

CONSTRAINTS = "2.5.29.30"
# SEQUENCE of [0] permittedSubtrees, of one dNSName "example.org".
PERMITTED = "3011a00f300d820b" + b"example.org".hex()
CROSS = "cabf.serverauth.cross_ca.name_constraints_extension_present"
RESPONDER = "cabf.serverauth.ocsp_responder.name_constraints_extension_present"


def found(name: str, kind: BaselineKind, rule: str) -> SecondFinding:
    change = more(CONSTRAINTS, PERMITTED)
    broken = changed(golden(name).certificate, change)
    report = lint_second(broken, (), baseline=kind)
    (finding,) = (each for each in report.findings if each.rule == rule)
    return finding


@pytest.mark.parametrize(
    "kind", [BaselineKind.CROSS_CA, BaselineKind.EXTERNAL_CROSS_CA]
)
def test_a_cross_certificate_may_constrain_names(kind: BaselineKind) -> None:
    # TLS BR, section 7.1.2.2.3: nameConstraints MAY be present.
    finding = found("web-cross-certificate", kind, CROSS)
    assert (finding.severity, finding.stops) == (Severity.ERROR, False)
    assert "pkilint 0.13.3" in finding.departs
    assert "section 7.1.2.2.3" in finding.departs


def test_so_one_that_does_is_made() -> None:
    order = golden("web-cross-certificate").order
    profile = replace(order.profile, permitted=("dns:example.org",))
    report = lint_order(replace(order, profile=profile))
    assert not report.has_errors
    assert report.second is not None
    assert CROSS in {each.rule for each in report.second.findings}


def test_of_what_may_not_have_them_they_are_found() -> None:
    # The same, section 7.1.2.8.2: MUST NOT.
    assert found("ocsp-responder", BaselineKind.OCSP_RESPONDER, RESPONDER).stops


def test_another_version_of_the_linter_is_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(second_lint, "tool_version", lambda *_: "0.13.4")
    assert found("web-cross-certificate", BaselineKind.CROSS_CA, CROSS).stops


def test_each_fault_is_of_the_version_that_is_used_and_says_what_is_right() -> None:
    assert set(FAULTS) == {tool_version()}
    for each in FAULTS[tool_version()]:
        assert tool_version() in each.reason
        assert "section " in each.source


HOST = "pkix.invalid_domain_name_syntax"


def of_name(name: str) -> SecondFinding:
    """What pkilint finds of the syntax of a dNSName."""
    coded = name.encode()
    der = bytes([0x30, len(coded) + 2, 0x82, len(coded)]) + coded
    broken = changed(
        golden("web-subordinate").certificate, more("2.5.29.17", der.hex())
    )
    found = lint_second(broken, ()).findings
    (finding,) = (each for each in found if each.rule == HOST)
    return finding


@pytest.mark.parametrize("name", ["*.shop.example", "*.a-1.xn--bcher-kva.xn--p1ai"])
def test_a_wildcard_is_let_be_where_a_host_may_stand(name: str) -> None:
    # RFC 5280, section 4.2.1.6: applications with specific requirements MAY use such
    # names; RFC 9525, section 6.3: as the whole left-most label.
    finding = of_name(name)
    assert (finding.severity, finding.stops) == (Severity.ERROR, False)
    assert "RFC 9525, section 6.3" in finding.departs


@pytest.mark.parametrize(
    "name",
    [
        *("*", "*.", "*.example", "f*.shop.example", "*a.shop.example"),
        *("a.*.example", "*.*.example", "*.-a.example", "*.a_b.example", "*..example"),
    ],
)
def test_any_other_name_with_a_wildcard_is_found(name: str) -> None:
    assert of_name(name).stops
