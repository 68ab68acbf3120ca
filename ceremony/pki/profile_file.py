"""Profiles as files: reading them, strictly.

Format: docs/spec/certificate-profile-v1.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ceremony.errors import Place
from ceremony.pki.based_on import lay_over_base, lineage_of
from ceremony.pki.contradiction import contradictions
from ceremony.pki.departure import inherits_departures, read_departures
from ceremony.pki.extension_file import (
    Environment,
    read_authority_key,
    read_fact,
    read_flag,
    read_names,
    read_presence,
    read_purposes,
    read_subtrees,
    unique,
)
from ceremony.pki.fact import (
    Attribute,
    BaselineKind,
    Fact,
    KeyAlgorithm,
    KeyIdentifierMethod,
    KeyUse,
    SignatureAlgorithm,
    StringType,
)
from ceremony.pki.naming import misfit
from ceremony.pki.profile import CertificateProfile, NamePart, ProfileName, Validity
from ceremony.pki.request_form_file import read_request_form
from ceremony.script.node import Node, ScalarNode, find_place
from ceremony.script.shape import Faults, Fields
from ceremony.script.yaml_profile import parse_yaml

FORMAT: Final = "key-ceremony.certificate-profile/1"

NO_LIMIT: Final = "none"
NO_CA: Final = "no-ca"
DENIED: Final = "no-ca-stated"
MOST_CAS: Final = 9
"""What a path length may say: none for a CA without limit, two words for what is no
CA, or how many CAs may follow at most."""

_NO_FACTS: Final = frozenset({"signed-by", "environments"})
"""Keys of the file itself that a contradiction may be about."""

TERM: Final = re.compile(r"([1-9][0-9]{0,3}) (year|day)s?")
_MOST_YEARS: Final = 100
# X.520, section 6.3.1, for the country; SEC Appendix M for the identifier's bits.
_STRINGS: Final = {
    Attribute.COUNTRY: (StringType.PRINTABLE,),
    Attribute.UNIQUE_IDENTIFIER: (StringType.BIT,),
}
_TEXT_STRINGS: Final = (StringType.PRINTABLE, StringType.UTF8)


def decode_profile(
    text: str, file: str, *, environment: str = "test"
) -> CertificateProfile:
    """Read a profile, strictly.

    Args:
        text: The file's text: the YAML profile of docs/spec/script-v1.md.
        file: Its name, for places.
        environment: Whose policies to use; of no matter where the file has none.

    Raises:
        InputError: With the place. ``SCRIPT-YAML-nn``: outside the YAML profile;
            ``FILE-SHAPE-nn``: of the wrong shape; ``PKI-PROFILE-01``: another format;
            ``-02``: the environment is absent; ``-03`` to ``-10``: a fact; ``-11``: the
            base; ``PKI-DEPART-01``: a departure that would fit too much.
    """
    root, tree, lineage = _root(text, file)
    facts = _Facts(root.child("facts"))
    place = Environment(root, environment)
    limit, path_length = _read_path_length(facts.open("path-length"))
    purposes, purposes_critical = read_purposes(facts.maybe("extended-key-usage"))
    policies, policies_critical = place.read_policies(facts.maybe("policies"))
    names, names_critical = read_names(facts.maybe("subject-alternative-name"))
    profile = CertificateProfile(
        name=ProfileName(root.name("name")),
        title=root.text("title"),
        signed_by=root.name("signed-by"),
        environment=environment,
        subject=_read_subject(facts.open("subject")),
        key=facts.open("key").choice("value", KeyAlgorithm),
        signature=facts.open("signature").choice("value", SignatureAlgorithm),
        validity=_read_validity(facts.open("validity")),
        serial_octets=facts.open("serial-octets").integer("value", 8, 20),
        is_ca=limit == "ca",
        denies_ca=limit == DENIED,
        path_length=path_length,
        key_usage=_read_usage(facts.open("key-usage")),
        purposes=purposes,
        purposes_critical=purposes_critical,
        key_identifier=_read_method(facts.open("key-identifier")),
        authority_key=read_authority_key(facts.maybe("authority-key-identifier")),
        policies=policies,
        policies_critical=policies_critical,
        alternative_name=names,
        alternative_name_critical=names_critical,
        hardware_type=place.hardware_type,
        apex_key=read_presence(facts.maybe("apex-contingency-key")),
        crl_urls=read_presence(facts.maybe("crl-distribution-points")),
        ocsp_urls=read_presence(facts.maybe("ocsp-responders")),
        issuer_urls=read_presence(facts.maybe("issuer-certificates")),
        permitted=read_subtrees(facts.maybe("permitted-names")),
        no_check=read_flag(facts.maybe("ocsp-no-check")),
        facts=(*facts.close(), *place.facts),
        inherits_departures=inherits_departures(root),
        departures=read_departures(root),
        baseline=root.option("baseline-requirements", BaselineKind),
        request=read_request_form(root),
    )
    return replace(_sound(root, tree, profile), lineage=lineage)


def decode_environments(text: str, file: str) -> tuple[str, ...]:
    """Name the environments of a profile, in the file's order; none where it has none.

    Args:
        text: The file's text.
        file: Its name, for places.

    Raises:
        InputError: ``SCRIPT-YAML-nn``: outside the YAML profile; ``PKI-PROFILE-11``:
            the profile that it is based on.
    """
    root, _, _ = _root(text, file)
    return tuple(name for name, _ in root.named("environments"))


def _root(text: str, file: str) -> tuple[Fields, Node, tuple[str, ...]]:
    """Give what a file says with its base, and the built-in profiles that it is of.

    What it says is given to be read, and as the tree that tells where it stands.
    """
    own = parse_yaml(text.encode(), file)
    tree = lay_over_base(own)
    root = Fields(tree, "the profile", Faults())
    _read_format(root)
    return root, tree, lineage_of(own)


def _sound(root: Fields, tree: Node, profile: CertificateProfile) -> CertificateProfile:
    root.finish()
    # Stand-ins for what could not be read would contradict what could.
    root.faults.raise_any()
    for each in contradictions(profile):
        root.faults.add(
            "PKI-PROFILE-10",
            f"The profile contradicts itself: {each.rule}.",
            _place_of(tree, each.facts),
            remedy=f"Correct {' or '.join(each.facts)}.",
        )
    root.faults.raise_any()
    return profile


def _place_of(tree: Node, facts: Sequence[str]) -> Place:
    """Give where the first of some facts stands that the file itself states.

    What its base states stands in no file of the author's.
    """
    for fact in facts:
        *sections, name = fact.split(".")
        path = [name] if name in _NO_FACTS else [*(sections or ["facts"]), name]
        place = find_place(tree, path)
        is_stated = place != find_place(tree, path[:-1])
        if is_stated and place.file == tree.place.file:
            return place
    return tree.place


class _Facts:
    """The facts of one profile while they are read, with their sources."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._open: list[Fields] = []
        self._read: list[Fact] = []

    def open(self, name: str) -> Fields:
        """Read status and source of a fact; its value is left to the caller."""
        return self._take(name, self._fields.child(name))

    def maybe(self, name: str) -> Fields | None:
        """Read a fact that may be left out."""
        if name not in self._fields.left():
            # Named all the same, so that a misspelt one is told by its near name.
            self._fields.take(name, required=False)
            return None
        return self.open(name)

    def _take(self, name: str, fields: Fields) -> Fields:
        self._read.append(read_fact(fields, name))
        self._open.append(fields)
        return fields

    def close(self) -> tuple[Fact, ...]:
        """Note what nobody asked for, and give the facts."""
        for fields in self._open:
            fields.finish()
        self._fields.finish()
        return tuple(self._read)


def _read_format(root: Fields) -> None:
    found = root.text("format")
    if found and found != FORMAT:
        root.faults.add(
            "PKI-PROFILE-01",
            f"The format is {found!r}, and not {FORMAT!r}.",
            root.place,
            remedy=f"Give a file of the format {FORMAT}.",
        )


def _read_subject(fields: Fields) -> tuple[NamePart, ...]:
    if _word(fields, "empty"):
        fields.take("value")
        return ()
    return tuple(_read_part(part) for part in fields.children("value", required=True))


def _word(fields: Fields, word: str) -> bool:
    """Tell whether a fact's value is one word that stands for none."""
    entry = fields.peek("value")
    return isinstance(entry, ScalarNode) and entry.value == word


def _read_part(fields: Fields) -> NamePart:
    part = NamePart(
        fields.choice("attribute", Attribute),
        fields.choice("string", StringType),
        fields.text("text", ""),
        optional=fields.flag("optional", default=False),
    )
    fields.finish()
    wrong = misfit(part.attribute, part.text) if part.text else ""
    if part.string not in _STRINGS.get(part.attribute, _TEXT_STRINGS):
        wrong = f"of the string type {part.string}"
    if wrong:
        fields.faults.add(
            "PKI-PROFILE-03",
            f"The {part.attribute} {part.text!r} is not {wrong}.",
            fields.place,
            remedy="Give a text in quotes that the attribute may hold.",
        )
    return part


def _read_validity(fields: Fields) -> Validity:
    value = fields.text("value")
    if value == "no end":
        return Validity()
    found = TERM.fullmatch(value)
    count = int(found.group(1)) if found else 0
    if found and found.group(2) == "day":
        return Validity(days=count)
    if found and count <= _MOST_YEARS:
        return Validity(years=count)
    if value:
        fields.faults.add(
            "PKI-PROFILE-08",
            f"The validity is {value!r}, and not so many years or days, or no end.",
            fields.place,
            remedy="Write for example 25 years, 90 days or no end.",
        )
    return Validity(years=1)


def _read_path_length(fields: Fields) -> tuple[str, int | None]:
    entry = fields.take("value")
    value = entry.node.value if entry and isinstance(entry.node, ScalarNode) else False
    if value in {NO_CA, DENIED}:
        return str(value), None
    if type(value) is int and 0 <= value <= MOST_CAS:
        return "ca", value
    if entry is not None and value != NO_LIMIT:
        fields.faults.add(
            "PKI-PROFILE-06",
            f"The path length is neither none, {NO_CA}, {DENIED}, nor a whole number "
            f"from 0 to {MOST_CAS}.",
            entry.node.place,
            remedy="Write none where the number of CAs below is not limited, and no-ca "
            "for a certificate that is not a CA's.",
        )
    return "ca", None


def _read_usage(fields: Fields) -> tuple[KeyUse, ...]:
    return unique(fields, fields.choices("value", KeyUse))


def _read_method(fields: Fields) -> KeyIdentifierMethod:
    return fields.choice("value", KeyIdentifierMethod)
