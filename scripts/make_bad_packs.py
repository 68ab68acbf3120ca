"""Write the verifier's vectors: one honest pack, and packs that lie in one way each.

    python scripts/make_bad_packs.py [FOLDER]

FOLDER is tests/vectors where none is named; the packs of the small ceremony go into
its folder packs, those of the ceremony that uses its key after it was made into
key-acts, those of the one in which people act by hand into manual-acts, those of the
one that signs revocation lists into crl, those of the one that issues by a site's own
profiles into issued, those of the one whose key asks for its certificate after a lint
into requests, those of the one that answers a set of requests into batch. The same
sources give the same bytes. Beside the packs stand the trust policy that they are
verified under and ``expected.json``: the check that fails, and the rule that it names.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ceremony.pack.policy import TrustPolicy  # noqa: E402  the path is set
from ceremony.pack.policy_file import encode_trust_policy  # noqa: E402  the path is set
from tests.fakes.backup_lies import BACKUP_PACKS  # noqa: E402  the same
from tests.fakes.bad_packs import (  # noqa: E402  the same
    BAD_PACKS,
    CRL_PACKS,
    KEY_ACT_PACKS,
    LOGIN_PACKS,
    MANUAL_PACKS,
    BadPack,
    good_key_acts,
    good_pack,
    proof_of,
)
from tests.fakes.batch_output_lies import BATCH_PACKS, build_bound  # noqa: E402  the same
from tests.fakes.contingency_lies import CONTINGENCY_PACKS  # noqa: E402  the same
from tests.fakes.issued_packs import ISSUED_PACKS, build_issued  # noqa: E402  the same
from tests.fakes.key_acts import build_key_acts  # noqa: E402  the same
from tests.fakes.logins import build_logins  # noqa: E402  the same
from tests.fakes.manual_acts import build_manual_acts  # noqa: E402  the same
from tests.fakes.pack_maker import make_pack  # noqa: E402  the same
from tests.fakes.record_backup import build_backup  # noqa: E402  the same
from tests.fakes.record_builder import build_record  # noqa: E402  the same
from tests.fakes.record_contingency import build_contingency  # noqa: E402  the same
from tests.fakes.record_crl import build_crls  # noqa: E402  the same
from tests.fakes.record_request import build_requests  # noqa: E402  the same
from tests.fakes.request_lies import REQUEST_PACKS  # noqa: E402  the same


def main(folder: Path) -> None:
    """Write every vector below ``folder``."""
    packs = folder / "packs"
    honest = good_pack()
    write_all(packs, build_record().policy, honest, BAD_PACKS)
    write(packs / "good.proof", proof_of(honest))
    for name, bad in BAD_PACKS.items():
        if bad.proof is not None:
            write(packs / f"{name}.proof", bad.proof())
    key_acts = build_key_acts().policy
    write_all(folder / "key-acts", key_acts, good_key_acts(), KEY_ACT_PACKS)
    for name, build, bad_packs in (
        ("manual-acts", build_manual_acts, MANUAL_PACKS),
        ("logins", build_logins, LOGIN_PACKS),
        ("crl", build_crls, CRL_PACKS),
        ("issued", build_issued, ISSUED_PACKS),
        ("requests", build_requests, REQUEST_PACKS),
        ("batch", build_bound, BATCH_PACKS),
        ("backup", build_backup, BACKUP_PACKS),
        ("contingency", build_contingency, CONTINGENCY_PACKS),
    ):
        built = build()
        write_all(folder / name, built.policy, make_pack(built), bad_packs)


def write_all(
    folder: Path, policy: TrustPolicy, honest: bytes, packs: Mapping[str, BadPack]
) -> None:
    """Write one folder: the honest pack, the bad ones, their policy and verdicts."""
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "good.pdf", honest)
    write(folder / "trust-policy.toml", encode_trust_policy(policy))
    for name, bad in packs.items():
        write(folder / f"{name}.pdf", bad.pack())
    expected = {
        name: {"check": bad.number, "rule": bad.rule} for name, bad in packs.items()
    }
    text = json.dumps(expected, indent=2, sort_keys=True) + "\n"
    write(folder / "expected.json", text.encode())


def write(path: Path, content: bytes) -> None:
    """Write one vector and say so."""
    path.write_bytes(content)
    print(f"{len(content):>8}  {path.name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "tests/vectors")
