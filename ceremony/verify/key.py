"""A key, judged again: against its bytes, its inventory and the trust policy.

Part of check 11, and of check 12 where the key's own bytes show it. That the journal
says "passed" is no proof that it did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ceremony.engine.facts import AttributeFound, KeyMade, SecretKeyMade
from ceremony.engine.state import Recorded
from ceremony.errors import CeremonyError
from ceremony.identifiers import Mode, Stance
from ceremony.pack.key_policy import stance_on_absent
from ceremony.pack.policy import COPIES_WAIVER, SOFTWARE_WAIVER, TrustPolicy
from ceremony.pack.record import SITE_POLICY, Record
from ceremony.pack.site_policy import AttributeDemand, decode_site_policy
from ceremony.script.key_kind import Algorithm, KeyKind, demanded_of, left_open_by
from ceremony.verify.check import FailedError
from ceremony.verify.listed_key import ABSENT, SLOT_RULES
from ceremony.verify.trace import place

_WAIVABLE: Final = SLOT_RULES
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
        or made.mechanism not in (_MECHANISMS[algorithm], ABSENT)
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


@dataclass(frozen=True, slots=True)
class LetBe:
    """What of a key is not as the trust policy wants, and is let be by it.

    Attributes:
        waived: Names of attributes.
        remarked: The same, each with what was found, e.g. ``CKA_LOCAL false``.
    """

    waived: tuple[str, ...] = ()
    remarked: tuple[str, ...] = ()


def verify_key(
    record: Record,
    policy: TrustPolicy | None,
    recorded: Recorded,
    key: KeyMade | SecretKeyMade,
) -> LetBe:
    """Judge a key's attributes again; give what is let be.

    What the approved script orders of a key, its use and whether it may be copied,
    stands in the place of what the policy wants of every key; that a key may be
    copied the policy has to allow.

    Raises:
        FailedError: ``VERIFY-KEY-03`` an attribute is said to have passed and has not,
            ``VERIFY-KEY-04`` it is not as the trust policy wants, ``VERIFY-KEY-05`` the
            key may leave its token or is a copy and the policy has no such waiver,
            ``VERIFY-KEY-07`` an attribute is let be and the recorded site policy says
            nothing of that.
    """
    where = place(recorded)
    for attribute in key.attributes:
        if attribute.passed != (attribute.found == attribute.expected):
            raise FailedError(
                "VERIFY-KEY-03",
                f"{where}: {attribute.name} is {attribute.found} and is said to have "
                "passed, or the reverse",
            )
    let_be = LetBe()
    kind = record.state.script.key_kind(key.label)
    if policy is not None:
        _verify_copies(policy, where, key, kind)
        let_be = _judged(record, policy, where, key)
    _verify_stances(record, where, key)
    return let_be


def _verify_copies(
    policy: TrustPolicy, where: str, key: KeyMade | SecretKeyMade, kind: KeyKind
) -> None:
    if left_open_by(kind) and COPIES_WAIVER not in policy.waivers:
        raise FailedError(
            "VERIFY-KEY-05",
            f"{where}: {key.label} may leave its token wrapped, or is a copy, and the "
            f"trust policy does not have {COPIES_WAIVER}",
        )


def _judged(
    record: Record, policy: TrustPolicy, where: str, key: KeyMade | SecretKeyMade
) -> LetBe:
    waived: list[str] = []
    remarked: list[str] = []
    told = {attribute.name: attribute for attribute in key.attributes}
    kind = record.state.script.key_kind(key.label)
    for name, expected in demanded_of(kind, policy.attributes).items():
        attribute = told.get(name)
        if attribute is not None and attribute.found == expected:
            continue
        stance = _stance(policy, name, expected, attribute)
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


def _stance(
    policy: TrustPolicy, name: str, expected: str, attribute: AttributeFound | None
) -> Stance:
    """Tell what the trust policy says; of what no leaf tells it lets nothing be."""
    if attribute is None:
        return Stance.FAIL
    if attribute.found == ABSENT:
        return stance_on_absent(expected, policy.absent.get(name, Stance.FAIL))
    return policy.reported_wrongly.get(name, Stance.FAIL)


def _is_waived(record: Record, policy: TrustPolicy, attribute: AttributeFound) -> bool:
    return (
        attribute.waived
        and attribute.name in _WAIVABLE
        and record.opened.mode is Mode.REHEARSAL
        and SOFTWARE_WAIVER in policy.waivers
    )


def _verify_stances(record: Record, where: str, key: KeyMade | SecretKeyMade) -> None:
    """Hold what a leaf lets be against the site policy that the record carries."""
    let_be = [each for each in key.attributes if each.stance is not Stance.FAIL]
    if not let_be:
        return
    demands = demands_of(record)
    wanted = {name: demand.expected for name, demand in demands.items()}
    expected = demanded_of(record.state.script.key_kind(key.label), wanted)
    for attribute in let_be:
        demand = demands.get(attribute.name)
        if demand is None or attribute.passed:
            says = None
        elif attribute.found == ABSENT:
            says = stance_on_absent(expected[attribute.name], demand.absent)
        else:
            says = demand.reported_wrongly
        if says is not attribute.stance:
            raise FailedError(
                "VERIFY-KEY-07",
                f"{where}: {attribute.name} is {attribute.found} and let be "
                f"({attribute.stance}), and the site policy of the record does not "
                "say so",
            )


def demands_of(record: Record) -> dict[str, AttributeDemand]:
    """Give what the recorded site policy demands; nothing where it cannot be read."""
    try:
        site = decode_site_policy(record.files.get(SITE_POLICY, b""), SITE_POLICY)
    except CeremonyError:
        return {}
    return {demand.name: demand for demand in site.attributes}
