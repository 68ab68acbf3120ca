"""Lies in the files of what was issued, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_crl import build_crls

ISSUING = "issuing-oca-certificate"
LIST = "second-arl"

Files = dict[str, bytes]


def build_outputs(change: Callable[[Files], Files] = dict) -> BuiltRecord:
    """Make the ceremony with revocation lists up, with every file of what it issues."""
    return build_crls(Forgery(output=lambda output: change(dict(output.files))))


def _changed(name: str, change: Callable[[bytes], bytes]) -> Callable[[Files], Files]:
    def files(honest: Files) -> Files:
        if name in honest:
            honest[name] = change(honest[name])
        return honest

    return files


def _without(*names: str) -> Callable[[Files], Files]:
    return lambda files: {
        name: content for name, content in files.items() if name not in names
    }


def _parts(chain: bytes) -> list[bytes]:
    """Split a chain file into its certificates, PEM."""
    end = b"-----END CERTIFICATE-----\n"
    return [part + end for part in chain.split(end)[:-1]]


def _upside_down(chain: bytes) -> bytes:
    return b"".join(reversed(_parts(chain)))


def _without_the_root(chain: bytes) -> bytes:
    return b"".join(_parts(chain)[:-1])


def _under_another_root(chain: bytes) -> bytes:
    """Put a root of the same name above, whose key is another one."""
    issued, honest = map(x509.load_pem_x509_certificate, _parts(chain))
    key = SoftwareKey("another-root")
    forged = (
        x509.CertificateBuilder()
        .subject_name(honest.subject)
        .issuer_name(honest.subject)
        .not_valid_before(honest.not_valid_before_utc)
        .not_valid_after(honest.not_valid_after_utc)
        .serial_number(honest.serial_number)
        .public_key(key.public_key())
        .sign(key, hashes.SHA256())
    )
    return b"".join(each.public_bytes(Encoding.PEM) for each in (issued, forged))


def _with_one_more(chain: bytes) -> bytes:
    return chain + _parts(chain)[-1]


def _flipped(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def _placed_twice(files: Files) -> Files:
    if f"chain-{ISSUING}.pem" in files:
        files["chain-another.pem"] = files[f"chain-{ISSUING}.pem"]
    return files


def _lie(rule: str, place: str, change: Callable[[Files], Files]) -> Lie:
    return Lie("12", rule, lambda: build_outputs(change), place)


_CHAIN: Final = f"chain-{ISSUING}.pem"

CHAIN_LIES: Final[Mapping[str, Callable[[Files], Files]]] = {
    "chain-upside-down": _changed(_CHAIN, _upside_down),
    "chain-without-the-root": _changed(_CHAIN, _without_the_root),
    "chain-under-another-root": _changed(_CHAIN, _under_another_root),
    "chain-with-one-more": _changed(_CHAIN, _with_one_more),
}
"""What is done to a chain file, by a name that says what it is."""

OUTPUT_LIES: Final[Mapping[str, Lie]] = {
    **{
        name: _lie("VERIFY-OUTPUT-02", _CHAIN, change)
        for name, change in CHAIN_LIES.items()
    },
    "chain-left-out": _lie("VERIFY-OUTPUT-02", _CHAIN, _without(_CHAIN)),
    "chain-of-a-list-upside-down": _lie(
        "VERIFY-OUTPUT-02",
        f"chain-{LIST}.pem",
        _changed(f"chain-{LIST}.pem", _with_one_more),
    ),
    "chain-beside-another": _lie("VERIFY-OUTPUT-01", "chain-another", _placed_twice),
    "text-that-tells-otherwise": _lie(
        "VERIFY-OUTPUT-01",
        f"certificate-{ISSUING}.txt",
        _changed(
            f"certificate-{ISSUING}.txt", lambda text: text.replace(b"2026", b"2016")
        ),
    ),
    "certificate-in-der-of-another": _lie(
        "VERIFY-OUTPUT-01",
        f"certificate-{ISSUING}.der",
        _changed(f"certificate-{ISSUING}.der", _flipped),
    ),
    "request-without-its-text": _lie(
        "VERIFY-OUTPUT-01",
        "request-request.txt",
        _without("request-request.txt"),
    ),
    "list-in-pem-of-another": _lie(
        "VERIFY-OUTPUT-01",
        f"crl-{LIST}.pem",
        _changed(f"crl-{LIST}.pem", lambda pem: pem.replace(b"X509", b"x509")),
    ),
}
"""Every such lie, by a name that says what it is."""
