"""Lies about who is certified by the name of a CA, each with the check that finds it.

Two CAs ask the root of the made-up ceremony for certificates in one set: one of them by
the root's own name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from ceremony import canonical
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.extension import ALTERNATIVE_NAMES
from ceremony.pki.request_linted import LintedRequest, lint_request, sign_request
from ceremony.pki.request_order import RequestOrder
from ceremony.pki.request_set import Issued
from ceremony.script.model import Step
from tests.fakes.batch_lies import third_refused_for
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.record_batch import build_batch
from tests.fakes.record_builder import BuiltRecord, RecordBuilder
from tests.fakes.record_renewal import import_again

TAKEN: Final = "2.18"
"""The step that takes the set in."""

ROOT: Final = "Z1"
OTHER: Final = "Z9"


@lru_cache
def ca_request(name: str) -> bytes:
    """Make the request of a CA below the root by its common name: DER."""
    profile, key = load_builtin_profile("smki-issuing-dca"), SoftwareKey(f"CA {name}")
    values = {"common-name": name, ALTERNATIVE_NAMES: "dns:ca.example"}
    linted = lint_request(RequestOrder(profile, values), key.public_key())
    assert isinstance(linted, LintedRequest)
    return sign_request(linted, key).der


def _of_cas(raw: bytes) -> bytes:
    """Let the set be one of CAs, whom the root answers."""
    devices, cas = b"profile: smki-device-ds", b"profile: smki-issuing-dca"
    for before, after in (
        (b"key: issuing-dca, request: device", b"key: root-dca, request: device"),
        (b"Requests of devices, " + devices, b"Requests of CAs, " + cas),
        (b"Device certificates, " + devices, b"Certificates of CAs, " + cas),
    ):
        assert raw.count(before) == 1
        raw = raw.replace(before, after)
    return raw


def root_subject() -> bytes:
    """Give the root's name as subjects are compared, by its definition: 32 bytes."""
    return hashlib.sha256(canonical.encode([["CN", ROOT.lower()]])).digest()


def build_cas(*, honest: bool = True) -> BuiltRecord:
    """Make the record up to the set: the root's name is refused, or it is not."""
    names = frozenset({root_subject()} if honest else ())
    asked = (ca_request(ROOT), ca_request(OTHER))

    def instead(builder: RecordBuilder, step: Step) -> bool:
        # The root's own certificate has the usage of a CA below it as well.
        issued = Issued(subjects=names, issuer_subjects=names)
        return step.id == TAKEN and import_again(builder, step, issued, asked)

    return build_batch(Forgery(script=_of_cas, instead=instead, stop_after=TAKEN))


def by_the_roots_name(raw: bytes) -> bytes:
    """Have the root certify the issuing CA by its own name."""
    before = b"common-name: Z2"
    assert raw.count(before) == 2
    return raw.replace(before, f"common-name: {ROOT}".encode())


SUBJECT_LIES: Final[Mapping[str, Lie]] = {
    "a-ca-certified-by-the-name-of-its-root": Lie(
        "12",
        "PKI-SUBJECT-01",
        lambda: build_batch(Forgery(script=by_the_roots_name)),
        "step 2.13",
    ),
    "a-request-for-the-name-of-the-root-accepted": Lie(
        "12", "PKI-CSR-11", lambda: build_cas(honest=False), f"step {TAKEN}"
    ),
    "a-good-request-refused-for-the-name-of-a-ca": Lie(
        "12",
        "VERIFY-BATCH-30",
        lambda: build_batch(Forgery(**third_refused_for("PKI-CSR-11"))),
        f"step {TAKEN}",
    ),
}
"""Every such lie, by a name that says what it is."""
