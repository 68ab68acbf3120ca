"""Revocation lists: lint before sign, and the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import EvidenceError, InputError
from ceremony.pki.crl import crl_fingerprint, crl_number, decode_crl, revoked_in
from ceremony.pki.crl_linted import (
    _PROOF,
    LintedCrl,
    crl_tbs_of,
    issue_crl,
    lint_crl,
)
from ceremony.pki.crl_order import CrlOrder, Revocation, prepare_crl
from ceremony.pki.crl_profile import Reason, Scope
from ceremony.pki.crl_profile_file import (
    builtin_crl_profiles,
    load_builtin_crl_profile,
)
from ceremony.pki.describe_crl import describe_crl
from ceremony.pki.fact import KeyAlgorithm, SignatureAlgorithm
from ceremony.pki.finding import LintReport
from ceremony.pki.stand_in import sign_for_looking
from tests.fakes.odd_numbers import list_of_no_version
from tests.fakes.outside_tool import run_tool
from tests.unit.pki.conftest import issued
from tests.unit.pki.crls import changed, entries, entry, more, without
from tests.unit.pki.test_pki_linted import (
    KEYS,
    SIGNED_BY,
    JunkKey,
    RecordingKey,
    looks_like,
    with_error,
)

DAY = datetime(2026, 1, 2, tzinfo=UTC)


def linted(order: CrlOrder) -> LintedCrl:
    outcome = lint_crl(order)
    assert isinstance(outcome, LintedCrl)
    return outcome


def test_the_key_signs_exactly_the_linted_bytes_of_the_list_and_once(
    chain: Any, crl_order: CrlOrder
) -> None:
    key, passed = RecordingKey(chain.root_key), linted(crl_order)
    crl = issue_crl(passed, key, chain.root_key.public_key())
    assert key.signed == [passed.tbs]
    assert crl.tbs_certlist_bytes == passed.tbs == crl_tbs_of(crl_order)
    assert crl.is_signature_valid(chain.root_key.public_key())


def test_a_list_says_what_was_ordered(
    crl: x509.CertificateRevocationList, crl_order: CrlOrder
) -> None:
    assert revoked_in(crl) == crl_order.revoked
    assert crl_number(crl) == 7
    assert crl.next_update_utc == datetime(2027, 1, 2, tzinfo=UTC)
    assert decode_crl(crl.public_bytes(Encoding.DER), "list.crl") == crl


def test_a_list_exchanged_after_the_lint_never_reaches_the_key(
    chain: Any, crl_order: CrlOrder
) -> None:
    key, passed = RecordingKey(chain.root_key), linted(crl_order)
    flipped = passed.tbs[:-1] + bytes([passed.tbs[-1] ^ 1])
    fewer = replace(crl_order, revoked=())
    for other in (
        replace(passed, tbs=flipped, proof=_PROOF),
        replace(passed, order=fewer, proof=_PROOF),
    ):
        with pytest.raises(EvidenceError) as caught:
            issue_crl(other, key, chain.root_key.public_key())
        assert caught.value.code == "PKI-LIST-09"
    assert key.signed == []


@pytest.mark.parametrize("unsound", [looks_like, with_error])
def test_a_list_that_the_lint_did_not_let_pass_never_reaches_the_key(
    chain: Any, crl_order: CrlOrder, unsound: Any
) -> None:
    key, passed = RecordingKey(chain.root_key), linted(crl_order)
    other = unsound(passed, proof=_PROOF)
    with pytest.raises(EvidenceError) as caught:
        issue_crl(other, key, chain.root_key.public_key())
    assert caught.value.code == "PKI-LIST-09"
    assert key.signed == []


def test_a_report_that_is_not_the_lists_own_is_found_afterwards(
    chain: Any, crl_order: CrlOrder
) -> None:
    passed = linted(crl_order)
    other = replace(passed, report=replace(passed.report, rule_count=1), proof=_PROOF)
    with pytest.raises(EvidenceError) as caught:
        issue_crl(other, chain.root_key, chain.root_key.public_key())
    assert caught.value.code == "PKI-LIST-09"


def test_a_token_that_signs_something_else_than_the_list_is_found_out(
    chain: Any, crl_order: CrlOrder
) -> None:
    with pytest.raises(EvidenceError) as caught:
        issue_crl(
            linted(crl_order), JunkKey(chain.root_key), chain.root_key.public_key()
        )
    assert caught.value.code == "PKI-LIST-10"


@pytest.mark.parametrize("wrong", ["token", "record"])
def test_a_key_that_is_not_the_lists_issuers_signs_nothing(
    chain: Any, crl_order: CrlOrder, wrong: str
) -> None:
    stranger = chain.issuing_key
    key = RecordingKey(stranger if wrong == "token" else chain.root_key)
    known = stranger if wrong == "record" else chain.root_key
    with pytest.raises(EvidenceError) as caught:
        issue_crl(linted(crl_order), key, known.public_key())
    assert caught.value.code == "PKI-LIST-08"
    assert key.signed == []


def test_nobody_else_makes_a_linted_list(crl_order: CrlOrder) -> None:
    passed = linted(crl_order)
    with pytest.raises(TypeError, match="only lint_crl"):
        LintedCrl(passed.order, passed.tbs, passed.report, object())
    with pytest.raises((TypeError, ValueError)):
        replace(passed, tbs=b"other bytes")


def test_a_list_with_an_error_gives_a_report_and_nothing_to_sign(
    crl_order: CrlOrder,
) -> None:
    hold = Revocation(5, date(2026, 1, 1), Reason.CERTIFICATE_HOLD)
    outcome = lint_crl(replace(crl_order, revoked=(hold,)))
    assert isinstance(outcome, LintReport)
    assert [found.rule for found in outcome.findings] == ["PKI-CRL-12"]
    assert outcome.as_record()["profile"] == "smki-oca-arl"


@pytest.mark.parametrize(
    "change",
    [
        {"number": 0},
        {"number": 1 << 159},
        {"this_update": date(1949, 12, 31)},
        {"revoked": (Revocation(0, date(2026, 1, 1), Reason.SUPERSEDED),)},
        {"revoked": (Revocation(1 << 159, date(2026, 1, 1), Reason.SUPERSEDED),)},
        {"revoked": (Revocation(5, date(1949, 1, 1), Reason.SUPERSEDED),)},
    ],
)
def test_what_cannot_be_encoded_is_refused(
    crl_order: CrlOrder, change: dict[str, Any]
) -> None:
    with pytest.raises(InputError) as caught:
        lint_crl(replace(crl_order, **change))
    assert caught.value.code == "PKI-LIST-06"


@pytest.mark.parametrize("signature", SignatureAlgorithm)
def test_a_ca_of_every_kind_signs_a_list_and_openssl_verifies_it(
    chain: Any, tmp_path: Path, signature: SignatureAlgorithm
) -> None:
    kind = SIGNED_BY[signature]
    profile = replace(chain.root_order.profile, key=kind, signature=signature)
    key = KEYS[kind]()
    root = issued(replace(chain.root_order, profile=profile), key.public_key(), key)
    generic = load_builtin_crl_profile("generic-arl")
    profiled = replace(generic, signatures=(signature, *generic.signatures))
    order = CrlOrder(
        profiled, root, 1, DAY.date(), (Revocation(9, DAY.date(), Reason.SUPERSEDED),)
    )
    assert order.signature is signature
    if kind.startswith("ec-"):
        # A curve takes the digest of its own strength, whatever stands first.
        assert replace(order, profile=generic).signature is signature
    crl = issue_crl(linted(order), key, key.public_key())
    (tmp_path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (tmp_path / "list.crl").write_bytes(crl.public_bytes(Encoding.DER))
    command = ["openssl", "crl", "-verify", "-noout", "-text", "-inform", "DER"]
    done = run_tool([*command, "-in", "list.crl", "-CAfile", "root.pem"], tmp_path)
    assert done.stderr == b"verify OK\n"
    assert b"Only CA Certificates" in done.stdout
    assert b"Superseded" in done.stdout


def test_a_key_that_no_algorithm_of_the_profile_suits_signs_no_list(
    chain: Any, crl_order: CrlOrder
) -> None:
    kind = KeyAlgorithm.ED25519
    key = KEYS[kind]()
    profile = replace(
        chain.root_order.profile, key=kind, signature=SignatureAlgorithm.ED25519
    )
    root = issued(replace(chain.root_order, profile=profile), key.public_key(), key)
    with pytest.raises(InputError) as caught:
        lint_crl(replace(crl_order, issuer=root))
    assert caught.value.code == "PKI-LIST-05"


def test_a_list_reads_in_full(
    crl: x509.CertificateRevocationList, crl_order: CrlOrder
) -> None:
    lines = describe_crl(crl)
    assert "Issuer: OU=00, CN=ZA" in lines
    assert "This update: 2026-01-02 00:00:00 UTC" in lines
    assert "Next update: 2027-01-02 00:00:00 UTC" in lines
    assert "Extension cRLNumber (2.5.29.20), not critical:" in lines
    assert "Extension issuingDistributionPoint (2.5.29.28), critical:" in lines
    assert "Revoked certificates: 2" in lines
    serial = crl_order.revoked[0].serial
    at = lines.index(f"    serial number {serial:x},")
    assert lines[at + 1] == "    from 2026-01-02 00:00:00 UTC: superseded"
    assert lines[at + 3] == "    from 2025-12-31 00:00:00 UTC: unspecified"
    digest = "".join(line.strip().replace(":", "") for line in lines[-2:])
    assert digest == crl_fingerprint(crl)
    assert all(len(line) <= 76 and line.isascii() for line in lines)


def test_a_first_list_reads_as_one_that_revokes_nothing(crl_order: CrlOrder) -> None:
    first = replace(crl_order, revoked=())
    crl = sign_for_looking(prepare_crl(first), first.signature)
    assert "Revoked certificates: none" in describe_crl(crl)


def test_a_list_that_cannot_be_read_is_no_text(
    crl: x509.CertificateRevocationList,
) -> None:
    twice = changed(crl, more("2.5.29.20", "020107"))
    with pytest.raises(InputError) as caught:
        describe_crl(twice)
    assert caught.value.code == "PKI-LIST-07"


def test_a_file_that_is_no_list_is_refused(crl: x509.CertificateRevocationList) -> None:
    for raw in (b"no list", list_of_no_version(crl)):
        with pytest.raises(InputError) as caught:
            decode_crl(raw, "list.crl")
        assert caught.value.code == "PKI-LIST-11"


def test_a_list_without_number_or_with_a_removal_cannot_be_told(
    crl: x509.CertificateRevocationList,
) -> None:
    with pytest.raises(ValueError, match="no number"):
        crl_number(changed(crl, without("2.5.29.20")))
    with pytest.raises(ValueError, match="no reason"):
        revoked_in(changed(crl, entries(entry(5, DAY, "0a0108"))))


@pytest.mark.parametrize("name", builtin_crl_profiles())
def test_a_list_of_every_profile_that_ships_is_issued(chain: Any, name: str) -> None:
    profile = load_builtin_crl_profile(name)
    order = CrlOrder(profile, chain.root, 1, DAY.date(), ())
    crl = issue_crl(linted(order), chain.root_key, chain.root_key.public_key())
    assert crl.next_update_utc == DAY + timedelta(days=profile.days)
    about = [extension.oid.dotted_string for extension in crl.extensions]
    assert about[:2] == ["2.5.29.35", "2.5.29.20"]
    assert about[2:] == ["2.5.29.28"] * (profile.scope is Scope.AUTHORITIES)
