"""A set that is too large to be embedded: its results files are made up, no more.

No request and no certificate of it is ever looked at, so that none is made: digests,
names and serial numbers stand for them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import canonical
from ceremony.engine.batch import PART_SIZE
from ceremony.engine.facts import (
    Intent,
    Linted,
    Outcome,
    PartAsked,
    PartMade,
    RequestsGiven,
    RequestsJudged,
    Result,
)
from ceremony.identifiers import Digest
from ceremony.pack.batch_files import EMBEDDED_LIMIT, part_name
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.certificate import name_text
from ceremony.pki.finding import LintReport
from ceremony.pki.issued_results import Answered, encode_issued
from ceremony.pki.request_judgement import RequestJudgement
from ceremony.pki.request_results import Tally, encode_results
from ceremony.pki.response import Response
from ceremony.script.model import Step, ThingKind
from tests.fakes import record_batch
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import START, BuiltRecord, RecordBuilder
from tests.fakes.record_devices import (
    TIME,
    begin,
    certificate_of_key,
    end,
    performer,
    record_lint,
    root_certificate,
)

COUNT: Final = EMBEDDED_LIMIT + 1
REQUESTS, BATCH = "device-requests", "device-certificates"
ISSUED: Final = f"issued-{BATCH}.jsonl"
CHAIN: Final = f"chain-{BATCH}.pem"

Change = Callable[[list[Answered]], list[Answered]]


def build_large_batch(
    change: Change | None = None,
    *,
    is_bound: bool = False,
    count: int = COUNT,
    **told: Any,
) -> BuiltRecord:
    """Make the ceremony up with a large set, honestly or with other results.

    Args:
        change: Changes what the results of the batch name.
        is_bound: Whether it has a chain and tells of its receipt; earlier records
            have not.
        count: How many requests are in the set.
        **told: What else a forgery changes.
    """

    def more(builder: RecordBuilder, step: Step) -> bool:
        if builder.script.thing(_of(step)).kind is ThingKind.REQUESTS:
            _import(builder, step, count)
        elif builder.script.thing(_of(step)).kind is ThingKind.CERTIFICATES:
            _issue(builder, step, change or list, is_bound=is_bound)
        else:
            return False
        return True

    return record_batch.build_batch(Forgery(instead=more, **told))


def _of(step: Step) -> str:
    name = "certificate" if step.verb == "certificate.issue" else "request"
    return str(step.parameters[name])


def hashed(*parts: object) -> Digest:
    """Give a digest of what is never looked at."""
    return Digest(hashlib.sha256(" ".join(map(str, parts)).encode()).hexdigest())


def _import(builder: RecordBuilder, step: Step, count: int) -> None:
    name = _of(step)
    profile = load_builtin_profile(builder.script.thing(name).profile)
    actor = performer(builder, step)
    given = RequestsGiven(name, profile.name, 1, 1, hashed("files"))
    builder.record(given, actor=actor)
    judged = [
        RequestJudgement(
            f"{number}.csr",
            1,
            (),
            *(hashed(what, number) for what in ("request", "key", "subject")),
        )
        for number in range(1, count + 1)
    ]
    results = b"".join(encode_results(judged, profile, Tally()))
    fact = RequestsJudged(
        name,
        profile.name,
        count,
        0,
        canonical.digest(results),
        f"{builder.now().wall:{TIME}}",
        accepted=canonical.digest(b"left"),
    )
    contents = {f"results-{name}.jsonl": results, f"requests-{name}.pem": b"left"}
    builder.record(fact, actor=actor, contents=contents)
    del builder.files[f"requests-{name}.pem"]


def _issue(
    builder: RecordBuilder, step: Step, change: Change, *, is_bound: bool
) -> None:
    total = builder.state.sets[REQUESTS].good
    key = str(step.parameters["key"])
    token = builder.script.thing(key).token
    for first in range(1, total + 1, PART_SIZE):
        number, count = first // PART_SIZE + 1, min(PART_SIZE, total - first + 1)
        tbs = hashed("tbs", number)
        _lint_as_before(builder, step, tbs)
        files = {
            stem: f"{part_name(stem, BATCH, number)}{ending}"
            for stem, ending in (("serials", ".txt"), ("certificates", ".pem"))
        }
        left = {stem: f"{stem} {number}".encode() for stem in files}
        intent = Intent(
            step.verb,
            token,
            f"S-{token}",
            thing=BATCH,
            algorithm="ecdsa-with-SHA256",
            tbs=tbs,
            part=PartAsked(number, first, count, canonical.digest(left["serials"])),
        )
        op = begin(builder, step, intent, {files["serials"]: left["serials"]})
        contents = {files["certificates"]: left["certificates"]}
        issued, received_at = b"", ""
        answered_at = f"{builder.now().wall:{TIME}}"
        if first + count > total:
            if is_bound:
                received_at = builder.state.sets[REQUESTS].received_at
                contents[CHAIN] = _chain(builder, key)
            issued = _results(builder, change, received_at, answered_at)
            contents[ISSUED] = issued
        part = PartMade(
            number,
            first,
            count,
            tbs,
            canonical.digest(left["certificates"]),
            name_text(certificate_of_key(builder, key).subject),
            key,
            f"{START:{TIME}}",
            issued=canonical.digest(issued) if issued else None,
            answered_at=answered_at if issued else "",
            received_at=received_at,
        )
        told = Outcome(
            step.verb, token, f"S-{token}", Result.DONE, thing=BATCH, part=part
        )
        end(builder, step, op, told, contents)
        for name in files.values():
            del builder.files[name]


def _lint_as_before(builder: RecordBuilder, step: Step, tbs: Digest) -> None:
    """Record the lint of a part with the counts that the meter's certificate had."""
    linted = [each.fact for each in builder.facts if isinstance(each.fact, Linted)]
    meter = next(each for each in linted if each.subject == "meter-certificate")
    report = LintReport(
        load_builtin_profile(meter.profile).name, meter.rule_count, (), tbs
    )
    record_lint(builder, step, report, "before-signing", BATCH)


def _chain(builder: RecordBuilder, key: str) -> bytes:
    above = (certificate_of_key(builder, key), root_certificate(builder))
    return b"".join(each.public_bytes(Encoding.PEM) for each in above)


def _results(
    builder: RecordBuilder, change: Change, received_at: str, answered_at: str
) -> bytes:
    judged = builder.state.sets[REQUESTS]
    answered = [
        Answered(
            number,
            hashed("request", number),
            f"{(1 << 126) + number:032x}",
            hashed("certificate", number),
            (number - 1) // PART_SIZE + 1,
            hashed("key", number),
        )
        for number in range(1, judged.good + 1)
    ]
    thing = builder.script.thing(BATCH)
    response = Response(received_at, answered_at) if received_at else None
    return encode_issued(change(answered), thing.profile, judged.results, response)
