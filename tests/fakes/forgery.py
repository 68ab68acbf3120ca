"""What a liar changes while a made-up record is made; see ``record_builder``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ceremony.engine.command import Command
from ceremony.identifiers import CeremonyId, OperationId
from ceremony.journal.event import Event
from ceremony.pki.crl_order import CrlOrder
from ceremony.pki.output import Output
from ceremony.script.model import Step
from tests.fakes.made_up_site import Person

if TYPE_CHECKING:
    from tests.fakes.record_builder import RecordBuilder

CEREMONY: Final = CeremonyId("KC-2026-001-R1")


def keep_bytes(raw: bytes) -> bytes:
    """Leave bytes as they are."""
    return raw


def keep_named(_: str, raw: bytes) -> bytes:
    """Leave a named file's bytes as they are."""
    return raw


def keep_command(command: Command) -> Command:
    """Leave a command as it is."""
    return command


def keep_event(event: Event) -> Event:
    """Leave an event as it is."""
    return event


def keep_leaf(_: Event, leaf: bytes) -> bytes:
    """Leave a leaf as it is."""
    return leaf


def keep_order(order: CrlOrder) -> CrlOrder:
    """Leave the order of a revocation list as it is."""
    return order


def keep_name(name: str) -> str:
    """Let a key sign as itself."""
    return name


def no_other(_: str) -> str:
    """Let a key be the one that it is said to be."""
    return ""


def no_output(_: Output) -> dict[str, bytes]:
    """Leave out every file but the one that was signed, as records once did."""
    return {}


def drop_nothing(_: Command) -> bool:
    """Leave no fact out."""
    return False


def nothing_more(*_: object) -> None:
    """Record nothing besides."""


def never(*_: object) -> bool:
    """Let nobody sign in ink."""
    return False


def always(*_: object) -> bool:
    """Let everybody cosign."""
    return True


@dataclass(frozen=True)
class Forgery:
    """What is changed while the record is made.

    Attributes:
        script: Changes the script's bytes before anything begins.
        command: Changes a fact before it is recorded.
        dropped: True for a fact that is left out.
        event: Changes a leaf's values.
        leaf: Changes a leaf's bytes.
        envelope: Changes an attestation's envelope after it was signed; is told
            ``PERSON TURN``.
        cosigns: True where a person adds a ``cosignature/v1`` line; is told turn and
            person.
        certificate: Changes a certificate (DER) after it was signed; is told its name.
        output: Gives the files of what was issued that stand beside the one that was
            signed.
        inventory: Changes an inventory's bytes; is told its file name.
        blob: Changes a wrapped key's blob; is told the wrapped key's name.
        crl: Changes a revocation list's DER; is told the list's name.
        crl_order: Changes what is ordered of a revocation list.
        signs_as: Gives the name of the key that makes a key's proof.
        key_of: Gives the name of the key that stands for a key; empty for its own.
        proof: Changes what a key signs for proof, told ``message``, and the signature,
            told ``signature``.
        profiles: The script's own profiles by the names that a record has.
        embedded: Changes what the record has of them.
        site_policy: Changes the site policy's bytes before anything begins.
        log_key: The name of the Ed25519 key that signs checkpoints.
        ceremony: The ceremony's id.
        origin: The journal's origin; empty for the site's own.
        nonce: The nonce of every statement; empty for a new one each.
        watch: What everybody's own watch says; empty for the time.
        on_paper: True where a person signs in ink; is told ``PERSON TURN``.
        before: Is told of each step before it is carried out, and may record
            something first.
        interrupted: Is told of each operation after its intent.
        stop_after: Id of the last step that is carried out; empty for all.
    """

    script: Callable[[bytes], bytes] = keep_bytes
    command: Callable[[Command], Command] = keep_command
    dropped: Callable[[Command], bool] = drop_nothing
    event: Callable[[Event], Event] = keep_event
    leaf: Callable[[Event, bytes], bytes] = keep_leaf
    envelope: Callable[[str, bytes], bytes] = keep_named
    cosigns: Callable[[str, Person], bool] = always
    certificate: Callable[[str, bytes], bytes] = keep_named
    crl: Callable[[str, bytes], bytes] = keep_named
    crl_order: Callable[[CrlOrder], CrlOrder] = keep_order
    output: Callable[[Output], dict[str, bytes]] = no_output
    inventory: Callable[[str, bytes], bytes] = keep_named
    blob: Callable[[str, bytes], bytes] = keep_named
    signs_as: Callable[[str], str] = keep_name
    key_of: Callable[[str], str] = no_other
    proof: Callable[[str, bytes], bytes] = keep_named
    profiles: Mapping[str, bytes] = field(default_factory=dict)
    embedded: Callable[[dict[str, bytes]], dict[str, bytes]] = dict
    site_policy: Callable[[bytes], bytes] = keep_bytes
    log_key: str = "log"
    ceremony: CeremonyId = CEREMONY
    origin: str = ""
    nonce: str = ""
    watch: str = ""
    on_paper: Callable[[str], bool] = never
    before: Callable[[RecordBuilder, Step], None] = nothing_more
    interrupted: Callable[[RecordBuilder, Step, OperationId], None] = nothing_more
    stop_after: str = ""
