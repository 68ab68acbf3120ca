"""Lies about keys after they were made, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from ceremony.engine.command import Command
from ceremony.engine.facts import Outcome
from ceremony.identifiers import OperationId
from ceremony.key_proof import proof_message
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.key_acts import build_key_acts
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.record_builder import BuiltRecord


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


KEY_ACT_LIES: Final[Mapping[str, Lie]] = {
    "proof-of-a-challenge-chosen-beforehand": _lie(
        "11",
        "VERIFY-PROVE-01",
        "step 2.9",
        proof=_signed("message", _chosen_beforehand),
    ),
    "proof-of-another-token": _lie(
        "11",
        "VERIFY-PROVE-01",
        "step 2.9",
        proof=_signed("message", _of_another_token),
    ),
    "proof-without-its-domain": _lie(
        "11", "VERIFY-PROVE-01", "step 2.9", proof=_signed("message", _undomained)
    ),
    "proof-told-otherwise": _lie(
        "11", "VERIFY-PROVE-01", "step 2.9", command=_another_digest
    ),
    "proof-by-another-key": _lie(
        "11", "VERIFY-PROVE-02", "step 2.9", proof=_signed("signature", _by_another_key)
    ),
}
"""Every such lie, by a name that says what it is."""
