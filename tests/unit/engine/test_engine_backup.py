"""A backup is relied on only once it was shown to be one; each rule refuses one change.

The made-up ceremony of ``tests.fakes.record_backup``: 2.6 makes the transport key, 2.8
the wrapping key, 2.10 wraps it, 2.12 restores it, 2.9 and 2.13 find its check values;
2.15 makes the signing key, 2.17 wraps and 2.19 restores it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ceremony.engine.backup import (
    Backups,
    blob_for,
    has_equal_value,
    is_backed_up,
    verify_relied_on,
)
from ceremony.engine.command import Command
from ceremony.engine.facts import (
    AttributeFound,
    Fact,
    Intent,
    Outcome,
    RemarkTold,
    Result,
    StepClosed,
)
from ceremony.engine.fold import fold
from ceremony.engine.state import State
from ceremony.engine.steps import KINDS
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest
from tests.fakes.walked_record import (
    Moment,
    allowed,
    changed,
    refusal,
    walked_backup,
)
from tests.fakes.walked_record import at as find

OTHER = Digest("ee" * 32)

Change = Callable[[Command], Command]


def at(step: str, kind: type[Fact]) -> Moment:
    return find(step, kind, walked_backup())


def fact(**values: Any) -> Change:
    return lambda command: changed(command, **values)


def part(name: str, /, **values: Any) -> Change:
    return lambda command: changed(
        command, **{name: replace(getattr(command.fact, name), **values)}
    )


def without(name: str) -> Change:
    return lambda command: changed(command, **{name: None})


def made(step: str, name: str) -> Change:
    """Let an outcome tell of what another step's tells of."""
    other = getattr(at(step, Outcome).command.fact, name)
    return lambda command: changed(command, **{name: other})


REFUSED: tuple[tuple[str, str, type[Fact], Change], ...] = (
    ("ENGINE-KEY-04", "2.6", Outcome, part("key", algorithm="RSA-4096")),
    ("ENGINE-KEY-04", "2.6", Outcome, part("key", size=4096)),
    ("ENGINE-KEY-04", "2.6", Outcome, made("2.8", "secret_key")),
    ("ENGINE-KEY-04", "2.8", Outcome, part("secret_key", algorithm="AES-128")),
    ("ENGINE-KEY-04", "2.12", Outcome, part("secret_key", size=128)),
    ("ENGINE-DEVICE-03", "2.6", Outcome, made("2.17", "wrapped")),
    ("ENGINE-DEVICE-03", "2.9", Outcome, made("2.17", "proof")),
    ("ENGINE-DEVICE-03", "2.17", Outcome, made("2.19", "restored")),
    ("ENGINE-DEVICE-03", "2.19", Outcome, made("2.9", "check_value")),
    ("ENGINE-DEVICE-01", "2.17", Intent, fact(thing="kek")),
    ("ENGINE-DEVICE-01", "2.19", Intent, fact(token="first-hsm")),  # noqa: S106  a name
    ("ENGINE-DEVICE-05", "2.19", Intent, fact(label="")),
    ("ENGINE-DEVICE-05", "2.17", Intent, fact(label="signer")),
    ("ENGINE-BACKUP-03", "2.17", Intent, fact(under="transport")),
    ("ENGINE-BACKUP-03", "2.17", Intent, fact(algorithm="aes-kw")),
    ("ENGINE-BACKUP-03", "2.17", Outcome, part("wrapped", under="transport")),
    ("ENGINE-BACKUP-03", "2.17", Outcome, part("wrapped", method="aes-kw")),
    ("ENGINE-BACKUP-03", "2.17", Outcome, without("proof")),
    ("ENGINE-BACKUP-03", "2.17", Outcome, part("proof", public_key=OTHER)),
    ("ENGINE-BACKUP-03", "2.10", Outcome, made("2.17", "proof")),
    ("ENGINE-BACKUP-04", "2.19", Intent, fact(under="transport")),
    ("ENGINE-BACKUP-04", "2.19", Intent, fact(algorithm="aes-kw")),
    ("ENGINE-BACKUP-04", "2.19", Intent, fact(blob=OTHER)),
    ("ENGINE-BACKUP-04", "2.19", Intent, fact(blob=None)),
    ("ENGINE-BACKUP-04", "2.19", Outcome, part("restored", blob=OTHER)),
    ("ENGINE-BACKUP-04", "2.19", Outcome, part("restored", original="kek")),
    ("ENGINE-BACKUP-04", "2.19", Outcome, part("restored", under="transport")),
    ("ENGINE-BACKUP-04", "2.19", Outcome, part("restored", method="aes-kw")),
    ("ENGINE-BACKUP-05", "2.19", Outcome, part("key", public_key=OTHER)),
    ("ENGINE-BACKUP-05", "2.19", Outcome, part("proof", public_key=OTHER)),
    ("ENGINE-BACKUP-05", "2.19", Outcome, without("proof")),
    ("ENGINE-BACKUP-06", "2.9", Intent, fact(algorithm="zeros")),
    ("ENGINE-BACKUP-06", "2.9", Outcome, part("check_value", method="zeros")),
    ("ENGINE-BACKUP-06", "2.9", Outcome, part("check_value", value="")),
    ("ENGINE-BACKUP-06", "2.9", Outcome, part("check_value", value="00" * 3)),
)


@pytest.mark.parametrize(("code", "step", "kind", "change"), REFUSED)
def test_one_change_to_an_honest_fact_is_refused_under_its_rule(
    code: str, step: str, kind: type[Fact], change: Change
) -> None:
    moment = at(step, kind)
    allowed(moment.before, moment.command)
    assert refusal(moment.before, change(moment.command)) == code


def folded(moment: Moment, change: Change) -> State:
    """Give the state after an outcome that tells something else."""
    command = change(moment.command)
    return fold(moment.before, moment.event, command.fact)


UNFINISHED: tuple[tuple[str, str, Change], ...] = (
    ("ENGINE-KEY-02", "2.8", without("secret_key")),
    ("ENGINE-KEY-02", "2.12", without("secret_key")),
    ("ENGINE-DEVICE-02", "2.17", without("wrapped")),
    ("ENGINE-DEVICE-02", "2.19", without("restored")),
    ("ENGINE-DEVICE-02", "2.9", without("check_value")),
    ("ENGINE-DEVICE-02", "2.19", fact(result=Result.FAILED)),
    ("ENGINE-BACKUP-07", "2.13", part("check_value", value="00" * 5)),
)


@pytest.mark.parametrize(("code", "step", "change"), UNFINISHED)
def test_a_step_that_lacks_what_it_is_for_does_not_close(
    code: str, step: str, change: Change
) -> None:
    closing = at(step, StepClosed)
    allowed(closing.before, closing.command)
    state = folded(at(step, Outcome), change)
    assert refusal(state, closing.command) == code


def test_a_key_that_exists_is_neither_made_nor_restored_a_second_time() -> None:
    after = walked_backup()[-1].after
    for step, code in (("2.8", "ENGINE-KEY-01"), ("2.12", "ENGINE-BACKUP-04")):
        moment = at(step, Intent)
        keys = {"secret_keys": after.secret_keys}
        state = replace(moment.before, **keys)
        assert refusal(state, moment.command) == code


def test_nothing_is_wrapped_restored_or_checked_that_does_not_exist() -> None:
    for step, code in (
        ("2.10", "ENGINE-BACKUP-03"),
        ("2.12", "ENGINE-BACKUP-04"),
        ("2.9", "ENGINE-BACKUP-06"),
    ):
        moment = at(step, Intent)
        allowed(moment.before, moment.command)
        bare = replace(moment.before, keys={}, secret_keys={}, wrapped={})
        assert refusal(bare, moment.command) == code


def test_a_failed_outcome_may_tell_of_nothing() -> None:
    for step in ("2.10", "2.12", "2.9"):
        moment = at(step, Outcome)
        told = Outcome(
            moment.command.fact.verb,
            moment.command.fact.token,
            moment.command.fact.serial,
            Result.FAILED,
            thing=moment.command.fact.thing,
        )
        allowed(moment.before, replace(moment.command, fact=told))


def test_a_copy_is_not_used_before_it_is_shown_to_be_equal() -> None:
    moment = at("2.19", Intent)
    early = replace(moment.before, shown_equal=frozenset())
    allowed(moment.before, moment.command)
    assert refusal(early, moment.command) == "ENGINE-BACKUP-01"


@pytest.mark.parametrize("verb", ["key.wrap", "certificate.issue", "csr.create"])
def test_no_verb_but_those_that_show_it_takes_an_unproven_copy(verb: str) -> None:
    state = at("2.12", StepClosed).after
    step = replace(state.script.steps[0], verb=verb, parameters={"key": "kek-copy"})
    with pytest.raises(RefusedError) as caught:
        verify_relied_on(state, step)
    assert caught.value.code == "ENGINE-BACKUP-01"
    verify_relied_on(at("2.13", StepClosed).after, step)


@pytest.mark.parametrize("verb", ["key.check-value", "key.prove", "key.destroy"])
def test_an_unproven_copy_may_be_shown_equal_or_destroyed(verb: str) -> None:
    state = at("2.12", StepClosed).after
    step = replace(state.script.steps[0], verb=verb, parameters={"key": "kek-copy"})
    verify_relied_on(state, step)


def test_an_original_is_not_destroyed_before_its_backup_is_shown_equal() -> None:
    for name, shown_at, early in (("kek", "2.13", "2.12"), ("signer", "2.19", "2.18")):
        before, after = at(early, StepClosed).after, at(shown_at, StepClosed).after
        step = replace(
            before.script.steps[0], verb="key.destroy", parameters={"key": name}
        )
        with pytest.raises(RefusedError) as caught:
            verify_relied_on(before, step)
        assert caught.value.code == "ENGINE-BACKUP-02"
        verify_relied_on(after, step)


def test_a_token_is_not_zeroised_before_the_backup_of_each_key_is_shown_equal() -> None:
    for early, shown_at, key in (("2.12", "2.13", "kek"), ("2.18", "2.19", "signer")):
        before, after = at(early, StepClosed).after, at(shown_at, StepClosed).after
        given = {"device": before.script.thing(key).token, "zeroises": True}
        step = replace(before.script.steps[0], verb="device.manual", parameters=given)
        with pytest.raises(RefusedError) as caught:
            verify_relied_on(before, step)
        assert caught.value.code == "ENGINE-BACKUP-02"
        assert f"destroys {key}," in str(caught.value)
        verify_relied_on(after, step)
        left = {**given, "zeroises": False}
        verify_relied_on(before, replace(step, parameters=left))


def test_a_key_that_was_wrapped_and_has_no_copy_is_not_backed_up() -> None:
    after = walked_backup()[-1].after

    def known(*wrapped: str) -> Backups:
        return Backups(wrapped, after.shown_equal, ("transport",))

    assert is_backed_up(after.script, known("kek"), "transport")
    assert not is_backed_up(after.script, known("kek", "transport"), "transport")


def test_a_copy_is_equal_by_value_or_proof_and_by_nothing_less() -> None:
    after = walked_backup()[-1].after
    assert after.shown_equal == {"kek-copy", "signer-copy"}
    assert has_equal_value(after, "kek-copy")
    assert not has_equal_value(after, "kek")
    assert not has_equal_value(after, "signer-copy")
    moment = at("2.19", Outcome)
    no_key = replace(moment.before, keys={})
    assert moment.command.fact.restored is not None
    assert (
        "signer-copy" not in fold(no_key, moment.event, moment.command.fact).shown_equal
    )


def test_what_is_restored_is_the_last_blob_under_that_key() -> None:
    after = walked_backup()[-1].after
    first = after.wrapped["signer"][0]
    second = replace(first, blob=OTHER)
    twice = replace(after, wrapped={**after.wrapped, "signer": (first, second)})
    assert blob_for(twice, "signer-copy", "kek-copy") == second
    assert blob_for(twice, "signer-copy", "kek") == second
    assert blob_for(twice, "signer-copy", "transport") is None
    assert blob_for(twice, "kek-copy", "kek") is None


def texts(entries: tuple[Entry, ...]) -> dict[str, str]:
    return {each.label: each.value for each in entries if isinstance(each, Line)}


def read(step: str, change: Change = lambda command: command) -> tuple[Entry, ...]:
    moment = at(step, Outcome)
    state = folded(moment, change)
    told = change(moment.command).fact
    kind = KINDS[told.verb]
    return kind.entries(state, (told,))


def test_a_wrapped_key_reads_with_its_method_and_its_digest() -> None:
    told = texts(read("2.17"))
    assert told["under"] == "Wrapping key"
    assert told["method"] == "aes-kwp"
    assert told["size"] == "80 bytes of ciphertext"
    passed_over = part("wrapped", passed_over=("CKM_AES_KEY_WRAP_KWP",))
    assert texts(read("2.17", passed_over))["not offered"] == "CKM_AES_KEY_WRAP_KWP"
    assert "not offered" not in told
    assert "size" in texts(read("2.10"))


def test_a_restored_key_says_what_it_is_a_copy_of_and_whether_it_is_proven() -> None:
    pair, secret = texts(read("2.19")), texts(read("2.12"))
    assert pair["copy of"] == "Signing key"
    assert secret["copy of"] == "Wrapping key"
    assert "short id" in pair
    assert "short id" not in secret
    marks = [
        e.mark for e in read("2.19") if isinstance(e, Line) and "signed" in e.value
    ]
    assert marks == [Mark.PASS]
    assert any("not relied on" in e.value for e in read("2.12") if isinstance(e, Line))


def test_check_values_read_as_equal_or_not() -> None:
    original, copy = read("2.9"), read("2.13")
    other = read("2.13", part("check_value", value="00" * 5))
    last = [e for e in copy if isinstance(e, Line) and "equal" in e.value]
    assert [(e.value, e.mark) for e in last] == [
        ("equal to that of Wrapping key", Mark.PASS)
    ]
    last = [e for e in other if isinstance(e, Line) and "equal" in e.value]
    assert [(e.value, e.mark) for e in last] == [
        ("not equal to that of Wrapping key", Mark.FAIL)
    ]
    assert not [e for e in original if isinstance(e, Line) and "equal" in e.value]


def test_remarks_of_a_token_read_in_words() -> None:
    remark = RemarkTold("CKA_LOCAL", "false", "The token does not say so.")
    told = texts(read("2.8", part("secret_key", remarks=(remark,))))
    assert told["remark"] == "CKA_LOCAL is false: The token does not say so."


def test_a_failed_operation_reads_as_failed() -> None:
    for step in ("2.9", "2.17", "2.19"):
        moment = at(step, Outcome)
        bare = changed(
            moment.command,
            result=Result.FAILED,
            check_value=None,
            wrapped=None,
            restored=None,
            key=None,
            proof=None,
            inventory=None,
        ).fact
        entries = KINDS[bare.verb].entries(moment.before, (bare,))
        assert [e.mark for e in entries if isinstance(e, Line)] == [Mark.FAIL]


def test_an_attribute_that_fails_keeps_a_restored_key_from_closing_its_step() -> None:
    bad = AttributeFound("CKA_SENSITIVE", "true", "false", passed=False)
    state = folded(at("2.12", Outcome), part("secret_key", attributes=(bad,)))
    assert refusal(state, at("2.12", StepClosed).command) == "ENGINE-KEY-02"


def test_the_end_of_a_wrapping_key_reads_without_a_key_id() -> None:
    after = walked_backup()[-1].after
    told = Intent("key.destroy", "first-hsm", "S-first-hsm", thing="kek", label="kek")
    entries = texts(KINDS["key.destroy"].entries(after, (told,)))
    assert entries == {"label": "kek", "CKA_ID": after.secret_keys["kek"].cka_id}
