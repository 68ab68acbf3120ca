"""A pack, a policy or a companion file that cannot be read starts no child."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony.errors import InputError
from ceremony.verify.extract import extract_pack
from ceremony.verify.pack import verify_pack


def looped(folder: Path) -> Path:
    """A link to itself, which nobody can read, not even root."""
    path = folder / "it.pdf"
    path.symlink_to(path)
    return path


def test_the_systems_reason_is_told(tmp_path: Path) -> None:
    path = looped(tmp_path)
    pack = tmp_path / "pack.pdf"
    pack.write_bytes(b"%PDF-1.7")
    for call in (
        lambda: verify_pack(path),
        lambda: verify_pack(pack, path),
        lambda: verify_pack(pack, None, path),
        lambda: extract_pack(path, tmp_path / "new"),
    ):
        with pytest.raises(InputError) as refused:
            call()
        assert refused.value.code == "VERIFY-INPUT-01"
        assert str(refused.value) == (
            "it.pdf cannot be used: it cannot be read (Too many levels of symbolic "
            "links)."
        )
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["absent", ".", "pack.pdf/x", "/dev/null"])
def test_what_is_no_file_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "pack.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(InputError) as refused:
        verify_pack(tmp_path / name)
    assert str(refused.value).endswith("cannot be used: it is not a file.")
