"""How the made-up ceremony's keys are used after they were made."""

from __future__ import annotations

from ceremony import canonical
from ceremony.engine.facts import Intent, Outcome, ProofMade, Result
from ceremony.identifiers import OperationId
from ceremony.key_proof import proof_challenge, proof_message
from ceremony.pki.certificate import encode_spki
from ceremony.script.model import Step
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.record_builder import RecordBuilder
from tests.fakes.record_devices import begin, end, free_name, list_token


def prove_key(builder: RecordBuilder, step: Step) -> None:
    name = str(step.parameters["key"])
    token = builder.script.thing(name).token
    serial = f"S-{token}"
    op = begin(builder, step, Intent(step.verb, token, serial, thing=name))
    challenge = proof_challenge(builder.hashes[-1], op)
    cka_id = OperationId(builder.state.keys[name].cka_id)
    forge = builder.forgery.proof
    message = forge("message", proof_message(serial, cka_id, challenge))
    signature = forge("signature", SoftwareKey(name).sign(message))
    taken, contents = list_token(builder, token, "")
    proof = ProofMade(
        canonical.digest(message),
        canonical.digest(signature),
        canonical.digest(encode_spki(SoftwareKey(name).public_key())),
        "CKM_ECDSA",
    )
    outcome = Outcome(
        step.verb,
        token,
        serial,
        Result.DONE,
        thing=name,
        inventory=taken,
        proof=proof,
    )
    names = (
        free_name(builder, f"key-proof-{name}", ending) for ending in (".txt", ".sig")
    )
    files = dict(zip(names, (message, signature), strict=True))
    end(builder, step, op, outcome, {**contents, **files})


def destroy_key(builder: RecordBuilder, step: Step) -> None:
    name = str(step.parameters["key"])
    token = builder.script.thing(name).token
    serial = f"S-{token}"
    intent = Intent(step.verb, token, serial, thing=name, label=name)
    op = begin(builder, step, intent)
    taken, contents = list_token(builder, token, "", gone=name)
    outcome = Outcome(
        step.verb, token, serial, Result.DONE, thing=name, inventory=taken
    )
    end(builder, step, op, outcome, contents)


def change_pin(builder: RecordBuilder, step: Step) -> None:
    token, user = str(step.parameters["token"]), str(step.parameters["user"])
    serial = f"S-{token}"
    op = begin(builder, step, Intent(step.verb, token, serial, user=user))
    taken, contents = None, {}
    if user == "user":
        taken, contents = list_token(builder, token, "")
    outcome = Outcome(step.verb, token, serial, Result.DONE, inventory=taken, user=user)
    end(builder, step, op, outcome, contents)
