"""A serial number that is revoked and no certificate of its CA has is warned of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from ceremony.check.findings import Finding, FindingSeverity
from ceremony.check.plan import read_plan
from ceremony.conduct.brought import Brought
from ceremony.conduct.log import Log
from ceremony.conduct.opening import Wish, _earlier, _warned
from ceremony.conduct.preflight import check_against_journal
from ceremony.conduct.replaced import Journal
from ceremony.conduct.site import Site
from ceremony.conduct.unknown_serial import KnownNumbers, numbered_besides
from ceremony.engine.facts import CertificateBrought, Intent, Outcome
from ceremony.engine.serial_number import Numbered
from ceremony.identifiers import Digest, Mode
from ceremony.journal.store import JournalStore
from ceremony.pack.certificate_leaf import certificate_leaf
from ceremony.register.history import History
from ceremony.script.decode import decode_script
from ceremony.script.model import Script
from tests.fakes.record_builder import START, BuiltRecord
from tests.fakes.record_earlier import build_earlier, build_first, search
from tests.fakes.record_renewal import build_before, revoked_device, second_script
from tests.fakes.renewal_script import ACT, OTHER, list_step
from tests.fakes.room_after import history_of, kept_by, room_after
from tests.fakes.workspace_after import workspace_after
from tests.unit.conduct.test_lists_before_a_list import build_there

RULE: Final = "CONDUCT-CRL-06"
DIGITS: Final = (
    "Correct the digits; leave them where the CA has issued that certificate"
)
BY_ROOT: Final = ("key: issuing-dca", "key: root-dca")
WHEN: Final = "today superseded"
NUMBER: Final = 0x4A0F


def serial_of(name: str) -> str:
    """Give a certificate of the first ceremony as a list names it."""
    made = build_before().builder.state.certificates[name]
    return f"serial:{int(made.serial, 16):x}"


def revoking(
    *items: str, by: tuple[str, str] = ("", ""), first: BuiltRecord | None = None
) -> Script:
    """Give the script in which the issuing CA, or another key, revokes items."""
    signs = list_step(1 if first is None else 2, items).replace(*by)
    raw = second_script([*ACT[:2], signs, ACT[-1]], first=first)
    return decode_script(raw, "second.yaml")


def none_besides() -> tuple[Numbered, ...]:
    return ()


def warned(  # noqa: PLR0913  each is another part of what is known
    script: Script,
    history: History | None = None,
    mode: Mode = Mode.REHEARSAL,
    *,
    brought: Iterable[Brought] = (),
    besides: Callable[[], Iterable[Numbered]] = none_besides,
    first: BuiltRecord | None = None,
) -> list[Finding]:
    """Give what is told, by the journal of the first ceremony."""
    before = first or build_before()
    known = history_of(before.builder.facts) if history is None else history
    numbers = KnownNumbers(Journal(known, kept_by(before)), mode, besides)
    found = search(script, before)
    return list(numbers.warn_of_unknown(read_plan(script), found, brought))


def with_acts(change: Callable[[Outcome], Outcome | None]) -> History:
    """Give the history of the first ceremony with its acts changed, or left out."""
    history = history_of(build_before().builder.facts)
    acts = [(act, change(act.outcome)) for act in history.acts]
    history.acts = [replace(act, outcome=it) for act, it in acts if it is not None]
    return history


@pytest.mark.parametrize(
    "named", [lambda: serial_of("meter-certificate"), lambda: revoked_device(-1)]
)
def test_the_number_of_what_the_ca_has_issued_is_known(
    named: Callable[[], str],
) -> None:
    assert warned(revoking(f"{named()} {WHEN}")) == []


def test_a_number_that_no_certificate_has_is_told_with_its_ca_and_place() -> None:
    script = revoking(f"{serial_of('meter-certificate')} {WHEN}", OTHER)
    (finding,) = warned(script)
    assert (finding.rule, finding.severity) == (RULE, FindingSeverity.WARNING)
    assert finding.message == (
        "Step 2.4 revokes serial:4a0f, and by the site's journal no certificate of "
        "CN=Z2 has that number."
    )
    assert finding.remedy.startswith(DIGITS)
    line = script.raw.decode().splitlines()[finding.place.line - 1]
    assert line[finding.place.column - 1 :].startswith(OTHER)


def test_what_another_ca_has_issued_is_told_with_that_one() -> None:
    issuing = serial_of("issuing-dca-certificate")
    (finding,) = warned(revoking(f"{issuing} {WHEN}"))
    (made,) = (
        each.event
        for each in build_before().builder.facts
        if isinstance(each.fact, Outcome)
        and each.fact.thing == "issuing-dca-certificate"
    )
    assert finding.message.endswith(
        "no certificate of CN=Z2 has that number. A certificate of another CA has it: "
        "that of CN=Z2, issued by CN=Z1, in certificate.issue of ceremony "
        f"{made.ceremony}, leaf {made.seq}."
    )
    assert finding.remedy == (
        "Correct the digits, or have the list of that CA revoke it."
    )
    assert warned(revoking(f"{issuing} {WHEN}", by=BY_ROOT)) == []
    (finding,) = warned(revoking(f"{revoked_device()} {WHEN}", by=BY_ROOT))
    assert (
        "A certificate of another CA has it: one of a batch, issued by CN=Z2, in "
        in (finding.message)
    )


def test_what_a_list_of_the_ca_has_revoked_before_is_not_told_again() -> None:
    first = build_there()
    assert warned(revoking(OTHER, first=first), first=first) == []
    other = OTHER.replace("4a0f", "4a0e")
    (finding,) = warned(revoking(OTHER, other, first=first), first=first)
    assert "serial:4a0e" in finding.message
    (finding,) = warned(revoking(OTHER, by=BY_ROOT, first=first), first=first)
    assert "no certificate of CN=Z1 has" in finding.message


def test_nothing_is_told_of_a_ca_that_the_journal_does_not_know_to_have_issued() -> (
    None
):
    def less(outcome: Outcome) -> Outcome | None:
        made = outcome.certificate or outcome.part
        by = made.issuer_thing if made is not None else ""
        return None if by == "issuing-dca" else outcome

    assert warned(revoking(OTHER), with_acts(less)) == []
    (finding,) = warned(revoking(OTHER, by=BY_ROOT), with_acts(less))
    assert finding.rule == RULE


def test_the_certificates_of_a_batch_that_was_left_are_known() -> None:
    def left(outcome: Outcome) -> Outcome:
        part = outcome.part
        return replace(outcome, part=replace(part, issued=None)) if part else outcome

    known = f"{revoked_device()} {WHEN}"
    (finding,) = warned(revoking(known, OTHER), with_acts(left))
    assert "serial:4a0f" in finding.message


def journal_after() -> JournalStore:
    room = room_after(build_before(), build_before(), facts=())
    return cast("JournalStore", room.log.journal)


def test_what_was_named_for_a_part_that_may_have_been_signed_is_known() -> None:
    def in_doubt(outcome: Outcome) -> Outcome | None:
        return None if outcome.part is not None else outcome

    script = revoking(f"{revoked_device()} {WHEN}", OTHER)
    history = with_acts(in_doubt)
    assert len(warned(script, history)) == 2

    def named() -> Iterable[Numbered]:
        return numbered_besides(journal_after())

    (finding,) = warned(script, history, besides=named)
    assert "serial:4a0f" in finding.message
    assert any(each.named for each in named())


def brought(name: str) -> x509.Certificate:
    """Give a certificate by the issuer of a name."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(issuer)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(NUMBER)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
        .sign(key, SHA256())
    )


@pytest.mark.parametrize(("name", "count"), [("Z2", 0), ("Z3", 1)])
def test_a_certificate_that_was_brought_is_its_issuers(name: str, count: int) -> None:
    made = certificate_leaf(brought(name), "")
    fact = CertificateBrought("other", made)
    assert len(warned(revoking(OTHER), brought=[Brought(fact, {})])) == count
    earlier = Numbered("other", made.issuer, frozenset({NUMBER}))
    assert len(warned(revoking(OTHER), besides=lambda: [earlier])) == count


def test_what_was_brought_before_is_read_in_the_journal() -> None:
    facts = build_earlier().builder.facts
    room = room_after(build_earlier(), build_first())
    told = list(numbered_besides(cast("JournalStore", room.log.journal)))
    assert "other-ca" in {each.thing for each in told}
    types = {Intent.type, CertificateBrought.type}
    assert types <= {each.event.type for each in facts}


@pytest.mark.parametrize(
    ("mode", "is_told"), [(Mode.LIVE, False), (Mode.REHEARSAL, True)]
)
def test_in_a_live_ceremony_whatever_bears_the_cas_name_is_its_own(
    mode: Mode, *, is_told: bool
) -> None:
    """A rehearsal makes CAs of one name over and over."""

    def by_nobody(outcome: Outcome) -> Outcome:
        made = outcome.certificate
        if outcome.thing != "meter-certificate" or made is None:
            return outcome
        return replace(outcome, certificate=replace(made, issuer_thing="nobody"))

    script = revoking(f"{serial_of('meter-certificate')} {WHEN}")
    found = warned(script, with_acts(by_nobody), mode)
    assert [each.rule for each in found] == [RULE] * is_told


def test_the_check_at_a_site_and_the_opening_tell_it(tmp_path: Path) -> None:
    script, before = revoking(OTHER), build_before()
    serials = {"root-hsm": "S-root-hsm"}
    workspace = workspace_after(before, tmp_path / "workspace")
    checked = check_against_journal(
        workspace,
        Mode.REHEARSAL,
        script,
        serials=serials,
        files={},
        today=START.date(),
    )
    assert [finding.rule for finding in checked] == [RULE]

    token = SimpleNamespace(name="root-hsm", serial=serials["root-hsm"])
    site: Any = SimpleNamespace(
        binding=SimpleNamespace(tokens=[token], people=()), certificates={}
    )
    log = cast("Log", room_after(before, before, facts=()).log)
    wish = Wish(script, (), cast("Site", site), Mode.REHEARSAL)
    earlier = _earlier(wish, log, START.date())
    assert _warned(workspace, wish, log, earlier, START) == checked
    by_name = replace(wish, script=revoking(f"meter-cert {WHEN}"))
    assert _warned(workspace, by_name, cast("Log", None), (), START) == ()


@pytest.mark.parametrize("mode", Mode)
def test_a_live_ceremony_that_names_nothing_earlier_is_told_by_the_cas_name(
    mode: Mode,
) -> None:
    history = history_of(build_before().builder.facts)
    journal = Journal(history, kept_by(build_before()))
    numbers = KnownNumbers(journal, mode, none_besides)
    found = list(numbers.warn_of_unknown(read_plan(revoking(OTHER)), (), ()))
    assert [each.rule for each in found] == [RULE] * (mode is Mode.LIVE)


def test_a_journal_is_not_read_whole_where_every_number_is_known() -> None:
    def read() -> Iterable[Numbered]:
        raise AssertionError("it was read")

    assert warned(revoking(f"{revoked_device()} {WHEN}"), besides=read) == []


def test_no_batch_is_read_where_no_number_is_revoked() -> None:
    def nothing(digest: Digest) -> bytes:
        raise KeyError(digest)

    script = revoking()
    history = history_of(build_before().builder.facts)
    numbers = KnownNumbers(Journal(history, nothing), Mode.REHEARSAL, none_besides)
    found = search(script, build_before())
    assert list(numbers.warn_of_unknown(read_plan(script), found, ())) == []
