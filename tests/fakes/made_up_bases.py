"""Made-up profiles that are based on ones that ship, and what each comes to in full.

What it comes to is put together here from the files that ship, as the specification of
profiles says, and not by the product.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, Final

import yaml
from hypothesis import strategies as st

from ceremony.pki.builtin import builtin_profiles
from ceremony.pki.fact import BaselineKind, KeyUse, Presence, Purpose
from ceremony.pki.profile_file import FORMAT
from tests.fakes.made_up_profiles import (
    RARELY,
    UNKNOWN,
    choice,
    facts,
    oids,
    or_absent,
    places,
    quiet_hosts,
    some,
    subtrees_of,
)

_OWN: Final = ("format", "name", "title")
_SECTIONS: Final = ("facts", "environments", "request")


@st.composite
def based_files(draw: st.DrawFn) -> str:
    """The text of a profile's file that says what differs from a built-in one."""
    base = draw(st.sampled_from(builtin_profiles()))
    below = whole({"based-on": base})
    is_ca = below["facts"]["path-length"]["value"] not in ("no-ca", "no-ca-stated")
    others = [KeyUse.DIGITAL_SIGNATURE, KeyUse.NON_REPUDIATION, KeyUse.CRL_SIGN]
    usage = st.lists(choice(others), min_size=1, max_size=2, unique=True)
    maybe: dict[str, st.SearchStrategy[Any]] = {
        "validity": facts(st.integers(1, 900).map(lambda days: f"{days} days")),
        "serial-octets": facts(st.integers(8, 20)),
        "key-usage": facts(
            usage.map(lambda uses: ["key-cert-sign", *uses] if is_ca else uses)
        ),
        "extended-key-usage": or_absent(facts(some(Purpose, 2), critical=True)),
        "crl-distribution-points": facts(choice(Presence)),
        "ocsp-responders": facts(choice(Presence)),
        "issuer-certificates": facts(choice(Presence)),
    }
    if is_ca:
        permitted = facts(
            st.lists(subtrees_of(quiet_hosts), min_size=1, max_size=2, unique=True)
        )
        maybe["permitted-names"] = or_absent(permitted)
    if "environments" not in below or draw(st.integers(0, 7)) == 0:
        maybe["policies"] = or_absent(
            facts(st.lists(oids, min_size=1, max_size=2, unique=True), critical=True)
        )
    told = {
        name: draw(fact) for name, fact in maybe.items() if not draw(st.integers(0, 3))
    }
    file: dict[str, Any] = {
        "format": FORMAT,
        "name": "made-up",
        "title": "Made up",
        "based-on": base,
    }
    if told:
        file["facts"] = told
    if "policies" not in told and draw(st.booleans()):
        names = below["facts"].get("subject-alternative-name", {})
        is_device = names.get("value") == "hardware-module-name"
        file["environments"] = draw(places(is_device=is_device))
    is_elsewhere = len(file.get("environments", {})) > 1
    if below["signed-by"] != "self" and (is_elsewhere or draw(st.booleans())):
        file["signed-by"] = UNKNOWN
    if draw(st.integers(0, 29)) == RARELY:
        file["baseline-requirements"] = draw(choice(BaselineKind))
    return json.dumps(file)


def whole(told: dict[str, Any]) -> dict[str, Any]:
    """Give what a file says together with what it is based on."""
    name = told.get("based-on")
    if name is None:
        return told
    file = resources.files("ceremony.pki") / "profiles" / f"{name}.yaml"
    base = whole(yaml.safe_load(file.read_text("utf-8")))
    sections = {
        each: {**base.get(each, {}), **told.get(each, {})}
        for each in _SECTIONS
        if each in base or each in told
    }
    # The policies of an environment take the place of none, where it is the base's.
    own = "environments" in told and "policies" not in told.get("facts", {})
    if own and base["facts"].get("policies", {}).get("value") == "absent":
        del sections["facts"]["policies"]
    rest = {key: value for key, value in base.items() if key not in _OWN}
    return {**rest, **told, **sections}
