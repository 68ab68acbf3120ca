"""The profiles that ship with the tool."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from ceremony.errors import InputError
from ceremony.pki.based_on import read_builtin
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
        raise InputError(
            "PKI-PROFILE-05",
            f"There is no built-in certificate profile {name!r}.",
            remedy=f"Name one of {', '.join(builtin_profiles())}.",
        )
    return text


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
