"""What the verbs of ``ceremony pki`` share: options, and how files are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ceremony.cli.console import Format
from ceremony.errors import InputError, Place

if TYPE_CHECKING:
    from cryptography import x509

    from ceremony.pki.fact import Fact
    from ceremony.pki.file_kind import Opened
    from ceremony.pki.openssl_command import IssuerFile
    from ceremony.pki.profile import CertificateProfile

UNSAID: Final = "test"
"""The environment that is meant where neither file nor user names one."""

EnvironmentOption = Annotated[
    str | None,
    typer.Option(
        "--environment", help="Whose policies are meant; test where it is left out."
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="text or json.")]


@dataclass(frozen=True, slots=True)
class ProfileText:
    """A profile as it is written.

    Attributes:
        raw: The file's bytes.
        file: Its name, for places.
    """

    raw: bytes
    file: str

    def decode(self, environment: str) -> CertificateProfile:
        """Read it for an environment.

        Raises:
            InputError: It is not a profile; the error carries every fault.
        """
        from ceremony.pki.profile_file import decode_profile
        from ceremony.script.printable import decode_text

        text = decode_text(self.raw, self.file)
        return decode_profile(text, self.file, environment=environment)

    def decode_for(self, said: str | None) -> CertificateProfile:
        """Read it for the environment that a person says, or for ``test``.

        Args:
            said: The environment; None where none is said.

        Raises:
            InputError: ``CLI-ENVIRONMENT-01``: one is said, and it has none; else as
                :meth:`decode` has it.
        """
        profile = self.decode(UNSAID if said is None else said)
        if said is not None and not self.environments():
            raise no_environments(said, profile.name)
        return profile

    def environments(self) -> tuple[str, ...]:
        """Name its environments; none where it has none.

        Raises:
            InputError: It is not of the YAML profile, or is based on no profile.
        """
        from ceremony.pki.profile_file import decode_environments
        from ceremony.script.printable import decode_text

        return decode_environments(decode_text(self.raw, self.file), self.file)


def no_environments(said: str, *profiles: str) -> InputError:
    """Refuse an environment that is said of profiles without any.

    Args:
        said: The environment.
        profiles: The profiles' names, 1 or more.
    """
    have = "has" if len(profiles) == 1 else "have"
    return InputError(
        "CLI-ENVIRONMENT-01",
        f"The environment {said!r} is named, and {' and '.join(profiles)} {have} no "
        "environments.",
        remedy="Leave --environment out, or name a profile that has this environment.",
    )


def profile_text(name: str) -> ProfileText:
    """Find a profile by the name of its file, or a built-in one by its own.

    Raises:
        InputError: ``CLI-PROFILE-01``: there is neither, or it is one of lists.
    """
    from ceremony.pki.builtin import builtin_profiles, builtin_text, told_of_lists
    from ceremony.script.source_file import is_file, read_file

    path = Path(name)
    if is_file(path):
        return ProfileText(read_file(path), name)
    if name in builtin_profiles():
        return ProfileText(builtin_text(name).encode(), f"{name}.yaml")
    raise InputError(
        "CLI-PROFILE-01",
        told_of_lists(name)
        or f"There is no profile file {name}, and no built-in profile of that name.",
        remedy="Name a file, or one of those that ceremony pki profile list shows.",
    )


@contextmanager
def placed(path: Path) -> Iterator[None]:
    """Name a file in what is refused of it, where what refuses knows its octets alone.

    Raises:
        InputError: What is refused, with the file's name as its place.
    """
    from ceremony.pki.plain_text import printable

    try:
        yield
    except InputError as error:
        error.place = error.place or Place(printable(str(path)))
        raise


def open_path(path: Path) -> Opened:
    """Read a file with one certificate, request or revocation list.

    Raises:
        InputError: ``SCRIPT-READ-01``: there is no file; ``PKI-FILE-01``: it holds
            something else.
    """
    from ceremony.pki.file_kind import open_file
    from ceremony.script.source_file import read_file

    return open_file(read_file(path), str(path))


def certificate_at(path: Path) -> x509.Certificate:
    """Read a file with one certificate.

    Raises:
        InputError: ``SCRIPT-READ-01``: there is no file; ``PKI-FILE-01`` or ``-02``: it
            holds something else.
    """
    from ceremony.pki.file_kind import open_certificate
    from ceremony.script.source_file import read_file

    return open_certificate(read_file(path), str(path))


def issuer_at(path: Path) -> x509.Certificate:
    """Read an issuer's certificate: what is held against it rests on it.

    Raises:
        InputError: As :func:`issuer_file_at` has it; ``PKI-CERT-02``: it cannot be
            taken apart.
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    from ceremony.pki.der import decode_raw

    certificate, _ = issuer_file_at(path)
    with placed(path):
        decode_raw(certificate.public_bytes(Encoding.DER))
    return certificate


def issuer_file_at(path: Path) -> tuple[x509.Certificate, IssuerFile]:
    """Read an issuer's certificate, and tell how its file holds it.

    Raises:
        InputError: As :func:`certificate_at` has it; ``PKI-CERT-01``: its serial number
            is not positive; ``PKI-CERT-02``: its names cannot be read.
    """
    from ceremony.pki.certificate import verify_serial
    from ceremony.pki.file_kind import open_certificate, open_file
    from ceremony.pki.issuer_name import describe_issuer, describe_subject
    from ceremony.pki.openssl_command import IssuerFile
    from ceremony.script.source_file import read_file

    raw, name = read_file(path), str(path)
    certificate = open_certificate(raw, name)
    verify_serial(certificate, name)
    with placed(path):
        # Both are told later, where nobody knows which file it was.
        describe_subject(certificate)
        describe_issuer(certificate)
    return certificate, IssuerFile(name, open_file(raw, name).form)


def crl_at(path: Path, profile: str) -> x509.CertificateRevocationList:
    """Read a file with one revocation list, to be held against a profile.

    Raises:
        InputError: ``SCRIPT-READ-01``: there is no file; ``PKI-FILE-01`` or ``-03``: it
            holds something else.
    """
    from ceremony.pki.file_kind import open_crl
    from ceremony.script.source_file import read_file

    return open_crl(read_file(path), str(path), profile)


def unverified_words(facts: tuple[Fact, ...], what: str = "certificate") -> str:
    """Say which facts of a profile nobody could confirm, and what that means."""
    if not facts:
        return "No fact of the profile is unverified."
    names = ", ".join(fact.name for fact in facts)
    if len(facts) == 1:
        return (
            f"1 fact of the profile is unverified: {names}. A {what} may meet "
            "the profile and yet be wrong in it."
        )
    return (
        f"{len(facts)} facts of the profile are unverified: {names}. A {what} may "
        "meet the profile and yet be wrong in these."
    )
