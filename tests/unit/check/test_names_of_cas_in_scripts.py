"""A script has nobody certified by the name of a CA above the certificate."""

from __future__ import annotations

from tests.fakes.act_script import act_script, own_section
from tests.unit.check.test_what_is_issued_in_scripts import (
    BATCH,
    NAMES,
    OWN,
    ROOT,
    asked,
    ca_things,
    held,
    issued,
    told_of,
)

RULE = "SCRIPT-CERT-09"
HSM = "root-hsm: {kind: token, title: Token}"


def named(things: list[str], name: str) -> list[str]:
    """Give the CA of some things, each called as itself, another name."""
    own = things[0].partition(":")[0]
    return [each.replace(f"-name: {own},", f"-name: {name},") for each in things]


def told(name: str, by: str) -> list[str]:
    """Let a CA by a name be certified by the root, or by the CA below it."""
    things = [
        HSM,
        *ca_things("root", "root-ca-ec-p384"),
        *ca_things("upper", "issuing-ca-ec-p384"),
        *named(ca_things("last", "lower"), name),
    ]
    steps = [ROOT, asked("upper"), issued("upper", "root")]
    steps += [asked("last"), issued("last", by)]
    text, _ = act_script(things, steps, sections=[own_section(OWN)])
    return told_of(text, RULE, OWN)


def test_nobody_is_certified_by_the_name_of_a_ca_above() -> None:
    assert told("last", "upper") == []
    for name in ("upper", "Upper", "ROOT"):
        (message,) = told(name, "upper")
        assert f"CN={name}, which is the name of a CA above last-certif" in message
    # That CA has the name, and does not stand above it.
    assert told("upper", "root") == []


def test_a_key_that_answers_its_own_request_is_told_that_alone() -> None:
    again = f"profile: lower, common-name: upper, {NAMES}"
    things = [
        HSM,
        *ca_things("root", "root-ca-ec-p384"),
        *ca_things("upper", "issuing-ca-ec-p384"),
        f"upper-again: {{kind: certificate, title: Again, {again}}}",
    ]
    steps = [ROOT, asked("upper"), issued("upper", "root")]
    itself = "{key: upper, request: upper-request, certificate: upper-again}"
    steps.append(f"certificate.issue, irreversible: true, with: {itself}")
    text, _ = act_script(things, steps, sections=[own_section(OWN)])
    assert told_of(text, "SCRIPT-CERT-04", OWN)
    assert told_of(text, RULE, OWN) == []


def test_the_name_of_a_ca_that_exists_already_is_nobody_elses() -> None:
    for name, count in (("ROOT", 1), ("new", 0)):
        new = named(ca_things("new", "issuing-ca-ec-p384"), name)
        things = [HSM, *held("old", "a"), *new]
        text, _ = act_script(things, [asked("new"), issued("new", "old")])
        assert len(told_of(text, RULE)) == count


def test_no_request_from_elsewhere_is_approved_for_a_cas_name() -> None:
    text = BATCH.read_text()
    ca = 'profile: smki-issuing-dca, values: {alternative-names: "dns:a.example"}'
    for name, count in (("Z1", 1), ("Z9", 0)):
        made = text
        for before, after in (
            (
                "profile: smki-device-ds, values: {hardware-serial: 90b3d51f30000001}",
                f"{ca}, common-name: {name}",
            ),
            ("issuing-dca, request: meter-request", "root-dca, request: meter-request"),
        ):
            assert made.count(before) == 1
            made = made.replace(before, after)
        assert len(told_of(made, RULE)) == count


def test_what_a_set_is_tried_with_is_nobodys_name() -> None:
    # A trial calls each of a set as the root is called here.
    text = BATCH.read_text().replace("common-name: Z1", "common-name: Made up")
    devices = "title: Device certificates, profile: smki-device-ds"
    cas = "title: Certificates of CAs, profile: smki-issuing-dca"
    answer = "issuing-dca, request: device-requests"
    assert (text.count(devices), text.count(answer)) == (1, 1)
    text = text.replace(devices, cas).replace(answer, "root-dca, request: device-req")
    assert told_of(text.replace("device-req,", "device-requests,"), RULE) == []
