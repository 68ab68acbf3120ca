"""Refused requests judged again, each in its place among the good ones of its set.

Part of check 12. That a key or a subject had a certificate of an earlier ceremony no
pack can show, nor what was in a file that held no request, or one with a password; a
remark says so of each, and of what another version of the second linter has found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, cast

from ceremony.canonical import Json
from ceremony.engine.facts import RequestsJudged
from ceremony.engine.refusal import Found
from ceremony.engine.state import Recorded
from ceremony.errors import InputError
from ceremony.pki.request_file import Imported, encode_accepted
from ceremony.pki.request_judgement import RequestJudgement
from ceremony.pki.request_path import LINT_RULE
from ceremony.pki.request_results import judgement_record
from ceremony.pki.request_set import Issued
from ceremony.pki.same_subject import compared_subject
from ceremony.pki.second_lint import TOOL
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place

Results = tuple[dict[str, Json], ...]

NAMED: Final = ("request", "key", "subject", "name", "values")
"""What results tell of a request that can be read from the request itself."""

_NO_REQUEST: Final = InputError("PKI-IMPORT-02", "No request.", remedy="Give another.")
"""Stands for what could not be taken apart, whatever it was."""

_HELD: Final = ("PKI-CSR-08", "PKI-CSR-09", "PKI-CSR-10", "PKI-RENEW-03")
"""The rules by which a request is compared with what was issued before."""


def is_taken_apart(told: dict[str, Json]) -> bool:
    """Tell whether a refused request could be read, and is kept."""
    return told.get("verdict") == "refused" and bool(told.get("key"))


def rules_of(told: dict[str, Json]) -> Iterator[str]:
    """Give the rules that results say a request breaks."""
    for found in cast("list[dict[str, Json]]", told["findings"]):
        yield str(found["rule"])


def found_of(told: dict[str, Json]) -> Iterator[Found]:
    """Give what results say was found in a request: rule, what, and source."""
    for found in cast("list[dict[str, Json]]", told["findings"]):
        yield str(found["rule"]), str(found.get("message")), str(found.get("source"))


def is_by_other_lint(told: dict[str, Json], linter: str) -> bool:
    """Tell whether a request was refused for what a linter found that is not here.

    Args:
        told: What the results tell of it.
        linter: The second linter that is here; see ``request_path.linter_named``.
    """
    texts = [
        str(found["message"])
        for found in cast("list[dict[str, Json]]", told["findings"])
        if found["rule"] == LINT_RULE
    ]
    return any(f"; {TOOL} " in each and f"; {linter} " not in each for each in texts)


def in_order(
    results: Results,
    accepted: Iterable[Imported],
    refused: Iterable[Imported],
    linter: str,
) -> Iterator[Imported]:
    """Give every request of a set again, in the order in which it was judged.

    One that is missing, could not be taken apart, or was refused for what another
    linter found keeps its place alone.
    """
    good, bad = iter(accepted), iter(refused)
    for told in results:
        kept = good if told.get("verdict") == "good" else bad
        known = kept is good or is_taken_apart(told)
        imported = next(kept, None) if known else None
        number = told["number"] if isinstance(told["number"], int) else 0
        if imported is None or is_by_other_lint(told, linter):
            yield Imported(str(told["file"]), number, b"", _NO_REQUEST)
        else:
            yield replace(imported, file=str(told["file"]), number=number)


def held_elsewhere(results: Results, before: Issued) -> Issued:
    """Add what the results say was issued before, by ceremonies that are not here.

    Args:
        results: Of a set.
        before: What the record itself shows to be issued before.
    """
    added: dict[str, set[bytes]] = {rule: set() for rule in _HELD}
    for told in filter(is_taken_apart, results):
        for rule in rules_of(told):
            if rule in _HELD:
                added[rule].add(_compared(told, rule))
    return replace(
        before,
        keys=before.keys | added["PKI-CSR-08"],
        subjects=before.subjects | added["PKI-CSR-09"],
        issuer_keys=before.issuer_keys | added["PKI-CSR-10"],
        replaced=before.replaced | added["PKI-RENEW-03"],
    )


def refused_again(
    results: Results, judged: Iterable[RequestJudgement], linter: str
) -> Iterator[tuple[dict[str, Json], RequestJudgement]]:
    """Give what the results tell of each refused request, with how it is judged again.

    One that was refused for what another linter found is left out.
    """
    for told, each in zip(results, judged, strict=True):
        if is_taken_apart(told) and not is_by_other_lint(told, linter):
            yield told, each


def verify_refused(
    recorded: Recorded,
    results: Results,
    again: Iterable[tuple[dict[str, Json], RequestJudgement]],
    raw: bytes,
    kept: Sequence[Imported],
) -> None:
    """Insist that each refused request is refused again, by the same rules.

    Args:
        recorded: The leaf.
        results: What the results tell of each request of the set.
        again: Each with how it is judged again; see :func:`refused_again`.
        raw: ``refused-NAME.pem``.
        kept: The requests in it.

    Raises:
        FailedError: ``VERIFY-BATCH-30``.
    """
    count = sum(map(is_taken_apart, results))
    same = b"".join(encode_accepted(each.der) for each in kept)
    if len(kept) != count or same != raw:
        raise FailedError(
            "VERIFY-BATCH-30",
            f"{place(recorded)}: the refused requests are not those of the results "
            "file",
        )
    for told, each in again:
        found = judgement_record(each, 1)
        rules = [finding.rule for finding in each.findings]
        if rules != list(rules_of(told)) or any(
            found[name] != told.get(name) for name in NAMED
        ):
            broken = ", ".join(rules) or "no rule"
            raise FailedError(
                "VERIFY-BATCH-30",
                f"{place(recorded)}: request {told['position']} is not refused for "
                f"what the results file says; judged again, it breaks {broken}",
            )


def refused_remarks(
    fact: RequestsJudged, results: Results, before: Issued, linter: str | None
) -> Iterator[str]:
    """Say how many refusals no pack can show, or this one does not.

    Args:
        fact: What became of the set.
        results: What the results tell of each of its requests.
        before: What the record itself shows to be issued before.
        linter: The second linter that is here; None where the refused requests are not
            in the pack.
    """
    alone = [
        told
        for told in results
        if told.get("verdict") == "refused"
        and not (linter and is_taken_apart(told) and _is_shown(told, before, linter))
    ]
    if alone:
        yield (
            f"Why {len(alone)} of {fact.request} were refused rests on the results "
            "file alone: the request is not in the pack, could not be read, asks for "
            "what an earlier ceremony has certified, or is refused for what another "
            "version of the second linter found."
        )


def _is_shown(told: dict[str, Json], before: Issued, linter: str) -> bool:
    """Tell whether the record shows why a request was refused.

    It may ask for what was certified before, or be stopped by another linter.
    """
    if is_by_other_lint(told, linter):
        return False
    held = {
        "PKI-CSR-08": before.keys,
        "PKI-CSR-09": before.subjects,
        "PKI-CSR-10": before.issuer_keys,
        "PKI-RENEW-03": before.replaced,
    }
    return all(
        _compared(told, rule) in held[rule] for rule in rules_of(told) if rule in held
    )


def _compared(told: dict[str, Json], rule: str) -> bytes:
    """Give what of a request a rule compares with what was issued: 32 bytes."""
    if rule in ("PKI-CSR-09", "PKI-RENEW-03"):
        return compared_subject(str(told["name"]), str(told["subject"]))
    return bytes.fromhex(str(told["key"]))
