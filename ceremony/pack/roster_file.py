"""The roster as a file: which people hold which role in one ceremony.

Whether they may is for ``people.quorum.verify_roster``; this reads what is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ceremony.errors import Place
from ceremony.identifiers import PersonId, Role
from ceremony.pack.people_names import verify_people_names
from ceremony.pack.toml_places import decode_fields
from ceremony.script.source_file import read_file


@dataclass(frozen=True, slots=True)
class RosterPerson:
    """One person of the roster.

    Attributes:
        id: The person's id.
        name: The name as printed, NFC.
        role: The role held.
        initials: The mark that the person's initials are typed as.
        organisation: The employer, as printed.
    """

    id: PersonId
    name: str
    role: Role
    initials: str
    organisation: str


def load_roster(path: Path) -> tuple[RosterPerson, ...]:
    """Read a roster from disk.

    Raises:
        InputError: The file is missing, or what :func:`decode_roster` refuses.
        StorageError: The disk failed.
    """
    return decode_roster(read_file(path), path.name)


def decode_roster(raw: bytes, file: str) -> tuple[RosterPerson, ...]:
    """Read a roster from its bytes.

    Args:
        raw: The file's bytes: UTF-8, TOML with one ``[[person]]`` table each.
        file: Its name, for places.

    Returns:
        1 or more people, in the file's order, which is the order of their seats.

    Raises:
        InputError: ``FILE-*``: not of the shape; ``ROSTER-PERSON-01``: an id twice;
            ``PEOPLE-NAME-*``: a name, or two that look alike.
    """
    top = decode_fields(raw, file, "a roster")
    people: dict[PersonId, RosterPerson] = {}
    places: dict[PersonId, Place] = {}
    for item in top.children("person", required=True):
        person = RosterPerson(
            id=PersonId(item.name("id")),
            name=item.text("name"),
            role=Role(item.name("role")),
            initials=item.text("initials"),
            organisation=item.text("organisation"),
        )
        item.finish()
        if person.id in people:
            top.faults.add(
                "ROSTER-PERSON-01",
                f"The person {person.id} stands in the roster twice.",
                item.place,
                remedy="Give each person one entry with one role.",
            )
        people[person.id], places[person.id] = person, item.place
    top.finish()
    top.faults.raise_any()
    verify_people_names(
        ((each.id, each.name, places[each.id]) for each in people.values()), top.faults
    )
    return tuple(people.values())
