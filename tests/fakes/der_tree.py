"""DER as a tree that can be changed anywhere and written again with right lengths."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field

from hypothesis import strategies as st

_CONSTRUCTED = 0x20
_OCTETS, _BITS = 0x04, 0x03

TAGS = [*range(1, 7), 0x0A, 0x0C, *range(0x12, 0x1F), 0x30, 0x31]
TAGS += [*range(0x80, 0x89), *range(0xA0, 0xA6)]
"""Universal tags that names, times and extensions are made of, and their own ones."""

VALUES = [
    *(b"", b"\0", b"\xff", b"\x80", b"\0\0", b"\xff" * 20, b"\1\0\1", b"a" * 300),
    *(b"20260101000000Z", b"260101000000Z", b"000101000000Z", b"2026-01-01"),
    *(b"\xff\xfe", "\u0435".encode(), "\u202e".encode(), b"\n", b"\x1b[31m"),
    *(bytes.fromhex(it) for it in ("551d0e", "551d0f", "551d11", "551d13", "551d1e")),
    *(bytes.fromhex(it) for it in ("0500", "3000", "07ff", "09ff")),
]
"""Contents at which readers stumble."""


@dataclass
class Node:
    """One value: its tag, and what stands in it; ``before`` counts unused bits."""

    tag: int
    content: bytes
    inside: list[Node] = field(default_factory=list)
    before: bytes = b""

    def encode(self) -> bytes:
        """Write it with the length that it has now."""
        content = self.content
        if self.inside:
            content = self.before + b"".join(each.encode() for each in self.inside)
        size = len(content)
        if size < 0x80:
            return bytes([self.tag, size]) + content
        octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
        return bytes([self.tag, 0x80 | len(octets)]) + octets + content

    def below(self) -> Iterator[tuple[list[Node], Node]]:
        """Give everything in it, each with the list in which it stands."""
        for each in self.inside:
            yield self.inside, each
            yield from each.below()


def read_tree(der: bytes) -> Node:
    """Read one value and all that is in it, octet strings and bit strings too."""
    (node,) = _read(der)
    return node


def _read(der: bytes) -> list[Node]:
    nodes: list[Node] = []
    at = 0
    while at < len(der):
        tag, size, at = der[at], der[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            size, at = int.from_bytes(der[at : at + count], "big"), at + count
        if at + size > len(der):
            raise IndexError("it ends too early")
        nodes.append(_node(tag, der[at : at + size]))
        at += size
    return nodes


def _node(tag: int, content: bytes) -> Node:
    if tag & _CONSTRUCTED:
        return Node(tag, content, _read(content))
    before = b"\0" if tag == _BITS and content[:2] == b"\0\x30" else b""
    if before or (tag == _OCTETS and content[:1] in (b"\x30", b"\3", b"\4", b"\5")):
        try:
            return Node(tag, content, _read(content[len(before) :]), before)
        except IndexError:
            pass
    return Node(tag, content)


@st.composite
def mutated(draw: st.DrawFn, der: bytes) -> bytes:
    """Change a value in one to three places, so that it stays DER."""
    root = read_tree(der)
    for _ in range(draw(st.integers(1, 3))):
        places = list(root.below())
        if not places:
            break
        among, node = draw(st.sampled_from(places))
        match draw(st.sampled_from(["tag", "content", "drop", "twice", "bit", "new"])):
            case "tag":
                node.tag = draw(st.sampled_from(TAGS))
            case "content":
                node.content, node.inside = draw(st.sampled_from(VALUES)), []
            case "drop":
                among.remove(node)
            case "twice":
                among.append(deepcopy(node))
            case "bit" if node.content and not node.inside:
                changed = bytearray(node.content)
                at = draw(st.integers(0, len(changed) - 1))
                changed[at] ^= 1 << draw(st.integers(0, 7))
                node.content = bytes(changed)
            case _:
                kind, content = st.sampled_from(TAGS), st.sampled_from(VALUES)
                among.append(Node(draw(kind), draw(content)))
    return root.encode()
