"""A backup: what is known of a key's wrapped blobs and copies, and who may rely on it.

A key that was wrapped is backed up only once a copy of it was restored and shown to
be equal. Until then nothing is done with the copy but to show that, and the original
is not destroyed. Of original and copies the last one is destroyed only where the script
says so.

Invariants:
    * A copy of a pair is shown equal by the proof that it makes as it is restored, with
      the original's public key; a copy of a secret key by the check value of both.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from typing import Final

from ceremony.engine.facts import KeyWrapped, Outcome
from ceremony.engine.state import State
from ceremony.engine.zeroise import ends_the_last, keys_ended
from ceremony.errors import RefusedError
from ceremony.script.model import Script, Step

SHOWING: Final = ("key.check-value", "key.prove", "key.unwrap", "key.destroy")
"""What may be done with a copy before it was shown equal: its making and its end."""


def take_backup(state: State, fact: Outcome) -> State:
    """Enter what a done outcome tells of secret keys, blobs and copies."""
    name = fact.thing
    if fact.secret_key is not None:
        made = {**state.secret_keys, name: fact.secret_key}
        state = replace(state, secret_keys=made)
    if fact.wrapped is not None:
        blobs = (*state.wrapped.get(name, ()), fact.wrapped)
        state = replace(state, wrapped={**state.wrapped, name: blobs})
    if fact.check_value is not None:
        values = {**state.check_values, name: fact.check_value}
        state = replace(state, check_values=values)
    if _shows_equal(state, fact):
        state = replace(state, shown_equal=state.shown_equal | {name})
    return state


def _shows_equal(state: State, fact: Outcome) -> bool:
    if fact.restored is not None and fact.proof is not None:
        original = state.keys.get(fact.restored.original)
        return original is not None and original.public_key == fact.proof.public_key
    return fact.check_value is not None and has_equal_value(state, fact.thing)


def has_equal_value(state: State, name: str) -> bool:
    """Tell whether a copy has the check value of its original, by one method."""
    own = state.check_values.get(name)
    other = state.check_values.get(state.script.thing(name).copy_of)
    if own is None or other is None:
        return False
    return (own.method, own.value) == (other.method, other.value)


def blob_for(state: State, copy: str, under: str) -> KeyWrapped | None:
    """Find what a copy is restored from: the original's last blob under that key.

    Args:
        state: Where the ceremony stands.
        copy: The copy's name.
        under: The key that unwraps: the wrapping key itself or a copy of it.
    """
    script = state.script
    names = (under, script.thing(under).copy_of)
    blobs = state.wrapped.get(script.thing(copy).copy_of, ())
    return next((each for each in reversed(blobs) if each.under in names), None)


def verify_relied_on(state: State, step: Step) -> None:
    """Refuse to rely on a copy, or to destroy its original, before it is proven.

    Raises:
        RefusedError: ``ENGINE-BACKUP-01``: the step uses a copy that was not shown
            equal; ``ENGINE-BACKUP-02``: it destroys a key whose backup was not.
    """
    things = {thing.name: thing for thing in state.script.things}
    key = str(step.parameters.get("key", ""))
    used = [str(step.parameters.get("under", ""))]
    if step.verb not in SHOWING:
        used.append(key)
    for name in used:
        if name in things and things[name].copy_of and name not in state.shown_equal:
            raise RefusedError(
                "ENGINE-BACKUP-01",
                f"Step {step.id} uses {name}, and nobody has shown that it is equal "
                f"to {things[name].copy_of}.",
                meaning="The copy was not used; the original is as it was.",
                remedy="Show it equal first: its check value and the original's.",
            )
    ended = keys_ended(state.script, step)
    gone = {*state.destroyed, *ended}
    known = Backups(
        state.wrapped.keys(), state.shown_equal, () if ends_the_last(step) else gone
    )
    for name in ended:
        if name in state.made and not is_backed_up(state.script, known, name):
            raise RefusedError(
                "ENGINE-BACKUP-02",
                f"Step {step.id} destroys {name}, and not every copy of it was shown "
                "to be equal, or none of them is left.",
                meaning="The key does not count as destroyed.",
                remedy="Restore the backup, show it equal and keep one copy; or have a "
                "script approved that says the last may go.",
            )


@dataclass(frozen=True, slots=True)
class Backups:
    """What is known of keys and copies once some of them are gone.

    Attributes:
        wrapped: Keys that were wrapped.
        equal: Copies that were shown equal to their originals.
        gone: Keys and copies that are destroyed by then; none where it does not matter.
    """

    wrapped: Container[str]
    equal: Container[str]
    gone: Container[str]


def is_backed_up(script: Script, known: Backups, key: str) -> bool:
    """Tell whether a key may go: one that was wrapped, or has copies, lives on in one.

    Every copy was shown equal, and one of them is left. A copy may go while its
    original or another such copy is left. A key that was never wrapped and has no
    copies needs no backup.

    Args:
        script: Which key is a copy of which.
        known: What is known once the key is gone, too.
        key: The key, or a copy.
    """
    original = script.thing(key).copy_of or key
    copies = script.copies_of(original)
    left = any(copy in known.equal and copy not in known.gone for copy in copies)
    if key != original:
        return left or original not in known.gone
    if not copies:
        return key not in known.wrapped
    return left and all(copy in known.equal for copy in copies)
