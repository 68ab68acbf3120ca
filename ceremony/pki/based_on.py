"""Laying a profile's file over the built-in profile that it is based on.

What a file states replaces what its base states, a whole fact or environment with its
status and source at a time, so that no value ever stands beside a source that is not
its own. Nothing that the base states can be taken away; that an extension is absent is
stated like anything else.

Invariants:
    * A base ships with the tool. Its own base, where it has one, is written out in
      full, so that nobody opens more than three files.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import resources

from ceremony.errors import InputError
from ceremony.pki.extension_file import ABSENT
from ceremony.script.node import Entry, MappingNode, Node, ScalarNode
from ceremony.script.yaml_profile import parse_yaml

_KEY = "based-on"
_OWN = frozenset({"format", "name", "title"})
_LAID_OVER = ("facts", "environments", "request")


def read_builtin(name: str) -> str | None:
    """Give the text of a profile that ships with the tool; None where there is none."""
    folder = resources.files("ceremony.pki") / "profiles"
    # Looked for among those that are there: no disk is asked for a stranger's name,
    # which may lead elsewhere or be longer than a file's can be.
    files = {each.name: each for each in folder.iterdir()}
    file = files.get(f"{name}.yaml")
    return None if file is None else file.read_text("utf-8")


def lay_over_base(tree: Node) -> Node:
    """Give the tree of a profile that says everything by itself.

    Args:
        tree: The file's tree.

    Returns:
        The tree itself where the file is based on nothing.

    Raises:
        InputError: ``PKI-PROFILE-11``: the base is not a built-in profile.
    """
    entry = tree.find(_KEY) if isinstance(tree, MappingNode) else None
    if not isinstance(tree, MappingNode) or entry is None:
        return tree
    own = {each.key: each for each in tree.entries if each.key != _KEY}
    for each in _below(_read_base(entry), own.get("environments")):
        if each.key in _LAID_OVER and each.key in own:
            own[each.key] = _laid_over(own[each.key], each.node)
        elif each.key not in _OWN:
            own.setdefault(each.key, each)
    return MappingNode(tuple(own.values()), tree.place)


def lineage_of(tree: Node) -> tuple[str, ...]:
    """Name the built-in profiles that a tree is and is based on, the nearest first.

    Args:
        tree: The file's tree, before it was laid over its base. One that has the name
            of a built-in profile counts as that one.

    Returns:
        At most three names; none where the file is based on nothing and ships nowhere.
    """
    names = [_text_of(tree, key) for key in ("name", _KEY)]
    found = [name for name in names if name is not None and read_builtin(name)]
    base = read_builtin(names[1]) if names[1] is not None else None
    above = lineage_of(parse_yaml(base.encode(), f"{names[1]}.yaml")) if base else ()
    return tuple(dict.fromkeys((*found, *above)))


def _text_of(tree: Node, key: str) -> str | None:
    entry = tree.find(key) if isinstance(tree, MappingNode) else None
    value = entry.node.value if entry and isinstance(entry.node, ScalarNode) else None
    return value if isinstance(value, str) else None


def _read_base(entry: Entry) -> MappingNode:
    name = entry.node.value if isinstance(entry.node, ScalarNode) else None
    text = read_builtin(name) if isinstance(name, str) else None
    base = lay_over_base(parse_yaml(text.encode(), f"{name}.yaml")) if text else None
    if not isinstance(base, MappingNode):
        raise InputError(
            "PKI-PROFILE-11",
            f"The profile is based on {name!r}, which is not a built-in profile.",
            remedy="Name a built-in profile.",
            place=entry.node.place,
        )
    return base


def _under(node: Node | None, key: str) -> Node | None:
    entry = node.find(key) if isinstance(node, MappingNode) else None
    return None if entry is None else entry.node


def _below(base: MappingNode, environments: Entry | None) -> tuple[Entry, ...]:
    """Give what a base states for a file with these environments of its own.

    Each environment states its policies, so that they take the place of a base's
    ``policies: absent``; OIDs that hold in every environment nobody takes away.
    """
    facts = _under(base, "facts")
    value = _under(_under(facts, "policies"), "value")
    is_absent = isinstance(value, ScalarNode) and value.value == ABSENT
    adds = environments is not None and isinstance(environments.node, MappingNode)
    if not (is_absent and adds and isinstance(facts, MappingNode)):
        return base.entries
    rest = tuple(each for each in facts.entries if each.key != "policies")
    return tuple(
        replace(each, node=replace(facts, entries=rest)) if each.node is facts else each
        for each in base.entries
    )


def _laid_over(own: Entry, base: Node) -> Entry:
    if not (isinstance(own.node, MappingNode) and isinstance(base, MappingNode)):
        return own
    entries = {each.key: each for each in (*base.entries, *own.node.entries)}
    return Entry(own.key, own.place, MappingNode(tuple(entries.values()), own.place))
