"""A CA's lists go on from key to key: they keep what is revoked, and count on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest

from ceremony.conduct.crl_view import told_of_crl
from ceremony.engine.decide import verify_command
from ceremony.engine.facts import CrlMade, EarlierFound, Intent, Outcome
from ceremony.engine.kept import corrections, keys_of_issuer, last_lists
from ceremony.engine.state import State
from ceremony.engine.steps import KINDS
from ceremony.engine.transcript import Line, Mark
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest
from ceremony.verify.check import Status
from ceremony.verify.verdict import judge_files
from tests.fakes.record_key_gone import TAKEN, build_next_list
from tests.fakes.record_succession import build_list_of_the_key_before
from tests.fakes.renewal_script import OTHER
from tests.fakes.walked_record import Moment, at, walk

NEXT = "next-dca-certificate"
OTHER_NOW = "serial:4a0f 2020-01-15 key-compromise"
OTHER_EARLIER = "serial:4a0f 2020-01-10 key-compromise"


@cache
def asked() -> Moment:
    """Give the moment that the next key is asked to sign its CA's next list."""
    return at(TAKEN, Intent, walk(build_next_list().builder))


def listing(state: State, number: int, revoked: Sequence[str]) -> State:
    """Let the script's list have another number, and revoke something else."""
    assert state.step is not None
    told = {**state.step.parameters, "number": number, "revoked": list(revoked)}
    step = replace(state.step, parameters=told)
    acts = tuple(
        replace(act, steps=tuple(step if it is state.step else it for it in act.steps))
        for act in state.script.acts
    )
    return replace(state, script=replace(state.script, acts=acts))


def told_list(state: State) -> EarlierFound:
    """Give what is told of the list that the key before has signed."""
    (told,) = (it for it in state.earlier if it.outcome.crl is not None)
    return told


def with_list(state: State, crl: CrlMade, *, here: bool = False) -> State:
    """Let the key before have signed another list, or have signed it here."""
    told = told_list(state)
    less = tuple(it for it in state.earlier if it is not told)
    if here:
        return replace(state, earlier=less, crls={"list": crl})
    changed = replace(told, outcome=replace(told.outcome, crl=crl))
    return replace(state, earlier=(*less, changed))


def refused(state: State, number: int, revoked: Sequence[str] = ()) -> str:
    """Give rule, message and remedy of the refusal; nothing where it is allowed."""
    told = listing(state, number, revoked)
    try:
        verify_command(told, asked().command)
    except RefusedError as refusal:
        return f"{refusal.code}: {refusal} {refusal.remedy}"
    return ""


def test_a_list_that_keeps_what_the_key_before_revokes_is_signed_and_verified() -> None:
    built = build_next_list()
    checks = judge_files(built.files, built.policy).checks
    assert [it.number for it in checks if it.status is Status.FAILED] == []
    (crl,) = built.builder.state.crls.values()
    assert [(each.serial, each.day) for each in crl.revoked] == [
        (f"{0x4A0F:032x}", "2020-01-15")
    ]
    assert refused(asked().before, 2, [OTHER]) == ""


@pytest.mark.parametrize(
    "revoked",
    [
        [],
        ["serial:4a0f 2020-01-16 superseded"],
        ["serial:4a0f 2020-01-14 superseded"],
        ["serial:4a0f 2020-01-15 cessation-of-operation"],
        ["serial:4a0f 2020-01-16 key-compromise"],
        ["serial:4a0f today key-compromise"],
        ["serial:4a0f today superseded"],
    ],
)
def test_what_the_key_before_revokes_for_good_is_kept(revoked: list[str]) -> None:
    told = refused(asked().before, 2, revoked)
    assert told.startswith("ENGINE-EARLIER-03: ")
    assert (
        "does not revoke serial:4a0f 2020-01-15 superseded, as the last list of the "
        "key before, that of Issuing certificate, does."
    ) in told
    assert "Add the entry to the script, with the same day and reason." in told


@pytest.mark.parametrize("reason", ["key-compromise", "ca-compromise"])
@pytest.mark.parametrize("day", ["2020-01-15", "2020-01-14"])
def test_that_a_key_is_compromised_and_since_when_is_told_afterwards(
    reason: str, day: str
) -> None:
    """Baseline Requirements, 7.2.2: reason and date of the entry are updated."""
    state = asked().before
    item = f"serial:4a0f {day} {reason}"
    assert refused(state, 2, [item]) == ""
    before = last_lists(state, keys_of_issuer(state, "next-dca"))
    (told,) = corrections(state, [item], before=before)
    assert told.told == "2020-01-15 superseded in list 1"
    assert corrections(state, [OTHER], before=before) == ()


@pytest.mark.parametrize(
    ("item", "is_refused"),
    [
        ("serial:4a0f 2020-01-14 key-compromise", False),
        ("serial:4a0f 2020-01-15 ca-compromise", False),
        ("serial:4a0f 2020-01-16 key-compromise", True),
        ("serial:4a0f 2020-01-15 superseded", True),
        ("serial:4a0f 2020-01-14 superseded", True),
    ],
)
def test_a_compromise_may_have_been_earlier_and_is_never_taken_back(
    item: str, *, is_refused: bool
) -> None:
    state = asked().before
    crl = told_list(state).outcome.crl
    assert crl is not None
    entries = tuple(replace(it, reason="key-compromise") for it in crl.revoked)
    told = refused(with_list(state, replace(crl, revoked=entries)), 2, [item])
    assert told.startswith("ENGINE-EARLIER-03: ") is is_refused


def test_a_correction_is_one_of_the_newest_list_that_has_the_entry() -> None:
    state = asked().before
    crl = told_list(state).outcome.crl
    assert crl is not None
    entries = tuple(replace(it, reason="key-compromise") for it in crl.revoked)
    newer = replace(crl, number=2, revoked=entries)
    for both in ((crl, newer), (newer, crl)):
        assert corrections(state, [OTHER_NOW], before=both) == ()
        (told,) = corrections(state, [OTHER_EARLIER], before=both)
        assert told.told == "2020-01-15 key-compromise in list 2"


def test_what_was_on_hold_is_corrected_by_nothing() -> None:
    state = asked().before
    crl = told_list(state).outcome.crl
    assert crl is not None
    entries = tuple(replace(it, reason="certificate-hold") for it in crl.revoked)
    held = replace(crl, revoked=entries)
    assert corrections(state, [OTHER_NOW], before=[held]) == ()
    assert refused(with_list(state, held), 2, ["serial:4a0f today superseded"]) == ""


def test_today_in_one_ceremony_is_the_same_day_as_today() -> None:
    state = asked().before
    crl = told_list(state).outcome.crl
    assert crl is not None
    here = with_list(state, crl, here=True)
    assert refused(here, 2, ["serial:4a0f today key-compromise"]) == ""
    assert refused(here, 2, ["serial:4a0f today superseded"]) == ""
    assert refused(here, 2, ["serial:4a0f today cessation-of-operation"]) != ""


def test_a_list_that_tells_of_a_compromise_is_signed_and_verified() -> None:
    built = build_next_list(revoked=(OTHER_EARLIER,))
    checks = judge_files(built.files, built.policy).checks
    assert [it.number for it in checks if it.status is Status.FAILED] == []
    state = built.builder.state
    (crl,) = state.crls.values()
    assert [(each.day, each.reason) for each in crl.revoked] == [
        ("2020-01-10", "key-compromise")
    ]
    done = at(TAKEN, Outcome, walk(built.builder))
    # The last state knows the list itself, and the lines tell of those before it.
    lines = KINDS["crl.issue"].entries(state, (done.command.fact,))
    told = [it for it in lines if isinstance(it, Line) and it.label == "corrects"]
    assert [(it.value, it.mark) for it in told] == [
        ("serial 4a0f: 2020-01-15 superseded in list 1", Mark.REMARK)
    ]
    honest = at(TAKEN, Outcome, walk(build_next_list().builder))
    lines = KINDS["crl.issue"].entries(honest.after, (honest.command.fact,))
    assert "corrects" not in {it.label for it in lines if isinstance(it, Line)}


def test_the_review_card_tells_what_is_corrected() -> None:
    state = listing(asked().before, 2, [OTHER_EARLIER])
    assert state.step is not None
    rows = told_of_crl(state, state.step)
    assert rows[3:5] == [
        ("Revokes", OTHER_EARLIER, True),
        ("Corrects", "2020-01-15 superseded in list 1", True),
    ]
    for revoked in ([OTHER], []):
        state = listing(asked().before, 2, revoked)
        assert state.step is not None
        labels = [label for label, _, _ in told_of_crl(state, state.step)]
        assert labels[3:] == ["Revokes", "Profile"]


def test_the_review_card_tells_from_when_on_a_certificate_held() -> None:
    state = asked().before
    name, made = next(iter(state.certificates.items()))
    first = made.not_before[:10]
    for day, more in (("2001-01-01", [("Holds from", first, True)]), (first, [])):
        item = f"{name} {day} key-compromise"
        listed = listing(state, 2, [item])
        assert listed.step is not None
        rows = told_of_crl(listed, listed.step)
        assert rows[3:-1] == [("Revokes", item, True), *more]


def test_a_hold_of_the_key_before_may_be_released() -> None:
    state = asked().before
    crl = told_list(state).outcome.crl
    assert crl is not None
    entries = tuple(replace(it, reason="certificate-hold") for it in crl.revoked)
    assert refused(with_list(state, replace(crl, revoked=entries)), 2) == ""


def test_the_numbers_of_a_cas_lists_grow_from_key_to_key() -> None:
    state = asked().before
    told = refused(state, 1, [OTHER])
    assert told.startswith("ENGINE-CRL-03: ")
    assert (
        "gives the number 1, and the key before, that of Issuing certificate, has "
        "signed a list with the number 1."
    ) in told
    crl = told_list(state).outcome.crl
    assert crl is not None
    later = with_list(state, replace(crl, number=7))
    assert refused(later, 7, [OTHER]).startswith("ENGINE-CRL-03: ")
    assert refused(later, 8, [OTHER]) == ""


def test_the_list_of_another_ca_is_not_followed() -> None:
    state = asked().before
    made = replace(state.certificates[NEXT], subject="CN=Z3")
    other = replace(state, certificates={**state.certificates, NEXT: made})
    assert refused(other, 1) == ""
    assert refused(other, 0).startswith("ENGINE-CRL-03: ")
    assert "numbers begin with 1" in refused(other, 0)
    assert keys_of_issuer(replace(other, keys={}), "next-dca") == ()
    assert last_lists(state, [Digest("ee" * 32)]) == ()


def test_a_list_of_the_key_before_in_the_same_ceremony_is_followed() -> None:
    """What it revokes from its day on, the next one may from its own."""
    state = asked().before
    crl = told_list(state).outcome.crl
    assert crl is not None
    here = with_list(state, crl, here=True)
    assert refused(here, 2).startswith("ENGINE-EARLIER-03: ")
    assert refused(here, 1, [OTHER]).startswith("ENGINE-CRL-03: ")
    for item in (OTHER, "serial:4a0f today superseded"):
        assert refused(here, 2, [item]) == ""


def test_of_a_keys_lists_the_last_one_is_followed() -> None:
    state = asked().before
    crl = told_list(state).outcome.crl
    assert crl is not None
    later = replace(crl, number=3, revoked=())
    both = replace(with_list(state, crl), crls={"list": later})
    assert refused(both, 3, [OTHER]).startswith("ENGINE-CRL-03: ")
    assert refused(both, 4) == ""


def test_a_list_of_the_key_before_goes_on_with_those_of_the_next_key() -> None:
    """Both are lists under one name, of which everybody takes the newest."""
    built = build_list_of_the_key_before()
    checks = judge_files(built.files, built.policy).checks
    assert [it.number for it in checks if it.status is Status.FAILED] == []
    moment = at("2.9", Intent, walk(built.builder))

    def asked_for(number: int, revoked: Sequence[str]) -> str:
        told = listing(moment.before, number, revoked)
        with pytest.raises(RefusedError) as refusal:
            verify_command(told, moment.command)
        return f"{refusal.value.code}: {refusal.value}"

    told = asked_for(2, [])
    assert told.startswith("ENGINE-EARLIER-03: ")
    assert "as the last list of the next key, that of Next certificate, does." in told
    told = asked_for(1, [OTHER])
    assert told.startswith("ENGINE-CRL-03: ")
    assert "and the next key, that of Next certificate, has signed a list" in told
