"""What a certificate of one kind has to look like, as data with sources.

A profile decides everything in a certificate but the subject's key, its common name,
the serial number and the first day. It does not build or judge one.

Invariants:
    * Every fact carries a status and a source; what could not be confirmed is
      ``unverified`` and stands in a file, never in code.
    * The certificate policies belong to an environment; an environment that the file
      does not name cannot be used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources
from typing import Final, NewType

from cryptography import x509

from ceremony.errors import InputError
from ceremony.pki.fact import (
    Fact,
    KeyAlgorithm,
    KeyIdentifierMethod,
    KeyUse,
    SignatureAlgorithm,
    Status,
)
from ceremony.script.node import ScalarNode
from ceremony.script.shape import Faults, Fields
from ceremony.script.yaml_profile import parse_yaml

FORMAT: Final = "key-ceremony.certificate-profile/1"
BUILTIN_PROFILES: Final = ("smki-root-oca", "smki-issuing-oca")
SELF_SIGNED: Final = "self"

_OU: Final = re.compile(r"[0-9a-f]{2}")
_OID: Final = re.compile(r"[0-2](\.(0|[1-9][0-9]*))+")

ProfileName = NewType("ProfileName", str)
"""A profile's name, e.g. ``smki-root-oca``."""


@dataclass(frozen=True, slots=True)
class CertificateProfile:
    """What a certificate of one kind has to look like.

    Attributes:
        name: The profile's name.
        title: What it is called on paper.
        signed_by: ``self``, or the name of the issuer's profile.
        environment: The environment whose policies are meant, e.g. ``test``.
        subject_ou: The role code in the subject: two lower-case hexadecimal digits.
        key: The subject key's algorithm.
        signature: The signature's algorithm.
        validity_years: Calendar years, 1 to 100.
        serial_octets: Length of the serial number in DER, 8 to 20 octets.
        path_length: CA certificates that may follow below, 0 to 9; None for no limit.
        key_usage: The usages, each once.
        key_identifier: How key identifiers are derived.
        policies: The policy OIDs, at least one, in dotted form.
        facts: Status and source of each fact, in the file's order.
    """

    name: ProfileName
    title: str
    signed_by: str
    environment: str
    subject_ou: str
    key: KeyAlgorithm
    signature: SignatureAlgorithm
    validity_years: int
    serial_octets: int
    path_length: int | None
    key_usage: tuple[KeyUse, ...]
    key_identifier: KeyIdentifierMethod
    policies: tuple[str, ...]
    facts: tuple[Fact, ...]

    @property
    def is_self_signed(self) -> bool:
        """Tell whether the certificate is signed with its own key."""
        return self.signed_by == SELF_SIGNED


def load_builtin_profile(name: str, *, environment: str = "test") -> CertificateProfile:
    """Load a profile that ships with the tool.

    Args:
        name: One of :data:`BUILTIN_PROFILES`.
        environment: Whose policies to use. The default is the only one that ships,
            since the policies of production could not be confirmed.

    Raises:
        InputError: ``PKI-PROFILE-05``: no such profile; ``PKI-PROFILE-02``: no such
            environment.
    """
    if name not in BUILTIN_PROFILES:
        raise InputError(
            "PKI-PROFILE-05",
            f"There is no built-in certificate profile {name!r}.",
            remedy=f"Name one of {', '.join(BUILTIN_PROFILES)}.",
        )
    folder = resources.files("ceremony.pki") / "profiles"
    text = (folder / f"{name}.yaml").read_text("utf-8")
    return decode_profile(text, f"{name}.yaml", environment=environment)


def decode_profile(
    text: str, file: str, *, environment: str = "test"
) -> CertificateProfile:
    """Read a profile, strictly.

    Args:
        text: The file's text: the YAML profile of docs/spec/script-v1.md.
        file: Its name, for places.
        environment: Whose policies to use.

    Raises:
        InputError: With the place. ``SCRIPT-YAML-nn``: outside the YAML profile;
            ``FILE-SHAPE-nn``: a key or a value of the wrong shape; ``PKI-PROFILE-01``:
            another format; ``-02``: the environment is absent; ``-03``: the subject's
            role code; ``-04``: a policy is no OID; ``-06``: the path length;
            ``-07``: a value stands twice in a list.
    """
    faults = Faults()
    root = Fields(parse_yaml(text.encode(), file), "the profile", faults)
    _read_format(root)
    facts = _FactReader(root.child("facts"))
    policies = _read_policies(root, environment)
    profile = CertificateProfile(
        name=ProfileName(root.name("name")),
        title=root.text("title"),
        signed_by=root.name("signed-by"),
        environment=environment,
        subject_ou=_read_ou(facts.open("subject-ou")),
        key=facts.open("key").choice("value", KeyAlgorithm),
        signature=facts.open("signature").choice("value", SignatureAlgorithm),
        validity_years=facts.open("validity-years").integer("value", 1, 100),
        serial_octets=facts.open("serial-octets").integer("value", 8, 20),
        path_length=_read_path_length(facts.open("path-length")),
        key_usage=_read_key_usage(facts.open("key-usage")),
        key_identifier=facts.open("key-identifier").choice(
            "value", KeyIdentifierMethod
        ),
        policies=policies[0],
        facts=(*facts.close(), policies[1]),
    )
    root.finish()
    faults.raise_any()
    return profile


class _FactReader:
    """The facts of one profile while they are read, with their sources."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._open: list[Fields] = []
        self._facts: list[Fact] = []

    def open(self, name: str) -> Fields:
        """Read status and source of a fact; its value is left to the caller."""
        fields = self._fields.child(name)
        self._facts.append(_read_fact(fields, name))
        self._open.append(fields)
        return fields

    def close(self) -> tuple[Fact, ...]:
        """Note what nobody asked for, and give the facts."""
        for fields in self._open:
            fields.finish()
        self._fields.finish()
        return tuple(self._facts)


def _read_fact(fields: Fields, name: str) -> Fact:
    return Fact(name, fields.choice("status", Status), fields.text("source"))


def _read_format(root: Fields) -> None:
    found = root.text("format")
    if found and found != FORMAT:
        root.faults.add(
            "PKI-PROFILE-01",
            f"The format is {found!r}, and not {FORMAT!r}.",
            root.place,
            remedy=f"Give a file of the format {FORMAT}.",
        )


def _read_ou(fields: Fields) -> str:
    value = fields.text("value")
    if value and not _OU.fullmatch(value):
        fields.faults.add(
            "PKI-PROFILE-03",
            f"The role code is {value!r}, and not two lower-case hexadecimal digits.",
            fields.place,
            remedy="Give the role code of the remote party in quotes.",
        )
    return value


def _read_path_length(fields: Fields) -> int | None:
    entry = fields.take("value")
    value = entry.node.value if entry and isinstance(entry.node, ScalarNode) else False
    if value == "none":
        return None
    if type(value) is int and 0 <= value <= 9:  # noqa: PLR2004  one digit is plenty
        return value
    if entry is not None:
        fields.faults.add(
            "PKI-PROFILE-06",
            "The path length is neither none nor a whole number from 0 to 9.",
            entry.node.place,
            remedy="Write none where the number of CAs below is not limited.",
        )
    return None


def _read_key_usage(fields: Fields) -> tuple[KeyUse, ...]:
    uses = fields.choices("value", KeyUse)
    _note_repeated(fields, uses)
    return uses


def _read_policies(root: Fields, environment: str) -> tuple[tuple[str, ...], Fact]:
    environments = dict(root.named("environments", required=True))
    read = {name: _read_environment(fields) for name, fields in environments.items()}
    if environment in read:
        return read[environment]
    root.faults.add(
        "PKI-PROFILE-02",
        f"The profile has no policies for the environment {environment!r}.",
        root.place,
        remedy="Add the environment with its policy OIDs, their status and source.",
    )
    return (), Fact("policies", Status.UNVERIFIED, "")


def _read_environment(fields: Fields) -> tuple[tuple[str, ...], Fact]:
    policies = fields.texts("policies", required=True)
    for policy in policies:
        if not _is_oid(policy):
            fields.faults.add(
                "PKI-PROFILE-04",
                f"The policy {policy!r} is not an OID.",
                fields.place,
                remedy="Give the OID in dotted form.",
            )
    _note_repeated(fields, policies)
    fact = _read_fact(fields, "policies")
    fields.finish()
    return policies, fact


def _note_repeated(fields: Fields, values: tuple[str, ...]) -> None:
    if len(set(values)) != len(values):
        fields.faults.add(
            "PKI-PROFILE-07",
            "A value stands twice in the list.",
            fields.place,
            remedy="Take one of them out.",
        )


def _is_oid(text: str) -> bool:
    if not _OID.fullmatch(text):
        return False
    try:
        x509.ObjectIdentifier(text)
    except ValueError:
        return False
    return True
