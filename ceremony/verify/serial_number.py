"""Every serial number of a record is used once: the one place that gathers them.

Part of check 12. Held against one another are the certificates and batches of the
ceremony itself, those of earlier ceremonies that it was told of, certificates that were
brought, and what lists of the issuer have revoked before. An issuer is known by its
name, as everybody tells issuers apart.

Invariants:
    * A number that the ceremony itself has named or given stands once among all that it
      has named or given, whoever issues and whatever became of its part.
    * An earlier certificate that the record tells of twice, by two names or in a batch
      and as one that was brought, is one certificate; what is issued now is never one.
    * An earlier certificate is not held against earlier lists: which came first the
      record shows of the last lists alone.

Source: RFC 5280, section 4.1.2.2; section 6.3.3, (b): a list is about the certificates
whose issuer's name it bears.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ceremony.engine.facts import EarlierFound, Intent, Outcome
from ceremony.engine.revocation import certificate_of_key
from ceremony.engine.serial_number import Numbered, numbered_by
from ceremony.engine.state import Recorded
from ceremony.hexadecimal import serial_text
from ceremony.identifiers import Digest
from ceremony.pack.batch_files import earlier_issued_name
from ceremony.pack.record import Record
from ceremony.pki.issued_results import Answered, decode_issued
from ceremony.verify.batch_file import serials_of
from ceremony.verify.check import FailedError
from ceremony.verify.issued import blob_beside, step_of
from ceremony.verify.trace import place


class SerialNumbers:
    """The numbers that the leaves of a record have told of so far."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._own: set[int] = set()
        self._single: dict[tuple[str, int], tuple[str, Digest]] = {}
        self._batches: dict[str, dict[str, set[int]]] = {}
        self._carried: dict[str, Recorded] = {}
        self._issued: set[Digest | None] = set()
        self._revoked: dict[str, set[int]] = {}

    def take(self, recorded: Recorded) -> tuple[int, ...]:
        """Take the numbers of a leaf over.

        Those of a batch that is not embedded stand in its results; see
        :meth:`take_issued`.

        Args:
            recorded: The leaf; the leaves before it were taken.

        Returns:
            The numbers that an intent names for a part, in their order.

        Raises:
            FailedError: ``VERIFY-BATCH-05``: an intent's file is none; ``-06``,
                ``VERIFY-EARLIER-06`` or ``-08``: a number was used before.
            InputError: ``PKI-ISSUED-01``: the results of an earlier batch are none.
        """
        fact, told = recorded.fact, numbered_by(recorded.fact)
        if told is None:
            return ()
        if told.revoked:
            self._revoked.setdefault(told.issuer, set()).update(told.numbers)
        elif told.certificate is not None:
            self._take_certificate(recorded, told, told.certificate)
        elif isinstance(fact, Intent):
            named = serials_of(self._record, recorded)
            self._use(recorded, named)
            self._take_batch(recorded, told.thing, self._issuer(recorded), named)
            return named
        elif isinstance(fact, EarlierFound):
            self._take_earlier(recorded, told)
        return ()

    def take_issued(
        self, recorded: Recorded, batch: str, answered: Sequence[Answered]
    ) -> None:
        """Take the numbers of a batch of the ceremony over that is not embedded.

        Args:
            recorded: The leaf of its last part.
            batch: The batch, by name.
            answered: What its results tell.

        Raises:
            FailedError: As :meth:`take`.
        """
        numbers = tuple(int(each.serial, 16) for each in answered)
        self._use(recorded, numbers)
        self._take_batch(recorded, batch, self._issuer(recorded), numbers)

    def _use(self, recorded: Recorded, numbers: Collection[int]) -> None:
        """Insist that the ceremony itself has not named or given a number before."""
        before = len(self._own)
        self._own.update(numbers)
        if len(self._own) != before + len(numbers):
            raise FailedError(
                "VERIFY-BATCH-06",
                f"{place(recorded)}: a serial number is used a second time",
            )

    def _issuer(self, recorded: Recorded) -> str:
        """Name the CA whose key a step signs a part with."""
        state = self._record.state
        key = str(step_of(self._record, recorded).parameters["key"])
        return state.certificates[certificate_of_key(state, key)].subject

    def _take_certificate(
        self, recorded: Recorded, told: Numbered, digest: Digest
    ) -> None:
        (number,) = told.numbers
        is_own = isinstance(recorded.fact, Outcome)
        known = self._single.setdefault((told.issuer, number), (told.thing, digest))
        if known[1] != digest or (is_own and known[0] != told.thing):
            raise _twice(recorded, known[0], told.thing, number)
        if is_own:
            self._use(recorded, told.numbers)
            self._verify_not_revoked(recorded, told.thing, told.issuer, told.numbers)
        for batch in self._with(told.issuer, told.numbers):
            if is_own or not self._is_in(batch, number, digest):
                raise _twice(recorded, batch, told.thing, number)

    def _take_batch(
        self, recorded: Recorded, batch: str, issuer: str, numbers: Collection[int]
    ) -> None:
        """Take over what the ceremony itself names or gives in a batch."""
        for number in numbers:
            if (issuer, number) in self._single:
                raise _twice(recorded, self._single[issuer, number][0], batch, number)
        self._verify_apart(recorded, batch, issuer, numbers)
        self._verify_not_revoked(recorded, batch, issuer, numbers)
        of_issuer = self._batches.setdefault(issuer, {})
        of_issuer.setdefault(batch, set()).update(numbers)

    def _take_earlier(self, recorded: Recorded, told: Numbered) -> None:
        """Take over what an earlier ceremony has given in a batch, by its results.

        A batch that the script names twice is one.
        """
        if told.issued in self._issued:
            return
        self._issued.add(told.issued)
        numbers: set[int] = set()
        for each in self._answered(recorded, told.thing):
            number = int(each.serial, 16)
            single = self._single.get((told.issuer, number))
            if single is not None and single[1] != each.certificate:
                raise _twice(recorded, single[0], told.thing, number)
            if number in numbers:
                raise _twice(recorded, told.thing, told.thing, number)
            numbers.add(number)
        self._verify_apart(recorded, told.thing, told.issuer, numbers)
        self._carried[told.thing] = recorded
        self._batches.setdefault(told.issuer, {})[told.thing] = numbers

    def _answered(self, recorded: Recorded, batch: str) -> tuple[Answered, ...]:
        file = earlier_issued_name(batch)
        raw = blob_beside(self._record, recorded, file, "")
        return decode_issued(raw, file).answered

    def _verify_apart(
        self, recorded: Recorded, batch: str, issuer: str, numbers: Collection[int]
    ) -> None:
        """Insist that no batch of an issuer has a number that this one takes now.

        Twice in this one it was not named: that was asked before.
        """
        for other in self._with(issuer, numbers):
            both = self._batches[issuer][other].intersection(numbers)
            raise _twice(recorded, other, batch, min(both))

    def _verify_not_revoked(
        self, recorded: Recorded, thing: str, issuer: str, numbers: Collection[int]
    ) -> None:
        both = self._revoked.get(issuer, set()).intersection(numbers)
        if both:
            raise FailedError(
                "VERIFY-EARLIER-08",
                f"{place(recorded)}: {thing} has the serial number "
                f"{serial_text(min(both))}, which a list of its issuer has revoked "
                "before",
            )

    def _with(self, issuer: str, numbers: Collection[int]) -> Iterator[str]:
        """Name the batches of an issuer that have one of some numbers."""
        for batch, known in self._batches.get(issuer, {}).items():
            if not known.isdisjoint(numbers):
                yield batch

    def _is_in(self, batch: str, number: int, digest: Digest) -> bool:
        """Tell whether a certificate is the one of an earlier batch with its number."""
        recorded = self._carried.get(batch)
        answered = self._answered(recorded, batch) if recorded is not None else ()
        return any(
            (int(each.serial, 16), each.certificate) == (number, digest)
            for each in answered
        )


def _twice(recorded: Recorded, one: str, other: str, number: int) -> FailedError:
    return FailedError(
        "VERIFY-EARLIER-06",
        f"{place(recorded)}: {one} and {other} are of one issuer and have the serial "
        f"number {serial_text(number)}",
    )
