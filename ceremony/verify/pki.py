"""Check 12: certificates, requests and lists are what was linted and signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ceremony import canonical
from ceremony.engine.departed import told_departures
from ceremony.engine.facts import (
    Attested,
    CertificateMade,
    KeyMade,
    Outcome,
)
from ceremony.engine.state import Recorded
from ceremony.errors import CeremonyError
from ceremony.pack.certificate_leaf import certificate_leaf
from ceremony.pack.policy import TrustPolicy
from ceremony.pack.record import Record, person_file
from ceremony.people.roster import Seat
from ceremony.pki.certificate import (
    decode_certificate,
    encode_spki,
    fingerprint,
    key_identifier,
    verify_issued_by,
)
from ceremony.pki.field_fault import FIELD_FAULTS
from ceremony.pki.lint import report_on
from ceremony.pki.linted import tbs_of
from ceremony.pki.naming import subject_name
from ceremony.pki.order import Order
from ceremony.pki.request_judgement import verify_asked_values
from ceremony.pki.response import Response
from ceremony.pki.script_profile import certificate_profile
from ceremony.verify.batch_output import not_bound_remarks
from ceremony.verify.beside import verify_places
from ceremony.verify.check import (
    Check,
    FailedError,
    UncheckedError,
    check_passed,
    failed_from,
    make_check,
)
from ceremony.verify.contingency import given_values, verify_carried
from ceremony.verify.crl import verify_crl
from ceremony.verify.cross import verify_crossed
from ceremony.verify.earlier import verify_earlier
from ceremony.verify.embedded import read_certificate, verify_one_reading
from ceremony.verify.issued import blob_beside, issuer_of, step_of
from ceremony.verify.key import verify_kind
from ceremony.verify.lint import verify_linted
from ceremony.verify.output import verify_output
from ceremony.verify.own_profile import verify_own_profiles
from ceremony.verify.parts import verify_batches
from ceremony.verify.path import verify_paths
from ceremony.verify.request import (
    not_linted_remarks,
    request_of,
    requests_not_linted,
    verify_made_request,
)
from ceremony.verify.trace import Trace, is_day_of, place
from ceremony.verify.waiver import verify_waivers

COMMAND = "openssl verify -no_check_time -CAfile ISSUER.pem CERTIFICATE.pem"

EVIDENCE_CA: Final = "certificate-evidence-ca.pem"
SEAL: Final = "certificate-seal.pem"


def check_certificates(
    record: Record, policy: TrustPolicy | None, trace: Trace
) -> Check:
    """Verify every key, request and certificate, and the people's certificates."""
    return make_check("12", lambda: _check(record, policy, trace), command=COMMAND)


def _check(record: Record, policy: TrustPolicy | None, trace: Trace) -> Check:
    verify_own_profiles(record)
    verify_earlier(record)
    for recorded in record.facts:
        _verify_fact(record, recorded)
    batches = _verify_batches(record)
    trace.verify("12")
    verify_places(record)
    remarks = (
        *verify_waivers(record),
        *not_linted_remarks(record),
        *not_bound_remarks(record),
        *batches,
        *verify_linted(record),
        *verify_paths(record),
        *told_departures(record.state.script, record.facts),
    )
    _verify_evidence(record, policy)
    verify_one_reading(record)
    if policy is None:
        raise UncheckedError(
            "The certificates verify; no trust policy names the CA above people."
        )
    made = f"{len(record.state.certificates)} certificates"
    if record.state.crls:
        made += f", {len(record.state.crls)} revocation lists"
    issued = sum(part.count for parts in record.state.parts.values() for part in parts)
    if issued:
        made += f", {issued} in batches"
    count = len(record.state.requests.keys() - requests_not_linted(record))
    asked = f"{count} request{'' if count == 1 else 's'}"
    return check_passed(
        "12",
        f"{made} and {asked} verify, and what was linted "
        f"is byte for byte what was signed.{_responses(record)}",
        compared=("signatures, keys, profiles and lint", "the leaves and the script"),
        command=COMMAND,
        remarks=remarks,
    )


def _responses(record: Record) -> str:
    """Tell the response time of each batch; nothing of one from before it was told."""
    last = {name: parts[-1] for name, parts in record.state.parts.items()}
    return "".join(
        f" {name} was answered in {Response(part.received_at, part.answered_at).words}."
        for name, part in last.items()
        if part.received_at
    )


def _verify_batches(record: Record) -> tuple[str, ...]:
    try:
        return verify_batches(record)
    except CeremonyError as error:
        raise failed_from(error) from error
    except (KeyError, *FIELD_FAULTS) as error:
        raise FailedError("VERIFY-CERT-01", f"a batch: {error!r}") from error


def _verify_fact(record: Record, recorded: Recorded) -> None:
    fact = recorded.fact
    if not isinstance(fact, Outcome):
        return
    where = place(recorded)
    try:
        if fact.key is not None:
            _verify_key(record, recorded, fact.key)
        if fact.request is not None:
            verify_made_request(record, recorded, fact, fact.request)
        if fact.certificate is not None:
            _verify_certificate(record, recorded, fact, fact.certificate)
        if fact.crl is not None:
            verify_crl(record, recorded, fact.thing, fact.crl)
        verify_output(record, recorded, fact)
    except CeremonyError as error:
        raise failed_from(error, where) from error
    except (KeyError, *FIELD_FAULTS) as error:
        raise FailedError("VERIFY-CERT-01", f"{where}: {error!r}") from error


def _verify_key(record: Record, recorded: Recorded, made: KeyMade) -> None:
    der = blob_beside(record, recorded, "public-key-", ".der")
    spki = encode_spki(load_der_public_key(der))  # type: ignore[arg-type]  # any key
    told = (made.public_key, made.key_identifier)
    if spki != der or told != (canonical.digest(spki), key_identifier(spki).hex()):
        raise FailedError(
            "VERIFY-CERT-02", f"{place(recorded)}: the public key is another one"
        )
    verify_kind(recorded, made, der)


def _verify_certificate(
    record: Record, recorded: Recorded, fact: Outcome, made: CertificateMade
) -> None:
    certificate = read_certificate(
        blob_beside(record, recorded, "certificate-", ".pem"),
        f"certificate-{fact.thing}.pem",
    )
    if certificate_leaf(certificate, made.issuer_thing) != made:
        raise FailedError(
            "VERIFY-CERT-04",
            f"{place(recorded)}: the certificate is not the one that the leaf tells of",
        )
    issuer = issuer_of(record, made, certificate)
    verify_issued_by(certificate, issuer)
    self_signed = issuer is certificate
    thing = record.state.script.thing(fact.thing)
    profile = certificate_profile(record.state.script, thing.profile)
    if certificate.subject.public_bytes() != (
        subject_name(profile, thing.given).public_bytes()
    ):
        raise FailedError(
            "VERIFY-CERT-05",
            f"{place(recorded)}: the subject is not the one that the script names",
        )
    report = report_on(certificate, profile, None if self_signed else issuer)
    if report.has_errors:
        found = report.stopping[0]
        raise FailedError(found.rule, f"{place(recorded)}: {found.message}")
    verify_carried(record, recorded, thing, certificate)
    order = Order(
        profile,
        given_values(record, thing),
        None if self_signed else issuer,
        certificate.not_valid_before_utc.date(),
        certificate.serial_number,
    )
    if certificate.tbs_certificate_bytes != tbs_of(order, certificate.public_key()):
        raise FailedError(
            "VERIFY-CERT-11",
            f"{place(recorded)}: profile and script come to other bytes than were "
            "signed",
        )
    if not is_day_of(recorded, order.not_before):
        raise FailedError(
            "VERIFY-CERT-12",
            f"{place(recorded)}: the certificate begins on {order.not_before}, and was "
            f"signed on {recorded.event.t.wall:%Y-%m-%d}",
        )
    _verify_subject_key(record, recorded, made)
    verify_crossed(record, recorded, certificate)


def _verify_subject_key(
    record: Record, recorded: Recorded, made: CertificateMade
) -> None:
    """Insist that the certified key is the script's key, or the request's."""
    step = step_of(record, recorded)
    state = record.state
    if "of" in step.parameters:
        wanted = state.certificates[str(step.parameters["of"])].public_key
    elif "request" in step.parameters:
        name = str(step.parameters["request"])
        wanted = state.requests[name].public_key
        _verify_asked(record, recorded, name)
    else:
        wanted = state.keys[str(step.parameters["key"])].public_key
    if made.public_key != wanted or made.issuer_thing != step.parameters["key"]:
        raise FailedError(
            "VERIFY-CERT-07",
            f"{place(recorded)}: another key is certified than the script says",
        )


def _verify_asked(record: Record, recorded: Recorded, request: str) -> None:
    """Insist that the script has approved what an imported request asks for."""
    thing = record.state.script.thing(request)
    if not thing.profile:
        return
    made = str(step_of(record, recorded).parameters["certificate"])
    given = record.state.script.thing(made).given
    raw = request_of(record, request, record.state.requests[request].digest)
    profile = certificate_profile(record.state.script, thing.profile)
    verify_asked_values(raw, profile, given)


def _verify_evidence(record: Record, policy: TrustPolicy | None) -> None:
    """Verify that the evidence CA stands above every person and the seal."""
    people = (person_file(seat.person) for seat in record.opened.seats)
    names = [EVIDENCE_CA, SEAL, *people]
    try:
        ca, *signers = (
            read_certificate(record.files.get(name, b""), name) for name in names
        )
        for name, signer in zip(names[1:], signers, strict=True):
            _verify_under(name, signer, ca)
        seal, *theirs = signers
        for name, each in ((EVIDENCE_CA, ca), (SEAL, seal)):
            _verify_term(name, each, (record.facts[0], record.facts[-1]))
        for seat, own in zip(record.opened.seats, theirs, strict=True):
            _verify_term(person_file(seat.person), own, _signed_by(record, seat))
    except CeremonyError as error:
        raise failed_from(error) from error
    told = (record.opened.evidence_ca, record.opened.seal_certificate)
    if told != (fingerprint(ca), fingerprint(signers[0])):
        raise FailedError(
            "VERIFY-CERT-08", f"{EVIDENCE_CA} or {SEAL} is not the one in the opening"
        )
    if policy is not None:
        known = [
            fingerprint(decode_certificate(pem.encode(), "the trust policy"))
            for pem in policy.ca_certificates
        ]
        if fingerprint(ca) not in known:
            raise FailedError(
                "VERIFY-CERT-09", f"{EVIDENCE_CA} is no CA of the trust policy"
            )


def _signed_by(record: Record, seat: Seat) -> Iterator[Recorded]:
    """Find the leaves that somebody signed with their own key."""
    for recorded in record.facts:
        actor = recorded.event.actor
        is_theirs = actor is not None and actor.person == seat.person
        if is_theirs and isinstance(recorded.fact, Attested):
            yield recorded


def _verify_term(
    name: str, certificate: x509.Certificate, leaves: Iterable[Recorded]
) -> None:
    """Insist that a certificate of evidence holds at leaves that stand on it."""
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    for recorded in leaves:
        if not begins <= recorded.event.t.wall <= ends:
            raise FailedError(
                "VERIFY-CERT-13",
                f"{name}: it holds from {begins:%Y-%m-%d} to {ends:%Y-%m-%d}, and not "
                f"at {place(recorded)}",
            )


def _verify_under(name: str, signer: x509.Certificate, ca: x509.Certificate) -> None:
    try:
        verify_issued_by(signer, ca)
    except CeremonyError as error:
        raise failed_from(error, name) from error
