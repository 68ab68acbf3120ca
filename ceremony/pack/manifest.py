"""MANIFEST.sha256: the digest of every embedded file but itself.

The form is the one that ``sha256sum --check`` reads, so that an auditor needs no
tool of ours.

Invariants:
    * One line a file, sorted by name (bytes), each ended by a line feed.
    * The manifest names exactly the files that are there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ceremony import canonical
from ceremony.errors import EvidenceError
from ceremony.identifiers import Digest, is_flat_name
from ceremony.pack.record import MANIFEST

_LINE: Final = re.compile(r"([0-9a-f]{64})  ([^\n]+)")


def encode_manifest(files: Mapping[str, bytes]) -> bytes:
    """Write the manifest of these files (ASCII); one for itself is left out.

    Args:
        files: The embedded files' bytes (any content) by flat name.
    """
    return "".join(
        f"{canonical.digest(files[name])}  {name}\n"
        for name in sorted(files)
        if name != MANIFEST
    ).encode()


def decode_manifest(raw: bytes) -> dict[str, Digest]:
    """Read a manifest strictly.

    Args:
        raw: The file's bytes, ASCII.

    Returns:
        The digests by name, in the manifest's order.

    Raises:
        EvidenceError: ``PACK-MANIFEST-01``: it is not in exactly the form above.
    """
    try:
        text = raw.decode("ascii")
    except UnicodeDecodeError as error:
        raise _bad("it is not ASCII") from error
    if not text.endswith("\n"):
        raise _bad("it does not end with a line feed")
    digests: dict[str, Digest] = {}
    for number, line in enumerate(text.split("\n")[:-1], start=1):
        match = _LINE.fullmatch(line)
        if match is None or not is_flat_name(match[2]) or match[2] == MANIFEST:
            raise _bad(f"line {number} is no digest and flat name")
        if digests and match[2] <= next(reversed(digests)):
            raise _bad(f"line {number} is out of order")
        digests[match[2]] = Digest(match[1])
    return digests


def lint_manifest(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Compare the files with the manifest among them.

    Args:
        files: The embedded files' bytes by name, ``MANIFEST.sha256`` among them.

    Returns:
        What does not fit, in words, by file; empty where everything does.

    Raises:
        EvidenceError: ``PACK-MANIFEST-01``: there is no readable manifest.
    """
    if MANIFEST not in files:
        raise _bad("it is missing")
    told = decode_manifest(files[MANIFEST])
    there = set(files) - {MANIFEST}
    findings = [f"{name} is not there" for name in sorted(set(told) - there)]
    findings += [f"{name} is not in the manifest" for name in sorted(there - set(told))]
    findings += [
        f"{name} has another SHA-256"
        for name in sorted(there & set(told))
        if canonical.digest(files[name]) != told[name]
    ]
    return tuple(findings)


def _bad(why: str) -> EvidenceError:
    return EvidenceError(
        "PACK-MANIFEST-01",
        f"{MANIFEST} is not well formed: {why}.",
        meaning="It cannot be told whether the embedded files are complete.",
        remedy="Preserve the file and compare its digest with another copy.",
    )
