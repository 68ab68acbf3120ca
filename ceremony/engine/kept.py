"""What a CA's next list keeps of those before, whichever of its keys has signed them.

A CA that has changed its key goes on with its lists, and the key before may still sign
one. Everybody takes the newest list under the CA's name: what it leaves out would be
trusted again, and one whose number is not above the others' would not be taken for the
newer.

Asked are the lists that the record tells of: the last one of each key that an earlier
ceremony has signed, and those of this one.

Invariants:
    * An entry stays as it is, with one exception: a CA that learns that a key was
      compromised, or that it was earlier than its list says, tells so. It is a visible
      act; see :func:`corrections`.

Source: RFC 5280, section 3.3: an entry stays until the certificate has expired; section
5.2.3: the numbers of a CRL issuer's lists of one scope grow; section 6.3.3, (b): an
issuer is known by its name. CA/Browser Forum TLS Baseline Requirements, section 7.2.2:
an entry's reason becomes keyCompromise, and its date the earlier one, once the CA
knows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ceremony.engine.facts import CrlMade, RevokedCertificate
from ceremony.engine.revocation import as_told, read_revoked, revocations
from ceremony.engine.state import State
from ceremony.engine.succession import is_key, keys_before, keys_beside, original_of
from ceremony.errors import RefusedError
from ceremony.hexadecimal import serial_text
from ceremony.pki.crl_profile import Reason
from ceremony.script.model import Step

COMPROMISES: Final = frozenset({Reason.KEY_COMPROMISE, Reason.CA_COMPROMISE})
"""The reasons that an entry may be given afterwards."""


@dataclass(frozen=True, slots=True)
class Correction:
    """An entry of a list that corrects one of a list before.

    Attributes:
        before: What the list before says.
        number: The number of that list.
    """

    before: RevokedCertificate
    number: int

    @property
    def told(self) -> str:
        """Give what is corrected, as in ``2026-01-15 superseded in list 1``."""
        return f"{self.before.day} {self.before.reason} in list {self.number}"


def keys_of_issuer(state: State, key: str) -> tuple[str, ...]:
    """Give the public keys whose lists a list of a key follows, its own first.

    Args:
        state: The state.
        key: The key that signs, by name; a copy has the pair of its original.

    Returns:
        SHA-256 of each; none where nobody knows the key's yet.
    """
    made = state.keys.get(key) or state.keys.get(original_of(state, key))
    if made is None:
        return ()
    return (made.public_key, *sorted(keys_beside(state, made.public_key)))


def last_lists(
    state: State, keys: Iterable[str], *, before: int | None = None
) -> tuple[CrlMade, ...]:
    """Give the last list of each key, as far as the record tells of one.

    Args:
        state: The state.
        keys: SHA-256 of each public key.
        before: The number of a list, of those before which alone are asked; None for
            all that are known by now.
    """
    told = [fact.outcome.crl for fact in state.earlier]
    known = [
        crl
        for crl in (*told, *state.crls.values())
        if crl is not None and (before is None or crl.number < before)
    ]
    signed = ([crl for crl in known if crl.issuer_key == key] for key in keys)
    return tuple(max(lists, key=lambda crl: crl.number) for lists in signed if lists)


def signer_text(state: State, key: str, crl: CrlMade) -> str:
    """Say whose list one is that a list of a key follows, within a sentence.

    Args:
        state: The state.
        key: The key that signs now, by name.
        crl: The list before.
    """
    if is_key(state, key, crl.issuer_key):
        return key
    named = state.certificates.items()
    name = next(name for name, it in named if it.public_key == crl.issuer_key)
    ours = next(iter(keys_of_issuer(state, key)), "")
    is_next = ours in keys_before(state, crl.issuer_key)
    which = "the next key" if is_next else "the key before"
    return f"{which}, that of {state.script.thing(name).title},"


def verify_numbered(
    state: State, step: Step, key: str, number: int, *, before: Collection[CrlMade]
) -> None:
    """Insist that a list's number is above that of every list before it.

    Args:
        state: The state.
        step: The step.
        key: The key that signs, by name.
        number: The list's number.
        before: The lists before; see :func:`last_lists`.

    Raises:
        RefusedError: ``ENGINE-CRL-03``.
    """
    last = max(before, key=lambda crl: crl.number, default=None)
    if number > (last.number if last is not None else 0):
        return
    told = (
        f"{signer_text(state, key, last)} has signed a list with the number "
        f"{last.number}"
        if last is not None
        else "numbers begin with 1"
    )
    raise RefusedError(
        "ENGINE-CRL-03",
        f"Step {step.id} gives the number {number}, and {told}.",
        meaning="Nothing was signed.",
        remedy="Give a number above every one before it.",
    )


def verify_kept(
    state: State,
    step: Step,
    key: str,
    revoked: Iterable[str],
    *,
    before: Iterable[CrlMade],
) -> None:
    """Insist that a list keeps what the lists before it revoke for good.

    What a list of this very ceremony revokes from its day on, the next one may revoke
    from its own day on.

    Args:
        state: The state.
        step: The step.
        key: The key that signs, by name.
        revoked: What the list revokes, as the script has it.
        before: The lists before; see :func:`last_lists`.

    Raises:
        RefusedError: ``ENGINE-EARLIER-03``.
    """
    for crl, entry, now in _compared(state, revoked, before):
        if now is not None and (now == entry or is_correction(entry, now)):
            continue
        raise RefusedError(
            "ENGINE-EARLIER-03",
            f"Step {step.id} does not revoke serial:{serial_text(entry.serial)} "
            f"{entry.day} {entry.reason}, as the last list of "
            f"{signer_text(state, key, crl)} does.",
            meaning="Nothing was signed: a relying party would trust that certificate "
            "again, or take it for revoked otherwise.",
            remedy=f"Add the entry to the script, with the same day and reason. {MAY}",
        )


MAY: Final = (
    "Only where a key turns out to be compromised may the reason become key-compromise "
    "or ca-compromise, and the day of that an earlier one."
)
"""What a list may change of those before it, for remedies."""


def is_correction(before: RevokedCertificate, now: RevokedCertificate) -> bool:
    """Tell whether a list may say this of a certificate that one before revoked so.

    Args:
        before: The entry of the list before, of one that is not on hold.
        now: The list's own entry of that certificate, another one.
    """
    return now != before and now.reason in COMPROMISES and now.day <= before.day


def corrections(
    state: State, revoked: Iterable[str], *, before: Iterable[CrlMade]
) -> tuple[Correction, ...]:
    """Give what entries of a list correct of the newest list before that has them.

    Args:
        state: The state.
        revoked: What the list revokes, as the script has it; a certificate that does
            not exist yet no list before has revoked.
        before: The lists before; see :func:`last_lists`.
    """
    made = ("", *state.certificates)
    known = [item for item in revoked if read_revoked(item).certificate in made]
    in_order = sorted(before, key=lambda crl: crl.number)
    newest = {
        entry.serial: (Correction(entry, crl.number), now)
        for crl, entry, now in _compared(state, known, in_order)
        if now is not None
    }
    return tuple(it for it, now in newest.values() if is_correction(it.before, now))


def _compared(
    state: State, revoked: Iterable[str], before: Iterable[CrlMade]
) -> Iterator[tuple[CrlMade, RevokedCertificate, RevokedCertificate | None]]:
    """Give each entry that lists before revoke for good, with what is said of it now.

    ``today`` is the day of an entry of this very ceremony, and else the last of all.
    """
    last = date.max.isoformat()
    told = {it.serial: it for it in map(as_told, revocations(revoked, state, date.max))}
    made_here = state.crls.values()
    for crl in before:
        for entry in crl.revoked:
            now = told.get(entry.serial)
            if now is not None and now.day == last and crl in made_here:
                now = replace(now, day=entry.day)
            if entry.reason != Reason.CERTIFICATE_HOLD:
                yield crl, entry, now
