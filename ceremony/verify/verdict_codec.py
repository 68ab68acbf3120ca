"""The verdict as JSON: what ``--format json`` prints and what the child hands back.

Invariants:
    * ``decode_verdict(canonical.encode(encode_verdict(verdict))) == verdict``.
    * Reading is strict: what the child sends is taken as it would be from a stranger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.errors import EvidenceError
from ceremony.verify.check import TITLES, Check, Status
from ceremony.verify.outcome import (
    Completion,
    DeviationCounts,
    DeviationTold,
    Hardware,
    RecordWord,
    Story,
    Verdict,
)

FORMAT: Final = "key-ceremony.verdict/1"


def encode_verdict(verdict: Verdict) -> dict[str, Json]:
    """Give the verdict as JSON values, with both lines spelt out."""
    story = verdict.story
    return {
        "v": FORMAT,
        "record": verdict.record.value,
        "recordLine": verdict.record_line,
        "ceremonyLine": verdict.ceremony_line,
        "ceremony": story.ceremony,
        "title": story.title,
        "mode": story.mode,
        "completion": story.completion.value,
        "hardware": story.hardware.value,
        "digest": story.digest,
        "counts": {
            "note": story.counts.note,
            "minor": story.counts.minor,
            "major": story.counts.major,
            "dissent": story.counts.dissent,
        },
        "deviations": [
            {
                "number": told.number,
                "severity": told.severity,
                "step": told.step,
                "happened": told.happened,
                "decided": told.decided,
            }
            for told in story.deviations
        ],
        "checks": [_encode_check(check) for check in verdict.checks],
        "remarks": list(verdict.remarks),
    }


def decode_verdict(raw: bytes) -> Verdict:
    """Read a verdict from the canonical bytes of what :func:`encode_verdict` gives.

    Args:
        raw: Canonical JSON, UTF-8.

    Raises:
        EvidenceError: ``VERIFY-VERDICT-01``: it is not exactly such a verdict.
    """
    try:
        told = _object(canonical.decode(raw))
        verdict = Verdict(
            record=RecordWord(_text(told, "record")),
            story=_decode_story(told),
            checks=tuple(
                _decode_check(_object(item)) for item in _list(told, "checks")
            ),
            remarks=_texts(told, "remarks"),
        )
    except (EvidenceError, KeyError, TypeError, ValueError) as error:
        raise _bad(str(error)) from error
    if canonical.encode(encode_verdict(verdict)) != raw:
        raise _bad("its bytes are not the canonical bytes of its values")
    return verdict


def _encode_check(check: Check) -> dict[str, Json]:
    return {
        "number": check.number,
        "status": check.status.value,
        "reason": check.reason,
        "compared": list(check.compared),
        "command": check.command,
        "rule": check.rule,
        "remarks": list(check.remarks),
    }


def _decode_check(told: Mapping[str, Json]) -> Check:
    number = _text(told, "number")
    return Check(
        number=number,
        title=TITLES[number],
        status=Status(_text(told, "status")),
        reason=_text(told, "reason"),
        compared=_texts(told, "compared"),
        command=_text(told, "command"),
        rule=_text(told, "rule"),
        remarks=_texts(told, "remarks"),
    )


def _decode_story(told: Mapping[str, Json]) -> Story:
    counts = _object(told["counts"])
    return Story(
        ceremony=_text(told, "ceremony"),
        title=_text(told, "title"),
        mode=_text(told, "mode"),
        completion=Completion(_text(told, "completion")),
        hardware=Hardware(_text(told, "hardware")),
        counts=DeviationCounts(
            note=_number(counts, "note"),
            minor=_number(counts, "minor"),
            major=_number(counts, "major"),
            dissent=_number(counts, "dissent"),
        ),
        deviations=tuple(
            _decode_deviation(_object(item)) for item in _list(told, "deviations")
        ),
        digest=_text(told, "digest"),
    )


def _decode_deviation(told: Mapping[str, Json]) -> DeviationTold:
    return DeviationTold(
        number=_text(told, "number"),
        severity=_text(told, "severity"),
        step=_text(told, "step"),
        happened=_text(told, "happened"),
        decided=_text(told, "decided"),
    )


def _object(value: Json) -> Mapping[str, Json]:
    if not isinstance(value, dict):
        raise TypeError("an object is expected")
    return value


def _list(told: Mapping[str, Json], name: str) -> list[Json]:
    value = told[name]
    if not isinstance(value, list):
        raise TypeError(f"{name} is not a list")
    return value


def _text(told: Mapping[str, Json], name: str) -> str:
    value = told[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is not a text")
    return value


def _texts(told: Mapping[str, Json], name: str) -> tuple[str, ...]:
    values = _list(told, name)
    if not all(isinstance(value, str) for value in values):
        raise TypeError(f"{name} holds something that is not a text")
    return tuple(str(value) for value in values)


def _number(told: Mapping[str, Json], name: str) -> int:
    value = told[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} is not a number")
    return value


def _bad(why: str) -> EvidenceError:
    return EvidenceError(
        "VERIFY-VERDICT-01",
        f"The verifier's answer is not well formed: {why}.",
        meaning="Nothing was found out about the pack.",
        remedy="Run the verifier again; report it if it happens again.",
    )
