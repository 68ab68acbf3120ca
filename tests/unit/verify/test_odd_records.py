"""Records that are odd in ways that seldom occur: some are lies, others are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ceremony import canonical
from ceremony.engine.command import Command
from ceremony.engine.facts import FoundObject, Intent, Outcome, Result
from ceremony.identifiers import Role
from ceremony.journal.event import Event
from ceremony.pack.record import EVENTS, EXHIBITS, LEAF_HASHES, read_record
from ceremony.people.attestation import Level
from ceremony.pki.certificate import fingerprint
from ceremony.verify.attestation import is_signature
from ceremony.verify.check import Check, FailedError, Status
from ceremony.verify.issued import certificate_of
from ceremony.verify.verdict import judge_files
from tests.fakes.broken_rules import (
    OTHER,
    event_changed,
    file_changed,
    opened_changed,
    policy_changed,
    rules,
    without_file,
)
from tests.fakes.forgery import Forgery
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.record_builder import BuiltRecord, build_record, remade

ROOT = "root-oca-certificate"
ROOT_FILE = f"certificate-{ROOT}.pem"
STRAY = FoundObject("secret-key", "stray", "")


def check_of(built: BuiltRecord, number: str) -> Check:
    checks = judge_files(built.files, built.policy).checks
    return next(check for check in checks if check.number == number)


def outcome_at(step: str, change: Callable[[Outcome], Outcome]) -> Forgery:
    def command(told: Command) -> Command:
        if isinstance(told.fact, Outcome) and told.step == step:
            return replace(told, fact=change(told.fact))
        return told

    return Forgery(command=command)


def test_levels_that_are_reached_need_no_waiver() -> None:
    levels = {Role("custodian"): Level.A1, Role("security-officer"): Level.A1}
    check = check_of(policy_changed(levels=levels), "9")
    assert check.status is Status.PASSED
    assert check.remarks == ()


def test_a_name_that_is_not_the_one_the_policy_knows_is_refused() -> None:
    first, *others = build_record().policy.people
    people = (replace(first, name="Eve Example"), *others)
    check = check_of(policy_changed(people=people), "9")
    assert check.rule == "VERIFY-ATTEST-11"
    assert "'Eve Example'" in check.reason


def test_an_rsa_key_signs_no_attestation() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "RSA")])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    assert not is_signature(certificate, b"any", b"message")


def test_a_token_that_was_in_use_before_is_taken_as_first_seen() -> None:
    def found_as_it_was(told: Command) -> Command:
        fact = told.fact
        if isinstance(fact, Intent | Outcome) and told.step in ("2.2", "2.3"):
            return replace(told, fact=replace(fact, verb="token.inventory"))
        return told

    found = rules(build_record(Forgery(command=found_as_it_was)))
    assert not {rule for _, rule in found if rule.startswith("VERIFY-INVENTORY")}


def test_an_object_that_no_operation_made_is_found_although_the_leaf_lists_it() -> None:
    listed = "inventory-root-hsm-3.json"

    def with_stray(name: str, raw: bytes) -> bytes:
        if name != listed:
            return raw
        told = json.loads(raw)
        told["objects"].append(
            {"kind": STRAY.kind, "label": STRAY.label, "id": "", "attributes": {}}
        )
        return canonical.encode(told)

    def admitted(told: Command) -> Command:
        fact = told.fact
        if (
            not isinstance(fact, Outcome)
            or fact.inventory is None
            or [blob.name for blob in told.blobs if blob.name == listed] == []
        ):
            return told
        taken = fact.inventory
        admits = replace(taken, added=(*taken.added, STRAY), count=taken.count + 1)
        return replace(told, fact=replace(fact, inventory=admits))

    built = build_record(Forgery(command=admitted, inventory=with_stray))
    check = check_of(built, "11")
    assert check.rule == "VERIFY-INVENTORY-03"
    assert "secret-key stray" in check.reason


def test_leaf_hashes_of_another_journal_are_refused() -> None:
    built = file_changed(
        LEAF_HASHES, lambda raw: raw.replace(b"example/small", b"example/other")
    )
    check = check_of(built, "5")
    assert check.rule == "VERIFY-ROOT-01"
    assert LEAF_HASHES in check.reason


def test_a_first_leaf_that_follows_another_leaf_is_refused() -> None:
    check = check_of(build_record(event_changed(0, prev=OTHER)), "5")
    assert check.rule == "VERIFY-ROOT-02"
    assert "prev" in check.reason


def test_the_tree_of_the_pack_before_may_be_the_one_at_the_opening() -> None:
    honest = build_record().builder
    known = build_record(opened_changed(previous=honest.head(3)))
    assert check_of(known, "5").status is Status.PASSED
    other = replace(honest.head(3), root=OTHER)
    check = check_of(build_record(opened_changed(previous=other)), "5")
    assert check.rule == "VERIFY-ROOT-04"


def test_the_first_ceremony_of_a_journal_names_no_tree_before_it() -> None:
    built = build_record(opened_changed(previous=None))
    assert check_of(built, "5").status is Status.PASSED


def test_an_exhibit_whose_digest_a_leaf_names_is_accepted() -> None:
    built = build_record()
    blob = built.builder.facts[0].event.blobs[0]
    exhibit = canonical.encode([{"name": blob.name, "sha256": blob.sha256}])
    shown = remade(
        built, lambda files: files.update({EXHIBITS: exhibit}), manifest=True
    )
    assert check_of(shown, "5").status is Status.PASSED


def test_what_was_linted_and_never_signed_is_not_linted_again() -> None:
    unsigned = outcome_at(
        "2.7", lambda fact: replace(fact, result=Result.FAILED, certificate=None)
    )
    built = build_record(replace(unsigned, stop_after="2.7"))
    assert not {rule for _, rule in rules(built) if rule.startswith("VERIFY-LINT")}


def another_root(*, days: int = 0, turned: bool = False) -> Forgery:
    """Sign the root certificate for so many days, or its extensions turned round."""
    key = SoftwareKey("root-oca")

    def certificate(name: str, der: bytes) -> bytes:
        if name != ROOT:
            return der
        honest = x509.load_der_x509_certificate(der)
        first, last = honest.not_valid_before_utc, honest.not_valid_after_utc
        builder = (
            x509.CertificateBuilder()
            .subject_name(honest.subject)
            .issuer_name(honest.issuer)
            .public_key(honest.public_key())
            .serial_number(honest.serial_number)
            .not_valid_before(first)
            .not_valid_after(first + timedelta(days=days) if days else last)
        )
        told = list(honest.extensions)
        for extension in reversed(told) if turned else told:
            builder = builder.add_extension(
                extension.value, critical=extension.critical
            )
        return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)

    return Forgery(certificate=certificate)


def test_a_certificate_that_the_lint_refuses_is_refused_again() -> None:
    check = check_of(build_record(another_root(days=36500)), "12")
    assert check.rule.startswith("PKI-")
    assert "step 2.7" in check.reason


def test_a_certificate_of_other_bytes_than_profile_and_script_is_refused() -> None:
    check = check_of(build_record(another_root(turned=True)), "12")
    assert check.rule == "VERIFY-CERT-11"
    assert "step 2.7" in check.reason


def test_a_certificate_made_outside_every_step_is_refused() -> None:
    def event(told: Event) -> Event:
        made = "certificate" in told.data and told.type == "hsm.outcome"
        return replace(told, step=None) if made else told

    check = check_of(build_record(Forgery(event=event)), "12")
    assert check.rule == "VERIFY-CERT-01"
    assert "belongs to no step" in check.reason


def test_a_certificate_is_found_by_its_digest_among_files_of_similar_names() -> None:
    record = read_record(build_record().files)
    digest = record.state.certificates[ROOT].digest
    other = record.files["certificate-evidence-ca.pem"]
    beside = {f"certificate-{ROOT}-2.pem": other, **record.files}
    found = certificate_of(replace(record, files=beside), ROOT, digest)
    assert fingerprint(found) == digest


def test_a_certificate_whose_file_is_named_otherwise_is_missing() -> None:
    record = read_record(build_record().files)
    digest = record.state.certificates[ROOT].digest
    files = {name: raw for name, raw in record.files.items() if name != ROOT_FILE}
    with pytest.raises(FailedError) as failed:
        certificate_of(replace(record, files=files), ROOT, digest)
    assert failed.value.rule == "VERIFY-CERT-06"


ENVELOPE = next(n for n in build_record().files if n.startswith("attestation-"))


@pytest.mark.parametrize(
    ("number", "make", "rule"),
    [
        ("5", lambda: without_file("environment.json"), "VERIFY-FILE-01"),
        (
            "5",
            lambda: file_changed(EVENTS, lambda raw: raw[: raw[:-1].rindex(b"\n") + 1]),
            "VERIFY-ROOT-01",
        ),
        ("9", lambda: without_file(ENVELOPE), "VERIFY-ATTEST-01"),
        (
            "5",
            lambda: file_changed("proof-root-oca.tlog-proof", lambda _: b"none"),
            "JOURNAL-PROOF-01",
        ),
        (
            "5",
            lambda: file_changed(
                LEAF_HASHES,
                lambda raw: raw.replace(
                    build_record().builder.hashes[5].hex().encode(), b"00" * 32
                ),
            ),
            "VERIFY-ROOT-02",
        ),
        (
            "12",
            lambda: file_changed("public-key-root-oca.der", lambda _: b"none"),
            "VERIFY-CERT-01",
        ),
    ],
)
def test_what_is_missing_or_garbled_is_named(
    number: str, make: Callable[[], BuiltRecord], rule: str
) -> None:
    assert check_of(make(), number).rule == rule
