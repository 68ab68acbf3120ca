"""What a leaf tells was issued, read back from the blobs beside it.

Invariants:
    * Nothing is verified here; what cannot be read is left out.
    * A record made before there were these files gives nothing, and its pages stay
      what they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from cryptography import x509

from ceremony.engine.facts import Outcome
from ceremony.engine.state import Recorded
from ceremony.errors import InputError
from ceremony.pki.certificate import decode_certificate
from ceremony.pki.crl import decode_crl
from ceremony.pki.output import (
    SIGNED,
    Kind,
    Output,
    certificate_output,
    crl_output,
    request_output,
)

_BEGINS: Final = ("certificate-", "chain-", "request-", "crl-")


def output_names(recorded: Recorded) -> frozenset[str]:
    """Name the files of what was issued beside a leaf; none where it has but one."""
    named = frozenset(
        blob.name for blob in recorded.event.blobs if blob.name.startswith(_BEGINS)
    )
    return named if len(named) > 1 else frozenset()


def kind_of(fact: Outcome) -> Kind:
    """Tell what an outcome beside which there are such files has issued."""
    if fact.certificate is not None:
        return Kind.CERTIFICATE
    return Kind.LIST if fact.crl is not None else Kind.REQUEST


def signed_file(kind: Kind, named: Iterable[str]) -> tuple[str, str]:
    """Find the file that was signed, and the stem of the names of all.

    Raises:
        ValueError: It is not among them.
    """
    begin, ending = SIGNED[kind]
    name = min(
        each for each in named if each.startswith(begin) and each.endswith(ending)
    )
    return name, name.removeprefix(begin).removesuffix(ending)


def outputs_of(
    facts: Iterable[Recorded], files: Mapping[str, bytes]
) -> dict[str, Output]:
    """Read what was issued in a ceremony, by its name in the script.

    Args:
        facts: The leaves.
        files: The blobs by flat name.
    """
    found: dict[str, Output] = {}
    for recorded in facts:
        fact, named = recorded.fact, output_names(recorded)
        if isinstance(fact, Outcome) and named:
            try:
                found[fact.thing] = _read(kind_of(fact), named, files)
            except (InputError, KeyError, ValueError):
                continue
    return found


def _read(kind: Kind, named: frozenset[str], files: Mapping[str, bytes]) -> Output:
    name, stem = signed_file(kind, named)
    if kind is Kind.REQUEST:
        return request_output(stem, x509.load_der_x509_csr(files[name]))
    chain = x509.load_pem_x509_certificates(files[f"chain-{stem}.pem"])
    if kind is Kind.LIST:
        return crl_output(stem, decode_crl(files[name], name), chain)
    certificate = decode_certificate(files[name], name)
    return certificate_output(stem, certificate, chain[1:])
