"""What a review card reads of a conductor, after a made-up ceremony.

As :mod:`tests.fakes.room_after`, with a clock, and with sets that were made up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from ceremony import canonical
from ceremony.conduct.key_view import Row
from ceremony.engine.facts import RequestsJudged
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.request_judgement import RequestJudgement
from ceremony.pki.request_results import Tally, encode_results
from ceremony.script.model import Step
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.room_after import room_after

NOW = SimpleNamespace(wall=datetime(2026, 2, 3, 4, 5, tzinfo=UTC))
RECEIVED = "2026-02-03T04:05:06Z"
PROFILE = "smki-issuing-dca"
HARDWARE = "hardware module name: type 1.2.826.0.1.8641679.1.2.2.1, serial"


def room(built: BuiltRecord, before: BuiltRecord | None = None) -> Any:
    """Give the room of a record on a day, as much of it as a card reads."""
    after = room_after(built, before or built)
    return SimpleNamespace(
        script=after.script,
        state=after.state,
        facts=after.facts,
        log=after.log,
        clock=SimpleNamespace(now=lambda: NOW),
    )


def step(at: Any, verb: str, **parameters: str) -> Step:
    """Give a step of a verb with these parameters."""
    return replace(at.script.steps[0], verb=verb, parameters=parameters)


def issue(at: Any, request: str, certificate: str) -> Step:
    """Give the step by which the issuing CA answers a request or a set."""
    told = {"key": "issuing-dca", "request": request, "certificate": certificate}
    return step(at, "certificate.issue", **told)


def in_words(rows: Sequence[Row]) -> dict[str, str]:
    """Give what is told by its labels, each of which is there once."""
    told = {label: value for label, value, _ in rows}
    assert len(told) == len(rows)
    return told


def results_of(asked: Sequence[Mapping[str, str]]) -> bytes:
    """Write the results of a set, all good, that asks for certificates of CAs.

    Args:
        asked: The values of each request.
    """
    judged = [
        RequestJudgement(
            "many.csr",
            number,
            (),
            *(canonical.digest(b"%d" % number),) * 3,
            f"CN={values['common-name']}",
            values,
        )
        for number, values in enumerate(asked, 1)
    ]
    profile = load_builtin_profile(PROFILE, environment="test")
    return b"".join(encode_results(judged, profile, Tally()))


def put_set(at: Any, name: str, asked: Sequence[Mapping[str, str]]) -> None:
    """Let a set have been judged good that asks for certificates of issuing CAs."""
    profile = load_builtin_profile("smki-issuing-dca", environment="test")
    judged = [
        RequestJudgement(
            "many.csr",
            number,
            (),
            *(canonical.digest(b"%d" % number),) * 3,
            f"CN={values['common-name']}",
            values,
        )
        for number, values in enumerate(asked, 1)
    ]
    raw = b"".join(encode_results(judged, profile, Tally()))
    fact = RequestsJudged(
        name,
        profile.name,
        len(judged),
        0,
        canonical.digest(raw),
        "2026-02-03T04:05:06Z",
    )
    known = at.log.journal
    at.log = SimpleNamespace(
        journal=SimpleNamespace(
            blob=known.blob,
            open_blob=lambda digest: BytesIO(
                raw if digest == fact.results else known.blob(digest)
            ),
        )
    )
    blob = SimpleNamespace(name=f"results-{name}-2.jsonl", sha256=fact.results)
    event = SimpleNamespace(blobs=(blob,))
    at.facts = (*at.facts, SimpleNamespace(fact=fact, event=event))
    at.state = replace(at.state, sets={name: fact}, parts={})


def as_issuing(at: Any, *names: str, **others: Any) -> None:
    """Let things of a script be of the profile of issuing CAs."""
    things = tuple(
        replace(thing, profile=PROFILE, **others) if thing.name in names else thing
        for thing in at.script.things
    )
    at.script = replace(at.script, things=things)
    at.state = replace(at.state, script=at.script)
