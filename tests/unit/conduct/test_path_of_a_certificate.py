"""The path above a certificate: nothing is signed where it would not be valid."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from ceremony.check.certificate_rules import _made_wrong
from ceremony.conduct.actions.path import verify_path
from ceremony.errors import RefusedError
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.finding import LintReport
from ceremony.pki.linted import LintedTbs, lint_tbs
from ceremony.pki.order import Order, prepare
from ceremony.pki.profile import ProfileName
from tests.fakes.golden import golden, sign
from tests.unit.pki.test_path import BROKEN, CA, ROOT, chain

TOO_LONG = "a CA too many below the root"


def test_nothing_is_signed_where_the_path_would_not_be_valid() -> None:
    made = golden("smki-supplier-ds")
    assert made.issuer is not None
    assert made.issuer.issuer is not None
    linted = lint_tbs(made.order, made.key.public_key())
    assert isinstance(linted, LintedTbs)
    issuing, root = made.issuer.certificate, made.issuer.issuer.certificate
    verify_path(linted, (issuing, root))
    with pytest.raises(RefusedError) as caught:
        verify_path(linted, chain(ROOT))
    assert caught.value.code == "PKI-PATH-03"
    assert caught.value.meaning == "Nothing was signed."
    assert "Renew the certificate of the CA that ends too early" in caught.value.remedy


def test_nothing_is_signed_where_a_certificate_above_is_not_by_the_next() -> None:
    made = golden("smki-supplier-ds")
    assert made.issuer is not None
    assert made.issuer.issuer is not None
    linted = lint_tbs(made.order, made.key.public_key())
    assert isinstance(linted, LintedTbs)
    issuing, root = made.issuer.certificate, made.issuer.issuer
    key = ec.generate_private_key(ec.SECP256R1())
    twin = sign(
        prepare(root.order, key.public_key()), key, root.order.profile.signature
    )
    assert twin.subject == root.certificate.subject
    with pytest.raises(RefusedError) as caught:
        verify_path(linted, (issuing, twin))
    assert caught.value.code == "PKI-PATH-02"
    assert caught.value.remedy.startswith("Correct the profile or the script")


def test_nothing_is_signed_for_a_ca_that_could_issue_nothing() -> None:
    last = datetime(2050, 1, 1, tzinfo=UTC)
    root, policy = replace(ROOT, last=last), replace(CA, last=last)
    order = Order(
        load_builtin_profile("issuing-ca-ec-p384"),
        {"common-name": "Lower", "organization": "Example"},
        None,
        date(2026, 1, 2),
        1 << 126,
    )
    key = ec.generate_private_key(ec.SECP384R1()).public_key()
    for length in (2, 1):
        above = chain(replace(root, length=length), policy)
        linted = lint_tbs(replace(order, issuer=above[0]), key)
        assert isinstance(linted, LintedTbs)
        if length == 2:
            verify_path(linted, above)
            continue
        with pytest.raises(RefusedError) as caught:
            verify_path(linted, above)
        assert caught.value.code == "PKI-PATH-05"
        assert caught.value.meaning == "Nothing was signed."


def test_the_check_of_a_script_tells_it_while_there_is_no_key() -> None:
    report = LintReport(ProfileName("x"), 19, (), None)
    assert list(_made_wrong(report, tuple(chain(ROOT)))) == []
    (told,) = _made_wrong(report, tuple(BROKEN[TOO_LONG][1]()))
    assert told.startswith("PKI-PATH-05: ")
