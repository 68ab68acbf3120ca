"""What keeps a ceremony from being opened before a token is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ceremony.clock import Instant
from ceremony.conduct.opening import Wish, _bound, open_ceremony
from ceremony.conduct.site import Site
from ceremony.conduct.workspace import Workspace
from ceremony.errors import CeremonyError, InputError
from ceremony.identifiers import Mode, PersonId, Role
from ceremony.pack.room_policy import load_room_preset
from ceremony.pack.roster_file import RosterPerson
from ceremony.pack.site_policy import SitePolicy
from ceremony.script.decode import load_script
from tests.fakes.key_acts import TESTS
from tests.fakes.made_up_binding import bound_site
from tests.unit.pack.test_site_binding import sound
from tests.unit.pack.test_trust_policy import POLICY

SCRIPTS = TESTS / "vectors/scripts"
WAIVER, LISTS = SCRIPTS / "sound-with-waiver.yaml", SCRIPTS / "sound-with-crl.yaml"
LAST, AFTER = date(2030, 12, 31), date(2031, 1, 1)
EVE, DAY = date(2026, 1, 14), date(2026, 1, 15)
UNREAD = "SCRIPT-READ-01"
"""Of the recorded answers, which are not there: all that is asked before is well."""


@dataclass(frozen=True)
class On:
    """A clock that stands at the first second of a day, UTC."""

    day: date

    def now(self) -> Instant:
        wall = datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)
        return Instant(wall, 0, "a boot")


def site(folder: Path) -> Site:
    made_up = bound_site()
    return Site(
        folder=folder,
        binding=replace(
            sound(),
            origin=made_up.origin,
            evidence=replace(made_up.evidence, module="soft"),
            people=(),
            ca_file=made_up.ca_file,
            evidence_ca=made_up.evidence_ca,
        ),
        site_policy=SitePolicy("Example", {}, {}, (), (), ()),
        room_policy=load_room_preset("standard"),
        trust_policy=POLICY,
        raw={},
        hardware=None,
        certificates={},
        pins=None,
    )


def refusal(folder: Path, script: Path, day: date, **changes: object) -> str:
    wish = Wish(load_script(script), (), site(folder), Mode.REHEARSAL)
    wish = replace(wish, answers=folder / "answers.yaml", **changes)  # type: ignore[arg-type]  # by name
    workspace = Workspace(folder / "workspace")
    with pytest.raises(CeremonyError) as caught:
        open_ceremony(workspace, wish, On(day))
    assert not workspace.folder.exists()
    return caught.value.code


@pytest.mark.parametrize(
    ("script", "day", "code"),
    [
        (WAIVER, LAST, UNREAD),
        (WAIVER, AFTER, "CONDUCT-WAIVER-01"),
        (LISTS, DAY, UNREAD),
        (LISTS, EVE, "CONDUCT-CRL-04"),
    ],
)
def test_a_ceremony_is_opened_on_a_day_on_which_its_script_can_be_carried_out(
    tmp_path: Path, script: Path, day: date, code: str
) -> None:
    assert refusal(tmp_path, script, day) == code


def test_a_binding_and_a_room_policy_of_another_mode_or_preset_open_none(
    tmp_path: Path,
) -> None:
    assert refusal(tmp_path, LISTS, DAY, mode=Mode.LIVE) == "BINDING-PIN-01"
    strict = replace(site(tmp_path), room_policy=load_room_preset("strict"))
    assert refusal(tmp_path, LISTS, DAY, site=strict) == "CONDUCT-ROOM-01"


def test_what_is_wrong_with_a_person_of_the_roster_is_told_by_the_file_to_correct(
    tmp_path: Path,
) -> None:
    script, known = load_script(LISTS), bound_site().people[0]
    here = replace(site(tmp_path), binding=bound_site())
    wish = Wish(script, (), here, Mode.REHEARSAL)
    person = RosterPerson(known.id, "Ann Lee", Role("auditor"), "AL", "Example")
    assert _bound(wish, person)[0] == known
    for other, told in (
        ({"id": PersonId("z-09")}, "z-09 of the roster has no token in the site b"),
        (
            {"role": Role("stoker")},
            f"{known.id} of the roster has the role 'stoker', which the script lists ",
        ),
    ):
        with pytest.raises(InputError) as caught:
            _bound(wish, replace(person, **other))  # type: ignore[arg-type]  # by name
        assert caught.value.code == "CONDUCT-ROSTER-01"
        assert str(caught.value).startswith(told)
