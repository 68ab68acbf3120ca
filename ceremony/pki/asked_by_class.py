"""Each part of a certificate shown to the second linter's rules of its kind alone.

Invariants:
    * The same rules are asked about the same parts in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any


def asked_by_class(container: Any) -> Any:  # noqa: ANN401  pkilint has no types
    """Let each node be shown only to validators of its class of value.

    pkilint shows every node to every validator, most of which say after a look at the
    class that it is none of theirs: 3,000 looks at a certificate, half the time of all
    rules. Which ones are left out is found out once for each class.
    """
    for each in container.validators:
        if hasattr(each, "validators"):
            asked_by_class(each)
    container._validate_rec = _Walk(container.validators)  # noqa: SLF001  no other place
    return container


class _Walk:
    """Goes through a node and all below it, as a container of pkilint's does."""

    def __init__(self, validators: Sequence[Any]) -> None:
        self._validators = tuple(validators)
        # As many as there are ASN.1 types, whatever a certificate holds.
        self._asked: dict[type, tuple[Any, ...]] = {}

    def __call__(self, node: Any, results: list[Any]) -> None:  # noqa: ANN401  the same
        asked = self._asked
        waiting = [node]
        while waiting:
            node = waiting.pop()
            kind = type(node.pdu)
            if kind not in asked:
                asked[kind] = tuple(self._asked_about(kind))
            for each in asked[kind]:
                if each.match(node):
                    result = each.validate_wrapper(node)
                    results += result if isinstance(result, list) else [result]
            if node.children:
                waiting += reversed(node.children.values())

    def _asked_about(self, kind: type) -> Iterator[Any]:
        for each in self._validators:
            wanted = each._pdu_class  # noqa: SLF001  what its match looks at first
            if wanted is None or issubclass(kind, wanted):
                yield each
