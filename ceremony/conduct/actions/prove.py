"""A key proves that it is in its token, on a challenge from the journal."""

from __future__ import annotations

from dataclasses import replace

from ceremony import canonical
from ceremony.conduct.actions.device import operation, outcome_of, take
from ceremony.conduct.actions.made import Shown
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.engine.facts import Intent, ProofMade
from ceremony.engine.steps.kind import read_parameters
from ceremony.engine.steps.prove import ProveParameters
from ceremony.errors import DeviceError
from ceremony.hsm.errors import Act, device_acted
from ceremony.hsm.hosted_session import HostedSession
from ceremony.identifiers import Digest, OperationId
from ceremony.key_proof import proof_challenge, proof_message
from ceremony.script.model import Step


def prove(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Let a key sign a challenge that nobody could foresee."""
    name = read_parameters(ProveParameters, step.parameters).key
    token = conductor.script.thing(name).token
    bound = conductor.devices.bound(token)
    actor = conductor.performer(step)
    made = conductor.state.keys.get(name)
    cka_id = OperationId(made.cka_id if made else "")
    public_key = made.public_key if made else Digest("")
    intent = Intent(step.verb, token, bound.serial, thing=name)
    with (
        operation(conductor, intent, actor) as op,
        conductor.devices.session(token, inputs.pins.get("pin")) as session,
    ):
        shown = show_proof(conductor, session, cka_id, public_key)
        # Where the look afterwards fails, the key has signed all the same.
        with device_acted(Act.SIGN):
            taken = take(conductor, token, session)
        conductor.finish(
            op,
            replace(outcome_of(intent, taken=taken), proof=shown.proof),
            actor,
            {**taken.contents, **shown.contents},
        )


def show_proof(
    conductor: Conductor,
    session: HostedSession,
    cka_id: OperationId,
    public_key: Digest,
) -> Shown:
    """Let a pair sign the challenge that follows from the operation's intent.

    Args:
        conductor: The ceremony, the operation in doubt.
        session: The token that holds the pair.
        cka_id: The pair's id.
        public_key: SHA-256 of the public key that it must be (SubjectPublicKeyInfo,
            DER).

    Raises:
        DeviceError: ``CONDUCT-PROVE-01``: it is for another key, token or challenge.
    """
    pending = conductor.state.pending
    if pending is None:
        return Shown()
    intent = pending.intent
    (leaf,) = conductor.log.journal.leaf_hashes(pending.seq, pending.seq + 1)
    challenge = proof_challenge(leaf, pending.op)
    proof = session.prove(cka_id, challenge)
    made = ProofMade(
        message=canonical.digest(proof.message),
        signature=canonical.digest(proof.signature),
        public_key=canonical.digest(proof.public_key_der),
        mechanism=proof.choice.used,
    )
    wanted = proof_message(intent.serial, cka_id, challenge)
    if proof.message != wanted or made.public_key != public_key:
        raise _of_another(intent.thing)
    name = f"key-proof-{intent.thing}"
    contents = {
        conductor.free_name(name, ".txt"): proof.message,
        conductor.free_name(name, ".sig"): proof.signature,
    }
    return Shown(None, made, contents)


def _of_another(name: str) -> DeviceError:
    return DeviceError(
        "CONDUCT-PROVE-01",
        f"What the token signed is no proof of the key {name}: it is for another key, "
        "token or challenge.",
        meaning="Nothing is shown about the key, which is as it was.",
        remedy="Keep the token aside, and compare its inventory with the journal.",
    )
