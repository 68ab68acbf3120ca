"""Lies about keys after they were made, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from ceremony.engine.command import Command
from ceremony.engine.facts import Intent, Outcome, Result
from ceremony.identifiers import OperationId
from ceremony.key_proof import proof_message
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.key_acts import build_key_acts
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_devices import KINDS as PAIR
from tests.fakes.record_devices import encode_made_up_inventory


def _lie(number: str, rule: str, place: str, **changes: Any) -> Lie:
    def make() -> BuiltRecord:
        return build_key_acts(Forgery(**changes))

    return Lie(number, rule, make, place)


def _signed(what: str, change: Callable[[bytes], bytes]) -> Callable[..., bytes]:
    """Change what a key signs for proof, or the signature."""
    return lambda told, raw: change(raw) if told == what else raw


def _chosen_beforehand(message: bytes) -> bytes:
    """Let the key have signed a challenge that the journal did not give."""
    _, token, key, *_ = message.decode().splitlines()
    cka_id = OperationId(key.removeprefix("key "))
    return proof_message(token.removeprefix("token "), cka_id, bytes(32))


def _of_another_token(message: bytes) -> bytes:
    return message.replace(b"token S-root-hsm", b"token S-issuing-hsm")


def _undomained(message: bytes) -> bytes:
    return message.split(b"\n", 1)[1]


def _by_another_key(_: bytes) -> bytes:
    return SoftwareKey("issuing-oca").sign(b"anything")


def _another_digest(command: Command) -> Command:
    fact = command.fact
    if not isinstance(fact, Outcome) or fact.proof is None:
        return command
    proof = replace(fact.proof, signature=fact.proof.message)
    return replace(command, fact=replace(fact, proof=proof))


def _another_public_key(command: Command) -> Command:
    fact = command.fact
    if not isinstance(fact, Outcome) or fact.proof is None:
        return command
    proof = replace(fact.proof, public_key=fact.proof.message)
    return replace(command, fact=replace(fact, proof=proof))


def _still_listed(*kinds: str) -> dict[str, Any]:
    """List some of the key's objects after the key is said to be destroyed."""

    def inventory(name: str, raw: bytes) -> bytes:
        if name != _inventory_of(build_key_acts(), "key.destroy"):
            return raw
        key = build_key_acts().builder.state.keys["root-oca"]
        return encode_made_up_inventory(
            [(kind, key.label, key.cka_id) for kind in kinds]
        )

    def command(told: Command) -> Command:
        fact = told.fact
        if (
            not isinstance(fact, Outcome)
            or fact.verb != "key.destroy"
            or fact.inventory is None
        ):
            return told
        gone = tuple(it for it in fact.inventory.removed if it.kind not in kinds)
        taken = replace(fact.inventory, count=len(kinds), removed=gone)
        return replace(told, fact=replace(fact, inventory=taken))

    return {"inventory": inventory, "command": command}


def _inventory_of(built: BuiltRecord, verb: str) -> str:
    """Name the inventory that the only outcome of a verb took."""
    return next(
        known.event.blobs[0].name
        for known in built.builder.facts
        if isinstance(known.fact, Outcome) and known.fact.verb == verb
    )


def _failed_and_gone(told: Command) -> Command:
    fact = told.fact
    if isinstance(fact, Outcome) and fact.verb == "key.destroy":
        return replace(told, fact=replace(fact, result=Result.FAILED))
    return told


def _used_afterwards(script: bytes) -> bytes:
    """Let the step after the destruction have the key sign once more."""
    line = next(line for line in script.split(b"\n") if b'"2.16"' in line)
    used = line.replace(b"token.inventory", b"key.prove").replace(
        b"token: root-hsm, expect-objects: 0", b"key: root-oca"
    )
    return script.replace(line, used)


def _of_another_label(told: Command) -> Command:
    fact = told.fact
    if isinstance(fact, Intent) and fact.verb == "key.destroy":
        return replace(told, fact=replace(fact, label="issuing-oca"))
    return told


def _pin_of_another(told: Command) -> Command:
    """Tell of another's PIN than the script has changed."""
    fact = told.fact
    if isinstance(fact, Intent | Outcome) and told.step == "2.10":
        return replace(told, fact=replace(fact, user="security-officer"))
    return told


def _pin_told_otherwise_afterwards(told: Command) -> Command:
    fact = told.fact
    if isinstance(fact, Outcome) and told.step == "2.10":
        return replace(told, fact=replace(fact, user="security-officer"))
    return told


KEY_ACT_LIES: Final[Mapping[str, Lie]] = {
    "proof-of-a-challenge-chosen-beforehand": _lie(
        "11",
        "VERIFY-PROVE-01",
        "step 2.11",
        proof=_signed("message", _chosen_beforehand),
    ),
    "proof-of-another-token": _lie(
        "11",
        "VERIFY-PROVE-01",
        "step 2.11",
        proof=_signed("message", _of_another_token),
    ),
    "proof-without-its-domain": _lie(
        "11", "VERIFY-PROVE-01", "step 2.11", proof=_signed("message", _undomained)
    ),
    "proof-told-otherwise": _lie(
        "11", "VERIFY-PROVE-01", "step 2.11", command=_another_digest
    ),
    "proof-told-for-another-public-key": _lie(
        "11", "VERIFY-PROVE-01", "step 2.11", command=_another_public_key
    ),
    "proof-by-another-key": _lie(
        "11",
        "VERIFY-PROVE-02",
        "step 2.11",
        proof=_signed("signature", _by_another_key),
    ),
    "destroyed-key-still-listed": _lie(
        "11",
        "VERIFY-INVENTORY-03",
        "step 2.15",
        **_still_listed(*PAIR),
    ),
    "half-of-a-destroyed-key-still-listed": _lie(
        "11",
        "VERIFY-INVENTORY-03",
        "step 2.15",
        **_still_listed(PAIR[1]),
    ),
    "destruction-that-failed-and-did-not": _lie(
        "11", "VERIFY-INVENTORY-03", "step 2.15", command=_failed_and_gone
    ),
    "destroyed-key-used-afterwards": _lie(
        "11", "ENGINE-KEY-03", "step 2.16", script=_used_afterwards
    ),
    "pin-of-another-than-the-script-says": _lie(
        "11", "ENGINE-DEVICE-01", "step 2.10", command=_pin_of_another
    ),
    "pin-told-otherwise-afterwards": _lie(
        "11",
        "VERIFY-INTENT-02",
        "step 2.10",
        command=_pin_told_otherwise_afterwards,
    ),
    "destruction-of-another-label": _lie(
        "11", "ENGINE-DEVICE-05", "step 2.15", command=_of_another_label
    ),
}
"""Every such lie, by a name that says what it is."""
