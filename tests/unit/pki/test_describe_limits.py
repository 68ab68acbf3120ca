"""Policies and distribution points in words, held against what openssl says of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.describe import describe_certificate
from ceremony.pki.describe_crl import describe_crl
from tests.fakes.pki_files import ROOT_KEY, root_and_sub
from tests.fakes.told_below import openssl, told_below

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
ISSUER = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Made CA")])
PART = x509.RelativeDistinguishedName(
    [x509.NameAttribute(x509.NameOID.COMMON_NAME, "part 1")]
)
LIST = x509.UniformResourceIdentifier("http://a.example/c")
REASONS = frozenset({x509.ReasonFlags.aa_compromise, x509.ReasonFlags.key_compromise})
POINT = x509.DistributionPoint([LIST], None, REASONS, [x509.DirectoryName(ISSUER)])
ALONE = x509.DistributionPoint(None, PART, None, None)
NONE_OF_THEM = x509.DistributionPoint([LIST], None, frozenset(), None)


def policy(oid: str, *qualifiers: str | x509.UserNotice) -> x509.PolicyInformation:
    return x509.PolicyInformation(x509.ObjectIdentifier(oid), qualifiers or None)


POLICIES = x509.CertificatePolicies(
    [
        policy(
            "1.2.3",
            "http://a.example/cps",
            x509.UserNotice(x509.NoticeReference("Made, up", [1, 2]), "For\ntests"),
        ),
        policy("1.2.4", x509.UserNotice(None, None)),
        policy("1.2.5", x509.UserNotice(x509.NoticeReference("A", []), None)),
        policy("1.2.6"),
    ]
)
IN_CERTIFICATES = [
    pytest.param(
        POLICIES,
        [
            "1.2.3",
            "1.2.3, CPS: http://a.example/cps",
            '1.2.3, notice of "Made, up", numbers: 1, 2',
            "1.2.3, notice: For\\ntests",
            "1.2.4",
            "1.2.4, a notice that says nothing",
            "1.2.5",
            "1.2.5, notice of A, numbers: none",
            "1.2.6",
        ],
        ["Policy:1.2.3CPS:http://a.example/cpsUserNotice:", "Numbers:1,2", "Fortests"],
        id="policies",
    ),
    pytest.param(
        x509.PolicyConstraints(0, 2),
        [
            "certificates that may follow before an explicit policy is required: 0",
            "certificates that may follow before policy mapping is inhibited: 2",
        ],
        ["RequireExplicitPolicy:0,InhibitPolicyMapping:2"],
        id="policy_constraints",
    ),
    pytest.param(
        x509.PolicyConstraints(None, 1),
        ["certificates that may follow before policy mapping is inhibited: 1"],
        ["InhibitPolicyMapping:1"],
        id="a_constraint_of_mapping",
    ),
    pytest.param(
        x509.PolicyConstraints(1, None),
        ["certificates that may follow before an explicit policy is required: 1"],
        ["RequireExplicitPolicy:1"],
        id="a_constraint_of_policy",
    ),
    pytest.param(
        x509.InhibitAnyPolicy(1),
        ["certificates that may follow before anyPolicy is inhibited: 1"],
        ["InhibitAnyPolicy:critical1"],
        id="inhibit_any_policy",
    ),
    *(
        pytest.param(
            kind([POINT, ALONE]),
            [
                "point 1, URI: http://a.example/c",
                "point 1, only for the reasons key-compromise, aa-compromise",
                "point 1, the list is signed by directory name: CN=Made CA",
                "point 2, name relative to the issuer: CN=part 1",
            ],
            [
                "URI:http://a.example/cReasons:KeyCompromise,AACompromise",
                "CRLIssuer:DirName:CN=MadeCA",
                "RelativeName:CN=part1",
            ],
            id=kind.__name__,
        )
        for kind in (x509.CRLDistributionPoints, x509.FreshestCRL)
    ),
    pytest.param(
        x509.CRLDistributionPoints([NONE_OF_THEM]),
        ["point 1, URI: http://a.example/c", "point 1, only for the reasons (none)"],
        ["Reasons:"],
        id="a_point_for_no_reason",
    ),
]


def scope(  # noqa: PLR0913  each is a field of the extension
    *,
    name: list[x509.GeneralName] | None = None,
    relative: x509.RelativeDistinguishedName | None = None,
    user: bool = False,
    ca: bool = False,
    reasons: frozenset[x509.ReasonFlags] | None = None,
    indirect: bool = False,
    attribute: bool = False,
) -> x509.IssuingDistributionPoint:
    return x509.IssuingDistributionPoint(
        name, relative, user, ca, reasons, indirect, attribute
    )


IN_LISTS = [
    pytest.param(
        scope(ca=True), ["only CA certificates"], ["OnlyCACertificates"], id="arl"
    ),
    pytest.param(
        scope(name=[LIST], user=True, reasons=REASONS, indirect=True),
        [
            "published as URI: http://a.example/c",
            "only user certificates",
            "only for the reasons key-compromise, aa-compromise",
            "indirect: an entry may be of another issuer's certificate",
        ],
        [
            "FullName:URI:http://a.example/c",
            "OnlyUserCertificates",
            "IndirectCRL",
            "OnlySomeReasons:KeyCompromise,AACompromise",
        ],
        id="users_and_reasons",
    ),
    pytest.param(
        scope(relative=PART, attribute=True),
        ["name relative to the issuer: CN=part 1", "only attribute certificates"],
        ["RelativeName:CN=part1", "OnlyAttributeCertificates"],
        id="attributes",
    ),
    pytest.param(
        x509.DeltaCRLIndicator(7),
        ["what has changed since the list of number 7"],
        ["DeltaCRLIndicator:critical7"],
        id="delta",
    ),
    pytest.param(
        x509.FreshestCRL([ALONE]),
        ["point 1, name relative to the issuer: CN=part 1"],
        ["FreshestCRL:criticalRelativeName:CN=part1"],
        id="freshest",
    ),
]


@pytest.mark.parametrize(("value", "words", "shown"), IN_CERTIFICATES)
def test_an_extension_of_a_certificate_is_told_in_words_as_openssl_shows_it(
    value: x509.ExtensionType, words: list[str], shown: list[str], tmp_path: Path
) -> None:
    made = (
        x509.CertificateBuilder(ISSUER, ISSUER, ROOT_KEY.public_key(), 5)
        .not_valid_before(MOMENT)
        .not_valid_after(MOMENT)
        .add_extension(value, critical=True)
        .sign(ROOT_KEY, hashes.SHA256())
    )
    assert told_below(describe_certificate(made), value.oid.dotted_string) == words
    said = openssl("x509", made.public_bytes(Encoding.DER), tmp_path)
    assert [text for text in shown if text not in said] == []


@pytest.mark.parametrize(("value", "words", "shown"), IN_LISTS)
def test_an_extension_of_a_list_is_told_in_words_as_openssl_shows_it(
    value: x509.ExtensionType, words: list[str], shown: list[str], tmp_path: Path
) -> None:
    root, _ = root_and_sub()
    made = (
        x509.CertificateRevocationListBuilder(root.subject, MOMENT, MOMENT)
        .add_extension(value, critical=True)
        .sign(ROOT_KEY, hashes.SHA256())
    )
    assert told_below(describe_crl(made), value.oid.dotted_string) == words
    said = openssl("crl", made.public_bytes(Encoding.DER), tmp_path)
    assert [text for text in shown if text not in said] == []


def test_a_reason_that_the_library_passes_over_hides_nothing_of_a_list() -> None:
    # onlyContainsCACerts, and onlySomeReasons of bits 0, which is unused, and 1.
    der = bytes.fromhex("30078201ff830206c0")
    bare = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.28"), der)
    made = (
        x509.CertificateRevocationListBuilder(ISSUER, MOMENT, MOMENT)
        .add_extension(bare, critical=True)
        .sign(ROOT_KEY, hashes.SHA256())
    )
    assert told_below(describe_crl(made), "2.5.29.28") == [der.hex(":")]
