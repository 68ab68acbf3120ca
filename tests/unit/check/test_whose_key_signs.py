"""Below roots and CAs by a site's own profiles the rules of scripts find the same."""

from __future__ import annotations

import pytest

from ceremony.check.rules import check_script
from ceremony.script.decode import decode_script, load_script
from ceremony.script.own_profile import bind_profiles
from tests.fakes.act_script import act_script, own_section
from tests.fakes.record_crl import SCRIPT_FILE
from tests.fakes.renewal_script import (
    ACT,
    KEYS,
    NEXT_KEY,
    PROVEN,
    list_step,
    renewal_script,
)

FORM = b"format: key-ceremony.certificate-profile/1\ntitle: Ours\n"
OWN = {
    f"our-{name}.yaml": FORM + f"name: our-{name}\nbased-on: smki-{name}\n".encode()
    for name in ("root-dca", "issuing-dca")
}
"""Of neither the name stands in what is signed by it: that names the built-in one."""

ROOT = "root-dca-certificate"
TAKE, ANSWER = "csr.import, with: {request: meter-request}", ACT[5]
BY_ROOT = list_step(1, ["issuing-dca-certificate today superseded"]).replace(
    "key: issuing-dca", "key: root-dca"
)
OLD_METER = list_step(1, ["old-meter today superseded"])


def found(*middle: str, own: bool, without: str = "") -> set[tuple[str, str]]:
    """Give what is found in a script that renews what devices have.

    Args:
        middle: Its steps between the proof of the issuing key and the last list.
        own: Whether root and issuing CA are by the site's profiles.
        without: The thing that is left out of the script.
    """
    digests = {name: f"{at:02x}" * 32 for at, name in enumerate((*KEYS, *PROVEN), 1)}
    text, _ = renewal_script(digests, [*ACT[:2], *middle, ACT[-1]])
    lines = text.splitlines(keepends=True)
    text = "".join(it for it in lines if not it.startswith(f"  {without or '?'}: "))
    if own:
        for name in ("root-dca", "issuing-dca"):
            text = text.replace(f"profile: smki-{name},", f"profile: our-{name},")
        text = text.replace("things:\n", f"{own_section(OWN)}\nthings:\n", 1)
    script = decode_script(text.encode(), "script.yaml")
    script = bind_profiles(script, OWN.__getitem__)
    return {(it.rule, it.message) for it in check_script(script)}


@pytest.mark.parametrize(
    ("middle", "rule"),
    [
        ((TAKE, ANSWER), ""),
        ((*NEXT_KEY, OLD_METER.replace("key: issuing-dca", "key: next-dca")), ""),
        ((BY_ROOT, TAKE, ANSWER), "SCRIPT-CERT-08"),
        ((OLD_METER.replace("key: issuing-dca", "key: root-dca"),), "SCRIPT-CRL-04"),
    ],
)
def test_what_exists_already_is_of_the_same_issuers(
    middle: tuple[str, ...], rule: str
) -> None:
    built_in = found(*middle, own=False)
    assert ({it for it, _ in built_in} & {rule}) == ({rule} if rule else set())
    assert found(*middle, own=True) == built_in


SHALLOW = {
    "our-root.yaml": FORM
    + b"name: our-root\nbased-on: smki-root-dca\n"
    + b"facts:\n  path-length: {value: 0, status: chosen, source: made up}\n"
}
"""A root in the place of the one that is named, below which no CA may have another."""


@pytest.mark.parametrize("has_both", [True, False])
def test_the_root_that_is_named_comes_before_one_that_takes_its_place(
    *, has_both: bool
) -> None:
    digests = {name: f"{at:02x}" * 32 for at, name in enumerate((*KEYS, *PROVEN), 1)}
    text, _ = renewal_script(digests, [*ACT[:2], TAKE, ANSWER, ACT[-1]])
    (named,) = (it for it in text.splitlines() if it.startswith(f"  {ROOT}: "))
    ours = named.replace(ROOT, "our-root-certificate", 1)
    ours = ours.replace("smki-root-dca", "our-root").replace("03" * 32, "aa" * 32)
    # Ours is read first.
    text = text.replace(named, f"{ours}\n{named}" if has_both else ours)
    text = text.replace("things:\n", f"{own_section(SHALLOW)}\nthings:\n", 1)
    script = decode_script(text.encode(), "script.yaml")
    told = check_script(bind_profiles(script, SHALLOW.__getitem__))
    short = [it.message for it in told if "maximum path length" in it.message]
    assert bool(short) is not has_both


def test_an_issuer_that_is_missing_is_told_as_of_the_built_in_ones() -> None:
    middle = TAKE, ANSWER
    told = found(*middle, own=True, without=ROOT)
    assert told == found(*middle, own=False, without=ROOT)
    message = (
        "The certificate issuing-dca-certificate is signed by smki-root-dca, and no "
        "certificate of that profile, or of one that takes its place, exists already "
        "in the script."
    )
    assert ("SCRIPT-EARLIER-02", message) in told


def test_a_signer_in_the_place_of_another_needs_its_certificate_too() -> None:
    def told(name: str) -> list[str]:
        lines = SCRIPT_FILE.with_name(name).read_text().splitlines(keepends=True)
        (at,) = [at for at, it in enumerate(lines) if "self-sign" in it]
        lines[at] = (
            '      - {id: "2.7", verb: say, text: It is said., by: administrator, '
            "initials: [internal-witness]}\n"
        )
        script = decode_script("".join(lines).encode(), name)
        return [it.rule for it in check_script(script)]

    assert "SCRIPT-CERT-07" in told("sound-with-crl.yaml")
    assert told("sound-below-contingency.yaml") == told("sound-with-crl.yaml")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a-root-signed-by-another", "has it signed by root."),
        ("a-subordinate-signs-itself", "has it sign itself."),
        (
            "a-root-named-alike",
            "profile smki-root-oca-ours, which is not based on smki-root-oca.",
        ),
        (
            "a-root-of-another-kind-of-key",
            "not ec-p384, and so does not take the place of root-ca-ec-p384.",
        ),
    ],
)
def test_it_is_told_who_signs_and_what_differs(name: str, told: str) -> None:
    path = SCRIPT_FILE.with_name(f"SCRIPT-PROFILE-04-{name}.yaml")
    for finding in check_script(load_script(path)):
        assert finding.message.endswith(told)
        own = name == "a-root-signed-by-another"
        assert finding.remedy.startswith("Have its own key" if own else "Let a key")


UPPER = "our-upper"
BELOW = "based-on: issuing-ca-ec-p384\n"
CAS = {
    f"{name}.yaml": FORM + f"name: {name}\n{BELOW}{more}".encode()
    for name, more in (
        (UPPER, ""),
        ("lower", "signed-by: issuing-ca-ec-p384\n"),
        ("lowest", "signed-by: lower\n"),
    )
}


def ca_things(number: int, name: str, profile: str, *, is_made: bool) -> list[str]:
    told = (
        f"profile: {profile}, common-name: {name}, "
        "values: {organization: Example, country: GB}"
    )
    digest = f"{number:02x}" * 32
    public_key, sha256 = f', public-key: "{digest}"', f', sha256: "{digest}"'
    if is_made:
        public_key = sha256 = ""
    return [
        f"{name}: {{kind: key, title: Key, token: root-hsm, {told}{public_key}}}",
        f"{name}-certificate: {{kind: certificate, title: Its own, {told}{sha256}}}",
    ]


@pytest.mark.parametrize("upper", ["issuing-ca-ec-p384", UPPER])
def test_a_ca_above_another_that_is_revoked_is_found_by_its_place(upper: str) -> None:
    profiles = ("root-ca-ec-p384", upper, "lower", "lowest")
    things = ["root-hsm: {kind: token, title: Token}"]
    for number, name in enumerate(("root", "upper", "lower", "lowest")):
        made = name == "lowest"
        things += ca_things(number + 1, name, profiles[number], is_made=made)
    things += [
        "list: {kind: crl, title: List, profile: generic-arl}",
        "request: {kind: request, title: Request}",
    ]
    listed = "key: root, crl: list, number: 1, "
    listed += "revoked: [upper-certificate today superseded]"
    issued = "key: lower, request: request, certificate: lowest-certificate"
    steps = [
        "key.prove, with: {key: root}",
        "key.prove, with: {key: lower}",
        f"crl.issue, irreversible: true, with: {{{listed}}}",
        "key.generate, irreversible: true, with: {key: lowest}",
        "csr.create, with: {key: lowest, request: request}",
        f"certificate.issue, irreversible: true, with: {{{issued}}}",
    ]
    text, _ = act_script(things, steps, sections=[own_section(CAS)])
    script = decode_script(text.encode(), "script.yaml")
    told = check_script(bind_profiles(script, CAS.__getitem__))
    (message,) = [it.message for it in told if it.rule == "SCRIPT-CERT-08"]
    assert "upper-certificate, which is above the certificate of lower" in message
