"""The profiles that a script names beside itself are those that the record has.

Part of check 12. Everything else in it takes these files, and never a profile of the
verifier's own of the same name.
"""

from __future__ import annotations

from ceremony.errors import InputError
from ceremony.pack.record import Record
from ceremony.pki.script_profile import name_fault
from ceremony.script.own_profile import BLOB
from ceremony.verify.check import FailedError, failed_from


def verify_own_profiles(record: Record) -> None:
    """Insist on the files that the script names, beside the opening.

    Raises:
        FailedError: ``VERIFY-PROFILE-01``: one is missing or another one; ``-02``: it
            has the name of another profile; or the rule of reading that it breaks.
    """
    beside = {blob.name for blob in record.facts[0].event.blobs}
    for own in record.state.script.profiles:
        name = f"{BLOB}{own.file}"
        if own.text is None or name not in beside:
            raise FailedError(
                "VERIFY-PROFILE-01",
                f"{name} is not beside the opening, or not the file of SHA-256 "
                f"{own.digest} that the script names",
            )
        try:
            wrong = name_fault(record.state.script, own)
        except InputError as error:
            raise failed_from(error, name) from error
        if wrong:
            raise FailedError("VERIFY-PROFILE-02", f"{name}: {wrong}")
