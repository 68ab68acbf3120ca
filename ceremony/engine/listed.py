"""What a CA's key may revoke by name: its own certificates, and those of keys before.

A CA that has changed its key goes on with its lists. Everybody takes a list to be about
the certificates whose issuer's name it bears, whichever of that CA's keys has signed
them.

Source: RFC 5280, section 6.3.3, (b).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ceremony.engine.revocation import certificate_of_key, read_revoked
from ceremony.engine.state import State
from ceremony.engine.succession import certificate_before, keys_before, signer_of
from ceremony.engine.transcript import Line
from ceremony.errors import RefusedError
from ceremony.hexadecimal import serial_text
from ceremony.script.model import Step

OF_ANOTHER: Final = "ENGINE-CRL-01"


def verify_listed(step: Step, state: State, key: str, items: Iterable[str]) -> None:
    """Insist that what a list revokes by name is its issuer's, as the record shows.

    Args:
        step: The step.
        state: The state.
        key: The key that signs the list, by name.
        items: What it revokes, as the script has it.

    Raises:
        RefusedError: ``ENGINE-CRL-01``.
        ValueError: An item is of another form.
    """
    named = [told for told in map(read_revoked, items) if told.certificate]
    if not certificate_of_key(state, key) or any(
        not is_its_issuers(state, key, told.certificate) for told in named
    ):
        raise RefusedError(
            OF_ANOTHER,
            f"Step {step.id} signs with {key}, which has no certificate yet, or "
            "revokes one that neither it has issued nor, as the record shows, a key "
            "that its CA had before.",
            meaning="Nothing was signed.",
            remedy="Carry out the steps that make them first; where the CA has "
            "another key since, name the certificates of both in the script.",
        )


def is_its_issuers(state: State, key: str, certificate: str) -> bool:
    """Tell whether a list of a key is about a certificate, as the record shows.

    Args:
        state: The state.
        key: The key, by name; it has its certificate.
        certificate: The certificate, by name; an unknown one is nobody's.
    """
    made = state.certificates.get(certificate)
    if made is None or made.issuer_thing == key:
        return made is not None
    own = state.certificates[certificate_of_key(state, key)]
    before = keys_before(state, own.public_key)
    return made.issuer == own.subject and signer_of(state, certificate) in before


def before_lines(state: State, key: str, items: Iterable[str]) -> Iterator[Line]:
    """Tell of what a list revokes by name which a key before its own has signed.

    Args:
        state: The state.
        key: The key that has signed the list, by name.
        items: What it revokes, as the script has it.
    """
    for name in (told.certificate for told in map(read_revoked, items)):
        made = state.certificates.get(name)
        if made is None or made.issuer_thing == key:
            continue
        before = certificate_before(state, key, signer_of(state, name))
        if before:
            yield Line(
                "revokes", f"{_title(state, name)}, serial {serial_text(made.serial)}"
            )
            told = f"the key before, that of {_title(state, before)}"
            yield Line("signed by", told)


def _title(state: State, name: str) -> str:
    return state.script.thing(name).title
