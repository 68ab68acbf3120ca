"""Check 6: every checkpoint is signed by the log key that the policy names."""

from __future__ import annotations

from ceremony import canonical
from ceremony.errors import CeremonyError
from ceremony.journal.checkpoint import own_lines, verify_checkpoint
from ceremony.journal.note import Algorithm, decode_note, decode_vkey
from ceremony.pack.policy import TrustPolicy
from ceremony.pack.record import Record
from ceremony.verify.check import (
    Check,
    FailedError,
    UncheckedError,
    check_passed,
    failed_from,
    make_check,
)
from ceremony.verify.trace import place
from ceremony.verify.tree import Tree

COMMAND = "see VERIFY.txt, section 2: openssl pkeyutl -verify -rawin"

_ED25519_PREFIX = bytes.fromhex("302a300506032b6570032100")
"""DER of a SubjectPublicKeyInfo up to an Ed25519 key's 32 bytes (RFC 8410, 4)."""


def check_checkpoints(record: Record, policy: TrustPolicy | None, tree: Tree) -> Check:
    """Verify the log key's line on every checkpoint.

    The policy's origin and days are compared here too: they belong to its log key.
    """
    return make_check("6", lambda: _check(record, policy, tree), command=COMMAND)


def _check(record: Record, policy: TrustPolicy | None, tree: Tree) -> Check:
    if policy is None:
        raise UncheckedError("No trust policy says which log key is meant.")
    _verify_policy(record, policy)
    for name in tree.checkpoints:
        _verify_line(record, policy, name)
    return check_passed(
        "6",
        f"{len(tree.checkpoints)} checkpoints are signed by the log key.",
        compared=("the log line of each checkpoint", policy.log_key),
        command=COMMAND,
    )


def _verify_line(record: Record, policy: TrustPolicy, name: str) -> None:
    note = record.files[name]
    try:
        verify_checkpoint(note, policy.log_key)
    except CeremonyError as error:
        raise failed_from(error, name) from error
    if len(own_lines(decode_note(note), decode_vkey(policy.log_key))) != 1:
        raise FailedError("VERIFY-LOG-03", f"{name}: the log key signed it twice")


def _verify_policy(record: Record, policy: TrustPolicy) -> None:
    if record.log != policy.origin:
        raise FailedError(
            "VERIFY-LOG-01",
            f"{place(record.facts[0])}: the journal is {record.log}, and the trust "
            f"policy is about {policy.origin}",
        )
    try:
        key = decode_vkey(policy.log_key)
    except CeremonyError as error:
        raise failed_from(error, "the trust policy's log key") from error
    spki = key.public
    if key.algorithm is Algorithm.ED25519:
        spki = _ED25519_PREFIX + key.public
    if record.opened.log_key != canonical.digest(spki):
        raise FailedError(
            "VERIFY-LOG-02",
            f"{place(record.facts[0])}: the ceremony was opened with another log key "
            "than the trust policy's",
        )
    for recorded in record.facts:
        day = recorded.event.t.wall.date()
        if not policy.valid_from <= day <= policy.valid_to:
            raise FailedError(
                "VERIFY-LOG-04",
                f"{place(recorded)}: {day} is outside the trust policy's days",
            )
