"""A site whose packs could not be verified is told before a ceremony is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, Final, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.check.findings import Finding, FindingSeverity
from ceremony.conduct.diagnosis.evidence import check_evidence
from ceremony.conduct.diagnosis.line import State
from ceremony.conduct.evidence_bound import evidence_rules
from ceremony.conduct.log import Log
from ceremony.conduct.opening import Wish, _verify_wish, _warned
from ceremony.conduct.preflight import lint_mode
from ceremony.conduct.workspace import Workspace
from ceremony.errors import CeremonyError, RefusedError
from ceremony.identifiers import Mode, Origin, PersonId, Role
from ceremony.journal.note import make_vkey
from ceremony.pack.binding import SiteBinding
from ceremony.pack.room_policy import load_room_preset
from ceremony.pack.roster_file import RosterPerson
from ceremony.pki.evidence_ca import SigningKey, Term
from tests.fakes.made_up_binding import bound_site
from tests.fakes.made_up_site import Site, SoftwareKey
from tests.fakes.plain_evidence_ca import (
    certify_evidence_ca,
    certify_signer,
)
from tests.fakes.record_builder import build_record
from tests.unit.conduct.test_unknown_serials import WHEN, revoking

SITE: Final = Site()
TODAY: Final = datetime(2026, 11, 27, 12, tzinfo=UTC)
LATER: Final = datetime(2036, 2, 1, tzinfo=UTC)
"""The seal and the people end in 2036, the CA above them in 2056."""


def other_ca() -> bytes:
    """Make another CA under the same name: DER."""
    term = Term("Evidence CA", datetime(2026, 1, 5, tzinfo=UTC).date(), 30, 4711)
    ca = certify_evidence_ca(term, SoftwareKey("another evidence ca"))
    assert ca.subject == SITE.ca.subject
    return ca.public_bytes(Encoding.DER)


def with_key(binding: SiteBinding, log_key: str) -> SiteBinding:
    return replace(binding, evidence=replace(binding.evidence, log_key=log_key))


def with_cosigner(binding: SiteBinding, change: Callable[[Any], str]) -> SiteBinding:
    """Bind a verifier key for the first person whose key is of Ed25519."""
    people = list(binding.people)
    for at, person in enumerate(people):
        key = x509.load_der_x509_certificate(person.certificate).public_key()
        if isinstance(key, ed25519.Ed25519PublicKey):
            people[at] = replace(person, cosigner=change(key))
            return replace(binding, people=tuple(people))
    raise LookupError("nobody of the made-up site cosigns")


def with_seal(binding: SiteBinding, key: SigningKey) -> SiteBinding:
    """Let the evidence CA certify another key as the seal's."""
    term = Term("Pack seal", date(2026, 1, 5), 10, 4712)
    seal = certify_signer(term, key, ca=SITE.ca, ca_key=SITE.ca_key)
    der = seal.public_bytes(Encoding.DER)
    return replace(binding, evidence=replace(binding.evidence, seal_certificate=der))


def with_person(person: str, begun: date) -> SiteBinding:
    """Bind a person's certificate that the same CA issued for ten years from a day."""
    binding = bound_site()
    der = Site(begun=begun).person(PersonId(person)).der
    people = tuple(
        replace(one, certificate=der) if one.id == person else one
        for one in binding.people
    )
    return replace(binding, people=people)


def wish_of(binding: SiteBinding, *people: str) -> Wish:
    site: Any = SimpleNamespace(
        binding=binding, room_policy=load_room_preset("standard")
    )
    roster = tuple(
        RosterPerson(PersonId(one), one, Role("auditor"), "XE", "") for one in people
    )
    return Wish(build_record().builder.script, roster, site, Mode.REHEARSAL)


def lint(binding: SiteBinding, at: datetime = TODAY) -> list[Finding]:
    wish = wish_of(binding)
    return list(lint_mode(wish.script, Mode.REHEARSAL, wish.site, at))


WRONG: Final[tuple[tuple[str, Callable[[SiteBinding], SiteBinding], datetime], ...]] = (
    ("BINDING-ORIGIN-01", lambda it: replace(it, origin=Origin("mistyped/it")), TODAY),
    (
        "BINDING-ORIGIN-01",
        lambda it: with_key(it, make_vkey("other", SITE.log_key.public_key())),
        TODAY,
    ),
    ("JOURNAL-VKEY-01", lambda it: with_key(it, "abc"), TODAY),
    ("BINDING-CA-01", lambda it: replace(it, evidence_ca=other_ca()), TODAY),
    (
        "BINDING-SEAL-01",
        lambda it: with_seal(it, ed25519.Ed25519PrivateKey.generate().public_key()),
        TODAY,
    ),
    (
        "BINDING-SEAL-01",
        lambda it: with_seal(it, ec.generate_private_key(ec.SECP384R1()).public_key()),
        TODAY,
    ),
    ("BINDING-TERM-01", lambda it: it, LATER),
    ("BINDING-TERM-01", lambda it: it, datetime(2026, 1, 4, tzinfo=UTC)),
)


def codes(binding: SiteBinding, mode: Mode, at: datetime) -> list[str]:
    found = []
    for verify in evidence_rules(binding, mode, at):
        try:
            verify()
        except CeremonyError as error:
            found.append(error.code)
    return found


def test_a_sound_site_is_silent_in_its_mode() -> None:
    assert codes(bound_site(), Mode.REHEARSAL, TODAY) == []
    assert codes(bound_site(), Mode.LIVE, TODAY) == ["BINDING-ORIGIN-01"]


@pytest.mark.parametrize(("rule", "change", "at"), WRONG)
def test_what_no_pack_would_survive_is_refused_by_its_rule_alone(
    rule: str, change: Callable[[SiteBinding], SiteBinding], at: datetime
) -> None:
    assert codes(change(bound_site()), Mode.REHEARSAL, at) == [rule]


@pytest.mark.parametrize(("rule", "change", "at"), WRONG)
def test_check_opening_and_doctor_tell_it(
    rule: str, change: Callable[[SiteBinding], SiteBinding], at: datetime
) -> None:
    wish = wish_of(change(bound_site()))
    assert rule in [
        finding.rule
        for finding in lint(wish.site.binding, at)
        if finding.severity is FindingSeverity.ERROR
    ]
    with pytest.raises(CeremonyError) as refused:
        _verify_wish(wish, at)
    assert refused.value.code == rule
    line = next(check_evidence(wish.site.binding, at))
    assert (line.rule, line.state) == ("DOCTOR-EVIDENCE-01", State.FAIL)
    assert line.remedy == refused.value.remedy


def test_the_doctor_takes_a_log_key_of_either_mode() -> None:
    live = make_vkey(bound_site().origin, SITE.log_key.public_key())
    for binding in (bound_site(), with_key(bound_site(), live)):
        assert [line.state for line in check_evidence(binding, TODAY)] == [State.OK]


def test_the_file_and_its_days_are_named() -> None:
    with pytest.raises(RefusedError) as refused:
        evidence_rules(bound_site(), Mode.REHEARSAL, LATER)[3]()
    assert "seal.pem holds from 2026-01-05 00:00 to 2036-01-04" in str(refused.value)


def test_a_log_key_that_is_no_verifier_key_is_told_as_that() -> None:
    line = next(check_evidence(with_key(bound_site(), "abc"), TODAY))
    assert line.told == (
        "The log-key in the site binding: 'abc' is not a verifier key: its key "
        "cannot be read."
    )


UNASKED: Final = cast("Workspace", None)
NO_LOG: Final = cast("Log", None)
"""Of a script that wipes nothing and revokes by name no journal is asked."""

ENDED: Final = with_person("x-01", date(2016, 1, 5))
"""A binding of somebody whose certificate ended on 2026-01-04."""

ELSEWHERE: Final = replace(
    bound_site(),
    people=(
        *bound_site().people[:-1],
        replace(bound_site().people[-1], certificate=other_ca()),
    ),
)
"""A binding of somebody whose certificate another CA issued."""


COSIGNS: Final = "c-01"
"""The first person of the made-up site whose key is of Ed25519."""

AMISS: Final[tuple[tuple[str, str, SiteBinding], ...]] = (
    ("BINDING-CA-01", ELSEWHERE.people[-1].id, ELSEWHERE),
    ("JOURNAL-VKEY-01", COSIGNS, with_cosigner(bound_site(), lambda _: "abc")),
    (
        "BINDING-COSIGNER-01",
        COSIGNS,
        with_cosigner(bound_site(), lambda key: make_vkey("its", key)),
    ),
    (
        "BINDING-COSIGNER-01",
        COSIGNS,
        with_cosigner(
            bound_site(),
            lambda _: make_vkey("its", SITE.log_key.public_key(), cosigner=True),
        ),
    ),
)
"""What is amiss with one person: the rule, who it is, and the binding."""


@pytest.mark.parametrize(("rule", "wrong", "binding"), AMISS)
def test_a_person_counts_where_the_roster_has_them(
    rule: str, wrong: str, binding: SiteBinding
) -> None:
    everybody = [person.id for person in binding.people]
    _verify_wish(wish_of(binding, *(one for one in everybody if one != wrong)), TODAY)
    with pytest.raises(CeremonyError) as refused:
        _verify_wish(wish_of(binding, *everybody), TODAY)
    assert refused.value.code == rule
    assert f"of {wrong} " in str(refused.value)


@pytest.mark.parametrize(("rule", "wrong", "binding"), AMISS)
def test_without_a_roster_a_person_is_warned_of_by_name(
    rule: str, wrong: str, binding: SiteBinding
) -> None:
    (found,) = (it for it in lint(binding) if it.rule == rule)
    assert found.severity is FindingSeverity.WARNING
    site, person = check_evidence(binding, TODAY)
    assert (site.state, person.state) == (State.OK, State.WARN)
    for told in (found.message, person.told):
        assert f"No ceremony is opened with {wrong} on its roster." in told


def test_a_person_whose_certificate_ended_goes_on_by_paper_and_is_warned_of() -> None:
    everybody = {person.id for person in ENDED.people}
    _verify_wish(wish_of(ENDED, *everybody), TODAY)
    seen = replace(wish_of(ENDED, *everybody), script=revoking(f"meter-cert {WHEN}"))
    (opening,) = _warned(UNASKED, seen, NO_LOG, (), TODAY)
    (script,) = (it for it in lint(ENDED) if it.rule == "CONDUCT-SIGN-02")
    assert opening == script
    assert (opening.rule, opening.severity) == (
        "CONDUCT-SIGN-02",
        FindingSeverity.WARNING,
    )
    assert (
        "x-01.pem of x-01 holds from 2016-01-05 00:00 to 2026-01-04" in script.message
    )
    assert "signs on paper" in opening.remedy
    away = replace(seen, people=wish_of(ENDED, *(everybody - {"x-01"})).people)
    assert _warned(UNASKED, away, NO_LOG, (), TODAY) == ()
    site, person = check_evidence(ENDED, TODAY)
    assert (site.state, person.state) == (State.OK, State.WARN)
    assert person.told == opening.message


def test_a_cosigner_of_the_person_s_own_key_is_well() -> None:
    own = with_cosigner(bound_site(), lambda key: make_vkey("c", key, cosigner=True))
    _verify_wish(wish_of(own, *(person.id for person in own.people)), TODAY)
    assert [line.state for line in check_evidence(own, TODAY)] == [State.OK]


def test_the_doctor_warns_of_a_certificate_that_ends_within_thirty_days() -> None:
    soon = with_person("w-01", date(2016, 12, 20))
    _, line = check_evidence(soon, TODAY)
    assert (line.rule, line.state) == ("DOCTOR-EVIDENCE-02", State.WARN)
    assert "w-01.pem of w-01 holds until 2026-12-19 23:59 UTC" in line.told
    assert "cannot sign with their own key" in line.told
    later = with_person("w-01", date(2017, 1, 5))
    assert [line.state for line in check_evidence(later, TODAY)] == [State.OK]
