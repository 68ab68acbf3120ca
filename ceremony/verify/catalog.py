"""Nothing in a pack acts, hides or speaks beside its pages and embedded files.

Part of check 13a. A viewer shows more of a file than its pages: it runs scripts,
opens portfolios, turns layers off, reads other texts aloud. A pack uses none of it,
so that the catalog is held against the short list of what a pack has; a list of what
is forbidden would be out of date with the next viewer.

Invariants:
    * Every key of the catalog, of the nodes of the page tree, of the form and its
      fields is one that the evidence writer makes.
    * What is associated with the document is what the name tree embeds.
    * Objects stand in the file in plain sight: no object streams, whose reading
      differs between viewers in files that are updated.

Source: ISO 32000-1 clauses 7.5.7 (object streams), 7.7.2 (catalog), 7.7.3 (page
    tree), 12.7.4.5 (signature fields); ISO 19005-3 clause 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import pikepdf

from ceremony.verify.check import FailedError
from ceremony.verify.limits import DEPTH_LIMIT
from ceremony.verify.signature import read_fields

_CATALOG: Final = frozenset(
    {
        "/AF",
        "/AcroForm",
        "/Lang",
        "/Metadata",
        "/Names",
        "/Outlines",
        "/OutputIntents",
        "/PageMode",
        "/Pages",
        "/Perms",
        "/Type",
        "/ViewerPreferences",
    }
)

_INSIDE: Final = (
    ("/AcroForm", frozenset({"/Fields", "/SigFlags"})),
    ("/Names", frozenset({"/EmbeddedFiles"})),
    ("/Perms", frozenset({"/DocMDP"})),
    ("/ViewerPreferences", frozenset({"/DisplayDocTitle"})),
    ("/Metadata", frozenset({"/Type", "/Subtype", "/Length", "/Filter"})),
)
"""The keys of what stands directly in the catalog."""

_NODE: Final = frozenset({"/Type", "/Kids", "/Count", "/Parent"})

_INTENT: Final = frozenset(
    {"/Type", "/S", "/Info", "/OutputConditionIdentifier", "/DestOutputProfile"}
)

_FIELD: Final = frozenset(
    {"/Type", "/Subtype", "/FT", "/T", "/TU", "/F", "/P", "/Rect", "/V", "/AP"}
)

_FLAGS: Final = 132
"""Printed and locked: the annotation flags of every signature field."""

_PACKED: Final = ("/ObjStm", "/XRef")


def verify_catalog(document: pikepdf.Pdf) -> None:
    """Insist that the document has what a pack has, and nothing else.

    Args:
        document: The final document, whose page tree is known to have no loop.

    Raises:
        FailedError: ``VERIFY-DOCUMENT-11``: something else is in it.
    """
    root = document.Root
    _verify_keys("the catalog", root, _CATALOG)
    for key, allowed in _INSIDE:
        _verify_keys(f"the catalog's {key}", root[key], allowed)
    if root["/PageMode"] != "/UseNone":
        raise _strange("the catalog", f"the page mode {root['/PageMode']}")
    for intent in root["/OutputIntents"]:
        _verify_keys("an output intent", intent, _INTENT)
    for node in _page_nodes(root["/Pages"]):
        _verify_keys("the page tree", node, _NODE)
        pages = sum(int(kid.get("/Count", 1)) for kid in node["/Kids"])
        if int(node["/Count"]) != pages:
            raise _strange("the page tree", f"a node that counts {node['/Count']}")
    for name, field in read_fields(document).items():
        _verify_field(name, field)
    _verify_associated(document)
    _verify_plain(document)


def _verify_keys(where: str, found: Any, allowed: Iterable[str]) -> None:  # noqa: ANN401  a PDF object
    strange = set(found.keys()) - set(allowed)
    if strange:
        raise _strange(where, min(strange))


def _page_nodes(top: Any) -> Iterator[Any]:  # noqa: ANN401  PDF objects
    """Give the nodes of the page tree that are no pages; check 1 knows of loops."""
    waiting = [(top, 0)]
    while waiting:
        node, depth = waiting.pop()
        if "/Kids" in node and depth <= DEPTH_LIMIT:
            yield node
            waiting += [(kid, depth + 1) for kid in node["/Kids"]]


def _verify_field(name: str, field: Any) -> None:  # noqa: ANN401  a PDF object
    """Insist on a field that draws nothing and does nothing."""
    where = f"the field {name}"
    _verify_keys(where, field, _FIELD)
    if (field["/Subtype"], str(field["/TU"]), int(field["/F"])) != (
        "/Widget",
        name,
        _FLAGS,
    ):
        raise _strange(where, "another form than a signature field's")
    appearance = field.get("/AP")
    if appearance is None:
        return
    _verify_keys(f"{where}, its appearance", appearance, {"/N"})
    if bytes(appearance["/N"].read_raw_bytes()):
        raise _strange(where, "an appearance that draws something")


def _verify_associated(document: pikepdf.Pdf) -> None:
    """Insist that nothing is associated that is not embedded by name."""
    embedded = {file.obj.objgen for file in document.attachments.values()}
    for spec in document.Root["/AF"]:
        if spec.objgen not in embedded:
            raise _strange("the catalog's /AF", "a file that no name embeds")


def _verify_plain(document: pikepdf.Pdf) -> None:
    packed = [
        item.objgen[0]
        for item in document.objects
        if isinstance(item, pikepdf.Stream) and item.get("/Type") in _PACKED
    ]
    if packed or "/Type" in document.trailer or "/XRefStm" in document.trailer:
        raise _strange("the file", "object streams")


def _strange(where: str, what: str) -> FailedError:
    return FailedError("VERIFY-DOCUMENT-11", f"{where} has {what}, which no pack has")
