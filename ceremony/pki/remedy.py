"""What mends a finding: the profile or the script, and where a CA has ended, that."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

CORRECT: Final = "Correct the profile or the script and have it approved again."

CA_RENEWED: Final = (
    "Renew the certificate of the CA that ends too early, or let another CA issue it, "
    "or give the profile a shorter term; and have the script approved again."
)
LIST_RENEWED: Final = (
    "Renew the certificate of the list's CA, and have a script that names the new one "
    "approved."
)

_REMEDIES: Final = {"PKI-PATH-03": CA_RENEWED, "PKI-CRL-05": LIST_RENEWED}


def remedy_for(rules: Collection[str], otherwise: str = CORRECT) -> str:
    """Say what mends what was found.

    Args:
        rules: The rules that are broken.
        otherwise: What mends any other, or several at once.
    """
    (rule, *more) = set(rules) or {""}
    return otherwise if more else _REMEDIES.get(rule, otherwise)
