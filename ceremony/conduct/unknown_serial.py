"""Serial numbers that a script revokes and that no certificate of its CA has.

A mistyped number revokes nothing, and the certificate that was meant stays good. A CA
may have issued what the site's journal does not know, so it is a warning; where the
journal knows nothing that the CA has issued, there is nothing to compare with.

Invariants:
    * A number is known where a key of the CA has signed it, in a certificate or in a
      batch, a left one too; where it was named for a part of a batch that may have been
      signed; and where a certificate that was brought has it under the CA's name.
    * What a list of the CA has revoked before is not told again: it has to stay.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from cryptography import x509

from ceremony.check.findings import Finding, warning
from ceremony.check.plan import Plan
from ceremony.conduct.brought import Brought
from ceremony.conduct.earlier import Found
from ceremony.conduct.listable import followed_keys
from ceremony.conduct.renewable import keys_of_ca, state_told
from ceremony.conduct.replaced import Journal
from ceremony.engine.fact_codec import decode_fact
from ceremony.engine.facts import (
    CertificateBrought,
    CertificateMade,
    Intent,
    PartMade,
)
from ceremony.engine.revocation import read_revoked
from ceremony.engine.serial_number import Numbered, numbered_by
from ceremony.engine.state import State
from ceremony.engine.steps.crl import CrlParameters
from ceremony.engine.succession import original_of
from ceremony.hexadecimal import serial_text
from ceremony.identifiers import Digest, Mode
from ceremony.journal.store import JournalStore
from ceremony.pack.batch_files import decode_serials
from ceremony.pki.issued_results import decode_issued
from ceremony.pki.script_profile import subject_text
from ceremony.register.history import Act

_DIGITS: Final = (
    "Correct the digits; leave them where the CA has issued that certificate outside "
    "this journal."
)
_OTHERS: Final = "Correct the digits, or have the list of that CA revoke it."


@dataclass(frozen=True, slots=True)
class _Issuer:
    """The CA of a list.

    Attributes:
        name: Its name, as ``pki.certificate.name_text`` has it.
        keys: SHA-256 of each public key that it has had by now.
        live: True where whatever bears its name is its own; a rehearsal makes CAs of
            one name over and over.
    """

    name: str
    keys: frozenset[Digest]
    live: bool


def numbered_besides(journal: JournalStore) -> Iterator[Numbered]:
    """Give what a journal tells of serial numbers beside what devices have done.

    Args:
        journal: The site's.

    Yields:
        The parts of batches that devices were asked for, and what was brought.

    Raises:
        CeremonyError: It cannot be read.
    """
    for ceremony in journal.ceremonies():
        for event in journal.events(ceremony):
            if event.type in (Intent.type, CertificateBrought.type):
                told = numbered_by(decode_fact(event.type, event.data))
                if told is not None:
                    yield told


def revokes_by_number(plan: Plan) -> bool:
    """Tell whether a list of a sound script revokes a serial number."""
    told = (items.revoked for _, items in plan.steps_with(CrlParameters))
    return any(read_revoked(item).serial for item in chain.from_iterable(told))


@dataclass(frozen=True, slots=True)
class KnownNumbers:
    """What a site knows of serial numbers.

    Attributes:
        journal: The site's, of the mode.
        mode: Whose journal that is.
        besides: See :func:`numbered_besides`; called only for a number that no device
            of the site has signed.
    """

    journal: Journal
    mode: Mode
    besides: Callable[[], Iterable[Numbered]]

    def warn_of_unknown(
        self, plan: Plan, found: Iterable[Found], brought: Iterable[Brought]
    ) -> Iterator[Finding]:
        """Tell of each number that a list revokes and no certificate of its CA has.

        Args:
            plan: The script.
            found: What it says that earlier ceremonies have made.
            brought: What it says that other CAs have made.

        Yields:
            ``CONDUCT-CRL-06``, at the item of the list.

        Raises:
            CeremonyError: What the journal keeps cannot be read.
        """
        state, journal = state_told(plan.script, found), self.journal
        facts = (numbered_by(each.fact) for each in brought)
        theirs = [told for told in facts if told is not None]
        for step, told in plan.steps_with(CrlParameters):
            items = enumerate(map(read_revoked, told.revoked))
            asked = {item.serial: place for place, item in items if item.serial}
            issuer = _issuer_of(state, told.key, journal, self.mode)
            for number in _unsigned(issuer, journal, asked):
                other = _other(issuer, journal, number)
                # Read last, for it takes every leaf.
                named = chain(theirs, self.besides()) if not other else ()
                if _is_named(number, issuer, journal, named):
                    continue
                yield warning(
                    "CONDUCT-CRL-06",
                    plan.step_place(step, "with", "revoked", asked[number]),
                    f"Step {step.id} revokes serial:{serial_text(number)}, and by the "
                    f"site's journal no certificate of {issuer.name} has that "
                    f"number.{other}",
                    _OTHERS if other else _DIGITS,
                )


def _issuer_of(state: State, key: str, journal: Journal, mode: Mode) -> _Issuer:
    """Give the CA of a key, by the keys that the journal shows it to have had."""
    keys = (
        keys_of_ca(journal.history, Digest(each), mode)
        for each in followed_keys(state, key)
    )
    thing = state.script.thing(original_of(state, key))
    name = subject_text(state.script, thing)
    return _Issuer(name, frozenset().union(*keys), live=mode is Mode.LIVE)


def _unsigned(
    issuer: _Issuer, journal: Journal, asked: Collection[int]
) -> tuple[int, ...]:
    """Give the numbers that no certificate of a CA has, nor a list of it revokes.

    None are given where the CA has issued nothing that the journal knows.
    """
    own = [act for act in journal.issuing() if _is_by(issuer, journal, act)]
    lists = (act.outcome.crl for act in journal.history.acts if own)
    known = {
        int(entry.serial, 16)
        for crl in lists
        if crl is not None and crl.issuer_key in issuer.keys
        for entry in crl.revoked
    }
    left = {number for number in asked if own and number not in known}
    for act in own:
        if left:
            left -= _signed(act, journal, left)
    return tuple(number for number in asked if number in left)


def _made_by(act: Act) -> CertificateMade | PartMade | None:
    return act.outcome.certificate or act.outcome.part


def _is_by(issuer: _Issuer, journal: Journal, act: Act) -> bool:
    """Tell whether a certificate or a part of a batch is one of a CA's."""
    made = _made_by(act)
    signer = made and journal.history.public_key_of(act, made.issuer_thing)
    named = issuer.name if issuer.live else ""
    return signer in issuer.keys or (made is not None and made.issuer == named)


def _signed(act: Act, journal: Journal, numbers: Collection[int]) -> set[int]:
    """Give those of some numbers that a certificate, or one of a batch, has."""
    made, part = act.outcome.certificate, act.outcome.part
    if made is not None:
        return {int(made.serial, 16)} & set(numbers)
    return _signed_in(part, journal, numbers) if part is not None else set()


def _signed_in(part: PartMade, journal: Journal, numbers: Collection[int]) -> set[int]:
    """Give those of some numbers that certificates of a batch have.

    Of a whole batch its last part tells all, of another part its own certificates.
    """
    if part.issued is None:
        signed = x509.load_pem_x509_certificates(journal.blob(part.certificates))
        return {each.serial_number for each in signed} & set(numbers)
    raw = journal.blob(part.issued)
    # A batch may have 50,000 lines, and most of them are not asked for.
    if not any(f"{number:032x}".encode() in raw for number in numbers):
        return set()
    issued = decode_issued(raw, "the results of a batch")
    return {int(each.serial, 16) for each in issued.answered} & set(numbers)


def _other(issuer: _Issuer, journal: Journal, number: int) -> str:
    """Say whose a number is where another CA has given it; else nothing."""
    for act in journal.issuing():
        made, single = _made_by(act), act.outcome.certificate
        if made is None or _is_by(issuer, journal, act):
            continue
        if _signed(act, journal, [number]):
            whose = f"that of {single.subject}" if single else "one of a batch"
            return (
                f" A certificate of another CA has it: {whose}, issued by "
                f"{made.issuer}, in {act.told}."
            )
    return ""


def _is_named(
    number: int, issuer: _Issuer, journal: Journal, told: Iterable[Numbered]
) -> bool:
    """Tell whether a number was named for a batch, or is of a brought certificate."""
    return any(
        number in decode_serials(journal.blob(each.named))
        if each.named is not None
        else each.issuer == issuer.name and number in each.numbers
        for each in told
    )
