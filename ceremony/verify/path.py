"""The path of each certificate is validated again, up to its trust anchor.

Part of check 12. Records from before paths were told are validated all the same.
"""

from __future__ import annotations

from dataclasses import replace

from cryptography import x509

from ceremony.engine.facts import CertificateMade, Outcome, PathChecked
from ceremony.engine.state import Recorded
from ceremony.pack.path_leaf import path_leaf
from ceremony.pack.record import Record
from ceremony.pki.certificate import fingerprint
from ceremony.pki.path import BROKEN
from ceremony.verify.check import FailedError
from ceremony.verify.issued import certificate_of, issuer_of
from ceremony.verify.trace import place


def verify_paths(record: Record) -> tuple[str, ...]:
    """Validate the path of each certificate, and compare it with what its leaf tells.

    Returns:
        What a reader should know: which certificates are marked.

    Raises:
        FailedError: ``PKI-PATH-01`` to ``-09``: a path is not valid, and its leaf does
            not say so; ``VERIFY-PATH-01``: a leaf tells of another path, or of a fault
            that is not there.
    """
    remarks = []
    for recorded in record.facts:
        fact = recorded.fact
        if isinstance(fact, Outcome) and fact.certificate is not None:
            chain = _chain(record, recorded, fact.thing, fact.certificate)
            remarks.append(_verify_told(recorded, path_leaf(chain), fact.path))
    return tuple(filter(None, remarks))


def _verify_told(
    recorded: Recorded, found: PathChecked, told: PathChecked | None
) -> str:
    where = place(recorded)
    if found.rule and (told is None or not told.rule):
        raise FailedError(found.rule, f"{where}: {found.text}")
    # Another version of the validator may say the same in other words.
    if told is not None and told != replace(
        found, tool=told.tool, version=told.version, text=told.text
    ):
        raise FailedError(
            "VERIFY-PATH-01",
            f"{where}: the leaf tells of another path to the trust anchor",
        )
    if not found.rule:
        return ""
    return f"{where}: the certificate is not to be used, by {found.rule}."


def _chain(
    record: Record, recorded: Recorded, thing: str, made: CertificateMade
) -> tuple[x509.Certificate, ...]:
    """Find the certificates from one up to the anchor that signed itself."""
    chain = [certificate_of(record, thing, made.digest)]
    while True:
        issuer = issuer_of(record, made, chain[-1])
        if issuer is chain[-1]:
            return tuple(chain)
        if issuer in chain:
            raise FailedError(
                BROKEN,
                f"{place(recorded)}: the certificates sign one another in a ring",
            )
        chain.append(issuer)
        made = next(
            each
            for each in record.state.certificates.values()
            if each.digest == fingerprint(issuer)
        )
