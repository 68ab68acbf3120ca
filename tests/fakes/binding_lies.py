"""Lies about what the ceremony stands on, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Final, cast

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.engine.command import Command
from ceremony.engine.facts import Head, Opened, RequestsJudged
from ceremony.identifiers import Digest, PersonId
from ceremony.journal.note import make_vkey
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.made_up_site import ORIGIN, Site, ed25519_key
from tests.fakes.record_batch import build_batch
from tests.fakes.record_builder import FOREIGN, BuiltRecord, build_record

Told = dict[str, Json]

OTHER: Final = Digest("ab" * 32)
OTHER_KEY: Final = make_vkey(ORIGIN, ed25519_key("another").public_key())
ELSEWHERE: Final = make_vkey("other.example/journal", Site().log_key.public_key())


def _bound(change: Callable[[Told], Told]) -> Callable[[], BuiltRecord]:
    return lambda: build_record(Forgery(binding=change))


def _evidence(told: Told, **other: Json) -> Told:
    return {**told, "evidence": {**cast("Told", told["evidence"]), **other}}


def _first(told: Told, name: str, **other: Json) -> Told:
    """Change the first entry of a list."""
    first, *more = cast("list[Json]", told[name])
    return {**told, name: [{**cast("Told", first), **other}, *more]}


def _more(told: Told, into: str, **other: Json) -> Told:
    """Add an entry like the first one to a list, before it."""
    first, *more = cast("list[Json]", told[into])
    return {**told, into: [{**cast("Told", first), **other}, first, *more]}


def _module(told: Told, **other: Json) -> Told:
    """Change the module of people's tokens, of which no opening tells."""
    *more, last = cast("list[Json]", told["modules"])
    return {**told, "modules": [*more, {**cast("Told", last), **other}]}


def _cosigned(by: str) -> Callable[[Told], Told]:
    """Give the first person of the binding the cosigner key of another."""
    return lambda told: _first(
        told, "people", cosigner=Site().person(PersonId(by)).cosigner
    )


def _opened(**other: object) -> Callable[[], BuiltRecord]:
    def command(told: Command) -> Command:
        if not isinstance(told.fact, Opened):
            return told
        return replace(told, fact=replace(told.fact, **other))  # type: ignore[arg-type]  # by name

    return partial(build_record, Forgery(command=command))


def _begun(day: date) -> Callable[[], BuiltRecord]:
    return partial(build_record, Forgery(begun=day))


def _single(**other: object) -> Callable[[], BuiltRecord]:
    """Tell otherwise of the one request that is answered by itself."""

    def command(told: Command) -> Command:
        fact = told.fact
        if not isinstance(fact, RequestsJudged) or fact.single is None:
            return told
        single = replace(fact.single, **other)  # type: ignore[arg-type]  # by name
        return replace(told, fact=replace(fact, single=single))

    return partial(build_batch, Forgery(command=command))


_RULE: Final = "VERIFY-BINDING-01"

BINDING_LIES: Final = {
    name: Lie("5", _RULE, _bound(change), place)
    for name, change, place in (
        ("binding-of-another-kind", lambda told: {**told, "v": "mine/1"}, "its format"),
        ("binding-is-empty", lambda _: {}, "its format"),
        (
            "binding-of-another-journal",
            lambda told: {**told, "origin": "other.example/journal"},
            "the journal",
        ),
        (
            "binding-names-another-log-key",
            lambda told: _evidence(told, logKey=OTHER_KEY),
            "the log key",
        ),
        (
            "binding-names-the-log-key-under-another-name",
            lambda told: _evidence(told, logKey=ELSEWHERE),
            "the log key",
        ),
        (
            "binding-has-commands-for-a-log-key",
            lambda told: _evidence(
                told, logKey=f"{Site().log_vkey}\n\n    touch me\n\nand"
            ),
            "the log key",
        ),
        (
            "binding-names-another-seal",
            lambda told: _evidence(told, sealCertificate=OTHER),
            "the seal",
        ),
        (
            "binding-names-another-evidence-ca",
            lambda told: {**told, "evidenceCa": OTHER},
            "the evidence CA",
        ),
        (
            "binding-names-another-token",
            lambda told: _first(told, "tokens", serial="LUNA-K7-599999"),
            "root-hsm",
        ),
        (
            "binding-names-another-module",
            lambda told: _first(told, "modules", sha256=OTHER),
            "root-hsm",
        ),
        (
            "binding-names-another-key-of-a-person",
            lambda told: _first(told, "people", certificate=OTHER),
            "a-01",
        ),
        ("binding-knows-nobody", lambda told: {**told, "people": []}, "of people"),
        (
            "binding-has-a-token-that-was-not-bound",
            lambda told: _more(told, "tokens", name="other", serial="LUNA-K7-599999"),
            "list of tokens",
        ),
        (
            "binding-has-two-tokens-of-a-name",
            lambda told: _more(told, "tokens", serial="LUNA-K7-599999"),
            "list of tokens",
        ),
        (
            "binding-has-somebody-who-did-not-take-part",
            lambda told: _more(told, "people", id="z-99", serial="S-z-99"),
            "list of people",
        ),
        (
            "binding-has-two-tokens-of-a-person",
            lambda told: _more(told, "people", serial="S-z-99"),
            "list of people",
        ),
        (
            "binding-has-a-module-that-reaches-no-token",
            lambda told: _more(told, "modules", name="luna"),
            "list of modules",
        ),
        (
            "binding-has-two-modules-of-a-name",
            lambda told: _more(told, "modules", sha256=OTHER),
            "list of modules",
        ),
        (
            "binding-has-evidence-in-the-token-of-the-root",
            lambda told: _evidence(told, serial="S-root-hsm"),
            "purposes of a token",
        ),
        (
            "binding-has-a-part-of-its-own",
            lambda told: {**told, "note": "PRODUCTION"},
            "its parts",
        ),
        (
            "binding-says-more-of-evidence",
            lambda told: _evidence(told, note="x"),
            "evidence",
        ),
        (
            "binding-says-more-of-a-token",
            lambda told: _first(told, "tokens", note="x"),
            "root-hsm",
        ),
        (
            "binding-says-more-of-a-person",
            lambda told: _first(told, "people", note="x"),
            "a-01",
        ),
        (
            "binding-says-more-of-a-module",
            lambda told: _module(told, note="x"),
            "module",
        ),
        ("binding-has-the-cosigner-of-another", _cosigned("c-01"), "cosigner key"),
        (
            "binding-has-a-log-key-for-a-cosigner",
            lambda told: _first(told, "people", cosigner=Site().log_vkey),
            "cosigner key",
        ),
        (
            "binding-has-a-cosigner-that-is-no-key",
            lambda told: _first(told, "people", cosigner="x+00+AA"),
            "cosigner key",
        ),
        (
            "binding-has-init-arguments-of-two-lines",
            lambda told: _module(told, initArguments="a\nb"),
            "initArguments",
        ),
        (
            "binding-has-a-place-of-two-lines",
            lambda told: {**told, "place": "a\nb"},
            "place",
        ),
        (
            "binding-has-a-pin-of-no-kind",
            lambda told: _first(told, "tokens", pin="known"),
            "pin",
        ),
        (
            "binding-has-a-path-from-nowhere",
            lambda told: _module(told, path="up.so"),
            "path",
        ),
        (
            "binding-has-half-an-octet",
            lambda told: _evidence(told, logKeyId="0"),
            "logKeyId",
        ),
        (
            "binding-has-half-a-digest",
            lambda told: _module(told, sha256="abcd"),
            "module",
        ),
        (
            "binding-has-an-environment-of-lists",
            lambda told: _module(told, environment={"HOME": ["x"]}),
            "environment",
        ),
    )
} | {
    "head-before-is-beyond-the-ceremony": Lie(
        "5",
        "VERIFY-ROOT-04",
        _opened(previous=Head(4_000_000, canonical.digest(b"more"))),
        "4000000 leaves",
    ),
    "head-before-has-one-leaf-too-many": Lie(
        "5",
        "VERIFY-ROOT-04",
        _opened(previous=Head(FOREIGN + 1, canonical.digest(b"more"))),
        f"{FOREIGN + 1} leaves",
    ),
    "seal-and-people-ended-before-the-ceremony": Lie(
        *("12", "VERIFY-CERT-13", _begun(date(2016, 1, 5)), "certificate-seal.pem")
    ),
    "evidence-ca-began-after-the-ceremony": Lie(
        "12",
        "VERIFY-CERT-13",
        _begun(date(2026, 11, 26)),
        "certificate-evidence-ca.pem",
    ),
    "key-signs-after-its-certificate-ended": Lie(
        "12",
        "VERIFY-CERT-13",
        partial(build_record, Forgery(ended="w-01")),
        "certificate-person-w-01.pem",
    ),
    "subject-of-a-request-is-another": Lie(
        "12",
        "VERIFY-BATCH-02",
        _single(subject="C=GB, O=Bank of England, CN=Meter"),
        "accepted requests",
    ),
    "request-from-elsewhere-was-linted-here": Lie(
        "12", "VERIFY-BATCH-02", _single(tbs=OTHER), "accepted requests"
    ),
}
