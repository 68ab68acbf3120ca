"""A batch taken apart: only what its results file names is given."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ceremony.errors import EvidenceError
from ceremony.identifiers import Digest
from ceremony.pki.batch_output import BatchOutput, batch_output
from tests.fakes.batch_lies import ISSUED, MADE
from tests.fakes.batch_output_lies import CHAIN, build_bound
from tests.fakes.odd_numbers import first_of_no_version

FILES = build_bound().files
END = b"-----END CERTIFICATE-----\n"


def output(*parts: tuple[int, bytes]) -> BatchOutput:
    chain = FILES[CHAIN]
    read = (lambda: (FILES[ISSUED], parts)) if parts else None
    return batch_output("devices", Digest("5d" * 32), chain, 5, read)


def test_a_batch_gives_what_binds_it_and_three_files_for_each_certificate() -> None:
    made = output((1, FILES[MADE]))
    assert made.unfold is not None
    files = dict(made.unfold())
    assert list(files)[:3] == ["VERIFY.txt", "issued-devices.jsonl", CHAIN_OF]
    positions = (1, 2, 4, 5, 7)
    assert list(files)[3:] == [
        f"part-1/{position}.{ending}"
        for position in positions
        for ending in ("der", "pem", "txt")
    ]
    pems = b"".join(files[f"part-1/{position}.pem"] for position in positions)
    assert pems == FILES[MADE]
    assert not made.is_elsewhere


CHAIN_OF = "chain-devices.pem"


def _one_less(pem: bytes) -> bytes:
    return pem[: pem.rindex(b"-----BEGIN")]


def _one_more(pem: bytes) -> bytes:
    return pem + pem.split(END)[0] + END


def _in_another_order(pem: bytes) -> bytes:
    return b"".join(part + END for part in reversed(pem.split(END)[:-1]))


@pytest.mark.parametrize(
    "change",
    [
        _one_less,
        _one_more,
        _in_another_order,
        first_of_no_version,
        lambda _: b"none",
    ],
)
def test_other_certificates_than_the_results_name_are_not_given(
    change: Callable[[bytes], bytes],
) -> None:
    made = output((1, change(FILES[MADE])))
    assert made.unfold is not None
    with pytest.raises(EvidenceError) as refused:
        list(made.unfold())
    assert refused.value.code == "PKI-ISSUED-02"


def test_a_certificate_in_another_part_is_not_given() -> None:
    made = output((2, FILES[MADE]))
    assert made.unfold is not None
    with pytest.raises(EvidenceError) as refused:
        list(made.unfold())
    assert refused.value.code == "PKI-ISSUED-02"


def test_a_batch_whose_certificates_are_elsewhere_is_told_all_the_same() -> None:
    made = output()
    assert made.is_elsewhere
    assert made.unfold is None
    assert made.commands == output((1, b"")).commands
