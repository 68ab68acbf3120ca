"""What binds a whole batch, made again: its chain, and when it was answered.

Part of check 12. A record from before a batch had them has neither; a remark says so.
"""

from __future__ import annotations

from datetime import timedelta

from ceremony.engine.facts import PartMade
from ceremony.engine.state import Recorded
from ceremony.pack.record import Record
from ceremony.pki.batch_output import batch_files
from ceremony.pki.response import Response
from ceremony.verify.check import FailedError
from ceremony.verify.issued import chain_of, issuer_before, made_as, verified_chain
from ceremony.verify.trace import place


def response_of(recorded: Recorded, last: PartMade) -> Response | None:
    """Give when a batch was received and answered; None where that is not told.

    Raises:
        FailedError: ``VERIFY-BATCH-09``: it was answered before it was received.
        ValueError: A moment is none.
    """
    if not last.received_at:
        return None
    response = Response(last.received_at, last.answered_at)
    if response.time < timedelta():
        raise FailedError(
            "VERIFY-BATCH-09",
            f"{place(recorded)}: it tells of an answer at {response.answered_at}, and "
            f"of the receipt at {response.received_at}",
        )
    return response


def not_bound_remarks(record: Record) -> tuple[str, ...]:
    """Say of each batch that is answered whether receipt and chain are not told."""
    return tuple(
        f"No receipt and no chain are told of {name}: its results name no keys, and "
        "how long its requests waited is not known."
        for name, parts in record.state.parts.items()
        if parts[-1].issued is not None and not parts[-1].received_at
    )


def verify_batch_output(record: Record, recorded: Recorded, last: PartMade) -> None:
    """Insist that the chain beside the last part is the issuer's, up to the root.

    Raises:
        FailedError: ``VERIFY-OUTPUT-02``: it is another one, or missing.
        CeremonyError: A certificate above cannot be read or has not signed.
    """
    issuer = issuer_before(record, last)
    above = verified_chain(chain_of(record, recorded, made_as(record, issuer), issuer))
    names = {blob.name for blob in recorded.event.blobs}
    issued = next(
        blob.name for blob in recorded.event.blobs if blob.sha256 == last.issued
    )
    stem = issued.removeprefix("issued-").removesuffix(".jsonl")
    files = batch_files(stem, record.files[issued], above)
    for name, content in files.items():
        if name not in names or record.files.get(name) != content:
            raise FailedError(
                "VERIFY-OUTPUT-02",
                f"{place(recorded)}: {name} is not the issuer's certificate and those "
                "above it, each signed by the next",
            )
