"""Profiles of revocation lists as files: reading them, strictly.

Format: docs/spec/crl-profile-v1.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from importlib import resources
from typing import Final, TypeVar

from ceremony.errors import InputError
from ceremony.pki.based_on import read_builtin
from ceremony.pki.crl_profile import ANY_CA, CrlProfile, Reason, Scope
from ceremony.pki.departure import read_departures
from ceremony.pki.fact import Fact, KeyIdentifierMethod, SignatureAlgorithm, Status
from ceremony.pki.profile import ProfileName
from ceremony.script.shape import Faults, Fields
from ceremony.script.yaml_profile import parse_yaml

CRL_FORMAT: Final = "key-ceremony.crl-profile/1"

_FACTS: Final = (
    "signatures",
    "next-update",
    "number-octets",
    "key-identifier",
    "scope",
    "reasons",
)
DAYS: Final = re.compile(r"([1-9][0-9]{0,3}) days?")
MOST_OCTETS: Final = 20
"""RFC 5280, section 5.2.3."""

_Choice = TypeVar("_Choice", bound=StrEnum)


def decode_crl_profile(text: str, file: str) -> CrlProfile:
    """Read a profile, strictly.

    Args:
        text: The file's text: the YAML profile of docs/spec/script-v1.md.
        file: Its name, for places.

    Raises:
        InputError: With the place. ``SCRIPT-YAML-nn``: outside the YAML profile;
            ``FILE-SHAPE-nn``: a key or a value of the wrong shape; ``PKI-LIST-01``:
            another format; ``-02``: the days to the next update; ``-03``: a value
            stands twice in a list; ``PKI-DEPART-01``: a departure that would fit too
            much.
    """
    root = Fields(parse_yaml(text.encode(), file), "the profile", Faults())
    found = root.text("format")
    if found and found != CRL_FORMAT:
        root.faults.add(
            "PKI-LIST-01",
            f"The format is {found!r}, and not {CRL_FORMAT!r}.",
            root.place,
            remedy=f"Give a file of the format {CRL_FORMAT}.",
        )
    told = root.child("facts")
    open_facts = {name: told.child(name) for name in _FACTS}
    scope = open_facts["scope"].choice("value", Scope)
    for_baseline = root.flag("baseline-requirements", default=False)
    profile = CrlProfile(
        name=ProfileName(root.name("name")),
        title=root.text("title"),
        signed_by=root.name("signed-by", ANY_CA),
        signatures=_read_choices(open_facts["signatures"], SignatureAlgorithm),
        days=_read_days(open_facts["next-update"]),
        number_octets=open_facts["number-octets"].integer("value", 1, MOST_OCTETS),
        key_identifier=open_facts["key-identifier"].choice(
            "value", KeyIdentifierMethod
        ),
        scope=scope,
        reasons=_read_choices(open_facts["reasons"], Reason),
        facts=_read_facts(open_facts),
        departures=read_departures(root),
        baseline=scope if for_baseline else None,
    )
    told.finish()
    root.finish()
    root.faults.raise_any()
    return profile


def builtin_crl_profiles() -> tuple[str, ...]:
    """Name the profiles of revocation lists that ship with the tool, sorted."""
    folder = resources.files("ceremony.pki") / "crl_profiles"
    names = (each.name for each in folder.iterdir())
    return tuple(
        sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))
    )


def load_builtin_crl_profile(name: str) -> CrlProfile:
    """Load a profile of revocation lists that ships with the tool.

    Raises:
        InputError: ``PKI-LIST-04``: no such profile.
    """
    if name not in builtin_crl_profiles():
        raise unknown_crl_profile(name)
    folder = resources.files("ceremony.pki") / "crl_profiles"
    text = (folder / f"{name}.yaml").read_text("utf-8")
    return decode_crl_profile(text, f"{name}.yaml")


def unknown_crl_profile(name: str, own: Sequence[str] = ()) -> InputError:
    """Refuse a name that no profile of lists has, and name those that there are.

    Args:
        name: The name.
        own: The names of the script's own profiles of lists, told before those that
            ship.

    Returns:
        ``PKI-LIST-04``.
    """
    if read_builtin(name) is not None:
        told = (
            f"The profile {name} is one of certificates, and one of revocation lists "
            "is wanted."
        )
    elif own:
        told = (
            f"There is no profile of revocation lists {name!r}, neither the script's "
            "own nor built in."
        )
    else:
        told = f"There is no built-in profile of revocation lists {name!r}."
    remedy = known_profiles(own, builtin_crl_profiles())
    return InputError("PKI-LIST-04", told, remedy=remedy)


def known_profiles(own: Sequence[str], built_in: Sequence[str]) -> str:
    """Say which names there are: the script's own, then those that ship."""
    ours = f"the script's own, {', '.join(own)}; or of those built in: " if own else ""
    return f"Name one of {ours}{', '.join(built_in)}."


def _read_facts(open_facts: Mapping[str, Fields]) -> tuple[Fact, ...]:
    """Read status and source of each fact, whose value was read before."""
    facts = []
    for name, fields in open_facts.items():
        facts.append(Fact(name, fields.choice("status", Status), fields.text("source")))
        fields.finish()
    return tuple(facts)


def _read_days(fields: Fields) -> int:
    value = fields.text("value")
    found = DAYS.fullmatch(value)
    if found:
        return int(found.group(1))
    if value:
        fields.faults.add(
            "PKI-LIST-02",
            f"The next update is {value!r}, and not after so many days.",
            fields.place,
            remedy="Write for example 30 days; at most 9999.",
        )
    return 1


def _read_choices(fields: Fields, options: type[_Choice]) -> tuple[_Choice, ...]:
    values = fields.choices("value", options)
    if len(set(values)) != len(values):
        fields.faults.add(
            "PKI-LIST-03",
            "A value stands twice in the list.",
            fields.place,
            remedy="Take one of them out.",
        )
    return values
