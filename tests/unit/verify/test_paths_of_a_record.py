"""Paths that are not valid: told or untold, and what a reader is told of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from ceremony.engine.facts import CertificateBrought, Outcome, PathChecked
from ceremony.engine.state import Recorded
from ceremony.identifiers import Digest
from ceremony.pack.certificate_leaf import certificate_leaf
from ceremony.pack.path_leaf import path_leaf
from ceremony.pack.record import Record, read_record
from ceremony.pki.certificate import encode_certificate, fingerprint
from ceremony.report.book import Book
from ceremony.report.pages.certificates import certificates
from ceremony.verify.check import FailedError
from ceremony.verify.issued import chain_of
from ceremony.verify.path import verify_paths
from tests.fakes.record_builder import build_record
from tests.unit.pki.test_path import CA, FIRST, LAST, LEAF, ROOT, chain
from tests.unit.pki.test_path import name as named
from tests.unit.pki.test_path_building import Told, made

OLD = "old-root"
CERTIFICATES = ("root-oca-certificate", "issuing-oca-certificate")


def record_of(
    issued: x509.Certificate,
    root: x509.Certificate,
    told: Callable[[Outcome], PathChecked | None] = lambda _: None,
) -> Record:
    """Put two made-up certificates, and keys of theirs, into the made-up record."""
    record = read_record(build_record().files)
    files, facts = dict(record.files), []
    made = {
        name: certificate_leaf(certificate, "root-oca")
        for name, certificate in zip(CERTIFICATES, (root, issued), strict=True)
    }
    for name, certificate in zip(CERTIFICATES, (root, issued), strict=True):
        files[f"certificate-{name}.pem"] = encode_certificate(certificate)
    for recorded in record.facts:
        fact = recorded.fact
        if isinstance(fact, Outcome) and fact.certificate is not None:
            fact = replace(fact, certificate=made[fact.thing])
            fact = replace(fact, path=told(fact))
        facts.append(replace(recorded, fact=fact))
    keys = dict(record.state.keys)
    keys["root-oca"] = replace(
        keys["root-oca"], public_key=made["root-oca-certificate"].public_key
    )
    state = replace(record.state, certificates=made, keys=keys)
    return replace(record, files=files, facts=tuple(facts), state=state)


def test_an_honest_record_has_valid_paths_that_need_not_be_told() -> None:
    assert verify_paths(read_record(build_record().files)) == ()
    leaf, root = chain(ROOT, LEAF)
    assert verify_paths(record_of(leaf, root)) == ()


def test_a_path_that_is_not_valid_and_not_told_fails() -> None:
    leaf, root = chain(replace(ROOT, is_ca=False), LEAF)
    with pytest.raises(FailedError) as caught:
        verify_paths(record_of(leaf, root))
    assert caught.value.rule == "PKI-PATH-04"
    assert caught.value.reason.startswith("leaf ")
    assert "step 2.12" in caught.value.reason


def test_a_ca_that_could_issue_nothing_and_is_not_told_fails() -> None:
    assert verify_paths(record_of(*chain(replace(ROOT, length=1), CA))) == ()
    with pytest.raises(FailedError) as caught:
        verify_paths(record_of(*chain(replace(ROOT, length=0), CA)))
    assert caught.value.rule == "PKI-PATH-05"


def found(leaf: x509.Certificate, root: x509.Certificate) -> object:
    def told(fact: Outcome) -> PathChecked:
        assert fact.certificate is not None
        own = fact.certificate.digest == fingerprint(root)
        return path_leaf((root,) if own else (leaf, root))

    return told


def test_a_certificate_that_the_leaf_marks_is_a_remark() -> None:
    leaf, root = chain(replace(ROOT, is_ca=False), LEAF)
    record = record_of(leaf, root, found(leaf, root))  # type: ignore[arg-type]  # it tells
    (remark,) = verify_paths(record)
    assert remark.endswith("the certificate is not to be used, by PKI-PATH-04.")


def test_a_fault_that_is_not_there_or_another_one_is_no_truth() -> None:
    for root, told in ((ROOT, "PKI-PATH-04"), (replace(ROOT, is_ca=False), "X")):
        leaf, anchor = chain(root, LEAF)

        def tell(
            fact: Outcome,
            leaf: x509.Certificate = leaf,
            anchor: x509.Certificate = anchor,
            told: str = told,
        ) -> PathChecked | None:
            if fact.thing == CERTIFICATES[0]:
                return None
            return replace(path_leaf((leaf, anchor)), rule=told, text="Made up.")

        with pytest.raises(FailedError) as caught:
            verify_paths(record_of(leaf, anchor, tell))
        assert caught.value.rule == "VERIFY-PATH-01"


def crossed() -> list[x509.Certificate]:
    """Make two certificates, each signed by the other's key."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    made = []
    for number, (own, signer) in enumerate((keys, keys[::-1])):
        subject, issuer = named(f"CA {number}"), named(f"CA {1 - number}")
        builder = x509.CertificateBuilder(issuer, subject, own.public_key())
        builder = builder.not_valid_before(FIRST).not_valid_after(LAST)
        made.append(builder.serial_number(1).sign(signer, hashes.SHA256()))
    return made


def by_no_key(record: Record, *names: str) -> Record:
    """Let certificates be told as an earlier one is whose issuer has no key here."""
    made = {
        name: replace(each, issuer_thing="") if name in names else each
        for name, each in record.state.certificates.items()
    }
    facts = tuple(
        replace(each, fact=replace(each.fact, certificate=made[each.fact.thing]))
        if isinstance(each.fact, Outcome) and each.fact.certificate
        else each
        for each in record.facts
    )
    state = replace(record.state, certificates=made)
    return replace(record, facts=facts, state=state)


def test_certificates_that_sign_one_another_are_no_path() -> None:
    with pytest.raises(FailedError) as caught:
        verify_paths(by_no_key(record_of(*crossed()), *CERTIFICATES))
    assert caught.value.rule == "PKI-PATH-01"
    assert re.fullmatch(
        r"leaf [0-9]+, step 2\.[0-9]+: CN=CA [01] and the certificates below it sign "
        "one another in a ring",
        caught.value.reason,
    )


def test_the_pages_mark_a_certificate_that_is_not_to_be_used() -> None:
    record = read_record(build_record().files)
    fault = PathChecked("x", "1", (), "PKI-PATH-05", "It is too long.")
    marked = replace(record.state, paths={CERTIFICATES[1]: fault})

    def texts(told: Record) -> str:
        return repr(certificates(Book(told, Digest(""), 0, {})))

    assert "NOT TO BE USED" not in texts(record)
    said = texts(replace(record, state=marked))
    assert "NOT TO BE USED. PKI-PATH-05: It is too long." in said.replace("\n", " ")


def test_a_certificate_that_nobody_in_the_record_has_signed_has_no_path() -> None:
    leaf, _ = chain(ROOT, LEAF)
    record = record_of(leaf, chain(replace(ROOT, common="Other"))[0])
    with pytest.raises(FailedError) as caught:
        verify_paths(by_no_key(record, CERTIFICATES[1]))
    assert caught.value.rule == "VERIFY-CERT-06"
    assert "CN=Root" in caught.value.reason


def with_brought(
    record: Record, root: x509.Certificate, *, late: bool = False
) -> Record:
    """Tell of another certificate of the root, first of all or last of all."""
    told = certificate_leaf(root, "")
    first, *facts = record.facts
    seq = facts[-1].event.seq + 1 if late else first.event.seq
    event = replace(first.event, seq=seq)
    brought = Recorded(event, CertificateBrought(OLD, told))
    known = {**record.state.certificates, OLD: told}
    script = record.state.script
    thing = replace(script.thing(CERTIFICATES[0]), name=OLD)
    script = replace(script, things=(*script.things, thing))
    return replace(
        record,
        files={**record.files, f"certificate-{OLD}.pem": encode_certificate(root)},
        facts=(first, brought, *facts),
        state=replace(record.state, certificates=known, script=script),
    )


@pytest.mark.parametrize("late", [False, True])
def test_where_a_root_was_renewed_the_path_leads_through_what_was_valid_by_then(
    *, late: bool
) -> None:
    ca, old = made(Told("CA", "Root", 2021, 2029)), made(Told("Root", "Root"))
    new = made(Told("Root", "Root", 2025, 2034))
    record = with_brought(record_of(ca, new), old, late=late)
    told = record.state.certificates[CERTIFICATES[1]]
    # As for what the CA signs at the end of the ceremony.
    path = chain_of(record, record.facts[-1], told, ca)
    assert path == (ca, new if late else old)


def test_the_issuer_itself_is_the_last_certificate_of_its_key() -> None:
    ca, old = made(Told("CA", "Root", 2021, 2029)), made(Told("Root", "Root"))
    new = made(Told("Root", "Root", 2025, 2034))
    record = with_brought(record_of(ca, new), old)
    told = record.state.certificates[CERTIFICATES[1]]
    leaf = next(
        each
        for each in record.facts
        if isinstance(each.fact, Outcome) and each.fact.thing == CERTIFICATES[1]
    )
    assert chain_of(record, leaf, told, ca) == (ca, new)
