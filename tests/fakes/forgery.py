"""What a liar changes while a made-up record is made; see ``record_builder``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from ceremony.canonical import Json
from ceremony.engine.command import Command
from ceremony.identifiers import CeremonyId, OperationId
from ceremony.journal.event import Event
from ceremony.pki.crl_order import CrlOrder
from ceremony.pki.finding import LintReport
from ceremony.pki.order import Order
from ceremony.pki.output import Output
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_order import RequestOrder
from ceremony.script.model import Step
from tests.fakes.made_up_site import BEGUN, Person

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


def keep_profile(profile: CertificateProfile) -> CertificateProfile:
    """Leave a profile as it is."""
    return profile


def keep_order(order: CrlOrder) -> CrlOrder:
    """Leave the order of a revocation list as it is."""
    return order


def keep_numbered(_: int, order: Order) -> Order:
    """Leave the order of a certificate as it is."""
    return order


def own_alone(_: str, report: LintReport) -> LintReport:
    """Leave out the second lint and the SMKI's rules, as records from before do."""
    before = report.rule_count - report.smki_count
    return replace(report, second=None, rule_count=before)


def keep_number(_: str, number: int) -> int:
    """Leave a number as it is."""
    return number


def keep_day(_: str, day: date) -> date:
    """Leave a day as it is."""
    return day


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
        carried: Changes the wrapped public key that a certificate carries.
        crl: Changes a revocation list's DER; is told the list's name.
        crl_order: Changes what is ordered of a revocation list.
        request_order: Changes what a request asks for that is linted before it is
            signed; None where none is linted, as the committed packs are from before.
        request: Changes such a request's DER; is told its name.
        batch_order: Changes what is ordered of a batch's certificate; is told which one
            it is, from 1.
        batch_file: Changes a file of imported requests or of a batch before its digest
            is told; is told the file's name.
        instead: Imports or issues in its own way, and says that it has; is told the
            step.
        lint: Changes a lint's report; is told ``CERTIFICATE STAGE``. The second lint is
            left out by default: the committed packs are from before it.
        signs_as: Gives the name of the key that makes a key's proof.
        key_of: Gives the name of the key that stands for a key; empty for its own.
        proof: Changes what a key signs for proof, told ``message``, and the signature,
            told ``signature``.
        serial: Changes the serial number of a certificate; is told its name.
        first_day: Changes its first day, likewise.
        profile: Changes the profile by which a certificate is ordered.
        foreign: The hashes of the journal's leaves before the ceremony; empty for a
            few made-up ones.
        profiles: The script's own profiles by the names that a record has.
        embedded: Changes what the record has of them.
        binding: Changes what the binding of the record tells.
        site_policy: Changes the site policy's bytes before anything begins.
        log_key: The name of the Ed25519 key that signs checkpoints.
        ceremony: The ceremony's id.
        origin: The journal's origin; empty for the site's own.
        begun: The first day of the site's certificates.
        ended: The person whose certificate has ended by then.
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
    request_order: Callable[[RequestOrder], RequestOrder] | None = None
    request: Callable[[str, bytes], bytes] = keep_named
    batch_order: Callable[[int, Order], Order] = keep_numbered
    batch_file: Callable[[str, bytes], bytes] = keep_named
    instead: Callable[[RecordBuilder, Step], bool] = never
    output: Callable[[Output], dict[str, bytes]] = no_output
    inventory: Callable[[str, bytes], bytes] = keep_named
    lint: Callable[[str, LintReport], LintReport] = own_alone
    blob: Callable[[str, bytes], bytes] = keep_named
    carried: Callable[[bytes], bytes] = keep_bytes
    signs_as: Callable[[str], str] = keep_name
    key_of: Callable[[str], str] = no_other
    proof: Callable[[str, bytes], bytes] = keep_named
    serial: Callable[[str, int], int] = keep_number
    first_day: Callable[[str, date], date] = keep_day
    profile: Callable[[CertificateProfile], CertificateProfile] = keep_profile
    foreign: tuple[bytes, ...] = ()
    profiles: Mapping[str, bytes] = field(default_factory=dict, hash=False)
    embedded: Callable[[dict[str, bytes]], dict[str, bytes]] = dict
    binding: Callable[[dict[str, Json]], dict[str, Json]] = dict
    site_policy: Callable[[bytes], bytes] = keep_bytes
    log_key: str = "log"
    ceremony: CeremonyId = CEREMONY
    origin: str = ""
    begun: date = BEGUN
    ended: str = ""
    nonce: str = ""
    watch: str = ""
    on_paper: Callable[[str], bool] = never
    before: Callable[[RecordBuilder, Step], None] = nothing_more
    interrupted: Callable[[RecordBuilder, Step, OperationId], None] = nothing_more
    stop_after: str = ""
