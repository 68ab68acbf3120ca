"""From a script's bytes to the :class:`~ceremony.script.model.Script`.

It decides whether the file has the shape of a script (docs/spec/script-v1.md);
whether the plan in it is sound is for ``ceremony.check``.

Invariants:
    * Unknown keys are refused: nothing in an approved file is without meaning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from ceremony import canonical
from ceremony.identifiers import DIGEST, Digest, Mode, Role, RoleKind
from ceremony.script.decode_act import read_acts
from ceremony.script.key_kind import Algorithm, CheckMethod, KeyCopies, KeyUse
from ceremony.script.model import (
    ExpectedItem,
    OwnProfile,
    PolicyReference,
    QuorumRule,
    Reliance,
    RoleDemand,
    Script,
    Thing,
    ThingKind,
)
from ceremony.script.node import Entry, MappingNode, Node, SequenceNode
from ceremony.script.own_profile import bind_profiles
from ceremony.script.parameters import replace_parameters
from ceremony.script.shape import NAME, Faults, Fields
from ceremony.script.source_file import read_file
from ceremony.script.waiver import read_waivers
from ceremony.script.yaml_profile import parse_yaml

_OWN: Final = re.compile(rf"{NAME.pattern}\.yaml")

MOST_PEOPLE: Final = 50
LATEST_DAY: Final = 3650


def load_script(path: Path) -> Script:
    """Read a script from disk, with the profiles that lie beside it.

    Raises:
        InputError: The file is missing, or what :func:`decode_script` and
            :func:`bind_profiles` refuse.
        StorageError: ``SCRIPT-READ-02``: the disk failed.
    """
    script = decode_script(read_file(path), path.name)
    return bind_profiles(script, lambda name: read_file(path.parent / name))


@lru_cache(maxsize=4)
def decode_script(raw: bytes, file: str) -> Script:
    """Read a script from its bytes; the last ones are kept, for each paper reads it.

    Args:
        raw: The file's bytes: UTF-8, the YAML profile of script-v1.
        file: The file's name, for places.

    Raises:
        InputError: ``SCRIPT-YAML-*``: outside the profile; a
            :class:`~ceremony.script.shape.ShapeError` with ``FILE-SHAPE-*``,
            ``SCRIPT-NUMBER-*``, ``SCRIPT-PARAMETER-01`` or ``SCRIPT-EMPTY-01``.
    """
    faults = Faults()
    tree = parse_yaml(raw, file)
    parameters = _read_parameters(tree, faults)
    top = Fields(_replaced(tree, parameters, faults), "a script", faults)
    top.take("parameters", required=False)
    quorum = top.child("quorum")
    script = Script(
        digest=canonical.digest(raw),
        raw=raw,
        id=top.name("script"),
        version=top.text("version"),
        title=top.text("title"),
        purpose=top.text("purpose"),
        policies=tuple(_read_policy(item) for item in top.children("policy")),
        modes=top.choices("modes", Mode),
        parameters=parameters,
        roles=tuple(
            _read_role(Role(name), item)
            for name, item in top.named("roles", required=True)
        ),
        quorum=_read_quorum(quorum),
        separate=_read_pairs(top),
        things=tuple(_read_thing(name, item) for name, item in top.named("things")),
        place=top.text("place"),
        entry_controls=top.text("entry"),
        hardware=top.texts("hardware"),
        evidence=top.texts("evidence"),
        storage=top.texts("storage"),
        witness_route=top.text("witness-route"),
        on_abort=top.text("on-abort"),
        expected_items=tuple(
            _read_item(item) for item in top.children("expected-later")
        ),
        report_signers=tuple(
            Role(name) for name in top.names("report-signers", required=True)
        ),
        acts=read_acts(top),
        unverified=tuple(_read_reliance(item) for item in top.children("unverified")),
        profiles=tuple(_read_own(item) for item in top.children("profiles")),
        waivers=read_waivers(top),
        environment=top.name("environment", ""),
    )
    top.finish()
    faults.raise_any()
    return script


def _read_parameters(tree: Node, faults: Faults) -> Mapping[str, str]:
    if not isinstance(tree, MappingNode):
        return {}
    fields = Fields(tree, "a script", faults)
    return {
        name: fields.as_text(node, f"the parameter {name}")
        for name, node in fields.pairs("parameters")
    }


def _replaced(tree: Node, parameters: Mapping[str, str], faults: Faults) -> Node:
    """Replace references everywhere but in the parameters themselves."""
    if not isinstance(tree, MappingNode):
        return tree
    entries = (
        entry
        if entry.key == "parameters"
        else Entry(
            entry.key,
            entry.place,
            replace_parameters(entry.node, parameters, faults),
        )
        for entry in tree.entries
    )
    return MappingNode(tuple(entries), tree.place)


def _read_policy(item: Fields) -> PolicyReference:
    policy = PolicyReference(
        document=item.text("document"),
        version=item.text("version"),
        approval=item.text("approval"),
        status=item.text("status"),
    )
    if policy.status not in ("confirmed", "unverified"):
        item.faults.add(
            "FILE-SHAPE-04",
            f"The status {policy.status!r} is neither confirmed nor unverified.",
            item.place,
            remedy="Give confirmed only where somebody has the approval in hand.",
        )
    item.finish()
    return policy


def _read_reliance(item: Fields) -> Reliance:
    told = Reliance(
        profile=item.name("profile"),
        fact=item.name("fact"),
        by=item.text("by"),
        source=item.text("source", ""),
        reason=item.text("reason", ""),
    )
    if bool(told.source) == bool(told.reason):
        item.faults.add(
            "FILE-SHAPE-04",
            "An unverified fact has a source or a reason, and not both or neither.",
            item.place,
            remedy="Give the source where it is confirmed, else the reason why it is "
            "accepted.",
        )
    item.finish()
    return told


def _read_own(item: Fields) -> OwnProfile:
    own = OwnProfile(file=item.text("file"), digest=Digest(item.text("sha256")))
    if own.file and not _OWN.fullmatch(own.file):
        item.faults.add(
            "FILE-SHAPE-04",
            f"{own.file!r} is not the name of a profile and .yaml.",
            item.place,
            remedy="Name a file that lies beside the script, without a folder.",
        )
    if own.digest and not DIGEST.fullmatch(own.digest):
        item.faults.add(
            "FILE-SHAPE-04",
            "The SHA-256 of a profile is not 64 lower-case hex digits.",
            item.place,
            remedy="Give what sha256sum says of the file.",
        )
    item.finish()
    return own


def _read_role(role: Role, item: Fields) -> RoleDemand:
    demand = RoleDemand(
        role=role,
        kind=item.choice("kind", RoleKind),
        title=item.text("title"),
        count=item.integer("count", 1, MOST_PEOPLE, default=1),
        functions=item.texts("functions"),
        during=item.text("during"),
        after=item.text("after"),
    )
    item.finish()
    return demand


def _read_quorum(item: Fields) -> QuorumRule:
    rule = QuorumRule(
        role=Role(item.name("role")),
        need=item.integer("need", 0, MOST_PEOPLE),
        of=item.integer("of", 0, MOST_PEOPLE),
    )
    item.finish()
    return rule


def _read_pairs(top: Fields) -> tuple[tuple[Role, Role], ...]:
    entry = top.take("separate", required=False)
    if entry is None:
        return ()
    pairs = []
    items = entry.node.items if isinstance(entry.node, SequenceNode) else ()
    for item in items:
        names = [
            Role(top.as_name(inner, "a role of separate"))
            for inner in (item.items if isinstance(item, SequenceNode) else ())
        ]
        if len(names) == 2:  # noqa: PLR2004  a pair
            pairs.append((names[0], names[1]))
    if not pairs or len(pairs) != len(items):
        top.faults.add(
            "FILE-SHAPE-03",
            "Separate has to be a list of pairs of roles.",
            entry.place,
            remedy="Write each pair as [one-role, other-role].",
        )
    return tuple(pairs)


def _read_thing(name: str, item: Fields) -> Thing:
    thing = Thing(
        name=name,
        kind=item.choice("kind", ThingKind),
        title=item.text("title"),
        token=item.name("token", ""),
        profile=item.name("profile", ""),
        common_name=item.text("common-name", ""),
        algorithm=item.option("algorithm", Algorithm),
        use=item.option("use", KeyUse),
        copies=item.option("copies", KeyCopies),
        check_value=item.option("check-value", CheckMethod),
        copy_of=item.name("copy-of", ""),
        values=tuple(
            (key, item.as_text(node, f"values.{key}"))
            for key, node in item.pairs("values")
        ),
        trusted=item.flag("trusted", default=False),
        public_key=item.digits("public-key", 64),
        cka_id=item.digits("cka-id", 32),
        sha256=item.digits("sha256", 64),
    )
    item.finish()
    return thing


def _read_item(item: Fields) -> ExpectedItem:
    expected = ExpectedItem(
        what=item.text("what"),
        role=Role(item.name("role")),
        within_days=item.integer("within-days", 0, LATEST_DAY),
    )
    item.finish()
    return expected
