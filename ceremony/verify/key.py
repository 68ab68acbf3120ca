"""A key, judged again: against its bytes, its inventory and the trust policy.

Part of check 11, and of check 12 where the key's own bytes show it. That the journal
says "passed" is no proof that it did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ceremony.engine.facts import AttributeFound, KeyMade, SecretKeyMade
from ceremony.engine.state import Recorded
from ceremony.identifiers import Mode
from ceremony.pack.inventory_file import Listing
from ceremony.pack.policy import COPIES_WAIVER, SOFTWARE_WAIVER, TrustPolicy
from ceremony.pack.record import Record
from ceremony.script.key_kind import Algorithm, demanded_of, left_open_by
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place

_SLOT_RULES: Final = ("CKF_HW_SLOT",)
"""Rules about the slot, which no inventory of objects can show."""

_WAIVABLE: Final = _SLOT_RULES
"""What the waiver for software tokens covers: that they are software, no more."""


_EC: Final = "CKM_EC_KEY_PAIR_GEN"
_MECHANISMS: Final[Mapping[Algorithm, str]] = {
    Algorithm.P_256: _EC,
    Algorithm.P_384: _EC,
    Algorithm.P_521: _EC,
    Algorithm.ED25519: "CKM_EC_EDWARDS_KEY_PAIR_GEN",
    Algorithm.RSA_2048: "CKM_RSA_PKCS_KEY_PAIR_GEN",
    Algorithm.RSA_3072: "CKM_RSA_PKCS_KEY_PAIR_GEN",
    Algorithm.RSA_4096: "CKM_RSA_PKCS_KEY_PAIR_GEN",
}
"""How each kind of pair may be said to have been made; some tokens do not tell."""

_UNKNOWN: Final = "absent"

_CURVES: Final = {
    "secp256r1": Algorithm.P_256,
    "secp384r1": Algorithm.P_384,
    "secp521r1": Algorithm.P_521,
}


def verify_kind(recorded: Recorded, made: KeyMade, der: bytes) -> None:
    """Compare what the leaf says of a key's kind with the key.

    Args:
        recorded: The leaf.
        made: What it tells of the key.
        der: The key's SubjectPublicKeyInfo (DER).

    Raises:
        FailedError: ``VERIFY-CERT-10``: algorithm, size or mechanism are another's,
            or the key is of a kind that no script can order.
    """
    algorithm = _algorithm_of(der)
    if (
        algorithm is None
        or (made.algorithm, made.size) != (algorithm, algorithm.bits)
        or made.mechanism not in (_MECHANISMS[algorithm], _UNKNOWN)
    ):
        raise FailedError(
            "VERIFY-CERT-10",
            f"{place(recorded)}: the public key is not one of {made.algorithm} with "
            f"{made.size} bits, made by {made.mechanism}",
        )


def _algorithm_of(der: bytes) -> Algorithm | None:
    key = load_der_public_key(der)
    told = ""
    match key:
        case ec.EllipticCurvePublicKey(curve=curve):
            told = _CURVES.get(curve.name, "")
        case ed25519.Ed25519PublicKey():
            told = Algorithm.ED25519
        case rsa.RSAPublicKey():
            told = f"RSA-{key.key_size}"
        case _:
            pass
    return next((each for each in _MECHANISMS if each == told), None)


def verify_listed_key(
    recorded: Recorded, key: KeyMade | SecretKeyMade, listed: Listing
) -> None:
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
    record: Record,
    policy: TrustPolicy | None,
    recorded: Recorded,
    key: KeyMade | SecretKeyMade,
) -> list[str]:
    """Judge a key's attributes again; give the names of those that are waived.

    What the approved script orders of a key, its use and whether it may be copied,
    stands in the place of what the policy wants of every key; that a key may be
    copied the policy has to allow.
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
    kind = record.state.script.key_kind(key.label)
    if left_open_by(kind) and policy is not None and not _lets_copy(policy):
        raise FailedError(
            "VERIFY-KEY-05",
            f"{where}: {key.label} may leave its token wrapped, or is a copy, and the "
            f"trust policy does not have {COPIES_WAIVER}",
        )
    rules = demanded_of(kind, policy.attributes if policy is not None else {})
    return _waived(record, policy, where, {**dict.fromkeys(rules), **told}, rules)


def _lets_copy(policy: TrustPolicy) -> bool:
    return COPIES_WAIVER in policy.waivers


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
