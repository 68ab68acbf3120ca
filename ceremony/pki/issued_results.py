"""Which certificate answers which request of a set, as a file.

Format: docs/spec/issued-results-v2.md; docs/spec/issued-results-v1.md is what earlier
records have, which tells neither key, words nor response time.

Invariants:
    * Every certificate has its line, in the order of the requests; the last line counts
      them and bears one digest over all lines before it.
    * Whoever takes a file apart has compared every word and time in it with what they
      are made of; whether the digests are those of certificates is for others.
    * A file is taken apart a line at a time: 50,000 of them are read within the memory
      of the verifier, and what is read is the one file that can be written of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from cryptography import x509

from ceremony import canonical, digest_words
from ceremony.canonical import CanonicalError, Json
from ceremony.errors import InputError, Place
from ceremony.identifiers import Digest
from ceremony.pki.certificate import fingerprint, spki_digest
from ceremony.pki.response import Response

ISSUED_FORMAT: Final = "key-ceremony.issued-results/2"
FIRST_FORMAT: Final = "key-ceremony.issued-results/1"
"""What results were called before they told of key, words and response time."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One certificate and the request that it answers.

    Attributes:
        position: Which request of the set, from 1.
        request: SHA-256 of the request's DER.
        serial: The serial number: hex, 32 digits or more.
        certificate: SHA-256 of the certificate's DER.
        part: The part in which it was signed, from 1.
        key: SHA-256 of its SubjectPublicKeyInfo; empty where results of the first
            format were read.
    """

    position: int
    request: str
    serial: str
    certificate: Digest
    part: int
    key: str = ""

    def as_record(self, form: str = ISSUED_FORMAT) -> dict[str, Json]:
        """Give it as JSON values, in a format."""
        record: dict[str, Json] = {
            "position": self.position,
            "request": self.request,
            "serial": self.serial,
            "certificate": self.certificate,
            "part": self.part,
        }
        if form == ISSUED_FORMAT:
            words = digest_words.words(bytes.fromhex(self.certificate))
            record |= {"key": self.key, "words": " ".join(words)}
        return record


def answer_by(
    certificate: x509.Certificate, position: int, request: str, part: int
) -> Answered:
    """Tell of a certificate that answers a request; arguments as the attributes."""
    return Answered(
        position,
        request,
        f"{certificate.serial_number:032x}",
        fingerprint(certificate),
        part,
        spki_digest(certificate.public_key()),
    )


@dataclass(frozen=True, slots=True)
class BatchResults:
    """All that the results of a batch tell.

    Attributes:
        profile: The certificates' profile.
        requests: SHA-256 of the results file of the requests.
        response: When they were received and answered; None in the first format.
        answered: Every certificate, in the order of the requests.
    """

    profile: str
    requests: Digest
    response: Response | None
    answered: tuple[Answered, ...]

    def answered_with(self, serials: Collection[str]) -> frozenset[str]:
        """Give the requests (SHA-256) whose certificate has one of serial numbers.

        Args:
            serials: Hex, 32 digits or more.
        """
        told = self.answered if serials else ()
        return frozenset(each.request for each in told if each.serial in serials)


class _Lines:
    """The lines of a results file, one after another; none of them is kept.

    Attributes:
        count: How many certificates have had their line.
    """

    def __init__(self, form: str) -> None:
        self.count = 0
        self._form = form
        self._digest = hashlib.sha256()

    def head(self, profile: str, requests: Digest) -> bytes:
        return self._next({"v": self._form, "profile": profile, "requests": requests})

    def line(self, answered: Answered) -> bytes:
        self.count += 1
        return self._next(answered.as_record(self._form))

    def last(self, response: Response | None) -> bytes:
        last: dict[str, Json] = {
            "certificates": self.count,
            "digest": self._digest.hexdigest(),
        }
        if response is not None:
            last |= {
                "received_at": response.received_at,
                "answered_at": response.answered_at,
                "response_seconds": int(response.time.total_seconds()),
            }
        return self._next(last)

    def _next(self, record: dict[str, Json]) -> bytes:
        line = canonical.encode(record) + b"\n"
        self._digest.update(line)
        return line


class IssuedResults:
    """Results while the certificates come; no more of them is kept than their lines."""

    def __init__(
        self, profile: str, requests: Digest, form: str = ISSUED_FORMAT
    ) -> None:
        """Begin.

        Args:
            profile: The certificates' profile.
            requests: SHA-256 of the results file of the requests.
            form: The format.
        """
        self._lines = _Lines(form)
        self._file = BytesIO()
        self._file.write(self._lines.head(profile, requests))

    @property
    def count(self) -> int:
        """Tell how many certificates are in them."""
        return self._lines.count

    def add(self, answered: Answered) -> None:
        """Add a certificate; they come in the order of the requests."""
        self._file.write(self._lines.line(answered))

    def finish(self, response: Response | None) -> bytes:
        """Give the whole file: lines of canonical JSON (RFC 8785), UTF-8.

        Args:
            response: When the batch was received and answered; None for the first
                format.

        Raises:
            ValueError: A moment in it is none.
        """
        self._file.write(self._lines.last(response))
        return self._file.getvalue()


def encode_issued(
    answered: Iterable[Answered],
    profile: str,
    requests: Digest,
    response: Response | None,
) -> bytes:
    """Write the results of a batch.

    Args:
        answered: Every certificate, in the order of the requests.
        profile: The certificates' profile.
        requests: SHA-256 of the results file of the requests.
        response: When they were received and answered; None for the first format.

    Returns:
        See :meth:`IssuedResults.finish`.

    Raises:
        ValueError: A digest or a moment is none.
    """
    form = FIRST_FORMAT if response is None else ISSUED_FORMAT
    results = IssuedResults(profile, requests, form)
    for each in answered:
        results.add(each)
    return results.finish(response)


def decode_issued(raw: bytes, file: str) -> BatchResults:
    """Read the results of a batch, of either format.

    Args:
        raw: The file.
        file: Its name, for the place.

    Raises:
        InputError: ``PKI-ISSUED-01``: it is not whole, or not of the format.
    """
    try:
        return _decode(raw)
    except (CanonicalError, KeyError, TypeError, ValueError) as error:
        raise InputError(
            "PKI-ISSUED-01",
            f"{file} is not a whole results file of a batch.",
            remedy="Give the file as it was written, from the record of its batch.",
            place=Place(file),
        ) from error


def _decode(raw: bytes) -> BatchResults:
    """Read results, and write each line again to compare it.

    Raises:
        ValueError: A line is another than would be written; likewise what else
            :func:`decode_issued` says is not whole.
    """
    lines = BytesIO(raw)
    first, line = next(lines, b""), next(lines, b"")
    head = _record(first)
    is_first = head["v"] == FIRST_FORMAT
    told = str(head["profile"]), Digest(str(head["requests"]))
    again = _Lines(FIRST_FORMAT if is_first else ISSUED_FORMAT)
    _verify_same(first, again.head(*told))
    answered: list[Answered] = []
    for following in lines:
        answered.append(_answered(_record(line), is_first=is_first))
        _verify_same(line, again.line(answered[-1]))
        line = following
    response = None if is_first else _response(_record(line))
    _verify_same(line, again.last(response))
    return BatchResults(*told, response, tuple(answered))


def _verify_same(line: bytes, again: bytes) -> None:
    if line != again:
        raise ValueError("a line is another than would be written")


def _record(line: bytes) -> dict[str, Json]:
    record = canonical.decode(line)
    if not isinstance(record, dict):
        raise TypeError("a line is not an object")
    return record


def _response(last: dict[str, Json]) -> Response:
    return Response(str(last["received_at"]), str(last["answered_at"]))


def _answered(record: dict[str, Json], *, is_first: bool) -> Answered:
    position, part = record["position"], record["part"]
    if not isinstance(position, int) or not isinstance(part, int):
        raise TypeError("a position or a part is no number")
    return Answered(
        position,
        str(record["request"]),
        str(record["serial"]),
        Digest(str(record["certificate"])),
        part,
        "" if is_first else str(record["key"]),
    )
