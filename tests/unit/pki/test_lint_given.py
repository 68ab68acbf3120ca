"""Extensions whose values an order gives, in forms that no order gives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import DistributionPoint as Point
from cryptography.x509 import DNSName as Dns
from cryptography.x509 import RFC822Name as Mail
from cryptography.x509 import UniformResourceIdentifier as Url
from cryptography.x509.oid import AuthorityInformationAccessOID as Method

from ceremony.pki.fact import AlternativeName, Attribute, Presence
from ceremony.pki.finding import Finding, Severity
from ceremony.pki.lint import lint_certificate
from ceremony.pki.linted import lint_order
from ceremony.pki.order import Order, prepare
from tests.unit.pki.certificates import changed, extension, without

SAN, CDP, AIA = "2.5.29.17", "2.5.29.31", "1.3.6.1.5.5.7.1.1"
LIST, ANSWERS, ISSUER = (
    Url(f"http://{host}.example.org/1") for host in ("crl", "ocsp", "ca")
)
SECURED = Url("https://a.example.org/1")
SOMEBODY = x509.DirectoryName(
    x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Z")])
)
REASONS = frozenset({x509.ReasonFlags.key_compromise})
ID = x509.RegisteredID(x509.ObjectIdentifier("1.2.3"))
OTHER = x509.OtherName(x509.ObjectIdentifier("1.2.3"), b"\x05\0")


def at(*names: x509.GeneralName) -> Point:
    return Point(names, None, None, None)


def points(*those: Point) -> x509.ExtensionType:
    return x509.CRLDistributionPoints(those)


def access(*those: tuple[x509.ObjectIdentifier, x509.GeneralName]) -> Any:
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(*each) for each in those]
    )


def names(*those: x509.GeneralName) -> x509.ExtensionType:
    return x509.SubjectAlternativeName(those)


@pytest.fixture(scope="module")
def order(chain: Any) -> Order:
    profile = replace(
        chain.issuing_order.profile,
        alternative_name=AlternativeName.GIVEN,
        crl_urls=Presence.WHERE_GIVEN,
        ocsp_urls=Presence.WHERE_GIVEN,
        issuer_urls=Presence.WHERE_GIVEN,
    )
    values = {
        Attribute.COMMON_NAME: "Z1",
        "alternative-names": "dns:ca.example.org",
        "crl-urls": LIST.value,
        "ocsp-urls": ANSWERS.value,
        "issuer-urls": ISSUER.value,
    }
    return replace(chain.issuing_order, profile=profile, values=values)


@pytest.fixture(scope="module")
def made(chain: Any, order: Order) -> x509.Certificate:
    builder = prepare(order, chain.issuing_key.public_key())
    return builder.sign(chain.root_key, hashes.SHA256())


def linted(
    chain: Any, order: Order, made: x509.Certificate, oid: str, value: str
) -> tuple[Finding, ...]:
    other = changed(made, extension(oid, value, critical=False))
    return lint_certificate(other, order.profile, chain.root)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        # RFC 5280, section 4.2.1.13: MUST omit where the issuer signs the list, and
        # MUST be a distinguished name.
        (points(Point([LIST], None, None, [SOMEBODY])), "point 1 names a cRLIssuer"),
        (points(at(LIST), Point([LIST], None, None, [LIST])), "point 2 names a cRLI"),
        (points(Point(None, None, None, [SOMEBODY])), "point 1 names a cRLIssuer"),
        # The same: one point MUST be for all reasons; of others no profile says.
        (points(Point([LIST], None, REASONS, None)), "point 1 is for some reasons"),
        (
            points(at(LIST), Point([LIST], None, REASONS, None)),
            "point 2 is for some reasons",
        ),
        (
            points(
                Point(None, SOMEBODY.value.rdns[0], None, None),
            ),
            "point 1 has no URL",
        ),
        (points(at(Dns("crl.example.org"))), "at dNSName, and not at a URL"),
        (points(at(LIST, SOMEBODY)), "at directoryName, and not at a URL"),
        (points(at(Url("ldap://crl.example.org/1"))), "does not begin with http://"),
        (points(at(LIST), at(Url("http://a_b.example.org/1"))), "has an underscore"),
        (points(at(Url("http://CRL.example.org/1"))), "has capital letters"),
        (points(at(Url("http://crl.example.org/1?x=2"))), "has after its host"),
        (points(at(Url("crl/1.crl"))), "does not begin with http:// or https://"),
    ],
)
def test_a_distribution_point_holds_urls_and_nothing_else(
    chain: Any, order: Order, made: x509.Certificate, value: Any, told: str
) -> None:
    (found,) = linted(chain, order, made, CDP, value.public_bytes().hex())
    assert found.rule == "PKI-CDP-01"
    assert told in found.message


@pytest.mark.parametrize(
    ("value", "told"),
    [
        # RFC 5280, section 4.2.2.1: a uniformResourceIdentifier for HTTP.
        (access((Method.OCSP, Mail("a@b.example"))), "is at rfc822Name, and not at a"),
        (access((Method.OCSP, SOMEBODY)), "is at directoryName, and not at a URL"),
        (
            access((Method.OCSP, ANSWERS), (Method.CA_ISSUERS, Dns("ca.example.org"))),
            "caIssuers (1.3.6.1.5.5.7.48.2) is at dNSName",
        ),
        (access((Method.OCSP, Url("http://-a.example.org"))), "ends with a hyphen"),
        (access((Method.OCSP, Url("ldap://a.example.org"))), "does not begin with"),
    ],
)
def test_an_access_is_at_a_url(
    chain: Any, order: Order, made: x509.Certificate, value: Any, told: str
) -> None:
    (found,) = linted(chain, order, made, AIA, value.public_bytes().hex())
    assert found.rule == "PKI-AIA-01"
    assert told in found.message


@pytest.mark.parametrize(
    ("value", "told"),
    [
        # RFC 5280, section 4.2.1.6: preferred name syntax (RFC 1034, section 3.5).
        (names(Dns("a.example"), Dns("a_b.example.org")), "has an underscore"),
        (names(Dns("-a.example.org")), "begins or ends with a hyphen"),
        (names(Dns("WWW.example.org")), "has capital letters"),
        (names(Mail("a b@b.example")), "has before @ something else than words"),
        (names(Dns("a.example"), SOMEBODY), "dNSName, directoryName, and only dNSName"),
        (names(ID), "holds registeredID, and only dNSName"),
        (names(OTHER), "holds otherName, and only dNSName"),
    ],
)
def test_given_names_are_such_as_an_order_may_give(
    chain: Any, order: Order, made: x509.Certificate, value: Any, told: str
) -> None:
    (found,) = linted(chain, order, made, SAN, value.public_bytes().hex())
    assert found.rule == "PKI-SAN-01"
    assert told in found.message


@pytest.mark.parametrize(
    ("oid", "rule"),
    [(CDP, "PKI-CDP-01"), (AIA, "PKI-AIA-01"), (SAN, "PKI-SAN-01")],
)
def test_what_is_empty_or_cannot_be_read_is_found_by_its_rule(
    chain: Any, order: Order, made: x509.Certificate, oid: str, rule: str
) -> None:
    for value in ("3000", "30020500"):
        (found,) = linted(chain, order, made, oid, value)
        assert found.rule == rule
        assert "that can be read" in found.message


@pytest.mark.parametrize(
    ("oid", "value"),
    [
        (CDP, points(at(LIST, Url("http://two.example.org/1")))),
        (CDP, points(at(LIST), at(Url("http://two.example.org:80/1%20")))),
        (AIA, access((Method.OCSP, ANSWERS), (Method.OCSP, ISSUER))),
        (AIA, access((Method.CA_ISSUERS, ISSUER))),
        (SAN, names(Dns("*.example.org"), Mail("A.b_c@b.example"), LIST)),
    ],
)
def test_several_urls_in_any_points_are_such_as_an_order_gives(
    chain: Any, order: Order, made: x509.Certificate, oid: str, value: Any
) -> None:
    assert linted(chain, order, made, oid, value.public_bytes().hex()) == ()


@pytest.mark.parametrize(
    ("oid", "value"),
    [
        (CDP, points(at(LIST), at(LIST, SECURED))),
        (AIA, access((Method.OCSP, ANSWERS), (Method.CA_ISSUERS, SECURED))),
        (AIA, access((Method.OCSP, SECURED))),
    ],
)
def test_a_url_of_https_is_warned_of_and_keeps_nothing_from_being_signed(
    chain: Any, order: Order, made: x509.Certificate, oid: str, value: Any
) -> None:
    # RFC 5280, section 8: CAs SHOULD NOT include URIs that specify https.
    (found,) = linted(chain, order, made, oid, value.public_bytes().hex())
    assert (found.rule, found.severity) == ("PKI-URL-01", Severity.WARNING)
    assert "; 'https://a.example.org/1' does not." in found.message
    assert found.source == "RFC 5280, section 8"


def test_an_order_with_a_url_of_https_is_linted_and_told_of(order: Order) -> None:
    values = {**order.values, "crl-urls": f"{LIST.value} {SECURED.value}"}
    report = lint_order(replace(order, values=values))
    assert [each.rule for each in report.findings] == ["PKI-URL-01"]
    assert not report.has_errors


def test_a_name_of_the_subject_may_be_a_url_of_https(
    chain: Any, order: Order, made: x509.Certificate
) -> None:
    value = names(SECURED).public_bytes().hex()
    assert linted(chain, order, made, SAN, value) == ()


@pytest.mark.parametrize("oid", [CDP, AIA])
def test_where_given_it_may_be_left_out(
    chain: Any, order: Order, made: x509.Certificate, oid: str
) -> None:
    other = changed(made, without(oid))
    assert lint_certificate(other, order.profile, chain.root) == ()
