"""The good requests of a set as the journal keeps them, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import cast

from ceremony import canonical
from ceremony.conduct.conductor import Conductor
from ceremony.engine.facts import RequestsJudged
from ceremony.errors import EvidenceError
from ceremony.identifiers import Digest
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request import verify_request
from ceremony.pki.request_file import read_accepted
from ceremony.pki.request_form import allowed_signatures
from ceremony.pki.request_results import Asked, read_asked, read_results
from ceremony.pki.signature import VerifyingKey


@dataclass(frozen=True, slots=True)
class AskedRequest:
    """One good request of a set.

    Attributes:
        position: Which one of the set it is, from 1.
        digest: SHA-256 of its DER.
        key: The key that it is for; it has signed the request.
        values: What an order for its certificate takes from it.
    """

    position: int
    digest: Digest
    key: VerifyingKey
    values: Mapping[str, str]


def asked_of(conductor: Conductor, request: str) -> Iterator[Asked]:
    """Give whom each good request of a set is for, as its results tell it.

    Args:
        conductor: The ceremony.
        request: The set, by name.

    Raises:
        InputError: ``PKI-RESULTS-01``: the results are not whole.
    """
    results = conductor.state.sets[request].results
    return read_asked(conductor.log.journal.open_blob(results), f"results of {request}")


def asked_requests(
    conductor: Conductor, judged: RequestsJudged, profile: CertificateProfile
) -> Iterator[AskedRequest]:
    """Read the good requests of a set, in their order; one at a time is in memory.

    Args:
        conductor: The ceremony.
        judged: What became of the set.
        profile: The profile of its certificates.

    Raises:
        EvidenceError: ``CONDUCT-BATCH-02``: requests and results do not agree.
    """
    journal, name = conductor.log.journal, f"requests-{judged.request}.pem"
    results = read_results(journal.open_blob(judged.results), f"results of {name}")
    good = (each for each in results if each.get("verdict") == "good")
    accepted = read_accepted(journal.open_blob(judged.accepted or Digest("")), name)
    allowed = allowed_signatures(profile)
    for record, imported in zip_longest(good, accepted):
        digest = Digest(canonical.digest(imported.der) if imported is not None else "")
        if imported is None or record is None or record["request"] != digest:
            raise EvidenceError(
                "CONDUCT-BATCH-02",
                f"A request of {judged.request} is not the one that was judged.",
                meaning="Nothing more is signed.",
                remedy="Preserve the journal and bring your backup copy.",
            )
        yield AskedRequest(
            cast("int", record["position"]),
            digest,
            verify_request(imported.der, profile.key, allowed).public_key,
            cast("dict[str, str]", record["values"]),
        )
