"""What a step has issued, read back from the journal for whoever takes it along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ceremony.conduct.conductor import Conductor
from ceremony.conduct.sealed import find_ceremony
from ceremony.conduct.workspace import Workspace
from ceremony.engine.fact_codec import decode_fact
from ceremony.engine.facts import Outcome
from ceremony.engine.state import Recorded
from ceremony.errors import InputError
from ceremony.evidence.saving import save_new_files, save_new_folder
from ceremony.identifiers import Digest, Mode
from ceremony.journal.store import JournalStore
from ceremony.pack.outputs import outputs_of
from ceremony.pki.batch_output import BatchOutput
from ceremony.pki.output import Output


def output_of(conductor: Conductor, facts: Sequence[Recorded]) -> Output | None:
    """Give what the leaves of one step tell was issued; None where they tell nothing.

    Raises:
        EvidenceError: The journal does not hold a blob as it was written.
    """
    outputs = outputs_of(facts, BlobsBeside(conductor.log.journal, facts))
    return next(iter(outputs.values()), None)


def save_output(folder: Path, output: Output) -> Path:
    """Keep the files of what was issued in a folder; those of a batch in one below it.

    Returns:
        The folder that they are in.

    Raises:
        EvidenceError: ``EVIDENCE-EXISTS-01``: there is something of one of the names;
            ``PKI-ISSUED-02``: the certificates of a batch are other ones.
        StorageError: ``EVIDENCE-DISK-01``: the disk refused.
    """
    if isinstance(output, BatchOutput) and output.unfold is not None:
        save_new_folder(folder / output.stem, output.unfold())
        return folder / output.stem
    save_new_files(folder, output.files)
    return folder


def save_from_journal(
    workspace: Workspace, pack: Path, stem: str, folder: Path
) -> None:
    """Keep the certificates of a batch that a pack leaves in the journal.

    Args:
        workspace: Whose journals are looked through.
        pack: One that was sealed there.
        stem: What the files of the batch are called after.
        folder: Where the folder of the batch is made; it exists.

    Raises:
        InputError: ``CONDUCT-BATCH-03``: its journal holds no such batch.
        RefusedError: ``CONDUCT-REPORT-04``: no journal there sealed the pack.
        CeremonyError: As for :func:`save_output`.
    """
    ceremony = find_ceremony(workspace, pack)
    for mode in Mode:
        if not workspace.journal_path(mode).exists():
            continue
        with workspace.journal(mode) as journal:
            facts = tuple(
                Recorded(event, decode_fact(event.type, event.data))
                for event in journal.events(ceremony)
                if event.type == Outcome.type
            )
            for output in outputs_of(facts, BlobsBeside(journal, facts)).values():
                if isinstance(output, BatchOutput) and output.stem == stem:
                    save_output(folder, output)
                    return
    raise InputError(
        "CONDUCT-BATCH-03",
        f"The journal of {ceremony} holds no batch {stem}.",
        remedy="Name the pack and the workspace again, and a batch of that pack.",
    )


class BlobsBeside(Mapping[str, bytes]):
    """The blobs beside leaves by flat name, each read when it is asked for.

    Args:
        journal: Holds them.
        facts: The leaves.
    """

    def __init__(self, journal: JournalStore, facts: Sequence[Recorded]) -> None:
        self._journal = journal
        self._digests: dict[str, Digest] = {
            blob.name: blob.sha256 for each in facts for blob in each.event.blobs
        }

    def __getitem__(self, name: str) -> bytes:
        """Read a blob.

        Raises:
            EvidenceError: The journal does not hold it as it was written.
        """
        return self._journal.blob(self._digests[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._digests)

    def __len__(self) -> int:
        return len(self._digests)

    def __contains__(self, name: object) -> bool:
        return name in self._digests
