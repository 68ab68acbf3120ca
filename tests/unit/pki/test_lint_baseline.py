"""By the Baseline Requirements a curve takes the digest of its strength."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.fact import KeyAlgorithm, SignatureAlgorithm
from ceremony.pki.finding import LintReport
from ceremony.pki.linted import LintedTbs, lint_tbs
from ceremony.pki.order import Order
from ceremony.pki.trial import made_up_issuer, try_profile
from tests.fakes.golden import golden

RULE: Final = "PKI-SIGALG-02"
ROOT: Final = load_builtin_profile("web-root")
LOWER: Final = load_builtin_profile("web-subordinate")
BY_CURVE: Final = {
    KeyAlgorithm("ec-p256"): SignatureAlgorithm("ecdsa-with-sha256"),
    KeyAlgorithm("ec-p384"): SignatureAlgorithm("ecdsa-with-sha384"),
    KeyAlgorithm("ec-p521"): SignatureAlgorithm("ecdsa-with-sha512"),
}
"""As section 7.1.3.2.2 has it."""

PAIRS: Final = [(key, signature) for key in BY_CURVE for signature in BY_CURVE.values()]
OTHERS: Final = [
    ("rsa-4096", "rsa-pkcs1-sha512", False),
    ("rsa-4096", "rsa-pss-sha256", False),
    ("rsa-4096", "ecdsa-with-sha256", True),
    ("ed25519", "ecdsa-with-sha256", True),
]


def below(issuer: x509.Certificate, signature: SignatureAlgorithm) -> Order:
    """Order a subordinate CA's certificate of an issuer, by some signature."""
    profile = replace(LOWER, signature=signature)
    return replace(golden("web-subordinate").order, profile=profile, issuer=issuer)


def linted(order: Order) -> LintedTbs | LintReport:
    return lint_tbs(order, golden("web-subordinate").key.public_key())


def rules_of(report: LintReport) -> list[str]:
    return [finding.rule for finding in report.findings]


@pytest.mark.parametrize(("key", "signature"), PAIRS)
def test_its_own_key_signs_by_the_digest_of_its_curve(
    key: KeyAlgorithm, signature: SignatureAlgorithm
) -> None:
    (trial,) = try_profile(replace(ROOT, key=key, signature=signature), ())
    pairs = BY_CURVE[key] is signature
    assert rules_of(trial.report) == ([] if pairs else [RULE])
    # Of what is none of theirs nobody asks it.
    alone = replace(ROOT, key=key, signature=signature, baseline=None, departures=())
    assert not any(rules_of(each.report) for each in try_profile(alone, ()))


@pytest.mark.parametrize(("key", "signature"), PAIRS)
def test_the_issuers_key_does_whoever_it_is(
    key: KeyAlgorithm, signature: SignatureAlgorithm
) -> None:
    pairs = BY_CURVE[key] is signature
    profile = replace(LOWER, signature=signature)
    above = replace(ROOT, key=key, signature=BY_CURVE[key])
    (trial,) = try_profile(profile, (above,))
    assert rules_of(trial.report) == ([] if pairs else [RULE])
    # Before the signature it is the issuer that is there, and no profile of it.
    result = linted(below(made_up_issuer(key), signature))
    if pairs:
        assert isinstance(result, LintedTbs)
        return
    assert isinstance(result, LintReport)
    (found,) = result.findings
    assert (found.rule, found.severity) == (RULE, "error")
    assert found.source == (
        "CA/Browser Forum TLS Baseline Requirements, section 7.1.3.2.2"
    )
    assert found.message.endswith(
        f"; the key that signs is an EC key on P-{key[-3:]}, the signature "
        f"ecdsa-with-SHA{signature[-3:]}."
    )


@pytest.mark.parametrize(("key", "signature", "is_found"), OTHERS)
def test_of_another_kind_of_signature_it_is_not_asked(
    key: str, signature: str, *, is_found: bool
) -> None:
    issuer = made_up_issuer(KeyAlgorithm(key))
    result = linted(below(issuer, SignatureAlgorithm(signature)))
    assert isinstance(result, LintReport) is is_found
    report = result if isinstance(result, LintReport) else result.report
    assert rules_of(report) == ([RULE] if is_found else [])


@pytest.mark.parametrize("curve", [ec.BrainpoolP256R1(), ec.SECP256K1()])
def test_no_other_curve_signs(curve: ec.EllipticCurve) -> None:
    key = ec.derive_private_key(7, curve)
    usual = made_up_issuer()
    builder = x509.CertificateBuilder(
        usual.subject,
        usual.issuer,
        key.public_key(),
        1,
        usual.not_valid_before_utc,
        usual.not_valid_after_utc,
    )
    for each in usual.extensions:
        builder = builder.add_extension(each.value, each.critical)
    issuer = builder.sign(key, hashes.SHA256())
    result = linted(below(issuer, SignatureAlgorithm.ECDSA_SHA256))
    assert isinstance(result, LintReport)
    (found,) = result.findings
    assert found.message.endswith("; the key that signs is on none of these curves.")


@pytest.mark.parametrize("signature", SignatureAlgorithm)
def test_who_is_made_up_above_a_profile_has_a_key_that_signs_so(
    signature: SignatureAlgorithm,
) -> None:
    profile = replace(LOWER, signature=signature, signed_by="nobody-known")
    (trial,) = try_profile(profile, ())
    assert trial.report.findings == ()
