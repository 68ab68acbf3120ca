"""Reads certificates with NSS's own library and prints the subject that NSS sees.

    python tests/fakes/nss_reader.py FILE...

A process of its own, since NSS is started once in one. ``certutil`` would say the same,
but is packaged apart from the library.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path


class CertCertificate(ctypes.Structure):
    """The first fields of NSS's ``CERTCertificate`` (certt.h)."""

    _fields_ = (
        ("arena", ctypes.c_void_p),
        ("subject_name", ctypes.c_char_p),
        ("issuer_name", ctypes.c_char_p),
    )


def main(files: list[str]) -> int:
    nss = ctypes.CDLL("libnss3.so", mode=ctypes.RTLD_GLOBAL)
    smime = ctypes.CDLL("libsmime3.so")
    decode = smime.CERT_DecodeCertFromPackage
    decode.argtypes = (ctypes.c_char_p, ctypes.c_int)
    decode.restype = ctypes.POINTER(CertCertificate)
    if nss.NSS_NoDB_Init(None):
        return 2
    for file in files:
        raw = Path(file).read_bytes()
        found = decode(raw, len(raw))
        if not found:
            sys.stderr.write(f"{file}: not read\n")
            return 1
        sys.stdout.write((found.contents.subject_name or b"").decode() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
