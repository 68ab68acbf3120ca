"""Page 1 and figure 2: who issued what for whose key, and what was revoked here.

What is expected is what the made-up scripts say, and what the lists themselves hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

import pytest
from cryptography import x509

from ceremony.engine.facts import CertificateMade, CrlMade, RevokedCertificate
from ceremony.engine.state import State
from ceremony.identifiers import Digest
from ceremony.pack.record import Record, read_record
from ceremony.report.book import Book
from ceremony.report.drawing import Frame, Glyphs, Mark, Shape, Stroke
from ceremony.report.hierarchy import hierarchy
from ceremony.report.layout import lay_out
from ceremony.report.pages.front_keys import FULL_KEY, keys_block
from tests.fakes.batch_output_lies import build_bound
from tests.fakes.paper_record import paper_record
from tests.fakes.paper_script import Paper
from tests.fakes.pdf_text import page_texts
from tests.fakes.record_anew import build_anew_at_once
from tests.fakes.record_crl import build_crls
from tests.fakes.record_earlier import build_earlier

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

SUPERSEDED = "revoked here: superseded"


@cache
def batch() -> Record:
    return read_record(build_bound().files)


@cache
def anew() -> Record:
    """Two certificates are revoked, one of them of a batch."""
    return read_record(build_anew_at_once().files)


@cache
def second() -> Record:
    """The second ceremony, which has keys of a first one."""
    return read_record(build_earlier().files)


@cache
def lists() -> Record:
    """Its second list revokes the issuing CA's certificate."""
    return read_record(build_crls().files)


def told(marks: Iterable[Mark]) -> str:
    return " ".join(mark.text for mark in marks if isinstance(mark, Glyphs))


def figure(record: Record) -> list[Mark]:
    book = Book(record, Digest(""), 0, {})
    lines = (line for column in hierarchy(book) for line in column)
    return [mark for line in lines for mark in line.marks]


def answer(record: Record, most: int = 2, lines: int = FULL_KEY) -> str:
    """Give page 1's answer to question 2."""
    (column,) = keys_block(Book(record, Digest(""), 0, {}), most, lines)
    return told(mark for line in column for mark in line.marks)


def of(record: Record, change: Callable[[State], State]) -> Record:
    return replace(record, state=change(record.state))


def certified(
    name: str, change: Callable[[CertificateMade], CertificateMade]
) -> Callable[[State], State]:
    def changed(state: State) -> State:
        made = change(state.certificates[name])
        return replace(state, certificates={**state.certificates, name: made})

    return changed


def without(*names: str) -> Callable[[State], State]:
    def changed(state: State) -> State:
        known = {
            name: made for name, made in state.certificates.items() if name not in names
        }
        return replace(state, certificates=known)

    return changed


def profiled(record: Record, key: str, profile: str) -> Record:
    """Make a key of the script one of another profile."""
    things = tuple(
        replace(thing, profile=profile) if thing.name == key else thing
        for thing in record.state.script.things
    )
    script = replace(record.state.script, things=things)
    return of(record, lambda state: replace(state, script=script))


def boxes(marks: list[Mark]) -> int:
    return sum(isinstance(mark, Frame) and bool(mark.dash) for mark in marks)


def test_what_a_key_has_issued_in_batches_and_for_others_is_counted() -> None:
    # A batch of five, and a meter's certificate.
    marks = figure(batch())
    assert "issued 6 certificates here for other keys" in told(marks)
    assert "Certificates below" not in told(marks)
    none = of(batch(), lambda state: replace(without("first")(state), parts={}))
    assert "issued 6" not in told(figure(none))


def test_certificates_below_are_a_later_duty_of_a_ca_alone() -> None:
    named = "none issued here a later duty of Issuing OCA key"
    assert named in told(figure(lists()))
    assert boxes(figure(lists())) == 1
    other = profiled(lists(), "issuing-oca", "ocsp-responder")
    assert "Certificates below" not in told(figure(other))
    assert boxes(figure(other)) == 0


def test_a_copy_has_no_duty_of_its_own() -> None:
    assert "a later duty" not in told(figure(second()))


def test_an_earlier_key_whose_certificate_nobody_named_is_not_without_one() -> None:
    names = ("old-certificate", "issuing-oca-certificate", "cross-certificate")
    text = told(figure(of(second(), without(*names))))
    assert "certificate not named in this ceremony's script" in text
    # The other one wraps keys, and is certified by nobody.
    assert text.count("no certificate") == 1


def test_an_issuer_without_a_key_in_the_script_is_told_by_its_name() -> None:
    def changed(state: State) -> State:
        state = without("issuing-oca-certificate", "cross-certificate")(state)
        unnamed = certified(
            "old-certificate", lambda made: replace(made, issuer_thing="")
        )
        only = {name: key for name, key in state.keys.items() if name == "issuing-oca"}
        return unnamed(replace(state, keys=only))

    marks = figure(of(second(), changed))
    assert "signed by OU=00, CN=NA, before" in " ".join(told(marks).split())
    points = [
        point
        for mark in marks
        if isinstance(mark, Stroke | Shape)
        for point in mark.points
    ]
    assert points
    assert min(x for x, _ in points) >= 0


def test_page_1_tells_who_issued_for_whom() -> None:
    text = answer(batch())
    assert "Issued here for somebody else's key: " in text
    assert "by Issuing DCA key; page" in text
    assert "Issued for them here" not in text
    renewed = answer(second())
    assert "Issued for them here: The issuing-oca-certificate and The cross" in renewed
    assert "somebody else" not in renewed


def test_a_key_that_only_an_earlier_certificate_tells_of_is_told_by_that() -> None:
    def changed(state: State) -> State:
        kept = {name: key for name, key in state.keys.items() if name != "issuing-oca"}
        return replace(state, keys=kept)

    text = answer(of(second(), changed))
    assert (
        "Issued here for the key of The old-certificate: The issuing-oca-certificate, "
        "by Key root-oca; The cross-certificate, by Key root-oca; page" in text
    )


def test_of_many_earlier_keys_and_certificates_the_first_are_named() -> None:
    text = answer(second(), most=1, lines=2)
    assert "Keys of earlier ceremonies: Key carrier (KC-2025-007-R1) and 4 more" in text
    assert "Issued for them here: The issuing-oca-certificate and 1 more" in text


@pytest.mark.parametrize("lines", [2, FULL_KEY])
def test_a_cas_certificate_that_is_revoked_the_same_day_is_said_to_be(
    lines: int,
) -> None:
    raw = lists().files["crl-second-arl.crl"]
    revoked = {each.serial_number for each in x509.load_der_x509_crl(raw)}
    made = lists().state.certificates["issuing-oca-certificate"]
    assert int(made.serial, 16) in revoked
    assert answer(lists(), lines=lines).count(SUPERSEDED) == 1
    assert told(figure(lists())).count(SUPERSEDED) == 1
    assert SUPERSEDED in " ".join(page_texts(lay_out(lists()).pdf)[0].split())
    unsaid = of(lists(), lambda state: replace(state, crls={}))
    assert "revoked here" not in answer(unsaid, lines=lines) + told(figure(unsaid))


def test_what_is_put_on_hold_is_not_said_to_be_revoked() -> None:
    def held(crl: CrlMade) -> CrlMade:
        entries = (replace(each, reason="certificate-hold") for each in crl.revoked)
        return replace(crl, revoked=tuple(entries))

    record = of(
        lists(),
        lambda state: replace(
            state, crls={name: held(crl) for name, crl in state.crls.items()}
        ),
    )
    assert answer(record).count("put on hold here") == 1
    assert "revoked here" not in answer(record)


def test_a_revoked_certificate_of_an_earlier_key_is_told_beside_the_key() -> None:
    text = answer(second())
    told_so = f"Key issuing-oca (KC-2025-007-R1; The old-certificate {SUPERSEDED})"
    assert told_so in text
    # The box shows the certificate that holds, and names the one that does not.
    assert f"The old-certificate {SUPERSEDED}" in " ".join(
        told(figure(second())).split()
    )


def test_what_an_earlier_list_revokes_already_was_not_revoked_here() -> None:
    made = second().state.certificates["old-certificate"]
    (listed,) = (
        fact for fact in second().state.earlier if fact.outcome.crl is not None
    )
    (crl,) = second().state.crls.values()
    (entry,) = (each for each in crl.revoked if each.serial == made.serial)
    assert listed.outcome.crl is not None
    before = replace(listed.outcome.crl, revoked=(entry,))
    known = replace(listed, outcome=replace(listed.outcome, crl=before))
    for crls in (second().state.crls, {}):
        text = answer(
            of(
                second(),
                lambda state, crls=crls: replace(
                    state, earlier=(*state.earlier, known), crls=crls
                ),
            )
        )
        assert "The old-certificate revoked before: superseded" in text
        assert "revoked here" not in text


def test_what_is_revoked_of_a_batch_and_for_somebody_else_is_told() -> None:
    raw = next(raw for name, raw in anew().files.items() if name.startswith("crl-"))
    assert len(list(x509.load_der_x509_crl(raw))) == 2
    page = " ".join(page_texts(lay_out(anew()).pdf)[0].split())
    assert "issued in one batch (one of them revoked here)" in page
    assert f"Certificate of the first meter ({SUPERSEDED}), by Issuing DCA key" in page
    figured = " ".join(told(figure(anew())).split())
    assert "for other keys, 2 of them revoked here" in figured


def test_of_a_batch_whose_results_are_not_here_or_broken_none_is_counted() -> None:
    for files in (
        {name: raw for name, raw in anew().files.items() if "issued-" not in name},
        {name: b"" if "issued-" in name else raw for name, raw in anew().files.items()},
    ):
        figured = " ".join(told(figure(replace(anew(), files=files))).split())
        assert "for other keys, 1 of them revoked here" in figured


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize(("people", "keys"), [(7, 2), (40, 9)])
def test_page_1_is_one_page_however_much_was_issued_and_revoked(
    paper: str, people: int, keys: int
) -> None:
    record = paper_record(Paper(people=people, keys=keys, paper=paper, deviations=9))
    state = record.state
    model = state.script.thing("key-1-certificate")
    made = state.certificates["key-1-certificate"]
    named = {f"for-other-{number}": number for number in range(40)}
    things = tuple(
        replace(model, name=name, title=f"Certificate {number} of a partner " * 3)
        for name, number in named.items()
    )
    certificates = {
        name: replace(
            made, public_key=Digest(f"{number:064x}"), serial=f"{number:032x}"
        )
        for name, number in named.items()
    } | dict(state.certificates)
    (crl, *_) = lists().state.crls.values()
    entries = tuple(
        RevokedCertificate(each.serial, "2026-11-19", "cessation-of-operation")
        for each in certificates.values()
    )
    crls = {
        name: replace(crl, issuer_key=key.public_key, revoked=entries)
        for name, key in state.keys.items()
    }
    script = replace(state.script, things=(*state.script.things, *things))
    full = replace(state, certificates=certificates, crls=crls, script=script)
    pages = page_texts(lay_out(replace(record, state=full)).pdf)
    assert "What it does not prove" in pages[0]
    assert "What it does not prove" not in "".join(pages[1:])
    assert "revoked here: cessation-of-operation" in " ".join(pages[0].split())
    assert re.search(r"and \d+ more; page", " ".join(pages[0].split()))
