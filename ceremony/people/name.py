"""Names that can be told apart: one script each, and no two that look alike.

People are known by key and id; a name only has to be safe to print and to read.
The table holds the look-alikes among the letters that the bundled fonts have.

Source: Unicode Technical Standard #39, revision 31, sections 4 (confusables) and
5.1 (single-script strings); UAX #15 for NFC.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from ceremony.errors import RefusedError
from ceremony.identifiers import PersonId

SCRIPTS: Final = ("LATIN", "GREEK", "CYRILLIC")
_JOINERS: Final = frozenset(" '-.,\u2019\u2011")
_LONGEST: Final = 100

# Capitals that look like a Latin capital, although their small letters do not.
_CAPITALS: Final = str.maketrans(
    "АВЕЅІЈКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",  # noqa: RUF001  look-alikes are the subject
    "ABESIJKMHOPCTYXABEZHIKMNOPTYX",
)
_SMALL: Final = str.maketrans(
    {
        **dict(
            zip(
                "аеорсухіјѕһӏοναιρυσκγ",
                "aeopcyxijshiovaipuoky",
                strict=True,
            )
        ),
        "l": "i",
        "1": "i",
        "|": "i",
        "ı": "i",  # noqa: RUF001  look-alikes are the subject
        "ȷ": "j",
        "0": "o",
        "\u2019": "'",
        "\u2011": "-",
    }
)


def skeleton(name: str) -> str:
    """Reduce a name to what a hurried reader sees.

    Two names with one skeleton look alike. Case is folded as well, so that a name
    in capitals is the same name.
    """
    plain = name.translate(_CAPITALS).casefold().translate(_SMALL).replace("rn", "m")
    return " ".join(plain.split())


def verify_name(name: str) -> None:
    """Insist on a printable name in NFC and in one script.

    Raises:
        RefusedError: ``PEOPLE-NAME-01``: empty, too long, not NFC, or a character
            that no name has; ``PEOPLE-NAME-02``: letters of several scripts.
    """
    if (
        not 1 <= len(name) <= _LONGEST
        or name != name.strip()
        or not unicodedata.is_normalized("NFC", name)
    ):
        raise _refused_character(name, "it is empty, too long, padded or not in NFC")
    scripts = set()
    for character in name:
        if character in _JOINERS:
            continue
        script = unicodedata.name(character, "").split(" ")[0]
        if script not in SCRIPTS or not character.isalpha():
            raise _refused_character(name, f"it holds U+{ord(character):04X}")
        scripts.add(script)
    if len(scripts) != 1:
        raise RefusedError(
            "PEOPLE-NAME-02",
            f"The name {_shown(name)} is not written in one script: "
            f"{', '.join(sorted(scripts)) or 'it has no letter'}.",
            meaning="It could pass for somebody else's name.",
            remedy="Write the name in Latin, Greek or Cyrillic letters throughout.",
        )


def lint_names(
    names: Mapping[PersonId, str],
) -> Iterator[tuple[PersonId, RefusedError]]:
    """Find names that are not sound, and those that look like one before them.

    Args:
        names: By person, in the order in which they are written.

    Yields:
        The person, and why the name cannot be used: what :func:`verify_name` refuses,
        or ``PEOPLE-NAME-03``: two look alike.
    """
    seen: dict[str, PersonId] = {}
    for person, name in names.items():
        try:
            verify_name(name)
        except RefusedError as refusal:
            yield person, refusal
            continue
        other = seen.setdefault(skeleton(name), person)
        if other != person:
            yield (
                person,
                RefusedError(
                    "PEOPLE-NAME-03",
                    f"The names of {other} and {person} look alike: {_shown(name)}.",
                    meaning="A reader of the record could not tell the two apart.",
                    remedy="Write one of them with a further given name.",
                ),
            )


def _refused_character(name: str, why: str) -> RefusedError:
    return RefusedError(
        "PEOPLE-NAME-01",
        f"The name {_shown(name)} cannot be used: {why}.",
        meaning="It could not be printed or read as it is meant.",
        remedy="Write the name with letters, spaces, apostrophes and hyphens.",
    )


def _shown(name: str) -> str:
    """Quote a name so that nothing in it stays invisible."""
    return ascii(name[:_LONGEST])
