"""What the review card says of a certificate that is renewed or cross-signed.

The record has it: nothing of it is read from the script alone, so that people compare
what will really be renewed with the certificate that they hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ceremony.conduct.conductor import Conductor
from ceremony.conduct.key_view import Row
from ceremony.digest_words import rows
from ceremony.engine.batch import ISSUE
from ceremony.engine.earlier import origin_of
from ceremony.engine.facts import CertificateMade
from ceremony.engine.renewal import renewed_by
from ceremony.engine.revocation import CROSS_SIGN
from ceremony.engine.state import State
from ceremony.engine.steps.certificate import SELF_SIGN
from ceremony.hexadecimal import serial_text
from ceremony.identifiers import Digest
from ceremony.pki.certificate import name_text
from ceremony.pki.naming import subject_name
from ceremony.pki.script_profile import certificate_profile
from ceremony.script.model import Step

SEVERAL: Final = 2

TIED: Final = "\u00a0"
"""A space at which no line ends."""


def told_of_renewed(conductor: Conductor, step: Step) -> list[Row]:
    """Tell which certificate a step renews or cross-signs, by all that tells it apart.

    Args:
        conductor: The ceremony.
        step: The step.

    Returns:
        Title, serial number, subject, issuer and SHA-256, in hexadecimal and in words,
        of each; of a batch how many it has. Nothing of a step that does neither.
    """
    state = conductor.state
    if step.verb == CROSS_SIGN:
        of = str(step.parameters["of"])
        made = state.certificates.get(of)
        return _rows(state, "Cross-signs", of, made) if made is not None else []
    asked = str(step.parameters.get("request", ""))
    # Which of several certificates a request renews its own words say.
    several = len(renewed_by(conductor.script, asked)) >= SEVERAL
    verb = "Renews one of" if several else "Renews"
    told: list[Row] = []
    for name in renewed_by_step(conductor, step):
        made = state.certificates.get(name)
        told += _rows(state, verb, name, made) if made else _batch(state, verb, name)
    return told


def renewed_by_step(conductor: Conductor, step: Step) -> tuple[str, ...]:
    """Name the certificates and batches of which a step renews one, or some.

    Args:
        conductor: The ceremony.
        step: The step.

    Returns:
        What the script lets its request renew, and the earlier certificates of the key
        and name that it certifies; nothing of a step that issues no certificate.
    """
    if step.verb not in (ISSUE, SELF_SIGN):
        return ()
    asked = str(step.parameters.get("request", ""))
    named = renewed_by(conductor.script, asked)
    return tuple(dict.fromkeys((*named, *_of_same_key(conductor, step, asked))))


def _of_same_key(conductor: Conductor, step: Step, asked: str) -> Iterator[str]:
    """Name the earlier certificates of the key and name that are to be certified."""
    state = conductor.state
    known = (
        state.keys.get(str(step.parameters["key"]))
        if step.verb == SELF_SIGN
        else state.requests.get(asked)
    )
    if known is None:
        return
    whose = (known.public_key, _subject(conductor, step))
    for told in state.earlier:
        old = told.outcome.certificate
        if old is not None and (old.public_key, old.subject) == whose:
            yield told.thing


def _subject(conductor: Conductor, step: Step) -> str:
    """Give the subject that the new certificate will have."""
    thing = conductor.script.thing(str(step.parameters["certificate"]))
    profile = certificate_profile(conductor.script, thing.profile)
    return name_text(subject_name(profile, thing.given))


def _rows(state: State, verb: str, name: str, made: CertificateMade) -> list[Row]:
    return [
        (verb, state.script.thing(name).title, False),
        ("Its serial", serial_text(made.serial), True),
        ("Its subject", made.subject, True),
        ("Its issuer", made.issuer, True),
        ("Its SHA-256", made.digest, True),
        ("In words", _in_words(made.digest), False),
    ]


def _in_words(digest: Digest) -> str:
    """Write a digest in its eight numbered rows of words; no line ends in a row."""
    return ", ".join(
        TIED.join((f"{number}", *row))
        for number, row in enumerate(rows(bytes.fromhex(digest)), start=1)
    )


def _batch(state: State, verb: str, name: str) -> list[Row]:
    """Tell of which batch each request renews one."""
    told = origin_of(state, name)
    part = told.outcome.part if told is not None else None
    if part is None:
        return []
    title = state.script.thing(name).title
    count = part.first + part.count - 1
    return [(verb, f"certificates of {title}, which has {count}", False)]
