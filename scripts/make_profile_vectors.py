"""Write the golden certificates: one of each certificate profile that ships.

    python scripts/make_profile_vectors.py [FOLDER]

FOLDER is tests/vectors/profiles where none is named. The same sources give the same
bytes, but for the signatures of RSA-PSS, whose salt is random: those are left as they
are while their to-be-signed bytes are the same.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ceremony.pki.builtin import builtin_profiles  # noqa: E402  the path is set
from tests.fakes.golden import golden  # noqa: E402  the same


def main(folder: Path) -> None:
    """Write every golden certificate into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in builtin_profiles():
        certificate, path = golden(name).certificate, folder / f"{name}.pem"
        if path.exists():
            before = x509.load_pem_x509_certificate(path.read_bytes())
            if before.tbs_certificate_bytes == certificate.tbs_certificate_bytes:
                continue
        path.write_bytes(certificate.public_bytes(Encoding.PEM))
        print(path.name)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "tests/vectors/profiles")
