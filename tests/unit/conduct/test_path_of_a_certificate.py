"""The path above a certificate: nothing is signed where it would not be valid."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from ceremony.check.certificate_rules import _made_wrong
from ceremony.conduct.actions.path import verify_path
from ceremony.errors import RefusedError
from ceremony.pki.finding import LintReport
from ceremony.pki.linted import LintedTbs, lint_tbs
from ceremony.pki.order import prepare
from ceremony.pki.profile import ProfileName
from tests.fakes.golden import golden, sign
from tests.unit.pki.test_path import BROKEN, ROOT, chain

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


def test_the_check_of_a_script_tells_it_while_there_is_no_key() -> None:
    report = LintReport(ProfileName("x"), 19, (), None)
    assert list(_made_wrong(report, tuple(chain(ROOT)))) == []
    (told,) = _made_wrong(report, tuple(BROKEN[TOO_LONG][1]()))
    assert told.startswith("PKI-PATH-05: ")
