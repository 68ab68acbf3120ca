"""``ceremony pki request``: are requests such that certificates may be made of them?"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ceremony.cli.console import Exit, Format, mark, say, tell, write_json
from ceremony.cli.context import verify_free
from ceremony.cli.pki_issuer import answer_by, fit_issuer_at
from ceremony.cli.pki_options import (
    EnvironmentOption,
    FormatOption,
    certificate_at,
    placed,
    profile_text,
    unverified_words,
)
from ceremony.errors import InputError, Place

if TYPE_CHECKING:
    from ceremony.canonical import Json
    from ceremony.pki.profile import CertificateProfile
    from ceremony.pki.request_judgement import RequestJudgement
    from ceremony.pki.request_path import Answer
    from ceremony.pki.request_results import Tally
    from ceremony.pki.request_set import Issued

_WIDTH: Final = 78

_FilesArgument = Annotated[
    list[Path],
    typer.Argument(help="PKCS#10 requests: PEM, DER, or base64 alone.", readable=False),
]
_ProfileOption = Annotated[
    str, typer.Option("--profile", help="A built-in profile's name, or a file.")
]
_SeveralOption = Annotated[
    bool, typer.Option("--several", help="A file may hold several, in PEM.")
]
_IssuerOption = Annotated[
    Path | None,
    typer.Option(
        "--issuer",
        help="The issuer's certificate: each is tried out under it, by its names "
        "and both lints, and none has its key or name.",
        readable=False,
    ),
]
_ResultsOption = Annotated[
    Path | None,
    typer.Option("--results", help="The results file to write.", readable=False),
]
_IssuedOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--issued",
        help="A certificate, or an earlier set's results; again for more.",
        readable=False,
    ),
]
_RenewsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--renews",
        help="The same, where each request renews one; again for more.",
        readable=False,
    ),
]

app: Final = typer.Typer(
    help="Check certification requests before anything is made of them.",
    no_args_is_help=True,
)


@app.callback()
def group() -> None:
    """Check certification requests before anything is made of them."""


@app.command()
def check(  # noqa: PLR0913  each is an option of the command
    files: _FilesArgument,
    *,
    profile: _ProfileOption,
    environment: EnvironmentOption = None,
    several: _SeveralOption = False,
    issued: _IssuedOption = None,
    renews: _RenewsOption = None,
    issuer: _IssuerOption = None,
    results: _ResultsOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Hold requests against a profile, and verify that each is by the key in it.

    Every request is judged, whatever is wrong with another. Ends with status 1 where
    one is refused, and with 2 where no file holds a request that can be read.

    With an issuer the certificate of each is made as if it were signed today, with made
    up URLs, its path validated from that issuer on, and both linters asked: as in a
    ceremony, but for what a script states and for CAs above the issuer.
    """
    from ceremony.conduct.lint_beside import LintBeside
    from ceremony.pki.linter import MANY, Linter
    from ceremony.pki.request_file import read_requests
    from ceremony.pki.request_results import Tally
    from ceremony.pki.request_set import judge_requests

    if results is not None:
        verify_free(results)
    wanted = profile_text(profile).decode_for(environment)
    before, answer = _before(issued or [], renews or [], wanted), None
    if issuer is not None:
        before, answer = _below(before, issuer, wanted, profile)
    requests = chain.from_iterable(
        read_requests(file, several=several) for file in files
    )
    tally = Tally()
    with Linter(LintBeside) as linter:
        linter.expect(MANY if several else len(files))
        judged = judge_requests(requests, wanted, before, answer, linter)
        _tell_each(judged, wanted, tally, results, form)
    if not tally.is_any_read:
        raise typer.Exit(Exit.UNUSABLE)
    if tally.refused:
        raise typer.Exit(Exit.REFUSED)


def _tell_each(
    judged: Iterable[RequestJudgement],
    profile: CertificateProfile,
    tally: Tally,
    results: Path | None,
    form: Format,
) -> None:
    if form is Format.JSON:
        records: list[dict[str, Json]] = []
        _keep(_recorded(judged, records), profile, tally, results)
        say(write_json(_document(profile, records, tally)))
        return
    words = unverified_words(profile.unverified)
    say("\n".join(textwrap.wrap(words, _WIDTH, break_on_hyphens=False)))
    _keep(_told(judged), profile, tally, results)
    say(_verdict(tally, results))


def _keep(
    judged: Iterable[RequestJudgement],
    profile: CertificateProfile,
    tally: Tally,
    path: Path | None,
) -> None:
    """Judge every request, and keep the results where a file was named."""
    from ceremony.evidence.saving import save_new_parts
    from ceremony.pki.request_results import encode_results

    lines = encode_results(judged, profile, tally)
    if path is None:
        for _ in lines:
            pass
    else:
        save_new_parts(path, lines)


def _told(judged: Iterable[RequestJudgement]) -> Iterator[RequestJudgement]:
    """Tell each refusal as it comes, and hand every judgement on."""
    for each in judged:
        if not each.is_good:
            word = mark("refused", good=False)
            say(f"{each.file}, request {each.number}: {word}")
        for finding in each.findings:
            head = f"{finding.told or finding.message} [{finding.rule}]"
            for line in textwrap.wrap(
                head,
                _WIDTH,
                initial_indent="  ",
                subsequent_indent="    ",
                break_on_hyphens=False,
            ):
                say(line)
        yield each


def _recorded(
    judged: Iterable[RequestJudgement], records: list[dict[str, Json]]
) -> Iterator[RequestJudgement]:
    """Put each judgement into a list, and hand it on."""
    from ceremony.pki.request_results import judgement_record

    for position, each in enumerate(judged, 1):
        records.append(judgement_record(each, position))
        yield each


def _document(
    profile: CertificateProfile, records: list[dict[str, Json]], tally: Tally
) -> dict[str, object]:
    return {
        "profile": profile.name,
        "environment": profile.environment,
        "unverified": [fact.name for fact in profile.unverified],
        "judged": records,
        "results": tally.as_record(),
    }


def _verdict(tally: Tally, results: Path | None) -> str:
    count = tally.good + tally.refused
    word = mark("all good", good=True)
    if tally.refused:
        word = f"{tally.good} good, {mark(f'{tally.refused} refused', good=False)}"
    lines = [f"{count} request{'' if count == 1 else 's'}: {word}."]
    if results is not None:
        lines.append(f"{results.name}: SHA-256 {tally.file_digest}")
    return "\n".join(lines)


def _below(
    before: Issued, path: Path, profile: CertificateProfile, named: str
) -> tuple[Issued, Answer]:
    """Add an issuer's key and names, and tell what is to be remarked of it.

    Returns:
        The one, and how the issuer would answer.
    """
    from ceremony.pki.certificate import spki_digest
    from ceremony.pki.issuer_subject import issuer_subjects

    issuer, remark = fit_issuer_at(path, profile, named)
    if remark:
        tell("\n".join(textwrap.wrap(remark, _WIDTH, break_on_hyphens=False)))
    key = bytes.fromhex(spki_digest(issuer.public_key()))
    subjects = issuer_subjects([issuer])
    known = replace(before, issuer_keys=frozenset({key}), issuer_subjects=subjects)
    return known, answer_by(issuer, profile)


def _before(
    issued: list[Path], renews: list[Path], profile: CertificateProfile
) -> Issued:
    """Read what was issued before, and what is to be renewed of it."""
    before = _issued_at_each(issued, profile)
    if not renews:
        return before
    old = _issued_at_each(renews, profile)
    return replace(
        before,
        keys=before.keys | old.keys,
        holders={**before.holders, **old.holders},
        renewed=old.subjects,
    )


def _issued_at_each(paths: list[Path], profile: CertificateProfile) -> Issued:
    from ceremony.pki.request_set import Issued

    keys: set[bytes] = set()
    subjects: set[bytes] = set()
    holders: dict[bytes, str] = {}
    for path in paths:
        more = _issued_at(path, profile)
        keys |= more.keys
        subjects |= more.subjects
        holders |= more.holders
    return Issued(frozenset(keys), frozenset(subjects), holders=holders)


def _issued_at(path: Path, profile: CertificateProfile) -> Issued:
    from ceremony.pki.request_results import read_issued
    from ceremony.pki.request_set import issued_in

    with _lines(path) as lines:
        first = next(lines, b"")
        if first.startswith(b"{"):
            all_lines = chain([first], lines)
            return read_issued(all_lines, path.name, profile, is_told=True)
    with placed(path):
        return issued_in(certificate_at(path), profile, path.name)


@contextmanager
def _lines(path: Path) -> Iterator[Iterator[bytes]]:
    from ceremony.pki.request_results import LONGEST_LINE
    from ceremony.script.source_file import NotAFileError, open_regular

    try:
        stream = open_regular(path)
    except (
        FileNotFoundError,
        IsADirectoryError,
        NotADirectoryError,
        NotAFileError,
    ) as error:
        name = path.name or path
        is_folder = isinstance(error, IsADirectoryError)
        raise InputError(
            "CLI-ISSUED-01",
            f"{name} is a folder, and no file."
            if is_folder
            else f"There is no file {name}.",
            remedy="Name a certificate, or the results of an earlier set.",
            place=Place(path.name),
        ) from error
    with stream:
        yield iter(lambda: stream.readline(LONGEST_LINE), b"")
