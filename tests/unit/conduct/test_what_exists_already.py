"""What a script says exists already, looked for in a journal and beforehand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import canonical
from ceremony.conduct.actions.order import draw_serial
from ceremony.conduct.brought import Brought, find_brought
from ceremony.conduct.earlier import Found, find_earlier
from ceremony.conduct.preflight import check_against_journal
from ceremony.conduct.workspace import Workspace
from ceremony.engine.fact_codec import encode_fact
from ceremony.engine.facts import Outcome, Result
from ceremony.errors import InputError, RefusedError
from ceremony.identifiers import Digest, Mode
from ceremony.journal.event import Event
from ceremony.journal.merkle import leaf_hash
from ceremony.pki.order import serial_number
from ceremony.register.history import History, KeyId
from ceremony.script.decode import decode_script
from tests.fakes.made_up_site import Site
from tests.fakes.record_builder import START
from tests.fakes.record_earlier import (
    LOST,
    build_earlier,
    build_first,
    search,
    second_script,
)
from tests.fakes.record_renewal import build_before
from tests.fakes.record_renewal import second_script as second_renewal
from tests.fakes.workspace_after import workspace_after

FILES = {"certificates/other.pem": Site().ca.public_bytes(Encoding.PEM)}
SERIALS = {name: f"S-{name}" for name in ("root-hsm", "second-hsm")}


def events(change: Callable[[Outcome], Outcome] = lambda it: it) -> list[Event]:
    """Give the first ceremony's leaves, its outcomes changed."""
    told = []
    for recorded in build_first().builder.facts:
        event = recorded.event
        if isinstance(recorded.fact, Outcome):
            event = replace(event, data=encode_fact(change(recorded.fact)))
        told.append(event)
    return told


def blob(digest: Digest) -> bytes:
    files = build_first().files.values()
    return next(raw for raw in files if canonical.digest(raw) == digest)


def found_in(
    leaves: list[Event], change: Callable[[str], str] = lambda text: text
) -> tuple[Found, ...]:
    """Find what the second ceremony's script names, the script changed."""
    history = History()
    for event in leaves:
        history.take(event)
    script = change(second_script(build_first()).decode())
    told = decode_script(script.encode(), "second.yaml")
    return find_earlier(told, SERIALS, history, blob)


def fault(
    leaves: list[Event], change: Callable[[str], str] = lambda text: text
) -> InputError:
    with pytest.raises(InputError) as refused:
        found_in(leaves, change)
    assert refused.value.place is not None
    assert refused.value.place.line > 1
    return refused.value


def test_each_act_is_found_with_its_leaf_and_what_it_made() -> None:
    found = search(
        decode_script(second_script(build_first()), "second.yaml"), build_first()
    )
    told = [
        (
            it.fact.thing,
            it.fact.outcome.verb,
            it.fact.by,
            *(name for name in it.contents if not name.startswith("earlier-")),
        )
        for it in found
    ]
    certified = ("root-oca-certificate", "certificate.self-sign", "root-oca")
    issued = ("old-certificate", "certificate.issue", "root-oca")
    assert told == [
        ("root-hsm", "token.inventory", "", "inventory-root-hsm.json"),
        ("second-hsm", "token.inventory", "", "inventory-second-hsm.json"),
        ("kek", "key.generate", ""),
        ("kek-copy", "key.unwrap", ""),
        ("carrier", "key.generate", "", "public-key-carrier.der"),
        ("root-oca", "key.generate", "", "public-key-root-oca.der"),
        ("issuing-oca", "key.generate", "", "public-key-issuing-oca.der"),
        ("kek", "key.check-value", ""),
        ("kek-copy", "key.check-value", ""),
        ("root-oca", "key.wrap", "kek-copy", "wrapped-root-oca.bin"),
        ("root-oca", "crl.issue", "root-oca", "crl-earlier-root-oca.crl"),
        (*certified, "certificate-root-oca-certificate.pem"),
        (*issued, "certificate-old-certificate.pem"),
    ]
    for it in found:
        leaf = it.contents[f"earlier-{it.fact.seq:04}.json"]
        assert leaf_hash(leaf).hex() == it.fact.leaf


def _zeroed(digits: str) -> Callable[[str], str]:
    return lambda text: text.replace(digits, "0" * len(digits))


def test_digits_that_the_journal_does_not_know_are_named() -> None:
    state = build_first().builder.state
    for told in (
        state.keys["root-oca"].public_key,
        state.secret_keys["kek"].cka_id,
        state.certificates["root-oca-certificate"].digest,
    ):
        error = fault(
            events(), lambda text, told=told: text.replace(told, "0" * len(told))
        )  # type: ignore[misc]  # the digits are bound now
        assert error.code == "CONDUCT-EARLIER-01"


def test_a_key_in_another_token_than_the_bound_one_is_not_taken() -> None:
    error = fault(
        events(),
        lambda text: text.replace(
            "issuing-oca, token: second-hsm", "issuing-oca, token: root-hsm"
        ),
    )
    assert error.code == "CONDUCT-EARLIER-02"
    assert "S-second-hsm" in str(error)


def _destroyed(verb: str, token: str, thing: str, how: Result = Result.DONE) -> Event:
    last = events()[-1]
    gone = Outcome(verb, token, f"S-{token}", how, thing=thing)
    return replace(last, type=Outcome.type, data=encode_fact(gone), seq=last.seq + 1)


@pytest.mark.parametrize(
    ("verb", "thing"), [("key.destroy", "root-oca"), ("token.initialise", "")]
)
def test_a_key_that_is_gone_is_not_taken(verb: str, thing: str) -> None:
    error = fault([*events(), _destroyed(verb, "root-hsm", thing)])
    assert error.code == "CONDUCT-EARLIER-03"
    assert f"{verb} of ceremony KC-2025-007-R1, leaf " in str(error)


def test_a_key_whose_destruction_is_in_doubt_for_good_is_not_taken() -> None:
    doubt = _destroyed("key.destroy", "root-hsm", "root-oca", Result.UNRESOLVED)
    assert fault([*events(), doubt]).code == "CONDUCT-EARLIER-10"


def test_a_key_of_another_algorithm_than_the_script_says_is_not_taken() -> None:
    error = fault(
        events(),
        lambda text: text.replace("algorithm: AES-256", "algorithm: AES-128"),
    )
    assert error.code == "CONDUCT-EARLIER-04"


def test_a_certificate_for_another_name_than_the_script_says_is_not_taken() -> None:
    error = fault(
        events(),
        lambda text: text.replace("common-name: NB, sha256", "common-name: NC, sha256"),
    )
    assert error.code == "CONDUCT-EARLIER-04"
    assert "NB" in str(error)


def test_a_token_that_was_not_listed_since_its_key_came_is_not_relied_on() -> None:
    def unlisted(outcome: Outcome) -> Outcome:
        return replace(outcome, inventory=None)

    assert fault(events(unlisted)).code == "CONDUCT-EARLIER-05"

    def listed_before(outcome: Outcome) -> Outcome:
        begins = outcome.verb == "token.initialise"
        return outcome if begins else replace(outcome, inventory=None)

    assert fault(events(listed_before)).code == "CONDUCT-EARLIER-05"


def test_a_blob_that_the_named_key_does_not_open_is_not_taken() -> None:
    def under_another(outcome: Outcome) -> Outcome:
        if outcome.wrapped is None or outcome.thing != "root-oca":
            return outcome
        return replace(outcome, wrapped=replace(outcome.wrapped, under="carrier"))

    assert fault(events(under_another)).code == "CONDUCT-EARLIER-06"
    error = fault(
        events(),
        lambda text: text.replace("under: kek-copy", "under: root-copy"),
    )
    assert error.code == "CONDUCT-EARLIER-06"


def test_the_list_with_the_highest_number_is_the_last_one() -> None:
    again = [
        replace(event, seq=event.seq + 1000)
        for event in events(_numbered)
        if event.type == Outcome.type and "crl" in event.data
    ]
    found = found_in([*events(), *again])
    lists = [it.fact.outcome.crl for it in found if it.fact.outcome.crl is not None]
    assert [crl.number for crl in lists] == [4]


def _numbered(outcome: Outcome) -> Outcome:
    if outcome.crl is None:
        return outcome
    return replace(outcome, crl=replace(outcome.crl, number=3))


def test_the_history_knows_a_key_by_whatever_name_a_ceremony_has_for_it() -> None:
    history = History()
    for event in events():
        history.take(event)
    first = next(act for act in history.acts if act.outcome.thing == "root-oca")
    known = history.key_of(first, "root-oca")
    root = build_first().builder.state.keys["root-oca"]
    assert known == KeyId("S-root-hsm", root.cka_id)
    assert history.public_key_of(first, "root-oca") == root.public_key
    assert history.public_key_of(first, "kek") is None
    assert history.public_key_of(first, "nothing") is None


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Give a workspace whose journal of rehearsals has the first ceremony."""
    return workspace_after(build_first(), tmp_path)


def preflight(
    workspace: Workspace,
    mode: Mode = Mode.REHEARSAL,
    change: Callable[[str], str] = lambda text: text,
) -> list[tuple[str, int]]:
    """Give rule and line of each finding."""
    text = change(second_script(build_first()).decode())
    script = decode_script(text.encode(), "second.yaml")
    findings = check_against_journal(
        workspace, mode, script, serials=SERIALS, files=FILES, today=START.date()
    )
    return [(finding.rule, finding.place.line) for finding in findings]


def line_of(part: str) -> int:
    """Find the line of the second script in which something stands."""
    text = second_script(build_first()).decode().splitlines()
    return next(number for number, line in enumerate(text, start=1) if part in line)


def test_a_script_that_fits_to_the_journal_has_no_finding(workspace: Workspace) -> None:
    before = workspace.journal_path(Mode.REHEARSAL).read_bytes()
    assert preflight(workspace) == []
    assert workspace.journal_path(Mode.REHEARSAL).read_bytes() == before


def test_a_script_that_makes_everything_asks_no_journal(tmp_path: Path) -> None:
    script = build_first().builder.script
    assert (
        check_against_journal(
            Workspace(tmp_path),
            Mode.LIVE,
            script,
            serials={},
            files={},
            today=START.date(),
        )
        == ()
    )


def test_a_site_without_a_journal_is_told(workspace: Workspace) -> None:
    assert [rule for rule, _ in preflight(workspace, Mode.LIVE)] == [
        "CONDUCT-EARLIER-08"
    ]


def test_what_is_not_in_the_journal_is_told_where_it_stands(
    workspace: Workspace,
) -> None:
    root = build_first().builder.state.keys["root-oca"].public_key
    found = preflight(workspace, change=_zeroed(root))
    assert found == [("CONDUCT-EARLIER-01", line_of("  root-oca: "))]


def test_a_list_is_held_against_the_last_one_beforehand(workspace: Workspace) -> None:
    line = line_of("crl.issue")
    found = preflight(workspace, change=lambda it: it.replace("number: 5", "number: 4"))
    assert found == [("CONDUCT-EARLIER-09", line)]
    found = preflight(workspace, change=lambda it: it.replace(f"{LOST}, ", ""))
    assert found == [("ENGINE-EARLIER-03", line)]


def test_a_serial_number_that_the_journal_knows_is_drawn_again() -> None:
    drawn = [bytes([1] * 16), bytes([1] * 16), bytes([2] * 16)]
    used = frozenset({serial_number(drawn[0])})
    assert draw_serial(lambda _: drawn.pop(0), 16, used) == serial_number(
        bytes([2] * 16)
    )
    assert drawn == []


def test_a_generator_that_gives_used_numbers_alone_is_not_relied_on() -> None:
    used = frozenset({serial_number(bytes([1] * 16))})
    with pytest.raises(RefusedError) as refused:
        draw_serial(lambda count: bytes([1] * count), 16, used)
    assert refused.value.code == "CONDUCT-EARLIER-07"


def test_a_key_that_a_later_ceremony_destroys_is_not_taken_by_a_third() -> None:
    later = [known.event for known in build_earlier().builder.facts]
    error = fault([*events(), *later])
    assert error.code == "CONDUCT-EARLIER-03"
    assert "key.destroy of ceremony KC-2026-001-R1, leaf " in str(error)


def _brought(files: dict[str, bytes]) -> list[Brought]:
    script = second_script(build_first())
    return list(find_brought(decode_script(script, "second.yaml"), files))


def test_another_cas_certificate_is_found_among_the_sites_files_in_pem_or_der() -> None:
    der = {"certificates/other.der": Site().ca.public_bytes(Encoding.DER)}
    for files in (FILES, der):
        (found,) = _brought(files)
        assert found.fact.thing == "other-ca"
        assert found.contents == {
            "certificate-other-ca.pem": Site().ca.public_bytes(Encoding.PEM)
        }
    assert list(find_brought(build_first().builder.script, {"none": b""})) == []


def test_a_certificate_that_nobody_brought_is_told() -> None:
    with pytest.raises(InputError) as refused:
        _brought({})
    assert refused.value.code == "CONDUCT-BROUGHT-01"
    assert refused.value.place is not None
    assert refused.value.place.line == line_of("  other-ca: ")


def test_a_file_that_is_no_certificate_is_named() -> None:
    with pytest.raises(InputError) as refused:
        _brought({"certificates/other.pem": b"none"})
    assert refused.value.code == "PKI-CERT-01"
    assert str(refused.value.place) == "certificates/other.pem"


def test_a_batch_is_known_by_the_results_of_its_last_part() -> None:
    script = decode_script(second_renewal(), "renewal.yaml")
    told = search(script, build_before())
    (found,) = (each for each in told if each.fact.thing == "old-devices")
    files = build_before().files
    key = canonical.digest(files["public-key-issuing-dca.der"])
    assert found.fact.issuer_key == key
    leaf, *results = found.contents
    assert leaf == f"earlier-{found.fact.seq:04}.json"
    assert {name: found.contents[name] for name in results} == {
        "chain-earlier-old-devices.pem": files["chain-device-certificates.pem"],
        "issued-earlier-old-devices.jsonl": files["issued-device-certificates.jsonl"],
        "results-earlier-old-devices.jsonl": files["results-device-requests.jsonl"],
    }


def test_a_batch_that_nobody_has_issued_is_not_found() -> None:
    (part,) = build_before().builder.state.parts["device-certificates"]
    named = f'sha256: "{part.issued}"'.encode()
    raw = second_renewal()
    assert raw.count(named) == 1
    other = raw.replace(named, b'sha256: "' + b"ab" * 32 + b'"')
    with pytest.raises(InputError) as caught:
        search(decode_script(other, "renewal.yaml"), build_before())
    assert caught.value.code == "CONDUCT-EARLIER-01"
    assert "old-devices" in str(caught.value)
