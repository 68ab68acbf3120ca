"""The journal with its log key: append, sign the head, keep the anchor.

Invariants:
    * ``append`` returns only what is durable.
    * A checkpoint is signed by the evidence token over what is durable.
    * The anchor in the evidence token never runs ahead of the journal; a journal
      that is behind its anchor was rewound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ceremony.clock import Clock
from ceremony.conduct.devices import Devices
from ceremony.engine.facts import Head
from ceremony.errors import EvidenceError
from ceremony.identifiers import CeremonyId, Digest, OperationId
from ceremony.journal.checkpoint import Checkpoint, sign_checkpoint
from ceremony.journal.cosignature import cosign_checkpoint
from ceremony.journal.event import Draft, Event
from ceremony.journal.store import JournalStore
from ceremony.register.history import History, read_history


class Log:
    """One ceremony's writing hand on the site's journal."""

    def __init__(self, journal: JournalStore, devices: Devices, clock: Clock) -> None:
        self.journal = journal
        self._devices = devices
        self._clock = clock
        self._history: History | None = None

    def append(
        self,
        ceremony: CeremonyId,
        script: Digest,
        drafts: Sequence[Draft],
        contents: Mapping[Digest, bytes],
    ) -> tuple[Event, ...]:
        """Make facts durable, all or none.

        Raises:
            StorageError: Nothing was written.
        """
        events = self.journal.append(
            ceremony, script, drafts, contents, self._clock.now()
        )
        for event in events if self._history is not None else ():
            self.history.take(event)
        return events

    @property
    def history(self) -> History:
        """Give what the devices of the site did; read once, then kept up with.

        Raises:
            StorageError: The journal cannot be read.
        """
        if self._history is None:
            self._history = read_history(self.journal)
        return self._history

    def checkpoint(self) -> Head:
        """Sign the journal's head with the log key, keep it, move the anchor.

        Returns:
            The head; the same one where nothing was appended since the last.
        """
        size = self.journal.size
        head = Head(size, self.journal.root())
        if any(note.size == size for note in self.journal.notes()):
            return head
        evidence = self._devices.binding.evidence
        session = self._devices.evidence
        note = sign_checkpoint(
            Checkpoint(self.journal.origin, size, head.root),
            evidence.log_key,
            lambda message: session.sign(OperationId(evidence.log_key_id), message),
        )
        self.journal.add_note(size, note)
        session.write_anchor(f"{size} {head.root}".encode())
        return head

    def cosign(self, head: Head, vkey: str, sign: Callable[[bytes], bytes]) -> None:
        """Keep a person's ``cosignature/v1`` line on the checkpoint of ``head``.

        Args:
            head: The head that the person attests to.
            vkey: The person's cosigner key (C2SP verifier key).
            sign: Signs with the person's token: Ed25519, 64 bytes.
        """
        now = int(self._clock.now().wall.timestamp())
        note = cosign_checkpoint(
            Checkpoint(self.journal.origin, head.size, head.root), vkey, now, sign
        )
        self.journal.add_note(head.size, note)

    def verify_anchor(self) -> None:
        """Compare the journal with the anchor in the evidence token.

        Raises:
            EvidenceError: ``CONDUCT-ANCHOR-01``: the journal was rewound or forked.
        """
        for anchor in self._devices.evidence.read_anchors():
            size_text, root = anchor.decode().split(" ")
            size = int(size_text)
            if size > self.journal.size:
                raise _rewound(f"{size - self.journal.size} events are missing")
            if self.journal.root(size) != root:
                raise _rewound(f"its first {size} events are not those signed before")


def _rewound(why: str) -> EvidenceError:
    return EvidenceError(
        "CONDUCT-ANCHOR-01",
        f"The journal is not the one that the evidence token last saw: {why}.",
        meaning="No ceremony can go on; what the tokens hold is unchanged.",
        remedy="Preserve the journal as it is and bring your backup copy.",
    )
