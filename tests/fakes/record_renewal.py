"""Two made-up ceremonies: devices have certificates of the first renewed in the second.

The second is the record that is judged. The meter's request and two of the set are for
devices of the first one; the third of the set is for a device that has no certificate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Final

from ceremony import canonical
from ceremony.engine.facts import (
    RequestMade,
    RequestRefused,
    RequestsGiven,
    RequestsJudged,
    RuleCount,
)
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.certificate import encode_spki
from ceremony.pki.request_file import Imported
from ceremony.pki.request_results import Tally, encode_results
from ceremony.pki.request_set import Issued, judge_requests
from ceremony.script.decode import decode_script
from ceremony.script.model import Step
from tests.fakes.batch_site import SCRIPT_FILE, pem
from tests.fakes.forgery import Forgery, never
from tests.fakes.made_requests import EUI, device_csr
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.record_batch import METER, request_of, serial_of
from tests.fakes.record_builder import BuiltRecord, RecordBuilder, build_record
from tests.fakes.record_devices import TIME, performer
from tests.fakes.record_earlier import FIRST, Contents, keep_contents, search
from tests.fakes.renewal_script import ACT, IMPORTS, KEYS, renewal_script

NEW: Final = 60
"""A device that has no certificate."""

STEPS: Final = (*ACT[:2], IMPORTS["meter-again"], IMPORTS["devices-again"])
"""The steps of the second act: nothing of it is answered."""

OLD: Final = frozenset(
    judged.compared
    for judged in judge_requests(
        [Imported("old", 1, der) for der in (METER, request_of(1), request_of(2))],
        load_builtin_profile("smki-device-ds"),
    )
)
"""The subjects of the meter and of devices 1 and 2."""


def new_key(number: int) -> SoftwareKey:
    """Give the key that a device has made for its next certificate; 0 for the meter."""
    return SoftwareKey(f"new key {number}")


def new_request(number: int) -> bytes:
    """Give a device's second request: DER."""
    return device_csr(new_key(number), serial_of(number) if number else EUI)


@cache
def build_before() -> BuiltRecord:
    """Make the first ceremony up."""
    script = SCRIPT_FILE.read_bytes()
    return build_record(Forgery(script=lambda _: script, ceremony=FIRST))


def second_script() -> bytes:
    """Give the script of the second ceremony, which names what the first made."""
    before = build_before()
    state = before.builder.state
    named = {name: made.digest for name, made in state.certificates.items()}
    (part,) = state.parts["device-certificates"]
    digests = {
        **named,
        **{name: state.keys[name].public_key for name in KEYS},
        "old-meter": named["meter-certificate"],
        "old-devices": str(part.issued),
    }
    return renewal_script(digests, STEPS)[0].encode()


def build_renewal(
    forgery: Forgery | None = None, contents: Contents = keep_contents
) -> BuiltRecord:
    """Make the second ceremony up, honestly or with a forgery, approved as it is.

    Args:
        forgery: What is changed; its ``before`` is not asked.
        contents: Changes the files that go with what is told of the first ceremony.
    """
    told, honest = forgery or Forgery(), second_script()
    found = search(decode_script(honest, "second.yaml"), build_before())

    def before(builder: RecordBuilder, _: Step) -> None:
        if builder.state.position:
            return
        for each in found:
            files = contents(each.fact, dict(each.contents))
            builder.record(each.fact, contents=files, in_step=False)

    changed = replace(
        told,
        script=lambda _: told.script(honest),
        before=before,
        instead=import_again if told.instead is never else told.instead,
        foreign=tuple(build_before().builder.hashes),
    )
    built = build_record(changed)
    approved = (built.builder.script.digest,)
    return replace(built, policy=replace(built.policy, scripts=approved))


def import_again(
    builder: RecordBuilder, step: Step, good: Iterable[bytes] = OLD
) -> bool:
    """Take in what the devices ask for.

    Args:
        builder: The journal so far.
        step: The step.
        good: The subjects that are called good.
    """
    if step.verb != "csr.import":
        return False
    name = str(step.parameters["request"])
    single = name == "meter-request"
    ders = [new_request(number) for number in ((0,) if single else (1, 2, NEW))]
    profile = load_builtin_profile("smki-device-ds")
    issued = Issued(renewed=frozenset(good))
    imported = [Imported("again.csr", at, der) for at, der in enumerate(ders, 1)]
    judged = list(judge_requests(imported, profile, issued))
    results = b"".join(encode_results(judged, profile, Tally()))
    bad = [der for der, each in zip(ders, judged, strict=True) if each.findings]
    kept = [der for der in ders if der not in bad]
    told = {
        f"results-{name}.jsonl": results,
        f"requests-{name}.pem": "".join(map(pem, kept)).encode(),
        **({f"refused-{name}.pem": "".join(map(pem, bad)).encode()} if bad else {}),
        **({f"request-{name}.csr": ders[0]} if single else {}),
    }
    actor = performer(builder, step)
    digest = canonical.digest(b"".join(ders))
    size = sum(map(len, ders))
    builder.record(RequestsGiven(name, profile.name, 1, size, digest), actor=actor)
    accepted = canonical.digest(told[f"requests-{name}.pem"])
    refused = told.get(f"refused-{name}.pem")
    spki = encode_spki(new_key(0).public_key())
    rule = "PKI-RENEW-01"
    fact = RequestsJudged(
        name,
        profile.name,
        len(kept),
        len(bad),
        canonical.digest(results),
        f"{builder.now().wall:{TIME}}",
        accepted=accepted,
        failures=(RuleCount(rule, 1),) if bad else (),
        first=(RequestRefused(len(ders), "again.csr", (rule,)),) if bad else (),
        single=RequestMade(canonical.digest(ders[0]), "", canonical.digest(spki))
        if single
        else None,
        refused_requests=canonical.digest(refused) if refused else None,
        renews=tuple(map(str, step.parameters.get("renews", ()))),  # type: ignore[arg-type]  # a list of names
    )
    builder.record(fact, actor=actor, contents=told)
    return True
