"""The profile that a script means by a name: its own, else one that ships.

Invariants:
    * Where a script has a profile of its own of the name, no other is ever taken.
    * Every profile of a script is read for one environment, which the script says; so
      order, check and verifier cannot take different ones.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from ceremony.errors import InputError
from ceremony.pki.builtin import (
    builtin_profiles,
    builtin_text,
    load_builtin_profile,
    unknown_profile,
)
from ceremony.pki.certificate import name_text
from ceremony.pki.crl_profile import CrlProfile
from ceremony.pki.crl_profile_file import (
    CRL_FORMAT,
    builtin_crl_profiles,
    decode_crl_profile,
    load_builtin_crl_profile,
    unknown_crl_profile,
)
from ceremony.pki.naming import subject_name
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.profile_file import decode_environments, decode_profile
from ceremony.script.model import OwnProfile, Script, Thing
from ceremony.script.own_profile import not_at_hand

_UNBOUND: Final = "is not at hand"

_UNSAID: Final = "test"
"""What is meant where a script says none: the only one of SMKI's that ships."""


def environment_of(script: Script) -> str:
    """Name the environment whose policies a script's certificates have."""
    return script.environment or _UNSAID


def certificate_profile(script: Script, name: str) -> CertificateProfile:
    """Give the certificate profile that a script means by a name.

    Raises:
        InputError: ``SCRIPT-OWN-01``: it is the script's own and not at hand;
            ``PKI-PROFILE-05``: there is none of the name; ``PKI-PROFILE-02``: it has
            no policies for the script's environment; what else ``decode_profile``
            refuses.
    """
    own, environment = script.own_profile(name), environment_of(script)
    if own is None:
        if name not in builtin_profiles():
            raise unknown_profile(name, _own_names(script, of_lists=False))
        return load_builtin_profile(name, environment=environment)
    return _decode(_text(own), own.file, environment)


@lru_cache(maxsize=128)
def _decode(text: str, file: str, environment: str) -> CertificateProfile:
    """Read a site's own profile, once for a script that asks for it at each thing."""
    return decode_profile(text, file, environment=environment)


def subject_text(script: Script, thing: Thing) -> str:
    """Give the subject that a key or certificate has by its profile and values.

    Args:
        script: The script.
        thing: The thing, one of the script.

    Returns:
        The name as a leaf has it; empty where the thing has no profile.

    Raises:
        InputError: See :func:`certificate_profile`.
    """
    if not thing.profile:
        return ""
    profile = certificate_profile(script, thing.profile)
    return name_text(subject_name(profile, thing.given))


def has_environments(script: Script, name: str) -> bool:
    """Tell whether a certificate profile has policies of its own in each environment.

    One that is not at hand, or cannot be read, has none.
    """
    own = script.own_profile(name)
    try:
        text = builtin_text(name) if own is None else _text(own)
        return bool(decode_environments(text, f"{name}.yaml"))
    except InputError:
        return False


def profiles_above(
    script: Script, profile: CertificateProfile
) -> tuple[CertificateProfile, ...]:
    """Give the profiles of a profile's issuers, the nearest first.

    Raises:
        InputError: As :func:`certificate_profile`.
    """
    if profile.is_self_signed:
        return ()
    issuer = certificate_profile(script, profile.signed_by)
    return (issuer, *profiles_above(script, issuer))


def crl_profile(script: Script, name: str) -> CrlProfile:
    """Give the profile of revocation lists that a script means by a name.

    Raises:
        InputError: ``SCRIPT-OWN-01``: it is the script's own and not at hand;
            ``PKI-LIST-04``: there is none of the name; what ``decode_crl_profile``
            refuses.
    """
    own = script.own_profile(name)
    if own is None:
        if name not in builtin_crl_profiles():
            raise unknown_crl_profile(name, _own_names(script, of_lists=True))
        return load_builtin_crl_profile(name)
    return decode_crl_profile(_text(own), own.file)


def _own_names(script: Script, *, of_lists: bool) -> tuple[str, ...]:
    """Name a script's own profiles of a kind; what is not at hand may be of either."""
    return tuple(
        own.name
        for own in script.profiles
        if own.text is None or (CRL_FORMAT in own.text) is of_lists
    )


def states_departures(script: Script, name: str) -> bool:
    """Tell whether departures by a profile's name are a site's own.

    They are not where the profile ships, or has them from the built-in one that it is
    based on. Of a file that cannot be read they are taken for its own.
    """
    own = script.own_profile(name)
    if own is None:
        return False
    text = own.text or CRL_FORMAT
    if CRL_FORMAT in text:
        return True
    try:
        return not certificate_profile(script, name).inherits_departures
    except InputError:
        return True


def name_fault(script: Script, own: OwnProfile) -> str:
    """Say what is wrong with the name of a script's own profile; else nothing.

    Raises:
        InputError: ``SCRIPT-OWN-01``: it is not at hand; what reading it refuses.
    """
    if own.name in (*builtin_profiles(), *builtin_crl_profiles()):
        return f"{own.name} is the name of a built-in profile"
    text = _text(own)
    if CRL_FORMAT in text:
        found = decode_crl_profile(text, own.file).name
    else:
        environment = environment_of(script)
        found = decode_profile(text, own.file, environment=environment).name
    if found != own.name:
        return f"the profile in {own.file} is called {found}"
    return ""


def _text(own: OwnProfile) -> str:
    if own.text is None:
        raise not_at_hand(own, _UNBOUND)
    return own.text
