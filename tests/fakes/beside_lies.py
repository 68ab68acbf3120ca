"""Lies about which files lie beside a leaf, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import canonical
from ceremony.engine.command import Command
from ceremony.engine.facts import (
    CertificateBrought,
    EarlierFound,
    Fact,
    Intent,
    Linted,
    Opened,
    Outcome,
    RequestsJudged,
)
from ceremony.journal.event import Blob
from tests.fakes.batch_output_lies import build_bound
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.made_up_site import Site
from tests.fakes.output_lies import build_outputs
from tests.fakes.record_builder import BuiltRecord, build_record, remade
from tests.fakes.record_crl import build_crls
from tests.fakes.record_earlier import build_earlier
from tests.fakes.record_renewal import build_renewal

Changed = Callable[[Callable[[Command], Command]], BuiltRecord]
Told = Callable[[Fact], bool]

FOREIGN: Final = Site().ca.public_bytes(Encoding.PEM)
"""A certificate that nothing in a record is about: PEM."""

NAME: Final = "certificate-of-nobody.pem"


def _forged(build: Callable[[Forgery], BuiltRecord]) -> Changed:
    return lambda command: build(Forgery(command=command))


def _batch(command: Callable[[Command], Command]) -> BuiltRecord:
    return build_bound(command=command)


_RECORD: Final = _forged(build_record)
_LISTS: Final = _forged(build_crls)
_EARLIER: Final = _forged(build_earlier)
_RENEWAL: Final = _forged(build_renewal)


def _put(build: Changed, told: Told, name: str) -> Callable[[], BuiltRecord]:
    """Put a foreign certificate beside the first leaf of a kind, under a name."""

    def make() -> BuiltRecord:
        left = [Blob(name, canonical.digest(FOREIGN), len(FOREIGN))]

        def command(given: Command) -> Command:
            if not left or not told(given.fact):
                return given
            return replace(given, blobs=(*given.blobs, left.pop()))

        def add(files: dict[str, bytes]) -> None:
            files[name] = FOREIGN

        built = remade(build(command), add, manifest=True)
        assert not left
        return built

    return make


def _take(*begins: str) -> Callable[[], BuiltRecord]:
    """Name some files of the batch beside no leaf, and leave them out of the pack."""

    def command(given: Command) -> Command:
        if not isinstance(given.fact, Intent | Outcome | RequestsJudged):
            return given
        kept = (blob for blob in given.blobs if not blob.name.startswith(begins))
        return replace(given, blobs=tuple(kept))

    def leave_out(files: dict[str, bytes]) -> None:
        for name in [each for each in files if each.startswith(begins)]:
            del files[name]

    return lambda: remade(build_bound(command=command), leave_out, manifest=True)


def _unnamed() -> BuiltRecord:
    """Embed a certificate that no leaf names."""

    def add(files: dict[str, bytes]) -> None:
        files[NAME] = FOREIGN

    return remade(build_outputs(), add, manifest=True)


def _of(kind: type[Fact], *attributes: str) -> Told:
    """Tell whether a fact is of a kind, and tells of something."""

    def told(fact: Fact) -> bool:
        found = (getattr(fact, each) for each in attributes)
        return isinstance(fact, kind) and all(each is not None for each in found)

    return told


def _set_judged(fact: Fact) -> bool:
    return isinstance(fact, RequestsJudged) and fact.single is None


_SEVERAL: Final[Mapping[str, tuple[Changed, Told, str]]] = {
    "certificate-beside-the-opening": (_RECORD, _of(Opened), NAME),
    "certificate-of-nobody-in-the-room": (
        *(_RECORD, _of(Opened)),
        "certificate-person-z-99.pem",
    ),
    "certificate-beside-a-lint": (_RECORD, _of(Linted), NAME),
    "list-beside-a-lint": (_LISTS, _of(Linted), "crl-of-nobody.crl"),
    "certificate-beside-an-inventory": (_RECORD, _of(Outcome, "inventory"), NAME),
    "second-public-key-beside-a-key": (
        *(_RECORD, _of(Outcome, "key")),
        "public-key-of-nobody.der",
    ),
    "certificate-beside-an-intent": (_RECORD, _of(Intent, "tbs"), NAME),
    "second-request-beside-an-imported-one": (
        *(_batch, _of(RequestsJudged, "single")),
        "request-of-nobody.csr",
    ),
    "request-beside-a-set": (_batch, _set_judged, "request-of-nobody.csr"),
    "results-of-a-batch-beside-a-set": (_batch, _set_judged, "issued-of-nobody.jsonl"),
    "second-serial-numbers-of-a-part": (
        *(_batch, _of(Intent, "part")),
        "serials-of-nobody-0001.txt",
    ),
    "second-certificates-of-a-part": (
        *(_batch, _of(Outcome, "part")),
        "certificates-of-nobody-0001.pem",
    ),
    "second-chain-of-a-batch": (
        *(_batch, _of(Outcome, "part")),
        "chain-of-nobody.pem",
    ),
    "single-certificate-beside-a-part": (_batch, _of(Outcome, "part"), NAME),
    "certificate-beside-an-earlier-key": (_EARLIER, _of(EarlierFound), NAME),
    "second-certificate-beside-a-brought-one": (
        *(_EARLIER, _of(CertificateBrought)),
        NAME,
    ),
    "results-beside-an-earlier-certificate": (
        _RENEWAL,
        lambda fact: (
            isinstance(fact, EarlierFound) and fact.outcome.certificate is not None
        ),
        "issued-of-nobody.jsonl",
    ),
}

BESIDE_LIES: Final[Mapping[str, Lie]] = {
    "file-that-no-leaf-names": Lie("5", "VERIFY-FILE-05", _unnamed, NAME),
    **{
        name: Lie("12", "VERIFY-OUTPUT-03", _put(*told), told[-1])
        for name, told in _SEVERAL.items()
    },
    "certificates-of-a-small-batch-left-out": Lie(
        "12", "VERIFY-BATCH-03", _take("certificates-"), "step 2.19"
    ),
    "certificates-and-serial-numbers-left-out": Lie(
        "12", "VERIFY-BATCH-05", _take("certificates-", "serials-"), "step 2.19"
    ),
    "serial-numbers-left-out": Lie(
        "12", "VERIFY-BATCH-05", _take("serials-"), "step 2.19"
    ),
    "results-of-a-batch-left-out": Lie(
        "12", "VERIFY-BATCH-08", _take("issued-"), "step 2.19"
    ),
    "accepted-requests-left-out": Lie(
        "12", "VERIFY-BATCH-02", _take("requests-"), "step 2.15"
    ),
    "refused-requests-left-out": Lie(
        "12", "VERIFY-BATCH-30", _take("refused-"), "step 2.18"
    ),
    "results-of-requests-left-out": Lie(
        "12", "VERIFY-BATCH-01", _take("results-"), "step 2.15"
    ),
}
"""Every such lie, by a name that says what it is."""
