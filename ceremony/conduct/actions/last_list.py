"""Whether a list is its issuer's next, by all that the site's journal knows."""

from __future__ import annotations

from ceremony.conduct.conductor import Conductor
from ceremony.conduct.renewable import keys_of_ca
from ceremony.engine.kept import keys_of_issuer
from ceremony.engine.steps.crl import CrlParameters
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest, Mode
from ceremony.register.projection import project
from ceremony.register.used_number import Issuer, last_number, listed_since


def verify_last(conductor: Conductor, wanted: CrlParameters, issuer: str) -> None:
    """Insist that a list is its issuer's next, whichever of its keys signed the last.

    Args:
        conductor: The ceremony.
        wanted: The list.
        issuer: The name in its issuer's certificate.

    Raises:
        RefusedError: ``CONDUCT-CRL-01``: its number is not above every one;
            ``CONDUCT-CRL-05``: another ceremony has signed one since this one was
            opened. The device is not asked.
    """
    journal = conductor.log.journal
    events = (
        event for ceremony in journal.ceremonies() for event in journal.events(ceremony)
    )
    tables = project(sorted(events, key=lambda event: event.seq))
    who = _issuer(conductor, wanted.key, issuer)
    last = last_number(tables, who)
    if wanted.number <= last:
        raise RefusedError(
            "CONDUCT-CRL-01",
            f"The list {wanted.crl} has the number {wanted.number}, and the journal "
            f"knows one of {issuer} with the number {last}.",
            meaning="Nothing was signed: whoever has the other list would not take "
            "this one for the newer.",
            remedy="Give a number above it in the script and have it approved again.",
        )
    begun = conductor.facts[0].event.seq
    other = listed_since(tables, who, conductor.ceremony, begun)
    if other:
        raise RefusedError(
            "CONDUCT-CRL-05",
            f"{other} has signed a list of {issuer} since this ceremony was opened: "
            f"the list {wanted.crl} knows nothing of what that one revokes.",
            meaning="Nothing was signed: this list would be taken for the newer, and "
            "what the other one revokes would be good again.",
            remedy="Abandon this ceremony. Have the script name what that list revokes "
            "and approved again, and open another.",
        )


def _issuer(conductor: Conductor, key: str, name: str) -> Issuer:
    """Give an issuer with every key that it has, by the record and by the journal.

    A key that another ceremony has given it since this one was opened is among them.

    Args:
        conductor: The ceremony.
        key: The key that signs, by its name in the script.
        name: The issuer's name in its certificate.
    """
    state, history = conductor.state, conductor.log.history
    is_live = state.opened is not None and state.opened.mode is Mode.LIVE
    mode = Mode.LIVE if is_live else Mode.REHEARSAL
    keys = map(Digest, keys_of_issuer(state, key))
    beside = frozenset().union(*(keys_of_ca(history, each, mode) for each in keys))
    return Issuer(name, state.keys[key].public_key, live=is_live, beside=beside)
