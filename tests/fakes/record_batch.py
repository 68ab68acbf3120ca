"""How the made-up ceremony takes requests from files, and answers them.

The set has seven requests: the third is tampered with, the sixth asks for the device
of the first. What is told of them is written down here and by the library's own
reading, not by the code under test.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import canonical
from ceremony.engine.facts import (
    Intent,
    Outcome,
    PartAsked,
    PartMade,
    RequestMade,
    RequestRefused,
    RequestsGiven,
    RequestsJudged,
    Result,
    RuleCount,
)
from ceremony.identifiers import Digest
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.certificate import encode_spki, name_text
from ceremony.pki.finding import SecondReport
from ceremony.pki.issued_results import Answered, encode_issued
from ceremony.pki.linted import LintedTbs, issue, lint_tbs
from ceremony.pki.order import Order, serial_number
from ceremony.pki.output import Kind, Output
from ceremony.pki.request_file import Imported
from ceremony.pki.request_results import Tally, encode_results
from ceremony.pki.request_set import judge_requests
from ceremony.pki.response import Response
from ceremony.script.model import Step, ThingKind
from tests.fakes.batch_site import FIRST_METER, SCRIPT_FILE, pem, tampered
from tests.fakes.forgery import Forgery, no_output
from tests.fakes.key_acts import build_script
from tests.fakes.made_requests import device_csr
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.record_builder import START, BuiltRecord, RecordBuilder
from tests.fakes.record_devices import (
    TIME,
    begin,
    certificate_of_key,
    end,
    free_name,
    issue_certificate,
    performer,
    record_lint,
    root_certificate,
)

COUNT: Final = 7
TAMPERED: Final = 3
TWICE: Final = 6
GOOD: Final = (1, 2, 4, 5, 7)
"""Which requests of the set are good."""

AGAIN: Final = "meter-again"
"""Another certificate for the meter's key, which only a lie has."""
METER: Final = device_csr(SoftwareKey("meter"))


def build_batch(forgery: Forgery | None = None) -> BuiltRecord:
    """Make the ceremony up, honestly or with a forgery, approved as it is."""
    return build_script(SCRIPT_FILE, forgery)


def device(number: int) -> SoftwareKey:
    """Give the key of a device by its number, from 1."""
    return SoftwareKey(f"device {number}")


def serial_of(number: int) -> str:
    """Give what a device is called: its EUI-64, 16 hexadecimal digits."""
    return f"{FIRST_METER + (1 if number == TWICE else number):016x}"


def request_of(number: int) -> bytes:
    """Give a device's request: DER."""
    der = device_csr(device(number), serial_of(number))
    return tampered(der) if number == TAMPERED else der


def import_requests(builder: RecordBuilder, step: Step) -> None:
    """Take in what the files hold, good and bad."""
    if builder.forgery.instead(builder, step):
        return
    name = str(step.parameters["request"])
    thing = builder.script.thing(name)
    several = thing.kind is ThingKind.REQUESTS
    ders = [request_of(number + 1) for number in range(COUNT)] if several else [METER]
    files = "".join(map(pem, ders)).encode()
    actor = performer(builder, step)
    given = RequestsGiven(
        name, thing.profile, len(ders), len(files), canonical.digest(files)
    )
    builder.record(given, actor=actor)
    profile = load_builtin_profile(thing.profile)
    imported = [
        Imported(f"device-{number}.csr", 1, der) for number, der in enumerate(ders, 1)
    ]
    tally = Tally()
    results = b"".join(
        encode_results(judge_requests(imported, profile), profile, tally)
    )
    good = [ders[number - 1] for number in (GOOD if several else (1,))]
    told = {
        free_name(builder, f"results-{name}", ".jsonl"): results,
        free_name(builder, f"requests-{name}", ".pem"): "".join(
            map(pem, good)
        ).encode(),
    }
    if several:
        bad = [ders[number - 1] for number in (TAMPERED, TWICE)]
        told[f"refused-{name}.pem"] = "".join(map(pem, bad)).encode()
    contents = {
        each: builder.forgery.batch_file(each, content)
        for each, content in told.items()
    }
    if not several:
        contents[f"request-{name}.csr"] = METER
    results, accepted = list(contents.values())[:2]
    refused = contents.get(f"refused-{name}.pem")
    judged = RequestsJudged(
        name,
        thing.profile,
        len(good),
        len(ders) - len(good),
        canonical.digest(results),
        f"{builder.now().wall:{TIME}}",
        accepted=canonical.digest(accepted),
        failures=_FAILURES if several else (),
        first=_REFUSED if several else (),
        single=None if several else _single(),
        refused_requests=canonical.digest(refused) if refused else None,
    )
    builder.record(judged, actor=actor, contents=contents)


_FAILURES: Final = (RuleCount("PKI-CSR-07", 1), RuleCount("PKI-REQUEST-02", 1))
_REFUSED: Final = (
    RequestRefused(TAMPERED, "device-3.csr", ("PKI-REQUEST-02",)),
    RequestRefused(TWICE, "device-6.csr", ("PKI-CSR-07",)),
)


def _single() -> RequestMade:
    spki = encode_spki(SoftwareKey("meter").public_key())
    return RequestMade(canonical.digest(METER), "", canonical.digest(spki))


def answer(builder: RecordBuilder, step: Step) -> None:
    """Answer one request, or a set in one part."""
    if builder.forgery.instead(builder, step):
        return
    thing = builder.script.thing(str(step.parameters["certificate"]))
    if thing.kind is ThingKind.CERTIFICATE:
        issue_certificate(builder, step, "meter" if thing.name == AGAIN else "")
    else:
        issue_batch(builder, step)


@dataclass(frozen=True)
class Askers:
    """Who has asked: the good requests of a set by number, each in its place.

    Attributes:
        good: Their numbers.
        key: Gives the key that one has asked for.
        request: Gives its request: DER.
        seed: Sets their serial numbers apart from those of others.
    """

    good: tuple[int, ...]
    key: Callable[[int], SoftwareKey]
    request: Callable[[int], bytes]
    seed: str


def _first_askers() -> Askers:
    return Askers(GOOD, device, request_of, "serial")


def issue_batch(
    builder: RecordBuilder, step: Step, askers: Askers | None = None
) -> None:
    """Answer a set in one part.

    Args:
        builder: The journal so far.
        step: The step.
        askers: Who has asked; the seven devices where none are given.
    """
    who = askers or _first_askers()
    count = len(who.good)
    name, key = str(step.parameters["certificate"]), str(step.parameters["key"])
    token = builder.script.thing(key).token
    linted = [
        _lint(builder, step, who, number, place)
        for place, number in enumerate(who.good)
    ]
    tbs = canonical.digest(b"".join(each.tbs for each in linted))
    report = replace(linted[0].report, tbs_digest=tbs, second=_second(linted))
    record_lint(builder, step, report, "before-signing", name)
    serials = "".join(f"{each.order.serial:032x}\n" for each in linted).encode()
    serials = builder.forgery.batch_file(f"serials-{name}-0001.txt", serials)
    intent = Intent(
        step.verb,
        token,
        f"S-{token}",
        thing=name,
        algorithm="ecdsa-with-SHA256",
        tbs=tbs,
        part=PartAsked(1, 1, count, canonical.digest(serials)),
    )
    op = begin(builder, step, intent, {f"serials-{name}-0001.txt": serials})
    made = [_sign(builder, each, key, place) for place, each in enumerate(linted, 1)]
    certificates = b"".join(each.public_bytes(Encoding.PEM) for each in made)
    file = f"certificates-{name}-0001.pem"
    certificates = builder.forgery.batch_file(file, certificates)
    answered_at = f"{builder.now().wall:{TIME}}"
    received_at, bound = _bind(builder, step, who, made, answered_at)
    issued = bound[f"issued-{name}.jsonl"]
    part = PartMade(
        1,
        1,
        count,
        tbs,
        canonical.digest(certificates),
        name_text(certificate_of_key(builder, key).subject),
        key,
        f"{made[0].not_valid_before_utc:{TIME}}",
        issued=canonical.digest(issued),
        answered_at=answered_at,
        received_at=received_at,
    )
    outcome = Outcome(
        step.verb, token, f"S-{token}", Result.DONE, thing=name, part=part
    )
    end(builder, step, op, outcome, {file: certificates, **bound})


def _bind(
    builder: RecordBuilder,
    step: Step,
    who: Askers,
    made: list[x509.Certificate],
    answered_at: str,
) -> tuple[str, dict[str, bytes]]:
    """Give the receipt that is told, and the files that bind a batch.

    Without the files of what is issued both are as earlier records have them.
    """
    name, key = str(step.parameters["certificate"]), str(step.parameters["key"])
    judged = builder.state.sets[str(step.parameters["request"])]
    told = [
        Answered(
            number,
            hashlib.sha256(who.request(number)).hexdigest(),
            f"{each.serial_number:032x}",
            Digest(hashlib.sha256(each.public_bytes(Encoding.DER)).hexdigest()),
            1,
            hashlib.sha256(encode_spki(who.key(number).public_key())).hexdigest(),
        )
        for number, each in zip(who.good, made, strict=True)
    ]
    profile = builder.script.thing(name).profile
    received_at = "" if builder.forgery.output is no_output else judged.received_at
    response = Response(received_at, answered_at) if received_at else None
    above = (certificate_of_key(builder, key), root_certificate(builder))
    chain = b"".join(each.public_bytes(Encoding.PEM) for each in above)
    bound = {
        f"issued-{name}.jsonl": encode_issued(told, profile, judged.results, response)
    }
    if response is not None:
        files = {**bound, f"chain-{name}.pem": chain}
        nothing = Digest("")
        output = Output(Kind.BATCH, nothing, nothing, files, ())
        bound = builder.forgery.output(output)
    changed = {
        file: builder.forgery.batch_file(file, content)
        for file, content in bound.items()
    }
    return received_at, changed


def _second(linted: list[LintedTbs]) -> SecondReport:
    """Tell of the second lint: the same of each device, and the rules of all."""
    first, *rest = [each.report.second for each in linted]
    if first is None or any(each != first for each in rest):
        raise TypeError("each device's certificate is linted a second time alike")
    return replace(first, rule_count=first.rule_count * len(linted))


def _lint(
    builder: RecordBuilder, step: Step, who: Askers, number: int, place: int
) -> LintedTbs:
    thing = builder.script.thing(str(step.parameters["certificate"]))
    seed = hashlib.sha512(f"{who.seed} {number}".encode()).digest()
    order = Order(
        load_builtin_profile(thing.profile),
        {"hardware-serial": serial_of(number)},
        certificate_of_key(builder, str(step.parameters["key"])),
        START.date(),
        serial_number(seed[:16]),
    )
    order = builder.forgery.batch_order(place + 1, order)
    linted = lint_tbs(order, who.key(number).public_key())
    if not isinstance(linted, LintedTbs):
        raise TypeError("the made-up order is not sound")
    return linted


def _sign(
    builder: RecordBuilder, linted: LintedTbs, key: str, place: int
) -> x509.Certificate:
    signer = SoftwareKey(key)
    made = issue(linted, signer, signer.public_key()).public_bytes(Encoding.DER)
    name = f"device-certificates {place}"
    return x509.load_der_x509_certificate(builder.forgery.certificate(name, made))
