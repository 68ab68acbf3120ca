"""Make the site of the built-in rehearsal: fresh software tokens for everybody.

It sets up what a real site has long before a ceremony: two factory-new HSM tokens,
an evidence token with log key and seal key, a signing token for each person, and a
small CA that certifies their keys. PINs are random and stand in ``pins.toml``.

SoftHSMv2 stands three times in the binding, each with a store of its own: for the HSM,
for the evidence token and for people's tokens, which so never share a process.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    load_der_public_key,
)

from ceremony import canonical, library
from ceremony.clock import Clock
from ceremony.conduct.softhsm import write_configuration
from ceremony.hsm.hosted import HostedModule, HostedToken, open_module
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.identifiers import Mode, OperationId, Origin, PersonId, Role, Stance
from ceremony.journal.note import make_vkey
from ceremony.pack.binding import (
    EvidenceBinding,
    ModuleBinding,
    PersonBinding,
    PinSource,
    SiteBinding,
    TokenBinding,
)
from ceremony.pack.binding_file import encode_binding
from ceremony.pack.pins import EVIDENCE, save_pins
from ceremony.pack.policy import (
    COPIES_WAIVER,
    SOFTWARE_WAIVER,
    TrustedPerson,
    TrustPolicy,
)
from ceremony.pack.policy_file import encode_trust_policy
from ceremony.pack.roster_file import RosterPerson, decode_roster
from ceremony.pack.site_policy import decode_site_policy
from ceremony.pki.certificate import encode_certificate, spki_digest
from ceremony.pki.evidence_ca import (
    SEAL,
    SIGNER,
    SigningKey,
    Term,
    certify_evidence_ca,
    certify_signer,
)
from ceremony.pki.order import SERIAL_OCTETS, serial_number
from ceremony.script.decode import decode_script
from ceremony.script.model import Script, ThingKind
from ceremony.secret import Secret

HSM: Final = "hsm"
"""The binding's entry for the HSM's tokens; likewise ``PEOPLE`` for people's own."""
PEOPLE: Final = "people"
ORIGIN: Final = Origin("journal.northmoor.example")
YEARS: Final = 2
PIN_DIGITS: Final = 12

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Maker:
    """The one who sets the demo's site up.

    Attributes:
        modules: SoftHSMv2, loaded once for each entry of the binding.
        ca: The evidence CA's certificate.
        ca_key: Its key; forgotten when set-up ends.
        today: First day of every certificate.
    """

    modules: Mapping[str, HostedModule]
    ca: x509.Certificate
    ca_key: ec.EllipticCurvePrivateKey
    today: date
    user: dict[str, str]
    officer: dict[str, str]

    def token(self, module: str, name: str, label: str) -> HostedToken:
        """Make a token with label and PINs."""
        so_pin, pin = _new_pin(), _new_pin()
        self.officer[name], self.user[name] = so_pin, pin
        at = self.modules[module]
        with _secret(so_pin) as officer:
            token = at.token(at.initialise_free_slot(label, officer).serial)
        with _secret(so_pin) as officer, _secret(pin) as user:
            token.initialise(officer, label, user)
        return token

    def key(
        self, token: HostedToken, name: str, label: str, kind: KeyAlgorithm
    ) -> _Key:
        """Make a key pair in a token that this set-up made."""
        key_id = OperationId(secrets.token_hex(16))
        with _secret(self.user[name]) as pin, token.session(pin) as session:
            made = session.generate_key_pair(KeyOrder(label, key_id, kind))
        return _Key(key_id, made.public_key_der)

    def certify(self, common_name: str, key: _Key, profile: str = SIGNER) -> bytes:
        """Certify a key by an evidence profile; DER."""
        certificate = certify_signer(
            _term(common_name, self.today),
            key.public,
            ca=self.ca,
            ca_key=self.ca_key,
            profile=profile,
        )
        return certificate.public_bytes(Encoding.DER)


@dataclass(frozen=True, slots=True)
class _Key:
    id: str
    public_key_der: bytes

    @property
    def public(self) -> SigningKey:
        public = load_der_public_key(self.public_key_der)
        if not isinstance(public, SigningKey):
            raise TypeError(self.id)
        return public


def make_demo_site(
    folder: Path, clock: Clock, told: Told, *, module_path: Path, script: str = "demo"
) -> None:
    """Make the site's folder, its tokens and everything that stands beside them.

    Args:
        folder: Where it goes; it must not exist.
        clock: What day it is.
        told: Told what is being made.
        module_path: SoftHSMv2's PKCS#11 module.
        script: The built-in script to make the site for.

    Raises:
        DeviceError: The module is missing or refuses.
    """
    folder.mkdir(parents=True, mode=0o700)
    for name in library.FILES:
        (folder / name).write_bytes(library.load_file(script, name))
    plan = decode_script((folder / "script.yaml").read_bytes(), "script.yaml")
    people = decode_roster((folder / "roster.toml").read_bytes(), "roster.toml")
    today = clock.now().wall.date() - timedelta(days=1)
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca = certify_evidence_ca(_term("Evidence CA", today), ca_key)
    environments = {
        entry: write_configuration(folder / "tokens" / entry)
        for entry in (HSM, EVIDENCE, PEOPLE)
    }
    with ExitStack() as opened:
        modules = {
            entry: opened.enter_context(
                closing(open_module(module_path, sha256=None, environment=environment))
            )
            for entry, environment in environments.items()
        }
        maker = Maker(modules, ca, ca_key, today, {}, {})
        binding = _bind(maker, plan, people, told)
    site = SiteBinding(
        origin=ORIGIN,
        place=plan.place,
        modules=tuple(
            ModuleBinding(entry, module.path, module.digest, environments[entry])
            for entry, module in modules.items()
        ),
        tokens=binding.tokens,
        evidence=binding.evidence,
        people=binding.people,
        ca_file="evidence-ca.pem",
        evidence_ca=ca.public_bytes(Encoding.DER),
    )
    _write(folder, site, maker)
    policy = _trust(folder, site, plan, people, today)
    (folder / "trust-policy.toml").write_bytes(encode_trust_policy(policy))


@dataclass(frozen=True, slots=True)
class _Bound:
    tokens: tuple[TokenBinding, ...]
    evidence: EvidenceBinding
    people: tuple[PersonBinding, ...]


def _bind(
    maker: Maker, plan: Script, people: tuple[RosterPerson, ...], told: Told
) -> _Bound:
    tokens = []
    for thing in plan.things:
        if thing.kind is ThingKind.TOKEN:
            told(f"token for {thing.title}")
            token = maker.token(HSM, thing.name, f"factory {thing.name}"[:32])
            label = f"KC-REH-{thing.name.upper()}"[:32]
            tokens.append(
                TokenBinding(
                    thing.name, HSM, token.serial, label, PinSource.FIXED, thing.title
                )
            )
    told("evidence token with log key and seal key")
    evidence = _evidence(maker)
    bound = []
    for person in people:
        told(f"signing token for {person.name}")
        bound.append(_person(maker, person))
    return _Bound(tuple(tokens), evidence, tuple(bound))


def _evidence(maker: Maker) -> EvidenceBinding:
    label = "KC-REH-EVIDENCE"
    token = maker.token(EVIDENCE, EVIDENCE, label)
    log_key = maker.key(token, EVIDENCE, "log-key", KeyAlgorithm.ED25519)
    seal_key = maker.key(token, EVIDENCE, "seal-key", KeyAlgorithm.EC_P256)
    return EvidenceBinding(
        module=EVIDENCE,
        serial=token.serial,
        label=label,
        log_key_id=log_key.id,
        log_key=make_vkey(f"{ORIGIN}/rehearsal", log_key.public),
        seal_key_id=seal_key.id,
        seal_file="seal.pem",
        seal_certificate=maker.certify("Pack seal", seal_key, SEAL),
        pin=PinSource.FIXED,
    )


def _person(maker: Maker, person: RosterPerson) -> PersonBinding:
    label = f"KC-REH-{person.id}"
    token = maker.token(PEOPLE, person.id, label)
    cosigns = person.role == "custodian"
    kind = KeyAlgorithm.ED25519 if cosigns else KeyAlgorithm.EC_P256
    key = maker.key(token, person.id, "signing-key", kind)
    cosigner = ""
    if cosigns:
        cosigner = make_vkey(f"{ORIGIN}/{person.id}", key.public, cosigner=True)
    return PersonBinding(
        id=PersonId(person.id),
        module=PEOPLE,
        serial=token.serial,
        label=label,
        key_id=key.id,
        file=f"person-{person.id}.pem",
        certificate=maker.certify(person.id, key),
        pin=PinSource.FIXED,
        cosigner=cosigner,
    )


def _write(folder: Path, site: SiteBinding, maker: Maker) -> None:
    """Write the binding, the certificates beside it, and the PINs."""
    files = {site.ca_file: site.evidence_ca}
    files[site.evidence.seal_file] = site.evidence.seal_certificate
    files |= {person.file: person.certificate for person in site.people}
    for name, der in files.items():
        certificate = x509.load_der_x509_certificate(der)
        (folder / name).write_bytes(encode_certificate(certificate))
    (folder / "binding.toml").write_text(encode_binding(site))
    named = {token.name for token in site.tokens}
    officer = {name: pin for name, pin in maker.officer.items() if name in named}
    save_pins(folder / "pins.toml", user=maker.user, officer=officer)


def _trust(
    folder: Path,
    site: SiteBinding,
    plan: Script,
    people: tuple[RosterPerson, ...],
    today: date,
) -> TrustPolicy:
    """Give the trust policy that the demo's verifier obtains out of band."""
    demands = decode_site_policy(
        (folder / "site-policy.toml").read_bytes(), "site-policy.toml"
    )
    ca = encode_certificate(x509.load_der_x509_certificate(site.evidence_ca)).decode()
    return TrustPolicy(
        version=1,
        origin=Origin(f"{ORIGIN}/rehearsal"),
        valid_from=today,
        valid_to=today + timedelta(days=365 * YEARS),
        log_key=site.evidence.log_key,
        seal_certificates=(canonical.digest(site.evidence.seal_certificate),),
        ca_certificates=(ca,),
        people=tuple(_trusted(site.person(person.id), person) for person in people),
        quorum_role=plan.quorum.role,
        quorum_need=plan.quorum.need,
        levels=demands.levels,
        required_roles=tuple(demand.role for demand in plan.roles),
        modes=(Mode.REHEARSAL,),
        scripts=(plan.digest,),
        attributes={demand.name: demand.expected for demand in demands.attributes},
        report_signers=plan.report_signers,
        waivers=(SOFTWARE_WAIVER, *((COPIES_WAIVER,) * demands.wrapped_copies)),
        absent=_stances({each.name: each.absent for each in demands.attributes}),
        reported_wrongly=_stances(
            {each.name: each.reported_wrongly for each in demands.attributes}
        ),
        apart=demands.apart,
    )


def _trusted(bound: PersonBinding, person: RosterPerson) -> TrustedPerson:
    key = x509.load_der_x509_certificate(bound.certificate).public_key()
    return TrustedPerson(
        id=person.id,
        name=person.name,
        roles=(Role(person.role),),
        key=spki_digest(key),
        certificate=canonical.digest(bound.certificate),
        cosigner=bound.cosigner,
    )


def _term(common_name: str, today: date) -> Term:
    serial = serial_number(secrets.token_bytes(SERIAL_OCTETS))
    return Term(common_name, today, YEARS, serial)


def _new_pin() -> str:
    return "".join(str(secrets.randbelow(10)) for _ in range(PIN_DIGITS))


def _secret(pin: str) -> Secret:
    return Secret(bytearray(pin.encode()))


def _stances(demanded: Mapping[str, Stance]) -> dict[str, Stance]:
    """Leave out what a trust policy says by saying nothing."""
    return {
        name: stance for name, stance in demanded.items() if stance is not Stance.FAIL
    }
