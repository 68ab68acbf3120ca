"""The pack that a journal has sealed, told from every other file.

A signatory signs what this journal sealed and nothing else: the file must begin with
the very bytes whose digest ``pack.sealed`` records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ceremony import canonical
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.workspace import Workspace
from ceremony.engine.fact_codec import decode_fact
from ceremony.engine.facts import PackSealed
from ceremony.errors import InputError, RefusedError
from ceremony.identifiers import CeremonyId, Digest, Mode
from ceremony.journal.event import Event


def verify_own_pack(conductor: Conductor, pdf: bytes) -> None:
    """Insist that a file is the pack that this ceremony's journal last recorded.

    It has to be the sealed file or its last signed revision, byte for byte.

    Args:
        conductor: The ceremony.
        pdf: The file's bytes, any content.

    Raises:
        RefusedError: ``CONDUCT-REPORT-02``: it is another file.
    """
    if canonical.digest(pdf) != last_revision(conductor):
        raise RefusedError(
            "CONDUCT-REPORT-02",
            f"The file is not the pack of {conductor.ceremony} as the journal last "
            "recorded it.",
            meaning="Nothing was signed.",
            remedy="Name the pack as it was sealed, or the ceremony it belongs to.",
        )


def verify_presented(pdf: bytes, presented: Digest) -> None:
    """Insist that a pack is, byte for byte, the one that its signatory was shown.

    Args:
        pdf: The file's bytes as they are now, any content.
        presented: SHA-256 of the bytes whose words were shown.

    Raises:
        RefusedError: ``CONDUCT-TURN-01``: the file has changed.
    """
    if canonical.digest(pdf) != presented:
        raise RefusedError(
            "CONDUCT-TURN-01",
            "The pack has changed since it was shown.",
            meaning="Nothing was signed.",
            remedy="Leave the turn and begin it again: read the pack as it is now.",
        )


def last_revision(conductor: Conductor) -> Digest | None:
    """Give the digest of the pack as the journal last recorded it; None before."""
    state = conductor.state
    if state.signed:
        return state.signed[-1].revision
    return state.sealed.revision if state.sealed is not None else None


def is_sealed_as(conductor: Conductor, path: Path) -> bool:
    """Tell whether a file is the pack that this ceremony's journal sealed."""
    sealed = conductor.state.sealed
    return (
        sealed is not None
        and path.is_file()
        and _begins_with(path.read_bytes(), sealed)
    )


def read_pack(path: Path) -> bytes:
    """Read a pack that is to be signed.

    Returns:
        The file's bytes, any content.

    Raises:
        InputError: ``CONDUCT-REPORT-03``: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            "CONDUCT-REPORT-03",
            f"{path} cannot be read: {error.strerror or type(error).__name__}.",
            remedy="Name the sealed pack.",
        ) from error


def find_ceremony(workspace: Workspace, path: Path) -> CeremonyId:
    """Find the ceremony of this workspace whose sealed pack a file is.

    Raises:
        InputError: ``CONDUCT-REPORT-03``: the file cannot be read.
        RefusedError: ``CONDUCT-REPORT-04``: no journal here sealed it.
        StorageError: Another process holds a journal.
    """
    pdf = read_pack(path)
    for mode in Mode:
        if not workspace.journal_path(mode).exists():
            continue
        with workspace.journal(mode) as journal:
            for ceremony in journal.ceremonies():
                if any(
                    _begins_with(pdf, sealed)
                    for sealed in _sealed(journal.events(ceremony))
                ):
                    return ceremony
    raise RefusedError(
        "CONDUCT-REPORT-04",
        f"No journal of this workspace sealed {path.name}.",
        meaning="Nothing was signed.",
        remedy="Name the workspace in which it was sealed.",
    )


def _sealed(events: Iterable[Event]) -> Iterator[PackSealed]:
    for event in events:
        if event.type == PackSealed.type:
            fact = decode_fact(event.type, event.data)
            if isinstance(fact, PackSealed):
                yield fact


def _begins_with(pdf: bytes, sealed: PackSealed) -> bool:
    return canonical.digest(pdf[: sealed.size]) == sealed.revision
