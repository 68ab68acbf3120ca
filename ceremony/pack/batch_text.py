"""What VERIFY.txt says of batches: how each certificate is checked with openssl."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ceremony.engine.facts import Outcome
from ceremony.engine.revocation import path_of_key
from ceremony.pack.outputs import certificate_file, issued_file
from ceremony.pack.record import Record

_HEAD: Final = """
A part of a batch has its certificates in one file, in the order of the requests. Each
is taken out and verified, and its SHA-256 has to stand in the results of the batch:

"""


def render_batches(record: Record) -> str:
    """Write the commands for every embedded part; nothing where there is none."""
    lines = "".join(f"    {line}\n" for line in _commands(record))
    return _HEAD + lines if lines else ""


def _commands(record: Record) -> Iterator[str]:
    for recorded in record.facts:
        fact = recorded.fact
        part = fact.part if isinstance(fact, Outcome) else None
        if not isinstance(fact, Outcome) or part is None:
            continue
        names = {blob.sha256: blob.name for blob in recorded.event.blobs}
        name = names.get(part.certificates, "")
        chain = path_of_key(record.state, part.issuer_thing)
        if name not in record.files or not chain:
            continue
        yield "awk '/BEGIN/ {n++} {print > sprintf(\"one-%04d.pem\", n)}' \\"
        yield f"    {name}"
        yield "for one in one-*.pem; do"
        yield "    openssl verify -no_check_time -check_ss_sig \\"
        yield f"        -CAfile {certificate_file(record.facts, chain[-1])} \\"
        for link in chain[:-1]:
            yield f"        -untrusted {certificate_file(record.facts, link)} \\"
        yield '        "$one"'
        yield '    digest=$(openssl x509 -in "$one" -outform DER | sha256sum)'
        yield '    grep -q "\\"certificate\\":\\"${digest%% *}\\"" \\'
        issued = issued_file(record, fact.thing)
        yield f"        {issued} || exit 1"
        yield "done"
        yield "rm one-*.pem"
