"""What the review card says of a key that a step makes, wraps, restores or checks."""

from __future__ import annotations

from typing import Final

from ceremony.conduct.conductor import Conductor
from ceremony.engine.backup import blob_for
from ceremony.engine.change import MAKES_KEY
from ceremony.engine.steps.contingency import METHOD
from ceremony.script.key_kind import Algorithm, KeyKind
from ceremony.script.model import Step

KEY_VERBS: Final = (*MAKES_KEY, "key.wrap", "key.wrap-public", "key.check-value")

Row = tuple[str, str, bool]
"""Label, value, and whether the value is an identifier."""


def told_of_key(conductor: Conductor, step: Step) -> list[Row]:
    """Tell what a device is asked to do with a key of the script."""
    name = str(step.parameters["key"])
    script, kind = conductor.script, conductor.script.key_kind(name)
    if step.verb == "key.wrap":
        return [
            ("Key", script.thing(name).title, False),
            _under(conductor, step),
            ("Method", str(step.parameters["method"]), True),
        ]
    if step.verb == "key.wrap-public":
        made = conductor.state.keys.get(name)
        return [
            ("Public key", script.thing(name).title, False),
            ("SHA-256", made.public_key if made is not None else "none", True),
            _under(conductor, step),
            ("Method", METHOD, True),
        ]
    if step.verb == "key.check-value":
        return [
            ("Key", script.thing(name).title, False),
            ("Check value", f"of zeros, by {kind.check_value}", False),
        ]
    told: list[Row] = [
        ("Key label", name, True),
        ("Algorithm", algorithm_words(kind.algorithm), False),
    ]
    told += _may(kind)
    if step.verb == "key.unwrap":
        wrapped = blob_for(conductor.state, name, str(step.parameters["under"]))
        told += [
            ("Copy of", script.thing(kind.copy_of).title, False),
            _under(conductor, step),
            ("Blob", wrapped.blob if wrapped is not None else "none", True),
        ]
    elif script.thing(name).profile:
        told.append(("Profile", script.thing(name).profile, True))
    return told


def algorithm_words(algorithm: Algorithm) -> str:
    """Name an algorithm as a person reads it."""
    if algorithm.is_secret or algorithm.is_rsa:
        family, _, bits = algorithm.partition("-")
        return f"{family}, {bits} bits"
    return "Ed25519" if algorithm is Algorithm.ED25519 else f"ECDSA on NIST {algorithm}"


def _may(kind: KeyKind) -> list[Row]:
    """Tell use and copies where they are not what a signing key has by itself."""
    told: list[Row] = []
    if kind.use == "wrap":
        told.append(("Use", "to wrap and unwrap other keys", False))
    if kind.trusted:
        told.append(("Trusted", "the security officer makes it so", False))
    if kind.copies.may_leave:
        how = "wrapped" if kind.copies == "wrapped" else "wrapped by a trusted key only"
        told.append(("Copies", f"it may leave the token {how}", False))
    return told


def _under(conductor: Conductor, step: Step) -> Row:
    return ("Under", conductor.script.thing(str(step.parameters["under"])).title, False)
