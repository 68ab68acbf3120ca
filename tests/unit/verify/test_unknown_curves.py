"""A key of a curve that nobody here knows fails a check with its name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.fakes.broken_rules import rules
from tests.fakes.key_acts import build_key_acts
from tests.fakes.odd_numbers import certificate_of_unknown_curve, of_unknown_curve
from tests.fakes.record_builder import BuiltRecord, build_record, remade
from tests.fakes.record_earlier import build_earlier

OTHER_FILE = ("5", "VERIFY-FILE-01")
"""Who changes a file alone is found by its digest as well."""


def changed(
    build: Callable[[], BuiltRecord], name: str, change: Callable[[bytes], bytes]
) -> set[tuple[str, str]]:
    def other(files: dict[str, bytes]) -> None:
        files[name] = change(files[name])

    return rules(remade(build(), other, manifest=True)) - {OTHER_FILE}


@pytest.mark.parametrize(
    ("build", "name", "broken"),
    [
        (build_record, "public-key-root-oca.der", {("12", "VERIFY-CERT-01")}),
        (
            build_key_acts,
            "public-key-root-oca.der",
            {("11", "VERIFY-PROVE-02"), ("12", "VERIFY-CERT-01")},
        ),
        (build_earlier, "public-key-root-oca.der", {("12", "VERIFY-EARLIER-04")}),
        (build_record, "request-issuing-oca-request.csr", {("12", "PKI-REQUEST-03")}),
    ],
)
def test_a_key_of_an_unknown_curve_fails_a_check(
    build: Callable[[], BuiltRecord], name: str, broken: set[tuple[str, str]]
) -> None:
    assert changed(build, name, of_unknown_curve) == broken


@pytest.mark.parametrize(
    ("build", "name", "broken"),
    [
        (
            build_record,
            "certificate-root-oca-certificate.pem",
            {("12", "PKI-CERT-02")},
        ),
        (
            build_record,
            "certificate-person-x-01.pem",
            {("9", "PKI-CERT-02"), ("12", "PKI-CERT-02")},
        ),
        (build_record, "certificate-seal.pem", {("12", "PKI-CERT-02")}),
        (build_record, "certificate-evidence-ca.pem", {("12", "PKI-CERT-02")}),
        (
            build_earlier,
            "certificate-root-oca-certificate.pem",
            {("12", "PKI-CERT-02")},
        ),
        (build_earlier, "certificate-other-ca.pem", {("12", "VERIFY-BROUGHT-01")}),
    ],
)
def test_a_certificate_for_such_a_key_fails_a_check(
    build: Callable[[], BuiltRecord], name: str, broken: set[tuple[str, str]]
) -> None:
    assert changed(build, name, certificate_of_unknown_curve) == broken
