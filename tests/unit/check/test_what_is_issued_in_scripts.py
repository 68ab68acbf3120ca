"""Below what a script revokes nothing is issued, and nobody crosses themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ceremony.check.findings import Finding
from ceremony.check.rules import check_script
from ceremony.pki.builtin import builtin_text
from ceremony.script.decode import decode_script
from ceremony.script.own_profile import bind_profiles
from tests.fakes.act_script import act_script, own_section
from tests.fakes.renewal_script import (
    ACT,
    KEYS,
    NEXT_KEY,
    PROVEN,
    list_step,
    renewal_script,
)

BATCH = Path(__file__).parents[2] / "vectors/scripts/sound-with-batch.yaml"
REVOKED = "SCRIPT-CERT-08"
LIST = "  list: {kind: crl, title: List of the root, profile: generic-arl}\n"


def told_of(text: str, rule: str, files: dict[str, bytes] | None = None) -> list[str]:
    """Give what a rule says of a script."""
    script = decode_script(text.encode(), "script.yaml")
    script = bind_profiles(script, (files or {}).__getitem__)
    return [it.message for it in check_script(script) if it.rule == rule]


def findings(text: str) -> tuple[Finding, ...]:
    return check_script(decode_script(text.encode(), "script.yaml"))


def with_list(before: str, reason: str = "superseded") -> str:
    """Let the root revoke the issuing CA's certificate before a step of the batch."""
    text = BATCH.read_text().replace(
        "  bag-out: {kind: bag", f"{LIST}  bag-out: {{kind: bag"
    )
    act = "by: administrator, initials: [internal-witness]"
    item = f"issuing-dca-certificate today {reason}"
    with_ = f"{{key: root-dca, crl: list, number: 1, revoked: [{item}]}}"
    listing = (
        f'      - {{id: "2.0", verb: crl.issue, text: It is revoked., {act}, '
        f"irreversible: true, with: {with_}}}\n"
    )
    at = text.index(f'      - {{id: "{before}"')
    numbers = iter(range(1, 99))
    return re.sub(
        r'id: "2\.\d+"',
        lambda _: f'id: "2.{next(numbers)}"',
        text[:at] + listing + text[at:],
    )


@pytest.mark.parametrize(
    ("before", "steps"),
    [("2.15", ["2.17", "2.20"]), ("2.19", ["2.20"]), ("2.20", [])],
)
def test_nothing_is_issued_below_what_an_earlier_step_revokes(
    before: str, steps: list[str]
) -> None:
    found = findings(with_list(before))
    assert [it.message.split()[1] for it in found] == steps
    assert {it.rule for it in found} <= {REVOKED}
    for each in found:
        assert "has issuing-dca issue a certificate" in each.message
        assert "the certificate issuing-dca-certificate of issuing-dca" in each.message
        assert each.message.endswith(": superseded.")


def test_what_is_on_hold_may_be_released_before_anybody_relies_on_it() -> None:
    held = with_list("2.19", "certificate-hold").replace("generic-arl", "generic-crl")
    assert told_of(held, REVOKED) == []


NAMES = "values: {organization: Example, country: GB}"
FORM = b"format: key-ceremony.certificate-profile/1\n"
OWN = {
    f"{name}.yaml": FORM
    + f"name: {name}\ntitle: A CA\nbased-on: {base}\n{more}".encode()
    for name, base, more in (
        ("lower", "issuing-ca-ec-p384", "signed-by: issuing-ca-ec-p384\n"),
        ("lowest", "issuing-ca-ec-p384", "signed-by: lower\n"),
    )
}
"""Profiles of a site's own, for CAs below an issuing one."""


def ca_things(name: str, profile: str) -> list[str]:
    """Give the things of a CA that is made: key, request and certificate."""
    told = f"profile: {profile}, common-name: {name}, {NAMES}"
    return [
        f"{name}: {{kind: key, title: Its key, token: root-hsm, {told}}}",
        f"{name}-request: {{kind: request, title: Its request}}",
        f"{name}-certificate: {{kind: certificate, title: Its own, {told}}}",
        f"{name}-crossed: {{kind: certificate, title: By another, {told}}}",
    ]


def cross_thing(name: str, of: str) -> str:
    told = f"profile: issuing-ca-ec-p384, common-name: {of}, {NAMES}"
    return f"{name}: {{kind: certificate, title: By another, {told}}}"


def asked(key: str) -> str:
    return f"csr.create, with: {{key: {key}, request: {key}-request}}"


def issued(key: str, by: str, certificate: str = "") -> str:
    made = certificate or f"{key}-certificate"
    told = f"key: {by}, request: {key}-request, certificate: {made}"
    return f"certificate.issue, irreversible: true, with: {{{told}}}"


def crossed(of: str, by: str, certificate: str) -> str:
    told = f"key: {by}, of: {of}, certificate: {certificate}"
    return f"certificate.cross-sign, irreversible: true, with: {{{told}}}"


def revoked(certificate: str, by: str) -> str:
    told = f"key: {by}, crl: list, number: 1, revoked: [{certificate} today superseded]"
    return f"crl.issue, irreversible: true, with: {{{told}}}"


ROOT = (
    "certificate.self-sign, irreversible: true, "
    "with: {key: root, certificate: root-certificate}"
)
CHAIN = [ROOT, *(asked(key) for key in ("upper", "lower", "lowest"))]
CHAIN += [issued("upper", "root"), issued("lower", "upper")]


def below(*steps: str) -> list[str]:
    """Say what is revoked and issued below, in a script with three CAs and a root."""
    things = [
        "root-hsm: {kind: token, title: Token}",
        *ca_things("root", "root-ca-ec-p384"),
        *ca_things("upper", "issuing-ca-ec-p384"),
        *ca_things("lower", "lower"),
        *ca_things("lowest", "lowest"),
        "list: {kind: crl, title: List, profile: generic-arl}",
    ]
    text, _ = act_script(things, [*CHAIN, *steps], sections=[own_section(OWN)])
    return told_of(text, REVOKED, OWN)


LOWEST = issued("lowest", "lower")


@pytest.mark.parametrize(
    ("steps", "count"),
    [
        ([LOWEST], 0),
        ([revoked("upper-certificate", "root"), LOWEST], 1),
        ([revoked("lower-certificate", "upper"), LOWEST], 1),
        ([revoked("lowest-certificate", "lower"), LOWEST], 0),
        # A key that is certified anew goes on by its new certificate.
        (
            [
                revoked("upper-certificate", "root"),
                issued("upper", "root", "upper-crossed"),
                LOWEST,
            ],
            0,
        ),
        # By what another CA certifies it, it does not.
        (
            [
                revoked("upper-certificate", "root"),
                crossed("upper-certificate", "root", "upper-crossed"),
                LOWEST,
            ],
            1,
        ),
        (
            [
                revoked("upper-certificate", "root"),
                crossed("lower-certificate", "upper", "lower-crossed"),
            ],
            1,
        ),
    ],
)
def test_the_path_of_who_issues_is_followed_up_to_the_root(
    steps: list[str], count: int
) -> None:
    told = below(*steps)
    assert len(told) == count
    above = steps[0] == revoked("upper-certificate", "root") and steps[-1] == LOWEST
    for message in told:
        assert ("above the certificate of lower: superseded" in message) is above


def renewing(*middle: str, without: str = "") -> list[str]:
    """Say what is revoked and issued below, with what exists already."""
    digests = {name: f"{at:02x}" * 32 for at, name in enumerate((*KEYS, *PROVEN), 1)}
    text, _ = renewal_script(digests, [*ACT[:2], *middle, ACT[-1]])
    kept = (line for line in text.splitlines() if not line.startswith(without or "?"))
    return told_of("\n".join(kept), REVOKED)


BY_ROOT = list_step(1, ["issuing-dca-certificate today superseded"]).replace(
    "key: issuing-dca", "key: root-dca"
)
TAKE, ANSWER = "csr.import, with: {request: meter-request}", ACT[5]
BY_NEXT = ANSWER.replace("issuing-dca", "next-dca")


def test_what_exists_already_and_is_revoked_issues_nothing() -> None:
    assert renewing(TAKE, ANSWER, BY_ROOT) == []
    (message,) = renewing(BY_ROOT, TAKE, ANSWER)
    assert "step 2.4 has revoked the certificate issuing-dca-certificate" in message
    assert renewing(BY_ROOT, *NEXT_KEY, TAKE, BY_NEXT) == []
    (message,) = renewing(BY_ROOT, TAKE, ANSWER, without="  root-dca-certificate: ")
    assert "superseded" in message


def test_which_of_two_certificates_a_key_has_only_the_journal_tells() -> None:
    digests = {name: f"{at:02x}" * 32 for at, name in enumerate((*KEYS, *PROVEN), 1)}
    text, _ = renewal_script(digests, [*ACT[:2], BY_ROOT, TAKE, ANSWER, ACT[-1]])
    (line,) = [it for it in text.splitlines() if it.startswith("  issuing-dca-cert")]
    other = line.replace("issuing-dca-certificate", "other-dca-certificate")
    other = other.replace(digests["issuing-dca-certificate"], "ee" * 32)
    for two in (f"{line}\n{other}", f"{other}\n{line}"):
        assert told_of(text.replace(line, two), REVOKED) == []


def test_a_key_crosses_no_certificate_of_its_own_by_another_profile_either() -> None:
    things = [
        "root-hsm: {kind: token, title: Token}",
        *ca_things("root", "root-ca-ec-p384"),
        *ca_things("other", "root-ca-ec-p384"),
        cross_thing("cross", "root"),
        cross_thing("again", "root"),
    ]
    made = [ROOT, ROOT.replace("root", "other")]
    by_other = [crossed("root-certificate", "other", "cross")]

    def told(*steps: str) -> list[str]:
        text, _ = act_script(things, [*made, *steps])
        return told_of(text, "SCRIPT-CROSS-01")

    assert told(*by_other, crossed("cross", "other", "again")) == []
    (message,) = told(*by_other, crossed("cross", "root", "again"))
    assert "is a certificate of root itself" in message


def held(name: str, digit: str) -> list[str]:
    """Give a root's key and certificate that an earlier ceremony has made."""
    told = f"profile: root-ca-ec-p384, common-name: Root, {NAMES}"
    key, made = (f'{told}, {what}: "{digit * 64}"' for what in ("public-key", "sha256"))
    return [
        f"{name}: {{kind: key, title: Its key, token: root-hsm, {key}}}",
        f"{name}-certificate: {{kind: certificate, title: Its own, {made}}}",
    ]


def test_a_ca_whose_key_is_new_crosses_what_its_old_key_has() -> None:
    new = f"profile: root-ca-ec-p384, common-name: Root, {NAMES}"
    things = [
        "root-hsm: {kind: token, title: Token}",
        f"new: {{kind: key, title: Its next key, token: root-hsm, {new}}}",
        f"new-certificate: {{kind: certificate, title: Its next, {new}}}",
        cross_thing("cross", "Root"),
    ]

    def told(keys: list[str], *steps: str) -> list[str]:
        text, _ = act_script([*things, *keys], steps)
        # Each of its keys is certified by its name.
        assert told_of(text, "SCRIPT-CERT-09") == []
        return told_of(text, "SCRIPT-CROSS-01")

    own = ROOT.replace("root", "new")
    by_new = crossed("old-certificate", "new", "cross")
    by_old = crossed("new-certificate", "old", "cross")
    for step in (by_new, by_old):
        assert told(held("old", "a"), own, step) == []
    itself = crossed("old-certificate", "old", "cross")
    (message,) = told(held("old", "a"), itself)
    assert "is a certificate of old itself" in message
    # Which of two old keys of one name it is for, only the journal tells.
    assert told([*held("old", "a"), *held("older", "b")], itself) == []


ROLE_FIRST = (
    b"value:\n      - {attribute: remote-party-role, string: printable, text: '00'}\n"
)


@pytest.mark.parametrize(
    ("was", "now", "how"),
    [
        (b"utf8", b"utf8", None),
        (
            b"string: utf8",
            b"string: printable",
            ", in another string type: O, CN as UTF8String and not PrintableString.",
        ),
        (b"value:\n", ROLE_FIRST, "OU=00, C=GB, O=Example, CN=other, and by"),
    ],
)
def test_two_profiles_write_the_name_of_a_crossed_ca_alike(
    was: bytes, now: bytes, how: str | None
) -> None:
    raw = builtin_text("root-ca-ec-p384").encode()
    start, end = raw.index(b"  subject:"), raw.index(b"  key:")
    subject = raw[start:end].replace(was, now, 1 if was.endswith(b"\n") else -1)
    own = raw[:start] + subject + raw[end:]
    files = {"our-root.yaml": own.replace(b"root-ca-ec-p384", b"our-root")}
    things = [
        "root-hsm: {kind: token, title: Token}",
        *ca_things("root", "root-ca-ec-p384"),
        *ca_things("other", "our-root"),
        cross_thing("cross", "other"),
    ]
    steps = [ROOT, ROOT.replace("root", "other")]
    steps.append(crossed("other-certificate", "root", "cross"))
    text, _ = act_script(things, steps, sections=[own_section(files)])
    told = told_of(text, "SCRIPT-CROSS-03", files)
    assert len(told) == (how is not None)
    assert all(str(how) in message for message in told)


def test_a_request_of_a_key_that_is_made_here_may_be_answered_by_two_cas() -> None:
    things = [
        "root-hsm: {kind: token, title: Token}",
        *ca_things("root", "root-ca-ec-p384"),
        *ca_things("other", "root-ca-ec-p384"),
        *ca_things("upper", "issuing-ca-ec-p384"),
    ]
    steps = [ROOT, ROOT.replace("root", "other"), asked("upper")]
    steps += [issued("upper", "root"), issued("upper", "other", "upper-crossed")]
    assert told_of(act_script(things, steps)[0], "SCRIPT-IMPORT-27") == []


def test_a_single_request_from_elsewhere_is_answered_once() -> None:
    text = BATCH.read_text()
    (line,) = [it for it in text.splitlines() if 'id: "2.16"' in it]
    (made,) = [it for it in text.splitlines() if it.startswith("  meter-certificate:")]
    (checked,) = [it for it in text.splitlines() if 'id: "2.17"' in it]
    again = line.replace("meter-certificate", "again").replace("2.16", "2.17")
    text = text.replace(made, f"{made}\n{made.replace('meter-certificate', 'again')}")
    (message,) = told_of(text.replace(checked, again), "SCRIPT-IMPORT-27")
    assert "Step 2.17 answers meter-request, which step 2.16 has answered" in message
