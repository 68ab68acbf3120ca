"""What a leaf tells of a certificate's path, from the certificates themselves."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509

from ceremony.engine.facts import PathChecked
from ceremony.pki.certificate import fingerprint
from ceremony.pki.path import TOOL, find_path_fault, path_tool_version


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
