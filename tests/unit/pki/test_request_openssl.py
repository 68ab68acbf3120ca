"""Requests that openssl made, of every kind of key and signature."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ceremony.pki.fact import KeyAlgorithm, SignatureAlgorithm
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_file import Imported
from ceremony.pki.request_judgement import RequestJudgement, judge_request
from tests.fakes.made_requests import ORGANISATION
from tests.fakes.outside_tool import run_tool

CONFIG = """[req]
prompt=no
distinguished_name=dn
req_extensions=ext
string_mask=utf8only
[dn]
CN=Tool
OU=02
[ext]
keyUsage=critical,digitalSignature
"""


def judged(der: bytes, profile: CertificateProfile) -> RequestJudgement:
    return judge_request(Imported("it", 1, der), profile)


def rules(judgement: RequestJudgement) -> list[str]:
    return [finding.rule for finding in judgement.findings]


def by_openssl(folder: Path, algorithm: str, *options: str) -> bytes:
    """A request made by openssl, from a key that it made too: DER."""
    (folder / "request.cnf").write_text(CONFIG)
    key, made = str(folder / "key.pem"), folder / "request.der"
    kind, *settings = algorithm.split(" ")
    more = [part for each in settings for part in ("-pkeyopt", each)]
    generate = ["openssl", "genpkey", "-algorithm", kind, "-out", key, *more]
    assert run_tool(generate, folder).returncode == 0
    ask = ["openssl", "req", "-new", "-config", "request.cnf", "-key", key]
    ask += ["-outform", "DER", "-out", str(made), *options]
    assert run_tool(ask, folder).returncode == 0
    return made.read_bytes()


PLAIN = replace(
    ORGANISATION, subject=ORGANISATION.subject[:2], request=None, lineage=()
)
PSS = ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest")


@pytest.mark.parametrize(
    ("key", "signature", "made", "options"),
    [
        ("ec-p256", "ecdsa-with-sha256", "EC ec_paramgen_curve:P-256", ()),
        ("ec-p384", "ecdsa-with-sha384", "EC ec_paramgen_curve:P-384", ("-sha384",)),
        ("ec-p521", "ecdsa-with-sha512", "EC ec_paramgen_curve:P-521", ("-sha512",)),
        ("ed25519", "ed25519", "ED25519", ()),
        ("rsa-2048", "rsa-pkcs1-sha256", "RSA rsa_keygen_bits:2048", ()),
        ("rsa-2048", "rsa-pss-sha256", "RSA rsa_keygen_bits:2048", PSS),
        ("rsa-3072", "rsa-pkcs1-sha384", "RSA rsa_keygen_bits:3072", ("-sha384",)),
    ],
)
def test_openssls_requests_of_every_kind_are_good(
    tmp_path: Path, key: str, signature: str, made: str, options: tuple[str, ...]
) -> None:
    profile = replace(
        PLAIN, key=KeyAlgorithm(key), signature=SignatureAlgorithm(signature)
    )
    judgement = judged(by_openssl(tmp_path, made, *options), profile)
    assert judgement.findings == ()
    assert judgement.values == {"common-name": "Tool", "remote-party-role": "02"}


@pytest.mark.parametrize(
    ("rule", "made", "options"),
    [
        ("PKI-REQUEST-03", "EC ec_paramgen_curve:P-256", ("-sha1",)),
        ("PKI-REQUEST-03", "EC ec_paramgen_curve:P-256", ("-sha384",)),
        ("PKI-CURVE-01", "EC ec_paramgen_curve:P-384", ()),
        ("PKI-CURVE-01", "EC ec_paramgen_curve:secp256k1", ()),
        (
            "PKI-CURVE-01",
            "EC ec_paramgen_curve:P-256 ec_param_enc:explicit",
            (),
        ),
        ("PKI-KEY-01", "RSA rsa_keygen_bits:2048", ()),
        ("PKI-KEY-01", "ED25519", ()),
    ],
)
def test_openssls_requests_of_another_kind_are_refused(
    tmp_path: Path, rule: str, made: str, options: tuple[str, ...]
) -> None:
    assert rules(judged(by_openssl(tmp_path, made, *options), PLAIN)) == [rule]


@pytest.mark.parametrize(
    ("rule", "made", "options"),
    [
        ("PKI-REQUEST-03", "RSA rsa_keygen_bits:2048", ("-sha1",)),
        ("PKI-REQUEST-03", "RSA rsa_keygen_bits:2048", ("-md5",)),
        ("PKI-REQUEST-03", "RSA rsa_keygen_bits:2048", PSS),
        ("PKI-RSA-01", "RSA rsa_keygen_bits:2048 rsa_keygen_pubexp:3", ()),
        ("PKI-RSA-01", "RSA rsa_keygen_bits:1024", ()),
        ("PKI-RSA-01", "RSA rsa_keygen_bits:3072", ()),
    ],
)
def test_openssls_weak_rsa_requests_are_refused(
    tmp_path: Path, rule: str, made: str, options: tuple[str, ...]
) -> None:
    profile = replace(
        PLAIN, key=KeyAlgorithm.RSA_2048, signature=SignatureAlgorithm.RSA_SHA256
    )
    assert rules(judged(by_openssl(tmp_path, made, *options), profile)) == [rule]
