"""Two made-up ceremonies: devices have certificates of the first renewed in the second.

The second is the record that is judged. The meter's request and two of the set are for
devices of the first one; the third of the set is for a device that has no certificate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from types import MappingProxyType
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import canonical
from ceremony.engine.facts import (
    CertificateBrought,
    RequestMade,
    RequestRefused,
    RequestsGiven,
    RequestsJudged,
    RuleCount,
)
from ceremony.pack.certificate_leaf import certificate_leaf
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.certificate import encode_spki
from ceremony.pki.issued_results import decode_issued
from ceremony.pki.output import Kind, Output
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_file import Imported
from ceremony.pki.request_judgement import RequestJudgement
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
from tests.fakes.renewal_script import ACT, IMPORTS, KEYS, list_step, renewal_script

SIGNING: Final = load_builtin_profile("smki-device-ds")

NEW: Final = 60
"""A device that has no certificate."""

STEPS: Final = (*ACT[:2], IMPORTS["meter-again"], IMPORTS["devices-again"])
"""The steps of the second act: nothing of it is answered."""

OLD: Final = frozenset(
    judged.compared
    for judged in judge_requests(
        [Imported("old", 1, der) for der in (METER, request_of(1), request_of(2))],
        SIGNING,
    )
)
"""The subjects of the meter and of devices 1 and 2."""

RENEWED: Final = Issued(renewed=OLD)

METERS, DEVICE = (
    frozenset(
        judged.compared for judged in judge_requests([Imported("old", 1, der)], SIGNING)
    )
    for der in (METER, request_of(1))
)
"""The subject of the meter, and that of device 1."""


def new_key(number: int) -> SoftwareKey:
    """Give the key that a device has made for its next certificate; 0 for the meter.

    The meter's is called as the certificate that answers it, as a fake issues it.
    """
    return SoftwareKey(f"new key {number}" if number else "meter-cert")


def new_request(number: int, profile: CertificateProfile = SIGNING) -> bytes:
    """Give a device's second request, for a certificate of a profile: DER."""
    serial = serial_of(number) if number else EUI
    return device_csr(new_key(number), serial, profile)


METER_AGAIN: Final = b"verb: " + IMPORTS["meter-again"].encode()
DEVICES_AGAIN: Final = b"verb: " + IMPORTS["devices-again"].encode()


def listing(raw: bytes, then: bytes, revoked: str) -> bytes:
    """Let the issuing CA sign a list, and have one import follow on it.

    Args:
        raw: The script.
        then: :data:`METER_AGAIN` or :data:`DEVICES_AGAIN`.
        revoked: What the list revokes, an item of the step.
    """
    step = f"verb: {list_step(1, [revoked])}".encode()
    raw = raw.replace(METER_AGAIN, step).replace(DEVICES_AGAIN, then)
    listed = b"  first-list: {kind: crl, title: A list, profile: generic-crl}\n"
    return raw.replace(b"  bag-out:", listed + b"  bag-out:")


def revoked_device(at: int = 0) -> str:
    """Give the serial number of a device's certificate, as a list names it.

    Args:
        at: Which one of the batch, from 0.
    """
    raw = build_before().files["issued-device-certificates.jsonl"]
    return f"serial:{decode_issued(raw, 'issued').answered[at].serial}"


@cache
def build_before(*, bound: bool = True) -> BuiltRecord:
    """Make the first ceremony up.

    Args:
        bound: Whether its batch has the chain and the receipt that bind it; records
            from before have neither.
    """
    script = SCRIPT_FILE.read_bytes()

    def output(made: Output) -> dict[str, bytes]:
        return dict(made.files) if made.kind is Kind.BATCH else {}

    told = Forgery(script=lambda _: script, ceremony=FIRST)
    return build_record(replace(told, output=output) if bound else told)


def second_script(
    steps: Sequence[str] = STEPS,
    *,
    bound: bool = True,
    first: BuiltRecord | None = None,
) -> bytes:
    """Give the script of the second ceremony, which names what the first made.

    Args:
        steps: Those of its second act.
        bound: See :func:`build_before`.
        first: The first ceremony; that one where none is given.
    """
    before = first or build_before(bound=bound)
    state = before.builder.state
    named = {name: made.digest for name, made in state.certificates.items()}
    (part,) = state.parts["device-certificates"]
    digests = {
        **named,
        **{name: state.keys[name].public_key for name in KEYS},
        "old-meter": named["meter-certificate"],
        "old-devices": str(part.issued),
    }
    return renewal_script(digests, steps)[0].encode()


def build_renewal(  # noqa: PLR0913  each is another part of one record
    forgery: Forgery | None = None,
    contents: Contents = keep_contents,
    *,
    bound: bool = True,
    first: BuiltRecord | None = None,
    honest: bytes = b"",
    brought: Mapping[str, x509.Certificate] = MappingProxyType({}),
) -> BuiltRecord:
    """Make the second ceremony up, honestly or with a forgery, approved as it is.

    Args:
        forgery: What is changed; its ``before`` is not asked.
        contents: Changes the files that go with what is told of the first ceremony.
        bound: See :func:`build_before`.
        first: The first ceremony; that one where none is given.
        honest: Its script before the forgery; :func:`second_script` where it is empty.
        brought: What was brought from other CAs, by its name in the script.
    """
    first = first or build_before(bound=bound)
    honest = honest or second_script(first=first)
    told = forgery or Forgery()
    found = search(decode_script(honest, "second.yaml"), first)

    def before(builder: RecordBuilder, _: Step) -> None:
        if builder.state.position:
            return
        for each in found:
            files = contents(each.fact, dict(each.contents))
            builder.record(each.fact, contents=files, in_step=False)
        for name, other in brought.items():
            fact = CertificateBrought(name, certificate_leaf(other, ""))
            files = {f"certificate-{name}.pem": other.public_bytes(Encoding.PEM)}
            builder.record(fact, contents=files, in_step=False)

    changed = replace(
        told,
        script=lambda _: told.script(honest),
        before=before,
        instead=import_again if told.instead is never else told.instead,
        foreign=tuple(first.builder.hashes),
    )
    built = build_record(changed)
    approved = (built.builder.script.digest,)
    return replace(built, policy=replace(built.policy, scripts=approved))


def build_unbound() -> BuiltRecord:
    """Make both up where the first one's batch has neither chain nor receipt."""
    return build_renewal(bound=False)


def build_revoked() -> BuiltRecord:
    """Make both up where the first device's certificate is revoked before that."""
    return build_renewal(
        Forgery(
            script=lambda raw: listing(
                raw, DEVICES_AGAIN, f"{revoked_device()} today key-compromise"
            ),
            instead=partial(
                import_again, issued=Issued(renewed=OLD - DEVICE, revoked=DEVICE)
            ),
        )
    )


def _refused(judged: Sequence[RequestJudgement]) -> tuple[RequestRefused, ...]:
    return tuple(
        RequestRefused(at, "again.csr", tuple(found.rule for found in each.findings))
        for at, each in enumerate(judged, 1)
        if each.findings
    )


def import_again(
    builder: RecordBuilder,
    step: Step,
    issued: Issued = RENEWED,
    asked: Sequence[bytes] = (),
) -> bool:
    """Take in what the devices ask for.

    Args:
        builder: The journal so far.
        step: The step.
        issued: What is said to be issued before.
        asked: The requests: DER; those of the meter or of the devices where none are
            given.
    """
    if step.verb != "csr.import":
        return False
    name = str(step.parameters["request"])
    single = name.startswith("meter")
    profile = load_builtin_profile(builder.script.thing(name).profile)
    numbers = (0,) if single else (1, 2, NEW)
    ders = list(asked) or [new_request(number, profile) for number in numbers]
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
    refused = told.get(f"refused-{name}.pem")
    spki = encode_spki(x509.load_der_x509_csr(ders[0]).public_key())
    broken = _refused(judged)
    counts = Counter(rule for each in broken for rule in each.rules)
    fact = RequestsJudged(
        name,
        profile.name,
        len(kept),
        len(bad),
        canonical.digest(results),
        f"{builder.now().wall:{TIME}}",
        accepted=canonical.digest(told[f"requests-{name}.pem"]),
        failures=tuple(RuleCount(*each) for each in sorted(counts.items())),
        first=broken,
        single=RequestMade(canonical.digest(ders[0]), "", canonical.digest(spki))
        if single
        else None,
        refused_requests=canonical.digest(refused) if refused else None,
        renews=tuple(map(str, step.parameters.get("renews", ()))),  # type: ignore[arg-type]  # a list of names
    )
    builder.record(fact, actor=actor, contents=told)
    return True
