"""What a profile departs from is let be, and nothing else is: no byte, no finding.

What the second linter finds without a departure says what there is to depart from.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from ceremony.errors import InputError
from ceremony.pki.finding import SecondFinding, others_of
from ceremony.pki.linted import lint_order, tbs_of
from ceremony.pki.order import Order
from ceremony.pki.profile_file import decode_profile
from ceremony.pki.stand_in import stand_in_public_key
from tests.fakes.made_up_profiles import orders, profile_files
from tests.properties.pki.test_accepted_profiles import read

NEVER_FOUND = {
    "finding": "nobody.finds_this",
    "about": "2.999.1",
    "reason": "Made up",
    "source": "Made up",
}


@settings(max_examples=40, deadline=None)
@given(profile_files(), st.data())
def test_a_departure_lets_its_finding_be_and_changes_nothing(
    text: str, data: st.DataObject
) -> None:
    profile = read(text)
    assume(profile is not None)
    assert profile is not None
    order = data.draw(orders(profile))
    before = lint_order(order)
    found = others_of(before)
    chosen = [each for each in found if data.draw(st.booleans())]
    departs = [each for each in map(departure, chosen) if each is not None]
    again = with_departures(text, order, [*departs, NEVER_FOUND])
    if again is None:
        event("a departure that is too wide")
        return
    event(f"departs from {min(len(departs), 2)}")
    key = stand_in_public_key(profile.key)
    assert tbs_of(again, key) == tbs_of(order, key)
    after = lint_order(again)
    assert after.findings == before.findings
    told = others_of(after)
    named = {each["finding"] for each in departs}
    for was, each in zip(found, told, strict=True):
        assert replace(each, departs="") == replace(was, departs="")
        # One that the linter finds wrongly may be let be without a departure.
        assert each.departs in (was.departs, "Let be [Made up]")
        assert each.departs == was.departs or each.rule in named
        if each.departs:
            assert not each.stops
    for each, its in zip(chosen, map(departure, chosen), strict=True):
        if its is not None:
            assert told[found.index(each)].departs


def departure(finding: SecondFinding) -> dict[str, str] | None:
    """Depart from a finding, about an OID or a word of its message."""
    path, _, message = finding.message.partition(": ")
    message = re.sub(rf"{re.escape(path)}[\w.]*", "", message)
    words = re.findall(r"(?<![\w.])(?:\d+(?:\.\d+)+|[A-Za-z]{4,})(?!\.?\w)", message)
    oids = [word for word in words if word[0].isdigit()]
    about = next(iter(oids + words), None)
    if about is None:
        return None
    return {
        "finding": finding.rule,
        "about": about,
        "reason": "Let be",
        "source": "Made up",
    }


def with_departures(text: str, order: Order, departs: list[Any]) -> Order | None:
    """Read the profile again with departures; None where one fits too much."""
    told = json.loads(text)
    told["departs"] = departs
    try:
        profile = decode_profile(json.dumps(told), "made-up.yaml")
    except InputError as error:
        if error.code != "PKI-DEPART-01":
            raise
        return None
    return replace(order, profile=profile)
