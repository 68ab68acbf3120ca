"""Each part of a batch made again from its requests, and compared with what was signed.

Part of check 12. Serial numbers are the ones that the intent has named; that each is
used once ``verify.serial_number`` asks, leaf by leaf beside this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cryptography import x509

from ceremony.engine.facts import Intent, Outcome, PartMade
from ceremony.engine.state import Recorded
from ceremony.hexadecimal import serial_text
from ceremony.identifiers import Digest
from ceremony.pack.batch_files import may_be_missing
from ceremony.pack.path_leaf import part_path_leaf
from ceremony.pack.record import Record
from ceremony.pki.certificate import name_text
from ceremony.pki.issued_results import (
    Answered,
    BatchResults,
    answer_by,
    decode_issued,
)
from ceremony.pki.linted import tbs_of
from ceremony.pki.linted_part import part_digest
from ceremony.pki.order import Order
from ceremony.pki.path import PathAbove
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_judgement import RequestJudgement
from ceremony.pki.response import Response
from ceremony.pki.script_profile import certificate_profile
from ceremony.pki.signature import VERIFYING_KEYS, is_signed_by
from ceremony.verify.batch import Sets, verify_moment
from ceremony.verify.batch_file import ISSUED, certificates_of, file_of
from ceremony.verify.batch_output import response_of, verify_batch_output
from ceremony.verify.check import FailedError
from ceremony.verify.issued import chain_of, issuer_before, made_as, step_of
from ceremony.verify.path import marked_words, verify_told
from ceremony.verify.refused import Results
from ceremony.verify.renewal import Meanwhile
from ceremony.verify.serial_number import SerialNumbers
from ceremony.verify.trace import is_day_of, place


def verify_batches(record: Record) -> tuple[str, ...]:
    """Verify every imported request and every part, in the order of the leaves.

    Returns:
        A remark for each batch whose certificates are not in the pack.

    Raises:
        FailedError: ``VERIFY-BATCH-01`` to ``-09``, or the rule that is broken.
        CeremonyError: A file cannot be read.
    """
    sets = Sets(record)
    walk = _Walk(record, sets)
    for recorded in record.facts:
        sets.take(recorded)
        walk.take(recorded)
    return (*sets.remarks, *walk.remarks)


class _Walk:
    """What the leaves have told of certificates so far."""

    def __init__(self, record: Record, sets: Sets) -> None:
        self._record = record
        self._sets = sets
        self._meanwhile = Meanwhile(record)
        self._numbers = SerialNumbers(record)
        self._serials: tuple[int, ...] = ()
        self._answered: dict[str, list[Answered]] = {}
        facts = [known.fact for known in record.facts]
        left = may_be_missing(facts, record.state.script)
        self._left = {
            known.event.seq: digests
            for known, digests in zip(record.facts, left, strict=True)
        }
        self.remarks: list[str] = []

    def take(self, recorded: Recorded) -> None:
        """Take one leaf over."""
        fact, named = recorded.fact, self._numbers.take(recorded)
        if isinstance(fact, Intent) and fact.part is not None:
            self._serials = named
            request = str(step_of(self._record, recorded).parameters["request"])
            good = self._sets.results.get(request, ())
            self._meanwhile.verify(recorded, fact.part, good)
        if isinstance(fact, Outcome) and fact.part is not None:
            self._take_part(recorded, fact, fact.part)

    def _take_part(self, recorded: Recorded, fact: Outcome, part: PartMade) -> None:
        batch = fact.thing
        request = str(step_of(self._record, recorded).parameters["request"])
        made = certificates_of(self._record, recorded, part)
        judged = self._sets.judged.get(request, ())
        if made is not None and judged:
            if not self._serials:
                raise _without_serials(recorded, part)
            asked = judged[part.first - 1 : part.first - 1 + part.count]
            order = _order_of(self._record, batch, part)
            _verify_part(recorded, order, part, made)
            for serial, each, certificate in zip(
                self._serials, asked, made, strict=True
            ):
                _verify_answer(recorded, order, each, certificate)
                _verify_serial(recorded, certificate, serial)
            self.remarks += filter(None, (self._paths(recorded, fact, part, made),))
            self._keep(request, batch, part, made)
        else:
            # Its certificates are not here to be validated; the leaf's word is told.
            self.remarks += filter(None, (marked_words(recorded, fact.path),))
        if part.issued is not None:
            verify_moment(recorded, part.answered_at)
            self._end(recorded, batch, request, part)

    def _paths(
        self,
        recorded: Recorded,
        fact: Outcome,
        part: PartMade,
        made: tuple[x509.Certificate, ...],
    ) -> str:
        """Validate the path of each certificate of a part; give what marks it."""
        record = self._record
        issuer = issuer_before(record, part)
        above = chain_of(record, recorded, made_as(record, issuer), issuer)
        found = part_path_leaf(made, above, PathAbove(above))
        return verify_told(recorded, found, fact.path)

    def _keep(
        self,
        request: str,
        batch: str,
        part: PartMade,
        made: tuple[x509.Certificate, ...],
    ) -> None:
        good = self._sets.results[request][part.first - 1 :]
        told = self._answered.setdefault(batch, [])
        for record, certificate in zip(good, made, strict=False):
            position = record["position"]
            told.append(
                answer_by(
                    certificate,
                    position if isinstance(position, int) else 0,
                    str(record["request"]),
                    part.number,
                )
            )

    def _end(
        self, recorded: Recorded, batch: str, request: str, part: PartMade
    ) -> None:
        """Verify the results file of a whole batch, and what else binds it."""
        response = response_of(recorded, part)
        raw = file_of(self._record, recorded, part.issued, ISSUED)
        told = decode_issued(raw or b"", f"issued-{batch}.jsonl")
        good = self._sets.results[request]
        thing = self._record.state.script.thing(batch)
        results = self._record.state.sets[request].results
        wanted = self._answered.get(batch)
        if wanted is None:
            made = told.answered
            # Where they may not be missing, check 5 says which file is.
            if part.certificates in self._left[recorded.event.seq]:
                self._numbers.take_issued(recorded, batch, made)
                self.remarks.append(
                    f"The {len(made)} certificates of {batch} are too many to be in "
                    f"the pack: issued-{batch}.jsonl names each by its SHA-256, and "
                    "none was verified."
                )
        else:
            made = _as_told(wanted, response)
        again = BatchResults(thing.profile, Digest(results), response, made)
        if told != again or not _answers(made, good, keys=response is not None):
            raise FailedError(
                "VERIFY-BATCH-08",
                f"{place(recorded)}: the results file of {batch} does not name the "
                "certificates that answer its requests, or when they were answered",
            )
        if response is not None:
            verify_batch_output(self._record, recorded, part)


def _as_told(
    made: Sequence[Answered], response: Response | None
) -> tuple[Answered, ...]:
    """Give certificates as results tell of them: the first format tells no keys."""
    if response is None:
        return tuple(replace(each, key="") for each in made)
    return tuple(made)


def _answers(answered: Sequence[Answered], good: Results, *, keys: bool) -> bool:
    """Tell whether results answer each good request, in order and for its key."""
    told = [(each.position, each.request) for each in answered]
    asked = [(each["position"], each["request"]) for each in good]
    if keys and [each.key for each in answered] != [each["key"] for each in good]:
        return False
    return told == asked


@dataclass(frozen=True, slots=True)
class _Order:
    """What all certificates of a part have in common.

    Attributes:
        profile: Their profile.
        given: What the script states of each.
        issuer: The issuer's certificate.
    """

    profile: CertificateProfile
    given: Mapping[str, str]
    issuer: x509.Certificate


def _order_of(record: Record, batch: str, part: PartMade) -> _Order:
    thing = record.state.script.thing(batch)
    issuer = issuer_before(record, part)
    return _Order(
        certificate_profile(record.state.script, thing.profile), thing.given, issuer
    )


def _verify_part(
    recorded: Recorded,
    order: _Order,
    part: PartMade,
    made: tuple[x509.Certificate, ...],
) -> None:
    """Hold a part as a whole against what its leaf tells."""
    first = made[0].not_valid_before_utc
    told = (part.tbs, part.issuer, part.not_before)
    found = (
        part_digest(each.tbs_certificate_bytes for each in made),
        name_text(order.issuer.subject),
        f"{first:%Y-%m-%dT%H:%M:%SZ}",
    )
    alike = all(each.not_valid_before_utc == first for each in made)
    if told != found or not alike or not is_day_of(recorded, first.date()):
        raise FailedError(
            "VERIFY-BATCH-03",
            f"{place(recorded)}: part {part.number} is not the one that the leaf "
            "tells of",
        )
    key = order.issuer.public_key()
    for each in made:
        tbs, signature = each.tbs_certificate_bytes, each.signature
        if not isinstance(key, VERIFYING_KEYS) or not is_signed_by(
            key, order.profile.signature, tbs, signature
        ):
            raise FailedError(
                "VERIFY-BATCH-07",
                f"{place(recorded)}: the certificate {serial_text(each.serial_number)} "
                f"is not signed by the key {part.issuer_thing} with "
                f"{order.profile.signature.called}",
            )


def _verify_answer(
    recorded: Recorded,
    order: _Order,
    asked: RequestJudgement,
    certificate: x509.Certificate,
) -> None:
    """Make a certificate again from its request, and compare the bytes."""
    again = Order(
        order.profile,
        {**asked.values, **order.given},
        order.issuer,
        certificate.not_valid_before_utc.date(),
        certificate.serial_number,
    )
    request = asked.request
    if request is None or certificate.tbs_certificate_bytes != tbs_of(
        again, request.public_key
    ):
        raise FailedError(
            "VERIFY-BATCH-04",
            f"{place(recorded)}: the certificate "
            f"{serial_text(certificate.serial_number)} is not what profile, script "
            f"and request {asked.request_digest} come to",
        )


def _without_serials(recorded: Recorded, part: PartMade) -> FailedError:
    return FailedError(
        "VERIFY-BATCH-05",
        f"{place(recorded)}: the certificates of part {part.number} are in the pack, "
        "and the serial numbers that were named before they were signed are not",
    )


def _verify_serial(
    recorded: Recorded, certificate: x509.Certificate, serial: int
) -> None:
    if certificate.serial_number != serial:
        raise FailedError(
            "VERIFY-BATCH-05",
            f"{place(recorded)}: a certificate has another serial number than was "
            "named before it was signed",
        )
