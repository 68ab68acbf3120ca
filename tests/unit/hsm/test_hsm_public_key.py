from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from pkcs11 import Attribute

from ceremony.errors import DeviceError
from ceremony.hsm.inventory import InventoryEntry
from ceremony.hsm.objects import ObjectReader
from ceremony.hsm.public_key import read_public_key

# Source: SEC 2, section 2.4.2: the base point of secp256r1, uncompressed.
BASE_POINT = bytes.fromhex(
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)
# Source: RFC 8032, section 7.1, TEST 1: the public key.
ED25519_KEY = bytes.fromhex(
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
)
P256 = InventoryEntry("CKO_PUBLIC_KEY", "k", "00", "CKK_EC", 256, "P-256", ())
ED25519 = InventoryEntry(
    "CKO_PUBLIC_KEY", "k", "00", "CKK_EC_EDWARDS", 256, "Ed25519", ()
)


class OnePoint:
    """A module whose only object has one public point."""

    def __init__(self, point: bytes | None) -> None:
        self._point = point

    def read_attribute(self, _session: int, _handle: int, kind: int) -> bytes | None:
        return self._point if kind == Attribute.EC_POINT else None


def _read(point: bytes | None, entry: InventoryEntry) -> object:
    reader = ObjectReader(OnePoint(point), 1)  # type: ignore[arg-type]  # one call of it
    return read_public_key(reader, 1, entry)


@pytest.mark.parametrize("head", [b"", b"\x04\x41"])
def test_a_point_is_read_with_and_without_its_der_head(head: bytes) -> None:
    public = _read(head + BASE_POINT, P256)

    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert public.public_numbers().x == int.from_bytes(BASE_POINT[1:33], "big")


@pytest.mark.parametrize("head", [b"", b"\x04\x20"])
def test_an_ed25519_key_is_read_with_and_without_its_der_head(head: bytes) -> None:
    public = _read(head + ED25519_KEY, ED25519)

    assert isinstance(public, ed25519.Ed25519PublicKey)
    assert public.public_bytes_raw() == ED25519_KEY


@pytest.mark.parametrize(
    "point", [None, b"", BASE_POINT[:-1], BASE_POINT[:-1] + b"\xf6"]
)
def test_a_point_that_is_none_is_no_key(point: bytes | None) -> None:
    with pytest.raises(DeviceError) as caught:
        _read(point, P256)
    assert caught.value.code == "HSM-KEY-03"
