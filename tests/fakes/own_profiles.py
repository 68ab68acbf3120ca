"""Profiles of a made-up site's own, and the script with lists that names them."""

from __future__ import annotations

from typing import Final

from ceremony import canonical
from tests.fakes.record_crl import SCRIPT_FILE

ISSUING: Final = "northmoor-issuing.yaml"
LIST: Final = "northmoor-arl.yaml"

ISSUING_TEXT: Final = b"""\
format: key-ceremony.certificate-profile/1
name: northmoor-issuing
title: Northmoor issuing CA certificate
based-on: smki-issuing-oca
facts:
  validity:
    value: 7 years
    status: unverified
    source: Northmoor CPS draft, section 6.3.2
"""

LIST_TEXT: Final = b"""\
format: key-ceremony.crl-profile/1
name: northmoor-arl
title: Northmoor authority revocation list
signed-by: smki-root-oca
facts:
  signatures: {value: [ecdsa-with-sha256], status: chosen, source: Northmoor CPS}
  next-update: {value: 90 days, status: chosen, source: Northmoor CPS}
  number-octets: {value: 20, status: standard, source: "RFC 5280, section 5.2.3"}
  key-identifier: {value: method-2, status: chosen, source: Northmoor CPS}
  scope: {value: authority-certificates, status: chosen, source: Northmoor CPS}
  reasons: {value: [unspecified, superseded], status: chosen, source: Northmoor CPS}
"""

OWN: Final = {ISSUING: ISSUING_TEXT, LIST: LIST_TEXT}

WORD: Final = (
    "  - {profile: northmoor-issuing, fact: validity, by: J. Doe of the PA, "
    "source: Northmoor CPS 1.0}\n"
)


def own_script(files: dict[str, bytes] | None = None) -> str:
    """Let the script with lists name a site's own profiles by their SHA-256."""
    named = "".join(
        f'  - {{file: {name}, sha256: "{canonical.digest(raw)}"}}\n'
        for name, raw in (OWN if files is None else files).items()
    )
    text = SCRIPT_FILE.read_text()
    for shipped, own in (
        ("profile: smki-issuing-oca", "profile: northmoor-issuing"),
        ("Second ARL, profile: smki-oca-arl", "Second ARL, profile: northmoor-arl"),
    ):
        text = text.replace(shipped, own)
    return text.replace("things:\n", f"{WORD}profiles:\n{named}things:\n", 1)
