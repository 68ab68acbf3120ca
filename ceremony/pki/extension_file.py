"""What a profile's file says of extensions that may be absent: reading it, strictly.

Some are facts of their own, and the policies may be those of an environment. What may
be absent is so where its fact is left out, or where its fact says ``absent``: then
somebody vouches for it, with status and source.

Format: docs/spec/certificate-profile-v1.md.

Invariants:
    * A file that has environments has no policies outside them, so that no OID is ever
      told with the source of another.
"""

from __future__ import annotations

from typing import Final, TypeVar

from ceremony.pki.extension import OID, SUBTREE
from ceremony.pki.fact import (
    AlternativeName,
    AuthorityKey,
    Fact,
    Presence,
    Purpose,
    Status,
)
from ceremony.pki.name_fault import find_subtree_fault
from ceremony.script.node import ScalarNode
from ceremony.script.shape import Fields

ABSENT: Final = Presence.ABSENT.value
"""What a fact says where its extension must not be there."""

_Item = TypeVar("_Item")


class Environment:
    """What one environment of a profile says; nothing where the file has none."""

    def __init__(self, root: Fields, wanted: str) -> None:
        """Read every environment, and keep the one that is wanted.

        Args:
            root: The profile; what is wrong is noted in its faults.
            wanted: The name of the environment, e.g. ``test``.
        """
        self._policies: tuple[str, ...] = ()
        self._critical = False
        self.hardware_type = ""
        self.facts: tuple[Fact, ...] = ()
        environments = dict(root.named("environments"))
        self._names = tuple(environments)
        for fields in environments.values():
            self._read(fields, is_wanted=environments.get(wanted) is fields)
        if environments and wanted not in environments:
            root.faults.add(
                "PKI-PROFILE-02",
                f"The profile has no policies for the environment {wanted!r}.",
                root.place,
                remedy=f"Ask for {' or '.join(environments)}, or add the environment "
                "with its policy OIDs, their status and source.",
            )

    def read_policies(self, fields: Fields | None) -> tuple[tuple[str, ...], bool]:
        """Give the policies, and whether they are critical.

        Args:
            fields: The fact that holds in every environment; None where there is none.
                Beside environments it is a fault: ``PKI-PROFILE-10``.
        """
        if fields is None:
            return self._policies, self._critical
        if self._names:
            fields.faults.add(
                "PKI-PROFILE-10",
                "The profile contradicts itself: it has policies that hold in every "
                f"environment, and policies for {', '.join(self._names)}.",
                fields.place,
                remedy="State the policies under environments alone, by the name of "
                "each; those of a built-in profile cannot be taken away.",
            )
        if _says_absent(fields):
            return (), False
        return _read_oids(fields, "value"), fields.flag("critical", default=False)

    def _read(self, fields: Fields, *, is_wanted: bool) -> None:
        policies = _read_oids(fields, "policies")
        critical = fields.flag("critical", default=True)
        hardware = fields.text("hardware-type", "")
        if hardware:
            _verify_oid(fields, hardware)
        fact = read_fact(fields, "policies")
        fields.finish()
        if is_wanted:
            self._policies, self._critical = policies, critical
            self.hardware_type, self.facts = hardware, (fact,)


def read_fact(fields: Fields, name: str) -> Fact:
    """Read status and source of a fact of a name."""
    return Fact(name, fields.choice("status", Status), fields.text("source"))


def read_purposes(fields: Fields | None) -> tuple[tuple[Purpose, ...], bool]:
    """Read the extended key usages, and whether they are critical."""
    if fields is None or _says_absent(fields):
        return (), False
    purposes = unique(fields, fields.choices("value", Purpose))
    return purposes, fields.flag("critical", default=False)


def read_names(fields: Fields | None) -> tuple[AlternativeName | None, bool]:
    """Read what the subjectAltName holds, and whether it is critical."""
    if fields is None or _says_absent(fields):
        return None, False
    kind = fields.choice("value", AlternativeName)
    return kind, fields.flag("critical", default=False)


def read_authority_key(fields: Fields | None) -> AuthorityKey:
    """Read what a self-signed certificate's authorityKeyIdentifier holds."""
    return fields.choice("value", AuthorityKey) if fields else AuthorityKey.ABSENT


def read_presence(fields: Fields | None) -> Presence:
    """Read whether an extension is there whose value an order gives."""
    return fields.choice("value", Presence) if fields else Presence.ABSENT


def read_flag(fields: Fields | None) -> bool:
    """Read whether an extension without a value is there."""
    return fields.flag("value", default=False) if fields else False


def read_subtrees(fields: Fields | None) -> tuple[str, ...]:
    """Read the permitted names; a fault is ``PKI-PROFILE-09``."""
    if fields is None or _says_absent(fields):
        return ()
    subtrees = fields.texts("value", required=True)
    for subtree in subtrees:
        if not SUBTREE.fullmatch(subtree):
            fault = find_subtree_fault(subtree)
            fields.faults.add(
                "PKI-PROFILE-09",
                f"The permitted name {subtree!r} {fault.why}.",
                fields.place,
                remedy=fault.remedy,
            )
    return unique(fields, subtrees)


def unique(fields: Fields, values: tuple[_Item, ...]) -> tuple[_Item, ...]:
    """Give the values of a list; one that stands twice is ``PKI-PROFILE-07``."""
    if len(set(values)) != len(values):
        fields.faults.add(
            "PKI-PROFILE-07",
            "A value stands twice in the list.",
            fields.place,
            remedy="Take one of them out.",
        )
    return values


def _says_absent(fields: Fields) -> bool:
    """Tell whether a fact says that its extension is absent, and take its value.

    How critical an extension is that is not there is no question; whoever answers it
    all the same is told so, since nobody takes that key.
    """
    entry = fields.peek("value")
    if isinstance(entry, ScalarNode) and entry.value == ABSENT:
        fields.take("value")
        return True
    return False


def _read_oids(fields: Fields, key: str) -> tuple[str, ...]:
    oids = fields.texts(key, required=True)
    for oid in oids:
        _verify_oid(fields, oid)
    return unique(fields, oids)


def _verify_oid(fields: Fields, oid: str) -> None:
    if not OID.fullmatch(oid):
        fields.faults.add(
            "PKI-PROFILE-04",
            f"{oid!r} is not an OID.",
            fields.place,
            remedy="Give the OID in dotted form.",
        )
