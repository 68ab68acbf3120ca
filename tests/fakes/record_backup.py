"""How the made-up ceremony's devices answer where a key is backed up.

No ciphertext here holds a key: a blob is as long as its method makes it and is made up,
for nobody who checks a record can open one. What shows that a copy is equal is real:
the proofs are signatures by the made-up keys.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import rsa

from ceremony import canonical
from ceremony.engine.backup import blob_for
from ceremony.engine.earlier import earlier_check_value
from ceremony.engine.facts import (
    Asked,
    AttributeFound,
    CheckValueFound,
    Intent,
    KeyMade,
    KeyRestored,
    KeyWrapped,
    Outcome,
    ProofMade,
    Result,
    SecretKeyMade,
)
from ceremony.identifiers import OperationId
from ceremony.key_proof import proof_challenge, proof_message
from ceremony.pack.policy import COPIES_WAIVER
from ceremony.pki.certificate import encode_spki, key_identifier
from ceremony.script.decode import decode_script
from ceremony.script.key_kind import demanded_of
from ceremony.script.model import Step
from tests.fakes.forgery import Forgery
from tests.fakes.made_up_site import ATTRIBUTES, SoftwareKey
from tests.fakes.record_builder import BuiltRecord, RecordBuilder, build_record
from tests.fakes.record_devices import (
    begin,
    end,
    free_name,
    generate_key,
    list_token,
)

SCRIPT_FILE: Final = Path(__file__).parents[1] / "vectors/backup/script.yaml"

MECHANISMS: Final = {
    "rsa-oaep-sha1": "CKM_RSA_PKCS_OAEP",
    "aes-kwp": "CKM_AES_KEY_WRAP_PAD",
}


def build_backup(forgery: Forgery | None = None) -> BuiltRecord:
    """Make the small backup up, honestly or with a forgery."""
    raw = SCRIPT_FILE.read_bytes()
    asked = forgery or Forgery()
    honest = asked.script
    script = Forgery(script=lambda _: honest(raw)).script
    built = build_record(replace(asked, script=script))
    digest = decode_script(raw, SCRIPT_FILE.name).digest
    policy = replace(
        built.policy,
        scripts=(digest,),
        waivers=(*built.policy.waivers, COPIES_WAIVER),
    )
    return replace(built, policy=policy)


def made_up_bytes(name: str, count: int) -> bytes:
    """Give bytes that follow from a name, the same each time."""
    return hashlib.shake_256(name.encode()).digest(count)


def public_key_of(builder: RecordBuilder, name: str) -> bytes:
    """Give a key's SubjectPublicKeyInfo (DER); of a copy its original's."""
    kind = builder.script.key_kind(name)
    if kind.algorithm.is_rsa:
        # A modulus that nobody can factor, for nobody needs to.
        odd = int.from_bytes(made_up_bytes(name, kind.algorithm.bits // 8), "big") | 1
        modulus = odd | 1 << (kind.algorithm.bits - 1)
        return encode_spki(rsa.RSAPublicNumbers(65537, modulus).public_key())
    return encode_spki(_key_of(builder, name).public_key())


def _key_of(builder: RecordBuilder, name: str) -> SoftwareKey:
    original = builder.script.thing(name).copy_of or name
    return SoftwareKey(builder.forgery.key_of(name) or original)


def make_key(builder: RecordBuilder, step: Step) -> None:
    """Make a key of any kind; one that has a profile as the certificate's key is."""
    name = str(step.parameters["key"])
    if builder.script.thing(name).profile:
        generate_key(builder, step)
        return
    op = begin(builder, step, _intent(builder, step))
    _finish(builder, step, op, {}, {})


def _intent(builder: RecordBuilder, step: Step) -> Intent:
    name = str(step.parameters["key"])
    thing, kind = builder.script.thing(name), builder.script.key_kind(name)
    demands = demanded_of(kind, ATTRIBUTES)
    return Intent(
        step.verb,
        thing.token,
        f"S-{thing.token}",
        thing=name,
        label=name,
        algorithm=kind.algorithm,
        attributes=tuple(Asked(key, value) for key, value in demands.items()),
    )


def _finish(
    builder: RecordBuilder,
    step: Step,
    op: OperationId,
    parts: Mapping[str, Any],
    files: Mapping[str, bytes],
) -> None:
    """Tell of a key that came into its token, with the list of what is in it then."""
    name = str(step.parameters["key"])
    thing, kind = builder.script.thing(name), builder.script.key_kind(name)
    taken, contents = list_token(builder, thing.token, op)
    told = {
        "label": name,
        "cka_id": op,
        "algorithm": kind.algorithm.value,
        "size": kind.algorithm.bits,
        "attributes": _found(builder, name),
        "mechanism": "absent",
    }
    parts, contents = dict(parts), {**contents, **files}
    if kind.algorithm.is_secret:
        if step.verb == "key.generate":
            told["mechanism"] = "CKM_AES_KEY_GEN"
        parts["secret_key"] = SecretKeyMade(**told)
    else:
        if step.verb == "key.generate":
            rsa_pair = kind.algorithm.is_rsa
            told["mechanism"] = f"CKM_{'RSA_PKCS' if rsa_pair else 'EC'}_KEY_PAIR_GEN"
        spki = public_key_of(builder, name)
        contents[f"public-key-{name}.der"] = spki
        parts["key"] = KeyMade(
            **told,
            public_key=canonical.digest(spki),
            key_identifier=key_identifier(spki).hex(),
        )
    outcome = Outcome(
        step.verb,
        thing.token,
        f"S-{thing.token}",
        Result.DONE,
        thing=name,
        inventory=taken,
        **parts,
    )
    end(builder, step, op, outcome, contents)


def _found(builder: RecordBuilder, name: str) -> tuple[AttributeFound, ...]:
    demands = demanded_of(builder.script.key_kind(name), ATTRIBUTES)
    return tuple(
        AttributeFound(
            key,
            value,
            "false" if key == "CKF_HW_SLOT" else value,
            passed=key != "CKF_HW_SLOT",
            waived=key == "CKF_HW_SLOT",
        )
        for key, value in demands.items()
    )


def wrap_key(builder: RecordBuilder, step: Step) -> None:
    """Let a key leave its token; a pair proves that it is the one."""
    key, under, method = (str(step.parameters[n]) for n in ("key", "under", "method"))
    token = builder.script.thing(key).token
    secret = builder.script.key_kind(key).algorithm.is_secret
    intent = Intent(
        step.verb,
        token,
        f"S-{token}",
        thing=key,
        algorithm=method,
        under=under,
    )
    op = begin(builder, step, intent)
    rsa_bytes = builder.script.key_kind(under).algorithm.bits // 8
    length = rsa_bytes if method.startswith("rsa") else 80
    blob = builder.forgery.blob(key, made_up_bytes(f"{key} {under}", length))
    files = {free_name(builder, f"wrapped-{key}", ".bin"): blob}
    proof = None
    if not secret:
        proof, more = _prove(builder, key, op, builder.state.keys[key].cka_id)
        files |= more
    taken, contents = list_token(builder, token, "")
    outcome = Outcome(
        step.verb,
        token,
        f"S-{token}",
        Result.DONE,
        thing=key,
        inventory=taken,
        wrapped=KeyWrapped(
            under, method, MECHANISMS[method], canonical.digest(blob), len(blob)
        ),
        proof=proof,
    )
    end(builder, step, op, outcome, {**contents, **files})


def _prove(
    builder: RecordBuilder, name: str, op: OperationId, cka_id: str
) -> tuple[ProofMade, dict[str, bytes]]:
    """Sign what follows from the intent, which is the last leaf."""
    token = builder.script.thing(name).token
    challenge = proof_challenge(builder.hashes[-1], op)
    message = proof_message(f"S-{token}", OperationId(cka_id), challenge)
    signer = SoftwareKey(builder.forgery.signs_as(name))
    if builder.forgery.signs_as(name) == name:
        signer = _key_of(builder, name)
    signature = signer.sign(message)
    files = {
        free_name(builder, f"key-proof-{name}", ".txt"): message,
        free_name(builder, f"key-proof-{name}", ".sig"): signature,
    }
    proof = ProofMade(
        canonical.digest(message),
        canonical.digest(signature),
        canonical.digest(public_key_of(builder, name)),
        "CKM_ECDSA",
    )
    return proof, files


def restore_key(builder: RecordBuilder, step: Step) -> None:
    """Restore a copy from its original's last blob; a pair proves that it is one."""
    key, under = str(step.parameters["key"]), str(step.parameters["under"])
    wrapped = blob_for(builder.state, key, under)
    if wrapped is None:
        raise ValueError(f"the script wraps nothing for {key}")
    intent = replace(
        _intent(builder, step),
        algorithm=wrapped.method,
        under=under,
        blob=wrapped.blob,
    )
    op = begin(builder, step, intent)
    original = builder.script.thing(key).copy_of
    parts: dict[str, object] = {
        "restored": KeyRestored(original, under, wrapped.method, wrapped.blob)
    }
    files: dict[str, bytes] = {}
    if not builder.script.key_kind(key).algorithm.is_secret:
        parts["proof"], files = _prove(builder, key, op, op)
    _finish(builder, step, op, parts, files)


def find_check_value(builder: RecordBuilder, step: Step) -> None:
    """Give the check value that the original and its copy have."""
    key = str(step.parameters["key"])
    token = builder.script.thing(key).token
    method = builder.script.key_kind(key).check_value
    intent = Intent(step.verb, token, f"S-{token}", thing=key, algorithm=method)
    op = begin(builder, step, intent)
    taken, contents = list_token(builder, token, "")
    original = builder.script.thing(key).copy_of or key
    value = made_up_bytes(f"check value {original}", 5).hex()
    known = earlier_check_value(builder.state, key)
    value = known.value if known is not None else value
    outcome = Outcome(
        step.verb,
        token,
        f"S-{token}",
        Result.DONE,
        thing=key,
        inventory=taken,
        check_value=CheckValueFound(method, value, "CKM_AES_CMAC"),
    )
    end(builder, step, op, outcome, contents)
