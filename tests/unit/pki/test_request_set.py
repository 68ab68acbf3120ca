"""A set of requests: judged in order, beside one another and what was issued."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony.errors import InputError
from ceremony.pki.request_file import Imported
from ceremony.pki.request_judgement import RequestJudgement
from ceremony.pki.request_results import Tally, encode_results, read_issued
from ceremony.pki.request_set import Issued, judge_requests
from tests.fakes.made_requests import (
    DEVICE,
    EUI,
    KEY,
    ORGANISATION,
    device_csr,
    organisation_request,
    resigned,
)

OTHER = ec.derive_private_key(23, ec.SECP256R1())
THIRD = ec.derive_private_key(26, ec.SECP256R1())
BROKEN = resigned(organisation_request(OTHER, "Broken"), lambda _: None, KEY)


def spki_digest(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(key.public_key().public_bytes(*form)).digest()


def judged(*ders: bytes, issued: Issued | None = None) -> list[RequestJudgement]:
    imported = [Imported("it", at, der) for at, der in enumerate(ders, 1)]
    return list(judge_requests(imported, ORGANISATION, issued))


def rules(judgements: list[RequestJudgement]) -> list[list[str]]:
    return [[each.rule for each in one.findings] for one in judgements]


def test_a_key_twice_in_a_set_is_found() -> None:
    found = judged(organisation_request(), organisation_request(name="B"))
    assert rules(found) == [[], ["PKI-CSR-06"]]
    assert "that of request 1" in found[1].findings[0].message
    assert found[1].values == {}


def test_a_subject_twice_in_a_set_is_found() -> None:
    found = judged(organisation_request(), organisation_request(OTHER))
    assert rules(found) == [[], ["PKI-CSR-07"]]


def test_a_request_twice_is_found_by_both() -> None:
    found = judged(organisation_request(), organisation_request())
    assert rules(found) == [[], ["PKI-CSR-06", "PKI-CSR-07"]]


def test_a_refused_request_takes_nobodys_place() -> None:
    found = judged(BROKEN, organisation_request(OTHER, "Broken"))
    assert rules(found) == [["PKI-REQUEST-02"], []]


def test_devices_are_told_apart_by_their_module_name() -> None:
    imported = [
        Imported("it", 1, device_csr()),
        Imported("it", 2, device_csr(OTHER, EUI[:-1] + "2")),
        Imported("it", 3, device_csr(ec.derive_private_key(24, ec.SECP256R1()))),
    ]
    found = list(judge_requests(imported, DEVICE))
    assert rules(found) == [[], [], ["PKI-CSR-07"]]


def test_a_key_or_a_subject_that_has_a_certificate_is_found() -> None:
    [good] = judged(organisation_request())
    keys = frozenset({spki_digest(KEY)})
    subjects = frozenset({good.compared})
    [again] = judged(organisation_request(), issued=Issued(keys=keys))
    assert rules([again]) == [["PKI-CSR-08"]]
    [again] = judged(organisation_request(), issued=Issued(subjects=subjects))
    assert rules([again]) == [["PKI-CSR-09"]]


def test_what_is_renewed_has_the_subject_of_the_request() -> None:
    [good, other] = judged(organisation_request(), organisation_request(OTHER, "B"))
    old = frozenset({good.compared})
    requests = (organisation_request(), organisation_request(OTHER, "B"))
    found = judged(*requests, issued=Issued(renewed=old))
    assert rules(found) == [[], ["PKI-RENEW-01"]]
    assert other.subject in found[1].findings[0].message


def test_what_a_later_certificate_has_replaced_is_not_renewed() -> None:
    [good, other] = judged(organisation_request(), organisation_request(OTHER, "B"))
    requests = (organisation_request(), organisation_request(OTHER, "B"))
    both, replaced = frozenset({good.compared, other.compared}), {other.compared}
    issued = Issued(renewed=both, replaced=frozenset(replaced))
    found = judged(*requests, issued=issued)
    assert rules(found) == [[], ["PKI-RENEW-03"]]
    assert other.subject in found[1].findings[0].message
    # Whose certificate is not to be renewed at all is told that.
    only = replace(issued, renewed=frozenset({good.compared}))
    assert rules(judged(*requests, issued=only)) == [[], ["PKI-RENEW-01"]]


def test_what_is_revoked_for_good_is_not_renewed() -> None:
    [good, other] = judged(organisation_request(), organisation_request(OTHER, "B"))
    requests = (organisation_request(), organisation_request(OTHER, "B"))
    issued = Issued(
        renewed=frozenset({good.compared}), revoked=frozenset({other.compared})
    )
    found = judged(*requests, issued=issued)
    assert rules(found) == [[], ["PKI-RENEW-02"]]
    assert other.subject in found[1].findings[0].message
    # Who has another certificate that is not revoked may have that one renewed.
    both = frozenset({good.compared, other.compared})
    assert rules(judged(*requests, issued=replace(issued, renewed=both))) == [[], []]
    # Where nothing is renewed, they apply anew.
    assert rules(judged(*requests, issued=replace(issued, renewed=None))) == [[], []]


def test_a_subject_is_renewed_once() -> None:
    [good] = judged(organisation_request())
    old = frozenset({good.compared})
    again = Issued(subjects=old, renewed=old)
    assert rules(judged(organisation_request(), issued=again)) == [["PKI-CSR-09"]]
    twice = (organisation_request(), organisation_request(OTHER))
    found = judged(*twice, issued=Issued(renewed=old))
    assert rules(found) == [[], ["PKI-CSR-07"]]


def test_the_issuers_key_is_nobody_elses() -> None:
    issued = Issued(issuer_keys=frozenset({spki_digest(KEY)}))
    found = judged(organisation_request(), organisation_request(OTHER), issued=issued)
    assert rules(found) == [["PKI-CSR-10"], []]


def test_an_issuers_name_is_nobody_elses() -> None:
    [good] = judged(organisation_request())
    names = frozenset({good.compared})
    requests = (
        organisation_request(),
        organisation_request(OTHER, "Other"),
        organisation_request(THIRD, "GitTestSupplier"),
    )
    found = judged(*requests, issued=Issued(issuer_subjects=names))
    assert rules(found) == [["PKI-CSR-11"], [], ["PKI-CSR-11"]]
    [finding] = found[0].findings
    assert good.subject in finding.message
    assert finding.source.startswith("RFC 5280, section")
    # What has the issuer's key as well is told that alone.
    keys = frozenset({spki_digest(KEY)})
    own = Issued(issuer_keys=keys, issuer_subjects=names)
    assert rules(judged(*requests[:1], issued=own)) == [["PKI-CSR-10"]]


def test_every_bad_request_leaves_the_others_as_they_are() -> None:
    cut = InputError("PKI-IMPORT-05", "it is cut", remedy="none")
    imported = [
        Imported("a", 1, BROKEN),
        Imported("b", 1, organisation_request()),
        Imported("c", 1, b"", cut),
        Imported("d", 1, b"\x30\x00"),
        Imported("e", 1, organisation_request(OTHER, "Other")),
    ]
    found = list(judge_requests(imported, ORGANISATION))
    assert [each.file for each in found] == ["a", "b", "c", "d", "e"]
    assert rules(found) == [
        ["PKI-REQUEST-02"],
        [],
        ["PKI-IMPORT-05"],
        ["PKI-REQUEST-05"],
        [],
    ]


def test_a_set_is_judged_as_it_is_asked_for_and_kept_nowhere() -> None:
    taken = 0
    der = organisation_request()

    def endless() -> Iterator[Imported]:
        nonlocal taken
        while True:
            taken += 1
            yield Imported("it", taken, der)

    judgements = judge_requests(endless(), ORGANISATION)
    next(judgements)
    assert taken == 1
    for _ in range(20):
        next(judgements)
    tracemalloc.start()
    for _ in range(200):
        next(judgements)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken == 221
    assert grown < 100 * 1024


def results(*ders: bytes) -> list[bytes]:
    tally = Tally()
    return list(encode_results(judged(*ders), ORGANISATION, tally))


def test_results_name_every_request_and_end_in_one_digest() -> None:
    asked = organisation_request()
    lines = results(asked, BROKEN)
    head, good, bad, last = (json.loads(line) for line in lines)
    assert head["v"] == "key-ceremony.request-results/1"
    assert head["profile"] == "smki-organisation-ds"
    assert (good["verdict"], bad["verdict"]) == ("good", "refused")
    assert good["request"] == hashlib.sha256(asked).hexdigest()
    assert good["key"] == spki_digest(KEY).hex()
    assert [each["rule"] for each in bad["findings"]] == ["PKI-REQUEST-02"]
    digest = hashlib.sha256(b"".join(lines[:-1])).hexdigest()
    assert last == {"requests": 2, "good": 1, "refused": 1, "digest": digest}


def test_results_tell_a_later_set_what_was_issued() -> None:
    lines = results(organisation_request(), BROKEN)
    issued = read_issued(lines, "r", ORGANISATION)
    assert issued.keys == {spki_digest(KEY)}
    [again] = judged(organisation_request(), issued=issued)
    assert rules([again]) == [["PKI-CSR-08", "PKI-CSR-09"]]


def test_a_subject_may_have_a_certificate_of_each_profile() -> None:
    lines = results(organisation_request())
    for other in (
        replace(ORGANISATION, name=DEVICE.name),
        replace(ORGANISATION, environment="other"),
    ):
        issued = read_issued(lines, "r", other)
        assert issued.keys == {spki_digest(KEY)}
        assert issued.subjects == frozenset()


LINES = results(organisation_request(), BROKEN)
HEAD, GOOD, BAD, LAST = LINES


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([], id="nothing"),
        pytest.param([HEAD], id="a head alone"),
        pytest.param(LINES[:-1], id="no last line"),
        pytest.param([HEAD, BAD, LAST], id="a line less"),
        pytest.param([HEAD, BAD, GOOD, LAST], id="another order"),
        pytest.param([HEAD, GOOD, BAD.replace(b"it", b"at"), LAST], id="another name"),
        pytest.param([HEAD.replace(b"/1", b"/2"), *LINES[1:]], id="another format"),
        pytest.param([b"[]\n", *LINES[1:]], id="a list"),
        pytest.param([b"{\n", *LINES[1:]], id="not JSON"),
        pytest.param(
            [HEAD, GOOD.replace(b'"key":"', b'"key":"z'), LAST], id="a digest"
        ),
        pytest.param([HEAD, GOOD.replace(b'"key"', b'"kez"'), LAST], id="no digest"),
    ],
)
def test_results_that_are_not_whole_are_refused(lines: list[bytes]) -> None:
    with pytest.raises(InputError) as caught:
        read_issued(lines, "r", ORGANISATION)
    assert caught.value.code == "PKI-RESULTS-01"
