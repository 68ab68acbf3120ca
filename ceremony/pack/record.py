"""A ceremony's record, read from the files that a pack embeds.

The writer, the pages and the verifier all start from a :class:`Record`, so that
what is printed and what is verified come from the same bytes. Reading checks form
only; whether the record is true is for ``ceremony.verify``.

Invariants:
    * ``facts`` holds one entry per line of ``events.jsonl``, in its order.
    * ``state`` is the fold of exactly these facts over the embedded script.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ceremony import canonical
from ceremony.engine.facts import Opened
from ceremony.engine.state import Recorded, State
from ceremony.errors import EvidenceError
from ceremony.identifiers import CeremonyId, Digest, Origin, PersonId
from ceremony.journal.codec import decode_event
from ceremony.journal.event import Event
from ceremony.pack.replay import replay
from ceremony.script.decode import decode_script
from ceremony.script.own_profile import bind_recorded

EVENTS: Final = "events.jsonl"
CHECKPOINT: Final = "checkpoint"
LEAF_HASHES: Final = "leaf-hashes.txt"
SCRIPT: Final = "script.yaml"
BINDING: Final = "binding.json"
ENVIRONMENT: Final = "environment.json"
EXHIBITS: Final = "exhibits.json"
OPENINGS: Final = "openings.json"
SITE_POLICY: Final = "site-policy.toml"
ROOM_POLICY: Final = "room-policy.toml"
TRUST_POLICY: Final = "trust-policy.toml"
MANIFEST: Final = "MANIFEST.sha256"
VERIFY_TEXT: Final = "VERIFY.txt"


def person_file(person: PersonId) -> str:
    """Name the file (PEM) of the certificate by whose key a person signs."""
    return f"certificate-person-{person}.pem"


@dataclass(frozen=True, slots=True)
class Record:
    """One ceremony as its files tell it.

    Attributes:
        files: Every embedded file by its flat name.
        facts: The ceremony's leaves with their facts, in order.
        state: Where the ceremony stood after the last of them.
        names: People's names by id, as far as the edition opens them.
        organisations: People's organisations by id, likewise.
    """

    files: Mapping[str, bytes]
    facts: tuple[Recorded, ...]
    state: State
    names: Mapping[PersonId, str]
    organisations: Mapping[PersonId, str]

    @property
    def opened(self) -> Opened:
        """Give the first fact."""
        fact = self.facts[0].fact
        if not isinstance(fact, Opened):
            raise _bad(f"{EVENTS} does not begin with the opening of a ceremony")
        return fact

    @property
    def ceremony(self) -> CeremonyId:
        """Give the ceremony's id."""
        return CeremonyId(self.facts[0].event.ceremony)

    @property
    def log(self) -> Origin:
        """Give the journal's origin."""
        return Origin(self.facts[0].event.log)

    @property
    def script_digest(self) -> Digest:
        """Give the script digest that every leaf carries."""
        return Digest(self.facts[0].event.script)


def read_record(files: Mapping[str, bytes]) -> Record:
    """Read the record from the embedded files.

    Raises:
        EvidenceError: A file that every record has is missing or not well formed.
        InputError: The embedded script does not decode.
    """
    if EVENTS not in files or SCRIPT not in files:
        raise _bad(f"{EVENTS} or {SCRIPT} is missing")
    script = bind_recorded(decode_script(files[SCRIPT], SCRIPT), files)
    facts, state = replay(script, decode_events(files[EVENTS]))
    if not facts or not isinstance(facts[0].fact, Opened):
        raise _bad(f"{EVENTS} does not begin with the opening of a ceremony")
    names, organisations = _opened_names(files.get(OPENINGS, b"[]"), facts[0].fact)
    return Record(files, facts, state, names, organisations)


def decode_events(raw: bytes) -> tuple[Event, ...]:
    """Read ``events.jsonl``: one canonical leaf a line, each ended by a line feed.

    Raises:
        EvidenceError: A line is not a leaf.
    """
    if raw and not raw.endswith(b"\n"):
        raise _bad(f"{EVENTS} does not end with a line feed")
    return tuple(decode_event(line) for line in raw.split(b"\n")[:-1])


def _opened_names(
    raw: bytes, opened: Opened
) -> tuple[dict[PersonId, str], dict[PersonId, str]]:
    """Find the names whose openings are given; a false opening opens nothing."""
    names: dict[PersonId, str] = {}
    organisations: dict[PersonId, str] = {}
    told = canonical.decode(raw)
    if not isinstance(told, list):
        raise _bad(f"{OPENINGS} is not a list")
    for opening in told:
        if not isinstance(opening, dict):
            raise _bad(f"{OPENINGS} holds something that is not an opening")
        commitment = canonical.digest(canonical.encode(opening))
        for seat in opened.seats:
            value = opening.get("value")
            if seat.name == commitment and isinstance(value, dict):
                names[seat.person] = str(value.get("name", ""))
                organisations[seat.person] = str(value.get("organisation", ""))
    return names, organisations


def _bad(why: str) -> EvidenceError:
    return EvidenceError(
        "PACK-RECORD-01",
        f"The pack holds no readable record: {why}.",
        meaning="Nothing can be said about the ceremony from this file.",
        remedy="Ask for the pack again and compare its digest.",
    )
