"""How many requests a set may have, and which files are taken for it."""

from __future__ import annotations

from itertools import islice, repeat
from pathlib import Path

import pytest

from ceremony.conduct.actions.given_file import files_at
from ceremony.conduct.actions.imported import MOST_REQUESTS, limited
from ceremony.errors import InputError
from ceremony.pki.request_file import Imported

ONE = Imported("one.csr", 1, b"")


def test_a_set_of_50000_is_taken_and_one_more_is_refused() -> None:
    assert MOST_REQUESTS == 50_000
    assert sum(1 for _ in limited(repeat(ONE, MOST_REQUESTS))) == MOST_REQUESTS
    with pytest.raises(InputError) as refused:
        for _ in limited(repeat(ONE, MOST_REQUESTS + 1)):
            pass
    assert refused.value.code == "CONDUCT-IMPORT-02"
    assert len(list(islice(limited(repeat(ONE)), 3))) == 3


def test_a_folder_stands_for_its_files_in_the_order_of_their_names(
    tmp_path: Path,
) -> None:
    for name in ("b.csr", "a.csr"):
        (tmp_path / name).touch()
    (tmp_path / "deeper").mkdir()
    wanted = (tmp_path / "a.csr", tmp_path / "b.csr")
    assert files_at(str(tmp_path), several=True) == wanted
    lines = f"{wanted[1]}\n\n  {wanted[0]}  \n"
    assert files_at(lines, several=True) == wanted[::-1]


@pytest.mark.parametrize(("several", "found"), [(True, 0), (False, 0), (False, 2)])
def test_no_file_and_two_for_one_request_are_refused(
    tmp_path: Path, found: int, *, several: bool
) -> None:
    for number in range(found):
        (tmp_path / f"{number}.csr").touch()
    with pytest.raises(InputError) as refused:
        files_at(str(tmp_path), several=several)
    assert refused.value.code == "CONDUCT-IMPORT-01"
