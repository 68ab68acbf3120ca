"""People's names, opened from the commitments that the journal holds."""

from __future__ import annotations

from ceremony.conduct.conductor import Conductor
from ceremony.identifiers import PersonId


def open_names(conductor: Conductor) -> dict[PersonId, str]:
    """Open the names that this laptop keeps; one that is missing is left out."""
    seats = conductor.state.seats
    opened = conductor.private.openings([seat.name for seat in seats])
    told = {str(each["label"]): each["value"] for each in opened}
    names = {}
    for seat in seats:
        value = told.get(f"person/{seat.person}")
        if isinstance(value, dict):
            names[seat.person] = str(value.get("name", ""))
    return names
