"""From bytes to a script: shape, numbering, parameters, and every fault at once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ceremony.errors import InputError, Place, StorageError
from ceremony.identifiers import Mode, Role, RoleKind
from ceremony.library import load_file
from ceremony.script.decode import decode_script, load_script
from ceremony.script.model import Script, ThingKind
from ceremony.script.shape import ShapeError
from ceremony.script.source_file import read_file

SOUND = Path(__file__).parents[2] / "vectors" / "scripts" / "sound.yaml"


def sound() -> str:
    return SOUND.read_text()


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(ShapeError) as caught:
        decode_script(text.encode(), "s.yaml")
    first = caught.value.faults[0]
    assert (caught.value.code, caught.value.place) == (first.code, first.place)
    return [(fault.code, str(fault.place)) for fault in caught.value.faults]


def replaced(*pairs: tuple[str, str]) -> str:
    text = sound()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_a_sound_script_is_read_in_full() -> None:
    script = load_script(SOUND)
    assert script.raw == SOUND.read_bytes()
    assert script.digest == hashlib.sha256(script.raw).hexdigest()
    assert script.modes == (Mode.REHEARSAL, Mode.LIVE)
    assert [demand.kind for demand in script.roles] == [
        RoleKind.CONTROL,
        RoleKind.CONTROL,
        RoleKind.WITNESS,
        RoleKind.EXTERNAL,
    ]
    assert (script.quorum.role, script.quorum.need, script.quorum.of) == (
        "custodian",
        2,
        2,
    )
    assert script.separate == (("administrator", "witness"),)
    assert script.thing("root").kind is ThingKind.KEY
    assert script.thing("root").common_name == "R1"
    assert [step.id for step in script.steps][:3] == ["1.1", "1.2", "1.3"]
    assert len(script.steps) == 29
    step = script.acts[1].steps[1]
    assert (step.verb, step.irreversible, step.parameters) == (
        "token.initialise",
        True,
        {"token": "hsm"},
    )
    first, *_, last = script.unverified
    assert (first.source, first.reason) == ("Annex B 2.3", "")
    assert (last.profile, last.fact, last.by, last.reason) == (
        "smki-root-oca",
        "key-usage",
        "J. Doe of the PA",
        "A test PKI.",
    )
    assert step.place == Place("sound.yaml", 62, 9)


def test_a_parameter_is_replaced_and_its_own_text_is_not() -> None:
    script = decode_script(
        replaced(
            ("{room: Key Room 1}", "{room: 'Key {room} 1'}"),
            ("purpose: Make one key", "purpose: Make {nothing at all"),
        ).encode(),
        "s.yaml",
    )
    assert script.place == "Key {room} 1"
    assert script.purpose.startswith("Make {nothing at all")


def test_every_fault_is_told_not_only_the_first() -> None:
    text = replaced(
        ("script: sound", "script: Sound"),
        ('version: "1.0"\n', ""),
        ("minutes: 10", "minutes: 0"),
        ("verb: say,", "verb: say, colour: red,"),
    )
    assert faults(text) == [
        ("FILE-SHAPE-04", "s.yaml:1:9"),
        ("FILE-SHAPE-04", "s.yaml:43:14"),
        ("FILE-SHAPE-01", "s.yaml:68:32"),
        ("FILE-SHAPE-02", "s.yaml:1:1"),
    ]


def test_an_unknown_key_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(ShapeError) as caught:
        decode_script(replaced(("purpose:", "pupose:")).encode(), "s.yaml")
    assert str(caught.value) == (
        "a script has no key 'pupose'; did you mean 'purpose'?"
    )


def test_a_required_key_that_is_misspelt_is_not_told_as_missing_besides() -> None:
    assert faults(replaced(("purpose:", "pupose:"))) == [
        ("FILE-SHAPE-01", "s.yaml:4:1")
    ]
    # One that nothing is meant for is.
    assert faults(replaced(("purpose:", "zzz:"))) == [
        ("FILE-SHAPE-01", "s.yaml:4:1"),
        ("FILE-SHAPE-02", "s.yaml:1:1"),
    ]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("medium", "; did you mean 'media'?"),
        ("zzz", "."),
    ],
)
def test_a_value_that_is_refused_ends_in_one_stop(kind: str, told: str) -> None:
    text = replaced(("kind: media", f"kind: {kind}"))
    with pytest.raises(ShapeError) as caught:
        decode_script(text.encode(), "s.yaml")
    message = str(caught.value)
    assert message.startswith(f"Kind is {kind!r}, and not one of ")
    assert message.endswith(told)


@pytest.mark.parametrize(
    ("old", "new", "remedy"),
    [
        (
            "place:",
            "waivers: []\nplace:",
            "Leave waivers out where nothing is listed, or list what is meant.",
        ),
        (
            "modes: [rehearsal, live]",
            "modes: []",
            "List what is meant; modes has at least one item.",
        ),
    ],
    ids=["optional", "required"],
)
def test_an_empty_list_is_answered_with_whether_it_may_be_left_out(
    old: str, new: str, remedy: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        decode_script(replaced((old, new)).encode(), "s.yaml")
    (fault,) = caught.value.faults
    assert (fault.code, fault.remedy) == ("FILE-SHAPE-04", remedy)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("modes: [rehearsal, live]", "modes: []", "FILE-SHAPE-04"),
        ("modes: [rehearsal, live]", "modes: [live, 7]", "FILE-SHAPE-03"),
        ("title: One root key", "title: 7", "FILE-SHAPE-03"),
        ("title: One root key", 'title: " "', "FILE-SHAPE-04"),
        ("title: One root key", "title: " + "x" * 2001, "FILE-SHAPE-04"),
        ("script: sound", "script: " + "x" * 65, "FILE-SHAPE-04"),
        ("minutes: 10", "minutes: ten", "FILE-SHAPE-03"),
        ("minutes: 10", "minutes: true", "FILE-SHAPE-03"),
        ("minutes: 10", "minutes: 1441", "FILE-SHAPE-04"),
        ("irreversible: true", "irreversible: 1", "FILE-SHAPE-03"),
        ("quorum: {role: custodian, need: 2, of: 2}", "quorum: 2", "FILE-SHAPE-03"),
        ("[[administrator, witness]]", "[[administrator]]", "FILE-SHAPE-03"),
        ("[[administrator, witness]]", "[administrator]", "FILE-SHAPE-03"),
        ("[[administrator, witness]]", "administrator", "FILE-SHAPE-03"),
        ("kind: media", "kind: disk", "FILE-SHAPE-04"),
        ("with: {role: witness}", "with: {role: {a: b}}", "FILE-SHAPE-03"),
        ("with: {role: witness}", "with: [role]", "FILE-SHAPE-03"),
        ("with: {role: witness}", "with: {Role: witness}", "FILE-SHAPE-04"),
        ("parameters: {room: Key Room 1}", "parameters: {room: 1}", "FILE-SHAPE-03"),
        ("  - id: 1\n", "  - id: x\n", "FILE-SHAPE-03"),
        ("report-signers: [administrator, auditor]", "a: 1", "FILE-SHAPE-02"),
        ("quorum: {role: custodian, need: 2, of: 2}\n", "", "FILE-SHAPE-02"),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused(old: str, new: str, code: str) -> None:
    assert code in [found for found, _ in faults(replaced((old, new)))]


def test_a_policy_is_confirmed_or_it_is_not() -> None:
    policy = "policy: [{document: D, version: V, approval: A, status: sure}]\nplace:"
    assert faults(replaced(("place:", policy)))[0][0] == "FILE-SHAPE-04"


def test_a_script_that_is_a_list_is_refused() -> None:
    assert ("FILE-SHAPE-03", "s.yaml:1:1") in faults("- a\n")


def test_acts_that_are_no_list_are_refused() -> None:
    text = sound()
    head = text[: text.index("acts:")]
    assert "FILE-SHAPE-03" in [code for code, _ in faults(head + "acts: 1\n")]
    assert "FILE-SHAPE-02" in [code for code, _ in faults(head)]


def test_a_file_that_is_not_there_is_the_authors_to_name(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_script(tmp_path / "none.yaml")
    assert caught.value.code == "SCRIPT-READ-01"
    with pytest.raises(InputError):
        load_script(tmp_path)


def test_a_disk_that_fails_is_the_operators(tmp_path: Path) -> None:
    looped = tmp_path / "loop.yaml"
    looped.symlink_to(looped)
    with pytest.raises(StorageError) as caught:
        read_file(looped)
    assert caught.value.code == "SCRIPT-READ-02"


def test_a_script_finds_what_it_names_and_nothing_else() -> None:
    script = load_script(SOUND)
    assert script.demand(script.quorum.role).count == 2
    with pytest.raises(KeyError):
        script.thing("nothing")
    with pytest.raises(KeyError):
        script.demand(Role("nobody"))


def test_a_text_on_its_own_line_or_a_truth_value_takes_no_parameter() -> None:
    text = replaced(("irreversible: true", "irreversible: {room: a}"))
    assert "FILE-SHAPE-03" in [code for code, _ in faults(text)]


def test_the_built_in_script_reads_as_it_was_written() -> None:
    script: Script = decode_script(load_file("demo", "script.yaml"), "script.yaml")
    assert script.place == "Key Room 2, Northmoor Trust Services Ltd, Leeds"
    assert script.modes == (Mode.REHEARSAL,)
    assert [len(act.steps) for act in script.acts] == [13, 8, 8, 9, 7, 9]
    assert script.expected_items[2].what == "The auditor's own report"
    assert script.policies[0].status == "unverified"
