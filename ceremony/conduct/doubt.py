"""What an operation in doubt has left in its token, told from two listings.

Making a key is not atomic in a token: a process that ends in the middle can leave half
a pair, or objects without id and label. Here is only told what there is; two people
decide what becomes of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from cryptography.exceptions import InvalidSignature

from ceremony.conduct.conductor import Conductor
from ceremony.conduct.listing import listed
from ceremony.engine.facts import (
    Fact,
    InventoryTaken,
    Outcome,
    Resumed,
)
from ceremony.engine.state import Pending
from ceremony.errors import DeviceError, RefusedError
from ceremony.hsm import keys
from ceremony.hsm.hosted_session import HostedSession
from ceremony.hsm.inventory import InventoryEntry
from ceremony.identifiers import Digest, OperationId
from ceremony.pack.inventory_file import Listing, decode_listing

_WHOLE: Final = (["CKO_PRIVATE_KEY", "CKO_PUBLIC_KEY"], ["CKO_SECRET_KEY"])
"""The classes of a whole key's objects, sorted."""

_FAILED: Final = "HSM-DEVICE-01"
_SIGNS_NOTHING: Final = "HSM-KEY-05"


def listing_before(conductor: Conductor, pending: Pending) -> Listing:
    """Give the token's last inventory before the intent in doubt.

    A resumption that was itself interrupted has recorded a later one, which holds
    what the operation may have left.
    """
    digest: Digest | None = None
    for recorded in conductor.facts:
        if recorded.event.seq >= pending.seq:
            break
        for taken in _inventories(recorded.fact, pending.intent.token):
            digest = taken.digest
    if digest is None:
        return ()
    name = f"the inventory of {pending.intent.token} before the doubt"
    return decode_listing(conductor.log.journal.blob(digest), name)


def _inventories(fact: Fact, token: str) -> Iterator[InventoryTaken]:
    if isinstance(fact, Outcome) and fact.token == token and fact.inventory is not None:
        yield fact.inventory
    if isinstance(fact, Resumed):
        yield from (found.inventory for found in fact.tokens if found.token == token)


def unexplained(
    found: Iterable[InventoryEntry], before: Listing
) -> tuple[InventoryEntry, ...]:
    """Give every object that came after the intent: nobody's, half or whole.

    What was in the token before is never among them, whoever made it.

    Args:
        found: All objects of the token now.
        before: Its last inventory before the intent.
    """
    left = Counter(before)
    strange: list[InventoryEntry] = []
    for entry in found:
        told = listed(entry)
        if left[told] > 0:
            left[told] -= 1
        else:
            strange.append(entry)
    return tuple(strange)


def is_whole_key(strange: Iterable[InventoryEntry], op: OperationId) -> bool:
    """Tell whether an operation left exactly the key that it was to make.

    A pair may be whole to look at and still not sign: see :func:`verify_signs`.
    """
    left = list(strange)
    classes = sorted(each.object_class for each in left)
    return classes in _WHOLE and all(each.cka_id == op for each in left)


def verify_alone(strange: Iterable[InventoryEntry], op: OperationId) -> None:
    """Insist that a whole key which is to be adopted has nothing of its kind beside it.

    Raises:
        RefusedError: ``CONDUCT-RESUME-25``: something else came with it.
    """
    left = list(strange)
    classes = {each.object_class for each in left if each.cka_id == op}
    holds_one = any(classes.issuperset(whole) for whole in _WHOLE)
    if holds_one and not is_whole_key(left, op):
        raise RefusedError(
            "CONDUCT-RESUME-25",
            f"Operation {op} left a whole key, and {len(left)} objects are there that "
            "it may have left: which are the key's is not known.",
            meaning="Nothing was adopted and nothing destroyed; all is in the token as "
            "it was found.",
            remedy="Look into the token and find out who worked at it. Decide that all "
            "of it is destroyed, and the key is made anew; or abandon the ceremony.",
        )


def challenge(op: OperationId) -> bytes:
    """Give what a pair in doubt signs once: text that no other signature is over."""
    return f"key-ceremony: does the key of operation {op} sign?".encode()


def verify_signs(session: HostedSession, op: OperationId) -> None:
    """Insist that a pair which looks whole signs, before it is adopted.

    A token may write the private object first and its value last: SoftHSMv2 that is
    killed between the two leaves a pair with label and id, and no key in it.

    Raises:
        RefusedError: ``CONDUCT-RESUME-03``: it does not.
        DeviceError: The token could not be asked.
    """
    try:
        key = session.private_key(op)
        signature = keys.sign_by_default(key, challenge(op))
        keys.verify_by_default(key.public_key(), challenge(op), signature)
    except InvalidSignature as error:
        raise _broken(op) from error
    except DeviceError as error:
        # A pair that was made to wrap has nothing to sign with.
        if error.code == _FAILED:
            raise _broken(op) from error
        if error.code != _SIGNS_NOTHING:
            raise


def _broken(op: OperationId) -> RefusedError:
    return RefusedError(
        "CONDUCT-RESUME-03",
        f"The key pair that operation {op} left looks whole and does not sign.",
        meaning="It was not adopted; it is in the token as it was found.",
        remedy="Decide that it is destroyed: the key is then made anew.",
    )
