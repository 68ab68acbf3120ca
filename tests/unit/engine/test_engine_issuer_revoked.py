"""Below a revoked certificate nothing is issued, whichever of a path it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.engine.facts import (
    CertificateMade,
    CrlMade,
    EarlierFound,
    Intent,
    Outcome,
    Result,
    RevokedCertificate,
)
from ceremony.engine.state import State
from ceremony.identifiers import CeremonyId, Digest
from tests.fakes.walked_record import (
    Moment,
    allowed,
    refusal,
    walked_batch,
    walked_earlier,
)

ISSUES = [
    each
    for each in (*walked_batch(), *walked_earlier())
    if isinstance(each.command.fact, Intent)
    and each.command.fact.verb in ("certificate.issue", "certificate.cross-sign")
]
PART = next(each for each in ISSUES if each.command.fact.part is not None)  # type: ignore[union-attr]  # all are intents
ISSUING = "issuing-dca-certificate"


def listing(issuer: CertificateMade, serial: str, reason: str) -> CrlMade:
    """Tell of a list of a CA that revokes one serial number."""
    return CrlMade(
        digest=Digest("ab" * 32),
        tbs=Digest("ac" * 32),
        number=1,
        issuer=issuer.subject,
        issuer_thing="a-key",
        issuer_key=issuer.public_key,
        this_update="2026-11-25T00:00:00Z",
        next_update="2026-12-25T00:00:00Z",
        revoked=(RevokedCertificate(serial, "2026-11-25", reason),),
    )


def listed(state: State, crl: CrlMade) -> State:
    return replace(state, crls={"a-list": crl})


def path_of(moment: Moment) -> list[CertificateMade]:
    """Give the certificates of who signs in a step, by their names, up to the root."""
    step = moment.before.step
    assert step is not None
    key = moment.before.keys[str(step.parameters["key"])].public_key
    made = tuple(moment.before.certificates.values())
    path = [next(each for each in made if each.public_key == key)]
    while path[-1].subject != path[-1].issuer:
        path.append(next(each for each in made if each.subject == path[-1].issuer))
    return path


def test_there_is_one_of_every_verb_and_a_batch() -> None:
    told = {(each.command.fact.verb, len(path_of(each))) for each in ISSUES}  # type: ignore[union-attr]  # all are intents
    assert told == {
        ("certificate.issue", 1),
        ("certificate.issue", 2),
        ("certificate.cross-sign", 1),
    }


@pytest.mark.parametrize("moment", ISSUES, ids=lambda each: each.command.step)
def test_nothing_is_issued_below_a_revoked_certificate(moment: Moment) -> None:
    state, path = moment.before, path_of(moment)
    allowed(state, moment.command)
    for made, issuer in zip(path, (*path[1:], path[-1]), strict=True):
        gone = listed(state, listing(issuer, made.serial, "key-compromise"))
        assert refusal(gone, moment.command) == "ENGINE-ISSUE-04"
        # On hold it may be released again, and another serial number is another's.
        for serial, reason in (
            (made.serial, "certificate-hold"),
            ("f" * 32, "key-compromise"),
        ):
            allowed(listed(state, listing(issuer, serial, reason)), moment.command)


def told_of(thing: str, outcome: Outcome, issuer_key: Digest | None) -> EarlierFound:
    """Tell of what an earlier ceremony did, by a key that this script does not name."""
    return EarlierFound(
        thing,
        CeremonyId("KC-2026-000-R1"),
        7,
        Digest("0" * 64),
        outcome,
        issuer_key=issuer_key,
    )


def test_a_list_of_a_key_that_the_script_does_not_name_counts() -> None:
    issuing, root = path_of(PART)
    honest = PART.before
    done = Outcome("crl.issue", "root-hsm", "0", Result.DONE)
    by_root = told_of(ISSUING, replace(done, certificate=issuing), root.public_key)

    def knowing(serial: str) -> State:
        crl = listing(root, serial, "key-compromise")
        last = told_of("root-dca-certificate", replace(done, crl=crl), None)
        return replace(
            honest,
            keys={name: it for name, it in honest.keys.items() if name != "root-dca"},
            certificates=dict(honest.certificates)
            | {ISSUING: replace(issuing, issuer_thing="")},
            earlier=(by_root, last),
        )

    allowed(knowing("f" * 32), PART.command)
    assert refusal(knowing(issuing.serial), PART.command) == "ENGINE-ISSUE-04"
