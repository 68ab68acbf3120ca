"""Which of what the pages show as issued is revoked by lists that the record knows.

A list keeps what the one before it revokes: what an earlier ceremony's list revokes
already was not revoked here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, partial

from ceremony.engine.facts import CrlMade
from ceremony.engine.revoked import revoked_in
from ceremony.engine.state import State
from ceremony.engine.succession import keys_before, signer_of
from ceremony.errors import InputError
from ceremony.pack.outputs import issued_file
from ceremony.pack.record import Record
from ceremony.pki.crl_profile import Reason
from ceremony.pki.issued_results import decode_issued


def revoked_by_lists(state: State, certificate: str) -> str:
    """Say that a list revokes a certificate; nothing where none does.

    Args:
        state: The state at the end.
        certificate: The certificate, by name; the record has it.

    Returns:
        E.g. ``revoked here: superseded``; ``revoked before: ...`` where a list of an
        earlier ceremony revokes it, and ``put on hold here`` where none does for good.
    """
    signer = signer_of(state, certificate)
    serial = state.certificates[certificate].serial
    told = (fact.outcome.crl for fact in state.earlier)
    before = _for_good(state, signer, (crl for crl in told if crl is not None))
    reason = reason_here(state, certificate) or before.get(serial)
    if reason:
        return f"revoked {'before' if serial in before else 'here'}: {reason}"
    held = (
        entry.serial
        for crl in _lists_about(state, signer)
        for entry in crl.revoked
        if entry.reason == Reason.CERTIFICATE_HOLD
    )
    return "put on hold here" if serial in held else ""


def reason_here(state: State, certificate: str) -> str:
    """Give why this ceremony's lists revoke a certificate for good; else nothing.

    Args:
        state: The state at the end.
        certificate: The certificate, by name; the record has it.
    """
    serial = state.certificates[certificate].serial
    signer = signer_of(state, certificate)
    return _for_good(state, signer, state.crls.values()).get(serial, "")


def revoked_of_batch(record: Record, batch: str) -> int:
    """Count the certificates of a batch that lists of this ceremony revoke for good.

    Args:
        record: The record. Without the batch's results in it none is known.
        batch: The batch, by name.
    """
    parts = record.state.parts[batch]
    raw = record.files.get(issued_file(record, batch))
    key = record.state.keys.get(parts[-1].issuer_thing) if parts else None
    if raw is None or key is None:
        return 0
    state = record.state
    serials = frozenset(_for_good(state, key.public_key, state.crls.values()))
    return _count(raw, serials) if serials else 0


@lru_cache(maxsize=4)
def _count(raw: bytes, serials: frozenset[str]) -> int:
    """Count those of a batch that are revoked; page 1 is laid out again and again."""
    try:
        results = decode_issued(raw, "the results of a batch")
    except InputError:
        # Whether the results are whole is for the checks to tell.
        return 0
    return len(results.answered_with(serials))


def _for_good(state: State, signer: str, crls: Iterable[CrlMade]) -> Mapping[str, str]:
    """Give why lists revoke what a key (SHA-256) has signed, by serial number."""
    return revoked_in(crls, partial(keys_before, state)).by(signer)


def _lists_about(state: State, signer: str) -> Iterator[CrlMade]:
    """Give this ceremony's lists about what a key (SHA-256) has signed."""
    for crl in state.crls.values():
        if signer in (crl.issuer_key, *keys_before(state, crl.issuer_key)):
            yield crl
