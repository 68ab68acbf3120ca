"""What a leaf tells of requests that came from elsewhere.

A set may hold 50,000 requests and a leaf 16 KiB: a leaf gives counts and digests, and
each request has its line in the results file that it names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ceremony.engine.facts.device import RequestMade
from ceremony.identifiers import Digest


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many requests of a set break a rule; one request may break several."""

    rule: str
    count: int


@dataclass(frozen=True, slots=True)
class RuleBroken:
    """One reason for which a request is refused, as the results file has it.

    Attributes:
        text: What the rule wants and what was found, in printable ASCII, at most 640
            characters; what is longer ends in three dots.
        source: Standard and clause of the rule.
    """

    rule: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class RequestRefused:
    """One refused request in brief.

    Attributes:
        position: Which one of the set it is, from 1.
        file: The file's name, in printable ASCII, at most 60 characters.
        rules: The rules that it breaks, in their order.
        reasons: The first reasons in words, six for all requests together; absent in
            records from before they were told.
    """

    position: int
    file: str
    rules: tuple[str, ...]
    reasons: tuple[RuleBroken, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestsGiven:
    """Files with requests are about to be judged; recorded before one is read.

    Attributes:
        request: The thing of the script: one request, or a set.
        profile: What its certificates have to look like.
        file_count: How many files, 1 or more.
        size: Octets of all of them.
        digest: SHA-256 of the files' octets, one file after the other.
    """

    type: ClassVar[str] = "requests.given"
    request: str
    profile: str
    file_count: int
    size: int
    digest: Digest


@dataclass(frozen=True, slots=True)
class RequestsJudged:
    """What became of the files: every request is good, or refused by name.

    Attributes:
        request: The thing of the script; likewise ``profile``.
        good: How many are good; likewise ``refused``.
        results: SHA-256 of ``results-NAME.jsonl``, which names every request.
        received_at: The time of receipt, ``YYYY-MM-DDTHH:MM:SSZ``: after the last
            request was verified and validated.
        accepted: SHA-256 of ``requests-NAME.pem``: the good ones, in their order;
            absent where there is none.
        failures: The rules that are broken, by id, with how many requests break each.
        first: The first six refused requests.
        single: For one request: what it asks for; absent where it is refused.
        refused_requests: SHA-256 of ``refused-NAME.pem``: the refused ones that could
            be read as requests, in their order; absent where there is none.
        renews: The certificates of earlier ceremonies, as things of the script, of
            which every good request renews one; absent where nothing is renewed.
    """

    type: ClassVar[str] = "requests.judged"
    request: str
    profile: str
    good: int
    refused: int
    results: Digest
    received_at: str
    accepted: Digest | None = None
    failures: tuple[RuleCount, ...] = ()
    first: tuple[RequestRefused, ...] = ()
    single: RequestMade | None = None
    refused_requests: Digest | None = None
    renews: tuple[str, ...] = ()
