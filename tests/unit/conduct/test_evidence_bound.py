"""A site whose packs could not be verified is told before a ceremony is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Final, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.conduct.diagnosis.evidence import check_evidence
from ceremony.conduct.diagnosis.line import State
from ceremony.conduct.evidence_bound import evidence_rules
from ceremony.conduct.opening import Wish, _verify_wish
from ceremony.conduct.preflight import lint_mode
from ceremony.conduct.site import Site as AtSite
from ceremony.errors import CeremonyError, RefusedError
from ceremony.identifiers import Mode, Origin
from ceremony.journal.note import make_vkey
from ceremony.pack.binding import SiteBinding
from ceremony.pack.room_policy import load_room_preset
from ceremony.pki.evidence_ca import Term
from tests.fakes.made_up_binding import bound_site
from tests.fakes.made_up_site import Site, SoftwareKey
from tests.fakes.plain_evidence_ca import certify_evidence_ca
from tests.fakes.record_builder import build_record

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


WRONG: Final[tuple[tuple[str, Callable[[SiteBinding], SiteBinding], datetime], ...]] = (
    ("BINDING-ORIGIN-01", lambda it: replace(it, origin=Origin("mistyped/it")), TODAY),
    (
        "BINDING-ORIGIN-01",
        lambda it: with_key(it, make_vkey("other", SITE.log_key.public_key())),
        TODAY,
    ),
    ("JOURNAL-VKEY-01", lambda it: with_key(it, "abc"), TODAY),
    ("JOURNAL-VKEY-01", lambda it: with_cosigner(it, lambda _: "abc"), TODAY),
    (
        "BINDING-COSIGNER-01",
        lambda it: with_cosigner(it, lambda key: make_vkey("its", key)),
        TODAY,
    ),
    (
        "BINDING-COSIGNER-01",
        lambda it: with_cosigner(
            it, lambda _: make_vkey("its", SITE.log_key.public_key(), cosigner=True)
        ),
        TODAY,
    ),
    ("BINDING-CA-01", lambda it: replace(it, evidence_ca=other_ca()), TODAY),
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
    own = with_cosigner(bound_site(), lambda key: make_vkey("c", key, cosigner=True))
    assert codes(own, Mode.REHEARSAL, TODAY) == []


@pytest.mark.parametrize(("rule", "change", "at"), WRONG)
def test_what_no_pack_would_survive_is_refused_by_its_rule_alone(
    rule: str, change: Callable[[SiteBinding], SiteBinding], at: datetime
) -> None:
    assert codes(change(bound_site()), Mode.REHEARSAL, at) == [rule]


@pytest.mark.parametrize(("rule", "change", "at"), WRONG)
def test_check_opening_and_doctor_tell_it(
    rule: str, change: Callable[[SiteBinding], SiteBinding], at: datetime
) -> None:
    script, binding = build_record().builder.script, change(bound_site())
    policy = load_room_preset("standard")
    site: Any = SimpleNamespace(binding=binding, room_policy=policy)
    found = lint_mode(script, Mode.REHEARSAL, cast("AtSite", site), at)
    assert rule in [finding.rule for finding in found]
    with pytest.raises(CeremonyError) as refused:
        _verify_wish(Wish(script, (), site, Mode.REHEARSAL), at)
    assert refused.value.code == rule
    line = check_evidence(binding, at)
    assert (line.rule, line.state) == ("DOCTOR-EVIDENCE-01", State.FAIL)
    assert line.remedy == refused.value.remedy


def test_the_doctor_takes_a_log_key_of_either_mode() -> None:
    live = make_vkey(bound_site().origin, SITE.log_key.public_key())
    for binding in (bound_site(), with_key(bound_site(), live)):
        line = check_evidence(binding, TODAY)
        assert line.state is State.OK
        assert f"people's {len(SITE.people) + 1} certificates" in line.told


def test_the_file_and_its_days_are_named() -> None:
    with pytest.raises(RefusedError) as refused:
        evidence_rules(bound_site(), Mode.REHEARSAL, LATER)[2]()
    assert "seal.pem holds from 2026-01-05 00:00 to 2036-01-04" in str(refused.value)


def test_a_verifier_key_that_is_none_is_told_with_whose_it_is() -> None:
    cosigning = with_cosigner(bound_site(), lambda _: "abc")
    (person,) = (it.id for it in cosigning.people if it.cosigner)
    for binding, what in (
        (with_key(bound_site(), "abc"), "log-key"),
        (cosigning, f"cosigner of {person}"),
    ):
        line = check_evidence(binding, TODAY)
        assert line.told == (
            f"The {what} in the site binding: 'abc' is not a verifier key: its key "
            "cannot be read."
        )
