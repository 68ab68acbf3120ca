"""Files whose names are taken already: by one number for all, and found by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509

from ceremony.conduct.actions.output import (
    batch_blobs,
    certificate_blobs,
    crl_blobs,
    request_blobs,
)
from ceremony.conduct.conductor import Conductor
from ceremony.pack.free_name import free_stem
from ceremony.pack.record import Record, read_record
from ceremony.pack.verify_text import render_verify_text
from ceremony.pki.output import Output
from ceremony.report.book import Book
from ceremony.report.pages.batches import batches
from ceremony.report.pages.certificates import certificates
from tests.fakes.batch_output_lies import build_bound
from tests.fakes.forgery import Forgery
from tests.fakes.output_lies import build_outputs
from tests.fakes.record_builder import BuiltRecord, build_record
from tests.fakes.record_earlier import build_earlier
from tests.unit.verify.judging import failures

ROOT = "root-oca-certificate"
ISSUING = "issuing-oca-certificate"


def called_as_an_earlier_list(**forged: Any) -> BuiltRecord:
    """Call a new list so that the earlier list of the root has the file's name."""

    def script(honest: bytes) -> bytes:
        return honest.replace(b"second-list", b"earlier-root-oca")

    return build_earlier(Forgery(script=script, **forged))


def every_file(output: Output) -> dict[str, bytes]:
    return dict(output.files)


def files_of_lists(built: BuiltRecord) -> set[str]:
    begins = ("crl-earlier-", "chain-earlier-")
    return {name for name in built.files if name.startswith(begins)}


def test_all_files_of_a_list_are_numbered_where_one_name_is_taken() -> None:
    built = called_as_an_earlier_list(output=every_file)
    assert failures(built) == []
    assert files_of_lists(built) == {
        "crl-earlier-root-oca.crl",
        "crl-earlier-root-oca-2.crl",
        "crl-earlier-root-oca-2.pem",
        "crl-earlier-root-oca-2.txt",
        "chain-earlier-root-oca-2.pem",
    }


def test_so_is_the_one_file_of_a_record_of_before() -> None:
    built = called_as_an_earlier_list()
    assert failures(built) == []
    assert files_of_lists(built) == {
        "crl-earlier-root-oca.crl",
        "crl-earlier-root-oca-2.crl",
    }


Made = Callable[[Conductor, str], dict[str, bytes]]
BUILT = build_outputs().files


def _pem(name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(BUILT[f"certificate-{name}.pem"])


CERTIFICATE = partial(certificate_blobs, certificate=_pem(ISSUING), above=[_pem(ROOT)])
REQUEST = partial(
    request_blobs, request=x509.load_der_x509_csr(BUILT["request-request.csr"])
)
LIST = partial(
    crl_blobs,
    crl=x509.load_der_x509_crl(BUILT["crl-second-arl.crl"]),
    issuers=[_pem(ROOT)],
)
BATCH = partial(batch_blobs, issued=b"", above=[_pem(ROOT)])

WRITTEN: Sequence[tuple[Made, tuple[str, ...]]] = [
    (
        CERTIFICATE,
        ("certificate-*.pem", "certificate-*.der", "certificate-*.txt", "chain-*.pem"),
    ),
    (REQUEST, ("request-*.csr", "request-*.pem", "request-*.txt")),
    (LIST, ("crl-*.crl", "crl-*.pem", "crl-*.txt", "chain-*.pem")),
    (BATCH, ("issued-*.jsonl", "chain-*.pem")),
]


@pytest.mark.parametrize(
    ("made", "kinds", "taken"),
    [(made, kinds, taken) for made, kinds in WRITTEN for taken in (None, *kinds)],
)
def test_whichever_name_is_taken_the_room_numbers_all_files(
    made: Made, kinds: tuple[str, ...], taken: str | None
) -> None:
    names = {"a-2.pem", "" if taken is None else taken.replace("*", "a")}
    room: Any = SimpleNamespace(
        free_stem=lambda stem, files: free_stem(stem, files, names)
    )
    stem = "a" if taken is None else "a-2"
    assert set(made(room, "a")) == {kind.replace("*", stem) for kind in kinds}


def behind_another(built: BuiltRecord, file: str) -> Record:
    """Give a record in which another file, a certificate, took a name before."""
    record = read_record(built.files)
    new = "-2.".join(file.rsplit(".", 1))
    files = {
        **record.files,
        new: record.files[file],
        file: record.files["certificate-evidence-ca.pem"],
    }
    facts = tuple(
        replace(
            known,
            event=replace(
                known.event,
                blobs=tuple(
                    replace(blob, name=new if blob.name == file else blob.name)
                    for blob in known.event.blobs
                ),
            ),
        )
        for known in record.facts
    )
    return replace(record, files=files, facts=facts)


def test_the_pages_read_a_certificate_from_the_file_beside_its_leaf() -> None:
    honest = read_record(build_record().files)
    record = behind_another(build_record(), f"certificate-{ROOT}.pem")
    own = x509.load_pem_x509_certificate(honest.files[f"certificate-{ROOT}.pem"])
    carried = own.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    book = Book(record, record.script_digest, 0, {})
    assert book.key_identifier(ROOT) == carried.value.digest.hex()
    told = repr(certificates(book))
    assert f"certificate-{ROOT}-2.pem" in told
    assert f"certificate-{ROOT}.pem" not in told


def test_so_do_the_commands_of_verify_txt() -> None:
    record = behind_another(build_record(), f"certificate-{ROOT}.pem")
    text = render_verify_text(record).decode()
    assert f"-CAfile certificate-{ROOT}-2.pem" in text
    assert f"certificate-{ROOT}.pem" not in text


def test_so_they_do_with_the_results_of_a_batch() -> None:
    record = behind_another(build_bound(), "issued-device-certificates.jsonl")
    text = render_verify_text(record).decode()
    assert "issued-device-certificates-2.jsonl || exit 1" in text
    assert "issued-device-certificates.jsonl" not in text


@pytest.mark.parametrize(
    "file", ["results-device-requests.jsonl", "refused-device-requests.pem"]
)
def test_the_pages_name_what_became_of_requests_as_the_leaf_does(file: str) -> None:
    record = behind_another(build_bound(), file)
    told = repr(batches(Book(record, record.script_digest, 0, {}), {}))
    assert "-2.".join(file.rsplit(".", 1)) in told
    assert file not in told
