"""The turn of a report signatory: which file is signed, as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ceremony import canonical
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.sealed import read_pack
from ceremony.conduct.step_view import is_at_reader, is_fixed
from ceremony.conduct.turn_view import SHOWN_WORDS, is_found
from ceremony.digest_words import words
from ceremony.identifiers import Digest, PersonId
from ceremony.people.attestation import Meaning


@dataclass(frozen=True, slots=True)
class ReportTurn:
    """One signatory's turn.

    Attributes:
        digest: SHA-256 of the file's bytes as they are now.
        offered: True where the site's file holds the PIN.
        at_reader: True where it is entered at the token's own reader.
        found: True where the token is in its reader.
    """

    person: PersonId
    name: str
    title: str
    path: str
    digest: Digest
    meaning: str
    serial: str
    label: str
    offered: bool
    at_reader: bool
    found: bool

    @property
    def words(self) -> tuple[str, ...]:
        """Give the first words of the file's digest."""
        return words(bytes.fromhex(self.digest))[:SHOWN_WORDS]


def view_report_turn(
    conductor: Conductor, names: Mapping[PersonId, str], person: PersonId, path: Path
) -> ReportTurn:
    """Draw up a signatory's turn.

    Raises:
        InputError: The pack cannot be read.
    """
    seat = conductor.state.seat(person)
    bound = conductor.devices.person(person)
    return ReportTurn(
        person=person,
        name=names.get(person, ""),
        title=conductor.state.title(person),
        path=str(path),
        digest=canonical.digest(read_pack(path)),
        meaning=Meaning.REPORTS_CORRECTLY.value,
        serial=seat.token,
        label=bound.label,
        offered=is_fixed(conductor, seat.token),
        at_reader=is_at_reader(conductor, seat.token),
        found=is_found(conductor, bound),
    )
