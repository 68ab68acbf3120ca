"""``binding.json`` is the site's binding as the opening tells of it; part of check 5.

It is printed on the pages, and ``VERIFY.txt`` takes the log key from it. A digest alone
would let it name other tokens, more people, another journal or any text for a key.

Invariants:
    * What stands in it is what the opening tells, or one of the site's own words.
    * A word of the site's own is of the form that the site's file may have, and no
      list has more of them than the opening asks for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final, TypeAlias

from ceremony import canonical
from ceremony.canonical import CanonicalError, Json
from ceremony.engine.facts import BoundToken
from ceremony.errors import InputError
from ceremony.identifiers import Digest, Mode
from ceremony.journal.note import Algorithm, decode_vkey
from ceremony.pack.record import BINDING, Record
from ceremony.people.roster import Seat
from ceremony.pki.certificate import spki_digest
from ceremony.verify.binding_word import read_words
from ceremony.verify.check import FailedError

Told: TypeAlias = dict[str, Json]
Part: TypeAlias = tuple[str, object, object]
"""What is compared, what is found, and what is wanted."""

_FORMAT: Final = "key-ceremony.binding/1"
_PARTS: Final = (
    *("evidence", "evidenceCa", "modules", "origin", "people", "place", "tokens", "v"),
)


def verify_binding_told(record: Record) -> None:
    """Compare the binding with the opening, part by part and as a whole.

    Raises:
        FailedError: ``VERIFY-BINDING-01``.
    """
    told = _decoded(record)
    for what, found, wanted in _all(told, record):
        if found != wanted:
            raise _failed(f"{what} is another than the ceremony was opened with")


def _all(told: Told, record: Record) -> Iterator[Part]:
    opened, evidence = record.opened, _object(told.get("evidence"))
    tokens, people, modules = (
        _objects(told.get(name)) for name in ("tokens", "people", "modules")
    )
    yield "its format", told.get("v"), _FORMAT
    yield "the list of its parts", sorted(told), list(_PARTS)
    yield "the journal", told["origin"], record.log.removesuffix("/rehearsal")
    yield "the evidence CA", told["evidenceCa"], opened.evidence_ca
    _words(told, "place", of="the site")
    yield from _evidence(evidence, record)
    bound = {_text(each, "name"): each.get("sha256") for each in modules}
    yield from _tokens(tokens, opened.tokens, bound)
    yield from _people(people, opened.seats)
    every = (*tokens, evidence, *people)
    yield from _modules(modules, {_text(each, "module") for each in every})
    _verify_modes(every, opened.mode)
    purposes = max(Counter(map(_own_name, every)).values())
    yield "the number of purposes of a token", purposes, 1


def _evidence(told: Told, record: Record) -> Iterator[Part]:
    opened, text = record.opened, _text(told, "logKey")
    yield "the log key", _log_key(text, record.log), opened.log_key
    yield "the seal", told.get("sealCertificate"), opened.seal_certificate
    own = ("module", "serial", "label", "logKeyId", "sealKeyId", "pin")
    wanted = {
        **_words(told, *own, of="the evidence token"),
        "logKey": text,
        "sealCertificate": opened.seal_certificate,
    }
    yield "the evidence token", told, wanted


def _tokens(
    told: list[Told], opened: tuple[BoundToken, ...], bound: dict[str, Json | None]
) -> Iterator[Part]:
    names = [_text(each, "name") for each in told]
    yield "the list of tokens", names, [it.name for it in opened]
    for each, it in zip(told, opened, strict=True):
        what = f"the token {it.name}"
        wanted = {
            "name": it.name,
            "serial": it.serial,
            "label": it.label,
            **_words(each, "module", "pin", "purpose", of=what),
        }
        found = bound.get(_text(each, "module"))
        yield what, (each, found), (wanted, it.module)


def _people(told: list[Told], opened: tuple[Seat, ...]) -> Iterator[Part]:
    told = sorted(told, key=lambda each: _text(each, "id"))
    seats = sorted(opened, key=lambda seat: seat.person)
    ids = [_text(each, "id") for each in told]
    yield "the list of people", ids, [seat.person for seat in seats]
    for each, seat in zip(told, seats, strict=True):
        what = f"the token of {seat.person}"
        wanted = {
            "id": seat.person,
            "serial": seat.token,
            "certificate": seat.certificate,
            **_words(each, "module", "label", "keyId", "pin", of=what),
        }
        cosigner = {"cosigner": each["cosigner"]} if "cosigner" in each else {}
        yield what, each, wanted | cosigner
        if cosigner:
            key = _cosigner_key(_text(each, "cosigner"))
            yield f"the cosigner key of {seat.person}", key, seat.key


def _modules(told: list[Told], used: set[str]) -> Iterator[Part]:
    names = sorted(_text(each, "name") for each in told)
    yield "the list of modules", names, sorted(used)
    for each in told:
        what = f"the module {_text(each, 'name')}"
        own = ("name", "path", "sha256", "environment")
        more = ("initArguments",) if "initArguments" in each else ()
        yield what, each, _words(each, *own, *more, of=what)


def _words(told: Told, *names: str, of: str) -> Told:
    """Give words of the site's own, each of its form."""
    words, wrong = read_words(told, names)
    if wrong:
        raise _failed(f"{wrong} of {of} is not as a site's binding has it")
    return words


def _own_name(told: Told) -> tuple[str, ...]:
    """Give what tells a token from all others: its serial, where that is its own."""
    serial = _text(told, "serial")
    if serial.strip("0 "):
        return (serial,)
    return (serial, _text(told, "module"), _text(told, "label"))


def _verify_modes(every: tuple[Told, ...], mode: Mode) -> None:
    if mode is Mode.LIVE and any(each["pin"] == "fixed" for each in every):
        raise _failed("a live ceremony has a PIN from a file")


def _decoded(record: Record) -> Told:
    try:
        return _object(canonical.decode(record.files[BINDING]))
    except CanonicalError as error:
        raise _failed(str(error)) from error


def _log_key(text: str, log: str) -> Digest | None:
    """Give the digest of the log key that is told; None where none is, of this log."""
    try:
        key = decode_vkey(text)
    except InputError:
        return None
    return spki_digest(key.public_key) if key.name == log else None


def _cosigner_key(text: str) -> Digest | None:
    """Give the digest of a cosigner's key; None where the text tells none."""
    try:
        key = decode_vkey(text)
    except InputError:
        return None
    is_cosigner = key.algorithm is Algorithm.COSIGNATURE
    return spki_digest(key.public_key) if is_cosigner else None


def _object(value: Json | None) -> Told:
    return value if isinstance(value, dict) else {}


def _objects(value: Json | None) -> list[Told]:
    """Give the entries of a list; of what is none, one that has nothing."""
    return [_object(each) for each in value] if isinstance(value, list) else [{}]


def _text(told: Told, name: str) -> str:
    """Give a text, empty where there is another value or none."""
    value = told.get(name)
    return value if isinstance(value, str) else ""


def _failed(why: str) -> FailedError:
    return FailedError("VERIFY-BINDING-01", f"{BINDING}: {why}")
