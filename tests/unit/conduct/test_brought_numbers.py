"""A brought certificate with a number that its issuer has given before is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.conduct.brought import find_brought, verify_numbers
from ceremony.conduct.log import Log
from ceremony.conduct.opening import Wish, _earlier
from ceremony.conduct.preflight import check_against_journal
from ceremony.conduct.site import Site
from ceremony.conduct.workspace import Workspace
from ceremony.errors import InputError
from ceremony.identifiers import Mode
from ceremony.pki.certificate import decode_certificate, fingerprint
from ceremony.script.decode import decode_script
from ceremony.script.model import Script
from tests.fakes.record_builder import START, BuiltRecord
from tests.fakes.record_earlier import search
from tests.fakes.record_renewal import build_before, second_script
from tests.fakes.room_after import room_after
from tests.fakes.serial_lies import MADE, like_it
from tests.fakes.unmeasured import unmeasured
from tests.fakes.workspace_after import workspace_after

TWICE = "CONDUCT-BROUGHT-03"


@pytest.fixture(scope="module")
def before() -> BuiltRecord:
    return unmeasured(build_before)


def of_batch(before: BuiltRecord) -> x509.Certificate:
    return x509.load_pem_x509_certificates(before.files[MADE])[0]


def of_the_meter(before: BuiltRecord) -> x509.Certificate:
    name = "certificate-meter-certificate.pem"
    return decode_certificate(before.files[name], name)


def naming(before: BuiltRecord, *brought: x509.Certificate) -> Script:
    """Give the script of the next ceremony, which brings certificates besides."""
    things = "".join(
        f"other-{at}: {{kind: certificate, title: It, sha256: {fingerprint(each)}}}\n  "
        for at, each in enumerate(brought)
    )
    raw = second_script(first=before)
    raw = raw.replace(b"  old-devices: ", f"  {things}old-devices: ".encode())
    return decode_script(raw, "second.yaml")


def files_of(*brought: x509.Certificate) -> dict[str, bytes]:
    return {
        f"certificates/{at}.der": each.public_bytes(Encoding.DER)
        for at, each in enumerate(brought)
    }


@pytest.mark.parametrize("which", [of_batch, of_the_meter])
def test_one_with_the_number_of_another_is_named_before_a_key_is_made(
    before: BuiltRecord, which: Callable[[BuiltRecord], x509.Certificate]
) -> None:
    made = which(before)
    for brought, code in ((like_it(made), TWICE), (made, "")):
        script = naming(before, brought)
        found = search(script, before)
        told = list(find_brought(script, files_of(brought)))
        if not code:
            verify_numbers(script, told, found)
            continue
        with pytest.raises(InputError) as refused:
            verify_numbers(script, told, found)
        assert refused.value.code == code
        assert f"calls other-0 has the serial number {made.serial_number:x}, " in str(
            refused.value
        )
        place = refused.value.place
        assert place is not None
        assert place.line > 1


def test_no_ceremony_is_opened_with_one(before: BuiltRecord) -> None:
    room = room_after(before, before, facts=())
    token = SimpleNamespace(name="root-hsm", serial="S-root-hsm")
    made = of_batch(before)
    for brought, is_twice in ((like_it(made), True), (made, False)):
        told = SimpleNamespace(
            binding=SimpleNamespace(tokens=[token]), certificates=files_of(brought)
        )
        script = naming(before, brought)
        wish = Wish(script, (), cast("Site", told), Mode.REHEARSAL)
        if not is_twice:
            found = {
                each.fact.thing
                for each in _earlier(wish, cast("Log", room.log), START.date())
            }
            assert {"other-0", "old-devices"} <= found
            continue
        with pytest.raises(InputError) as refused:
            _earlier(wish, cast("Log", room.log), START.date())
        assert refused.value.code == TWICE


def test_it_is_told_before_people_travel(before: BuiltRecord, tmp_path: Path) -> None:
    workspace = workspace_after(before, tmp_path / "site")
    made = of_batch(before)
    serials = {"root-hsm": "S-root-hsm"}
    for brought, rules in ((like_it(made), [TWICE]), (made, [])):
        script, files = naming(before, brought), files_of(brought)
        found = check_against_journal(
            workspace,
            Mode.REHEARSAL,
            script,
            serials=serials,
            files=files,
            today=START.date(),
        )
        assert [each.rule for each in found] == rules


def test_two_that_are_brought_are_held_against_each_other_without_a_journal(
    before: BuiltRecord, tmp_path: Path
) -> None:
    made = of_batch(before)
    for other, rules in ((like_it(made), [TWICE]), (of_the_meter(before), [])):
        script = naming(before, made, other)
        things = tuple(thing for thing in script.things if thing.is_brought)
        told = check_against_journal(
            Workspace(tmp_path),
            Mode.REHEARSAL,
            replace(script, things=things),
            serials={},
            files=files_of(made, other),
            today=START.date(),
        )
        assert [each.rule for each in told] == rules
