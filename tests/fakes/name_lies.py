"""Lies about what a file is: under another's name, or with another one before it.

Whoever takes such a pack apart reads from a file something else than the record tells
of it, and everything else in the record is right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from ceremony import canonical
from ceremony.engine.command import Command
from ceremony.journal.event import Blob
from tests.fakes.batch_output_lies import build_bound
from tests.fakes.beside_lies import FOREIGN
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.key_acts import build_key_acts
from tests.fakes.record_builder import BuiltRecord, build_record, remade
from tests.fakes.record_crl import build_crls
from tests.fakes.record_earlier import build_earlier
from tests.fakes.record_renewal import build_renewal

Changed = Callable[[Callable[[Command], Command]], BuiltRecord]
Change = Callable[[bytes], bytes]

TRUSTED: Final = FOREIGN.replace(b"CERTIFICATE", b"TRUSTED CERTIFICATE")
"""A foreign certificate as openssl alone takes for one: its own label, PEM."""


def _forged(build: Callable[[Forgery], BuiltRecord]) -> Changed:
    return lambda command: build(Forgery(command=command))


def _batch(command: Callable[[Command], Command]) -> BuiltRecord:
    return build_bound(command=command)


def _outputs(command: Callable[[Command], Command]) -> BuiltRecord:
    return build_crls(
        Forgery(command=command, output=lambda output: dict(output.files))
    )


_RECORD: Final = _forged(build_record)
_LISTS: Final = _forged(build_crls)
_PROOFS: Final = _forged(build_key_acts)
_EARLIER: Final = _forged(build_earlier)
_RENEWAL: Final = _forged(build_renewal)


def _called(build: Changed, names: Mapping[str, str]) -> Callable[[], BuiltRecord]:
    """Let files lie in the pack, and beside their leaves, by other names."""

    def command(told: Command) -> Command:
        blobs = tuple(
            replace(blob, name=names.get(blob.name, blob.name)) for blob in told.blobs
        )
        return replace(told, blobs=blobs)

    def rename(files: dict[str, bytes]) -> None:
        files |= {new: files.pop(name) for name, new in names.items()}

    return lambda: remade(build(command), rename, manifest=True)


def _swapped(build: Changed, *names: str) -> Callable[[], BuiltRecord]:
    return _called(build, dict(zip(names, reversed(names), strict=True)))


def _read_otherwise(build: Changed, name: str, change: Change) -> Lie:
    """Let a file be more than what is told of it, by its leaf's own digest."""
    changed: dict[str, bytes] = {}

    def make() -> BuiltRecord:
        changed[name] = change(build(lambda told: told).files[name])
        lying = build(command)
        return remade(lying, lambda files: files.update(changed), manifest=True)

    def command(told: Command) -> Command:
        raw = changed[name]
        other = Blob(name, canonical.digest(raw), len(raw))
        blobs = tuple(other if each.name == name else each for each in told.blobs)
        return replace(told, blobs=blobs)

    return Lie("12", "VERIFY-FILE-06", make, name)


def _behind_another(pem: bytes) -> bytes:
    return TRUSTED + pem


def _before_another(pem: bytes) -> bytes:
    return pem + TRUSTED


ROOT: Final = "certificate-root-oca-certificate.pem"

_SWAPPED: Final[Mapping[str, tuple[Changed, str, str]]] = {
    "public-keys-by-each-others-names": (
        *(_RECORD, "public-key-root-oca.der"),
        "public-key-issuing-oca.der",
    ),
    "certificates-by-each-others-names": (
        *(_RECORD, ROOT),
        "certificate-issuing-oca-certificate.pem",
    ),
    "lists-by-each-others-names": (_LISTS, "crl-first-arl.crl", "crl-second-arl.crl"),
    "inventories-by-each-others-names": (
        *(_RECORD, "inventory-root-hsm-2.json"),
        "inventory-root-hsm-3.json",
    ),
    "inventories-by-each-others-tokens": (
        *(_RECORD, "inventory-root-hsm.json"),
        "inventory-issuing-hsm.json",
    ),
    "lints-by-each-others-stages": (
        *(_RECORD, "lint-root-oca-certificate-before-key.json"),
        "lint-root-oca-certificate-before-signing.json",
    ),
    "statements-by-each-others-numbers": (
        *(_RECORD, "attestation-0001.dsse.json"),
        "attestation-0002.dsse.json",
    ),
    "proofs-by-each-others-names": (
        *(_EARLIER, "key-proof-root-oca.txt"),
        "key-proof-issuing-oca.txt",
    ),
    "results-of-requests-by-each-others-names": (
        *(_batch, "results-meter-request.jsonl"),
        "results-device-requests.jsonl",
    ),
    "accepted-requests-by-each-others-names": (
        *(_batch, "requests-meter-request.pem"),
        "requests-device-requests.pem",
    ),
    "requests-by-each-others-names": (
        *(_batch, "request-issuing-request.csr"),
        "request-meter-request.csr",
    ),
    "earlier-public-keys-by-each-others-names": (
        *(_EARLIER, "public-key-root-oca.der"),
        "public-key-carrier.der",
    ),
    "earlier-certificates-by-each-others-names": (
        *(_RENEWAL, "certificate-root-dca-certificate.pem"),
        "certificate-old-meter.pem",
    ),
    "earlier-certificate-by-the-name-of-a-brought-one": (
        *(_EARLIER, "certificate-old-certificate.pem"),
        "certificate-other-ca.pem",
    ),
}

_CALLED: Final[Mapping[str, tuple[Changed, str, str]]] = {
    "public-key-by-nobodys-name": (
        *(_RECORD, "public-key-root-oca.der"),
        "public-key-of-nobody.der",
    ),
    "proof-by-a-number-that-is-not-due": (
        *(_PROOFS, "key-proof-root-oca.sig"),
        "key-proof-root-oca-2.sig",
    ),
    "part-by-the-number-of-another": (
        *(_batch, "certificates-device-certificates-0001.pem"),
        "certificates-device-certificates-0002.pem",
    ),
    "serial-numbers-by-the-number-of-another": (
        *(_batch, "serials-device-certificates-0001.txt"),
        "serials-device-certificates-0002.txt",
    ),
    "earlier-list-by-nobodys-name": (
        *(_EARLIER, "crl-earlier-root-oca.crl"),
        "crl-earlier-of-nobody.crl",
    ),
}

_READ: Final[Mapping[str, tuple[Changed, str, Change]]] = {
    "certificate-behind-another-that-openssl-reads": (_RECORD, ROOT, _behind_another),
    "certificate-before-another-that-openssl-reads": (_RECORD, ROOT, _before_another),
    "certificate-before-a-text": (_RECORD, ROOT, lambda pem: pem + b"Root of Bank\n"),
    "certificate-in-lines-of-another-end": (
        *(_RECORD, ROOT),
        lambda pem: pem.replace(b"\n", b"\r\n"),
    ),
    "earlier-certificate-behind-another": (
        *(_RENEWAL, "certificate-old-meter.pem"),
        _behind_another,
    ),
    "evidence-ca-behind-another": (
        *(_RECORD, "certificate-evidence-ca.pem"),
        _behind_another,
    ),
    "seal-behind-another": (_RECORD, "certificate-seal.pem", _behind_another),
    "person-behind-another": (
        *(_RECORD, "certificate-person-c-01.pem"),
        _behind_another,
    ),
    "brought-certificate-behind-another": (
        *(_EARLIER, "certificate-other-ca.pem"),
        _behind_another,
    ),
}

_NUMBERED: Final = {
    name: name.replace("second-arl", "second-arl-2")
    for name in (
        "chain-second-arl.pem",
        "crl-second-arl.crl",
        "crl-second-arl.pem",
        "crl-second-arl.txt",
    )
}
"""All files of a list by a number, where none before has their names."""

NAME_LIES: Final[Mapping[str, Lie]] = {
    "list-by-a-number-that-is-not-due": Lie(
        *("12", "VERIFY-OUTPUT-04"),
        _called(_outputs, _NUMBERED),
        "crl-second-arl-2.crl",
    ),
    **{
        name: Lie("12", "VERIFY-OUTPUT-04", _swapped(*told), told[-1])
        for name, told in _SWAPPED.items()
    },
    **{
        name: Lie("12", "VERIFY-OUTPUT-04", _called(build, {one: other}), other)
        for name, (build, one, other) in _CALLED.items()
    },
    **{name: _read_otherwise(*told) for name, told in _READ.items()},
}
"""Every such lie, by a name that says what it is."""
