"""Where a site keeps its journals, and which site a ceremony was opened at.

A workspace is one folder: ``rehearsal/`` and ``live/`` with a journal and its
private openings each, ``ceremonies/`` with one small note per ceremony, and
``register.sqlite``, which can be made again at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from ceremony import canonical
from ceremony.errors import InputError
from ceremony.identifiers import CeremonyId, Mode, Origin
from ceremony.journal.private import PrivateStore
from ceremony.journal.store import JournalStore

OpenJournal = Callable[[Path], JournalStore]


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the files of one ceremony stand.

    Attributes:
        ceremony: Its id.
        mode: Rehearsal or live.
        site: The folder with the site binding and what stands beside it.
        answers: The file with recorded answers; None where people type.
    """

    ceremony: CeremonyId
    mode: Mode
    site: Path
    answers: Path | None


@dataclass(frozen=True, slots=True)
class Workspace:
    """One site's folder.

    Attributes:
        folder: Absolute path.
        open_journal: How a journal is opened; a test may pass one that stops.
    """

    folder: Path
    open_journal: OpenJournal = JournalStore.open

    @staticmethod
    def default_folder() -> Path:
        """Give the folder that the platform sets aside for the tool's data."""
        return platformdirs.user_data_path("key-ceremony")

    def journal_path(self, mode: Mode) -> Path:
        """Give the place of a mode's journal."""
        return self.folder / mode.value / "journal.sqlite"

    def private_path(self, mode: Mode) -> Path:
        """Give the place of a mode's private openings."""
        return self.folder / mode.value / "private.sqlite"

    @property
    def register_path(self) -> Path:
        """Give the place of the register."""
        return self.folder / "register.sqlite"

    def pack_path(self, ceremony: CeremonyId) -> Path:
        """Give the place of a ceremony's pack, where the window seals it."""
        return self.folder / "packs" / f"{ceremony}.pdf"

    def create_journal(self, mode: Mode, origin: Origin) -> None:
        """Make a mode's journal and its private openings where they are not yet.

        Raises:
            StorageError: They cannot be made.
        """
        path = self.journal_path(mode)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        PrivateStore.create(self.private_path(mode)).close()
        JournalStore.create(path, origin).close()

    @contextmanager
    def journal(self, mode: Mode) -> Iterator[JournalStore]:
        """Open a mode's journal for writing, alone.

        Raises:
            InputError: ``CONDUCT-WORKSPACE-01``: the workspace has none.
            StorageError: Another process holds it, or it cannot be read.
        """
        path = self.journal_path(mode)
        if not path.exists():
            raise InputError(
                "CONDUCT-WORKSPACE-01",
                f"The workspace {self.folder} holds no {mode.value} journal.",
                remedy="Name another workspace with --workspace, or open a ceremony.",
            )
        store = self.open_journal(path)
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def private(self, mode: Mode) -> Iterator[PrivateStore]:
        """Open a mode's private openings."""
        store = PrivateStore.open(self.private_path(mode))
        try:
            yield store
        finally:
            store.close()

    def keep_plan(self, plan: Plan) -> None:
        """Remember where a ceremony's files stand; the journal holds their digests."""
        folder = self.folder / "ceremonies"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        told: dict[str, canonical.Json] = {
            "ceremony": plan.ceremony,
            "mode": plan.mode.value,
            "site": str(plan.site),
        }
        if plan.answers is not None:
            told["answers"] = str(plan.answers)
        (folder / f"{plan.ceremony}.json").write_bytes(canonical.encode(told) + b"\n")

    def drop_plan(self, plan: Plan) -> None:
        """Forget a ceremony that was not opened after all."""
        (self.folder / "ceremonies" / f"{plan.ceremony}.json").unlink(missing_ok=True)

    def plan(self, ceremony: str) -> Plan:
        """Find where a ceremony's files stand.

        Raises:
            InputError: ``CONDUCT-WORKSPACE-02``: no such ceremony here.
        """
        path = self.folder / "ceremonies" / f"{ceremony}.json"
        if not path.is_file():
            known = ", ".join(plan.ceremony for plan in self.plans()) or "none"
            raise InputError(
                "CONDUCT-WORKSPACE-02",
                f"The workspace {self.folder} knows no ceremony {ceremony}.",
                remedy=f"Name one of its ceremonies: {known}.",
            )
        return _decode_plan(path)

    def plans(self) -> tuple[Plan, ...]:
        """List every ceremony of the workspace, by id."""
        folder = self.folder / "ceremonies"
        return tuple(_decode_plan(path) for path in sorted(folder.glob("*.json")))


def _decode_plan(path: Path) -> Plan:
    try:
        told = canonical.decode(path.read_bytes().rstrip(b"\n"))
        told = told if isinstance(told, dict) else {}
        answers = told.get("answers")
        return Plan(
            ceremony=CeremonyId(str(told["ceremony"])),
            mode=Mode(str(told["mode"])),
            site=Path(str(told["site"])),
            answers=Path(str(answers)) if answers else None,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            "CONDUCT-WORKSPACE-03",
            f"{path} is not a note of a ceremony.",
            remedy="Restore the workspace from its backup.",
        ) from error
