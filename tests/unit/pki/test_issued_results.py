"""The results of a batch, written and read; and values that a script approves."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from dataclasses import replace

import pytest

from ceremony.errors import EvidenceError, InputError
from ceremony.identifiers import Digest
from ceremony.pki.issued_results import (
    Answered,
    BatchResults,
    decode_issued,
    encode_issued,
)
from ceremony.pki.request_judgement import verify_asked_values
from ceremony.pki.response import Response
from tests.fakes.batch_lies import with_digest
from tests.fakes.made_requests import DEVICE, EUI, device_csr

REQUESTS = Digest("0c" * 32)
FIRST = Answered(1, "91" * 32, f"{1 << 126:032x}", Digest("5d" * 32), 1, "a1" * 32)
SECOND = Answered(4, "92" * 32, f"{1 << 125:032x}", Digest("5e" * 32), 2, "a2" * 32)
RESPONSE = Response("2026-11-25T09:08:03Z", "2026-11-25T10:09:08Z")


def written() -> bytes:
    return encode_issued([FIRST, SECOND], "smki-device-ds", REQUESTS, RESPONSE)


def test_results_are_read_as_they_were_written() -> None:
    told = decode_issued(written(), "issued.jsonl")
    wanted = ("smki-device-ds", REQUESTS, RESPONSE, (FIRST, SECOND))
    assert told == BatchResults(*wanted)


def test_results_of_the_first_format_are_read_without_key_words_and_times() -> None:
    raw = encode_issued([FIRST, SECOND], "smki-device-ds", REQUESTS, None)
    head, first, _, last = map(json.loads, raw.splitlines())
    assert head["v"] == "key-ceremony.issued-results/1"
    assert set(first) == {"certificate", "part", "position", "request", "serial"}
    assert set(last) == {"certificates", "digest"}
    told = decode_issued(raw, "issued.jsonl")
    assert told.answered == (replace(FIRST, key=""), replace(SECOND, key=""))
    assert told.response is None


def test_the_last_line_counts_and_bears_the_digest_of_the_lines_before() -> None:
    *lines, last = written().splitlines(keepends=True)
    digest = hashlib.sha256(b"".join(lines)).hexdigest()
    assert json.loads(last) == {
        "certificates": 2,
        "digest": digest,
        "received_at": RESPONSE.received_at,
        "answered_at": RESPONSE.answered_at,
        "response_seconds": 3665,
    }
    assert json.loads(lines[0])["requests"] == REQUESTS


def _peak(raw: bytes) -> int:
    """Give how much memory reading results takes at most, in octets."""
    tracemalloc.start()
    try:
        decode_issued(raw, "issued.jsonl")
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_reading_takes_no_more_memory_than_the_file_has_octets() -> None:
    # The verifier holds the file besides, and may use 400 MB for 50,000 of them.
    less, more = (
        encode_issued(
            [
                Answered(
                    number,
                    f"{number:064x}",
                    f"{(1 << 126) + number:032x}",
                    Digest(f"{number + 1:064x}"),
                    1,
                    f"{number + 2:064x}",
                )
                for number in range(1, count + 1)
            ],
            "smki-device-ds",
            REQUESTS,
            RESPONSE,
        )
        for count in (500, 2000)
    )
    assert _peak(more) - _peak(less) < len(more) - len(less)


def test_a_line_tells_the_words_and_the_key() -> None:
    first = replace(FIRST, certificate=Digest("e582" * 16))
    raw = encode_issued([first], "smki-device-ds", REQUESTS, RESPONSE)
    told = json.loads(raw.splitlines()[1])
    # The first two words of the example by which the list was published.
    assert told["words"] == " ".join(["topmost", "Istanbul"] * 16)
    assert told["key"] == "a1" * 32


@pytest.mark.parametrize(
    ("received", "answered", "words"),
    [
        ("2026-11-25T09:08:03Z", "2026-11-25T09:08:03Z", "0 s, from the receipt"),
        ("2026-11-25T09:08:03Z", "2026-11-25T10:08:08Z", "1 h 0 min 5 s, from the"),
        ("2026-11-25T23:59:59Z", "2026-11-26T00:01:00Z", "1 min 1 s, from the"),
        ("2026-11-25T09:08:03Z", "2026-11-25T09:08:01Z", "-2 s, from the receipt"),
        ("this morning", "2026-11-25T09:08:01Z", "not known"),
    ],
)
def test_the_response_time_is_told_with_its_moments(
    received: str, answered: str, words: str
) -> None:
    assert Response(received, answered).words.startswith(words)


@pytest.mark.parametrize(
    "spoiled",
    [
        b"",
        b"{}\n",
        b"[]\n[]\n",
        written()[:-1],
        written().replace(b'"part":2', b'"part":3'),
        written().replace(b'"part":2', b'"part":"2"'),
        written().replace(b'"v":"key', b'"v":"kex'),
        written().replace(b'"certificates":2', b'"certificates":3'),
        with_digest(written().replace(b'"words":"', b'"words":"aardvark ')),
        written().replace(b"3665", b"3664"),
        written().replace(b'"received_at":"2026', b'"received_at":"soon'),
        with_digest(written().replace(b"/2", b"/1")),
        with_digest(written().replace(b"/2", b"/3")),
        with_digest(written().replace(b'"key":"' + b"a2" * 32 + b'",', b"")),
        b"[]\n" + written().split(b"\n", 1)[1],
        written().replace(b'{"certificate":"5e', b'["certificate","5e'),
        b"\n".join([*written().splitlines()[:1], b"[]", written().splitlines()[-1]]),
    ],
)
def test_results_that_are_not_whole_are_refused(spoiled: bytes) -> None:
    with pytest.raises(InputError) as refused:
        decode_issued(spoiled, "issued.jsonl")
    assert refused.value.code == "PKI-ISSUED-01"


def test_a_request_that_asks_for_what_is_approved_passes() -> None:
    verify_asked_values(device_csr(), DEVICE, {"hardware-serial": EUI})


@pytest.mark.parametrize("given", [{"hardware-serial": "00" * 8}, {}])
def test_a_request_that_asks_for_something_else_is_refused(
    given: dict[str, str],
) -> None:
    with pytest.raises(EvidenceError) as refused:
        verify_asked_values(device_csr(), DEVICE, given)
    assert refused.value.code == "PKI-REQUEST-21"
    assert EUI in str(refused.value)
