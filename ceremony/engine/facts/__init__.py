"""Every kind of fact that a journal can hold, as typed values.

A fact is the ``data`` of a leaf (docs/spec/facts-v1.md); its class names
the leaf's ``type``. Facts carry digests of larger things, which lie beside them as
blobs. ``engine.fact_codec`` reads and writes them strictly.

Invariants:
    * No fact holds a name, a PIN or another secret: people stand under their ids,
      and names as commitments.
    * A field that is None, empty or a default False is left out of the leaf.
"""

from __future__ import annotations

from ceremony.engine.facts.change import ChangedToken, TokensChanged
from ceremony.engine.facts.contingency import PublicKeyWrapped
from ceremony.engine.facts.crl import CrlMade, RevokedCertificate
from ceremony.engine.facts.device import (
    Asked,
    AttributeFound,
    CertificateMade,
    CheckValueFound,
    DeviceFault,
    FoundObject,
    Intent,
    InventoryTaken,
    KeyMade,
    KeyRestored,
    KeyWrapped,
    Outcome,
    ProofMade,
    RemarkTold,
    RequestMade,
    SecretKeyMade,
)
from ceremony.engine.facts.earlier import CertificateBrought, EarlierFound
from ceremony.engine.facts.ending import (
    CeremonyAbandoned,
    CeremonyClosed,
    CheckResult,
    PackSealed,
    RecordVerified,
    ReportSigned,
)
from ceremony.engine.facts.imported import (
    RequestRefused,
    RequestsGiven,
    RequestsJudged,
    RuleBroken,
    RuleCount,
)
from ceremony.engine.facts.incident import (
    BreakBegun,
    BreakEnded,
    CommandRefused,
    DeviationClosed,
    DeviationRecorded,
    Noted,
    Resumed,
    TokenFound,
    TokensInspected,
)
from ceremony.engine.facts.lint import (
    Linted,
    LintFinding,
    SecondLint,
    SecondLintFinding,
)
from ceremony.engine.facts.opening import (
    BoundToken,
    Opened,
)
from ceremony.engine.facts.part import PartAsked, PartMade
from ceremony.engine.facts.path import PathChecked
from ceremony.engine.facts.room import (
    AttendanceChanged,
    Attested,
    ClockRead,
    ClockReference,
    CustodyRecorded,
    DeviceHandled,
    DeviceQuorum,
    DeviceReading,
    HoldAnswer,
    HoldAnswered,
    Presented,
    Seen,
    StepClosed,
    ValueChecked,
    ValueRecorded,
    Zeroised,
)
from ceremony.engine.facts.turn import (
    DissentRecorded,
    DissentSettled,
    SignedOnPaper,
)
from ceremony.engine.facts.value import (
    Course,
    Head,
    Initial,
    Input,
    Result,
    Severity,
)

__all__ = [
    "Asked",
    "AttendanceChanged",
    "Attested",
    "AttributeFound",
    "BoundToken",
    "BreakBegun",
    "BreakEnded",
    "CeremonyAbandoned",
    "CeremonyClosed",
    "CertificateBrought",
    "CertificateMade",
    "ChangedToken",
    "CheckResult",
    "CheckValueFound",
    "ClockRead",
    "ClockReference",
    "CommandRefused",
    "Course",
    "CrlMade",
    "CustodyRecorded",
    "DeviationClosed",
    "DeviationRecorded",
    "DeviceFault",
    "DeviceHandled",
    "DeviceQuorum",
    "DeviceReading",
    "DissentRecorded",
    "DissentSettled",
    "EarlierFound",
    "Fact",
    "FoundObject",
    "Head",
    "HoldAnswer",
    "HoldAnswered",
    "Initial",
    "Input",
    "Intent",
    "InventoryTaken",
    "KeyMade",
    "KeyRestored",
    "KeyWrapped",
    "LintFinding",
    "Linted",
    "Noted",
    "Opened",
    "Outcome",
    "PackSealed",
    "PartAsked",
    "PartMade",
    "PathChecked",
    "Presented",
    "ProofMade",
    "PublicKeyWrapped",
    "RecordVerified",
    "RemarkTold",
    "ReportSigned",
    "RequestMade",
    "RequestRefused",
    "RequestsGiven",
    "RequestsJudged",
    "Result",
    "Resumed",
    "RevokedCertificate",
    "RuleBroken",
    "RuleCount",
    "SecondLint",
    "SecondLintFinding",
    "SecretKeyMade",
    "Seen",
    "Severity",
    "SignedOnPaper",
    "StepClosed",
    "TokenFound",
    "TokensChanged",
    "TokensInspected",
    "ValueChecked",
    "ValueRecorded",
    "Zeroised",
]

Fact = (
    Opened
    | EarlierFound
    | CertificateBrought
    | Attested
    | SignedOnPaper
    | DissentRecorded
    | DissentSettled
    | AttendanceChanged
    | StepClosed
    | HoldAnswered
    | ClockRead
    | ValueChecked
    | ValueRecorded
    | CustodyRecorded
    | DeviceHandled
    | RequestsGiven
    | RequestsJudged
    | Linted
    | Intent
    | Outcome
    | DeviationRecorded
    | DeviationClosed
    | Noted
    | BreakBegun
    | BreakEnded
    | TokensChanged
    | TokensInspected
    | Resumed
    | CommandRefused
    | RecordVerified
    | CeremonyClosed
    | CeremonyAbandoned
    | PackSealed
    | ReportSigned
)
