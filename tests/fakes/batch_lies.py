"""Lies about imported requests and a batch, each with the one check that finds it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from ceremony import canonical
from ceremony.engine.command import Command
from ceremony.engine.facts import (
    Fact,
    Intent,
    Outcome,
    PathChecked,
    RequestRefused,
    RequestsJudged,
    RuleCount,
)
from ceremony.identifiers import Digest
from ceremony.pki.finding import SecondReport
from ceremony.pki.issued_results import Answered, decode_issued, encode_issued
from ceremony.pki.order import Order
from ceremony.pki.path import TOOL, path_tool_version
from tests.fakes.batch_site import pem
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.lint_lies import WAIVED, WAIVER, WARNING, with_second
from tests.fakes.made_requests import device_csr
from tests.fakes.record_batch import (
    GOOD,
    TAMPERED,
    TWICE,
    build_batch,
    device,
    request_of,
    serial_of,
)
from tests.fakes.record_builder import BuiltRecord

IMPORT, ISSUE = "step 2.18", "step 2.19"
RESULTS: Final = "results-device-requests.jsonl"
REFUSED: Final = "refused-device-requests.pem"
REQUESTS: Final = "requests-device-requests.pem"
SERIALS: Final = "serials-device-certificates-0001.txt"
MADE: Final = "certificates-device-certificates-0001.pem"
ISSUED: Final = "issued-device-certificates.jsonl"
DEVICES: Final = b"certificates, profile: smki-device-ds"
STATED: Final = DEVICES + b', values: {hardware-serial: "00db123456789000"}'


def _lie(rule: str, place: str, **changes: Any) -> Lie:
    def make() -> BuiltRecord:
        return build_batch(Forgery(**changes))

    return Lie("12", rule, make, place)


def _lint_lie(
    rule: str, change: Callable[[SecondReport], SecondReport], **more: Any
) -> Lie:
    """Change what the second linter is said to say of the part."""
    lint = with_second(change, "device-certificates before-signing")
    return _lie(rule, ISSUE, lint=lint, **more)


def _with_waiver(raw: bytes) -> bytes:
    """Let the script have a waiver that names the batch."""
    waiver = WAIVER.replace("root-oca-certificate", "device-certificates")
    return raw.replace(b"\nthings:\n", f"\n{waiver}things:\n".encode())


def _file(name: str, change: Callable[[bytes], bytes]) -> Callable[..., bytes]:
    return lambda told, raw: change(raw) if told == name else raw


def judged_as(**changes: Any) -> Callable[[Command], Command]:
    """Tell of the set otherwise than its files say."""

    def command(told: Command) -> Command:
        fact = told.fact
        if not isinstance(fact, RequestsJudged) or fact.request != "device-requests":
            return told
        return replace(told, fact=replace(fact, **changes))

    return command


def _part(**changes: Any) -> Callable[[Command], Command]:
    """Tell of the part otherwise than its files say."""

    def command(told: Command) -> Command:
        fact = told.fact
        if not isinstance(fact, Outcome) or fact.part is None:
            return told
        return replace(told, fact=replace(fact, part=replace(fact.part, **changes)))

    return command


def _second_part(told: Command) -> Command:
    """Call the one part the second, in intent and outcome."""
    fact: Fact = told.fact
    if isinstance(fact, Intent) and fact.part is not None:
        return replace(told, fact=replace(fact, part=replace(fact.part, number=2)))
    return _part(number=2)(told)


def _without_findings(raw: bytes) -> bytes:
    """Let a refused request have a word in the place of its finding."""
    *lines, last = raw.splitlines(keepends=True)
    changed = []
    for line in lines:
        told = canonical.decode(line.strip())
        assert isinstance(told, dict)
        if told.get("verdict") == "refused":
            told["findings"] = ["bad"]
        changed.append(canonical.encode(told) + b"\n")
    return with_digest(b"".join((*changed, last)))


def third_is_good(name: str, raw: bytes) -> bytes:
    """Call a good request refused: the third is no longer tampered with."""
    if name == REFUSED:
        return "".join(map(pem, (GOOD_THIRD, request_of(TWICE)))).encode()
    if name == RESULTS:
        before, after = (
            hashlib.sha256(der).hexdigest().encode()
            for der in (request_of(TAMPERED), GOOD_THIRD)
        )
        assert raw.count(before) == 1
        return with_digest(raw.replace(before, after))
    return raw


GOOD_THIRD: Final = device_csr(device(TAMPERED), serial_of(TAMPERED))


def with_rule(rule: str, raw: bytes) -> bytes:
    """Call the third request refused for another rule, everything else being right."""
    before = b'"rule":"PKI-REQUEST-02"'
    assert raw.count(before) == 1
    return with_digest(raw.replace(before, f'"rule":"{rule}"'.encode()))


def third_refused_for(rule: str) -> dict[str, Any]:
    """Call the third, which is good, refused for what its certificate would be."""

    def files(name: str, raw: bytes) -> bytes:
        raw = third_is_good(name, raw)
        return with_rule(rule, raw) if name == RESULTS else raw

    command = judged_as(
        failures=(RuleCount("PKI-CSR-07", 1), RuleCount(rule, 1)),
        first=(
            RequestRefused(3, "device-3.csr", (rule,)),
            RequestRefused(6, "device-6.csr", ("PKI-CSR-07",)),
        ),
    )
    return {"batch_file": files, "command": command}


def with_digest(raw: bytes) -> bytes:
    """Make the last line of changed results right again."""
    *lines, last = raw.splitlines(keepends=True)
    end = json.loads(last)
    end["digest"] = canonical.digest(b"".join(lines))
    return b"".join((*lines, canonical.encode(end), b"\n"))


def _requests(*numbers: int) -> Callable[[bytes], bytes]:
    return lambda _: "".join(pem(request_of(number)) for number in numbers).encode()


def _of_third(**changes: Any) -> Callable[[int, Order], Order]:
    return lambda number, order: (
        replace(order, **changes) if number == len(GOOD) - 2 else order
    )


def as_the_meters(number: int, order: Order) -> Order:
    """Give the first certificate the serial number of the first meter's."""
    serials: list[int] = []
    if number == 1:
        record = build_batch(Forgery(stop_after="2.16")).builder
        made = record.state.certificates["meter-certificate"]
        serials.append(int(made.serial, 16))
    return replace(order, serial=serials[0]) if serials else order


_SHA_256: Final = bytes.fromhex("2a8648ce3d040302")
_SHA_384: Final = bytes.fromhex("2a8648ce3d040303")
"""What ecdsa-with-SHA384 is called, as ``_SHA_256`` is the other: an OID's content."""


def called_otherwise(name: str, der: bytes) -> bytes:
    """Let the second certificate name another algorithm beside its signature.

    The signature and all that it is over stay as they are, so that the certificate is
    what the request comes to, and whoever is handed it can verify nothing.
    """
    if name != "device-certificates 2":
        return der
    before, after = der.rsplit(_SHA_256, 1)
    return before + _SHA_384 + after


def _other_path(told: Command) -> Command:
    """Tell of paths that go up to nobody."""
    fact = told.fact
    if not isinstance(fact, Outcome) or fact.part is None:
        return told
    path = PathChecked(TOOL, path_tool_version(), ())
    return replace(told, fact=replace(fact, path=path))


def _by_nobody(name: str, der: bytes) -> bytes:
    """Change the last octet of the second certificate's signature."""
    if name != "device-certificates 2":
        return der
    return der[:-1] + bytes([der[-1] ^ 1])


def _other_digest(raw: bytes) -> bytes:
    """Name another certificate in the results, and make the rest right."""
    first, *rest = decode_issued(raw, ISSUED).answered
    first = replace(first, certificate=canonical.digest(b"another"))
    return _encode_again([first, *rest], raw)


def _in_part_two(raw: bytes) -> bytes:
    told = [replace(each, part=2) for each in decode_issued(raw, ISSUED).answered]
    return _encode_again(told, raw)


def _encode_again(told: list[Answered], raw: bytes) -> bytes:
    head = json.loads(raw.splitlines()[0])
    requests = Digest(str(head["requests"]))
    return encode_issued(told, str(head["profile"]), requests, None)


BATCH_LIES: Final[Mapping[str, Lie]] = {
    "refusals-told-otherwise": _lie(
        "VERIFY-BATCH-01",
        IMPORT,
        command=judged_as(failures=(RuleCount("PKI-CSR-07", 2),)),
    ),
    "a-refused-file-named-otherwise": _lie(
        "VERIFY-BATCH-01",
        IMPORT,
        command=judged_as(
            first=(
                RequestRefused(3, "another.csr", ("PKI-REQUEST-02",)),
                RequestRefused(6, "device-6.csr", ("PKI-CSR-07",)),
            )
        ),
    ),
    "accepted-requests-in-another-order": _lie(
        "VERIFY-BATCH-02", IMPORT, batch_file=_file(REQUESTS, _requests(2, 1, 4, 5, 7))
    ),
    "an-accepted-request-left-out": _lie(
        "VERIFY-BATCH-02", IMPORT, batch_file=_file(REQUESTS, _requests(1, 2, 4, 5))
    ),
    "a-tampered-request-accepted": _lie(
        "PKI-REQUEST-02", IMPORT, batch_file=_file(REQUESTS, _requests(1, 2, 3, 5, 7))
    ),
    "a-device-accepted-twice": _lie(
        "PKI-CSR-07", IMPORT, batch_file=_file(REQUESTS, _requests(1, 2, 4, 6, 7))
    ),
    "a-good-request-called-refused": _lie(
        "VERIFY-BATCH-30", IMPORT, batch_file=third_is_good
    ),
    "a-request-refused-for-another-reason": _lie(
        "VERIFY-BATCH-30",
        IMPORT,
        batch_file=_file(RESULTS, lambda raw: with_rule("PKI-REQUEST-03", raw)),
        command=judged_as(
            failures=(RuleCount("PKI-CSR-07", 1), RuleCount("PKI-REQUEST-03", 1)),
            first=(
                RequestRefused(3, "device-3.csr", ("PKI-REQUEST-03",)),
                RequestRefused(6, "device-6.csr", ("PKI-CSR-07",)),
            ),
        ),
    ),
    "a-good-request-refused-for-its-path": _lie(
        "VERIFY-BATCH-30", IMPORT, **third_refused_for("PKI-PATH-06")
    ),
    "a-good-request-refused-for-its-lint": _lie(
        "VERIFY-BATCH-30", IMPORT, **third_refused_for("PKI-CSR-31")
    ),
    "another-value-than-the-script-states": _lie(
        "VERIFY-BATCH-04",
        ISSUE,
        script=lambda raw: raw.replace(DEVICES, STATED),
    ),
    "a-refused-request-left-out": _lie(
        "VERIFY-BATCH-30", IMPORT, batch_file=_file(REFUSED, _requests(TWICE))
    ),
    "refused-requests-in-another-order": _lie(
        "VERIFY-BATCH-30",
        IMPORT,
        batch_file=_file(REFUSED, _requests(TWICE, TAMPERED)),
    ),
    "results-of-requests-cut-short": _lie(
        "PKI-RESULTS-01",
        IMPORT,
        batch_file=_file(RESULTS, lambda raw: raw[: raw.index(b"\n") + 1]),
    ),
    "results-whose-findings-are-none": _lie(
        "VERIFY-CERT-01", "a batch", batch_file=_file(RESULTS, _without_findings)
    ),
    "received-on-another-day": _lie(
        "VERIFY-BATCH-09", IMPORT, command=judged_as(received_at="2026-11-20T08:00:00Z")
    ),
    "received-at-no-time": _lie(
        "VERIFY-BATCH-09", IMPORT, command=judged_as(received_at="this morning")
    ),
    "a-part-of-another-issuer": _lie(
        "VERIFY-BATCH-03", ISSUE, command=_part(issuer="CN=Z9")
    ),
    "a-part-of-another-day": _lie(
        "VERIFY-BATCH-03", ISSUE, command=_part(not_before="2026-11-20T00:00:00Z")
    ),
    "a-part-that-lacks-a-certificate": _lie(
        "VERIFY-BATCH-03",
        ISSUE,
        batch_file=_file(MADE, lambda raw: raw[: raw.rindex(b"-----BEGIN")]),
    ),
    "certificates-that-are-none": _lie(
        "VERIFY-BATCH-03", ISSUE, batch_file=_file(MADE, lambda _: b"none\n")
    ),
    "a-certificate-for-another-device": _lie(
        "VERIFY-BATCH-04",
        ISSUE,
        batch_order=_of_third(values={"hardware-serial": "90b3d51f3000ffff"}),
    ),
    "serial-numbers-named-otherwise": _lie(
        "VERIFY-BATCH-05",
        ISSUE,
        batch_file=_file(SERIALS, lambda raw: f"{1 << 126:032x}\n".encode() + raw[33:]),
    ),
    "a-serial-number-too-few": _lie(
        "VERIFY-BATCH-05", ISSUE, batch_file=_file(SERIALS, lambda raw: raw[33:])
    ),
    "serial-numbers-that-are-none": _lie(
        "VERIFY-BATCH-05", ISSUE, batch_file=_file(SERIALS, lambda _: b"none\n")
    ),
    "a-serial-number-used-before": _lie(
        "VERIFY-BATCH-06", ISSUE, batch_order=as_the_meters
    ),
    "a-certificate-signed-by-nobody": _lie(
        "VERIFY-BATCH-07", ISSUE, certificate=_by_nobody
    ),
    "certificates-without-a-valid-path": _lie(
        "PKI-PATH-02", ISSUE, certificate=called_otherwise
    ),
    "paths-of-a-part-told-otherwise": _lie(
        "VERIFY-PATH-01", ISSUE, command=_other_path
    ),
    "second-lint-of-a-part-with-another-finding": _lint_lie(
        "VERIFY-LINT-04", lambda told: replace(told, findings=(WARNING,))
    ),
    "second-lint-of-one-certificate-alone": _lint_lie(
        "VERIFY-LINT-04",
        lambda told: replace(told, rule_count=told.rule_count // len(GOOD)),
    ),
    "waived-in-a-batch": _lint_lie(
        "VERIFY-LINT-03",
        lambda told: replace(told, findings=(WAIVED,)),
        script=_with_waiver,
    ),
    "results-that-name-another-certificate": _lie(
        "VERIFY-BATCH-08", ISSUE, batch_file=_file(ISSUED, _other_digest)
    ),
    "results-cut-short": _lie(
        "PKI-ISSUED-01",
        "issued-device-certificates.jsonl",
        batch_file=_file(ISSUED, lambda raw: raw[: raw.index(b"\n") + 1]),
    ),
    "answered-on-another-day": _lie(
        "VERIFY-BATCH-09", ISSUE, command=_part(answered_at="2026-11-20T08:00:00Z")
    ),
    "a-part-out-of-turn": _lie(
        "ENGINE-BATCH-01",
        ISSUE,
        command=_second_part,
        batch_file=_file(ISSUED, _in_part_two),
    ),
    "a-meter-that-the-script-does-not-approve": _lie(
        "PKI-REQUEST-21",
        "step 2.16",
        script=lambda raw: raw.replace(
            b"{hardware-serial: 90b3d51f30000001}",
            b"{hardware-serial: 90b3d51f3000eeee}",
        ),
    ),
}
"""Every such lie, by a name that says what it is."""
