"""Write the verifier's vectors: one honest pack, and packs that lie in one way each.

    python scripts/make_bad_packs.py [FOLDER]

FOLDER is tests/vectors/packs where none is named. The same sources give the same
bytes. Beside the packs stand the trust policy that they are verified under and
``expected.json``: the check that fails, and the rule that it names.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ceremony.pack.policy_file import encode_trust_policy  # noqa: E402  the path is set
from tests.fakes.backup_lies import BACKUP_LIES, IN_PACKS  # noqa: E402  the same
from tests.fakes.bad_packs import BAD_PACKS, good_pack, proof_of  # noqa: E402  the same
from tests.fakes.pack_maker import make_pack  # noqa: E402  the same
from tests.fakes.record_backup import build_backup  # noqa: E402  the same
from tests.fakes.record_builder import build_record  # noqa: E402  the same


def main(folder: Path) -> None:
    """Write every vector into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    honest = good_pack()
    write(folder / "good.pdf", honest)
    write(folder / "good.proof", proof_of(honest))
    policy = encode_trust_policy(build_record().policy)
    write(folder / "trust-policy.toml", policy)
    expected: dict[str, dict[str, str]] = {}
    for name, bad in BAD_PACKS.items():
        write(folder / f"{name}.pdf", bad.pack())
        if bad.proof is not None:
            write(folder / f"{name}.proof", bad.proof())
        expected[name] = {"check": bad.number, "rule": bad.rule}
    write(folder / "expected.json", in_json(expected))
    write_backups(folder / "backup")


def write_backups(folder: Path) -> None:
    """Write the vectors that have a backup in them into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    honest = build_backup()
    write(folder / "good.pdf", make_pack(honest))
    write(folder / "trust-policy.toml", encode_trust_policy(honest.policy))
    for name in IN_PACKS:
        write(folder / f"{name}.pdf", make_pack(BACKUP_LIES[name].make()))
    told = {
        name: {"check": BACKUP_LIES[name].number, "rule": BACKUP_LIES[name].rule}
        for name in IN_PACKS
    }
    write(folder / "expected.json", in_json(told))


def in_json(expected: dict[str, dict[str, str]]) -> bytes:
    """Give what is expected of each pack as JSON, UTF-8."""
    return (json.dumps(expected, indent=2, sort_keys=True) + "\n").encode()


def write(path: Path, content: bytes) -> None:
    """Write one vector and say so."""
    path.write_bytes(content)
    print(f"{len(content):>8}  {path.name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "tests/vectors/packs")
