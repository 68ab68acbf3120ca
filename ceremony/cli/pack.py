"""``ceremony seal, sign, verify, extract``: the pack and what it proves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ceremony.cli.console import Format, emit, say, tell
from ceremony.cli.context import (
    WorkspaceOption,
    opened,
    verify_free,
    verify_new_folder,
    workspace_at,
)
from ceremony.errors import InputError

if TYPE_CHECKING:
    from ceremony.engine.facts import RecordVerified
    from ceremony.verify.outcome import Verdict

PackArgument = Annotated[
    Path, typer.Argument(help="The pack, a PDF file.", readable=False)
]
PacksArgument = Annotated[
    Path,
    typer.Argument(help="The pack, or a folder: every pack in it.", readable=False),
]


def add(app: typer.Typer) -> None:
    """Give the commands to the application."""
    app.command()(seal)
    app.command()(sign)
    app.command()(verify)
    app.command()(extract)


def seal(
    ceremony: Annotated[str, typer.Argument(help="The ceremony's id.")],
    *,
    out: Annotated[Path, typer.Option("-o", help="The pack to write.", readable=False)],
    workspace: WorkspaceOption = None,
) -> None:
    """Lay the pack out and seal it with the evidence token.

    Where the site's own trust policy does not verify the pack, that is told.
    """
    from ceremony.conduct.closing import PackFile, proof_of_seal, seal_pack
    from ceremony.conduct.sealed import is_sealed_as
    from ceremony.conduct.site import TRUST_POLICY
    from ceremony.evidence.saving import save_new
    from ceremony.evidence.seal import EvidenceWriter
    from ceremony.verify.pack import verify_pack

    proof = out.with_suffix(".proof")
    verify_free(proof)
    with EvidenceWriter() as writer, opened(workspace, ceremony) as at:
        policy = at.site.folder / TRUST_POLICY
        if is_sealed_as(at.conductor, out):
            tell("The pack is sealed already; its companion is written again.")
        else:
            tell("Laying out and sealing the pack.")
            seal_pack(at.conductor, writer, PackFile(out, policy))
        save_new(proof, proof_of_seal(at.conductor))
        verified = at.conductor.state.verified
    say(f"{out} is sealed; {proof} shows its digest in the journal.")
    if may_be_unverified(verified):
        _tell_unverified(verify_pack(out, policy=policy, proof=proof), policy)


def may_be_unverified(closed_as: RecordVerified | None) -> bool:
    """Tell whether a pack just sealed is verified, to tell what fails.

    The closing has verified the record by the same trust policy. A large pack is not
    verified twice for nothing.

    Args:
        closed_as: What the closing recorded; None of a ceremony that was abandoned.
    """
    from ceremony.verify.outcome import RecordWord

    return closed_as is None or closed_as.record == RecordWord.NOT_VERIFIED.value


def _tell_unverified(verdict: Verdict, policy: Path) -> None:
    """Tell why a pack just sealed is not verified: the seal itself stands.

    That its signatories have not signed yet makes it CANNOT TELL, which is no fault.
    """
    from ceremony.verify.check import Status
    from ceremony.verify.outcome import RecordWord

    if verdict.record is not RecordWord.NOT_VERIFIED:
        return
    tell(f"By the site's trust policy, {policy}, the pack is {verdict.record.value}:")
    for check in verdict.checks:
        if check.status is Status.FAILED:
            tell(f"  check {check.number}: {check.reason} [{check.rule}]")


def sign(
    pack: PackArgument,
    *,
    person: Annotated[str, typer.Option("--as", help="The signatory's id.")],
    ceremony: Annotated[
        str, typer.Option("--ceremony", help="Its ceremony; found if left out.")
    ] = "",
    workspace: WorkspaceOption = None,
) -> None:
    """Sign the report with a signatory's own token."""
    from ceremony.conduct.closing import PackFile, sign_report
    from ceremony.conduct.sealed import find_ceremony
    from ceremony.conduct.site import TRUST_POLICY
    from ceremony.evidence.seal import EvidenceWriter
    from ceremony.identifiers import PersonId

    which = ceremony or find_ceremony(workspace_at(workspace), pack)
    with EvidenceWriter() as writer, opened(workspace, which) as at:
        field = sign_report(
            at.conductor,
            writer,
            PackFile(pack, at.site.folder / TRUST_POLICY),
            PersonId(person),
            at.pins,
        )
    say(f"{pack}: {field} is signed by {person}.")


def verify(
    pack: PacksArgument,
    *,
    proof: Annotated[
        Path | None,
        typer.Option("--proof", help="The companion file of the seal.", readable=False),
    ] = None,
    trust: Annotated[
        Path | None,
        typer.Option("--trust", help="A trust policy, from elsewhere.", readable=False),
    ] = None,
    require: Annotated[
        str, typer.Option("--require", help="completed, live, attested; by comma.")
    ] = "",
    form: Annotated[Format, typer.Option("--format", help="text or json.")] = (
        Format.TEXT
    ),
) -> None:
    """Check a pack offline and say in words what it proves and what it does not."""
    from ceremony.cli.verdict import (
        decode_requirements,
        render_colour,
        unmet,
    )
    from ceremony.verify.outcome import exit_status
    from ceremony.verify.pack import verify_pack
    from ceremony.verify.verdict_codec import encode_verdict

    wanted = decode_requirements(require)
    if proof is not None and pack.is_dir():
        raise InputError(
            "CLI-PROOF-01",
            f"{proof} is the companion of one seal, and {pack} is a folder.",
            remedy="Name one pack. In a folder each pack is checked with the companion "
            "that stands beside it.",
        )
    verdicts = {
        path: verify_pack(path, policy=trust, proof=proof or companion(pack, path))
        for path in packs_in(pack)
    }
    if form is Format.JSON:
        told = {path.name: encode_verdict(each) for path, each in verdicts.items()}
        emit(dict(told) if pack.is_dir() else told[pack.name])
    else:
        for path, verdict in verdicts.items():
            if pack.is_dir():
                say(f"== {path.name}")
            say(render_colour(verdict))
    statuses = set()
    for path, verdict in verdicts.items():
        missing = unmet(verdict, wanted)
        for name in missing:
            tell(f"{path.name}: required and not met: {name.value}.")
        status = exit_status(verdict)
        statuses.add(1 if missing and status == 0 else status)
    # Of several packs the worst word counts: not verified before cannot tell.
    raise typer.Exit(next(status for status in (1, 3, 0) if status in statuses))


def packs_in(path: Path) -> tuple[Path, ...]:
    """Give the pack itself, or every pack in a folder, by name.

    Raises:
        InputError: ``CLI-FOLDER-01``: the folder holds none.
    """
    if not path.is_dir():
        return (path,)
    # Asked of each name, since a glob passes over a folder that cannot be read.
    found = tuple(sorted(each for each in path.iterdir() if each.match("*.pdf")))
    if not found:
        raise InputError(
            "CLI-FOLDER-01",
            f"The folder {path} holds no pack.",
            remedy="Name a pack, or a folder with packs whose names end in .pdf.",
        )
    return found


def companion(named: Path, pack: Path) -> Path | None:
    """Find the companion file beside a pack of a folder; None where there is none."""
    beside = pack.with_suffix(".proof")
    return beside if named.is_dir() and beside.is_file() else None


def extract(
    pack: PackArgument,
    *,
    out: Annotated[
        Path, typer.Option("-o", help="A new folder to write to.", readable=False)
    ],
    workspace: WorkspaceOption = None,
) -> None:
    """Write the embedded files to a folder, to be checked with other tools.

    Each certificate of a batch is written in DER, in PEM and as text, in a folder of
    its batch. Those of a large batch are not in the pack; they are read from the
    journal of the workspace, if one is named.
    """
    verify_new_folder(out)
    from ceremony.conduct.issued import save_from_journal
    from ceremony.verify.extract import extract_pack, unfold_pack

    count = extract_pack(pack, out)
    say(f"{count} files written to {out}. How to check them stands in VERIFY.txt.")
    for batch in unfold_pack(pack, out):
        if not batch.is_here and workspace is not None:
            tell(f"Reading {batch.folder} from the journal.")
            save_from_journal(workspace_at(workspace), pack, batch.folder, out)
        elif not batch.is_here:
            say(
                f"The {batch.count} certificates of {batch.folder} are not in the "
                "pack: name its --workspace, and they are read from the journal."
            )
            continue
        told = "How to check them stands in the VERIFY.txt there."
        say(f"{batch.count} certificates written to {out / batch.folder}. {told}")
