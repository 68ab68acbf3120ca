"""``ceremony pki lint`` and ``inspect``, as a person types them."""

from __future__ import annotations

import hashlib
import json
import re
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import digest_words
from ceremony.pki.builtin import builtin_text, load_builtin_profile
from ceremony.pki.lint import RULES, report_twice, rules_for
from ceremony.pki.other_kind import KEY_REMEDY
from tests.cli.pki_command import commands, pki
from tests.fakes.golden import FOLDER
from tests.fakes.outside_tool import run_tool
from tests.fakes.pki_files import (
    bare_list,
    device_request,
    other_files,
    root_and_sub,
    save,
)
from tests.rehearsals.stage import Told

COLOUR = "\x1b["


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    folder = tmp_path_factory.mktemp("files")
    root, sub = root_and_sub()
    request = device_request()
    flipped = bytearray(sub.public_bytes(Encoding.DER))
    flipped[-1] ^= 1
    pem = request.public_bytes(Encoding.PEM)
    return save(
        folder,
        root=root.public_bytes(Encoding.PEM),
        sub=sub.public_bytes(Encoding.DER),
        flipped=bytes(flipped),
        zero=_without_serial(sub),
        request=pem,
        bare=b"\n".join(pem.splitlines()[1:-1]),
        crl=bare_list().public_bytes(Encoding.DER),
        **{name: content for name, content, _ in other_files()},
    )


def _without_serial(certificate: x509.Certificate) -> bytes:
    """The serial number becomes zero, of which libraries warn."""
    raw = asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
    raw["tbs_certificate"]["serial_number"] = 0
    return bytes(raw.dump())


def lint_sub(files: Mapping[str, str], name: str, *more: str) -> Told:
    named = ("--profile", "smki-issuing-oca", "--issuer", files["root"])
    return pki("lint", files[name], *named, *more)


def test_good_certificates_meet_their_profiles(files: Mapping[str, str]) -> None:
    said = pki("lint", files["root"], "--profile", "smki-root-oca")
    assert said.status == 0, said.all
    facts = "10 facts of the profile are unverified: path-length, extended-key-usage,"
    assert f"held against smki-root-oca, environment test\n{facts}\n" in said.out
    assert said.out.endswith(
        "wrong in these.\n"
        "Lint: the certificate meets the profile; 26 rules: 0 findings.\n"
        "Second lint: pkilint 0.13.3 has no objection; asked 41 times: 0 findings.\n"
        "Signature: good, by its own key.\n"
    )
    said = lint_sub(files, "sub")
    assert said.status == 0, said.all
    assert said.out.endswith(
        "No fact of the profile is unverified.\n"
        "Lint: the certificate meets the profile; 30 rules: 0 findings.\n"
        "Second lint: pkilint 0.13.3 has no objection; asked 44 times: 0 findings.\n"
        "Signature: good, by the issuer that was named.\n"
    )
    assert COLOUR not in said.all


def test_a_wrong_signature_is_told_apart_from_the_lint(
    files: Mapping[str, str],
) -> None:
    said = lint_sub(files, "flipped")
    assert said.status == 1
    assert "Lint: the certificate meets the profile" in said.out
    assert said.out.endswith(
        "Signature: WRONG, not signed by the issuer that was named.\n"
    )


def test_a_broken_rule_is_told_with_its_id(files: Mapping[str, str]) -> None:
    said = pki("lint", files["sub"], "--profile", "smki-root-oca")
    assert said.status == 1
    assert "[PKI-BC-01]" in said.out
    assert "Lint: the certificate does not meet the profile; 26 rules: " in said.out
    assert "Signature: WRONG, not signed by the key in it.\n" in said.out
    long = [line for line in said.out.splitlines()[1:] if len(line) > 80]
    assert long == []


def test_a_serial_number_of_zero_is_a_finding_and_no_failure(
    files: Mapping[str, str],
) -> None:
    said = lint_sub(files, "zero")
    assert (said.status, said.err) == (1, "")
    assert "[PKI-SERIAL-01]" in said.out


def test_the_lint_is_one_json_document(files: Mapping[str, str]) -> None:
    root, sub = root_and_sub()
    said = lint_sub(files, "flipped", "--format", "json", "--rules")
    assert (said.status, said.err) == (1, "")
    told = json.loads(said.out)
    profile = load_builtin_profile("smki-issuing-oca")
    digest = hashlib.sha256(root.public_bytes(Encoding.DER)).hexdigest()
    rules = told.pop("rules")
    assert told == {
        "certificate": hashlib.sha256(Path(files["flipped"]).read_bytes()).hexdigest(),
        "environment": "test",
        "unverified": [],
        "lint": report_twice(sub, profile, root).as_record(),
        "signature": {"issuer": digest, "good": False},
    }
    assert rules == [
        {
            "rule": rule.id,
            "severity": rule.severity.value,
            "sentence": rule.sentence,
            "source": rule.source,
            "broken": False,
        }
        for rule in rules_for(profile)
    ]


def test_the_rules_are_listed_where_asked_for_alone(files: Mapping[str, str]) -> None:
    said = pki("lint", files["root"], "--profile", "smki-root-oca", "--format", "json")
    told = json.loads(said.out)
    assert (said.status, set(told)) == (
        0,
        {"certificate", "environment", "unverified", "lint", "signature"},
    )
    facts = load_builtin_profile("smki-root-oca").unverified
    assert told["unverified"] == [fact.name for fact in facts]
    assert told["signature"] == {"issuer": told["certificate"], "good": True}


def test_one_unverified_fact_is_told_as_one(
    files: Mapping[str, str], tmp_path: Path
) -> None:
    text = builtin_text("smki-root-oca").replace("unverified\n", "standard\n", 9)
    (tmp_path / "own.yaml").write_text(text)
    said = pki("lint", files["root"], "--profile", tmp_path / "own.yaml")
    assert said.status == 0
    assert (
        "1 fact of the profile is unverified: policies. A certificate may meet the\n"
        "profile and yet be wrong in it.\n"
    ) in said.out


def test_what_the_second_linter_finds_is_told_and_whether_it_is_expected(
    tmp_path: Path,
) -> None:
    issuer = ("--issuer", FOLDER / "smki-issuing-oca.pem")
    file = FOLDER / "smki-supplier-ds.pem"
    said = pki("lint", file, "--profile", "smki-supplier-ds", *issuer)
    assert said.status == 0, said.all
    told = re.sub(r"\s+", " ", said.out)
    assert "[itu.invalid_asn1_syntax; ITU-T X.509, X.520 and X.690]" in told
    assert "expected: The unique identifier is a BIT STRING" in told
    assert "pkilint 0.13.3 has no objection; asked 42 times: 1 finding." in told
    assert max(map(len, said.out.splitlines()[1:])) <= 80
    own = builtin_text("smki-organisation-ds").replace(
        "about: OID 2.5.4.45", "about: OID 2.5.4.46"
    )
    (tmp_path / "own.yaml").write_text(own)
    said = pki("lint", file, "--profile", tmp_path / "own.yaml", *issuer)
    assert said.status == 1
    assert "pkilint 0.13.3 objects; asked 42 times: 1 finding." in said.out
    assert "Lint: the certificate meets the profile" in said.out


def test_each_rule_that_was_asked_is_listed_with_its_source(
    files: Mapping[str, str],
) -> None:
    said = lint_sub(files, "zero", "--rules")
    states = dict(re.findall(r"^  ((?:PKI|SMKI)-\S+): (.+)$", said.out, re.MULTILINE))
    asked = rules_for(load_builtin_profile("smki-issuing-oca"))
    assert list(states) == [rule.id for rule in asked]
    assert len(states) < len(RULES)
    assert states.pop("PKI-SERIAL-01") == "broken"
    assert states.pop("SMKI-SERIAL-01") == "broken"
    assert set(states.values()) == {"no finding"}
    told = re.sub(r"\s+", " ", said.out)
    assert all(f"{rule.sentence} [{rule.source}]" in told for rule in asked)
    assert max(map(len, said.out.splitlines()[1:])) <= 80


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("{sub}", "--profile", "smki-issuing-oca"), "CLI-ISSUER-01"),
        (
            ("{root}", "--profile", "smki-root-oca", "--issuer", "{root}"),
            "CLI-ISSUER-01",
        ),
        (("{root}", "--profile", "nothing"), "CLI-PROFILE-01"),
        (
            ("{sub}", "--profile", "smki-issuing-oca", "--issuer", "{request}"),
            "PKI-FILE-02",
        ),
        (("{crl}", "--profile", "smki-root-oca"), "PKI-FILE-01"),
        (("{root}.absent", "--profile", "smki-root-oca"), "SCRIPT-READ-01"),
    ],
)
def test_what_cannot_be_linted_is_told_in_three_lines(
    files: Mapping[str, str], arguments: tuple[str, ...], code: str
) -> None:
    paths = [re.sub(r"\{(.+)\}", lambda m: files[m[1]], each) for each in arguments]
    said = pki("lint", *paths)
    assert (said.status, said.out) == (2, "")
    assert f"[{code}]\nWhat it means: " in said.err
    assert "\nWhat to do: " in said.err


@pytest.mark.parametrize("name", ["root", "sub", "request", "bare"])
def test_the_commands_that_are_shown_give_what_is_shown(
    files: Mapping[str, str], name: str, tmp_path: Path
) -> None:
    issuer = ("--issuer", files["root"]) if name == "sub" else ()
    said = pki("inspect", files[name], *issuer)
    assert said.status == 0, said.all
    ran = run_tool(["sh", "-e", "-c", commands(said.out)], tmp_path)
    out = ran.stdout.decode()
    digests = re.findall(r"^([0-9a-f]{40,64})  -$", out, re.MULTILINE)
    assert [len(each) for each in digests] == [64, 64, 40]
    shown = re.findall(r"^    ([0-9a-f]{64})$", said.out, re.MULTILINE)
    assert shown == digests[:2]
    bits = bytes.fromhex(digests[2])
    assert f"        {bits.hex(':')}\n" in said.out
    # RFC 5280, section 4.2.1.2, method (2).
    low = (0x4 << 60 | int.from_bytes(bits, "big") & (1 << 60) - 1).to_bytes(8, "big")
    assert f"        {low.hex(':')}\n" in said.out
    words = [w for row in digest_words.rows(bytes.fromhex(digests[0])) for w in row]
    at = said.out.index("The same in words")
    assert (
        re.findall(r"\b[A-Za-z]+\b", said.out[at:].split("SHA-256")[0])[-32:] == words
    )
    good = ": OK" if name in {"root", "sub"} else "verify OK"
    assert good in (out + ran.stderr.decode())


def test_a_certificate_says_who_signed_it(files: Mapping[str, str]) -> None:
    alone = pki("inspect", files["sub"])
    assert alone.status == 0
    assert re.sub(r"\s+", " ", alone.out).endswith(
        "The signature of OU=07, CN=Z1 was NOT CHECKED: the certificate of its issuer, "
        "OU=00, CN=ZA, was not named with --issuer. "
    )
    under = pki("inspect", files["sub"], "--issuer", files["root"])
    assert under.out.endswith(
        "OU=07, CN=Z1 is signed by the issuer that was named, OU=00, CN=ZA.\n"
        "OU=00, CN=ZA is signed by its own key; that alone makes nobody trust it.\n"
    )
    assert "method 2, which it states itself:" in under.out
    assert max(map(len, under.out.splitlines()[1:])) <= 200
    body = under.out.split("The same with other tools")[0].splitlines()[1:]
    assert max(map(len, body)) <= 80


def test_a_signature_by_another_key_is_told_and_nothing_is_written(
    files: Mapping[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    for name, issuer in (("flipped", "root"), ("root", "sub")):
        said = pki("inspect", files[name], "--issuer", files[issuer], "--out", out)
        assert said.status == 1
        assert "is NOT signed by the issuer that was named" in said.out
        assert said.out.endswith("Nothing was written.\n")
    assert not out.exists()


def test_a_request_that_its_own_key_did_not_sign_is_told(
    files: Mapping[str, str], tmp_path: Path
) -> None:
    der = bytearray(device_request().public_bytes(Encoding.DER))
    der[-1] ^= 1
    path = save(tmp_path, torn=bytes(der))["torn"]
    said = pki("inspect", path)
    assert said.status == 1
    assert said.out.endswith(
        "The request is NOT shown to be signed with the key that it names.\n"
    )
    good = pki("inspect", files["request"])
    assert good.out.endswith("The request is signed with the key that it names.\n")


def test_a_root_that_its_own_key_did_not_sign_is_told(tmp_path: Path) -> None:
    der = bytearray(root_and_sub()[0].public_bytes(Encoding.DER))
    der[-1] ^= 1
    path = save(tmp_path, root=bytes(der))["root"]
    said = pki("inspect", path)
    assert said.status == 1
    assert said.out.endswith(
        "OU=00, CN=ZA names itself as issuer and is NOT signed by its own key.\n"
    )
    ran = run_tool(["sh", "-c", commands(said.out)], tmp_path)
    assert b": OK" not in ran.stdout


def test_what_is_written_can_be_used_and_is_never_written_over(
    files: Mapping[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    wanted = ("inspect", files["sub"], "--issuer", files["root"], "--out", out)
    said = pki(*wanted)
    assert said.status == 0, said.all
    assert said.out.endswith(
        f"Written to {out}: certificate.pem, certificate.der, certificate.txt, "
        "chain.pem.\n"
    )
    root, sub = root_and_sub()
    assert (out / "certificate.der").read_bytes() == sub.public_bytes(Encoding.DER)
    assert (out / "certificate.pem").read_bytes() == sub.public_bytes(Encoding.PEM)
    chain = x509.load_pem_x509_certificates((out / "chain.pem").read_bytes())
    assert chain == [sub, root]
    text = (out / "certificate.txt").read_text("ascii")
    assert text.startswith("Certificate\nVersion: 3\n")
    assert text.rstrip("\n") in said.out
    ran = run_tool(
        [
            *("openssl", "verify", "-no_check_time", "-CAfile", files["root"]),
            *("-untrusted", "chain.pem", "certificate.pem"),
        ],
        out,
    )
    assert ran.stdout == b"certificate.pem: OK\n"
    before = {path: path.read_bytes() for path in out.iterdir()}
    again = pki(*wanted)
    assert (again.status, again.out) == (2, "")
    assert "[CLI-OUT-03]" in again.err
    assert {path: path.read_bytes() for path in out.iterdir()} == before
    assert not any(path.stat().st_mode & stat.S_IWOTH for path in out.iterdir())


def test_a_request_is_written_without_a_chain(
    files: Mapping[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert pki("inspect", files["bare"], "-o", out).status == 0
    assert sorted(path.name for path in out.iterdir()) == [
        *("request.der", "request.pem", "request.txt"),
    ]
    assert (out / "request.pem").read_bytes() == Path(files["request"]).read_bytes()


def test_a_request_has_no_issuer(files: Mapping[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    named = ("--issuer", files["root"], "--out", out)
    said = pki("inspect", files["request"], *named)
    assert (said.status, said.out) == (2, "")
    assert "[CLI-ISSUER-02]" in said.err
    assert not out.exists()


def test_a_private_key_is_named_and_nothing_of_it_is_shown(
    files: Mapping[str, str],
) -> None:
    said = pki("inspect", files["key.pem"])
    assert (said.status, said.out) == (2, "")
    assert said.err == (
        f"{files['key.pem']} holds a private key, and no certificate or request. "
        "[PKI-FILE-01]\n"
        "What it means: Nothing was written.\n"
        f"What to do: {KEY_REMEDY}\n"
    )


def test_the_name_of_a_file_forges_no_command(tmp_path: Path) -> None:
    pem = root_and_sub()[0].public_bytes(Encoding.PEM)
    for name, shown in (
        ("a b;c", f"'{tmp_path}/a b;c'"),
        ("a\n    rm b", '"$FILE"'),
    ):
        (tmp_path / name).write_bytes(pem)
        said = pki("inspect", tmp_path / name)
        assert said.status == 0
        assert f"openssl x509 -in {shown} -noout -text\n" in said.out
        assert "\n    rm b" not in said.out
