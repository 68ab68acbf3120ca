"""A key proves that it is in its token, on a challenge from the journal."""

from __future__ import annotations

from ceremony import canonical
from ceremony.conduct.actions.device import operation, take
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.engine.facts import Intent, Outcome, ProofMade, Result
from ceremony.engine.steps.kind import read_parameters
from ceremony.engine.steps.prove import ProveParameters
from ceremony.errors import DeviceError
from ceremony.hsm.result import Proof
from ceremony.identifiers import OperationId
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
    intent = Intent(step.verb, token, bound.serial, thing=name)
    with (
        operation(conductor, intent, actor) as op,
        conductor.devices.session(token, inputs.pins["pin"]) as session,
    ):
        challenge = proof_challenge(_intent_hash(conductor), op)
        proof = session.prove(cka_id, challenge)
        public_key = canonical.digest(proof.public_key_der)
        wanted = proof_message(bound.serial, cka_id, challenge)
        if proof.message != wanted or made is None or public_key != made.public_key:
            raise _of_another(name)
        taken = take(conductor, token, session)
        conductor.finish(
            op,
            Outcome(
                step.verb,
                token,
                bound.serial,
                Result.DONE,
                thing=name,
                inventory=taken.brief,
                proof=_made(proof),
            ),
            actor,
            {
                **taken.contents,
                conductor.free_name(f"key-proof-{name}", ".txt"): proof.message,
                conductor.free_name(f"key-proof-{name}", ".sig"): proof.signature,
            },
        )


def _intent_hash(conductor: Conductor) -> bytes:
    """Give the hash of the leaf that began the operation, 32 bytes: the last one."""
    last = conductor.facts[-1].event.seq
    return conductor.log.journal.leaf_hashes(last, last + 1)[0]


def _made(proof: Proof) -> ProofMade:
    return ProofMade(
        message=canonical.digest(proof.message),
        signature=canonical.digest(proof.signature),
        public_key=canonical.digest(proof.public_key_der),
        mechanism=proof.choice.used,
    )


def _of_another(name: str) -> DeviceError:
    return DeviceError(
        "CONDUCT-PROVE-01",
        f"What the token signed is no proof of the key {name}: it is for another key, "
        "token or challenge.",
        meaning="Nothing is shown about the key, which is as it was.",
        remedy="Keep the token aside, and compare its inventory with the journal.",
    )
