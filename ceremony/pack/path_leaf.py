"""What a leaf tells of a certificate's path, from the certificates themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cryptography import x509

from ceremony.engine.facts import PathChecked
from ceremony.pki.certificate import fingerprint
from ceremony.pki.path import TOOL, PathAbove, find_path_fault, path_tool_version


def path_leaf(chain: Sequence[x509.Certificate]) -> PathChecked:
    """Validate a path and tell of it as a leaf does.

    Args:
        chain: The certificate, its issuer's, and so on up to the trust anchor's.
    """
    fault = find_path_fault(chain)
    return PathChecked(
        TOOL,
        path_tool_version(),
        tuple(fingerprint(each) for each in chain),
        fault.rule if fault else "",
        fault.text if fault else "",
    )


def part_path_leaf(
    made: Iterable[x509.Certificate],
    above: Sequence[x509.Certificate],
    validated: PathAbove,
) -> PathChecked:
    """Validate the paths of a part of a batch and tell of all of them at once.

    Args:
        made: The certificates of the part; all of them are taken.
        above: The certificate of their issuer, and so on up to the trust anchor's.
        validated: The same, to validate with.
    """
    marked = [_marked(each, validated) for each in made]
    first = next(filter(None, marked), ("", ""))
    return PathChecked(
        TOOL, path_tool_version(), tuple(fingerprint(each) for each in above), *first
    )


def _marked(certificate: x509.Certificate, above: PathAbove) -> tuple[str, str] | None:
    """Give the rule that a certificate's path breaks, and what was found."""
    fault = above.find_fault(certificate)
    if fault is None:
        return None
    return fault.rule, f"Certificate {certificate.serial_number:032x}: {fault.text}"
