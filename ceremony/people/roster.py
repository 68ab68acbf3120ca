"""Who holds which role in one ceremony, and with which key they sign.

Invariants (kept by :func:`ceremony.people.quorum.verify_roster`):
    * One person holds one seat; one key and one token serve one person.
"""

from __future__ import annotations

from dataclasses import dataclass

from ceremony.identifiers import Digest, PersonId, Role, RoleKind


@dataclass(frozen=True, slots=True)
class Seat:
    """One person in one role.

    Attributes:
        person: The person's id.
        role: The role that the person holds.
        kind: The role's kind.
        name: Commitment to the person's name (ceremony.journal.private).
        initials: The mark that the person's initials are typed as, e.g. ``SL``.
        certificate: SHA-256 of the enrolled certificate (DER).
        key: SHA-256 of the enrolled key's SubjectPublicKeyInfo (DER).
        token: Serial of the person's signing token.
    """

    person: PersonId
    role: Role
    kind: RoleKind
    name: Digest
    initials: str
    certificate: Digest
    key: Digest
    token: str
