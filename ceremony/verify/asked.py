"""What a device is told to be asked for follows from script, profile and site policy.

Part of check 11. People read from the intent what was about to happen, and nothing of
what came of it shows whether that was said. Under what and from which blob a key is
wrapped or restored, and by which method, the engine decides again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceremony.engine.facts import Asked, Intent, Outcome, Result
from ceremony.engine.state import Recorded
from ceremony.errors import CeremonyError
from ceremony.pack.record import Record
from ceremony.pki.crl_signature import crl_signature
from ceremony.pki.field_fault import FIELD_FAULTS
from ceremony.pki.request_form import request_signature
from ceremony.pki.script_profile import certificate_profile, crl_profile
from ceremony.script.key_kind import demanded_of
from ceremony.verify.check import FailedError
from ceremony.verify.issued import last_certificate, step_of
from ceremony.verify.key import demands_of
from ceremony.verify.trace import place

_KEY: Final = frozenset({"algorithm", "attributes"})
_SIGNED: Final = frozenset({"algorithm", "tbs"})
_WRAPPED: Final = frozenset({"algorithm", "under"})

_GENERATE: Final = "key.generate"
_REQUEST: Final = "csr.create"
_LIST: Final = "crl.issue"

_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    _GENERATE: _KEY,
    "key.unwrap": _KEY | {"under", "blob"},
    "key.wrap": _WRAPPED,
    "key.wrap-public": _WRAPPED,
    "key.check-value": frozenset({"algorithm"}),
    "certificate.self-sign": _SIGNED,
    "certificate.issue": _SIGNED,
    "certificate.cross-sign": _SIGNED,
    _REQUEST: _SIGNED,
    _LIST: _SIGNED,
}
"""What an intent of each verb may ask for; one of another verb asks for none of it."""

_ALL: Final = ("algorithm", "attributes", "tbs", "under", "blob")


def verify_asked(record: Record) -> None:
    """Insist that intents ask for what they have to, and outcomes tell no more.

    Raises:
        FailedError: ``VERIFY-INTENT-05``: an intent asks for something else than
            script, profile and site policy come to; ``-06``: an outcome tells of a
            fault, or of people who decided, where the device did what was asked.
    """
    for recorded in record.facts:
        fact = recorded.fact
        if isinstance(fact, Intent):
            try:
                _verify_intent(record, recorded, fact)
            except (KeyError, ValueError) as error:
                raise _other(recorded, fact, "thing") from error
        elif isinstance(fact, Outcome):
            _verify_outcome(recorded, fact)


def _verify_intent(record: Record, recorded: Recorded, fact: Intent) -> None:
    allowed = _FIELDS.get(fact.verb, frozenset())
    for name in _ALL:
        if name not in allowed and getattr(fact, name):
            raise _other(recorded, fact, name)
    if "attributes" in allowed and fact.attributes != _attributes(record, fact):
        raise _other(recorded, fact, "attributes")
    algorithm = ""
    if fact.verb == _GENERATE:
        algorithm = record.state.script.key_kind(fact.thing).algorithm
    elif allowed == _SIGNED:
        algorithm = _signature(record, recorded, fact)
    if algorithm not in ("", fact.algorithm):
        raise _other(recorded, fact, "algorithm")


def _signature(record: Record, recorded: Recorded, fact: Intent) -> str:
    """Say by which algorithm something is signed; empty where nothing says so.

    What is wrong with a profile, an issuer or a step check 12 says of what was signed.
    """
    try:
        if fact.verb == _LIST:
            return _of_list(record, recorded, fact)
        if fact.verb == _REQUEST:
            return _of_request(record, recorded, fact)
        script = record.state.script
        profile = certificate_profile(script, script.thing(fact.thing).profile)
    except (CeremonyError, FailedError, KeyError, *FIELD_FAULTS):
        return ""
    return profile.signature.called


def _of_request(record: Record, recorded: Recorded, fact: Intent) -> str:
    script = record.state.script
    key = script.thing(str(step_of(record, recorded).parameters["key"]))
    if fact.tbs is None:
        # Before requests were linted the key's algorithm was told.
        return script.key_kind(key.name).algorithm
    return request_signature(certificate_profile(script, key.profile)).called


def _of_list(record: Record, recorded: Recorded, fact: Intent) -> str:
    script = record.state.script
    key = record.state.keys[str(step_of(record, recorded).parameters["key"])]
    issuer = last_certificate(record, key.public_key, lambda each: each is recorded)
    if issuer is None:
        # That the key has none the list itself fails by.
        return ""
    profile = crl_profile(script, script.thing(fact.thing).profile)
    return crl_signature(profile, issuer).called


def _attributes(record: Record, fact: Intent) -> tuple[Asked, ...]:
    demands = {name: each.expected for name, each in demands_of(record).items()}
    wanted = demanded_of(record.state.script.key_kind(fact.thing), demands)
    return tuple(Asked(name, value) for name, value in wanted.items())


def _verify_outcome(recorded: Recorded, fact: Outcome) -> None:
    by_device = fact.result is Result.DONE or fact.fault is not None
    if (fact.fault is not None and fact.result is not Result.FAILED) or (
        by_device and fact.decided_by
    ):
        raise FailedError(
            "VERIFY-INTENT-06",
            f"{place(recorded)}: it is told as {fact.result.value}, and of a fault or "
            "of people who decided it besides",
        )


def _other(recorded: Recorded, fact: Intent, name: str) -> FailedError:
    return FailedError(
        "VERIFY-INTENT-05",
        f"{place(recorded)}: what {fact.verb} is told to ask of the device ({name}) is "
        "not what script, profile and site policy come to",
    )
