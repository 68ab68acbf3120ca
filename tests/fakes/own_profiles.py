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

PLACES_TEXT: Final = (
    ISSUING_TEXT
    + b"""\
environments:
  test:
    policies: [1.3.6.1.4.1.32473.1]
    status: chosen
    source: Northmoor CPS, section 7.1.6
  production:
    policies: [1.3.6.1.4.1.32473.2]
    status: chosen
    source: Northmoor CPS, section 7.1.6
"""
)
"""The same with policies of the site's own in two environments."""

DEPARTING_TEXT: Final = (
    LIST_TEXT.replace(b"facts:\n", b"baseline-requirements: true\nfacts:\n").replace(
        b"90 days", b"400 days"
    )
    + b"""\
departs:
  - finding: cabf.arl_invalid_validity_period
    about: 400 days
    reason: The root is brought out once a year, and not to the day.
    source: Northmoor CPS, section 4.9.7
"""
)
"""The same, longer than the Baseline Requirements let it be, on purpose."""

OWN: Final = {ISSUING: ISSUING_TEXT, LIST: LIST_TEXT}

DEPARTING: Final = {**OWN, LIST: DEPARTING_TEXT}

DEPARTURE: Final = (
    "Departure: cabf.arl_invalid_validity_period in second-arl is let be by the site's "
    "own profile northmoor-arl: The root is brought out once a year, and not to the "
    "day. [Northmoor CPS, section 4.9.7]."
)
"""What a reader is told of it."""

WORD: Final = (
    "  - {profile: northmoor-issuing, fact: validity, by: J. Doe of the PA, "
    "source: Northmoor CPS 1.0}\n"
)


IN_PLACES: Final = {**OWN, ISSUING: PLACES_TEXT}


def script_for(environment: str) -> str:
    """Let the script say for which environment its certificates are issued."""
    told = f"environment: {environment}\n"
    return own_script(IN_PLACES).replace("environment: test\n", told, 1)


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
        # A list under the Baseline Requirements tells of a CA why it is revoked.
        ("4a0f 2026-01-15 unspecified", "4a0f 2026-01-15 superseded"),
        # One ground for the list leaves page 1 room for what else it tells.
        ("source: Annex B 4}", "source: Policy 4.9}"),
        ("source: Policy 4.9.1}", "source: Policy 4.9}"),
        ("source: Policy 4.9.7}", "source: Policy 4.9}"),
    ):
        text = text.replace(shipped, own)
    return text.replace("things:\n", f"{WORD}profiles:\n{named}things:\n", 1)
