"""What a leaf tells was issued, read back from the blobs beside it.

Invariants:
    * Nothing is verified here; what cannot be read is left out.
    * A record made before there were these files gives nothing, and its pages stay
      what they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from cryptography import x509

from ceremony.engine.facts import (
    CertificateBrought,
    EarlierFound,
    Fact,
    Outcome,
    PartMade,
)
from ceremony.engine.state import Recorded
from ceremony.errors import InputError
from ceremony.identifiers import Digest
from ceremony.pack.record import Record
from ceremony.pki.batch_output import Parts, batch_names, batch_output
from ceremony.pki.certificate import decode_certificate
from ceremony.pki.crl import decode_crl
from ceremony.pki.field_fault import FIELD_FAULTS, LOAD_FAULTS
from ceremony.pki.output import (
    SIGNED,
    Kind,
    Output,
    certificate_output,
    chain_name,
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


def certificate_file(facts: Iterable[Recorded], thing: str) -> str:
    """Name the file (PEM) of a certificate: the one that lies beside its leaf.

    By the name that the script gives it, another may have been embedded before.

    Args:
        facts: The leaves.
        thing: The certificate, as the script names it.
    """
    begin, ending = SIGNED[Kind.CERTIFICATE]
    found = (
        blob.name
        for recorded in facts
        if _tells_certificate(recorded.fact, thing)
        for blob in recorded.event.blobs
        if blob.name.startswith(begin) and blob.name.endswith(ending)
    )
    return next(found, f"{begin}{thing}{ending}")


def _tells_certificate(fact: Fact, thing: str) -> bool:
    match fact:
        case CertificateBrought():
            return fact.thing == thing
        case EarlierFound():
            return fact.thing == thing and fact.outcome.certificate is not None
        case Outcome():
            return fact.thing == thing and fact.certificate is not None
        case _:
            return False


def named_file(facts: Iterable[Recorded], digest: Digest | None, name: str) -> str:
    """Name the file that leaves tell of by its digest.

    Args:
        facts: The leaves.
        digest: Its SHA-256; None where none is told.
        name: What it is called where no file before it has that name. It stands
            where no leaf names such a file.
    """
    begin, ending = name[: name.index("-") + 1], name[name.rindex(".") :]
    found = [
        blob.name
        for recorded in facts
        for blob in recorded.event.blobs
        if blob.sha256 == digest
        and blob.name.startswith(begin)
        and blob.name.endswith(ending)
    ]
    return found[0] if found and name not in found else name


def issued_file(record: Record, batch: str) -> str:
    """Name the results file of a batch, as its last part tells of it."""
    parts = record.state.parts.get(batch, ())
    digest = parts[-1].issued if parts else None
    return named_file(record.facts, digest, batch_names(batch)[0])


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
        files: The blobs by flat name. Those of a batch are read no sooner than it is
            unfolded.
    """
    found: dict[str, Output] = {}
    parts: dict[str, list[Recorded]] = {}
    for recorded in facts:
        fact, named = recorded.fact, output_names(recorded)
        if not isinstance(fact, Outcome):
            continue
        try:
            if fact.part is not None:
                parts.setdefault(fact.thing, []).append(recorded)
                if fact.part.received_at:
                    found[fact.thing] = _batch(parts[fact.thing], fact.part, files)
            elif named:
                found[fact.thing] = _read(kind_of(fact), named, files)
        except (InputError, KeyError, *FIELD_FAULTS, *LOAD_FAULTS):
            continue
    return found


def _batch(
    parts: Sequence[Recorded], last: PartMade, files: Mapping[str, bytes]
) -> Output:
    """Read what binds a batch, from the leaves of its parts."""
    names = {blob.sha256: blob.name for each in parts for blob in each.event.blobs}
    named = {
        each.fact.part.number: names[each.fact.part.certificates]
        for each in parts
        if isinstance(each.fact, Outcome) and each.fact.part is not None
    }
    digest = last.issued or Digest("")
    issued = names[digest]
    stem = issued.removeprefix("issued-").removesuffix(".jsonl")
    count = last.first + last.count - 1

    def read() -> tuple[bytes, Parts]:
        return files[issued], ((part, files[name]) for part, name in named.items())

    is_here = issued in files and all(name in files for name in named.values())
    chain = files[batch_names(stem)[1]]
    return batch_output(stem, digest, chain, count, read if is_here else None)


def _read(kind: Kind, named: frozenset[str], files: Mapping[str, bytes]) -> Output:
    name, stem = signed_file(kind, named)
    if kind is Kind.REQUEST:
        return request_output(stem, x509.load_der_x509_csr(files[name]))
    chain = x509.load_pem_x509_certificates(files[chain_name(stem)])
    if kind is Kind.LIST:
        return crl_output(stem, decode_crl(files[name], name), chain)
    certificate = decode_certificate(files[name], name)
    return certificate_output(stem, certificate, chain[1:])
