"""A secret is never shown and is gone after use."""

from __future__ import annotations

import copy
import pickle

import pytest

from ceremony.secret import Secret, entered_at_reader

PIN = b"canary-48151623"


def test_no_way_of_printing_shows_the_value() -> None:
    secret = Secret(bytearray(PIN))
    shown = f"{secret} {secret!r} {secret:>20} {[secret]} {secret!s}"
    assert "canary" not in shown
    assert "***" in shown


def test_the_buffer_handed_over_holds_zeros_after_wiping() -> None:
    buffer = bytearray(PIN)
    with Secret(buffer) as secret:
        assert secret.expose() is buffer
        assert len(secret) == len(PIN)
        assert secret
    assert buffer == bytes(len(PIN))
    assert not secret
    assert len(secret) == 0
    with pytest.raises(ValueError, match="wiped"):
        secret.expose()
    secret.wipe()


def test_a_wiped_secret_is_none_that_is_entered_at_the_reader() -> None:
    secret = Secret(bytearray(PIN))
    assert not secret.is_at_reader
    secret.wipe()
    assert not secret.is_at_reader
    assert entered_at_reader().is_at_reader
    assert not Secret(bytearray()).is_at_reader
    assert not entered_at_reader()


def test_the_buffer_is_wiped_when_an_error_passes() -> None:
    buffer = bytearray(PIN)
    with pytest.raises(KeyError), Secret(buffer):
        raise KeyError
    assert buffer == bytes(len(PIN))


def test_a_secret_is_never_pickled_copied_or_hashed() -> None:
    secret = Secret(bytearray(PIN))
    for act in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="never pickled"):
            act(secret)
    with pytest.raises(TypeError, match="unhashable"):
        hash(secret)


def test_secrets_compare_by_value_and_with_secrets_only() -> None:
    secret = Secret(bytearray(PIN))
    assert secret == Secret(bytearray(PIN))
    assert secret != Secret(bytearray(b"other"))
    assert secret != PIN
    wiped = Secret(bytearray(PIN))
    wiped.wipe()
    assert secret != wiped
