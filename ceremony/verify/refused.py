"""Refused requests judged again, each in its place among the good ones of its set.

Part of check 12. That a key or a subject had a certificate of an earlier ceremony no
pack can show, nor what was in a file that held no request; a remark says so of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, cast

from ceremony.canonical import Json
from ceremony.engine.facts import RequestsJudged
from ceremony.engine.state import Recorded
from ceremony.errors import InputError
from ceremony.pki.request_file import Imported, encode_accepted
from ceremony.pki.request_judgement import RequestJudgement
from ceremony.pki.request_results import judgement_record
from ceremony.pki.request_set import Issued
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place

Results = tuple[dict[str, Json], ...]

NAMED: Final = ("request", "key", "subject", "name", "values")
"""What results tell of a request that can be read from the request itself."""

_NO_REQUEST: Final = InputError("PKI-IMPORT-02", "No request.", remedy="Give another.")
"""Stands for what could not be taken apart, whatever it was."""

_HELD: Final = {"PKI-CSR-08": "key", "PKI-CSR-09": "subject", "PKI-CSR-10": "key"}
"""By rule, which digest of a request is compared with what was issued before."""


def is_taken_apart(told: dict[str, Json]) -> bool:
    """Tell whether a refused request could be read, and is kept."""
    return told.get("verdict") == "refused" and bool(told.get("key"))


def rules_of(told: dict[str, Json]) -> Iterator[str]:
    """Give the rules that results say a request breaks."""
    for found in cast("list[dict[str, Json]]", told["findings"]):
        yield str(found["rule"])


def in_order(
    results: Results, accepted: Iterable[Imported], refused: Iterable[Imported]
) -> Iterator[Imported]:
    """Give every request of a set again, in the order in which it was judged.

    One that is missing, or could not be taken apart, keeps its place alone.
    """
    good, bad = iter(accepted), iter(refused)
    for told in results:
        kept = good if told.get("verdict") == "good" else bad
        known = kept is good or is_taken_apart(told)
        imported = next(kept, None) if known else None
        number = told["number"] if isinstance(told["number"], int) else 0
        if imported is None:
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
                added[rule].add(bytes.fromhex(str(told[_HELD[rule]])))
    return Issued(
        before.keys | added["PKI-CSR-08"],
        before.subjects | added["PKI-CSR-09"],
        before.issuer_keys | added["PKI-CSR-10"],
    )


def verify_refused(
    recorded: Recorded,
    results: Results,
    judged: Sequence[RequestJudgement],
    raw: bytes,
    kept: Sequence[Imported],
) -> None:
    """Insist that each refused request is refused again, by the same rules.

    Args:
        recorded: The leaf.
        results: What the results tell of each request of the set.
        judged: Each judged again.
        raw: ``refused-NAME.pem``.
        kept: The requests in it.

    Raises:
        FailedError: ``VERIFY-BATCH-30``.
    """
    wanted = [told for told in results if is_taken_apart(told)]
    again = [
        each for told, each in zip(results, judged, strict=True) if is_taken_apart(told)
    ]
    same = b"".join(encode_accepted(each.der) for each in kept)
    if len(kept) != len(wanted) or same != raw:
        raise FailedError(
            "VERIFY-BATCH-30",
            f"{place(recorded)}: the refused requests are not those of the results "
            "file",
        )
    for told, each in zip(wanted, again, strict=True):
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
    fact: RequestsJudged, results: Results, before: Issued, *, is_embedded: bool
) -> Iterator[str]:
    """Say how many refusals no pack can show, or this one does not.

    Args:
        fact: What became of the set.
        results: What the results tell of each of its requests.
        before: What the record itself shows to be issued before.
        is_embedded: Whether the refused requests are in the pack.
    """
    alone = [
        told
        for told in results
        if told.get("verdict") == "refused"
        and not (is_embedded and is_taken_apart(told) and _is_shown(told, before))
    ]
    if alone:
        yield (
            f"Why {len(alone)} of {fact.request} were refused rests on the results "
            "file alone: the request is not in the pack, could not be read, or asks "
            "for what an earlier ceremony has certified."
        )


def _is_shown(told: dict[str, Json], before: Issued) -> bool:
    """Tell whether the record shows what a refused request must not ask for again."""
    held = {
        "PKI-CSR-08": before.keys,
        "PKI-CSR-09": before.subjects,
        "PKI-CSR-10": before.issuer_keys,
    }
    return all(
        bytes.fromhex(str(told[_HELD[rule]])) in held[rule]
        for rule in rules_of(told)
        if rule in held
    )
