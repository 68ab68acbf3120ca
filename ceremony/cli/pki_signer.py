"""What is told of the profile that signs where ``pki profile check`` does not know it.

Profiles are given one by one, so that the issuer's may lie elsewhere and be sound: that
it is not known is a warning and no error. Where its name is misspelt no key ever signs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ceremony.cli.console import shown

if TYPE_CHECKING:
    from ceremony.check.findings import Finding
    from ceremony.pki.crl_profile import CrlProfile
    from ceremony.pki.profile import CertificateProfile


def warn_of_signer(
    profile: CertificateProfile | CrlProfile,
    file: str,
    given: Collection[str],
    unread: Sequence[str] = (),
) -> Iterator[Finding]:
    """Warn where the profile that signs is neither given nor built in.

    Args:
        profile: Whose ``signed-by`` is looked at.
        file: The profile's file, as it was named.
        given: The names of the certificate profiles that were given.
        unread: The files that were given and are told to be no profiles: one of them
            may be meant.

    Yields:
        ``CLI-PROFILE-03``, at most once.
    """
    from ceremony.check import findings
    from ceremony.pki.builtin import builtin_profiles
    from ceremony.script.near_word import ask_for, nearest
    from ceremony.script.node import find_place
    from ceremony.script.source_file import read_file
    from ceremony.script.yaml_profile import parse_yaml

    signer, built_in = profile.signed_by, builtin_profiles()
    if is_signer_known(profile, (*given, *built_in)):
        return
    # A site's own acme-root is near to web-root, and not meant for it.
    kind = signer.partition("-")[0]
    alike = [name for name in built_in if name.partition("-")[0] == kind]
    near = nearest(signer, {*given, *alike} - {profile.name})
    where, first = "neither given here nor built in", "Name its file too"
    if unread:
        where = f"not built in, and {_listed(unread)}, given here, cannot be read"
        first = f"Correct {_listed(unread)} first; else name the file that it is in"
    tree = parse_yaml(read_file(Path(file)), file)
    yield findings.warning(
        "CLI-PROFILE-03",
        find_place(tree, ["signed-by"]),
        f"The profile {signer}, which signs, is {where}{ask_for(near)}",
        f"{first}, or correct signed-by: while there is no profile of that name, no "
        f"key in any script may sign by {profile.name}.",
    )


def _listed(files: Sequence[str]) -> str:
    return " and ".join(map(shown, files))


def is_signer_known(
    profile: CertificateProfile | CrlProfile, known: Collection[str]
) -> bool:
    """Tell whether a profile is signed by itself, by any CA, or by one of some."""
    from ceremony.pki.crl_profile import ANY_CA
    from ceremony.pki.profile import SELF_SIGNED

    return profile.signed_by in {SELF_SIGNED, ANY_CA, *known}


def tell_signer(top: CertificateProfile | CrlProfile) -> Iterator[str]:
    """Say it where the signer of the topmost profile that is known was made up."""
    from ceremony.pki.crl_profile import ANY_CA

    if top.signed_by == ANY_CA:
        yield "  Any CA may sign, so that one was made up for each algorithm."
    elif not is_signer_known(top, ()):
        yield (
            f"  The profile {top.signed_by} is not known here, so that a made-up CA "
            "signed."
        )
