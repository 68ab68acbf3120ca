"""The script as it is approved: acts, steps, roles, quorum and things by name.

It carries no PIN, no slot and no path: those stand in the site binding. It
decides nothing; ``ceremony.check`` says whether a script is sound, and
``ceremony.engine`` what may happen next.

Invariants (kept by ``script.decode``):
    * Acts, steps, roles and things have unique names.
    * A step's id is its act's id, a dot and a number.
    * ``Step.parameters`` holds only what the kind of step named by ``verb`` allows
      (``ceremony.check.form`` compares it with ``ceremony.engine.steps``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ceremony.canonical import Json
from ceremony.errors import Place
from ceremony.identifiers import Digest, Mode, Role, RoleKind, StepId
from ceremony.script.key_kind import (
    Algorithm,
    CheckMethod,
    KeyCopies,
    KeyKind,
    KeyUse,
)
from ceremony.script.waiver import Waiver


class ThingKind(StrEnum):
    """What a named thing is."""

    TOKEN = "token"  # noqa: S105  a kind of thing, no password
    KEY = "key"
    CERTIFICATE = "certificate"
    CRL = "crl"
    REQUEST = "request"
    REQUESTS = "requests"
    CERTIFICATES = "certificates"
    MEDIA = "media"
    BAG = "bag"
    EQUIPMENT = "equipment"


@dataclass(frozen=True, slots=True)
class RoleDemand:
    """One role that the script needs.

    Attributes:
        role: Its name, e.g. ``custodian``.
        kind: Control, witness or external.
        title: How it is printed, e.g. ``Key custodian``.
        count: How many people, 1 or more.
        functions: What the role does, by phase, one sentence each.
        during: Its responsibility during the ceremony.
        after: Its responsibility afterwards.
    """

    role: Role
    kind: RoleKind
    title: str
    count: int
    functions: tuple[str, ...]
    during: str
    after: str


@dataclass(frozen=True, slots=True)
class QuorumRule:
    """``need`` distinct people of the ``of`` people who hold ``role``."""

    role: Role
    need: int
    of: int


@dataclass(frozen=True, slots=True)
class Thing:
    """A token, key, bag or other thing by name.

    Attributes:
        name: How steps refer to it, e.g. ``root-hsm``.
        kind: What it is.
        title: How it is printed, e.g. ``Root OCA``.
        token: For a key: the name of the token it lives in; else empty.
        profile: For a key or certificate: the certificate profile's name; for a
            revocation list its own; else empty.
        common_name: For a key or certificate: the subject's CN; else empty.
        values: For a key or certificate: what else its profile leaves open.
        algorithm: For a key: as named; None where the script leaves it out, likewise
            ``use``, ``copies`` and ``check_value``. :meth:`Script.key_kind` fills in
            what is left out.
        copy_of: For a key that is restored from another one's wrapped blob: that
            one's name; else empty.
        trusted: For a wrapping key: whether the security officer makes it trusted.
        public_key: For a pair that exists already: SHA-256 of its
            SubjectPublicKeyInfo (DER), 64 hex digits; else empty.
        cka_id: For a secret key that exists already: its CKA_ID, 32 hex digits; else
            empty.
        sha256: For a certificate that exists already: its fingerprint; for a batch
            that does, SHA-256 of its results file: 64 hex digits; else empty.
    """

    name: str
    kind: ThingKind
    title: str
    token: str = ""
    profile: str = ""
    common_name: str = ""
    algorithm: Algorithm | None = None
    use: KeyUse | None = None
    copies: KeyCopies | None = None
    check_value: CheckMethod | None = None
    copy_of: str = ""
    values: tuple[tuple[str, str], ...] = ()
    trusted: bool = False
    public_key: str = ""
    cka_id: str = ""
    sha256: str = ""

    @property
    def is_earlier(self) -> bool:
        """Tell whether it exists already: an earlier ceremony has made it."""
        return bool(self.public_key or self.cka_id or self.sha256)

    @property
    def is_brought(self) -> bool:
        """Tell whether it is another CA's certificate, of no profile of this script."""
        return bool(self.sha256) and not self.profile

    @property
    def given(self) -> dict[str, str]:
        """Give what the script states of a certificate, by the profile's names."""
        named = {"common-name": self.common_name} if self.common_name else {}
        return named | dict(self.values)


@dataclass(frozen=True, slots=True)
class PolicyReference:
    """A document the ceremony stands on.

    Attributes:
        document: Its title.
        version: Its version.
        approval: Who approved it and under which reference.
        status: ``confirmed`` or ``unverified``.
    """

    document: str
    version: str
    approval: str
    status: str

    @property
    def is_confirmed(self) -> bool:
        """Tell whether whoever wrote the script has seen the document."""
        return self.status == "confirmed"


@dataclass(frozen=True, slots=True)
class OwnProfile:
    """A profile of the site's own, which lies beside the script.

    Attributes:
        file: Its flat name: the profile's name and ``.yaml``.
        digest: SHA-256 over the file's bytes.
        text: The file's text; None where it is not at hand.
    """

    file: str
    digest: Digest
    text: str | None = None

    @property
    def name(self) -> str:
        """Give the name by which a thing refers to it."""
        return self.file.removesuffix(".yaml")


@dataclass(frozen=True, slots=True)
class Reliance:
    """On what ground an unverified fact of a certificate profile is relied on.

    Attributes:
        profile: The profile's name.
        fact: The fact's name, e.g. ``validity``.
        by: Who confirms or accepts it: name and position.
        source: For a confirmation: where it was read; else empty.
        reason: For an acceptance: why it is relied on all the same; else empty.
    """

    profile: str
    fact: str
    by: str
    source: str = ""
    reason: str = ""

    @property
    def told(self) -> str:
        """Say it in one sentence."""
        ground = f"from {self.source}" if self.source else self.reason
        joint = ", " if self.source else ": "
        return f"{self.brief}{joint}{ground.removesuffix('.')}."

    @property
    def brief(self) -> str:
        """Say it without its ground, and without a full stop."""
        how = "confirmed" if self.source else "not confirmed, accepted"
        return f"Unverified: {self.profile}, {self.fact}: {how} by {self.by}"


@dataclass(frozen=True, slots=True)
class ExpectedItem:
    """What is still to come after the pack is sealed.

    Attributes:
        what: The item, e.g. ``Auditor's own report``.
        role: Who owes it.
        within_days: Due so many days after the ceremony, 0 to 3650.
    """

    what: str
    role: Role
    within_days: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a verb with its parameters, who acts, who initials, what is said.

    Attributes:
        id: e.g. ``3.2``.
        verb: The kind of step, e.g. ``key.generate``.
        text: The activity as read aloud and shown; plain text, parameters replaced.
        by: The role that performs it.
        initials: The roles whose initials close it, in printed order.
        meaning: For an attesting step: the attestation's meaning, else empty.
        expect: What is expected, for comparison; may be empty.
        say: What is said aloud word for word; may be empty.
        why: Why the step exists; may be empty.
        irreversible: True where the step cannot be undone.
        parameters: What the verb needs, by name.
        place: Where the step stands in its file.
    """

    id: StepId
    verb: str
    text: str
    by: Role
    initials: tuple[Role, ...]
    meaning: str
    expect: str
    say: str
    why: str
    irreversible: bool
    parameters: Mapping[str, Json]
    place: Place


@dataclass(frozen=True, slots=True)
class Act:
    """A part of the ceremony with one purpose.

    Attributes:
        id: Its number as text, ``1`` and up.
        title: How it is printed.
        reader: The role that reads the steps aloud.
        purpose: Why the act exists, one sentence.
        minutes: Planned length, 1 to 1440 minutes.
        steps: At least one.
    """

    id: str
    title: str
    reader: Role
    purpose: str
    minutes: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """The whole plan, as approved.

    Attributes:
        digest: SHA-256 over the file's bytes.
        raw: The file's bytes, UTF-8 YAML.
        modes: The modes it may run in.
        parameters: Values by name; already replaced in every text.
        separate: Pairs of roles that two different people must hold.
        witness_route: ``auditor`` or ``recording``.
        evidence: What is collected, one sentence each.
        hardware: Hardware and activation materials, one line each.
        storage: Where everything goes afterwards, one line each.
        unverified: On what ground each unverified fact of a profile is relied on.
        profiles: The profiles that lie beside it.
        waivers: What a second linter finds and is let be.
        environment: For which environment a profile's policies are meant; empty where
            the script does not say.
    """

    digest: Digest
    raw: bytes
    id: str
    version: str
    title: str
    purpose: str
    policies: tuple[PolicyReference, ...]
    modes: tuple[Mode, ...]
    parameters: Mapping[str, str]
    roles: tuple[RoleDemand, ...]
    quorum: QuorumRule
    separate: tuple[tuple[Role, Role], ...]
    things: tuple[Thing, ...]
    place: str
    entry_controls: str
    hardware: tuple[str, ...]
    evidence: tuple[str, ...]
    storage: tuple[str, ...]
    witness_route: str
    on_abort: str
    expected_items: tuple[ExpectedItem, ...]
    report_signers: tuple[Role, ...]
    acts: tuple[Act, ...]
    unverified: tuple[Reliance, ...] = ()
    profiles: tuple[OwnProfile, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    environment: str = ""

    @property
    def steps(self) -> tuple[Step, ...]:
        """Give every step in the order in which it is carried out."""
        return tuple(step for act in self.acts for step in act.steps)

    def thing(self, name: str) -> Thing:
        """Find a thing by name.

        Raises:
            KeyError: The script names no such thing.
        """
        for thing in self.things:
            if thing.name == name:
                return thing
        raise KeyError(name)

    def own_profile(self, name: str) -> OwnProfile | None:
        """Find a profile of the script's own by name; None where it has none."""
        return next((own for own in self.profiles if own.name == name), None)

    def key_kind(self, name: str) -> KeyKind:
        """Tell what kind of key a key of the script is; a copy is of its original's.

        Raises:
            KeyError: The script names no such key, or not the one it is a copy of.
        """
        key = self.thing(name)
        made = self.thing(key.copy_of) if key.copy_of else key
        return KeyKind(
            algorithm=made.algorithm or Algorithm.P_256,
            use=made.use or KeyUse.SIGN,
            copies=key.copies or KeyCopies.NEVER,
            check_value=made.check_value or CheckMethod.ZEROS,
            copy_of=key.copy_of,
            trusted=key.trusted,
        )

    def copies_of(self, name: str) -> tuple[str, ...]:
        """Name the keys that are copies of a key, in the script's order."""
        return tuple(thing.name for thing in self.things if thing.copy_of == name)

    def demand(self, role: Role) -> RoleDemand:
        """Find what the script says about a role.

        Raises:
            KeyError: The script names no such role.
        """
        for demand in self.roles:
            if demand.role == role:
                return demand
        raise KeyError(role)
