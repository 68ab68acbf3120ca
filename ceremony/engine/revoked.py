"""Which certificates are revoked for good by the lists that a ceremony knows.

Known are the lists that the ceremony has signed, and the last one of each key that it
was told of at its opening: a list keeps what the one before it revokes for good. A CA
that has changed its key goes on with its lists: they revoke what the key before has
signed as well, since everybody tells issuers apart by name.

Source: RFC 5280, section 5.3.1: a certificate on hold may be released again; section
6.3.3, (b): a list is about the certificates whose issuer's name it bears.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from ceremony.engine.facts import CrlMade, EarlierFound, Fact, Outcome
from ceremony.engine.state import State
from ceremony.engine.succession import keys_before
from ceremony.pki.crl_profile import Reason


@dataclass(frozen=True, slots=True)
class Revoked:
    """What lists revoke for good.

    Attributes:
        reasons: Why, by the issuer's public key (SHA-256), then by serial number (hex,
            32 digits or more).
    """

    reasons: Mapping[str, Mapping[str, str]]

    def by(self, issuer_key: str | None) -> Mapping[str, str]:
        """Give why each certificate of an issuer is revoked, by its serial number.

        Args:
            issuer_key: SHA-256 of the public key that has signed them; None or empty
                where nobody knows it.
        """
        return self.reasons.get(issuer_key or "", {})


NOTHING_REVOKED: Final = Revoked({})


def nothing_before(_: str) -> Collection[str]:
    """Give no keys: nobody has changed any."""
    return ()


def revoked_in(
    crls: Iterable[CrlMade],
    before: Callable[[str], Collection[str]] = nothing_before,
) -> Revoked:
    """Give what lists revoke for good; the reason of the newest list holds.

    Args:
        crls: The lists.
        before: Gives the keys (SHA-256) that a CA had before the one that has signed a
            list; see ``succession.keys_before``.
    """
    reasons: dict[str, dict[str, str]] = {}
    for crl in sorted(crls, key=lambda crl: crl.number):
        for key in (crl.issuer_key, *before(crl.issuer_key)):
            known = reasons.setdefault(key, {})
            for entry in crl.revoked:
                if entry.reason != Reason.CERTIFICATE_HOLD:
                    known[entry.serial] = entry.reason
    return Revoked(reasons)


def revoked_by_now(state: State) -> Revoked:
    """Give what the lists revoke that a ceremony knows by now."""
    before = (fact.outcome.crl for fact in state.earlier)
    told = (crl for crl in before if crl is not None)
    return revoked_in([*told, *state.crls.values()], partial(keys_before, state))


def lists_in(facts: Iterable[Fact]) -> Iterator[CrlMade]:
    """Give the lists that facts tell of, in their order."""
    for fact in facts:
        done = fact.outcome if isinstance(fact, EarlierFound) else fact
        if isinstance(done, Outcome) and done.crl is not None:
            yield done.crl
