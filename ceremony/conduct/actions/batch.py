"""A set of requests answered part by part: linted, signed, verified, recorded.

Invariants:
    * A part has its outcome before the next one has its intent, so that whoever comes
      back goes on with the first part that has none.
    * A serial number is named in an intent before it is signed, and never again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

from cryptography import x509

from ceremony import canonical
from ceremony.conduct.actions.asked import AskedRequest, asked_requests
from ceremony.conduct.actions.device import operation, outcome_of
from ceremony.conduct.actions.issued_before import serials_before
from ceremony.conduct.actions.lint import record_lint
from ceremony.conduct.actions.order import (
    certificate_of_issuer,
    draw_serial,
    key_named,
)
from ceremony.conduct.actions.output import batch_blobs, certificates_of
from ceremony.conduct.actions.path import path_fault, refuse_path
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.conduct.pace import Reached
from ceremony.engine.batch import issued_count, next_part
from ceremony.engine.facts import Intent, PartAsked, PartMade
from ceremony.engine.steps.certificate import IssueParameters
from ceremony.engine.steps.lint import BEFORE_SIGNING
from ceremony.errors import RefusedError
from ceremony.identifiers import OperationId
from ceremony.pack.batch_files import encode_serials, part_name
from ceremony.pack.path_leaf import part_path_leaf
from ceremony.pki.certificate import encode_certificate, name_text
from ceremony.pki.finding import LintReport
from ceremony.pki.issued_results import IssuedResults, answer_by
from ceremony.pki.linted import LintedTbs, issue_each, lint_each
from ceremony.pki.linted_part import part_report
from ceremony.pki.order import Order
from ceremony.pki.path import PathAbove, PathFault
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.response import MOMENT, Response
from ceremony.pki.script_profile import certificate_profile
from ceremony.pki.signature import VerifyingKey
from ceremony.script.model import Step, Thing

_T = TypeVar("_T")


@dataclass(slots=True)
class _Batch:
    """What stays the same from part to part.

    Attributes:
        step: The step; likewise ``wanted``, its parameters.
        thing: The certificates, as the script names them.
        issuer: The issuer's certificate; likewise ``above``, it and those above it,
            and ``paths``, which validates what it issues.
        issuer_key: Its public key, as the journal has it.
        taken: Serial numbers that are never used again.
        issued: The results, as far as they are.
    """

    step: Step
    wanted: IssueParameters
    thing: Thing
    profile: CertificateProfile
    issuer: x509.Certificate
    above: tuple[x509.Certificate, ...]
    paths: PathAbove
    issuer_key: VerifyingKey
    taken: set[int]
    issued: IssuedResults


def issue_batch(
    conductor: Conductor, step: Step, wanted: IssueParameters, inputs: Inputs
) -> None:
    """Answer every good request of a set that has no certificate yet.

    Raises:
        RefusedError: ``CONDUCT-BATCH-01``: people stopped it between two parts;
            ``CONDUCT-LINT-01``: the lint of one found an error; ``PKI-PATH-01`` to
            ``-09``: the path of one would not be valid; ``CONDUCT-EARLIER-07``: no
            serial number is drawn that is free.
    """
    thing = conductor.script.thing(wanted.certificate)
    profile = certificate_profile(conductor.script, thing.profile)
    judged = conductor.state.sets[wanted.request]
    above = certificates_of(conductor, wanted.key)
    batch = _Batch(
        step,
        wanted,
        thing,
        profile,
        certificate_of_issuer(conductor, wanted.key),
        above,
        PathAbove(above),
        key_named(conductor, wanted.key),
        serials_before(conductor),
        IssuedResults(profile.name, judged.results),
    )
    total, done = judged.good, issued_count(conductor.state, thing.name)
    left = asked_requests(conductor, judged, profile)
    _take_earlier_parts(conductor, batch, left)
    conductor.linter.expect(total - done)
    conductor.pace.tell(Reached(done, total))
    while done < total:
        number, first, count = next_part(conductor.state, wanted.request, thing.name)
        asked = islice(left, count)
        _issue_part(conductor, batch, inputs, number=number, first=first, asked=asked)
        done = issued_count(conductor.state, thing.name)
        conductor.pace.tell(Reached(done, total))
        if done < total and conductor.pace.is_stopped():
            raise _stopped(thing, done, total)


def _take_earlier_parts(
    conductor: Conductor, batch: _Batch, asked: Iterator[AskedRequest]
) -> None:
    """Pass over what is answered already, and take it into the results."""
    for part in conductor.state.parts.get(batch.thing.name, ()):
        pem = conductor.log.journal.blob(part.certificates)
        made = x509.load_pem_x509_certificates(pem)
        _add(batch, islice(asked, part.count), made, part.number)


def _issue_part(  # noqa: PLR0913  a part by name
    conductor: Conductor,
    batch: _Batch,
    inputs: Inputs,
    *,
    number: int,
    first: int,
    asked: Iterable[AskedRequest],
) -> None:
    thing, actor = batch.thing, conductor.performer(batch.step)
    token = conductor.script.thing(batch.wanted.key).token
    taken: list[AskedRequest] = []
    linted, fault = _lint(conductor, batch, _keep(asked, taken))
    report = part_report(linted)
    record_lint(
        conductor, report, stage=BEFORE_SIGNING, subject=thing.name, actor=actor
    )
    refuse_path(fault)
    serials = encode_serials(each.order.serial for each in linted)
    intent = Intent(
        batch.step.verb,
        token,
        conductor.devices.bound(token).serial,
        thing=thing.name,
        algorithm=batch.profile.signature.called,
        tbs=report.tbs_digest,
        part=PartAsked(number, first, len(linted), canonical.digest(serials)),
    )
    name = conductor.free_name(part_name("serials", thing.name, number), ".txt")
    key = OperationId(conductor.state.keys[batch.wanted.key].cka_id)
    with (
        operation(conductor, intent, actor, {name: serials}) as op,
        conductor.devices.session(token, inputs.pins.get("pin")) as session,
        closing(
            issue_each(
                linted, session.private_key(key), batch.issuer_key, conductor.linter
            )
        ) as issued,
    ):
        made: list[x509.Certificate] = []
        path = part_path_leaf(_keep(issued, made), batch.above, batch.paths)
        part, contents = _made(conductor, batch, intent, asked=taken, made=made)
        outcome = replace(outcome_of(intent), part=part, path=path)
        conductor.finish(op, outcome, actor, contents)


def _keep(each_of: Iterable[_T], kept: list[_T]) -> Iterator[_T]:
    """Hand things on as they come, and keep them."""
    for each in each_of:
        kept.append(each)
        yield each


def _lint(
    conductor: Conductor, batch: _Batch, asked: Iterable[AskedRequest]
) -> tuple[tuple[LintedTbs, ...], PathFault | None]:
    """Lint a part, or record the report of the first one that has an error.

    Paths are validated here, while others of the part are linted beside.

    Returns:
        What may be signed, and the first fault of a path.

    Raises:
        RefusedError: ``CONDUCT-LINT-01``.
    """
    today = conductor.clock.now().wall.date()
    orders = (
        (
            Order(
                batch.profile,
                {**each.values, **batch.thing.given},
                batch.issuer,
                today,
                _serial(conductor, batch),
            ),
            each.key,
        )
        for each in asked
    )
    part: list[LintedTbs] = []
    fault: PathFault | None = None
    for linted in lint_each(orders, conductor.linter):
        if isinstance(linted, LintReport):
            record_lint(
                conductor,
                linted,
                stage=BEFORE_SIGNING,
                subject=batch.thing.name,
                actor=conductor.performer(batch.step),
            )
            raise TypeError("a lint without error gives linted bytes")
        part.append(linted)
        fault = fault or path_fault(linted, batch.paths)
    return tuple(part), fault


def _serial(conductor: Conductor, batch: _Batch) -> int:
    """Take a serial number that nobody has taken at this site.

    Raises:
        RefusedError: ``CONDUCT-EARLIER-07``.
    """
    octets = batch.profile.serial_octets
    serial = draw_serial(conductor.random, octets, batch.taken)
    batch.taken.add(serial)
    return serial


def _made(
    conductor: Conductor,
    batch: _Batch,
    intent: Intent,
    *,
    asked: Sequence[AskedRequest],
    made: Sequence[x509.Certificate],
) -> tuple[PartMade, dict[str, bytes]]:
    """Tell of a part that was signed; with the last one of the whole batch."""
    part = intent.part
    if part is None or intent.tbs is None:
        raise TypeError("a part is asked for by an intent that names it")
    pem = b"".join(map(encode_certificate, made))
    stem = part_name("certificates", batch.thing.name, part.number)
    contents = {conductor.free_name(stem, ".pem"): pem}
    told = PartMade(
        part.number,
        part.first,
        part.count,
        intent.tbs,
        canonical.digest(pem),
        name_text(batch.issuer.subject),
        batch.wanted.key,
        f"{made[0].not_valid_before_utc:%Y-%m-%dT%H:%M:%SZ}",
    )
    _add(batch, asked, made, part.number)
    judged = conductor.state.sets[batch.wanted.request]
    if batch.issued.count < judged.good:
        return told, contents
    answered_at = f"{conductor.clock.now().wall:{MOMENT}}"
    issued = batch.issued.finish(Response(judged.received_at, answered_at))
    told = replace(
        told,
        issued=canonical.digest(issued),
        answered_at=answered_at,
        received_at=judged.received_at,
    )
    return told, contents | batch_blobs(
        conductor, batch.thing.name, issued, batch.above
    )


def _add(
    batch: _Batch,
    asked: Iterable[AskedRequest],
    made: Iterable[x509.Certificate],
    part: int,
) -> None:
    """Take the certificates of a part into the results."""
    for each, certificate in zip(asked, made, strict=True):
        batch.issued.add(answer_by(certificate, each.position, each.digest, part))


def _stopped(thing: Thing, done: int, total: int) -> RefusedError:
    return RefusedError(
        "CONDUCT-BATCH-01",
        f"{thing.title} was stopped after {done} of {total} certificates.",
        meaning="What is issued stands; the rest is not signed yet.",
        remedy="Carry the step out again: it goes on with the next part.",
    )
