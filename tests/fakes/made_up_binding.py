"""The binding of the made-up site, as it fits what the opening says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.engine.command import Command
from ceremony.engine.facts import Opened
from ceremony.identifiers import Digest, Origin
from ceremony.journal.event import Blob
from ceremony.pack.binding import (
    EvidenceBinding,
    ModuleBinding,
    PersonBinding,
    PinSource,
    SiteBinding,
)
from tests.fakes.made_up_site import Site

FILE = "binding.json"


def binding_json(opened: Opened, site: Site) -> dict[str, Json]:
    """Tell of the tokens, people and keys that an opening names.

    Args:
        opened: The opening; what it says of the binding itself does not count.
        site: Whose journal, log key and certificates it is about.
    """
    modules = {f"module-{token.module[:8]}": token.module for token in opened.tokens}
    modules |= dict.fromkeys(["evidence", "people"], Digest("cd" * 32))
    return {
        "v": "key-ceremony.binding/1",
        "origin": site.origin.removesuffix("/rehearsal"),
        "place": "",
        "modules": [
            {"name": name, "path": "/made/up.so", "sha256": digest, "environment": {}}
            for name, digest in modules.items()
        ],
        "tokens": [
            {
                "name": token.name,
                "module": f"module-{token.module[:8]}",
                "serial": token.serial,
                "label": token.label,
                "pin": "typed",
                "purpose": "",
            }
            for token in opened.tokens
        ],
        "evidence": {
            "module": "evidence",
            "serial": "S-evidence",
            "label": "evidence",
            "logKeyId": "01",
            "logKey": site.log_vkey,
            "sealKeyId": "02",
            "sealCertificate": opened.seal_certificate,
            "pin": "typed",
        },
        "people": [
            {
                "id": seat.person,
                "module": "people",
                "serial": seat.token,
                "label": seat.person,
                "keyId": "03",
                "certificate": seat.certificate,
                "pin": "typed",
            }
            for seat in opened.seats
        ],
        "evidenceCa": opened.evidence_ca,
    }


def with_binding(
    command: Command,
    contents: Mapping[str, bytes],
    site: Site,
    change: Callable[[dict[str, Json]], dict[str, Json]],
) -> tuple[Command, dict[str, bytes]]:
    """Give an opening the binding that fits it, unless it tells of another already."""
    fact, kept = command.fact, dict(contents)
    honest = FILE in kept and isinstance(fact, Opened)
    if not honest or fact.binding != canonical.digest(kept[FILE]):
        return command, kept
    raw = kept[FILE] = canonical.encode(change(binding_json(fact, site)))
    blob = Blob(FILE, canonical.digest(raw), len(raw))
    blobs = tuple(blob if each.name == FILE else each for each in command.blobs)
    return replace(command, fact=replace(fact, binding=blob.sha256), blobs=blobs), kept


def bound_site() -> SiteBinding:
    """Bind the made-up site without tokens; modules and serials count for nothing."""
    site = Site()
    return SiteBinding(
        origin=Origin(site.origin.removesuffix("/rehearsal")),
        place="",
        modules=(ModuleBinding("m", Path("/m.so"), Digest("ab" * 32), {}),),
        tokens=(),
        evidence=EvidenceBinding(
            *("m", "S-evidence", "evidence", "01", site.log_vkey, "02"),
            *("seal.pem", site.seal_der, PinSource.TYPED),
        ),
        people=tuple(
            PersonBinding(
                *(each.id, "m", each.seat.token, each.id, "03", f"{each.id}.pem"),
                *(each.certificate.public_bytes(Encoding.DER), PinSource.TYPED),
            )
            for each in site.people
        ),
        ca_file="ca.pem",
        evidence_ca=site.ca.public_bytes(Encoding.DER),
    )
