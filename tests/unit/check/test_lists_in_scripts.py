"""Who may sign a script's revocation lists, and what a trial of them finds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ceremony.check.rules import check_script
from ceremony.script.decode import decode_script
from tests.fakes.record_crl import SCRIPT_FILE
from tests.fakes.record_succession import named_otherwise
from tests.fakes.renewal_script import (
    ACT,
    KEYS,
    LISTS,
    NEXT_KEY,
    PROVEN,
    list_step,
    renewal_script,
)

GENERIC = ("Second ARL, profile: smki-oca-arl", "CRL, profile: generic-crl")
BY_THE_ISSUING_CA = ("key: root-oca, crl: second", "key: issuing-oca, crl: second")
FIRST_GENERIC = ("First ARL, profile: smki-oca-arl", "A list, profile: generic-crl")
FIRST = "crl: first-arl, number: 1"


def found(*changes: tuple[str, str]) -> list[tuple[str, str]]:
    """Change the script with two lists, and give rule and message of each finding."""
    text = SCRIPT_FILE.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    script = decode_script(text.encode(), "script.yaml")
    return [(finding.rule, finding.message) for finding in check_script(script)]


def test_an_issuing_ca_signs_a_list_of_its_own() -> None:
    by_serial = ("issuing-oca-certificate today superseded, ", "")
    assert found(GENERIC, BY_THE_ISSUING_CA, by_serial) == []


def test_a_key_that_is_no_cas_signs_no_list() -> None:
    no_ca = ("smki-issuing-oca, common-name: N1", "smki-recovery-ds, common-name: N1")
    told = found(GENERIC, BY_THE_ISSUING_CA, no_ca)
    (message,) = (message for rule, message in told if rule == "SCRIPT-CRL-03")
    assert "is not one of a CA that signs revocation lists" in message


def test_a_key_without_profile_is_told_and_its_list_not_tried() -> None:
    bare = (
        "token: root-hsm, profile: smki-issuing-oca, common-name: N1}",
        "token: root-hsm, algorithm: P-256}",
    )
    by_serial = ("issuing-oca-certificate today superseded, ", "")
    rules = {rule for rule, _ in found(GENERIC, BY_THE_ISSUING_CA, bare, by_serial)}
    assert "SCRIPT-CERT-06" in rules
    assert not [rule for rule in rules if rule.startswith("SCRIPT-CRL-")]
    before = (f"key: root-oca, {FIRST}", f"key: issuing-oca, {FIRST}")
    rules = {rule for rule, _ in found(FIRST_GENERIC, before, bare)}
    assert {"SCRIPT-CERT-06", "SCRIPT-KEY-01"} <= rules
    assert not [rule for rule in rules if rule.startswith("SCRIPT-CRL-")]


def renewing(
    *middle: str, change: Callable[[bytes], bytes] = bytes
) -> list[tuple[str, str]]:
    """Give the findings of a script that has the meter's certificate renewed.

    Args:
        middle: Its steps between the proof of the issuing key and the last list of the
            token.
        change: Changes the script.
    """
    digests = {name: f"{at:02x}" * 32 for at, name in enumerate((*KEYS, *PROVEN), 1)}
    act = [*ACT[:2], *middle, ACT[-1]]
    text, _ = renewal_script(digests, act)
    script = decode_script(change(text.encode()), "script.yaml")
    return [(found.rule, found.message) for found in check_script(script)]


def with_last_key(raw: bytes) -> bytes:
    """Let the CA of the next key have another one after it."""
    lines = raw.splitlines(keepends=True)
    next_ones = [it for it in lines if it.startswith(b"  next-")]
    last_ones = [it.replace(b"  next-", b"  last-") for it in next_ones]
    return raw.replace(next_ones[0], next_ones[0] + b"".join(last_ones))


def without_key_before(raw: bytes) -> bytes:
    """Leave the key out that has signed; its certificate stays."""
    lines = raw.splitlines(keepends=True)
    return b"".join(it for it in lines if not it.startswith(b"  issuing-dca: "))


KEY = "issuing-dca"
SUPERSEDED = ["serial:4b 2020-01-15 superseded"]
TAKE = "csr.import, with: {request: meter-request}"
ANSWERED = [*NEXT_KEY, TAKE, ACT[5]]
BY_NEXT = [TAKE, ACT[5].replace("issuing-dca", "next-dca")]
LAST_KEY = [step.replace("next-", "last-") for step in NEXT_KEY[1:]]


@pytest.mark.parametrize(
    ("steps", "key", "name", "change", "is_found"),
    [
        (NEXT_KEY, "next-dca", "old-meter", bytes, False),
        (NEXT_KEY, "next-dca", "old-meter", named_otherwise, True),
        (NEXT_KEY, "next-dca", "old-meter", without_key_before, False),
        (NEXT_KEY, "root-dca", "old-meter", bytes, True),
        (NEXT_KEY, "next-dca", "issuing-dca", bytes, True),
        (NEXT_KEY, "next-dca", "old-devices", bytes, True),
        (ANSWERED, "next-dca", "meter-cert", bytes, False),
        (ANSWERED, "next-dca", "meter-cert", named_otherwise, True),
        ([*NEXT_KEY, *BY_NEXT], "issuing-dca", "meter-cert", bytes, True),
        (
            [*NEXT_KEY, *LAST_KEY, *BY_NEXT],
            *("last-dca", "meter-cert", with_last_key, False),
        ),
        (
            [NEXT_KEY[0], *LAST_KEY, *NEXT_KEY[1:], *BY_NEXT],
            *("last-dca", "meter-cert", with_last_key, True),
        ),
    ],
)
def test_the_next_key_of_a_ca_revokes_by_name_what_the_key_before_has_signed(
    steps: list[str],
    key: str,
    name: str,
    change: Callable[[bytes], bytes],
    *,
    is_found: bool,
) -> None:
    told = list_step(1, [f"{name} today superseded"])
    listed = told.replace("key: issuing-dca", f"key: {key}")
    found = renewing(*steps, listed, change=change)
    assert ("SCRIPT-CRL-04" in dict(found)) is is_found, found


def test_what_is_renewed_may_be_revoked_afterwards_by_its_name() -> None:
    taken, answered = ACT[4:6]
    revoked = list_step(1, ["old-meter today superseded"])
    assert "SCRIPT-RENEW-03" not in dict(renewing(taken, answered, revoked))
    for order in ((revoked, taken, answered), (taken, revoked, answered)):
        message = dict(renewing(*order))["SCRIPT-RENEW-03"]
        assert "revokes before step 2.6: superseded" in message
    # Where another ceremony answers, the import is what comes first.
    assert "SCRIPT-RENEW-03" not in dict(renewing(taken, revoked))
    assert "SCRIPT-RENEW-03" in dict(renewing(revoked, taken))


@pytest.mark.parametrize(
    ("number", "revoked", "change", "told"),
    [
        (1, SUPERSEDED, bytes, ["SCRIPT-CRL-01"]),
        (2, SUPERSEDED, bytes, []),
        (2, ["serial:4b 2020-01-15 key-compromise"], bytes, ["SCRIPT-CRL-09"]),
        (2, ["serial:4b 2020-01-16 key-compromise"], bytes, ["SCRIPT-CRL-06"]),
        (2, ["serial:4b today key-compromise"], bytes, ["SCRIPT-CRL-06"]),
        (1, [], named_otherwise, []),
    ],
)
@pytest.mark.parametrize("signer", ["issuing-dca", "next-dca"])
def test_a_list_of_one_key_of_a_ca_keeps_what_the_other_revokes_and_counts_on(
    number: int,
    revoked: list[str],
    change: Callable[[bytes], bytes],
    told: list[str],
    signer: str,
) -> None:
    """The key before may sign one after the next key, and the other way round."""
    other = "next-dca" if signer == "issuing-dca" else "issuing-dca"
    last = list_step(1, [*SUPERSEDED, "serial:4c today certificate-hold"])
    after = list_step(number, revoked).replace(LISTS[number - 1], "next-list")
    last, after = last.replace(KEY, signer), after.replace(KEY, other)
    found = renewing(*NEXT_KEY, last, after, change=change)
    assert [it for it, _ in found if it.startswith("SCRIPT-CRL-")] == told
    messages = [message for rule, message in found if rule in told]
    named = (
        f"the last list of {signer} before it has 1",
        "as first-list before it",
        "of the serial number 4b: from 2020-01-15 superseded to 2020-01-15 key-",
    )
    assert all(any(it in message for it in named) for message in messages)


def with_key_before(raw: bytes) -> bytes:
    """Let another key of the same names exist already."""
    lines = raw.splitlines(keepends=True)
    (known,) = (it for it in lines if it.startswith(b"  issuing-dca: "))
    other = known.replace(b"  issuing-dca: ", b"  old-dca: ").replace(
        b"02" * 32, b"ee" * 32
    )
    assert other.count(b"ee" * 32) == 1
    return raw.replace(known, known + other)


def test_whether_two_keys_that_exist_already_are_one_cas_the_journal_tells() -> None:
    last = list_step(1, SUPERSEDED).replace(KEY, "old-dca")
    after = list_step(1, []).replace("first-list", "next-list")
    found = renewing(last, after, change=with_key_before)
    told = [
        message for rule, message in found if rule in {"SCRIPT-CRL-01", "SCRIPT-CRL-06"}
    ]
    assert told == []


def test_what_the_lint_finds_in_a_trial_is_told_by_its_rule() -> None:
    # The very number that stands in the trial for a certificate that is to be made.
    ((rule, message),) = found(("serial:4a0f", f"serial:{1 << 126:x}"))
    assert rule == "SCRIPT-CRL-08"
    assert "PKI-CRL-11" in message


def test_a_serial_number_of_zero_is_told_as_what_it_is() -> None:
    ((rule, message),) = found(("serial:4a0f", "serial:00"))
    assert rule == "SCRIPT-CRL-07"
    assert message.endswith(
        "is wrong: 'serial:00 2026-01-15 unspecified' names the serial number 0, "
        "which no certificate may have."
    )
    ((rule, message),) = found(("serial:4a0f", "serial:4A"))
    assert rule == "SCRIPT-CRL-07"
    assert message.endswith(" is not of the form NAME DAY REASON.")


@pytest.mark.parametrize("spelling", ["serial:4A0F", "serial:4a:0f", "serial:0x4a0f"])
def test_how_a_serial_number_is_written_is_told_to_who_copies_it_from_openssl(
    spelling: str,
) -> None:
    text = SCRIPT_FILE.read_text().replace("serial:4a0f", spelling)
    script = decode_script(text.encode(), "script.yaml")
    (finding,) = check_script(script)
    assert finding.rule == "SCRIPT-CRL-07"
    assert finding.remedy.startswith(
        "Write a certificate's name, or serial: and the digits of a serial number in "
        "lower-case hexadecimal without colons; a day or today; and one of "
    )


def test_a_hold_may_be_released_by_a_later_list_and_nothing_else_may() -> None:
    def listed(reason: str) -> tuple[str, str]:
        return FIRST, f"{FIRST}, revoked: [serial:a4b 2026-01-15 {reason}]"

    assert found(FIRST_GENERIC, listed("certificate-hold")) == []
    ((rule, message),) = found(FIRST_GENERIC, listed("superseded"))
    assert rule == "SCRIPT-CRL-06"
    assert "the serial number 0a4b as first-arl" in message


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("2026-01-15 superseded", "2026-01-15 key-compromise", "SCRIPT-CRL-09"),
        ("2026-01-15 superseded", "2026-01-14 ca-compromise", "SCRIPT-CRL-09"),
        ("2026-01-15 superseded", "2026-01-16 key-compromise", "SCRIPT-CRL-06"),
        ("2026-01-15 superseded", "2026-01-14 superseded", "SCRIPT-CRL-06"),
        ("2026-01-15 superseded", "2026-01-15 unspecified", "SCRIPT-CRL-06"),
        ("2026-01-15 superseded", "today key-compromise", "SCRIPT-CRL-06"),
        ("today superseded", "today key-compromise", "SCRIPT-CRL-09"),
        ("today superseded", "2026-01-15 key-compromise", "SCRIPT-CRL-09"),
        ("today superseded", "2026-01-15 superseded", "SCRIPT-CRL-06"),
        ("2026-01-15 key-compromise", "2026-01-14 key-compromise", "SCRIPT-CRL-09"),
        ("2026-01-15 key-compromise", "2026-01-15 ca-compromise", "SCRIPT-CRL-09"),
        ("2026-01-15 key-compromise", "2026-01-16 key-compromise", "SCRIPT-CRL-06"),
        ("2026-01-15 key-compromise", "2026-01-15 superseded", "SCRIPT-CRL-06"),
        ("2026-01-15 certificate-hold", "2026-01-16 key-compromise", ""),
    ],
)
def test_only_a_compromise_may_be_told_afterwards_and_that_it_was_earlier(
    before: str, after: str, rule: str
) -> None:
    """Baseline Requirements, section 7.2.2, on updating an entry."""
    told = found(
        FIRST_GENERIC,
        (FIRST, f"{FIRST}, revoked: [serial:4b {before}]"),
        ("serial:4a0f 2026-01-15 unspecified", f"serial:4b {after}"),
    )
    assert [it for it, _ in told] == [rule] * bool(rule)
    words = f"says of the serial number 4b: from {before} to {after}."
    assert [message.endswith(words) for _, message in told] == [
        rule == "SCRIPT-CRL-09"
    ] * len(told)


def test_a_correction_is_told_of_the_newest_list_that_has_the_entry() -> None:
    listed = ["serial:4b 2020-01-15 key-compromise"]
    lists = [
        list_step(1, SUPERSEDED),
        list_step(2, listed).replace(KEY, "next-dca"),
        list_step(3, listed),
    ]
    told = dict(renewing(*NEXT_KEY, *lists))
    assert "changes what first-list before it says" in told["SCRIPT-CRL-09"]
    assert "SCRIPT-CRL-06" not in told
    # Against the first list, too, the third one would be a correction.
    assert len([it for it, _ in renewing(*NEXT_KEY, *lists) if "CRL" in it]) == 1


WEB = SCRIPT_FILE.with_name("sound-with-web-lists.yaml")


@pytest.mark.parametrize(
    ("profile", "reason", "rules"),
    [
        ("web-arl", "superseded", []),
        ("web-crl", "superseded", []),
        ("web-arl", "unspecified", ["SCRIPT-CRL-07"]),
        ("web-crl", "unspecified", ["SCRIPT-CRL-10"]),
        ("web-arl", "certificate-hold", ["SCRIPT-CRL-07"]),
        ("generic-arl", "certificate-hold", ["SCRIPT-CRL-11"]),
        ("generic-crl", "unspecified", ["SCRIPT-CRL-11"]),
    ],
)
def test_a_web_roots_list_is_under_the_baseline_requirements_as_the_root_is(
    profile: str, reason: str, rules: list[str]
) -> None:
    text = WEB.read_text().replace("ARL, profile: web-arl", f"list, profile: {profile}")
    text = text.replace(
        "First list, profile: " + profile, "First list, profile: web-arl"
    )
    text = text.replace(
        "sub-certificate today superseded", f"sub-certificate today {reason}"
    )
    findings = check_script(decode_script(text.encode(), "web.yaml"))
    assert [it.rule for it in findings] == rules
    if rules == ["SCRIPT-CRL-11"]:
        (warned,) = findings
        fit = profile.replace("generic", "web")
        assert warned.remedy.startswith(f"Name {fit}, or another list profile")
        line = text.splitlines()[warned.place.line - 1]
        assert line[warned.place.column - 1 :].startswith(f"profile: {profile}")


def test_what_is_no_cas_certificate_needs_no_reason_in_a_webs_list() -> None:
    listed = "serial:4a0f 2026-01-15 superseded"
    text = WEB.read_text().replace("ARL, profile: web-arl", "list, profile: web-crl")
    text = text.replace(listed, listed.replace("superseded", "unspecified"))
    assert check_script(decode_script(text.encode(), "web.yaml")) == ()
