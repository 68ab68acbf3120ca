"""The trust policy: what a verifier holds to be true before it opens a pack.

It comes out of band and never from the pack; the copy in a pack only informs.

Invariants:
    * A key stands once in a version of the policy, whatever it is used for: this
      is also a defence against one person in two roles.
    * No two names in it look alike.
    * Where it says nothing about modes, it accepts live ceremonies only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from ceremony.identifiers import Digest, Mode, Origin, PersonId, Role, Stance
from ceremony.people.attestation import Level

SOFTWARE_WAIVER: Final = "software-tokens-in-rehearsal"
COPIES_WAIVER: Final = "wrapped-copies"
WAIVERS: Final = (SOFTWARE_WAIVER, COPIES_WAIVER)
"""What a policy may waive; the verdict names each waiver that was used."""


@dataclass(frozen=True, slots=True)
class TrustedPerson:
    """One person whose signatures the policy knows.

    Attributes:
        id: The person's id, as in leaves.
        name: The name as printed.
        roles: The roles that the person may hold, 1 or more.
        key: SHA-256 of the signing key's SubjectPublicKeyInfo (DER).
        certificate: SHA-256 of the enrolled certificate (DER).
        cosigner: The cosigning key as a C2SP verifier key; may be empty.
    """

    id: PersonId
    name: str
    roles: tuple[Role, ...]
    key: Digest
    certificate: Digest
    cosigner: str = ""


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """What a verifier trusts, and what it demands.

    Attributes:
        version: 1 and up; a later one replaces it.
        origin: The journal's name in checkpoints.
        valid_from: First day; likewise ``valid_to``, the last.
        log_key: The log key as a C2SP verifier key.
        seal_certificates: SHA-256 of pack seal certificates (DER), 1 or more.
        ca_certificates: CA certificates above people and seal, PEM, 1 or more.
        people: Everybody whose signature counts.
        quorum_role: The role that counts towards the people's quorum.
        quorum_need: How many of them, 1 or more.
        levels: The lowest level that is accepted, by role; others: any.
        required_roles: Roles without whose attestation nothing is verified.
        modes: Accepted modes.
        scripts: SHA-256 of approved scripts; empty accepts any and says so.
        attributes: What a key attribute has to be, by name.
        absent: What holds where a token does not tell such an attribute; others: it
            fails.
        reported_wrongly: What holds where a token tells something else; others: it
            fails.
        apart: Sets of usages, 2 or more each, of which a key may have one at most.
        report_signers: Roles whose report signature is demanded.
        waivers: Some of :data:`WAIVERS`.
    """

    version: int
    origin: Origin
    valid_from: date
    valid_to: date
    log_key: str
    seal_certificates: tuple[Digest, ...]
    ca_certificates: tuple[str, ...]
    people: tuple[TrustedPerson, ...]
    quorum_role: Role
    quorum_need: int
    levels: Mapping[Role, Level]
    required_roles: tuple[Role, ...]
    modes: tuple[Mode, ...]
    scripts: tuple[Digest, ...]
    attributes: Mapping[str, str]
    report_signers: tuple[Role, ...]
    waivers: tuple[str, ...]
    absent: Mapping[str, Stance] = field(default_factory=dict)
    reported_wrongly: Mapping[str, Stance] = field(default_factory=dict)
    apart: tuple[tuple[str, ...], ...] = ()

    def person(self, person: PersonId) -> TrustedPerson:
        """Find a person.

        Raises:
            KeyError: The policy does not know the person.
        """
        return {trusted.id: trusted for trusted in self.people}[person]

    def minimum_level(self, role: Role) -> Level:
        """Give the lowest level accepted of a role: A0 where none is named."""
        return self.levels.get(role, Level.A0)
