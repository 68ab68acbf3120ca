"""A made-up site for tests: people, keys in software, certificates and policies.

Every key follows from a name, so that the same site is made each time. Nobody must
ever rely on such a key: whoever reads this file has it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final, NoReturn

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import canonical
from ceremony.identifiers import Digest, Mode, Origin, PersonId, Role, RoleKind
from ceremony.journal.note import make_vkey
from ceremony.pack.policy import SOFTWARE_WAIVER, TrustedPerson, TrustPolicy
from ceremony.people.attestation import Level
from ceremony.people.roster import Seat
from ceremony.pki.certificate import encode_spki, fingerprint
from ceremony.pki.evidence_ca import Term
from ceremony.pki.order import serial_number
from tests.fakes.plain_evidence_ca import certify_evidence_ca, certify_signer

ORIGIN: Final = Origin("key-ceremony.example/small/rehearsal")
BEGUN: Final = date(2026, 1, 5)

P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

PEOPLE: Final = (
    ("a-01", "administrator", RoleKind.CONTROL, "Ada Example", "AE"),
    ("s-01", "security-officer", RoleKind.CONTROL, "Sam Example", "SE"),
    ("w-01", "internal-witness", RoleKind.WITNESS, "Wim Example", "WE"),
    ("x-01", "auditor", RoleKind.EXTERNAL, "Xenia Example", "XE"),
    ("c-01", "custodian", RoleKind.CONTROL, "Cy Uno", "CU"),
    ("c-02", "custodian", RoleKind.CONTROL, "Di Due", "DD"),
    ("c-03", "custodian", RoleKind.CONTROL, "Ed Tre", "ET"),
)

ATTRIBUTES: Final[Mapping[str, str]] = {
    "CKA_TOKEN": "true",
    "CKA_PRIVATE": "true",
    "CKA_SENSITIVE": "true",
    "CKA_EXTRACTABLE": "false",
    "CKA_ALWAYS_SENSITIVE": "true",
    "CKA_NEVER_EXTRACTABLE": "true",
    "CKA_LOCAL": "true",
    "CKA_SIGN": "true",
    "CKA_DECRYPT": "false",
    "CKA_UNWRAP": "false",
    "CKA_DERIVE": "false",
    "CKF_HW_SLOT": "true",
}
"""What the made-up site demands of a key; the last fails on software."""

SIGNING = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


class SoftwareKey(ec.EllipticCurvePrivateKey):
    """A P-256 key that signs the same bytes with the same signature."""

    def __init__(self, name: str) -> None:
        number = int.from_bytes(hashlib.sha512(name.encode()).digest(), "big")
        self._key = ec.derive_private_key(number % (P256_ORDER - 1) + 1, ec.SECP256R1())

    def sign(self, data: object, *_: object) -> bytes:
        return self._key.sign(data, SIGNING)

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._key.public_key()

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._key.curve

    @property
    def key_size(self) -> int:
        return self._key.key_size

    def exchange(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this key only signs")

    def private_numbers(self) -> NoReturn:
        raise TypeError("this key only signs")

    def private_bytes(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this key only signs")

    def __copy__(self) -> SoftwareKey:
        return self

    def __deepcopy__(self, memo: object) -> SoftwareKey:
        return self


def ed25519_key(name: str) -> ed25519.Ed25519PrivateKey:
    """Make the Ed25519 key that a name stands for."""
    return ed25519.Ed25519PrivateKey.from_private_bytes(
        hashlib.sha256(name.encode()).digest()
    )


@dataclass(frozen=True)
class Person:
    """One person with their key.

    Attributes:
        sign: Signs with the person's key: Ed25519 for custodians, else ECDSA (DER).
        cosigner: The key as a C2SP verifier key; empty for an ECDSA key.
    """

    id: PersonId
    role: Role
    kind: RoleKind
    name: str
    initials: str
    certificate: x509.Certificate
    sign: Callable[[bytes], bytes] = field(repr=False)
    cosigner: str = ""

    @cached_property
    def der(self) -> bytes:
        """Give the certificate: DER."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def opening(self) -> dict[str, canonical.Json]:
        """Give the opening of the commitment to the name."""
        return {
            "label": f"person/{self.id}",
            "salt": hashlib.sha256(f"salt {self.id}".encode()).hexdigest(),
            "value": {"name": self.name, "organisation": "Little Example Ltd"},
        }

    @cached_property
    def seat(self) -> Seat:
        """Give the person's seat."""
        return Seat(
            person=self.id,
            role=self.role,
            kind=self.kind,
            name=canonical.digest(canonical.encode(self.opening)),
            initials=self.initials,
            certificate=fingerprint(self.certificate),
            key=canonical.digest(encode_spki(self.certificate.public_key())),
            token=f"T-{self.id}",
        )


class Site:
    """The made-up site, the same each time it is made.

    Args:
        origin: The name of its journal.
        begun: The first day of its certificates; the CA's end 30 years later, the
            others 10.
        ended: Whose certificate began ten years before, and has ended by then.
    """

    def __init__(
        self, origin: Origin = ORIGIN, begun: date = BEGUN, ended: str = ""
    ) -> None:
        self.origin, self.begun, self.ended = origin, begun, ended
        self.ca_key = SoftwareKey("evidence ca")
        self.ca = certify_evidence_ca(self._term("Evidence CA", 30), self.ca_key)
        self.log_key = ed25519_key("log")
        self.log_vkey = make_vkey(origin, self.log_key.public_key())
        self.seal_key = SoftwareKey("seal")
        self.seal = self._certify("Pack seal", self.seal_key.public_key())
        self.people = tuple(
            self._person(PersonId(person), Role(role), kind, name, initials)
            for person, role, kind, name, initials in PEOPLE
        )

    @property
    def seal_der(self) -> bytes:
        """Give the seal's certificate: DER."""
        return self.seal.public_bytes(Encoding.DER)

    def signer(self, name: str) -> tuple[ed25519.Ed25519PrivateKey, str]:
        """Give a log key by name, with its verifier key under this origin."""
        key = ed25519_key(name)
        return key, make_vkey(self.origin, key.public_key())

    def person(self, person: PersonId) -> Person:
        """Find a person by id."""
        return {known.id: known for known in self.people}[person]

    def _certify(
        self, name: str, key: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
    ) -> x509.Certificate:
        return certify_signer(self._term(name, 10), key, ca=self.ca, ca_key=self.ca_key)

    def _term(self, name: str, years: int) -> Term:
        random = hashlib.sha256(f"serial {name}".encode()).digest()[:16]
        begun = self.begun
        if name == self.ended:
            begun = begun.replace(year=begun.year - years)
        return Term(name, begun, years, serial_number(random))

    def _person(
        self, person: PersonId, role: Role, kind: RoleKind, name: str, initials: str
    ) -> Person:
        if role == "custodian":
            key = ed25519_key(person)
            return Person(
                person,
                role,
                kind,
                name,
                initials,
                self._certify(person, key.public_key()),
                key.sign,
                make_vkey(person, key.public_key(), cosigner=True),
            )
        signer = SoftwareKey(person)
        return Person(
            person,
            role,
            kind,
            name,
            initials,
            self._certify(person, signer.public_key()),
            lambda message: signer.sign(message, SIGNING),
        )

    def policy(self, script: Digest) -> TrustPolicy:
        """Give a trust policy that accepts an honest rehearsal of this site."""
        return TrustPolicy(
            version=1,
            origin=self.origin,
            valid_from=date(2026, 1, 1),
            valid_to=date(2030, 12, 31),
            log_key=self.log_vkey,
            seal_certificates=(fingerprint(self.seal),),
            ca_certificates=(self.ca.public_bytes(Encoding.PEM).decode(),),
            people=tuple(
                TrustedPerson(
                    known.id,
                    known.name,
                    (known.role,),
                    known.seat.key,
                    known.seat.certificate,
                    known.cosigner,
                )
                for known in self.people
            ),
            quorum_role=Role("custodian"),
            quorum_need=2,
            levels={Role("security-officer"): Level.A3, Role("custodian"): Level.A2},
            required_roles=(Role("internal-witness"), Role("security-officer")),
            modes=(Mode.LIVE, Mode.REHEARSAL),
            scripts=(script,),
            attributes=ATTRIBUTES,
            report_signers=(Role("security-officer"), Role("auditor")),
            waivers=(SOFTWARE_WAIVER,),
        )


def site_policy_toml() -> bytes:
    """Give the site policy that belongs to the site, as TOML."""
    lines = [
        'organisation = "Little Example Ltd"',
        'approvers = ["security-officer"]',
        "[roles]",
        *(f'{role} = "{kind}"' for role, kind in {p[1]: p[2] for p in PEOPLE}.items()),
        "[levels]",
        'security-officer = "A3"',
        'custodian = "A2"',
    ]
    for name, expected in ATTRIBUTES.items():
        lines += ["[[attribute]]", f'name = "{name}"', f'expected = "{expected}"']
        if name == "CKF_HW_SLOT":
            lines.append("waivable = true")
    return ("\n".join(lines) + "\n").encode()
