"""Which files a pack may embed, and how each is declared.

Invariants:
    * A name is flat and matches one of the patterns below; no two names of a pack
      differ in letter case only.

Source: ISO 19005-3 clause 6.8; ISO 32000-2 clause 14.13 (``/AFRelationship``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ceremony.errors import EvidenceError
from ceremony.identifiers import is_flat_name


@dataclass(frozen=True, slots=True)
class AttachmentKind:
    """How one kind of embedded file is declared.

    Attributes:
        pattern: The whole flat name must match it.
        media_type: Its media type.
        relationship: ``Source``, ``Data`` or ``Supplement``, without the slash.
        description: What it is, in a few words.
    """

    pattern: re.Pattern[str]
    media_type: str
    relationship: str
    description: str


def _kind(
    pattern: str, media_type: str, relationship: str, description: str
) -> AttachmentKind:
    return AttachmentKind(re.compile(pattern), media_type, relationship, description)


_THING: Final = r"[A-Za-z0-9][A-Za-z0-9._-]*"

ATTACHMENT_KINDS: Final = (
    _kind(
        r"events\.jsonl",
        "application/x-ndjson",
        "Source",
        "The ceremony's leaves of the journal, one a line",
    ),
    _kind(r"checkpoint", "text/plain", "Source", "The final checkpoint of the journal"),
    _kind(
        r"checkpoint-\d{4,}",
        "text/plain",
        "Source",
        "An earlier checkpoint with its cosignatures",
    ),
    _kind(
        r"leaf-hashes\.txt",
        "text/plain",
        "Source",
        "The hash of every leaf of the journal up to the final checkpoint",
    ),
    _kind(
        r"earlier-\d{4,}\.json",
        "application/json",
        "Source",
        "A leaf of an earlier ceremony that this one works with",
    ),
    _kind(
        rf"proof-{_THING}\.tlog-proof",
        "text/plain",
        "Source",
        "Proof that a leaf is in the journal",
    ),
    _kind(
        r"attestation-\d{4,}\.dsse\.json",
        "application/json",
        "Source",
        "A person's signed statement",
    ),
    _kind(r"script\.yaml", "application/yaml", "Source", "The approved script"),
    _kind(
        rf"profile-{_THING}\.yaml",
        "application/yaml",
        "Source",
        "A profile of the site's own, which the script names",
    ),
    _kind(
        r"answers\.yaml", "application/yaml", "Source", "Answers recorded beforehand"
    ),
    _kind(
        r"binding\.json",
        "application/json",
        "Data",
        "Modules and tokens of the site, without secrets",
    ),
    _kind(r"site-policy\.toml", "application/toml", "Data", "The site policy"),
    _kind(r"room-policy\.toml", "application/toml", "Data", "The room policy"),
    _kind(
        r"trust-policy\.toml",
        "application/toml",
        "Supplement",
        "Trust policy, informative: obtain it apart from the pack",
    ),
    _kind(
        rf"certificate-{_THING}\.pem",
        "application/x-pem-file",
        "Data",
        "A certificate",
    ),
    _kind(
        rf"certificate-{_THING}\.der",
        "application/pkix-cert",
        "Data",
        "A certificate, DER",
    ),
    _kind(
        rf"chain-{_THING}\.pem",
        "application/pem-certificate-chain",
        "Data",
        "A certificate and those above it, each signed by the next",
    ),
    _kind(rf"crl-{_THING}\.crl", "application/pkix-crl", "Data", "A revocation list"),
    _kind(
        rf"requests-{_THING}\.pem",
        "application/x-pem-file",
        "Data",
        "The requests of a set that are good",
    ),
    _kind(
        rf"refused-{_THING}\.pem",
        "application/x-pem-file",
        "Data",
        "The requests of a set that are refused",
    ),
    _kind(
        rf"results-{_THING}\.jsonl",
        "application/x-ndjson",
        "Data",
        "What became of each request of a file or a set",
    ),
    _kind(
        rf"serials-{_THING}\.txt",
        "text/plain",
        "Data",
        "The serial numbers taken for a part of a batch",
    ),
    _kind(
        rf"certificates-{_THING}\.pem",
        "application/x-pem-file",
        "Data",
        "The certificates of a part of a batch",
    ),
    _kind(
        rf"issued-{_THING}\.jsonl",
        "application/x-ndjson",
        "Data",
        "Which certificate answers which request of a batch",
    ),
    _kind(rf"request-{_THING}\.csr", "application/pkcs10", "Data", "A request"),
    _kind(
        rf"(request|crl)-{_THING}\.pem",
        "application/x-pem-file",
        "Data",
        "A request or a revocation list, PEM",
    ),
    _kind(
        rf"(certificate|request|crl)-{_THING}\.txt",
        "text/plain",
        "Data",
        "What was issued, in full text with its digests",
    ),
    _kind(
        rf"public-key-{_THING}\.der",
        "application/octet-stream",
        "Data",
        "A public key as read back from its token",
    ),
    _kind(
        rf"key-proof-{_THING}\.txt",
        "text/plain",
        "Data",
        "What a key signed to prove that it is in its token",
    ),
    _kind(
        rf"key-proof-{_THING}\.sig",
        "application/octet-stream",
        "Data",
        "The signature by which a key proved that it is in its token",
    ),
    _kind(
        rf"wrapped-{_THING}\.bin",
        "application/octet-stream",
        "Data",
        "A key under a wrapping key: ciphertext",
    ),
    _kind(
        rf"public-wrapped-{_THING}\.bin",
        "application/octet-stream",
        "Data",
        "A public key under an AES key, as a certificate carries it",
    ),
    _kind(
        rf"inventory-{_THING}\.json",
        "application/json",
        "Data",
        "Every object of a token with its attributes",
    ),
    _kind(rf"lint-{_THING}\.json", "application/json", "Data", "A lint report"),
    _kind(
        r"environment\.json",
        "application/json",
        "Data",
        "The machine and the software that the tool ran on",
    ),
    _kind(r"exhibits\.json", "application/json", "Data", "Digests of the exhibits"),
    _kind(
        r"openings\.json",
        "application/json",
        "Data",
        "The names that this edition opens",
    ),
    _kind(
        r"MANIFEST\.sha256",
        "text/plain",
        "Supplement",
        "SHA-256 of every other embedded file",
    ),
    _kind(
        r"VERIFY\.txt",
        "text/plain",
        "Supplement",
        "How to check this record with openssl and sha256sum alone",
    ),
)
"""Every kind of file that a pack may embed; the first that matches holds."""


def attachment_kind(name: str) -> AttachmentKind:
    """Find how a file of this name is declared.

    Raises:
        EvidenceError: ``PACK-NAME-01``: no pack may embed a file of this name.
    """
    if is_flat_name(name):
        for kind in ATTACHMENT_KINDS:
            if kind.pattern.fullmatch(name):
                return kind
    raise EvidenceError(
        "PACK-NAME-01",
        f"No pack may embed a file called {name!r}.",
        meaning="The file was not made by this tool, or by another version.",
        remedy="Keep the file apart; name it by digest in the record.",
    )


def verify_names(names: Iterable[str]) -> None:
    """Insist that every name may be embedded and none stands twice.

    Raises:
        EvidenceError: ``PACK-NAME-01``: a name is not allowed; ``PACK-NAME-02``: two
            names are equal but for letter case.
    """
    seen: dict[str, str] = {}
    for name in names:
        attachment_kind(name)
        folded = name.casefold()
        if folded in seen:
            raise EvidenceError(
                "PACK-NAME-02",
                f"The names {seen[folded]!r} and {name!r} are the same on some disks.",
                meaning="Extracting one file would overwrite the other.",
                remedy="Name the things of the script so that they differ in letters.",
            )
        seen[folded] = name
