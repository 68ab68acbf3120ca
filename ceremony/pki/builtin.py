"""The profiles that ship with the tool."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from ceremony.errors import InputError
from ceremony.pki.based_on import read_builtin
from ceremony.pki.crl_profile_file import builtin_crl_profiles, known_profiles
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.profile_file import decode_profile


def builtin_profiles() -> tuple[str, ...]:
    """Name the profiles that ship with the tool, sorted."""
    folder = resources.files("ceremony.pki") / "profiles"
    names = (each.name for each in folder.iterdir())
    return tuple(
        sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))
    )


def builtin_text(name: str) -> str:
    """Give the text of a profile that ships with the tool.

    Raises:
        InputError: ``PKI-PROFILE-05``: no such profile.
    """
    text = read_builtin(name)
    if text is None:
        raise unknown_profile(name)
    return text


def unknown_profile(name: str, own: Sequence[str] = ()) -> InputError:
    """Refuse a name that no certificate profile has, and name those that there are.

    Args:
        name: The name.
        own: The names of the script's own profiles of certificates, which are told
            before those that ship.

    Returns:
        ``PKI-PROFILE-05``.
    """
    return InputError(
        "PKI-PROFILE-05",
        told_of_lists(name)
        or (
            f"There is no certificate profile {name!r}, neither the script's own nor "
            "built in."
            if own
            else f"There is no built-in certificate profile {name!r}."
        ),
        remedy=known_profiles(own, builtin_profiles()),
    )


def told_of_lists(name: str) -> str:
    """Say it where a name is that of a built-in profile of lists; else nothing."""
    if name not in builtin_crl_profiles():
        return ""
    return (
        f"The profile {name} is one of revocation lists, and one of certificates is "
        "wanted."
    )


@lru_cache(maxsize=128)
def load_builtin_profile(name: str, *, environment: str = "test") -> CertificateProfile:
    """Load a profile that ships with the tool.

    Args:
        name: One of :func:`builtin_profiles`.
        environment: Whose policies to use. SMKI's ship for ``test`` only, since the
            policies of production could not be confirmed.

    Raises:
        InputError: ``PKI-PROFILE-05``: no such profile; ``PKI-PROFILE-02``: no such
            environment.
    """
    text = builtin_text(name)
    return decode_profile(text, f"{name}.yaml", environment=environment)
