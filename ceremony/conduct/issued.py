"""What a step has issued, read back from the journal for whoever takes it along."""

from __future__ import annotations

from collections.abc import Sequence

from ceremony.conduct.conductor import Conductor
from ceremony.engine.state import Recorded
from ceremony.pack.outputs import output_names, outputs_of
from ceremony.pki.output import Output


def output_of(conductor: Conductor, facts: Sequence[Recorded]) -> Output | None:
    """Give what the leaves of one step tell was issued; None where they tell nothing.

    Raises:
        EvidenceError: The journal does not hold a blob as it was written.
    """
    files = {
        blob.name: conductor.log.journal.blob(blob.sha256)
        for recorded in facts
        for blob in recorded.event.blobs
        if blob.name in output_names(recorded)
    }
    return next(iter(outputs_of(facts, files).values()), None)
