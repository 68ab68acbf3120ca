"""The results of a batch, written and read; and values that a script approves."""

from __future__ import annotations

import hashlib
import json

import pytest

from ceremony.errors import EvidenceError, InputError
from ceremony.identifiers import Digest
from ceremony.pki.issued_results import (
    Answered,
    decode_issued,
    encode_issued,
    requests_of,
)
from ceremony.pki.request_judgement import verify_asked_values
from tests.fakes.made_requests import DEVICE, EUI, device_csr

REQUESTS = Digest("0c" * 32)
FIRST = Answered(1, "91" * 32, f"{1 << 126:032x}", Digest("5d" * 32), 1)
SECOND = Answered(4, "92" * 32, f"{1 << 125:032x}", Digest("5e" * 32), 2)


def written() -> bytes:
    return encode_issued([FIRST, SECOND], "smki-device-ds", REQUESTS)


def test_results_are_read_as_they_were_written() -> None:
    assert decode_issued(written(), "issued.jsonl") == (FIRST, SECOND)
    assert requests_of(written(), "issued.jsonl") == REQUESTS


def test_the_last_line_counts_and_bears_the_digest_of_the_lines_before() -> None:
    *lines, last = written().splitlines(keepends=True)
    digest = hashlib.sha256(b"".join(lines)).hexdigest()
    assert json.loads(last) == {"certificates": 2, "digest": digest}
    assert json.loads(lines[0])["requests"] == REQUESTS


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
        written().replace(b'{"certificates":2', b'{"certificates":3'),
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
