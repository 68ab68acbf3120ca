"""Reads revocation lists or requests with NSS's own library and prints what NSS sees.

    python tests/fakes/nss_signed_reader.py list FILE...
    python tests/fakes/nss_signed_reader.py request FILE...

Each file is PEM, and gives one line of JSON. A process of its own, as ``nss_reader``
is. ``pp`` would say the same, but is packaged apart from the library.
"""

from __future__ import annotations

import base64
import ctypes
import json
import sys
from collections.abc import Iterator
from ctypes import POINTER, byref, c_char_p, c_int, c_int64, c_uint, c_void_p
from pathlib import Path
from typing import Any

_CRL_TYPE = 1  # SEC_CRL_TYPE, cert.h
_KEEP_BAD = 4  # CRL_DECODE_KEEP_BAD_CRL, cert.h
_ARENA = 2048


class Item(ctypes.Structure):
    """``SECItem`` (seccomon.h)."""

    _fields_ = (("type", c_int), ("data", c_void_p), ("length", c_uint))

    @property
    def octets(self) -> bytes:
        return ctypes.string_at(self.data, self.length) if self.length else b""

    @property
    def bits(self) -> bytes:
        """The octets of a BIT STRING, whose length is in bits."""
        return ctypes.string_at(self.data, self.length // 8)


class Algorithm(ctypes.Structure):
    """``SECAlgorithmID`` (secoidt.h)."""

    _fields_ = (("oid", Item), ("parameters", Item))


class Name(ctypes.Structure):
    """``CERTName`` (certt.h), as are those below."""

    _fields_ = (("arena", c_void_p), ("rdns", c_void_p))


class Extension(ctypes.Structure):
    _fields_ = (("oid", Item), ("critical", Item), ("value", Item))


Extensions = POINTER(POINTER(Extension))


class Entry(ctypes.Structure):
    _fields_ = (("serial", Item), ("day", Item), ("extensions", Extensions))


class Crl(ctypes.Structure):
    _fields_ = (
        ("arena", c_void_p),
        ("version", Item),
        ("signature", Algorithm),
        ("der_name", Item),
        ("name", Name),
        ("this_update", Item),
        ("next_update", Item),
        ("entries", POINTER(POINTER(Entry))),
        ("extensions", Extensions),
    )


class SignedCrl(ctypes.Structure):
    """The first fields of ``CERTSignedCrl``."""

    _fields_ = (("arena", c_void_p), ("crl", Crl))


class Signed(ctypes.Structure):
    _fields_ = (("data", Item), ("algorithm", Algorithm), ("signature", Item))


class Key(ctypes.Structure):
    _fields_ = (("arena", c_void_p), ("algorithm", Algorithm), ("bits", Item))


class Request(ctypes.Structure):
    _fields_ = (
        ("arena", c_void_p),
        ("version", Item),
        ("subject", Name),
        ("key", Key),
        ("attributes", c_void_p),
    )


class Library:
    """The parts of NSS that are asked."""

    def __init__(self) -> None:
        self.util = ctypes.CDLL("libnssutil3.so", mode=ctypes.RTLD_GLOBAL)
        self.nss = ctypes.CDLL("libnss3.so", mode=ctypes.RTLD_GLOBAL)
        for function in ("CERT_NameToAscii", "CERT_GetOidString"):
            getattr(self.nss, function).restype = c_char_p
        for function in (
            "NSS_Get_CERT_SignedDataTemplate",
            "NSS_Get_CERT_CertificateRequestTemplate",
            "PORT_NewArena",
        ):
            getattr(self.nss, function).restype = c_void_p
        self.nss.CERT_DecodeDERCrlWithFlags.restype = POINTER(SignedCrl)
        if self.nss.NSS_NoDB_Init(None):
            raise OSError("NSS does not start")

    def name(self, name: Name) -> str:
        # An empty name is a null pointer.
        told: bytes | None = self.nss.CERT_NameToAscii(byref(name))
        return (told or b"").decode()

    def oid(self, item: Item) -> str:
        told: bytes = self.nss.CERT_GetOidString(byref(item))
        return told.decode().removeprefix("OID.")

    def moment(self, item: Item) -> int:
        """Give a time in seconds since 1970."""
        found = c_int64()
        if self.util.DER_DecodeTimeChoice_Util(byref(found), byref(item)):
            raise ValueError("no time")
        return found.value // 1_000_000

    def extensions(self, found: Any) -> list[list[object]]:
        return [
            [
                self.oid(each.oid),
                each.critical.octets == b"\xff",
                each.value.octets.hex(),
            ]
            for each in items(found)
        ]

    def reason(self, entry: Entry) -> int | None:
        found = c_int()
        if self.nss.CERT_FindCRLEntryReasonExten(byref(entry), byref(found)):
            return None
        return found.value

    def decode(self, arena: c_void_p, into: object, template: str, item: Item) -> None:
        asked = c_void_p(getattr(self.nss, template)(None, 0))
        into_it, from_it = byref(into), byref(item)  # type: ignore[arg-type]  # a structure
        if self.nss.SEC_QuickDERDecodeItem(arena, into_it, asked, from_it):
            raise ValueError("not read")

    def read_list(self, der: Item) -> dict[str, object]:
        ask = self.nss.CERT_DecodeDERCrlWithFlags
        used = bool(ask(None, byref(der), _CRL_TYPE, 0))
        # One with a critical extension that NSS does not know is shown all the same.
        read = ask(None, byref(der), _CRL_TYPE, _KEEP_BAD)
        if not read:
            raise ValueError("not read")
        crl = read.contents.crl
        return {
            "used": used,
            "version": int.from_bytes(crl.version.octets, "big") + 1,
            "signature": self.oid(crl.signature.oid),
            "issuer": self.name(crl.name),
            "updates": [self.moment(crl.this_update), self.moment(crl.next_update)],
            "extensions": self.extensions(crl.extensions),
            "entries": [
                [each.serial.octets.hex(), self.moment(each.day), self.reason(each)]
                for each in items(crl.entries)
            ],
        }

    def read_request(self, der: Item) -> dict[str, object]:
        arena = c_void_p(self.nss.PORT_NewArena(_ARENA))
        signed, request = Signed(), Request()
        self.decode(arena, signed, "NSS_Get_CERT_SignedDataTemplate", der)
        asked = "NSS_Get_CERT_CertificateRequestTemplate"
        self.decode(arena, request, asked, signed.data)
        request.arena = arena
        found = Extensions()
        self.nss.CERT_GetCertificateRequestExtensions(byref(request), byref(found))
        wrong = self.nss.CERT_VerifySignedDataWithPublicKeyInfo(
            byref(signed), byref(request.key), None
        )
        return {
            "subject": self.name(request.subject),
            "signature": self.oid(signed.algorithm.oid),
            "key": [self.oid(request.key.algorithm.oid), request.key.bits.bits.hex()],
            "extensions": self.extensions(found),
            "verified": not wrong,
        }


def items(found: Any) -> Iterator[Any]:
    """Give the structures of an array that ends in a null pointer."""
    at = 0
    while found and found[at]:
        yield found[at].contents
        at += 1


def main(kind: str, files: list[str]) -> None:
    library = Library()
    read = {"list": library.read_list, "request": library.read_request}[kind]
    for file in files:
        lines = Path(file).read_text("utf-8").splitlines()
        der = base64.b64decode("".join(each for each in lines if each[:1] != "-"))
        held = ctypes.create_string_buffer(der, len(der))
        item = Item(0, ctypes.cast(held, c_void_p), len(der))
        sys.stdout.write(json.dumps(read(item)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
