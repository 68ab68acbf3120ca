"""What site policy and trust policy both say of a key's attributes, and may not say.

A token that tells a thing wrongly, or not at all, is let be only where that can do no
harm, and only with a remark where nobody but the token knows.

Invariants:
    * Wrongly reported is only what this tool has seen for itself: that the token made
      the key, and by which mechanism.
    * Absent and accepted is only a usage that the key must not have: what a key does
      not have it cannot do.
"""

from __future__ import annotations

from typing import Final

from ceremony.identifiers import Stance
from ceremony.script.shape import Fields

SEEN: Final = frozenset({"CKA_LOCAL", "CKA_KEY_GEN_MECHANISM"})
USAGES: Final = frozenset(
    {
        "CKA_ENCRYPT",
        "CKA_DECRYPT",
        "CKA_SIGN",
        "CKA_SIGN_RECOVER",
        "CKA_VERIFY",
        "CKA_VERIFY_RECOVER",
        "CKA_WRAP",
        "CKA_UNWRAP",
        "CKA_DERIVE",
    }
)
"""Source: PKCS#11 v3.1, sections 4.8 to 4.10."""


def verify_absent(top: Fields, name: str, expected: str, stance: Stance) -> None:
    """Report a stance on an absent attribute that would let harm through unseen.

    Adds ``POLICY-ATTRIBUTE-02`` where it is accepted and no usage to be false.
    """
    if stance is Stance.ACCEPT and (name not in USAGES or expected != "false"):
        top.faults.add(
            "POLICY-ATTRIBUTE-02",
            f"{name} is accepted where the token does not tell it, and is no usage "
            "that has to be false.",
            top.place,
            remedy="Say remark or fail.",
        )


def stance_on_absent(expected: str, stance: Stance) -> Stance:
    """Give what holds of one key's attribute where its token does not tell it.

    A policy accepts only a usage that is to be false. Of a key whose script orders that
    usage it lets nothing be.

    Args:
        expected: What the attribute of this key has to be.
        stance: What the policy says of every key.
    """
    if stance is Stance.ACCEPT and expected != "false":
        return Stance.FAIL
    return stance


def verify_reported_wrongly(top: Fields, name: str, stance: Stance) -> None:
    """Report a stance on a wrong attribute that would let a wrong key through.

    Adds ``POLICY-ATTRIBUTE-01`` where it is accepted, or remarked upon although only
    the token knows.
    """
    if stance is Stance.ACCEPT or (stance is Stance.REMARK and name not in SEEN):
        top.faults.add(
            "POLICY-ATTRIBUTE-01",
            f"{name} may not be {stance} where the token reports it wrongly.",
            top.place,
            remedy="Say fail; only "
            f"{' and '.join(sorted(SEEN))} may have a remark instead.",
        )


def read_apart(item: Fields) -> tuple[str, ...]:
    """Read one set of usages of which a key may have one at most.

    Adds ``POLICY-ATTRIBUTE-03`` where they are not two or more different usages.
    """
    usages = item.texts("usages", required=True)
    item.finish()
    least = 2
    # Where none is named that alone is told.
    different = len(set(usages)) >= max(least, len(usages))
    if usages and not (different and USAGES.issuperset(usages)):
        item.faults.add(
            "POLICY-ATTRIBUTE-03",
            f"{', '.join(usages)} are not two or more different usages of a key.",
            item.place,
            remedy="Name usages such as CKA_SIGN and CKA_DECRYPT.",
        )
    return usages
