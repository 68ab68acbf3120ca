"""Lint before sign, and the same bytes."""

from __future__ import annotations

import subprocess
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import DeviceError, EvidenceError, InputError
from ceremony.pki.fact import Attribute, KeyAlgorithm, SignatureAlgorithm
from ceremony.pki.finding import Finding, LintReport, Severity
from ceremony.pki.lint import report_twice
from ceremony.pki.linted import (
    _PROOF,
    LintedTbs,
    issue,
    issue_each,
    lint_order,
    lint_tbs,
)
from ceremony.pki.naming import subject_name
from ceremony.pki.order import serial_number, term
from ceremony.pki.profile import Validity
from tests.fakes.made_up_site import SoftwareKey


class RecordingKey(SoftwareKey):
    """A key that stands for one in a token: it notes what it was asked to sign."""

    def __init__(
        self, key: ec.EllipticCurvePrivateKey, failure: Exception | None = None
    ) -> None:
        self._key = key
        self._failure = failure
        self.signed: list[bytes] = []

    def sign(self, data: Any, signature_algorithm: Any) -> bytes:
        if self._failure is not None:
            raise self._failure
        self.signed.append(bytes(data))
        return self._key.sign(data, signature_algorithm)


class JunkKey(RecordingKey):
    """A token that returns a well-formed signature over something else."""

    def sign(self, data: Any, signature_algorithm: Any) -> bytes:
        return super().sign(bytes(data) + b"!", signature_algorithm)


def linted(chain: Any) -> LintedTbs:
    outcome = lint_tbs(chain.issuing_order, chain.issuing_key.public_key())
    assert isinstance(outcome, LintedTbs)
    return outcome


def test_the_key_signs_exactly_the_linted_bytes_and_once(chain: Any) -> None:
    key, tbs = RecordingKey(chain.root_key), linted(chain)
    certificate = issue(tbs, key, chain.root_key.public_key())
    assert key.signed == [tbs.tbs]
    assert certificate.tbs_certificate_bytes == tbs.tbs
    chain.root_key.public_key().verify(
        certificate.signature, tbs.tbs, ec.ECDSA(hashes.SHA256())
    )


def test_the_throw_away_key_changes_nothing_in_the_bytes(chain: Any) -> None:
    assert linted(chain).tbs == linted(chain).tbs == chain.issuing.tbs_certificate_bytes


def test_the_report_before_the_signature_equals_one_made_afterwards(chain: Any) -> None:
    again = report_twice(chain.issuing, chain.issuing_order.profile, chain.root)
    assert linted(chain).report == again


def test_bytes_exchanged_after_the_lint_never_reach_the_key(chain: Any) -> None:
    key, tbs = RecordingKey(chain.root_key), linted(chain)
    flipped = tbs.tbs[:-1] + bytes([tbs.tbs[-1] ^ 1])
    other = replace(tbs, tbs=flipped, proof=_PROOF)
    with pytest.raises(EvidenceError) as caught:
        issue(other, key, chain.root_key.public_key())
    assert caught.value.code == "PKI-TBS-01"
    assert key.signed == []


def test_an_order_exchanged_after_the_lint_never_reaches_the_key(chain: Any) -> None:
    key, tbs = RecordingKey(chain.root_key), linted(chain)
    order = replace(tbs.order, values={Attribute.COMMON_NAME: "Z2"})
    other = replace(tbs, order=order, proof=_PROOF)
    with pytest.raises(EvidenceError) as caught:
        issue(other, key, chain.root_key.public_key())
    assert caught.value.code == "PKI-TBS-01"
    assert key.signed == []


def looks_like(passed: Any, proof: object = None) -> SimpleNamespace:
    """Make what has every attribute of linted bytes and was never linted."""
    del proof
    names = [each.name for each in fields(passed)]
    return SimpleNamespace(**{name: getattr(passed, name) for name in names})


ERROR = Finding("PKI-SERIAL-01", Severity.ERROR, "It is made up.")


def with_error(passed: Any, proof: object = _PROOF) -> Any:
    """Let the report on what passed tell of an error."""
    report = replace(passed.report, findings=(ERROR,))
    return replace(passed, report=report, proof=proof)


@pytest.mark.parametrize("unsound", [looks_like, with_error])
@pytest.mark.parametrize("place", [0, 1])
def test_what_the_lint_did_not_let_pass_never_reaches_the_key(
    chain: Any, unsound: Any, place: int
) -> None:
    """Not even what stands before it in the part is signed."""
    key, part = RecordingKey(chain.root_key), [linted(chain), linted(chain)]
    part[place] = unsound(part[place])
    with pytest.raises(EvidenceError) as caught:
        list(issue_each(part, key, chain.root_key.public_key()))
    assert caught.value.code == "PKI-TBS-01"
    assert key.signed == []


def test_a_report_that_is_not_its_own_is_found_afterwards(chain: Any) -> None:
    passed = linted(chain)
    other = replace(passed, report=replace(passed.report, rule_count=1), proof=_PROOF)
    with pytest.raises(EvidenceError) as caught:
        issue(other, chain.root_key, chain.root_key.public_key())
    assert caught.value.code == "PKI-TBS-01"


def test_a_token_that_signs_something_else_is_found_out(chain: Any) -> None:
    with pytest.raises(EvidenceError) as caught:
        issue(linted(chain), JunkKey(chain.root_key), chain.root_key.public_key())
    assert caught.value.code == "PKI-SIGN-01"


@pytest.mark.parametrize("wrong", ["token", "record"])
def test_a_key_that_is_not_the_issuers_signs_nothing(chain: Any, wrong: str) -> None:
    stranger = chain.issuing_key
    key = RecordingKey(stranger if wrong == "token" else chain.root_key)
    known = stranger if wrong == "record" else chain.root_key
    with pytest.raises(EvidenceError) as caught:
        issue(linted(chain), key, known.public_key())
    assert caught.value.code == "PKI-SIGN-02"
    assert key.signed == []


def test_a_self_signed_certificate_is_signed_with_its_own_key_only(chain: Any) -> None:
    tbs = lint_tbs(chain.root_order, chain.root_key.public_key())
    assert isinstance(tbs, LintedTbs)
    with pytest.raises(EvidenceError) as caught:
        issue(tbs, chain.issuing_key, chain.issuing_key.public_key())
    assert caught.value.code == "PKI-SIGN-02"


def test_a_failure_of_the_device_passes_through(chain: Any) -> None:
    failure = DeviceError("HSM-DEVICE-01", "The token is gone.", remedy="Stop.")
    with pytest.raises(DeviceError) as caught:
        issue(
            linted(chain),
            RecordingKey(chain.root_key, failure),
            chain.root_key.public_key(),
        )
    assert caught.value is failure


KEYS: dict[KeyAlgorithm, Any] = {
    KeyAlgorithm.EC_P256: lambda: ec.generate_private_key(ec.SECP256R1()),
    KeyAlgorithm.EC_P384: lambda: ec.generate_private_key(ec.SECP384R1()),
    KeyAlgorithm.EC_P521: lambda: ec.generate_private_key(ec.SECP521R1()),
    KeyAlgorithm.ED25519: ed25519.Ed25519PrivateKey.generate,
    KeyAlgorithm.RSA_2048: lambda: rsa.generate_private_key(65537, 2048),
}
SIGNED_BY = {
    SignatureAlgorithm.ECDSA_SHA256: KeyAlgorithm.EC_P256,
    SignatureAlgorithm.ECDSA_SHA384: KeyAlgorithm.EC_P384,
    SignatureAlgorithm.ECDSA_SHA512: KeyAlgorithm.EC_P521,
    SignatureAlgorithm.ED25519: KeyAlgorithm.ED25519,
    SignatureAlgorithm.RSA_SHA256: KeyAlgorithm.RSA_2048,
    SignatureAlgorithm.RSA_SHA384: KeyAlgorithm.RSA_2048,
    SignatureAlgorithm.RSA_SHA512: KeyAlgorithm.RSA_2048,
    SignatureAlgorithm.RSA_PSS_SHA256: KeyAlgorithm.RSA_2048,
    SignatureAlgorithm.RSA_PSS_SHA384: KeyAlgorithm.RSA_2048,
    SignatureAlgorithm.RSA_PSS_SHA512: KeyAlgorithm.RSA_2048,
}


@pytest.mark.parametrize("signature", SignatureAlgorithm)
def test_a_root_of_every_kind_signs_itself_and_openssl_verifies_it(
    chain: Any, tmp_path: Path, signature: SignatureAlgorithm
) -> None:
    kind = SIGNED_BY[signature]
    profile = replace(chain.root_order.profile, key=kind, signature=signature)
    key = KEYS[kind]()
    tbs = lint_tbs(replace(chain.root_order, profile=profile), key.public_key())
    assert isinstance(tbs, LintedTbs)
    certificate = issue(tbs, key, key.public_key())
    path = tmp_path / "root.pem"
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
    command = ["openssl", "verify", "-no_check_time", "-check_ss_sig", "-CAfile"]
    done = subprocess.run(  # noqa: S603  a fixed program
        [*command, str(path), str(path)], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip().endswith("root.pem: OK"), done.stderr


@pytest.mark.parametrize("signature", SignatureAlgorithm)
def test_a_key_of_another_kind_than_the_signatures_signs_nothing(
    chain: Any, signature: SignatureAlgorithm
) -> None:
    kind = SIGNED_BY[signature]
    other = KeyAlgorithm.RSA_2048 if "rsa" not in kind else KeyAlgorithm.ED25519
    profile = replace(chain.root_order.profile, key=other, signature=signature)
    key = KEYS[other]()
    tbs = lint_tbs(replace(chain.root_order, profile=profile), key.public_key())
    assert isinstance(tbs, LintedTbs)
    with pytest.raises(EvidenceError) as caught:
        issue(tbs, key, key.public_key())
    assert caught.value.code == "PKI-SIGN-03"


def test_an_order_with_an_error_gives_a_report_and_nothing_to_sign(chain: Any) -> None:
    late = replace(chain.issuing_order, not_before=date(2045, 1, 1))
    outcome = lint_tbs(late, chain.issuing_key.public_key())
    assert isinstance(outcome, LintReport)
    assert [finding.rule for finding in outcome.findings] == ["PKI-VALIDITY-02"]


def test_a_faulty_order_shows_before_the_key_exists(chain: Any) -> None:
    assert lint_order(chain.issuing_order).findings == ()
    assert lint_order(chain.issuing_order).tbs_digest is None
    assert "tbs" not in lint_order(chain.issuing_order).as_record()
    short = replace(chain.root_order, serial=5)
    assert [found.rule for found in lint_order(short).findings] == ["PKI-SERIAL-01"]


def test_nobody_else_makes_linted_bytes(chain: Any) -> None:
    tbs = linted(chain)
    with pytest.raises(TypeError, match="only lint_each"):
        LintedTbs(tbs.order, tbs.subject_key, tbs.tbs, tbs.report, object())
    with pytest.raises((TypeError, ValueError)):
        replace(tbs, tbs=b"other bytes")


@pytest.mark.parametrize("common_name", ["a" * 65, "Zü", "Z_1", "Z1\n"])
def test_a_common_name_that_cannot_be_printed_is_refused(
    chain: Any, common_name: str
) -> None:
    values = {Attribute.COMMON_NAME: common_name}
    with pytest.raises(InputError) as caught:
        lint_order(replace(chain.root_order, values=values))
    assert caught.value.code == "PKI-ORDER-01"


def test_an_issuer_stands_exactly_where_the_profile_wants_one(chain: Any) -> None:
    for order in (
        replace(chain.issuing_order, issuer=None),
        replace(chain.root_order, issuer=chain.root),
    ):
        with pytest.raises(InputError) as caught:
            lint_order(order)
        assert caught.value.code == "PKI-ORDER-02"


@pytest.mark.parametrize("octets", [8, 16, 20])
def test_a_serial_number_is_positive_and_takes_all_octets(octets: int) -> None:
    for random, first, rest in (
        (bytes(octets), 0x40, 0),
        (b"\xff" * octets, 0x7F, 255),
    ):
        made = serial_number(random).to_bytes(octets, "big", signed=True)
        assert made == bytes([first]) + bytes([rest]) * (octets - 1)


@pytest.mark.parametrize("octets", [0, 7, 21])
def test_a_serial_number_takes_neither_fewer_nor_more_octets(octets: int) -> None:
    with pytest.raises(ValueError, match="8 to 20"):
        serial_number(bytes(octets))


@pytest.mark.parametrize("octets", [8, 20])
def test_a_serial_number_is_as_long_as_the_profile_says(
    chain: Any, octets: int
) -> None:
    profile = replace(chain.root_order.profile, serial_octets=octets)
    order = replace(chain.root_order, profile=profile)
    assert (
        lint_order(replace(order, serial=serial_number(bytes(octets)))).findings == ()
    )
    found = lint_order(order).findings
    assert [finding.rule for finding in found] == ["PKI-SERIAL-01"]


@pytest.mark.parametrize(
    ("first", "years", "last"),
    [
        (date(2015, 10, 29), 25, datetime(2040, 10, 28, 23, 59, 59, tzinfo=UTC)),
        (date(2026, 1, 1), 50, datetime(2075, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (date(2024, 2, 29), 25, datetime(2049, 2, 28, 23, 59, 59, tzinfo=UTC)),
        (date(2024, 2, 29), 4, datetime(2028, 2, 28, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_validity_counts_calendar_years(
    first: date, years: int, last: datetime
) -> None:
    assert term(first, Validity(years=years))[1] == last


def test_a_subject_is_the_role_code_and_then_the_common_name(chain: Any) -> None:
    # SEQUENCE of two SETs; each an OID (2.5.4.11, 2.5.4.3) and a PrintableString (13).
    assert subject_name(
        chain.issuing_order.profile, {Attribute.COMMON_NAME: "Z1"}
    ).public_bytes().hex() == (
        "301a310b3009060355040b13023037310b3009060355040313025a31"
    )
    assert isinstance(chain.issuing.subject, x509.Name)
