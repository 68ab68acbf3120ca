"""Lies about what earlier ceremonies made, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from ceremony import canonical
from ceremony.engine.command import Command
from ceremony.engine.facts import EarlierFound, KeyMade, Outcome
from ceremony.identifiers import CeremonyId, Digest
from ceremony.journal.merkle import leaf_hash
from ceremony.pack.inventory_file import encode_listing
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import BuiltRecord, remade
from tests.fakes.record_earlier import LOST, Contents, build_earlier, build_first

ROOT, CERTIFICATE = "root-oca", "root-oca-certificate"


def _lie(number: str, rule: str, place: str, **changes: Any) -> Lie:
    return Lie(number, rule, lambda: build_earlier(Forgery(**changes)), place)


def _carried(rule: str, change: Contents) -> Lie:
    return Lie("12", rule, lambda: build_earlier(contents=change), "leaf ")


def _told(
    thing: str, change: Callable[[EarlierFound], EarlierFound]
) -> Callable[[Command], Command]:
    """Change the first fact that is about a thing, and how it was made."""

    def command(told: Command) -> Command:
        fact = told.fact
        first = isinstance(fact, EarlierFound) and fact.thing == thing
        if not first or not isinstance(fact, EarlierFound) or fact.outcome.crl:
            return told
        if fact.outcome.wrapped or fact.outcome.check_value:
            return told
        return replace(told, fact=change(fact))

    return command


def _by_another_mechanism(fact: EarlierFound) -> EarlierFound:
    key = fact.outcome.key
    assert isinstance(key, KeyMade)
    other = replace(key, mechanism="CKM_RSA_X9_31_KEY_PAIR_GEN")
    return replace(fact, outcome=replace(fact.outcome, key=other))


def _signed_by(name: str) -> Callable[[EarlierFound], EarlierFound]:
    return lambda fact: replace(fact, by=name)


def _other_file(begin: str, change: Callable[[bytes], bytes]) -> Contents:
    """Change what goes along with a leaf, by its file's name."""

    def contents(_: EarlierFound, files: dict[str, bytes]) -> dict[str, bytes]:
        return {
            name: change(raw) if name.startswith(begin) else raw
            for name, raw in files.items()
        }

    return contents


def _of_first(name: str) -> bytes:
    return build_first().files[name]


def _without_proof(files: dict[str, bytes]) -> None:
    name = next(name for name in files if name.startswith("proof-earlier-"))
    del files[name]


def _with_proof_of_another(files: dict[str, bytes]) -> None:
    one, other = [name for name in files if name.startswith("proof-earlier-")][:2]
    files[one] = files[other]


def _unproven(change: Callable[[dict[str, bytes]], None]) -> Callable[[], BuiltRecord]:
    return lambda: remade(build_earlier(), change, manifest=True)


def _emptied(name: str, raw: bytes) -> bytes:
    """Let the first list of the root's token show nothing."""
    return encode_listing(()) if name == "inventory-root-hsm-2.json" else raw


def _tell_of_nothing(told: Command) -> Command:
    """Let the leaf of that list say so: everything is gone."""
    fact = told.fact
    if not isinstance(fact, Outcome) or fact.inventory is None:
        return told
    if fact.inventory.digest != canonical.digest(encode_listing(())):
        return told
    state = build_first().builder.state
    gone = [*state.secret_keys["kek"].objects, *state.keys[ROOT].objects]
    taken = replace(fact.inventory, count=0, removed=tuple(gone))
    return replace(told, fact=replace(fact, inventory=taken))


def _first_serial(name: str, serial: int) -> int:
    """Give the new certificate the serial number of the old one."""
    old = build_first().builder.state.certificates["issuing-oca-certificate"]
    return int(old.serial, 16) if name == "issuing-oca-certificate" else serial


def _listing_instead_of_proving(raw: bytes) -> bytes:
    """Let the approved script list the token where it had the root prove itself."""
    proves = b"key.prove, with: {key: root-oca}"
    return raw.replace(proves, b"token.inventory, with: {token: root-hsm}")


def _without_the_lost(raw: bytes) -> bytes:
    """Let the approved script's list leave out what the one before it revokes."""
    return raw.replace(f"{LOST}, ".encode(), b"")


def _unlike(raw: bytes) -> bytes:
    return raw[:-1] + bytes([raw[-1] ^ 1])


def _as_leaf_of_this(fact: EarlierFound) -> EarlierFound:
    return replace(fact, ceremony=CeremonyId("KC-2024-001-R1"))


def _hashed_otherwise(fact: EarlierFound) -> EarlierFound:
    return replace(fact, leaf=Digest(leaf_hash(b"another leaf").hex()))


EARLIER_LIES: Final[Mapping[str, Lie]] = {
    "earlier-leaf-of-another-hash": _lie(
        "5",
        "VERIFY-EARLIER-01",
        "leaf ",
        command=_told(ROOT, _hashed_otherwise),
    ),
    "earlier-key-told-otherwise": _lie(
        "5",
        "VERIFY-EARLIER-02",
        "leaf ",
        command=_told(ROOT, _by_another_mechanism),
    ),
    "earlier-key-of-another-ceremony": _lie(
        "5",
        "VERIFY-EARLIER-02",
        "leaf ",
        command=_told(ROOT, _as_leaf_of_this),
    ),
    "earlier-leaf-without-proof": Lie(
        "5", "VERIFY-EARLIER-03", _unproven(_without_proof), "leaf "
    ),
    "earlier-leaf-with-anothers-proof": Lie(
        "5", "VERIFY-EARLIER-03", _unproven(_with_proof_of_another), "leaf "
    ),
    "earlier-public-key-of-another": _carried(
        "VERIFY-EARLIER-04",
        _other_file("public-key-root", lambda _: _of_first("public-key-carrier.der")),
    ),
    "earlier-certificate-of-another": _carried(
        "VERIFY-EARLIER-04",
        _other_file(
            "certificate-old",
            lambda _: _of_first("certificate-root-oca-certificate.pem"),
        ),
    ),
    "earlier-blob-of-another": _carried(
        "VERIFY-EARLIER-04", _other_file("wrapped-", _unlike)
    ),
    "earlier-list-of-another": _carried(
        "VERIFY-EARLIER-04", _other_file("crl-", _unlike)
    ),
    "earlier-certificate-by-another-key": _lie(
        "12",
        "VERIFY-EARLIER-05",
        "leaf ",
        command=_told(CERTIFICATE, _signed_by("issuing-oca")),
    ),
    "serial-number-of-an-earlier-certificate": _lie(
        "12", "VERIFY-EARLIER-06", "old-certificate", serial=_first_serial
    ),
    "earlier-key-that-is-not-in-its-token": _lie(
        "11",
        "VERIFY-EARLIER-07",
        "step 2.2",
        inventory=_emptied,
        command=_tell_of_nothing,
    ),
    "list-that-forgets-an-earlier-entry": _lie(
        "12", "ENGINE-EARLIER-03", "step 2.7", script=_without_the_lost
    ),
    "earlier-key-used-unproven": _lie(
        "11", "ENGINE-EARLIER-02", "step 2.7", script=_listing_instead_of_proving
    ),
}
