"""Lies about what earlier ceremonies made, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import canonical
from ceremony.engine.command import Command
from ceremony.engine.fact_codec import encode_fact
from ceremony.engine.facts import EarlierFound, KeyMade, Outcome
from ceremony.identifiers import CeremonyId, Digest
from ceremony.journal.codec import encode_event
from ceremony.journal.merkle import leaf_hash
from ceremony.pack.inventory_file import encode_listing
from ceremony.pki.crl import decode_crl
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.odd_certificates import ODD_CERTIFICATES
from tests.fakes.record_builder import BuiltRecord, remade
from tests.fakes.record_earlier import LOST, Contents, build_earlier, build_first
from tests.unit.pki.crls import changed, dropped

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


def _unreadable(_: bytes) -> bytes:
    odd = ODD_CERTIFICATES["a key on an unknown curve"]
    return odd.public_bytes(Encoding.PEM)


def _by_another_mechanism(fact: EarlierFound) -> EarlierFound:
    key = fact.outcome.key
    assert isinstance(key, KeyMade)
    other = replace(key, mechanism="CKM_RSA_X9_31_KEY_PAIR_GEN")
    return replace(fact, outcome=replace(fact.outcome, key=other))


def _signed_by(name: str) -> Callable[[EarlierFound], EarlierFound]:
    return lambda fact: replace(fact, by=name)


def _under_another_root(fact: EarlierFound) -> EarlierFound:
    return replace(fact, issuer_key=Digest("ee" * 32))


def _other_file(begin: str, change: Callable[[bytes], bytes]) -> Contents:
    """Change what goes along with a leaf, by its file's name."""

    def contents(_: EarlierFound, files: dict[str, bytes]) -> dict[str, bytes]:
        return {
            name: change(raw) if name.startswith(begin) else raw
            for name, raw in files.items()
        }

    return contents


def _nobodys_leaf(_: EarlierFound, files: dict[str, bytes]) -> dict[str, bytes]:
    """Carry something in the place of each leaf that is none."""
    return {
        name: b"{}" if name.startswith("earlier-") else raw
        for name, raw in files.items()
    }


def _hashed_as_nobodys(fact: EarlierFound) -> EarlierFound:
    return replace(fact, leaf=Digest(leaf_hash(b"{}").hex()))


def _each(change: Callable[[EarlierFound], EarlierFound]) -> Callable[..., Command]:
    """Change every fact of an earlier ceremony."""

    def command(told: Command) -> Command:
        if not isinstance(told.fact, EarlierFound):
            return told
        return replace(told, fact=change(told.fact))

    return command


def _invented(fact: EarlierFound, files: dict[str, bytes]) -> dict[str, bytes]:
    """Carry a leaf that says what is told of the root, and was never in the journal."""
    return {
        name: _invented_leaf(fact) if _is_roots(fact, name) else raw
        for name, raw in files.items()
    }


def _is_roots(fact: EarlierFound, name: str) -> bool:
    return (
        name.startswith("earlier-")
        and fact.thing == ROOT
        and (fact.outcome.key is not None)
    )


def _invented_leaf(fact: EarlierFound) -> bytes:
    known = build_first().builder.facts
    event = next(it.event for it in known if it.event.seq == fact.seq)
    told = encode_fact(_by_another_mechanism(fact).outcome)
    return encode_event(replace(event, data=told))


def _told_as_invented(fact: EarlierFound) -> EarlierFound:
    other = _by_another_mechanism(fact)
    return replace(other, leaf=Digest(leaf_hash(_invented_leaf(fact)).hex()))


def _by_carrier(fact: EarlierFound) -> EarlierFound:
    return replace(fact, by="carrier") if fact.outcome.wrapped else fact


def _by_the_issued(fact: EarlierFound) -> EarlierFound:
    return replace(fact, by="issuing-oca") if fact.outcome.crl else fact


def _listing_instead_of_restoring(raw: bytes) -> bytes:
    """Let the approved script neither restore the root nor destroy it."""
    lists = b"token.inventory, with: {token: root-hsm}"
    for verb in (
        b"key.unwrap, with: {key: root-copy, under: kek-copy}",
        b"key.destroy, with: {key: root-oca}",
    ):
        raw = raw.replace(verb, lists)
    return raw


def _crossed_under_another_name(raw: bytes) -> bytes:
    """Let the approved script give the cross-certificate a name of its own."""
    told = b"The cross-certificate, profile: smki-issuing-oca, common-name: "
    return raw.replace(told + b"NB", told + b"NC")


def _signed_by_nobody(name: str, der: bytes) -> bytes:
    return _unlike(der) if name == "issuing-oca-certificate" else der


def _without_next_update(der: bytes) -> bytes:
    """Take the day away on which a list's next one is due."""
    return changed(decode_crl(der, "the list"), dropped("next_update")).public_bytes(
        Encoding.DER
    )


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
    "earlier-leaf-that-is-none": Lie(
        "5",
        "JOURNAL-LEAF-04",
        lambda: build_earlier(
            Forgery(command=_each(_hashed_as_nobodys)), _nobodys_leaf
        ),
        "earlier-",
    ),
    "earlier-leaf-that-is-in-no-journal": Lie(
        "5",
        "JOURNAL-INCLUSION-01",
        lambda: build_earlier(
            Forgery(command=_told(ROOT, _told_as_invented)), _invented
        ),
        "proof-earlier-",
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
    "earlier-certificate-that-is-none": _carried(
        "PKI-CERT-01", _other_file("certificate-old", lambda _: b"none")
    ),
    "earlier-list-without-an-end": _carried(
        "VERIFY-EARLIER-04", _other_file("crl-", _without_next_update)
    ),
    "earlier-certificate-by-another-key": _lie(
        "12",
        "VERIFY-EARLIER-05",
        "leaf ",
        command=_told(CERTIFICATE, _signed_by("issuing-oca")),
    ),
    "earlier-certificate-under-another-root": _lie(
        "12",
        "VERIFY-EARLIER-05",
        "leaf ",
        command=_told("old-certificate", _under_another_root),
    ),
    "earlier-list-by-another-key": _lie(
        "12", "VERIFY-EARLIER-05", "leaf ", command=_each(_by_the_issued)
    ),
    "earlier-blob-under-another-key": _lie(
        "12",
        "VERIFY-EARLIER-05",
        "leaf ",
        script=_listing_instead_of_restoring,
        command=_each(_by_carrier),
    ),
    "earlier-certificate-signed-by-nobody": Lie(
        "12",
        "VERIFY-EARLIER-05",
        lambda: build_earlier(first=Forgery(certificate=_signed_by_nobody)),
        "leaf ",
    ),
    "earlier-public-key-that-is-none": _carried(
        "VERIFY-EARLIER-04", _other_file("public-key-root", lambda _: b"")
    ),
    "brought-certificate-of-another": Lie(
        "12",
        "VERIFY-BROUGHT-01",
        lambda: build_earlier(
            brought=lambda _: _of_first("certificate-root-oca-certificate.pem")
        ),
        "leaf ",
    ),
    "brought-certificate-with-a-key-that-cannot-be-read": Lie(
        "12",
        "VERIFY-BROUGHT-01",
        lambda: build_earlier(brought=_unreadable),
        "leaf ",
    ),
    "brought-certificate-that-is-none": Lie(
        "12", "PKI-CERT-01", lambda: build_earlier(brought=lambda _: b"none"), "leaf "
    ),
    "cross-certificate-for-another-name": _lie(
        "12", "VERIFY-CROSS-01", "step 2.10", script=_crossed_under_another_name
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
