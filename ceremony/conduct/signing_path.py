"""The certificates above what a key signs, where a CA above may have several."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from cryptography import x509

from ceremony.engine.revocation import has_other_paths, own_last_first, path_of_key
from ceremony.engine.state import State
from ceremony.pki.path_building import choose_path


def signing_path(
    state: State,
    key: str,
    read: Callable[[str], x509.Certificate],
    today: Callable[[], date],
) -> tuple[x509.Certificate, ...]:
    """Give the certificate of a key that is to sign, and those above it.

    Where a CA above has several certificates, they are those of a path that is valid.

    Args:
        state: Where the certificates are known.
        key: The key, by name.
        read: Reads a certificate, by name.
        today: Gives the day on which the path has to be valid, UTC; asked where there
            may be several.
    """
    names = path_of_key(state, key)
    path = tuple(map(read, names))
    if not has_other_paths(names, state.certificates):
        return path
    ordered = own_last_first(state.script, tuple(state.certificates))
    return choose_path(path, tuple(map(read, ordered)), today())
