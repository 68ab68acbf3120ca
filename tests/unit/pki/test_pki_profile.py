"""Profiles: read strictly, every fact with status and source."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from cryptography import x509

from ceremony.errors import InputError
from ceremony.pki.builtin import builtin_profiles, load_builtin_profile
from ceremony.pki.extension import fixed_extensions
from ceremony.pki.fact import Attribute, KeyUse, Status, StringType
from ceremony.pki.profile import CertificateProfile, NamePart, Validity
from ceremony.pki.profile_file import decode_profile
from ceremony.script.shape import ShapeError

TEXT = (
    resources.files("ceremony.pki") / "profiles" / "smki-issuing-oca.yaml"
).read_text("utf-8")


SUBTREE = """  permitted-names:
    value: [example.org]
    status: read
    source: a site's own
"""


# path-length comes first, since the reader asks for it first.
ALWAYS = {
    "path-length",
    "subject",
    "key",
    "signature",
    "validity",
    "serial-octets",
    "key-usage",
    "key-identifier",
}


LEFT_OUT = (
    "extended-key-usage",
    "crl-distribution-points",
    "ocsp-responders",
    "issuer-certificates",
)
ROOTS = (
    *("path-length", "extended-key-usage", "subject-alternative-name", "validity"),
    *("serial-octets", "key-usage"),
    *("crl-distribution-points", "ocsp-responders", "issuer-certificates", "policies"),
)
"""What nobody could confirm of a Root OCA, in the reader's order."""
SEEN = re.compile("smki-(?!root|iki|issuing-dca)")
"""The kinds of which a certificate was seen."""


def _by_environment(name: str) -> bool:
    """Whether the policies differ by environment, as those of devices' PKI do."""
    return name.startswith("smki-") and not name.startswith("smki-iki-")


def _unverified(profile: CertificateProfile) -> list[str]:
    return [fact.name for fact in profile.facts if fact.status is Status.UNVERIFIED]


def test_the_issuing_profile_holds_what_was_observed() -> None:
    profile = load_builtin_profile("smki-issuing-oca")
    assert profile.subject == (
        NamePart(Attribute.REMOTE_PARTY_ROLE, StringType.PRINTABLE, "07"),
        NamePart(Attribute.COMMON_NAME, StringType.PRINTABLE),
    )
    assert profile.validity == Validity(years=25)
    assert profile.path_length == 0
    assert profile.serial_octets == 16
    assert profile.key_usage == (KeyUse.KEY_CERT_SIGN, KeyUse.CRL_SIGN)
    assert profile.policies == ("1.2.826.0.1.8641679.1.2.1.4",)
    assert not profile.is_self_signed
    assert _unverified(profile) == []


def test_the_root_profile_marks_what_is_only_recalled_as_unverified() -> None:
    profile = load_builtin_profile("smki-root-oca")
    assert profile.is_self_signed
    assert profile.path_length is None
    assert _unverified(profile) == list(ROOTS)


@pytest.mark.parametrize("name", builtin_profiles())
def test_every_fact_that_ships_has_a_source(name: str) -> None:
    profile = load_builtin_profile(name)
    assert {fact.name for fact in profile.facts} >= ALWAYS
    for fact in profile.facts:
        recalled = fact.source.startswith(("recalled", "inferred"))
        assert (fact.status is Status.UNVERIFIED) == recalled, fact


@pytest.mark.parametrize("name", builtin_profiles())
def test_a_profile_that_ships_is_named_as_its_file_and_has_an_issuer(name: str) -> None:
    profile = load_builtin_profile(name)
    assert profile.name == name
    assert profile.is_self_signed or profile.signed_by in builtin_profiles()


@pytest.mark.parametrize(
    "name", ["smki-iki-ca", "smki-iki-client", "smki-iki-file-signing"]
)
def test_what_the_iki_leaves_out_is_not_confirmed_either(name: str) -> None:
    profile = load_builtin_profile(name)
    assert (profile.policies, profile.purposes) == ((), ())
    left_out = {*LEFT_OUT, "subject-alternative-name", "policies"}
    assert left_out <= set(_unverified(profile))


@pytest.mark.parametrize(
    "name",
    [n for n in builtin_profiles() if SEEN.match(n)],
)
def test_what_was_seen_to_be_left_out_is_observed(name: str) -> None:
    told = {fact.name: fact for fact in load_builtin_profile(name).facts}
    for each in LEFT_OUT:
        assert told[each].status is Status.OBSERVED
        assert told[each].source.endswith("without it")


@pytest.mark.parametrize("name", [n for n in builtin_profiles() if _by_environment(n)])
def test_no_policy_ships_for_production(name: str) -> None:
    with pytest.raises(InputError) as caught:
        load_builtin_profile(name, environment="production")
    assert caught.value.code == "PKI-PROFILE-02"


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        load_builtin_profile("../../etc/passwd")
    assert caught.value.code == "PKI-PROFILE-05"


def test_an_environment_can_be_added_in_a_file() -> None:
    more = (
        "  production:\n    policies: [1.2.3.4]\n"
        "    status: read\n    source: Annex B\n"
    )
    text = TEXT.replace("\nrequest:", f"{more}\nrequest:")
    profile = decode_profile(text, "mine.yaml", environment="production")
    assert profile.policies == ("1.2.3.4",)
    assert profile.facts[-1].source == "Annex B"


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ("certificate-profile/1", "certificate-profile/2", "PKI-PROFILE-01", 3),
        ('text: "07"', 'text: "7"', "PKI-PROFILE-03", 11),
        ('text: "07"', 'text: "0G"', "PKI-PROFILE-03", 11),
        ('text: "07"', 'text: "07"\n        optional: true', "PKI-PROFILE-10", 9),
        (
            "string: printable\n    status",
            "string: bit\n    status",
            "PKI-PROFILE-03",
            14,
        ),
        ("[1.2.826.0.1.8641679.1.2.1.4]", '["1.2.x"]', "PKI-PROFILE-04", 69),
        ("[1.2.826.0.1.8641679.1.2.1.4]", '["1.99.1"]', "PKI-PROFILE-04", 69),
        ("value: 0", "value: 10", "PKI-PROFILE-06", 35),
        ("value: 0", "value: many", "PKI-PROFILE-06", 35),
        ("value: 0", "value: true", "PKI-PROFILE-06", 35),
        ("value: 0", "value: [0]", "PKI-PROFILE-06", 35),
        (", crl-sign]", ", key-cert-sign]", "PKI-PROFILE-07", 39),
        (", crl-sign]", ", sign-all]", "FILE-SHAPE-04", 39),
        ("ec-p256", "rsa", "FILE-SHAPE-04", 19),
        ("value: 25 years", "value: 0 years", "PKI-PROFILE-08", 27),
        ("value: 25 years", "value: 101 years", "PKI-PROFILE-08", 27),
        ("value: 25 years", "value: always", "PKI-PROFILE-08", 27),
        ("    value: 25 years\n", "", "FILE-SHAPE-02", 27),
        ("    value: 0\n", "", "FILE-SHAPE-02", 35),
        ("title:", "tittle:", "FILE-SHAPE-01", 5),
        (
            "    value: 25 years\n",
            "    value: 25 years\n    extra: 1\n",
            "FILE-SHAPE-01",
            28,
        ),
        ("[key-cert-sign, crl-sign]", "[crl-sign]", "PKI-PROFILE-10", 38),
        ("environments:", f"{SUBTREE}\nenvironments:", "PKI-PROFILE-09", 68),
    ],
)
def test_a_fault_in_a_profile_is_placed(
    before: str, after: str, code: str, line: int
) -> None:
    assert TEXT.count(before) == 1 or before == "value: 0"
    with pytest.raises(InputError) as caught:
        decode_profile(TEXT.replace(before, after, 1), "mine.yaml")
    assert caught.value.code == code
    assert caught.value.place is not None
    assert (caught.value.place.file, caught.value.place.line) == ("mine.yaml", line)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "  key-usage:\n    value: [key",
            "  key-useage:\n    value: [key",
            ["facts has no key 'key-useage'; did you mean 'key-usage'?"],
        ),
        (
            "\nfacts:",
            "\nfatcs:",
            ["the profile has no key 'fatcs'; did you mean 'facts'?"],
        ),
        (
            "  key-usage:\n    value: [key-cert-sign, crl-sign]\n",
            "  key-usage: none\n  zzz:\n",
            [
                "Key-usage has to be a mapping of keys.",
                "facts has no key 'zzz'.",
            ],
        ),
        (
            "  validity:\n",
            "  zzz:\n",
            ["facts has no key 'zzz'.", "facts lacks the key 'validity'."],
        ),
    ],
)
def test_of_a_fact_that_is_misspelt_or_missing_nothing_false_is_told(
    before: str, after: str, told: list[str]
) -> None:
    assert TEXT.count(before) == 1
    with pytest.raises(ShapeError) as caught:
        decode_profile(TEXT.replace(before, after), "mine.yaml")
    assert [str(each) for each in caught.value.faults] == told


def test_a_profile_with_a_tag_is_outside_the_yaml_profile() -> None:
    with pytest.raises(InputError) as caught:
        decode_profile(TEXT.replace("title: ", "title: !x "), "mine.yaml")
    assert re.fullmatch(r"SCRIPT-YAML-[0-9]{2}", caught.value.code)


ORGANIZATION = "{attribute: organization, string: utf8}"
UNIT = "{attribute: organizational-unit, string: utf8, optional: true}"
PARTS = """    value:
      - attribute: remote-party-role
        string: printable
        text: "07"
      - attribute: common-name
        string: printable
"""


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ("- {attribute: country, string: utf8}", "PKI-PROFILE-03"),
        ("- {attribute: country, string: printable, text: gb}", "PKI-PROFILE-03"),
        ("- {attribute: common-name, string: bit}", "PKI-PROFILE-03"),
        ("- {attribute: common-name, string: utf8, text: 'Z\u0430'}", "PKI-PROFILE-03"),
        ("- {attribute: common-name, string: utf8, text: ' Z'}", "PKI-PROFILE-03"),
        (
            f"- {{attribute: common-name, string: utf8, text: {'Z' * 65}}}",
            "PKI-PROFILE-03",
        ),
        ("- {attribute: unique-identifier, string: utf8}", "PKI-PROFILE-03"),
        ("- {attribute: unique-identifier, string: bit, text: '07'}", "PKI-PROFILE-03"),
        ("- {attribute: common-name, string: utf8, optional: true}", "PKI-PROFILE-10"),
        (f"- {ORGANIZATION}\n      - {ORGANIZATION}", "PKI-PROFILE-10"),
        (
            f"- {UNIT}\n      - {{attribute: remote-party-role, string: utf8}}",
            "PKI-PROFILE-10",
        ),
    ],
)
def test_a_name_that_no_certificate_could_keep_is_refused(
    parts: str, code: str
) -> None:
    assert TEXT.count(PARTS) == 1
    text = TEXT.replace(PARTS, f"    value:\n      {parts}\n")
    with pytest.raises(InputError) as caught:
        decode_profile(text, "mine.yaml")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("signed-by: smki-root-oca", "signed-by: self|ec-p256|ed25519"),
        ("[key-cert-sign, crl-sign]", "[key-cert-sign, key-encipherment]"),
        ("value: 0\n", "value: no-ca-stated\n"),
    ],
)
def test_a_profile_that_contradicts_itself_is_refused(before: str, after: str) -> None:
    after, *key = after.split("|")
    text = TEXT.replace(before, after)
    if key:
        text = text.replace(*key)
    with pytest.raises(InputError) as caught:
        decode_profile(text, "mine.yaml")
    assert caught.value.code == "PKI-PROFILE-10"


@pytest.mark.parametrize(
    ("subtree", "is_one"),
    [
        ("dns:example.org", True),
        ("dns:.example.org", False),
        ("dns:a@example.org", False),
        ("email:example.org", True),
        ("email:.example.org", True),
        ("email:ca@example.org", True),
        ("email:@example.org", False),
        ("uri:example.org", True),
        ("uri:.example.org", True),
        ("uri:http://example.org", False),
        ("dns:-a.example.org", False),
        (f"dns:{'a' * 64}.example.org", False),
        ("email:a..b@example.org", False),
    ],
)
def test_a_subtree_is_a_host_or_what_lies_below_it(
    subtree: str, *, is_one: bool
) -> None:
    """RFC 5280, section 4.2.1.10: no URI, and no dot before the name of a host."""
    text = TEXT.replace(
        "environments:", f"{SUBTREE.replace('example.org', subtree)}\nenvironments:"
    )
    if is_one:
        (extension,) = [
            extension
            for extension, _ in fixed_extensions(decode_profile(text, "mine.yaml"))
            if isinstance(extension, x509.NameConstraints)
        ]
        (permitted,) = extension.permitted_subtrees or ()
        assert permitted.value == subtree.partition(":")[2]
    else:
        with pytest.raises(InputError) as caught:
            decode_profile(text, "mine.yaml")
        assert caught.value.code == "PKI-PROFILE-09"


def test_what_could_not_be_read_is_no_contradiction() -> None:
    """A stand-in value takes a wrong one's place, and nobody judges the stand-in."""
    text = TEXT.replace("[key-cert-sign, crl-sign]", "[sign-all]")
    with pytest.raises(ShapeError) as caught:
        decode_profile(text, "mine.yaml")
    assert [fault.code for fault in caught.value.faults] == ["FILE-SHAPE-04"]


def test_a_value_that_is_none_stands_twice_with_no_other() -> None:
    """The first of the closed set, key-cert-sign, stood in its place."""
    text = TEXT.replace(", crl-sign]", ", sign-all, digital-signature]", 1)
    with pytest.raises(ShapeError) as caught:
        decode_profile(text, "mine.yaml")
    assert [fault.code for fault in caught.value.faults] == ["FILE-SHAPE-04"]
    only = TEXT.replace("[key-cert-sign, crl-sign]", "[sign-all, sign-any]", 1)
    with pytest.raises(ShapeError) as caught:
        decode_profile(only, "mine.yaml")
    assert {fault.code for fault in caught.value.faults} == {"FILE-SHAPE-04"}
