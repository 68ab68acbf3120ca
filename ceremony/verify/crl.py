"""A revocation list made again from the record, and compared with what was signed.

Part of check 12. Number and entries follow from the script, the issuer from the
certificate that the ceremony made for the key, everything else from the profile.
"""

from __future__ import annotations

from datetime import date

from cryptography import x509

from ceremony.engine.facts import CrlMade
from ceremony.engine.revocation import revocations
from ceremony.engine.state import Recorded
from ceremony.engine.steps.crl import CrlParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.pack.crl_leaf import crl_leaf
from ceremony.pack.record import Record
from ceremony.pki.crl import crl_fingerprint, decode_crl
from ceremony.pki.crl_lint import report_on_crl
from ceremony.pki.crl_linted import crl_tbs_of
from ceremony.pki.crl_order import CrlOrder
from ceremony.pki.script_profile import crl_profile
from ceremony.pki.signature import VERIFYING_KEYS, is_signed_by
from ceremony.verify.check import FailedError
from ceremony.verify.issued import blob_beside, files_of_kind, issuer_before, step_of
from ceremony.verify.trace import is_day_of, place


def verify_crl(record: Record, recorded: Recorded, thing: str, made: CrlMade) -> None:
    """Make a list again from script, profile and issuer, and compare it.

    Args:
        record: The record.
        recorded: The leaf that tells of the list.
        thing: The list's name in the script.
        made: What the leaf tells.

    Raises:
        FailedError: ``VERIFY-CRL-01``: the file is another one than the leaf tells of;
            ``-02``: the signature is not its issuer's, or not by the algorithm by
            which that one signs lists; ``-03``: it is not what script and profile come
            to; ``-04``: it is not of the day on which it was signed; or the rule of the
            lint that it breaks.
        CeremonyError: A file cannot be read.
    """
    where = place(recorded)
    crl = decode_crl(blob_beside(record, recorded, "crl-", ".crl"), f"crl-{thing}.crl")
    issuer = issuer_before(record, made)
    profile = crl_profile(record.state.script, record.state.script.thing(thing).profile)
    report = report_on_crl(crl, profile, issuer)
    if report.has_errors:
        found = report.stopping[0]
        raise FailedError(found.rule, f"{where}: {found.message}")
    if crl_leaf(crl, made.issuer_thing, made.issuer_key) != made:
        raise FailedError(
            "VERIFY-CRL-01", f"{where}: the list is not the one that the leaf tells of"
        )
    day = crl.last_update_utc.date()
    wanted = read_parameters(CrlParameters, step_of(record, recorded).parameters)
    due = revocations(wanted.revoked, record.state, day)
    order = CrlOrder(profile, issuer, wanted.number, day, due)
    key = issuer.public_key()
    if not isinstance(key, VERIFYING_KEYS) or not is_signed_by(
        key, order.signature, crl.tbs_certlist_bytes, crl.signature
    ):
        raise FailedError(
            "VERIFY-CRL-02",
            f"{where}: the list is not signed by the key {made.issuer_thing} with "
            f"{order.signature.called}",
        )
    if crl.tbs_certlist_bytes != crl_tbs_of(order):
        raise FailedError(
            "VERIFY-CRL-03",
            f"{where}: profile and script come to other bytes than were signed",
        )
    _verify_day(recorded, day)


def crl_of(record: Record, thing: str, made: CrlMade) -> x509.CertificateRevocationList:
    """Find the file of a list that the ceremony made, by its digest.

    Raises:
        FailedError: ``VERIFY-CRL-01``: it is not in the pack.
        InputError: ``PKI-LIST-11``: the file of that name is no list.
    """
    for name in files_of_kind(record, "crl-", thing, ".crl"):
        crl = decode_crl(record.files[name], name)
        if crl_fingerprint(crl) == made.digest:
            return crl
    raise FailedError("VERIFY-CRL-01", f"crl-{thing}.crl is missing")


def _verify_day(recorded: Recorded, day: date) -> None:
    """Insist on the day of the leaf, or the one before where midnight lay between."""
    if not is_day_of(recorded, day):
        told = recorded.event.t.wall.date()
        raise FailedError(
            "VERIFY-CRL-04",
            f"{place(recorded)}: the list is of {day}, and was signed on {told}",
        )
