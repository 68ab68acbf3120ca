"""The files of what was issued, made again from the record and compared.

Part of check 12. A record made before there were such files has the certificate, the
request or the list alone; where a leaf names one of the others, it names all.
"""

from __future__ import annotations

from cryptography import x509

from ceremony.engine.facts import Outcome
from ceremony.engine.state import Recorded
from ceremony.pack.outputs import kind_of, output_names, signed_file
from ceremony.pack.record import Record
from ceremony.pki.crl import decode_crl
from ceremony.pki.output import (
    Output,
    certificate_output,
    crl_output,
    request_output,
)
from ceremony.verify.check import FailedError
from ceremony.verify.embedded import read_certificate
from ceremony.verify.issued import chain_of, issuer_before, made_as, verified_chain
from ceremony.verify.trace import place


def verify_output(record: Record, recorded: Recorded, fact: Outcome) -> None:
    """Make the files beside an outcome again, and compare them.

    Args:
        record: The record.
        recorded: The leaf, whose certificate, request or list is known to be right.
        fact: What it tells.

    Raises:
        FailedError: ``VERIFY-OUTPUT-01``: a file is another one, is missing, or has no
            place there; ``-02``: a chain file is not the certificate and those above
            it, in their order.
        CeremonyError: A certificate above cannot be read or has not signed.
    """
    named = output_names(recorded)
    if not named or (fact.certificate or fact.request or fact.crl) is None:
        return
    output = _output(record, recorded, fact, named)
    where = place(recorded)
    for name, content in output.files.items():
        if name.startswith("chain-") and record.files.get(name) != content:
            raise FailedError(
                "VERIFY-OUTPUT-02",
                f"{where}: {name} is not the certificate and those above it, each "
                "signed by the next",
            )
        if name not in named or record.files.get(name) != content:
            raise FailedError(
                "VERIFY-OUTPUT-01",
                f"{where}: {name} is not what comes of {fact.thing}",
            )
    if named != set(output.files):
        raise FailedError(
            "VERIFY-OUTPUT-01",
            f"{where}: {min(named - set(output.files))} has no place beside the leaf",
        )


def _output(
    record: Record, recorded: Recorded, fact: Outcome, named: frozenset[str]
) -> Output:
    """Make the files of what an outcome tells of."""
    kind = kind_of(fact)
    name, stem = signed_file(kind, named)
    if fact.certificate is not None:
        certificate = read_certificate(record.files[name], name)
        chain = chain_of(record, recorded, fact.certificate, certificate)
        return certificate_output(stem, certificate, verified_chain(chain)[1:])
    if fact.crl is not None:
        crl = decode_crl(record.files[name], name)
        issuer = issuer_before(record, fact.crl)
        chain = chain_of(record, recorded, made_as(record, issuer), issuer)
        return crl_output(stem, crl, verified_chain(chain))
    return request_output(stem, x509.load_der_x509_csr(record.files[name]))
