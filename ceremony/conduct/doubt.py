"""What an operation in doubt has left in its token, told from two listings.

Making a key is not atomic in a token: a process that ends in the middle can leave half
a pair, or objects without id and label. Here is only told what there is; two people
decide what becomes of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ceremony.conduct.listing import listed
from ceremony.hsm.inventory import InventoryEntry
from ceremony.identifiers import OperationId
from ceremony.pack.inventory_file import Listing

_PAIR = ["CKO_PRIVATE_KEY", "CKO_PUBLIC_KEY"]


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


def is_whole_pair(strange: Iterable[InventoryEntry], op: OperationId) -> bool:
    """Tell whether an operation left exactly the pair that it was to make."""
    left = list(strange)
    classes = sorted(each.object_class for each in left)
    return classes == _PAIR and all(each.cka_id == op for each in left)
