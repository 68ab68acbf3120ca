"""A key, judged again: against its bytes, its inventory and the trust policy.

Part of check 11, and of check 12 where the key's own bytes show it. That the journal
says "passed" is no proof that it did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ceremony.engine.facts import AttributeFound, KeyMade
from ceremony.engine.state import Recorded
from ceremony.identifiers import Mode
from ceremony.pack.inventory_file import Listing
from ceremony.pack.policy import SOFTWARE_WAIVER, TrustPolicy
from ceremony.pack.record import Record
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place

_SLOT_RULES: Final = ("CKF_HW_SLOT",)
"""Rules about the slot, which no inventory of objects can show."""

_WAIVABLE: Final = _SLOT_RULES
"""What the waiver for software tokens covers: that they are software, no more."""


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


def verify_listed_key(recorded: Recorded, key: KeyMade, listed: Listing) -> None:
    """Compare the attributes that the leaf tells with those of the inventory."""
    for item in listed:
        if item.brief != key.objects[0]:
            continue
        for attribute in key.attributes:
            shown = dict(item.attributes).get(attribute.name, "absent")
            if attribute.name not in _SLOT_RULES and shown != attribute.found:
                raise FailedError(
                    "VERIFY-KEY-02",
                    f"{place(recorded)}: {attribute.name} is {shown} in the inventory "
                    f"and {attribute.found} in the leaf",
                )


def verify_key(
    record: Record, policy: TrustPolicy | None, recorded: Recorded, key: KeyMade
) -> list[str]:
    """Judge a key's attributes again; give the names of those that are waived."""
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
    return _waived(record, policy, where, {**dict.fromkeys(rules), **told}, rules)


def _waived(
    record: Record,
    policy: TrustPolicy | None,
    where: str,
    told: Mapping[str, AttributeFound | None],
    rules: Mapping[str, str],
) -> list[str]:
    waived: list[str] = []
    for name, expected in rules.items():
        attribute = told[name]
        if attribute is not None and attribute.found == expected:
            continue
        if (
            attribute is not None
            and attribute.waived
            and name in _WAIVABLE
            and record.opened.mode is Mode.REHEARSAL
            and policy is not None
            and SOFTWARE_WAIVER in policy.waivers
        ):
            waived.append(name)
            continue
        shown = attribute.found if attribute is not None else "not told"
        raise FailedError(
            "VERIFY-KEY-04",
            f"{where}: {name} is {shown}, and the trust policy wants {expected}",
        )
    return waived
