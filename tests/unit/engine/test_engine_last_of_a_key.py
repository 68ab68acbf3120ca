"""Of a key and its copies the last one goes only where the step says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.engine.backup import verify_relied_on
from ceremony.engine.facts import StepClosed
from ceremony.engine.zeroise import keys_in
from ceremony.errors import RefusedError
from ceremony.script.model import Step
from tests.fakes.walked_record import at, walked_backup


@pytest.mark.parametrize("first", ["signer", "signer-copy"])
@pytest.mark.parametrize("by_hand", [False, True], ids=["destroyed", "zeroised"])
def test_the_last_one_of_a_key_and_its_copies_is_not_destroyed(
    first: str, *, by_hand: bool
) -> None:
    both = {"signer", "signer-copy"}
    after = at("2.19", StepClosed, walked_backup()).after
    some = after.script.steps[0]

    def ending(name: str) -> Step:
        if not by_hand:
            return replace(some, verb="key.destroy", parameters={"key": name})
        given = {"device": after.script.thing(name).token, "zeroises": True}
        return replace(some, verb="device.manual", parameters=given)

    verify_relied_on(after, ending(first))
    gone = keys_in(after, after.script.thing(first).token) if by_hand else (first,)
    left = replace(after, destroyed=dict.fromkeys(gone, some.id))
    (last,) = both - {first}
    with pytest.raises(RefusedError) as caught:
        verify_relied_on(left, ending(last))
    assert caught.value.code == "ENGINE-BACKUP-02"
    meant = ending(last)
    meant = replace(meant, parameters={**meant.parameters, "last": True})
    verify_relied_on(left, meant)
    # Whatever a step says, what was never shown to be equal is no backup.
    unshown = replace(left, shown_equal=frozenset())
    if last == "signer":
        with pytest.raises(RefusedError):
            verify_relied_on(unshown, meant)


def test_a_key_and_its_only_copy_do_not_end_with_one_token() -> None:
    after = at("2.19", StepClosed, walked_backup()).after
    script = after.script
    things = tuple(
        replace(thing, token=script.thing("signer").token)
        if thing.name == "signer-copy"
        else thing
        for thing in script.things
    )
    state = replace(after, script=replace(script, things=things))
    given = {"device": script.thing("signer").token, "zeroises": True}
    step = replace(script.steps[0], verb="device.manual", parameters=given)
    with pytest.raises(RefusedError) as caught:
        verify_relied_on(state, step)
    assert caught.value.code == "ENGINE-BACKUP-02"
    assert "destroys signer," in str(caught.value)
