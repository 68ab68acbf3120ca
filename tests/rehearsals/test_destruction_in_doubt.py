"""A destruction is cut off, and a pair that looks like its key is put beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony.conduct.changed import decide_change
from ceremony.conduct.recovery import Choice, Decision, recover
from ceremony.conduct.room import Room
from ceremony.conduct.workspace import Workspace
from ceremony.engine.change import courses
from ceremony.engine.facts import Course, Intent, Outcome, Result
from ceremony.engine.state import Phase
from ceremony.errors import RefusedError
from tests.crash.harness import BY, seal
from tests.crash.key_acts_child import carry_out, dying_at, play_to
from tests.fakes.foreign_pair import put_pair
from tests.fakes.key_acts import put_script
from tests.rehearsals.in_the_room import inside
from tests.rehearsals.made_act import BEGIN, write_act
from tests.rehearsals.stage import copy_site

pytestmark = [pytest.mark.crash, pytest.mark.hsm, pytest.mark.no_cover]

ROOT_HSM = "root-hsm"
THINGS = [
    "root-hsm: {kind: token, title: Root token}",
    "trial: {kind: key, title: Trial key, token: root-hsm, algorithm: P-256}",
]
ACT = [
    *BEGIN,
    "key.generate, irreversible: true, with: {key: trial}",
    "key.destroy, irreversible: true, with: {key: trial}",
]


def die_before_it_begins(room: Room) -> None:
    play_to(room, "key.destroy", "")
    dying_at(room, Intent, before=False)
    carry_out(room)


def session_of(room: Room):  # noqa: ANN201  as the devices give it
    assert room.site.pins is not None
    return room.conductor.devices.session(ROOT_HSM, room.site.pins.user[ROOT_HSM])


def listed(room: Room) -> list[str]:
    """Give the public values of the pairs, of the private objects their class."""
    with session_of(room) as at:
        return [
            str(
                each.value("CKA_EC_POINT")
                if "PUBLIC" in each.object_class
                else "private"
            )
            for each in at.inventory().entries
        ]


def resume(room: Room) -> None:
    recover(room.conductor, room.pins, Decision(Choice.ADOPT, BY), lambda _: None)


def give_up_beside_a_twin(room: Room) -> None:
    """Half of the key is gone; a pair of its id and label came."""
    key = room.conductor.state.keys["trial"]
    with session_of(room) as at:
        private, public = at.inventory().entries
        if "PUBLIC" in private.object_class:
            private, public = public, private
        own = str(public.value("CKA_EC_POINT"))
        at.destroy(private)
    put_pair(room.workspace.folder / "site", ROOT_HSM, key.label, key.cka_id)
    with pytest.raises(RefusedError) as caught:
        resume(room)
    assert caught.value.code == "CONDUCT-RESUME-04"
    change = room.conductor.state.change
    assert change is not None
    assert change.found.tokens[0].foreign == key.objects
    assert courses(room.conductor.state) == (Course.LOOK_AGAIN, Course.ABANDON)
    decide_change(room.conductor, Course.ABANDON, "Nobody knows whose it is.", BY)
    resume(room)
    assert room.conductor.state.phase is Phase.ABANDONED
    results = [
        known.fact.result
        for known in room.conductor.facts
        if isinstance(known.fact, Outcome)
    ]
    assert results[-1] is Result.ADOPTED
    # What was left of the key is destroyed, and the whole other pair is there.
    there = listed(room)
    assert len(there) == len(key.objects)
    assert "private" in there
    assert own not in there
    told = seal(room, room.workspace.folder)
    (room.workspace.folder / "verdict.txt").write_text(told)


def test_a_pair_like_the_key_that_is_being_destroyed_is_foreign(
    site_base: Path, tmp_path: Path
) -> None:
    script, answers = write_act(tmp_path, THINGS, ACT)
    put_script(copy_site(site_base, tmp_path / "w"), script, answers)
    workspace = Workspace(tmp_path / "w")
    inside(workspace, die_before_it_begins, dies=True)
    inside(workspace, give_up_beside_a_twin, dies=False)
    verdict = (workspace.folder / "verdict.txt").read_text()
    assert verdict.startswith("Record: CANNOT TELL")
    assert "Ceremony: abandoned" in verdict
