"""What a device is told and what it did, as read back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ceremony.engine.facts.contingency import PublicKeyWrapped
from ceremony.engine.facts.crl import CrlMade
from ceremony.engine.facts.part import PartAsked, PartMade
from ceremony.engine.facts.path import PathChecked
from ceremony.engine.facts.value import Result
from ceremony.identifiers import Digest, PersonId, Stance


@dataclass(frozen=True, slots=True)
class Asked:
    """An attribute as it will be asked of the device."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Intent:
    """What a device is about to be told; durable before the call.

    Attributes:
        verb: The device verb, e.g. ``key.generate``.
        token: The token's name in the script.
        serial: The token's serial.
        thing: The key, request, certificate or revocation list concerned; else empty.
        label: CKA_LABEL or token label asked for; else empty.
        algorithm: e.g. ``P-256``; else empty.
        tbs: What will be signed, SHA-256 of the to-be-signed bytes (DER); for a part
            of a batch of those of all its certificates, one after the other.
        under: The wrapping key, where a key is wrapped or restored; else empty.
        blob: What is unwrapped, SHA-256; absent where nothing is.
        user: Whose PIN is changed: ``user`` or ``security-officer``; else empty.
        part: Which part of a batch is signed; absent where there is no batch.
    """

    type: ClassVar[str] = "hsm.intent"
    verb: str
    token: str
    serial: str
    thing: str = ""
    label: str = ""
    algorithm: str = ""
    attributes: tuple[Asked, ...] = ()
    tbs: Digest | None = None
    under: str = ""
    blob: Digest | None = None
    user: str = ""
    part: PartAsked | None = None


@dataclass(frozen=True, slots=True)
class FoundObject:
    """One object in a token, in brief.

    Attributes:
        kind: ``private-key``, ``public-key``, ``secret-key``, ``data``,
            ``certificate`` or ``other``.
        cka_id: Hex, even length; empty where the object has none.
    """

    kind: str
    label: str
    cka_id: str


@dataclass(frozen=True, slots=True)
class InventoryTaken:
    """A whole-token inventory; the full one with attributes is the blob.

    Attributes:
        digest: SHA-256 of the ``inventory-*.json`` blob.
        count: Number of objects.
        added: Objects that are new since the inventory before, in brief.
        removed: Objects that are gone since then.
    """

    digest: Digest
    count: int
    added: tuple[FoundObject, ...] = ()
    removed: tuple[FoundObject, ...] = ()


@dataclass(frozen=True, slots=True)
class AttributeFound:
    """One attribute compared with the policy.

    Attributes:
        name: Of usages that must not combine all names, joined by `` + ``.
        expected: ``true``, ``false`` or text; ``apart`` or ``as ordered`` of usages.
        found: The same, or ``absent`` where the token does not tell.
        waived: True where a failure is waived by the site policy.
        stance: What the site policy says where it is neither passed nor waived; only
            ``fail`` keeps the step open.
    """

    name: str
    expected: str
    found: str
    passed: bool
    waived: bool = False
    stance: Stance = Stance.FAIL

    @property
    def holds(self) -> bool:
        """Tell whether the step may close as far as this goes."""
        return self.passed or self.waived or self.stance is not Stance.FAIL


@dataclass(frozen=True, slots=True)
class RemarkTold:
    """What a token does not tell of itself or a key, or tells wrongly.

    Attributes:
        subject: The attribute or field, e.g. ``CKA_LOCAL`` or ``serial``.
        told: What the token says, or ``absent``.
        text: What that means, in one sentence.
    """

    subject: str
    told: str
    text: str


@dataclass(frozen=True, slots=True)
class KeyMade:
    """A key pair as read back from its token.

    Attributes:
        cka_id: Hex; equals the operation id.
        size: Bits.
        mechanism: The generation mechanism as the token tells it.
        public_key: SHA-256 of the SubjectPublicKeyInfo (DER); the blob is
            ``public-key-NAME.der``.
        key_identifier: The short id: RFC 5280 method (2), 8 octets as 16 hex digits.
    """

    label: str
    cka_id: str
    algorithm: str
    size: int
    mechanism: str
    public_key: Digest
    key_identifier: str
    attributes: tuple[AttributeFound, ...]
    remarks: tuple[RemarkTold, ...] = ()

    @property
    def objects(self) -> tuple[FoundObject, ...]:
        """Give the objects that the key is in its token, the private one first."""
        return tuple(
            FoundObject(kind, self.label, self.cka_id)
            for kind in ("private-key", "public-key")
        )


@dataclass(frozen=True, slots=True)
class SecretKeyMade:
    """A secret key as read back from its token; never its value.

    Attributes:
        cka_id: Hex; equals the operation id.
        size: Bits, as ordered; a token that tells none is remarked on.
        mechanism: The generation mechanism as the token tells it.
    """

    label: str
    cka_id: str
    algorithm: str
    size: int
    mechanism: str
    attributes: tuple[AttributeFound, ...]
    remarks: tuple[RemarkTold, ...] = ()

    @property
    def objects(self) -> tuple[FoundObject, ...]:
        """Give the one object that the key is in its token."""
        return (FoundObject("secret-key", self.label, self.cka_id),)


@dataclass(frozen=True, slots=True)
class KeyWrapped:
    """A key under another one; the blob is ``wrapped-NAME.bin``, ciphertext.

    Attributes:
        under: The wrapping key.
        method: ``aes-kwp``, ``aes-kw``, ``rsa-oaep-sha256`` or ``rsa-oaep-sha1``.
        mechanism: The mechanism that made it.
        blob: SHA-256 of the blob.
        size: Bytes of the blob.
        passed_over: What would have been better and the token lacks, best first.
    """

    under: str
    method: str
    mechanism: str
    blob: Digest
    size: int
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyRestored:
    """Which blob a copy was restored from.

    Attributes:
        original: The key that was wrapped.
        under: The key that unwrapped it: the one that it was wrapped by, or its copy.
        method: As :class:`KeyWrapped` has it.
        blob: SHA-256 of the blob.
    """

    original: str
    under: str
    method: str
    blob: Digest


@dataclass(frozen=True, slots=True)
class CheckValueFound:
    """A secret key's check value: equal for equal keys, and no use to find the key.

    Attributes:
        method: ``zeros`` (3 bytes) or ``cmac`` (5 bytes); only values of one method
            can be compared.
        value: Hex, 6 or 10 digits.
        told_by: ``CKA_CHECK_VALUE``, or the mechanism by which it was computed.
    """

    method: str
    value: str
    told_by: str


@dataclass(frozen=True, slots=True)
class RequestMade:
    """A PKCS#10 request; the blob is ``request-NAME.csr`` (DER).

    Attributes:
        digest: SHA-256 over the DER.
        public_key: SHA-256 of the SubjectPublicKeyInfo (DER).
        tbs: SHA-256 over the signed CertificationRequestInfo (DER); absent of one that
            was imported, or made before requests were linted.
    """

    digest: Digest
    subject: str
    public_key: Digest
    tbs: Digest | None = None


@dataclass(frozen=True, slots=True)
class CertificateMade:
    """An issued certificate; the blob is ``certificate-NAME.pem``.

    Attributes:
        digest: SHA-256 over the DER (the fingerprint).
        tbs: SHA-256 over the signed to-be-signed bytes (DER).
        serial: Hex, 32 digits or more.
        not_before: ``YYYY-MM-DDTHH:MM:SSZ``; likewise ``not_after``.
        issuer_thing: Name of the key that signed.
        key_identifier: The key's short id, as :class:`KeyMade` has it; which one the
            certificate carries tells the certificate alone.
    """

    digest: Digest
    tbs: Digest
    serial: str
    subject: str
    issuer: str
    issuer_thing: str
    not_before: str
    not_after: str
    public_key: Digest
    key_identifier: str


@dataclass(frozen=True, slots=True)
class ProofMade:
    """A key's proof that it is in its token.

    What was signed is the blob ``key-proof-NAME.txt``, the signature the blob
    ``key-proof-NAME.sig``.

    Attributes:
        message: SHA-256 of what was signed.
        signature: SHA-256 of the signature (DER for ECDSA).
        public_key: SHA-256 of the SubjectPublicKeyInfo (DER) that it verifies with.
        mechanism: The mechanism that made the signature, e.g. ``CKM_ECDSA``.
    """

    message: Digest
    signature: Digest
    public_key: Digest
    mechanism: str


@dataclass(frozen=True, slots=True)
class DeviceFault:
    """What a token or module said when it failed."""

    code: str
    message: str
    ckr: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a device did, as read back; durable before it is shown as done.

    Attributes:
        path: Of a certificate: whether the path above it is valid.
        user: Whose PIN was changed: ``user`` or ``security-officer``; else empty.
    """

    type: ClassVar[str] = "hsm.outcome"
    verb: str
    token: str
    serial: str
    result: Result
    thing: str = ""
    inventory: InventoryTaken | None = None
    key: KeyMade | None = None
    request: RequestMade | None = None
    certificate: CertificateMade | None = None
    proof: ProofMade | None = None
    secret_key: SecretKeyMade | None = None
    wrapped: KeyWrapped | None = None
    restored: KeyRestored | None = None
    check_value: CheckValueFound | None = None
    crl: CrlMade | None = None
    path: PathChecked | None = None
    fault: DeviceFault | None = None
    user: str = ""
    decided_by: tuple[PersonId, ...] = ()
    part: PartMade | None = None
    public_wrapped: PublicKeyWrapped | None = None
