"""Whom a set of requests names, told on the review card before a key answers it.

Invariants:
    * Subject and alternative names are made of what the results of the import hold and
      of what the script gives, as the certificates are.
    * No more of a set than :data:`MOST` requests is shown, however long their names.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final, cast

from ceremony.conduct.conductor import Conductor
from ceremony.conduct.kept import Kept
from ceremony.conduct.key_view import Row
from ceremony.engine.batch import ISSUE, issued_count
from ceremony.engine.facts import RequestsJudged
from ceremony.identifiers import Digest
from ceremony.pki.named import Names, listed, names_ordered
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_results import read_results
from ceremony.pki.same_subject import compared_subject
from ceremony.pki.script_profile import certificate_profile
from ceremony.script.model import Step

MOST: Final = 12
"""How many requests of a set are shown one by one."""

MOST_NAMES: Final = 6
"""How many alternative names of one of them are shown."""


_KEPT: Final = Kept[tuple[Row, ...]]()


@dataclass(frozen=True, slots=True)
class Asked:
    """A good request that has no certificate yet.

    Attributes:
        position: Which one of its set it is, from 1.
        compared: The digest by which its subject is told from another: 32 bytes.
        profile: What its certificate has to look like.
        values: What the order for it gives.
    """

    position: int
    compared: bytes
    profile: CertificateProfile
    values: Mapping[str, str]

    @property
    def names(self) -> Names:
        """Tell whom its certificate will name."""
        return names_ordered(self.profile, self.values)


def set_asked(conductor: Conductor, step: Step) -> RequestsJudged | None:
    """Give what was judged of the requests that a step answers; None of other steps."""
    if step.verb != ISSUE:
        return None
    return conductor.state.sets.get(str(step.parameters.get("request")))


def told_of_asked(conductor: Conductor, step: Step) -> list[Row]:
    """Tell whom the certificates name that a set is answered with next.

    Args:
        conductor: The ceremony.
        step: The step.

    Returns:
        Each request by its place in the set, up to :data:`MOST`; then how many more
        there are, and the file that names every one. Nothing of a step that answers no
        set.
    """
    judged = set_asked(conductor, step)
    if judged is None:
        return []
    told = _KEPT.get(
        question_of(conductor, step, judged),
        lambda: tuple(
            (f"Request {each.position}", _in_words(each.names), True)
            for each in islice(asked_next(conductor, step, judged), MOST)
        ),
    )
    batch = str(step.parameters["certificate"])
    more = judged.good - issued_count(conductor.state, batch) - MOST
    if more <= 0:
        return list(told)
    file = _file_of(conductor, judged.results)
    return [*told, ("And more", f"{more} others; {file} names every one", False)]


def question_of(conductor: Conductor, step: Step, judged: RequestsJudged) -> Hashable:
    """Give all from which it follows whom the next certificates name."""
    thing = conductor.script.thing(str(step.parameters["certificate"]))
    profile = certificate_profile(conductor.script, thing.profile)
    done = issued_count(conductor.state, thing.name)
    return judged.results, done, profile, tuple(sorted(thing.given.items()))


def asked_next(
    conductor: Conductor, step: Step, judged: RequestsJudged
) -> Iterator[Asked]:
    """Read the good requests that have no certificate yet, one at a time.

    Args:
        conductor: The ceremony.
        step: The step that answers them.
        judged: What became of them.

    Raises:
        CeremonyError: What the journal keeps of them cannot be read.
    """
    thing = conductor.script.thing(str(step.parameters["certificate"]))
    profile = certificate_profile(conductor.script, thing.profile)
    lines = conductor.log.journal.open_blob(judged.results)
    good = (
        record
        for record in read_results(lines, f"results-{judged.request}.jsonl")
        if record["verdict"] == "good"
    )
    for record in islice(good, issued_count(conductor.state, thing.name), None):
        values = cast("dict[str, str]", record["values"])
        yield Asked(
            cast("int", record["position"]),
            compared_subject(str(record["name"]), str(record["subject"])),
            profile,
            {**values, **thing.given},
        )


def _in_words(names: Names) -> str:
    if not names.alternative:
        return names.subject
    return f"{names.subject}; {listed(names.alternative, MOST_NAMES)}"


def _file_of(conductor: Conductor, digest: Digest) -> str:
    """Name the file of the record that has a digest."""
    return next(
        blob.name
        for recorded in conductor.facts
        for blob in recorded.event.blobs
        if blob.sha256 == digest
    )
