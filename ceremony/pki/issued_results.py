"""Which certificate answers which request of a set, as a file.

Format: docs/spec/issued-results-v1.md.

Invariants:
    * Every certificate has its line, in the order of the requests; the last line counts
      them and bears one digest over all lines before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from ceremony import canonical
from ceremony.canonical import CanonicalError, Json
from ceremony.errors import InputError, Place
from ceremony.identifiers import Digest

ISSUED_FORMAT: Final = "key-ceremony.issued-results/1"


@dataclass(frozen=True, slots=True)
class Answered:
    """One certificate and the request that it answers.

    Attributes:
        position: Which request of the set, from 1.
        request: SHA-256 of the request's DER.
        serial: The serial number: hex, 32 digits or more.
        certificate: SHA-256 of the certificate's DER.
        part: The part in which it was signed, from 1.
    """

    position: int
    request: str
    serial: str
    certificate: Digest
    part: int

    def as_record(self) -> dict[str, Json]:
        """Give it as JSON values."""
        return {
            "position": self.position,
            "request": self.request,
            "serial": self.serial,
            "certificate": self.certificate,
            "part": self.part,
        }


class IssuedResults:
    """Results while the certificates come; no more of them is kept than their lines.

    Attributes:
        count: How many certificates are in them.
    """

    def __init__(self, profile: str, requests: Digest) -> None:
        """Begin.

        Args:
            profile: The certificates' profile.
            requests: SHA-256 of the results file of the requests.
        """
        self.count = 0
        self._lines = BytesIO()
        self._digest = hashlib.sha256()
        self._write({"v": ISSUED_FORMAT, "profile": profile, "requests": requests})

    def add(self, answered: Answered) -> None:
        """Add a certificate; they come in the order of the requests."""
        self.count += 1
        self._write(answered.as_record())

    def finish(self) -> bytes:
        """Give the whole file: lines of canonical JSON (RFC 8785), UTF-8."""
        self._write({"certificates": self.count, "digest": self._digest.hexdigest()})
        return self._lines.getvalue()

    def _write(self, record: dict[str, Json]) -> None:
        line = canonical.encode(record) + b"\n"
        self._digest.update(line)
        self._lines.write(line)


def encode_issued(
    answered: Iterable[Answered], profile: str, requests: Digest
) -> bytes:
    """Write the results of a batch.

    Args:
        answered: Every certificate, in the order of the requests.
        profile: The certificates' profile.
        requests: SHA-256 of the results file of the requests.

    Returns:
        See :meth:`IssuedResults.finish`.
    """
    results = IssuedResults(profile, requests)
    for each in answered:
        results.add(each)
    return results.finish()


def decode_issued(raw: bytes, file: str) -> tuple[Answered, ...]:
    """Read the results of a batch.

    Args:
        raw: The file.
        file: Its name, for the place.

    Raises:
        InputError: ``PKI-ISSUED-01``: it is not whole, or not of the format.
    """
    try:
        head, *records, _ = map(canonical.decode, raw.splitlines())
        answered = tuple(_answered(record) for record in records)
        told = _head_told(head)
        if encode_issued(answered, *told) == raw:
            return answered
    except (CanonicalError, KeyError, TypeError, ValueError):
        pass  # the same fault as another digest
    raise InputError(
        "PKI-ISSUED-01",
        f"{file} is not a whole results file of a batch.",
        remedy="Give the file as it was written, from the record of its batch.",
        place=Place(file),
    )


def requests_of(raw: bytes, file: str) -> Digest:
    """Give the SHA-256 of the results file of the requests that a batch has answered.

    Args:
        raw: The results of the batch.
        file: Its name, for the place.

    Raises:
        InputError: ``PKI-ISSUED-01``: it is not whole, or not of the format.
    """
    decode_issued(raw, file)
    return _head_told(canonical.decode(raw.split(b"\n", 1)[0]))[1]


def _head_told(head: Json) -> tuple[str, Digest]:
    if not isinstance(head, dict):
        raise TypeError("the first line is not an object")
    return str(head["profile"]), Digest(str(head["requests"]))


def _answered(record: Json) -> Answered:
    if not isinstance(record, dict):
        raise TypeError("a line is not an object")
    position, part = record["position"], record["part"]
    if not isinstance(position, int) or not isinstance(part, int):
        raise TypeError("a position or a part is no number")
    return Answered(
        position,
        str(record["request"]),
        str(record["serial"]),
        Digest(str(record["certificate"])),
        part,
    )
