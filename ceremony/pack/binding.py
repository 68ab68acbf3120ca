"""The site binding: which module and token stand for each name at this site.

It is written on the site and read once; what the record keeps of it is
``binding.json``, which holds no secret, and of people only those who take part. PINs
stand in a file apart (``pack.pins``).

Invariants:
    * A token is bound by serial and label, never by slot.
    * A module is an absolute path with its SHA-256.
    * A person, token or module stands once; one token serves one purpose. Tokens are
      told apart by serial, and where a serial is no token's own by module and label.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.errors import RefusedError
from ceremony.hsm.remark import remarks_on_serial
from ceremony.identifiers import Digest, Mode, Origin, PersonId


class PinSource(StrEnum):
    """How a token's PIN reaches it."""

    TYPED = "typed"
    PINPAD = "pinpad"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class ModuleBinding:
    """One PKCS#11 module.

    Attributes:
        name: How tokens refer to it.
        path: Absolute path of the library.
        sha256: Digest of the library's bytes.
        environment: Variables that it is given, by name.
        init_arguments: What it is told at its start, where its maker asks for it;
            recorded, so that no secret may stand in it.
    """

    name: str
    path: Path
    sha256: Digest
    environment: Mapping[str, str]
    init_arguments: str = ""


@dataclass(frozen=True, slots=True)
class TokenBinding:
    """The token that stands for a name of the script.

    Attributes:
        name: The token's name in the script.
        module: The module that reaches it.
        serial: Its serial; likewise ``label``, both as the token tells them.
        pin: How its PIN reaches it.
        purpose: What it is for, as printed.
    """

    name: str
    module: str
    serial: str
    label: str
    pin: PinSource
    purpose: str


@dataclass(frozen=True, slots=True)
class EvidenceBinding:
    """The token with the log key and the seal key.

    Attributes:
        log_key_id: CKA_ID of the log key, hex; likewise ``seal_key_id``.
        log_key: The log key as a C2SP verifier key.
        seal_file: Flat name of the seal's certificate beside the binding.
        seal_certificate: That certificate, DER.
    """

    module: str
    serial: str
    label: str
    log_key_id: str
    log_key: str
    seal_key_id: str
    seal_file: str
    seal_certificate: bytes
    pin: PinSource


@dataclass(frozen=True, slots=True)
class PersonBinding:
    """A person's own signing token.

    Attributes:
        id: The person's id.
        key_id: CKA_ID of the person's key, hex.
        file: Flat name of the person's certificate beside the binding.
        certificate: That certificate, DER.
        cosigner: The key as a C2SP verifier key, where it is Ed25519; else empty.
    """

    id: PersonId
    module: str
    serial: str
    label: str
    key_id: str
    file: str
    certificate: bytes
    pin: PinSource
    cosigner: str = ""


@dataclass(frozen=True, slots=True)
class SiteBinding:
    """Everything that is bound at one site.

    Attributes:
        origin: The journal's name, without the suffix of a rehearsal.
        place: Where the site is, as printed; may be empty.
        ca_file: Flat name of the evidence CA's certificate beside the binding.
        evidence_ca: That certificate, DER.
    """

    origin: Origin
    place: str
    modules: tuple[ModuleBinding, ...]
    tokens: tuple[TokenBinding, ...]
    evidence: EvidenceBinding
    people: tuple[PersonBinding, ...]
    ca_file: str
    evidence_ca: bytes

    def module(self, name: str) -> ModuleBinding:
        """Find a module by name.

        Raises:
            KeyError: The binding has no such module.
        """
        return {module.name: module for module in self.modules}[name]

    def token(self, name: str) -> TokenBinding:
        """Find what stands for a token of the script.

        Raises:
            KeyError: The binding has no such token.
        """
        return {token.name: token for token in self.tokens}[name]

    def pin_source(self, serial: str) -> PinSource | None:
        """Tell how the PIN of a token reaches it; None for one that is not bound."""
        bound: tuple[TokenBinding | EvidenceBinding | PersonBinding, ...] = (
            *self.tokens,
            self.evidence,
            *self.people,
        )
        return {each.serial: each.pin for each in bound}.get(serial)

    def person(self, person: PersonId) -> PersonBinding:
        """Find a person's own token.

        Raises:
            KeyError: The binding has no such person.
        """
        return {bound.id: bound for bound in self.people}[person]


def verify_binding(binding: SiteBinding, mode: Mode) -> None:
    """Insist that a binding may serve in this mode.

    Raises:
        RefusedError: ``BINDING-PIN-01``: a fixed PIN outside a rehearsal;
            ``BINDING-MODULE-01``: a module that is not bound;
            ``BINDING-SERIAL-01``: one token for two purposes.
    """
    bound: tuple[TokenBinding | EvidenceBinding | PersonBinding, ...] = (
        *binding.tokens,
        binding.evidence,
        *binding.people,
    )
    known = {module.name for module in binding.modules}
    unknown = sorted({item.module for item in bound} - known)
    if unknown:
        raise _refused(
            "BINDING-MODULE-01",
            f"The site binding uses the module {unknown[0]} and does not say which "
            "library that is.",
            "Add a [[module]] of that name with its path and SHA-256.",
        )
    name, times = Counter(map(_own_name, bound)).most_common(1)[0]
    if times > 1:
        raise _refused(
            "BINDING-SERIAL-01",
            f"The token {' '.join(name)} is bound {times} times.",
            "Bind one token to one name.",
        )
    if mode is Mode.LIVE and any(item.pin is PinSource.FIXED for item in bound):
        raise _refused(
            "BINDING-PIN-01",
            "A PIN from a file is for software tokens in a rehearsal.",
            "Let the PIN be typed, or entered on the reader's keypad.",
        )


def _own_name(
    item: TokenBinding | EvidenceBinding | PersonBinding,
) -> tuple[str, ...]:
    """Give what tells a bound token from all others."""
    if remarks_on_serial(item.serial):
        return (item.serial, item.module, item.label)
    return (item.serial,)


def encode_binding_json(binding: SiteBinding, seated: Collection[PersonId]) -> bytes:
    """Write ``binding.json``: canonical JSON, UTF-8, without any secret.

    It says of the site what one ceremony stands on, for nothing holds the rest of it
    against what happened: all tokens for scripts, for the opening tells of each; of
    people those who take part; and the modules that reach these tokens.

    Args:
        binding: The site's.
        seated: Who takes part.
    """
    evidence = binding.evidence
    people = [person for person in binding.people if person.id in seated]
    used = {it.module for it in binding.tokens} | {it.module for it in people}
    used.add(evidence.module)
    value: dict[str, Json] = {
        "v": "key-ceremony.binding/1",
        "origin": binding.origin,
        "place": binding.place,
        "modules": [_module_json(it) for it in binding.modules if it.name in used],
        "tokens": [
            {
                "name": token.name,
                "module": token.module,
                "serial": token.serial,
                "label": token.label,
                "pin": token.pin.value,
                "purpose": token.purpose,
            }
            for token in binding.tokens
        ],
        "evidence": {
            "module": evidence.module,
            "serial": evidence.serial,
            "label": evidence.label,
            "logKeyId": evidence.log_key_id,
            "logKey": evidence.log_key,
            "sealKeyId": evidence.seal_key_id,
            "sealCertificate": canonical.digest(evidence.seal_certificate),
            "pin": evidence.pin.value,
        },
        "people": [_person_json(person) for person in people],
        "evidenceCa": canonical.digest(binding.evidence_ca),
    }
    return canonical.encode(value)


def _module_json(module: ModuleBinding) -> dict[str, Json]:
    value: dict[str, Json] = {
        "name": module.name,
        "path": str(module.path),
        "sha256": module.sha256,
        "environment": dict(module.environment),
    }
    if module.init_arguments:
        value["initArguments"] = module.init_arguments
    return value


def _person_json(person: PersonBinding) -> dict[str, Json]:
    value: dict[str, Json] = {
        "id": person.id,
        "module": person.module,
        "serial": person.serial,
        "label": person.label,
        "keyId": person.key_id,
        "certificate": canonical.digest(person.certificate),
        "pin": person.pin.value,
    }
    if person.cosigner:
        value["cosigner"] = person.cosigner
    return value


def _refused(code: str, message: str, remedy: str) -> RefusedError:
    return RefusedError(code, message, meaning="No token was touched.", remedy=remedy)
