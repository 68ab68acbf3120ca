"""Which profile takes the place of the one that another names as its issuer's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ceremony.pki.builtin import builtin_profiles, builtin_text
from ceremony.pki.signer import may_sign, signer_fault
from ceremony.script.decode import decode_script
from ceremony.script.model import Script
from ceremony.script.own_profile import bind_profiles
from tests.fakes.act_script import act_script, own_section

SPECIFIED = Path(__file__).parents[3] / "docs/spec/certificate-profile-v1.md"
FORM = "format: key-ceremony.certificate-profile/1\n"


def own(name: str, base: str, more: str = "") -> bytes:
    return f"{FORM}name: {name}\ntitle: Ours\nbased-on: {base}\n{more}".encode()


def stated(name: str, value: str) -> str:
    told = f"{{value: {value}, status: chosen, source: made up}}"
    return f"facts:\n  {name}: {told}\n"


def script_with(*files: bytes, environment: str = "test") -> Script:
    """Give a script with profiles of its own."""
    named = {f"{raw.split()[3].decode()}.yaml": raw for raw in files}
    text, _ = act_script([], [], sections=[own_section(named)])
    script = bind_profiles(
        decode_script(text.encode(), "script.yaml"), named.__getitem__
    )
    return replace(script, environment=environment)


def test_of_those_that_ship_one_alone_takes_the_place_of_another() -> None:
    script, known = script_with(), builtin_profiles()
    assert {
        (holder, named)
        for holder in known
        for named in known
        if holder != named and may_sign(script, named, holder)
    } == {("smki-root-oca-contingency", "smki-root-oca")}
    assert all(may_sign(script, each, each) for each in known)


def test_the_root_of_the_specification_is_a_root_oca_in_production() -> None:
    text = SPECIFIED.read_text().split("## Example")[1].split("## File")[0]
    lines = [it[4:] for it in text.splitlines() if it.startswith("    ")]
    raw = "\n".join(lines).encode()
    script = script_with(raw, environment="production")
    for named in ("smki-root-oca", "smki-root-oca-contingency", "our-root-oca"):
        assert may_sign(script, named, "our-root-oca"), named
    assert not may_sign(script, "our-root-oca", "smki-root-oca-contingency")


ROOT = own("our-root", "smki-root-oca-contingency")


@pytest.mark.parametrize("signed_by", ["", "signed-by: our-root\n"])
def test_an_issuing_ca_below_a_root_in_its_place_takes_its_place_too(
    signed_by: str,
) -> None:
    script = script_with(ROOT, own("ours", "smki-issuing-oca", signed_by))
    assert may_sign(script, "smki-issuing-oca", "ours")
    assert may_sign(script, "smki-root-oca", "our-root")


@pytest.mark.parametrize(
    ("files", "named", "fault"),
    [
        (
            [own("ours", "smki-organisation-ds")],
            *("smki-organisation-ds", "is not for a CA"),
        ),
        ([own("ours", "smki-organisation-ds")], "smki-issuing-oca", "is not based on"),
        ([own("ours", "smki-root-dca")], "smki-root-oca", "is not based on"),
        (
            [own("ours", "smki-root-oca", "signed-by: smki-root-dca\n")],
            *("smki-root-oca", "is signed by smki-root-dca and not by self"),
        ),
        (
            [own("ours", "smki-issuing-oca", "signed-by: self\n")],
            *("smki-issuing-oca", "is signed by self and not by smki-root-oca"),
        ),
        # Its own key signs it, whatever profile is called like that.
        (
            [
                own("ours", "smki-issuing-oca", "signed-by: self\n"),
                own("self", "smki-root-oca"),
            ],
            *("smki-issuing-oca", "is signed by self and not by smki-root-oca"),
        ),
        (
            [own("ours", "smki-issuing-oca", "signed-by: smki-root-dca\n")],
            *("smki-issuing-oca", "is signed by smki-root-dca and not by"),
        ),
        (
            [own("ours", "smki-issuing-oca", "signed-by: nobody-known\n")],
            *("smki-issuing-oca", "is signed by nobody-known and not by"),
        ),
        (
            [
                own("ours", "smki-issuing-oca", "signed-by: other\n"),
                own("other", "smki-issuing-oca", "signed-by: ours\n"),
            ],
            *("smki-issuing-oca", "is signed by other and not by smki-root-oca"),
        ),
        (
            [own("ours", "root-ca-ec-p384", stated("key", "ec-p521"))],
            *("root-ca-ec-p384", "has the key ec-p521 and not ec-p384"),
        ),
        (
            [own("ours", "root-ca-ec-p384", stated("key-usage", "[key-cert-sign]"))],
            *("root-ca-ec-p384", "lacks the usage crl-sign"),
        ),
        (
            [
                own(
                    "ours",
                    "web-subordinate",
                    stated("extended-key-usage", "[code-signing]"),
                )
            ],
            *("web-subordinate", "has another extended-key-usage"),
        ),
        (
            [own("ours", "web-cross-certificate")],
            *("web-subordinate", "has other baseline-requirements"),
        ),
        # A base's own base: both ship.
        (
            [own("ours", "issuing-ca-rsa-4096")],
            *("issuing-ca-ec-p384", "has the key rsa-4096 and not ec-p384"),
        ),
    ],
)
def test_what_is_based_on_an_issuer_and_is_another_thing_signs_nothing_for_it(
    files: list[bytes], named: str, fault: str
) -> None:
    script = script_with(*files)
    told = signer_fault(script, named, "ours")
    assert told.startswith(f"which {fault}")
    assert named in told
    assert not may_sign(script, named, "ours")


def test_a_leaf_that_is_based_on_a_ca_signs_nothing_for_it() -> None:
    no_ca = stated("path-length", "no-ca") + (
        "  key-usage: {value: [digital-signature], status: chosen, source: made up}\n"
        "request:\n  extensions: {value: none, status: chosen, source: made up}\n"
    )
    told = signer_fault(
        script_with(own("ours", "issuing-ca-ec-p384", no_ca)),
        *("issuing-ca-ec-p384", "ours"),
    )
    assert told.startswith("which is not for a CA")


def test_a_name_alone_is_no_lineage() -> None:
    text = builtin_text("smki-root-oca")
    body = text[text.index("format:") :]
    alike = body.replace("name: smki-root-oca\n", "name: smki-root-oca-2\n", 1)
    script = script_with(alike.encode())
    told = signer_fault(script, "smki-root-oca", "smki-root-oca-2")
    assert told == "which is not based on smki-root-oca"


@pytest.mark.parametrize("holder", ["", "nobody-known"])
def test_a_profile_that_cannot_be_read_signs_nothing(holder: str) -> None:
    told = signer_fault(script_with(), "smki-root-oca", holder)
    assert told == "which cannot be read"
