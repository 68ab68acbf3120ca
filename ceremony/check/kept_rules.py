"""Does each revocation list keep what those before it revoke.

The engine holds a list to it in the room, by the entries themselves; here it is asked
of what a script says, where ``today`` is the same day as ``today``.

Source: RFC 5280, section 3.3: an entry stays until the certificate has expired.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ceremony.check.findings import Finding, error, warning
from ceremony.check.plan import Plan
from ceremony.check.tried import TriedCrl
from ceremony.engine.facts import RevokedCertificate
from ceremony.engine.kept import MAY, is_correction
from ceremony.engine.revocation import TODAY, Revoked, as_told
from ceremony.hexadecimal import serial_text
from ceremony.pki.crl_order import Revocation
from ceremony.pki.crl_profile import Reason
from ceremony.script.model import Step


def lint_kept(
    plan: Plan, step: Step, revoked: Iterable[Revoked], before: Iterable[TriedCrl]
) -> Iterator[Finding]:
    """Insist that a list keeps what each one before it revokes for good.

    Args:
        plan: The script.
        step: The step that signs the list.
        revoked: What it revokes.
        before: The last list before it of each key of its CA.
    """
    said = {target(each): each for each in revoked}
    for last in before:
        for old in _for_good(last):
            new = said.get(target(old))
            if new is None or not (new == old or _corrects(old, new)):
                yield error(
                    "SCRIPT-CRL-06",
                    plan.step_place(step, "with"),
                    f"Step {step.id} does not revoke {named(old)} as {last.name} "
                    f"before it does, {_told(old)}.",
                    f"Give the entry with the same day and reason again. {MAY}",
                )


def warn_of_corrections(
    plan: Plan, step: Step, revoked: Iterable[Revoked], before: Iterable[TriedCrl]
) -> Iterator[Finding]:
    """Tell what a list says otherwise than the newest one before that revokes it.

    Args:
        plan: The script.
        step: The step that signs the list.
        revoked: What it revokes; :func:`lint_kept` found nothing.
        before: The last list before it of each key of its CA.
    """
    newest = {
        target(old): (last, old)
        for last in sorted(before, key=lambda each: each.number)
        for old in _for_good(last)
    }
    for number, new in enumerate(revoked):
        last, old = newest.get(target(new), (None, new))
        if last is not None and new != old:
            yield warning(
                "SCRIPT-CRL-09",
                plan.step_place(step, "with", "revoked", number),
                f"Step {step.id} changes what {last.name} before it says of "
                f"{named(new)}: from {_told(old)} to {_told(new)}.",
                "See that this is meant: from then on the list says so.",
            )


def target(each: Revoked) -> tuple[str, int]:
    """Give what an item is about: a certificate's name, or a serial number."""
    return each.certificate, each.serial


def named(each: Revoked) -> str:
    """Name what an item is about, within a sentence."""
    return each.certificate or f"the serial number {serial_text(each.serial)}"


def _for_good(crl: TriedCrl) -> tuple[Revoked, ...]:
    return tuple(it for it in crl.revoked if it.reason is not Reason.CERTIFICATE_HOLD)


def _told(each: Revoked) -> str:
    return f"{each.day or TODAY} {each.reason}"


def _corrects(old: Revoked, new: Revoked) -> bool:
    """Tell whether an item corrects one about the same; no day is after today."""
    return is_correction(_entry(old), _entry(new))


def _entry(each: Revoked) -> RevokedCertificate:
    return as_told(Revocation(each.serial, each.day or date.max, each.reason))
