"""Whose key may sign what a profile's ``signed-by`` names.

That is a key of the very profile, or of one that is based on it and takes its place: a
Root OCA with the contingency key is a Root OCA, and so is a site's own that completes
what the built-in profile could not confirm. What is based on a profile may as well be
something else, since it may state every fact anew; so what the place of an issuer comes
to is compared, and never a name's looks.

Invariants:
    * A profile takes the place only of a built-in one, and never the other way round:
      what names a site's own profile, or the one with the contingency key, is signed by
      a key of that one.
    * Above both stands the same: a root takes the place of a root, and below a root the
      issuer's own issuer is, or takes the place of, the one that the base names.

Source: docs/spec/certificate-profile-v1.md, "Whose key signs".
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from ceremony.errors import InputError
from ceremony.pki.builtin import builtin_text, load_builtin_profile
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.profile_file import decode_environments
from ceremony.pki.script_profile import certificate_profile
from ceremony.script.model import Script

NAMED_SIGNER: Final = (
    "Let a key sign whose profile is the one that is named, or is based on it and "
    "takes its place: for a CA with the same kind of key, the same use and the same "
    "issuer."
)
"""What to do where another key signs."""


def may_sign(script: Script, named: str, holder: str) -> bool:
    """Tell whether a key of a profile may sign what names a profile as its issuer's.

    Args:
        script: The script whose profiles they are.
        named: What ``signed-by`` says, where that is the name of a certificate profile.
        holder: The name of the profile of the key that is to sign.
    """
    return not signer_fault(script, named, holder)


def signer_fault(script: Script, named: str, holder: str) -> str:
    """Say why a key of a profile may not sign what names a profile; else nothing.

    Args:
        script: As :func:`may_sign` takes it, like the others.
        named: See there.
        holder: See there.

    Returns:
        The rest of a sentence about the holder's profile; empty where it may sign.
    """
    if holder == named:
        return ""
    try:
        profile = certificate_profile(script, holder)
    except InputError:
        # Another rule tells of it.
        return "which cannot be read"
    if named not in profile.lineage:
        return f"which is not based on {named}"
    fault = next(_differences(script, _builtin(named), profile), "")
    return f"which {fault}, and so does not take the place of {named}" if fault else ""


def _differences(
    script: Script, base: CertificateProfile, own: CertificateProfile
) -> Iterator[str]:
    """Say what keeps an issuer from signing what its base does."""
    if not (own.is_ca and base.is_ca):
        yield "is not for a CA"
    if own.key is not base.key:
        yield f"has the key {own.key} and not {base.key}"
    if missing := [use for use in base.key_usage if use not in own.key_usage]:
        yield f"lacks the usage {missing[0]}"
    if own.purposes != base.purposes:
        yield "has another extended-key-usage"
    if own.baseline is not base.baseline:
        yield "has other baseline-requirements"
    if not _has_its_issuer(script, base, own):
        yield f"is signed by {own.signed_by} and not by {base.signed_by}"


def _has_its_issuer(
    script: Script, base: CertificateProfile, own: CertificateProfile
) -> bool:
    """Tell whether a profile has the same above it as its base."""
    if own.is_self_signed or base.is_self_signed:
        return own.is_self_signed and base.is_self_signed
    # A base's issuer is built in, too, and stands one higher: this comes to an end.
    return may_sign(script, base.signed_by, own.signed_by)


@lru_cache(maxsize=128)
def _builtin(name: str) -> CertificateProfile:
    """Load a built-in profile for an environment that it has.

    A site completes production's policies, so that a base need not have the script's
    environment; and nothing that is compared here depends on it.
    """
    places = decode_environments(builtin_text(name), f"{name}.yaml") or ("test",)
    return load_builtin_profile(name, environment=places[0])
