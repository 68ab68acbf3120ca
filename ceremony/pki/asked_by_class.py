"""Each part of a certificate shown to the second linter's rules for it alone.

Invariants:
    * The same rules are asked about the same parts in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any


def asked_by_class(container: Any) -> Any:  # noqa: ANN401  pkilint has no types
    """Let each node be shown only to validators of its class of value and its path.

    pkilint shows every node to every validator, most of which say after a look at the
    class or the path that it is none of theirs: 3,000 looks at a certificate, half the
    time of all rules. Which are left out is found out once for each class and path.
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
        self._paths = {each._path for each in validators}  # noqa: SLF001  no other place
        # As many as there are ASN.1 types and paths that validators name, whatever a
        # certificate holds.
        self._asked: dict[tuple[type, str | None], tuple[Any, ...]] = {}

    def __call__(self, node: Any, results: list[Any]) -> None:  # noqa: ANN401  the same
        asked, paths = self._asked, self._paths
        waiting = [node]
        while waiting:
            node = waiting.pop()
            place = type(node.pdu), node.path if node.path in paths else None
            if place not in asked:
                asked[place] = tuple(self._asked_about(*place))
            for each in asked[place]:
                if each.match(node):
                    result = each.validate_wrapper(node)
                    results += result if isinstance(result, list) else [result]
            if node.children:
                waiting += reversed(node.children.values())

    def _asked_about(self, kind: type, path: str | None) -> Iterator[Any]:
        for each in self._validators:
            # What its match looks at first.
            wanted, place = each._pdu_class, each._path  # noqa: SLF001  no other place
            if place in (None, path) and (wanted is None or issubclass(kind, wanted)):
                yield each
