"""The names of people in a file: held to the rules for names, with their places."""

from __future__ import annotations

from collections.abc import Iterable

from ceremony.errors import Place
from ceremony.identifiers import PersonId
from ceremony.people.name import lint_names
from ceremony.script.shape import Faults


def verify_people_names(
    people: Iterable[tuple[PersonId, str, Place]], faults: Faults
) -> None:
    """Insist that every name in a file is sound and that no two look alike.

    Args:
        people: Each person, the name, and where the file has it; each person once.
        faults: Where what is wrong is noted; it holds nothing yet.

    Raises:
        ShapeError: ``PEOPLE-NAME-01`` to ``-03``, each with its place.
    """
    told = {person: (name, place) for person, name, place in people}
    for person, refusal in lint_names({each: told[each][0] for each in told}):
        faults.add(refusal.code, str(refusal), told[person][1], remedy=refusal.remedy)
    faults.raise_any()
