"""Turn the journal's facts into the rows of the register's tables; pure.

Invariants:
    * A row follows from the journal alone; names of people are not in it.
    * The same journal gives the same rows in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final

from ceremony.clock import encode_wall
from ceremony.engine.fact_codec import decode_fact
from ceremony.engine.facts import (
    Attested,
    CeremonyAbandoned,
    CeremonyClosed,
    CrlMade,
    DeviationRecorded,
    DeviceHandled,
    EarlierFound,
    Fact,
    InventoryTaken,
    Opened,
    Outcome,
    PackSealed,
    PartMade,
    ReportSigned,
    Result,
    Resumed,
    SignedOnPaper,
    TokensChanged,
    TokensInspected,
)
from ceremony.engine.state import Recorded
from ceremony.identifiers import Digest
from ceremony.journal.event import Event
from ceremony.register.revoked import Results, no_results, revoked_rows
from ceremony.register.table import (
    ATTESTATIONS,
    BATCHES,
    CEREMONIES,
    CERTIFICATES,
    CRLS,
    KEYS,
    PEOPLE,
    REVOKED,
    TABLES,
    TOKENS,
    Row,
    Table,
    Value,
)

_MADE: Final = (Result.DONE, Result.ADOPTED)

_UNSEEN: Final[Row] = {"listed_at": "", "unseen_at": ""}
"""What is known of a token that was never listed, and of which nobody told."""


Carried = Callable[[Digest | None], str]
"""Gives the key identifier (hex) that a certificate carries, by its PEM's SHA-256.

Empty where it carries none, or the file is not at hand.
"""


def nothing_carried(_: Digest | None) -> str:
    """Give no key identifier."""
    return ""


def project(
    events: Iterable[Event],
    results: Results = no_results,
    carried: Carried = nothing_carried,
) -> dict[str, list[Row]]:
    """Give each table's rows for a whole journal.

    Args:
        events: The journal's leaves in order, of any number of ceremonies.
        results: Gives a batch's results, by which a revoked one of it is known; left
            out, none is.
        carried: See :data:`Carried`; left out, none is known.

    Returns:
        The rows by table name, each in the order of their keys; where a key comes
        again, the later row holds.

    Raises:
        EvidenceError: A leaf holds no known fact.
        InputError: ``PKI-ISSUED-01``: a batch's results are not whole.
    """
    by_key: dict[str, dict[tuple[Value, ...], Row]] = {name: {} for name in TABLES}
    ceremonies: dict[str, list[Recorded]] = {}
    named: dict[tuple[str, str], Row] = {}
    for event in events:
        recorded = Recorded(event, decode_fact(event.type, event.data))
        ceremonies.setdefault(event.ceremony, []).append(recorded)
        for table, row in _rows(recorded, carried):
            by_key[table.name][tuple(row[column] for column in table.key)] = row
        _show_again(recorded.fact, by_key[KEYS.name])
        _destroyed(recorded, by_key[KEYS.name], named)
    for name, facts in ceremonies.items():
        by_key[CEREMONIES.name][(name,)] = _ceremony(facts)
    told = tuple(chain.from_iterable(ceremonies.values()))
    seen = _seen(sorted(told, key=lambda recorded: recorded.event.seq))
    for row in by_key[TOKENS.name].values():
        row.update(seen.get(row["serial"], _UNSEEN))
    for row in revoked_rows(told, results):
        by_key[REVOKED.name][row["issuer_key"], row["serial"]] = row
    return {name: [rows[key] for key in sorted(rows)] for name, rows in by_key.items()}


def _seen(facts: Iterable[Recorded]) -> dict[Value, Row]:
    """Tell by serial when a token's objects were last listed, or nobody saw it.

    A list is of an outcome, a resumption or a look; whoever could not look into the
    token since told so as a deviation.
    """
    bound: dict[tuple[str, str], str] = {}
    seen: dict[Value, Row] = {}
    for recorded in facts:
        fact, at = recorded.fact, encode_wall(recorded.event.t.wall)
        ceremony = recorded.event.ceremony
        for serial, _ in _lists(fact):
            seen[serial] = {"listed_at": at, "unseen_at": ""}
        if isinstance(fact, Opened):
            bound |= {(ceremony, each.name): each.serial for each in fact.tokens}
        elif isinstance(fact, DeviationRecorded) and (ceremony, fact.token) in bound:
            serial = bound[ceremony, fact.token]
            seen[serial] = {**seen.get(serial, _UNSEEN), "unseen_at": at}
    return seen


def _lists(fact: Fact) -> Iterator[tuple[str, InventoryTaken]]:
    """Give every list of a token's objects that a fact holds, by its serial."""
    if isinstance(fact, Outcome):
        if fact.inventory is not None:
            yield fact.serial, fact.inventory
    elif isinstance(fact, Resumed | TokensInspected | TokensChanged):
        for each in fact.tokens:
            yield each.serial, each.inventory


def _destroyed(
    recorded: Recorded,
    keys: dict[tuple[Value, ...], Row],
    named: dict[tuple[str, str], Row],
) -> None:
    """Write into a key's row when it was destroyed, in whichever ceremony.

    Where nobody will know whether it was, when that was decided.

    Args:
        recorded: A fact.
        keys: The rows of keys so far.
        named: The same by ceremony and the name that a later ceremony has for a key.
    """
    event, fact = recorded.event, recorded.fact
    ended: list[Row | None] = []
    unresolved = False
    if isinstance(fact, EarlierFound):
        made = (fact.ceremony, fact.outcome.thing)
        row = named.get(made) or keys.get(made)
        if row is not None and (fact.outcome.key or fact.outcome.secret_key):
            named[event.ceremony, fact.thing] = row
    elif isinstance(fact, Outcome):
        if fact.verb == "key.destroy" and fact.result in (*_MADE, Result.UNRESOLVED):
            own = (event.ceremony, fact.thing)
            ended = [named.get(own) or keys.get(own)]
            unresolved = fact.result is Result.UNRESOLVED
    elif isinstance(fact, DeviceHandled):
        ended = _zeroised(fact, keys)
    for row in filter(None, ended):
        row["unresolved_at" if unresolved else "destroyed_at"] = encode_wall(
            event.t.wall
        )


def _zeroised(
    fact: DeviceHandled, keys: dict[tuple[Value, ...], Row]
) -> list[Row | None]:
    """Give the keys that an act by hand has ended with their token."""
    serial = fact.zeroised.serial if fact.zeroised is not None else None
    return [
        row
        for row in keys.values()
        if row["token"] == serial and not row["destroyed_at"]
    ]


def _show_again(fact: Fact, keys: dict[tuple[Value, ...], Row]) -> None:
    """Take back the end of a key that a list of its token shows to be there."""
    shown = {
        (serial, each.cka_id) for serial, taken in _lists(fact) for each in taken.added
    }
    for row in keys.values() if shown else ():
        if (row["token"], row["cka_id"]) in shown:
            row["destroyed_at"] = ""


def _rows(recorded: Recorded, carried: Carried) -> Iterator[tuple[Table, Row]]:
    match recorded.fact:
        case Opened() as opened:
            yield from _opened(recorded.event, opened)
        case (Attested() | SignedOnPaper()) as attested:
            yield ATTESTATIONS, _attestation(recorded.event, attested)
        case Outcome(result=result) as outcome if result in _MADE:
            yield from _made(recorded.event, outcome, carried)
            if outcome.crl is not None:
                yield CRLS, _crl(recorded.event, outcome.thing, outcome.crl)
            if outcome.part is not None:
                yield BATCHES, _batch(recorded.event, outcome.thing, outcome.part)
        case _:
            return


def _opened(event: Event, opened: Opened) -> Iterator[tuple[Table, Row]]:
    for seat in opened.seats:
        yield (
            PEOPLE,
            {
                "ceremony": event.ceremony,
                "person": seat.person,
                "role": seat.role,
                "kind": seat.kind.value,
                "initials": seat.initials,
                "name_commitment": seat.name,
                "certificate": seat.certificate,
                "key": seat.key,
                "token": seat.token,
            },
        )
    for token in opened.tokens:
        yield (
            TOKENS,
            {
                "serial": token.serial,
                "label": token.label,
                "name": token.name,
                "module": token.module,
                "vendor": token.vendor,
                "model": token.model,
                "firmware": token.firmware,
                "ceremony": event.ceremony,
                "software": int(token.software),
            },
        )


def _attestation(event: Event, attested: Attested | SignedOnPaper) -> Row:
    return {
        "ceremony": event.ceremony,
        "person": event.actor.person if event.actor else "",
        "role": event.actor.role if event.actor else "",
        "turn": attested.turn,
        "meaning": attested.meaning.value,
        "level": attested.level.value,
        "root": attested.head.root,
        "statement": attested.statement,
        "signed_at": encode_wall(event.t.wall),
        "seq": event.seq,
        "head_size": attested.head.size,
        "waived": int(attested.waived),
    }


def _pem(event: Event) -> Digest | None:
    """Find the certificate that goes with a leaf; None where it is not named."""
    named = (
        blob.sha256
        for blob in event.blobs
        if blob.name.startswith("certificate-") and blob.name.endswith(".pem")
    )
    return next(named, None)


def _made(
    event: Event, outcome: Outcome, carried: Carried
) -> Iterator[tuple[Table, Row]]:
    key, certificate = outcome.key or outcome.secret_key, outcome.certificate
    if key is not None:
        pair = outcome.key
        yield (
            KEYS,
            {
                "ceremony": event.ceremony,
                "thing": outcome.thing,
                "label": key.label,
                "cka_id": key.cka_id,
                "algorithm": key.algorithm,
                "mechanism": key.mechanism,
                "public_key": pair.public_key if pair is not None else "",
                "short_id": pair.key_identifier if pair is not None else "",
                "token": outcome.serial,
                "made_at": encode_wall(event.t.wall),
                "destroyed_at": "",
                "unresolved_at": "",
                "size": key.size,
                "seq": event.seq,
            },
        )
    if certificate is not None:
        yield (
            CERTIFICATES,
            {
                "digest": certificate.digest,
                "ceremony": event.ceremony,
                "thing": outcome.thing,
                "subject": certificate.subject,
                "issuer": certificate.issuer,
                "serial": certificate.serial,
                "not_before": certificate.not_before,
                "not_after": certificate.not_after,
                "public_key": certificate.public_key,
                "key_identifier": carried(_pem(event)),
                "made_at": encode_wall(event.t.wall),
                "seq": event.seq,
            },
        )


def _crl(event: Event, thing: str, crl: CrlMade) -> Row:
    return {
        "ceremony": event.ceremony,
        "thing": thing,
        "digest": crl.digest,
        "issuer": crl.issuer,
        "issuer_key": crl.issuer_key,
        "this_update": crl.this_update,
        "next_update": crl.next_update,
        "made_at": encode_wall(event.t.wall),
        "number": crl.number,
        "revoked_count": len(crl.revoked),
        "seq": event.seq,
    }


def _batch(event: Event, thing: str, part: PartMade) -> Row:
    """Tell of a batch up to a part; the row of the last one tells of all of it."""
    return {
        "ceremony": event.ceremony,
        "thing": thing,
        "issuer": part.issuer,
        "issuer_thing": part.issuer_thing,
        "issued": part.issued or "",
        "received_at": part.received_at,
        "answered_at": part.answered_at,
        "certificate_count": part.first + part.count - 1,
        "part_count": part.number,
        "seq": event.seq,
    }


def _ceremony(facts: list[Recorded]) -> Row:
    first = facts[0].event
    row: Row = dict.fromkeys(CEREMONIES.columns, "")
    row |= {
        "ceremony": first.ceremony,
        "script": first.script,
        "phase": "running",
        "opened_at": encode_wall(first.t.wall),
        "leaf_count": len(facts),
        "deviation_count": _count(facts, DeviationRecorded),
        "report_signature_count": _count(facts, ReportSigned),
    }
    for recorded in facts:
        _tell(row, recorded)
    return row


def _tell(row: Row, recorded: Recorded) -> None:
    """Write into a ceremony's row what one fact changes in it."""
    at = encode_wall(recorded.event.t.wall)
    match recorded.fact:
        case Opened() as opened:
            row |= {
                "mode": opened.mode.value,
                "title": opened.title,
                "place": opened.place,
                "script_id": opened.script_id,
                "script_version": opened.script_version,
            }
        case CeremonyClosed():
            row |= {"phase": "closed", "ended_at": at}
        case CeremonyAbandoned():
            row |= {"phase": "abandoned", "ended_at": at}
        case PackSealed() as sealed:
            row |= {"phase": "sealed", "pack": sealed.revision}
        case _:
            return


def _count(facts: list[Recorded], kind: type) -> int:
    return sum(isinstance(recorded.fact, kind) for recorded in facts)
