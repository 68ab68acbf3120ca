"""A key, judged again: against its bytes, its inventory and the trust policy.

Part of check 11, and of check 12 where the key's own bytes show it. That the journal
says "passed" is no proof that it did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ceremony.engine.facts import AttributeFound, FoundObject, KeyMade
from ceremony.engine.state import Recorded
from ceremony.errors import CeremonyError
from ceremony.identifiers import Mode, Stance
from ceremony.pack.inventory_file import Listing
from ceremony.pack.policy import SOFTWARE_WAIVER, TrustPolicy
from ceremony.pack.record import Record
from ceremony.pack.site_policy import decode_site_policy
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place

SITE_POLICY: Final = "site-policy.toml"

PAIR: Final = ("private-key", "public-key")
"""What a key pair is listed as."""

_SLOT_RULES: Final = ("CKF_HW_SLOT",)
"""Rules about the slot, which no inventory of objects can show."""

_WAIVABLE: Final = _SLOT_RULES
"""What the waiver for software tokens covers: that they are software, no more."""


_ABSENT: Final = "absent"
"""Stands in leaves and inventories for what a token does not tell."""

_TOGETHER: Final = " + "
_APART: Final = "apart"
"""How leaves tell of usages that must not combine."""

_EC_MECHANISMS: Final = ("CKM_EC_KEY_PAIR_GEN", "absent")
"""How an EC key may be said to have been made; some tokens do not tell."""


def verify_kind(recorded: Recorded, made: KeyMade, der: bytes) -> None:
    """Compare what the leaf says of a key's kind with the key.

    Args:
        recorded: The leaf.
        made: What it tells of the key.
        der: The key's SubjectPublicKeyInfo (DER).

    Raises:
        FailedError: ``VERIFY-CERT-10``: algorithm, size or mechanism are another's,
            or the key is of a kind that this version has no profile for.
    """
    key = load_der_public_key(der)
    curve = key.curve if isinstance(key, ec.EllipticCurvePublicKey) else None
    told = (made.algorithm, made.size)
    if (
        not isinstance(curve, ec.SECP256R1)
        or told != ("P-256", curve.key_size)
        or made.mechanism not in _EC_MECHANISMS
    ):
        raise FailedError(
            "VERIFY-CERT-10",
            f"{place(recorded)}: the public key is not one of {made.algorithm} with "
            f"{made.size} bits, made by {made.mechanism}",
        )


@dataclass(frozen=True, slots=True)
class LetBe:
    """What of a key is not as the trust policy wants, and is let be by it.

    Attributes:
        waived: Names of attributes.
        remarked: The same, each with what was found, e.g. ``CKA_LOCAL false``.
    """

    waived: tuple[str, ...] = ()
    remarked: tuple[str, ...] = ()


def verify_listed_key(recorded: Recorded, key: KeyMade, listed: Listing) -> None:
    """Compare the attributes that the leaf tells with those of the inventory."""
    objects = _objects(key, listed)
    private = objects.get(PAIR[0])
    for attribute in key.attributes:
        if attribute.name in _SLOT_RULES or private is None:
            continue
        if _TOGETHER in attribute.name:
            usages = tuple(attribute.name.split(_TOGETHER))
            shown = _TOGETHER.join(_combined(usages, objects)) or _APART
        else:
            shown = private.get(attribute.name, _ABSENT)
        if shown != attribute.found:
            raise FailedError(
                "VERIFY-KEY-02",
                f"{place(recorded)}: {attribute.name} is {shown} in the inventory and "
                f"{attribute.found} in the leaf",
            )


def verify_apart(
    policy: TrustPolicy, recorded: Recorded, key: KeyMade, listed: Listing
) -> None:
    """Insist that a key has no two usages that the trust policy keeps apart.

    Args:
        policy: The trust policy.
        recorded: The leaf.
        key: What it tells of the key.
        listed: The inventory that goes with the leaf; what neither object of the key
            shows there, the key has not.

    Raises:
        FailedError: ``VERIFY-KEY-05``: it has, or its objects are not shown.
    """
    objects = _objects(key, listed)
    for usages in policy.apart:
        both = _combined(usages, objects)
        if both or PAIR[0] not in objects:
            why = f"has {' and '.join(both)}" if both else "is in no inventory"
            raise FailedError(
                "VERIFY-KEY-05",
                f"{place(recorded)}: the key {key.label} {why}, and the trust policy "
                f"keeps {', '.join(usages)} apart",
            )


def _objects(key: KeyMade, listed: Listing) -> dict[str, dict[str, str]]:
    """Give the attributes of a pair's objects, by kind."""
    return {
        item.brief.kind: dict(item.attributes)
        for item in listed
        if item.brief in [FoundObject(kind, key.label, key.cka_id) for kind in PAIR]
    }


def _combined(
    usages: tuple[str, ...], objects: Mapping[str, Mapping[str, str]]
) -> tuple[str, ...]:
    """Give the usages that a pair has together; none where it has one at most."""
    both = tuple(
        usage
        for usage in usages
        if any(shown.get(usage) == "true" for shown in objects.values())
    )
    return both if len(both) > 1 else ()


def verify_key(
    record: Record, policy: TrustPolicy | None, recorded: Recorded, key: KeyMade
) -> LetBe:
    """Judge a key's attributes again; give what is let be.

    Raises:
        FailedError: ``VERIFY-KEY-03`` an attribute is said to have passed and has not,
            ``VERIFY-KEY-04`` it is not as the trust policy wants, ``VERIFY-KEY-06`` it
            is let be and the recorded site policy says nothing of that.
    """
    where = place(recorded)
    told = {attribute.name: attribute for attribute in key.attributes}
    for attribute in key.attributes:
        if attribute.passed != (attribute.found == attribute.expected):
            raise FailedError(
                "VERIFY-KEY-03",
                f"{where}: {attribute.name} is {attribute.found} and is said to have "
                "passed, or the reverse",
            )
    rules = policy.attributes if policy is not None else {}
    known = {**dict.fromkeys(rules), **told}
    let_be = _judged(record, policy, where, known) if policy is not None else LetBe()
    _verify_stances(record, where, key)
    return let_be


def _judged(
    record: Record,
    policy: TrustPolicy,
    where: str,
    told: Mapping[str, AttributeFound | None],
) -> LetBe:
    waived: list[str] = []
    remarked: list[str] = []
    for name, expected in policy.attributes.items():
        attribute = told[name]
        if attribute is not None and attribute.found == expected:
            continue
        stance = _stance(policy, name, attribute)
        if attribute is not None and stance is Stance.REMARK:
            remarked.append(f"{name} {attribute.found}")
        elif attribute is not None and _is_waived(record, policy, attribute):
            waived.append(name)
        elif stance is not Stance.ACCEPT:
            shown = attribute.found if attribute is not None else "not told"
            raise FailedError(
                "VERIFY-KEY-04",
                f"{where}: {name} is {shown}, and the trust policy wants {expected}",
            )
    return LetBe(tuple(waived), tuple(remarked))


def _stance(policy: TrustPolicy, name: str, attribute: AttributeFound | None) -> Stance:
    """Tell what the trust policy says; of what no leaf tells it lets nothing be."""
    if attribute is None:
        return Stance.FAIL
    absent = attribute.found == _ABSENT
    stances = policy.absent if absent else policy.reported_wrongly
    return stances.get(name, Stance.FAIL)


def _is_waived(record: Record, policy: TrustPolicy, attribute: AttributeFound) -> bool:
    return (
        attribute.waived
        and attribute.name in _WAIVABLE
        and record.opened.mode is Mode.REHEARSAL
        and SOFTWARE_WAIVER in policy.waivers
    )


def _verify_stances(record: Record, where: str, key: KeyMade) -> None:
    """Hold what a leaf lets be against the site policy that the record carries."""
    let_be = [each for each in key.attributes if each.stance is not Stance.FAIL]
    if not let_be:
        return
    try:
        site = decode_site_policy(record.files.get(SITE_POLICY, b""), SITE_POLICY)
    except CeremonyError:
        demands = {}
    else:
        demands = {demand.name: demand for demand in site.attributes}
    for attribute in let_be:
        demand = demands.get(attribute.name)
        if demand is None or attribute.passed:
            says = None
        elif attribute.found == _ABSENT:
            says = demand.absent
        else:
            says = demand.reported_wrongly
        if says is not attribute.stance:
            raise FailedError(
                "VERIFY-KEY-06",
                f"{where}: {attribute.name} is {attribute.found} and let be "
                f"({attribute.stance}), and the site policy of the record does not "
                "say so",
            )
