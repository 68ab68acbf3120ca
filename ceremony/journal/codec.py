"""Write an event as the bytes of its leaf, and read a leaf strictly.

Invariants:
    * Each event has exactly one leaf: ``decode_event(encode_event(e)) == e`` and
      ``encode_event(decode_event(leaf)) == leaf``.
    * What is absent is left out; nothing is null and no list of blobs is empty.
    * A leaf is at most 16 KiB.
"""

from __future__ import annotations

import re
from types import GenericAlias
from typing import Annotated, Any, Final

import msgspec

from ceremony import canonical
from ceremony.canonical import INTEGER_LIMIT, CanonicalError, Json
from ceremony.clock import Instant, decode_wall, encode_wall
from ceremony.errors import EvidenceError, InputError
from ceremony.identifiers import (
    DIGEST,
    CeremonyId,
    Digest,
    OperationId,
    Origin,
    PersonId,
    Role,
    StepId,
    is_flat_name,
)
from ceremony.journal.event import Actor, Blob, Event, StepRef

VERSION: Final = "key-ceremony.event/1"
LEAF_LIMIT: Final = 16 * 1024
"""The most bytes that a leaf may have."""

OPERATION: Final = re.compile("[0-9a-f]{32}")
TYPE: Final = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)*")
WALL: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
LINE: Final = re.compile(r"[^\x00-\x1f\x7f]{1,256}")
"""A name or an id: one line, not empty, no control characters."""

_REQUIRED: Final = frozenset(
    {"v", "log", "ceremony", "seq", "cseq", "prev", "type", "script", "t", "data"}
)
_OPTIONAL: Final = frozenset({"op", "step", "actor", "blobs"})

Integer = Annotated[int, msgspec.Meta(ge=-INTEGER_LIMIT, le=INTEGER_LIMIT)]


def nested(depth: int) -> Any:  # noqa: ANN401  a type made at run time has no type
    """Give the type of values that may be journalled, nested to a depth."""
    if depth == 0:
        return str | bool | Integer
    inner = nested(depth - 1)
    objects = GenericAlias(dict, (str, inner))
    return str | bool | Integer | GenericAlias(list, (inner,)) | objects


_FAST_DEPTH: Final = 6
"""How deep a leaf's values may nest before the slow reader takes over."""

_READ: Final = msgspec.json.Decoder(nested(_FAST_DEPTH)).decode
_WRITE: Final = msgspec.json.Encoder(order="deterministic").encode


def encode_event(event: Event) -> bytes:
    """Give the event's leaf: RFC 8785 JSON, UTF-8, at most 16 KiB.

    Raises:
        InputError: ``JOURNAL-DRAFT-01``: the leaf would be larger;
            ``JOURNAL-DRAFT-02``: a value cannot be journalled.
    """
    try:
        leaf = canonical.encode(_describe(event))
    except CanonicalError as error:
        raise _unfit("JOURNAL-DRAFT-02", event, str(error)) from error
    if len(leaf) > LEAF_LIMIT:
        raise _unfit(
            "JOURNAL-DRAFT-01",
            event,
            f"it would take {len(leaf)} bytes and a leaf holds {LEAF_LIMIT}",
        )
    return leaf


def decode_event(leaf: bytes) -> Event:
    """Read a leaf: exactly the bytes that :func:`encode_event` gives.

    Args:
        leaf: RFC 8785 JSON, UTF-8, at most 16 KiB.

    Raises:
        EvidenceError: ``JOURNAL-LEAF-01``: larger than a leaf may be; ``-02``: not
            JSON within the limits; ``-03``: not the canonical bytes of its value;
            ``-04``: a field is missing or unknown; ``-05``: a field has a value that
            it cannot have. The message names the field.
    """
    if len(leaf) > LEAF_LIMIT:
        raise bad_leaf("JOURNAL-LEAF-01", f"it has {len(leaf)} bytes")
    return _event(_Fields(_canonical_value(leaf), "the leaf", _REQUIRED, _OPTIONAL))


def _canonical_value(leaf: bytes) -> Json:
    """Read a leaf's value, in compiled code where that can judge it."""
    try:
        fast: Json = _READ(leaf)
        if _WRITE(fast) == leaf and leaf.isascii():
            return fast
    except (msgspec.DecodeError, UnicodeError):
        # The careful reader below judges it, and words the refusal.
        pass
    try:
        value = canonical.decode(leaf)
    except CanonicalError as error:
        raise bad_leaf("JOURNAL-LEAF-02", str(error)) from error
    if canonical.encode(value) != leaf:
        raise bad_leaf("JOURNAL-LEAF-03", "its bytes are not the canonical ones")
    return value


def bad_leaf(code: str, why: str) -> EvidenceError:
    """Make the error that says why some bytes are no leaf."""
    return EvidenceError(
        code,
        f"An entry of the journal is not well formed: {why}.",
        meaning="The journal was not written by this tool as it stands.",
        remedy="Preserve the journal as it is and compare it with another copy.",
    )


class _Fields:
    """One JSON object of a leaf whose keys were compared with those expected."""

    def __init__(
        self,
        value: Json,
        where: str,
        required: frozenset[str],
        optional: frozenset[str] = frozenset(),
    ) -> None:
        if not isinstance(value, dict):
            raise bad_leaf("JOURNAL-LEAF-05", f"{where} is not an object")
        for name in sorted(required - value.keys()):
            raise bad_leaf("JOURNAL-LEAF-04", f"{where} lacks the field {name}")
        for name in sorted(value.keys() - required - optional):
            raise bad_leaf("JOURNAL-LEAF-04", f"{where} has the unknown field {name}")
        self.value = value
        self.where = where

    def __contains__(self, name: str) -> bool:
        return name in self.value

    def text(self, name: str, form: re.Pattern[str] = LINE) -> str:
        value = self.value[name]
        if not isinstance(value, str) or form.fullmatch(value) is None:
            raise self.bad(name)
        return value

    def count(self, name: str) -> int:
        value = self.value[name]
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.bad(name)
        return value

    def digest(self, name: str) -> Digest:
        return Digest(self.text(name, DIGEST))

    def inner(self, name: str, *required: str) -> _Fields:
        return _Fields(self.value[name], f"the field {name}", frozenset(required))

    def bad(self, name: str) -> EvidenceError:
        return bad_leaf(
            "JOURNAL-LEAF-05",
            f"the field {name} of {self.where} has a value that it cannot have",
        )


def _event(leaf: _Fields) -> Event:
    if leaf.value["v"] != VERSION:
        raise leaf.bad("v")
    data = leaf.value["data"]
    if not isinstance(data, dict):
        raise leaf.bad("data")
    return Event(
        log=Origin(leaf.text("log")),
        ceremony=CeremonyId(leaf.text("ceremony")),
        seq=leaf.count("seq"),
        cseq=leaf.count("cseq"),
        prev=leaf.digest("prev"),
        script=leaf.digest("script"),
        t=_instant(leaf.inner("t", "wall", "mono_us", "boot")),
        type=leaf.text("type", TYPE),
        data=data,
        op=OperationId(leaf.text("op", OPERATION)) if "op" in leaf else None,
        step=_step(leaf.inner("step", "id", "presented")) if "step" in leaf else None,
        actor=_actor(leaf.inner("actor", "person", "role"))
        if "actor" in leaf
        else None,
        blobs=_blobs(leaf) if "blobs" in leaf else (),
    )


def _instant(t: _Fields) -> Instant:
    text = t.text("wall", WALL)
    try:
        wall = decode_wall(text)
    except ValueError as error:
        raise t.bad("wall") from error
    return Instant(wall=wall, mono_us=t.count("mono_us"), boot=t.text("boot"))


def _step(step: _Fields) -> StepRef:
    return StepRef(StepId(step.text("id")), step.digest("presented"))


def _actor(actor: _Fields) -> Actor:
    return Actor(PersonId(actor.text("person")), Role(actor.text("role")))


def _blobs(leaf: _Fields) -> tuple[Blob, ...]:
    value = leaf.value["blobs"]
    if not isinstance(value, list) or not value:
        raise leaf.bad("blobs")
    blobs = tuple(
        _blob(_Fields(item, "a blob", frozenset({"name", "sha256", "size"})))
        for item in value
    )
    if len({blob.name for blob in blobs}) != len(blobs):
        raise leaf.bad("blobs")
    return blobs


def _blob(blob: _Fields) -> Blob:
    name = blob.text("name")
    if not is_flat_name(name):
        raise blob.bad("name")
    return Blob(name, blob.digest("sha256"), blob.count("size"))


def _describe(event: Event) -> dict[str, Json]:
    value: dict[str, Json] = {
        "v": VERSION,
        "log": event.log,
        "ceremony": event.ceremony,
        "seq": event.seq,
        "cseq": event.cseq,
        "prev": event.prev,
        "script": event.script,
        "t": {
            "wall": encode_wall(event.t.wall),
            "mono_us": event.t.mono_us,
            "boot": event.t.boot,
        },
        "type": event.type,
        "data": dict(event.data),
    }
    if event.op is not None:
        value["op"] = event.op
    if event.step is not None:
        value["step"] = {"id": event.step.id, "presented": event.step.presented}
    if event.actor is not None:
        value["actor"] = {"person": event.actor.person, "role": event.actor.role}
    if event.blobs:
        value["blobs"] = [
            {"name": blob.name, "sha256": blob.sha256, "size": blob.size}
            for blob in event.blobs
        ]
    return value


def _unfit(code: str, event: Event, why: str) -> InputError:
    return InputError(
        code,
        f"A fact of the type {event.type} cannot be journalled: {why}.",
        remedy="Name larger things by digest, and write texts in plain characters.",
    )
