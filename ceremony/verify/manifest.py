"""Check 2: the manifest names exactly the embedded files, each with its digest."""

from __future__ import annotations

from collections.abc import Mapping

from ceremony.errors import CeremonyError
from ceremony.pack.attachments import verify_names
from ceremony.pack.manifest import lint_manifest
from ceremony.verify.check import Check, check_failed, check_passed

COMMAND = "sha256sum --strict --check MANIFEST.sha256"


def check_manifest(files: Mapping[str, bytes]) -> Check:
    """Compare every embedded file with the manifest, and its name with the allowed.

    Args:
        files: The embedded files' bytes by flat name.
    """
    try:
        verify_names(files)
        findings = lint_manifest(files)
    except CeremonyError as error:
        return check_failed("2", error.code, str(error), command=COMMAND)
    if findings:
        return check_failed(
            "2", "VERIFY-MANIFEST-01", "; ".join(findings[:3]) + ".", command=COMMAND
        )
    return check_passed(
        "2",
        f"{len(files) - 1} files have the SHA-256 that the manifest names.",
        compared=("MANIFEST.sha256", "the embedded files"),
        command=COMMAND,
    )
