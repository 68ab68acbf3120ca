"""``ceremony pki lint`` and ``inspect`` of revocation lists, as a person types them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import digest_words
from ceremony.pki.crl_lint import CRL_RULES
from tests.cli.pki_command import commands, pki
from tests.fakes.golden import FOLDER, golden
from tests.fakes.golden_lists import FAILING, LISTS, PASSING, golden_list
from tests.fakes.outside_tool import run_tool
from tests.fakes.pki_files import (
    ROOT_KEY,
    bare_list,
    device_request,
    root_and_sub,
    root_list,
    save,
)
from tests.rehearsals.stage import Told
from tests.unit.pki.crls import changed, more, put

ROOT = FOLDER / "web-root.pem"
ARL = ("--profile", "smki-oca-arl")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    root, sub = root_and_sub()
    crl = root_list()
    der = crl.public_bytes(Encoding.DER)
    pem = crl.public_bytes(Encoding.PEM)
    return save(
        tmp_path_factory.mktemp("lists"),
        root=root.public_bytes(Encoding.PEM),
        sub=sub.public_bytes(Encoding.PEM),
        request=device_request().public_bytes(Encoding.DER),
        crl=der,
        pem=pem,
        bare=b"\n".join(pem.splitlines()[1:-1]),
        flipped=der[:-1] + bytes([der[-1] ^ 1]),
        nothing=bare_list().public_bytes(Encoding.PEM),
        twice=changed(crl, more("2.5.29.20", "020107")).public_bytes(Encoding.DER),
        cut=pem[:300],
        long=bytes(4 * 1024 * 1024 + 1),
    )


def lint(name: str, *extra: object) -> Told:
    file, profile = LISTS / f"{name}.crl", LISTS / f"{name}.yaml"
    return pki("lint", file, "--profile", profile, "--issuer", ROOT, *extra)


def lint_root_list(files: Mapping[str, str], name: str, *extra: object) -> Told:
    named = ("--profile", "smki-oca-arl", "--issuer", files["root"])
    return pki("lint", files[name], *named, *extra)


@pytest.mark.parametrize("name", [PASSING, FAILING])
def test_the_golden_lists_are_made_again_byte_for_byte(name: str) -> None:
    made = golden_list(name)
    assert (LISTS / f"{name}.crl").read_bytes() == made.public_bytes(Encoding.DER)
    ran = run_tool(
        [
            *("openssl", "crl", "-inform", "DER", "-in", f"{name}.crl", "-noout"),
            *("-verify", "-CAfile", str(ROOT)),
        ],
        LISTS,
    )
    assert ran.stderr == b"verify OK\n"


def test_a_list_that_both_lints_pass_is_told_so() -> None:
    said = lint(PASSING)
    assert said.status == 0, said.all
    assert said.out.endswith(
        f"held against {PASSING}\n"
        "No fact of the profile is unverified.\n"
        "Lint: the revocation list meets the profile; 14 rules: 0 findings.\n"
        "Second lint: pkilint 0.13.3 has no objection; asked 31 times: 0 findings.\n"
        "Signature: good, by the issuer that was named.\n"
    )


def test_a_list_that_the_second_lint_alone_objects_to_is_told_so() -> None:
    said = lint(FAILING)
    assert said.status == 1
    assert "Lint: the revocation list meets the profile; 14 rules: 0 fi" in said.out
    assert "[cabf.arl_invalid_validity_period; CA/Browser Forum TLS" in said.out
    assert "pkilint 0.13.3 objects; asked 31 times: 1 finding." in said.out


def test_a_list_is_linted_by_a_profile_that_ships(files: Mapping[str, str]) -> None:
    for name in ("crl", "pem", "bare"):
        said = lint_root_list(files, name)
        assert said.status == 0, said.all
        told = re.sub(r"\s+", " ", said.out)
        assert "A revocation list may meet the profile and yet be wrong" in told
    said = lint_root_list(files, "nothing")
    assert said.status == 1
    assert "[PKI-CRL-07]" in said.out
    told = re.sub(r"\s+", " ", said.out)
    assert "[pkix.crl_number_missing; RFC 5280, section 5.2.3]" in told
    assert "Lint: the revocation list does not meet the profile; 14 ru" in said.out


@pytest.mark.parametrize("issuer", ["sub", "root"])
def test_a_list_that_the_issuer_did_not_sign_is_told(
    files: Mapping[str, str], issuer: str
) -> None:
    name = "flipped" if issuer == "root" else "crl"
    named = ("--profile", "generic-arl", "--issuer", files[issuer])
    said = pki("lint", files[name], *named)
    assert said.status == 1
    assert said.out.endswith(
        "Signature: WRONG, not signed by the issuer that was named.\n"
    )


def test_the_lint_of_a_list_is_one_json_document(files: Mapping[str, str]) -> None:
    said = lint(FAILING, "--format", "json", "--rules")
    told = json.loads(said.out)
    raw = (LISTS / f"{FAILING}.crl").read_bytes()
    root = golden("web-root").certificate.public_bytes(Encoding.DER)
    assert said.status == 1
    assert told["crl"] == hashlib.sha256(raw).hexdigest()
    assert told["unverified"] == []
    assert told["lint"]["findings"] == []
    (found,) = told["lint"]["second"]["findings"]
    assert found["rule"] == "cabf.arl_invalid_validity_period"
    digest = hashlib.sha256(root).hexdigest()
    assert told["signature"] == {"issuer": digest, "good": True}
    assert [each["rule"] for each in told["rules"]] == [rule.id for rule in CRL_RULES]
    assert not any(each["broken"] for each in told["rules"])
    plain = json.loads(lint_root_list(files, "crl", "--format", "json").out)
    assert set(plain) == {"crl", "unverified", "lint", "signature"}
    assert plain["unverified"] == ["next-update", "scope", "reasons"]


def test_the_rules_about_lists_are_listed_where_asked_for(
    files: Mapping[str, str],
) -> None:
    said = lint_root_list(files, "nothing", "--rules")
    states = dict(re.findall(r"^  (PKI-\S+): (.+)$", said.out, re.MULTILINE))
    assert list(states) == [rule.id for rule in CRL_RULES]
    assert states["PKI-CRL-07"] == "broken"
    assert states["PKI-CRL-03"] == "no finding"
    assert "Rules that were asked" not in lint_root_list(files, "crl").out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("{crl}", *ARL), "CLI-ISSUER-01"),
        (("{sub}", *ARL, "--issuer", "{root}"), "PKI-FILE-03"),
        (("{request}", *ARL, "--issuer", "{root}"), "PKI-FILE-03"),
        (("{request}", *ARL), "PKI-FILE-03"),
        (("{sub}", *ARL), "PKI-FILE-03"),
        (("{cut}", *ARL, "--issuer", "{root}"), "PKI-FILE-01"),
        (("{long}", *ARL, "--issuer", "{root}"), "PKI-FILE-01"),
        (("{twice}", *ARL, "--issuer", "{crl}"), "PKI-FILE-01"),
    ],
)
def test_what_cannot_be_linted_as_a_list_is_told_in_three_lines(
    files: Mapping[str, str], arguments: tuple[str, ...], code: str
) -> None:
    paths = [re.sub(r"\{(.+)\}", lambda m: files[m[1]], each) for each in arguments]
    said = pki("lint", *paths)
    assert (said.status, said.out) == (2, "")
    assert f"[{code}]\nWhat it means: " in said.err
    assert "\nWhat to do: " in said.err


@pytest.mark.parametrize(("first", "next_one"), [("root", "sub"), ("sub", "root")])
def test_a_chain_for_an_issuer_is_told_how_to_be_taken_apart(
    files: Mapping[str, str], tmp_path: Path, first: str, next_one: str
) -> None:
    texts = [Path(files[name]).read_text() for name in (first, next_one)]
    chain, alone = tmp_path / "chain-arl.pem", tmp_path / "alone.pem"
    chain.write_text("".join(texts))
    said = pki("lint", files["crl"], *ARL, "--issuer", chain)
    assert (said.status, said.out) == (2, "")
    told = f"{chain} holds several certificates, and not one. [PKI-FILE-01]\n"
    assert said.err.startswith(told)
    command = "openssl x509 -in FILE -out NEW"
    assert command in re.sub(r"\s+", " ", said.err)
    run = command.replace("FILE", chain.name).replace("NEW", alone.name)
    run_tool(run.split(), tmp_path)
    assert alone.read_text() == texts[0]


@pytest.mark.parametrize("named", [(), ("--issuer", "{root}")], ids=["alone", "under"])
def test_what_is_no_list_is_told_that_the_profile_is_one_of_lists(
    files: Mapping[str, str], named: tuple[str, ...]
) -> None:
    said = pki(
        "lint", files["request"], *ARL, *(each.format(**files) for each in named)
    )
    assert said.err.startswith(
        f"{files['request']} holds a request, and the profile smki-oca-arl is one of "
        "revocation lists. [PKI-FILE-03]\n"
    )
    remedy = "Give the revocation list, or name a profile of certificates."
    assert remedy in re.sub(r"\s+", " ", said.err)


def test_a_profile_of_lists_that_is_wrong_is_told_with_every_fault(
    files: Mapping[str, str], tmp_path: Path
) -> None:
    text = (LISTS / f"{PASSING}.yaml").read_text().replace("365 days,", "a year,")
    (tmp_path / "own.yaml").write_text(text)
    named = ("--profile", tmp_path / "own.yaml", "--issuer", files["root"])
    said = pki("lint", files["crl"], *named)
    assert (said.status, said.out) == (2, "")
    assert "[PKI-LIST-02]" in said.err


@pytest.mark.parametrize("name", ["crl", "pem", "bare"])
def test_an_inspected_list_is_shown_as_openssl_reads_it(
    files: Mapping[str, str], name: str, tmp_path: Path
) -> None:
    said = pki("inspect", files[name], "--issuer", files["root"])
    assert said.status == 0, said.all
    ran = run_tool(["sh", "-e", "-c", commands(said.out)], tmp_path)
    assert b"verify OK\n" in ran.stderr
    shown = ran.stdout.decode()
    der = Path(files["crl"]).read_bytes()
    (digest,) = re.findall(r"^([0-9a-f]{64})  -$", shown, re.MULTILINE)
    assert digest == hashlib.sha256(der).hexdigest()
    assert f"    {digest}\n" in said.out
    words = [word for row in digest_words.rows(bytes.fromhex(digest)) for word in row]
    after = said.out.split("The same in words")[1].split("The same with other")[0]
    assert re.findall(r"\b[A-Za-z]+\b", after)[-32:] == words
    assert "Issuer: OU=00, CN=ZA\nThis update: 2026-01-02 00:00:00 UTC\n" in said.out
    assert "Issuer: OU = 00, CN = ZA" in shown
    assert "Next update: 2027-01-02 00:00:00 UTC\n" in said.out
    assert "Next Update: Jan  2 00:00:00 2027 GMT" in shown
    assert "Extension cRLNumber (2.5.29.20), not critical:\n    7\n" in said.out
    serials = re.findall(r"Serial Number: ([0-9A-F]+)", shown)
    assert re.findall(r"serial number ([0-9a-f]+),", said.out) == [
        each.lower() for each in serials
    ]
    assert "    from 2026-01-02 00:00:00 UTC: superseded\n" in said.out
    assert "Superseded" in shown


def test_a_list_says_who_signed_it(files: Mapping[str, str], tmp_path: Path) -> None:
    alone = pki("inspect", files["crl"])
    assert alone.status == 0
    assert re.sub(r"\s+", " ", alone.out).endswith(
        "The signature of the revocation list was NOT CHECKED: the certificate of its "
        "issuer, OU=00, CN=ZA, was not named with --issuer. "
    )
    assert "-verify" not in alone.out
    under = pki("inspect", files["crl"], "--issuer", files["root"])
    assert under.out.endswith(
        "The revocation list is signed by the issuer that was named, OU=00, CN=ZA.\n"
        "OU=00, CN=ZA is signed by its own key; that alone makes nobody trust it.\n"
    )
    out = tmp_path / "out"
    for name, issuer in (("flipped", "root"), ("crl", "sub")):
        said = pki("inspect", files[name], "--issuer", files[issuer], "--out", out)
        assert said.status == 1
        assert "list is NOT signed by the issuer that was named" in said.out
        assert said.out.endswith("Nothing was written.\n")
    assert not out.exists()


def test_a_list_signed_by_no_known_algorithm_is_not_by_its_issuer(
    files: Mapping[str, str], tmp_path: Path
) -> None:
    strange = changed(root_list(), put("signature", {"algorithm": "1.2.3.4"}))
    path = save(tmp_path, strange=strange.public_bytes(Encoding.DER))["strange"]
    said = pki("inspect", path, "--issuer", files["root"])
    assert said.status == 1
    assert "Signature algorithm: 1.2.3.4\n" in said.out
    assert "list is NOT signed by the issuer that was named" in said.out


def test_a_list_is_written_with_the_chain_of_its_issuer(
    files: Mapping[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    said = pki("inspect", files["pem"], "--issuer", files["root"], "-o", out)
    assert said.out.endswith(
        f"Written to {out}: crl.pem, crl.der, crl.txt, chain.pem.\n"
    )
    assert (out / "crl.der").read_bytes() == Path(files["crl"]).read_bytes()
    verify = ["openssl", "crl", "-in", "crl.pem", "-noout", "-verify"]
    ran = run_tool([*verify, "-CAfile", "chain.pem"], out)
    assert ran.stderr == b"verify OK\n"
    text = (out / "crl.txt").read_text("ascii")
    assert text.startswith("Certificate revocation list\nVersion: 2\n")


def test_a_list_of_another_ca_is_shown_whole(tmp_path: Path) -> None:
    """A delta, in which one certificate is removed and one was invalid before."""
    root, _ = root_and_sub()
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    removed = x509.CRLReason(x509.ReasonFlags.remove_from_crl)
    before = x509.InvalidityDate(datetime(2025, 12, 1))  # noqa: DTZ001  the library takes naive UTC
    entry = x509.RevokedCertificateBuilder().revocation_date(first)
    builder = (
        x509.CertificateRevocationListBuilder(root.subject, first, last)
        .add_extension(x509.DeltaCRLIndicator(1), critical=True)
        .add_revoked_certificate(
            entry.serial_number(9).add_extension(removed, critical=False).build()
        )
        .add_revoked_certificate(
            entry.serial_number(10).add_extension(before, critical=True).build()
        )
    )
    crl = builder.sign(ROOT_KEY, hashes.SHA256())
    path = save(tmp_path, delta=crl.public_bytes(Encoding.DER))["delta"]
    said = pki("inspect", path)
    assert said.status == 0, said.all
    assert (
        "Extension deltaCRLIndicator (2.5.29.27), critical:\n"
        "    what has changed since the list of number 1\n" in said.out
    )
    assert (
        "    serial number 09,\n"
        "    from 2026-01-01 00:00:00 UTC: removeFromCRL\n"
        "    serial number 0a,\n"
        "    from 2026-01-01 00:00:00 UTC: unspecified\n"
        "    Entry extension invalidityDate (2.5.29.24), critical:\n"
        "        invalid since 2025-12-01 00:00:00 UTC\n"
    ) in said.out


@pytest.mark.parametrize(
    ("name", "code"),
    [("cut", "PKI-FILE-01"), ("long", "PKI-FILE-01"), ("twice", "PKI-LIST-07")],
)
def test_a_list_that_cannot_be_read_is_told_and_nothing_is_shown(
    files: Mapping[str, str], name: str, code: str
) -> None:
    said = pki("inspect", files[name])
    assert (said.status, said.out) == (2, "")
    assert f"[{code}]\nWhat it means: " in said.err
