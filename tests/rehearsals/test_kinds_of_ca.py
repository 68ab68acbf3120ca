"""CAs of other kinds and in three tiers, on SoftHSM, from open to verify.

Roots on EC P-384, Ed25519 and RSA 4096 that signs by PSS certify themselves; a root, an
issuing CA below it and an Organisation below that one are certified in turn. What came
of it is judged by openssl.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.outside_tool import run_tool
from tests.rehearsals.made_act import VERIFIED, Played, play_act, read_backs

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.no_cover]

KINDS = {
    "p384": ("root-ca-ec-p384", "P-384", "ecdsa-with-SHA384"),
    "edwards": ("root-ca-ed25519", "Ed25519", "ED25519"),
    "pss": ("root-ca-rsa-4096-pss", "RSA-4096", "rsassaPss"),
}
OURS = {
    "p384": "ecdsa-with-SHA384",
    "edwards": "Ed25519",
    "pss": "RSASSA-PSS with SHA-256",
}
TIERS = {
    "root": ("smki-root-oca", "common-name: ZA"),
    "issuing": ("smki-issuing-oca", "common-name: Z1"),
    "supplier": (
        "smki-supplier-ds",
        'values: {unique-identifier: "90b3d51f30000001"}',
    ),
}

LISTED = (
    "key: pss",
    "crl: pss-arl",
    "number: 1",
    'revoked: ["serial:4a today ca-compromise"]',
)
WAIVED = "The host of the isolated network has no domain"
WAIVERS = f"""waivers:
  - finding: pkix.invalid_uri_syntax
    certificate: below-cert
    owner: A. Able, security officer
    reason: {WAIVED}.
    clause: RFC 5280, section 4.2.1.6
    expires: "9999-12-31"
"""


def pair(name: str, told: str, algorithm: str = "P-256") -> list[str]:
    """Give a key and its certificate, with what is told of both."""
    made = f"token: root-hsm, algorithm: {algorithm}, {told}"
    return [
        f"{name}: {{kind: key, title: Key {name}, {made}}}",
        f"{name}-cert: {{kind: certificate, title: Certificate {name}, {told}}}",
    ]


def made_keys(names: list[str]) -> list[str]:
    """List the token before and after each key that is made in it."""
    steps = []
    for number, name in enumerate(names):
        listed = f"{{token: root-hsm, expect-objects: {2 * number}}}"
        steps += [
            f"token.inventory, with: {listed}",
            f"key.generate, irreversible: true, with: {{key: {name}}}",
        ]
    after = f"{{token: root-hsm, expect-objects: {2 * len(names)}}}"
    return [*steps, f"token.inventory, with: {after}"]


def self_signed(name: str) -> str:
    return (
        "certificate.self-sign, irreversible: true, "
        f"with: {{key: {name}, certificate: {name}-cert}}"
    )


def issued(issuer: str, name: str) -> list[str]:
    told = f"key: {issuer}, request: {name}-request, certificate: {name}-cert"
    return [
        f"csr.create, with: {{key: {name}, request: {name}-request}}",
        f"certificate.issue, irreversible: true, with: {{{told}}}",
    ]


@pytest.fixture(scope="module")
def kinds(
    site_base: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    values = "values: {organization: Example, country: GB}"
    things = [
        thing
        for name, (profile, algorithm, _) in KINDS.items()
        for thing in pair(
            name, f"profile: {profile}, common-name: Root {name}, {values}", algorithm
        )
    ]
    urls = "crl-urls: http://crl/root.crl, issuer-urls: https://ca.example/root.cer"
    named = values.replace("}", f", {urls}}}")
    below = f"profile: issuing-ca-ec-p384, common-name: Below, {named}"
    things += [
        *pair("below", below, "P-384"),
        "below-request: {kind: request, title: Request}",
        "pss-arl: {kind: crl, title: Authority revocation list, profile: generic-arl}",
    ]
    names = [*KINDS, "below"]
    keys = made_keys(names)
    act = [
        *keys[: 2 * len(KINDS)],
        "token.inventory, with: {token: root-hsm, expect-objects: 6}",
        *(self_signed(name) for name in KINDS),
        *keys[2 * len(KINDS) :],
        *issued("p384", "below"),
        f"crl.issue, with: {{{', '.join(LISTED)}}}",
        *(step for name in names for step in read_backs(name)),
    ]
    made = tmp_path_factory.mktemp("kinds")
    with play_act(site_base, made, things, act, section=WAIVERS) as played:
        yield played


@pytest.fixture(scope="module")
def tiers(
    site_base: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    things = [
        thing
        for name, (profile, more) in TIERS.items()
        for thing in pair(name, f"profile: {profile}, {more}")
    ]
    asked = [
        f"{name}-request: {{kind: request, title: Request {name}}}"
        for name in ("issuing", "supplier")
    ]
    root, issuing, supplier = TIERS
    keys = made_keys(list(TIERS))
    act = [
        # Each order is linted before its key, though no issuer has a certificate yet.
        *keys,
        self_signed(root),
        *issued(root, issuing),
        *issued(issuing, supplier),
        *(step for name in TIERS for step in read_backs(name)),
    ]
    made = tmp_path_factory.mktemp("tiers")
    with play_act(site_base, made, [*things, *asked], act) as played:
        yield played


def leaves_of(played: Played) -> list[dict[str, Any]]:
    """Read the leaves of a played ceremony from its pack."""
    lines = (played.files / "events.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def text_of(played: Played, name: str) -> str:
    """Give a certificate as openssl reads it."""
    show = ["openssl", "x509", "-in", f"certificate-{name}-cert.pem", "-noout", "-text"]
    return run_tool(show, played.files).stdout.decode()


def test_the_packs_of_other_kinds_and_tiers_verify(
    kinds: Played, tiers: Played
) -> None:
    assert (kinds.lines[0], tiers.lines[0]) == (VERIFIED, VERIFIED)


@pytest.mark.parametrize("name", KINDS)
def test_openssl_verifies_the_root_and_names_its_signature(
    kinds: Played, name: str
) -> None:
    file = f"certificate-{name}-cert.pem"
    verify = ["openssl", "verify", "-check_ss_sig", "-CAfile", file, file]
    assert run_tool(verify, kinds.files).stdout.decode() == f"{file}: OK\n"
    shown = text_of(kinds, name)
    assert f"Signature Algorithm: {KINDS[name][2]}" in shown
    assert f"Subject: C = GB, O = Example, CN = Root {name}" in shown


def test_a_request_on_p384_is_answered_and_openssl_builds_the_path(
    kinds: Played,
) -> None:
    root, below = (f"certificate-{name}-cert.pem" for name in ("p384", "below"))
    verify = ["openssl", "verify", "-x509_strict", "-CAfile", root, below]
    ran = run_tool(verify, kinds.files)
    assert ran.stdout.decode() == f"{below}: OK\n", ran.stderr
    asked = ["openssl", "req", "-in", "request-below-request.csr", "-inform", "DER"]
    shown = run_tool([*asked, "-noout", "-text", "-verify"], kinds.files)
    assert b"Signature Algorithm: ecdsa-with-SHA384" in shown.stdout


def test_each_signature_is_recorded_by_its_algorithm(kinds: Played) -> None:
    told = {
        leaf["data"]["thing"]: leaf["data"]["algorithm"]
        for leaf in leaves_of(kinds)
        if leaf["type"] == "hsm.intent"
        and leaf["data"]["verb"] in ("certificate.self-sign", "crl.issue")
    }
    certificates = {f"{name}-cert": OURS[name] for name in KINDS}
    assert told == {**certificates, "pss-arl": OURS["pss"]}


def test_a_root_that_signs_by_pss_signs_its_list_by_pss(kinds: Played) -> None:
    show = ["openssl", "crl", "-in", "crl-pss-arl.crl", "-inform", "DER", "-noout"]
    ran = run_tool(
        [*show, "-text", "-verify", "-CAfile", "certificate-pss-cert.pem"], kinds.files
    )
    assert ran.stderr == b"verify OK\n"
    shown = ran.stdout.decode()
    # In what was signed, and beside the signature.
    assert shown.count("Signature Algorithm: rsassaPss") == 2
    assert shown.count("Hash Algorithm: sha256") == 2
    assert "Serial Number: 4A" in shown


def test_openssl_builds_the_path_through_the_issuing_ca(tiers: Played) -> None:
    root, issuing, supplier = (f"certificate-{name}-cert.pem" for name in TIERS)
    verify = ["openssl", "verify", "-x509_strict", "-CAfile", root]
    ran = run_tool([*verify, "-untrusted", issuing, supplier], tiers.files)
    assert ran.stdout.decode() == f"{supplier}: OK\n", ran.stderr
    shown = text_of(tiers, "supplier")
    assert "Issuer: OU = 07, CN = Z1" in shown
    assert "Digital Signature" in shown
    assert "CA:TRUE" not in shown


def test_each_certificate_is_linted_twice_and_what_departs_is_told(
    tiers: Played,
) -> None:
    told = {
        (leaf["data"]["subject"], leaf["data"]["stage"]): leaf["data"]["second"]
        for leaf in leaves_of(tiers)
        # No other tool lints requests.
        if leaf["type"] == "lint.checked"
        and not leaf["data"]["subject"].endswith("-request")
    }
    assert len(told) == 2 * len(TIERS)
    assert {each["tool"] for each in told.values()} == {"pkilint"}
    for stage in ("before-key", "before-signing"):
        assert told["root-cert", stage]["findings"] == []
        (found,) = told["supplier-cert", stage]["findings"]
        assert found["rule"] == "itu.invalid_asn1_syntax"
        assert "X.520, section 6.2.7" in found["departs"]
    report = (tiers.files / "lint-supplier-cert-before-signing.json").read_bytes()
    second = json.loads(report)["second"]
    assert second["findings"][0]["departs"] == found["departs"]
    assert second["rules"] == told["supplier-cert", "before-signing"]["rule_count"]


def test_the_path_of_each_certificate_is_told_up_to_the_root(tiers: Played) -> None:
    told = {
        leaf["data"]["thing"]: leaf["data"]["path"]
        for leaf in leaves_of(tiers)
        if leaf["type"] == "hsm.outcome" and "certificate" in leaf["data"]
    }
    digests = [openssl_digest(tiers, name) for name in TIERS]
    for number, name in enumerate(TIERS):
        path = told[f"{name}-cert"]
        assert path["tool"] == "pyhanko-certvalidator"
        assert path["certificates"] == digests[: number + 1][::-1]
        assert "rule" not in path


def openssl_digest(played: Played, name: str) -> str:
    show = ["openssl", "x509", "-in", f"certificate-{name}-cert.pem", "-noout"]
    said = run_tool([*show, "-fingerprint", "-sha256"], played.files).stdout.decode()
    return said.partition("=")[2].strip().replace(":", "").lower()


def test_what_is_waived_is_told_at_the_step_on_page_1_and_by_the_verifier(
    kinds: Played,
) -> None:
    ground = (
        "waived by A. Able, security officer until 9999-12-31: "
        f"{WAIVED} [RFC 5280, section 4.2.1.6]"
    )
    for leaf in leaves_of(kinds):
        if leaf["type"] == "lint.checked" and leaf["data"]["subject"] == "below-cert":
            (found,) = leaf["data"]["second"]["findings"]
            assert found["rule"] == "pkix.invalid_uri_syntax"
            assert found["waived"] == ground
    told = f"Waiver: pkix.invalid_uri_syntax in below-cert is {ground}."
    assert told in kinds.remarks
    first, *rest = kinds.pages
    assert told in first
    by = ground.removeprefix("waived ")
    assert any(by in page and "second lint" in page for page in rest)
    report = next(page for page in rest if "What was linted is what was signed" in page)
    assert "Profile root-ca-ec-p384 19 rules 19 pass" in report
    assert any(f"W{ground[1:]}" in page for page in rest)


def test_what_is_warned_of_is_signed_and_told_in_the_record_and_on_the_pages(
    kinds: Played,
) -> None:
    said = "'https://ca.example/root.cer' does not."
    told = [
        leaf["data"]
        for leaf in leaves_of(kinds)
        if leaf["type"] == "lint.checked" and leaf["data"]["findings"]
    ]
    assert {each["subject"] for each in told} == {"below-cert"}
    for each in told:
        (found,) = each["findings"]
        assert (found["rule"], found["severity"]) == ("PKI-URL-01", "warning")
        assert found["text"].endswith(said)
    under = [page for page in kinds.pages if "Of severity warning only" in page]
    assert len(under) == 1
    assert said in under[0]
    assert any(said in page and "second lint" in page for page in kinds.pages)


def test_a_chain_of_three_tiers_goes_up_to_the_root(tiers: Played) -> None:
    root, issuing, supplier = (
        (tiers.files / f"certificate-{name}-cert.pem").read_bytes() for name in TIERS
    )
    for name, chain in (
        ("supplier", supplier + issuing + root),
        ("issuing", issuing + root),
        ("root", root),
    ):
        assert (tiers.files / f"chain-{name}-cert.pem").read_bytes() == chain
    file = "certificate-supplier-cert.pem"
    verify = [
        "openssl",
        "verify",
        "-check_ss_sig",
        "-CAfile",
        "chain-supplier-cert.pem",
    ]
    assert run_tool([*verify, file], tiers.files).stdout.decode() == f"{file}: OK\n"
