"""What the leaf of a part tells of the paths of its certificates, and the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.conduct.actions.path import path_fault, refuse_path
from ceremony.engine.command import Command
from ceremony.engine.facts import Outcome, PathChecked
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest
from ceremony.pack.path_leaf import part_path_leaf
from ceremony.pack.record import read_record
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.linted import LintedTbs, lint_tbs
from ceremony.pki.order import Order
from ceremony.pki.path import TOOL, PathAbove, path_tool_version
from ceremony.report.book import Book
from ceremony.report.pages.batches import batches
from ceremony.verify.check import FailedError
from ceremony.verify.parts import verify_batches
from tests.fakes.batch_lies import called_otherwise
from tests.fakes.forgery import Forgery, keep_named
from tests.fakes.record_batch import build_batch, device
from tests.fakes.record_builder import START
from tests.unit.pki.test_path import LEAF, ROOT, chain

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

Bytes = Callable[[str, bytes], bytes]


def telling(path: PathChecked | None, certificate: Bytes = keep_named) -> Forgery:
    def command(told: Command) -> Command:
        fact = told.fact
        if not isinstance(fact, Outcome) or fact.part is None:
            return told
        return replace(told, fact=replace(fact, path=path))

    return Forgery(command=command, certificate=certificate)


def above() -> tuple[Digest, ...]:
    """Give the fingerprints of the issuing CA and the root of the honest record."""
    state = build_batch().builder.state
    names = ("issuing-dca-certificate", "root-dca-certificate")
    return tuple(state.certificates[name].digest for name in names)


def test_a_part_that_tells_its_valid_paths_verifies_without_a_remark() -> None:
    told = PathChecked(TOOL, path_tool_version(), above())
    record = read_record(build_batch(telling(told)).files)
    assert verify_batches(record) == ()
    text = repr(batches(Book(record, Digest(""), 0, {}), {}))
    assert "each path valid" in text


def test_a_part_that_its_leaf_marks_is_a_remark_and_stands_on_the_pages() -> None:
    told = PathChecked(
        TOOL, path_tool_version(), above(), "PKI-PATH-02", "In other words."
    )
    built = build_batch(replace(telling(told, called_otherwise), stop_after="2.19"))
    record = read_record(built.files)
    (remark,) = verify_batches(record)
    assert remark.endswith("the certificate is not to be used, by PKI-PATH-02.")
    text = repr(batches(Book(record, Digest(""), 0, {}), {}))
    assert "NOT TO BE USED" in text
    assert "each path valid" not in text


@pytest.mark.parametrize("rule", ["PKI-PATH-02", "PKI-PATH-04"])
def test_a_fault_that_is_not_there_is_no_truth(rule: str) -> None:
    told = PathChecked(TOOL, path_tool_version(), above(), rule, "Made up.")
    built = build_batch(replace(telling(told), stop_after="2.19"))
    with pytest.raises(FailedError) as caught:
        verify_batches(read_record(built.files))
    assert caught.value.rule == "VERIFY-PATH-01"


def test_of_a_part_the_first_certificate_without_a_path_is_told() -> None:
    good, root = chain(ROOT, LEAF)
    bad, _ = chain(ROOT, LEAF)  # by another root of the same name
    told = part_path_leaf([good, bad, bad], [root], PathAbove([root]))
    assert told.rule == "PKI-PATH-02"
    assert told.text.startswith(f"Certificate {bad.serial_number:032x}: ")
    assert part_path_leaf([good], [root], PathAbove([root])).rule == ""


def test_the_signatures_above_are_verified_once_and_those_below_each() -> None:
    leaf, ca, root = chain(ROOT, replace(ROOT, common="CA"), LEAF)
    paths = PathAbove([ca, root])
    assert paths.find_fault(leaf) is None
    assert paths.find_fault(leaf) is None
    other = PathAbove([ca, chain(ROOT)[0]])
    for _ in range(2):
        fault = other.find_fault(leaf)
        assert fault is not None
        assert fault.rule == "PKI-PATH-02"
    der = bytearray(leaf.public_bytes(Encoding.DER))
    der[-1] ^= 1
    fault = paths.find_fault(x509.load_der_x509_certificate(bytes(der)))
    assert fault is not None
    assert fault.rule == "PKI-PATH-02"


def test_nothing_of_a_part_is_signed_where_one_path_would_not_be_valid() -> None:
    record = read_record(build_batch().files)
    issuing, root = (
        x509.load_pem_x509_certificate(
            record.files[f"certificate-{name}-dca-certificate.pem"]
        )
        for name in ("issuing", "root")
    )
    order = Order(
        load_builtin_profile("smki-device-ds"),
        {"hardware-serial": "90b3d51f30000001"},
        issuing,
        START.date(),
        1 << 126,
    )
    linted = lint_tbs(order, device(1).public_key())
    assert isinstance(linted, LintedTbs)
    assert path_fault(linted, PathAbove([issuing, root])) is None
    with pytest.raises(RefusedError) as caught:
        refuse_path(path_fault(linted, PathAbove([root])))
    assert caught.value.code == "PKI-PATH-01"
    assert caught.value.meaning == "Nothing was signed."
