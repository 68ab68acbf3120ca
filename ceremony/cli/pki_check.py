"""``ceremony pki profile check``: can a certificate or a list meet a profile at all?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ceremony.cli.console import (
    Exit,
    Format,
    finding_record,
    mark,
    render_finding,
    say,
    shown,
    write_json,
)
from ceremony.cli.pki_lint_crl import crl_profile_named
from ceremony.cli.pki_options import (
    UNSAID,
    FormatOption,
    ProfileText,
    no_environments,
    profile_text,
)
from ceremony.cli.pki_signer import tell_signer, warn_of_signer
from ceremony.errors import InputError, Place, StorageError

if TYPE_CHECKING:
    from ceremony.check.findings import Finding
    from ceremony.pki.crl_profile import CrlProfile
    from ceremony.pki.finding import LintReport
    from ceremony.pki.profile import CertificateProfile, ProfileName
    from ceremony.pki.trial import Trial

_REMEDY: Final = "Correct the facts that contradict the rule, here or in the issuer's."


@dataclass(frozen=True, slots=True)
class _Checked:
    """What became of one file in one environment, or in all that were tried.

    Attributes:
        name: The file, as it was named.
        profile: What it says; None where it cannot be read.
        findings: Its faults.
        environments: Those that were tried; none where it has none, and nobody asked
            for one.
        trials: What came of trying it out, each with its environment or nothing.
        above: The profiles of its issuers, the nearest first, as far as known.
        asked: What came of a request for it; None where it says nothing of requests.
    """

    name: str
    profile: CertificateProfile | CrlProfile | None
    findings: tuple[Finding, ...]
    environments: tuple[str, ...] = ()
    trials: tuple[tuple[str, Trial], ...] = ()
    above: tuple[CertificateProfile, ...] = ()
    asked: LintReport | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Give the findings for which it is not sound."""
        return tuple(each for each in self.findings if each.severity == "error")


def add(app: typer.Typer) -> None:
    """Add the check."""
    app.command()(check)


def check(
    files: Annotated[
        list[str],
        typer.Argument(
            help="Profiles' files, or built-in ones' names; of certificates or of "
            "revocation lists."
        ),
    ],
    *,
    environment: Annotated[
        str | None,
        typer.Option(
            "--environment",
            help="Whose policies are meant, e.g. test; without it, those of each "
            "environment that a file has.",
        ),
    ] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Find every mistake of a profile, and try it out with a made-up order or lists.

    Ends with status 2 where a file cannot be read as a profile, and with 1 where no
    certificate or list could ever meet one.
    """
    from ceremony.pki.profile import CertificateProfile

    read = [tuple(_read(name, environment)) for name in files]
    known = {
        each.profile.name: profile_text(each.name)
        for of_file in read
        for each in of_file
        if isinstance(each.profile, CertificateProfile)
    }
    whole = [_whole([_tried(each, known) for each in of_file]) for of_file in read]
    unread = [each.name for each in whole if each.profile is None]
    every = [_warned(each, known, unread) for each in whole]
    if environment is not None:
        _verify_environment_meant(environment, every, known)
    if form is Format.JSON:
        say(write_json({"profiles": [_record(each) for each in every]}))
    else:
        _tell(every)
    if any(each.profile is None for each in every):
        raise typer.Exit(Exit.UNUSABLE)
    if any(each.errors for each in every):
        raise typer.Exit(Exit.REFUSED)


def _verify_environment_meant(
    said: str, every: Sequence[_Checked], known: Mapping[ProfileName, ProfileText]
) -> None:
    """Refuse an environment where neither a profile nor one of its issuers has any.

    Raises:
        InputError: ``CLI-ENVIRONMENT-01``.
    """
    from ceremony.pki.profile import CertificateProfile

    # Of what has a fault, that is told; and what cannot be read may have some.
    if any(each.profile is None or each.errors for each in every):
        return
    texts = (
        known.get(profile.name) or profile_text(profile.name)
        for each in every
        for profile in (each.profile, *each.above)
        if isinstance(profile, CertificateProfile)
    )
    if not any(text.environments() for text in texts):
        names = [each.profile.name for each in every if each.profile is not None]
        raise no_environments(said, *names)


def _read(name: str, wanted: str | None) -> Iterator[_Checked]:
    """Read a file for the environment that is wanted, else for each that it has."""
    named = (wanted,) if wanted is not None else ()
    try:
        of_lists = crl_profile_named(name)
        if of_lists is not None:
            yield _Checked(name, of_lists, (), named)
            return
        text = profile_text(name)
        there = named or text.environments()
    except (InputError, StorageError) as error:
        # The other files are checked all the same.
        yield _Checked(name, None, _faults(error, name), named)
        return
    for place in there or (None,):
        named = () if place is None else (place,)
        try:
            profile = text.decode(place or UNSAID)
        except InputError as error:
            yield _Checked(name, None, _faults(error, name), named)
        else:
            yield _Checked(name, profile, (), named)


def _faults(error: InputError | StorageError, name: str) -> tuple[Finding, ...]:
    """Give every fault that an error carries."""
    from ceremony.script.shape import ShapeError

    every = error.faults if isinstance(error, ShapeError) else (error,)
    return tuple(_fault(each, name) for each in every)


def _fault(error: InputError | StorageError, name: str) -> Finding:
    from ceremony.check import findings

    place = getattr(error, "place", None) or Place(name)
    return findings.error(error.code, place, str(error), error.remedy)


def _tried(checked: _Checked, known: Mapping[ProfileName, ProfileText]) -> _Checked:
    from ceremony.check import findings
    from ceremony.check.departure_rules import stale, stale_departures
    from ceremony.pki.crl_trial import try_crl_profile
    from ceremony.pki.profile import CertificateProfile
    from ceremony.pki.trial import try_profile, try_request

    profile = checked.profile
    if profile is None:
        return checked
    place = next(iter(checked.environments), None)
    try:
        above = _above(profile, known, place)
        asked = None
        if isinstance(profile, CertificateProfile):
            trials = try_profile(profile, above)
            asked = try_request(profile) if profile.request is not None else None
        else:
            trials = try_crl_profile(profile, above)
    except InputError as error:
        return replace(checked, findings=(_fault(error, checked.name),))
    # What several trials show is one fault of the profile.
    reports = [*(trial.report for trial in trials), *([asked] if asked else [])]
    wrong = {
        (finding.rule, finding.message): finding
        for report in reports
        for finding in report.stopping
    }
    told = tuple(
        findings.error(each.rule, Place(checked.name), each.message, _REMEDY)
        for each in wrong.values()
    )
    unmet = tuple(
        stale(each, profile.name, Place(checked.name))
        for each in stale_departures(profile, trials)
    )
    return replace(
        checked,
        findings=(*told, *unmet),
        trials=tuple((place or "", trial) for trial in trials),
        above=above,
        asked=asked,
    )


def _whole(every: Sequence[_Checked]) -> _Checked:
    """Put together what became of a file in each environment.

    What is wrong in some of them alone is told with their names.
    """
    if len(every) == 1:
        return every[0]
    where: dict[Finding, list[str]] = {}
    for each in every:
        for finding in each.findings:
            where.setdefault(finding, []).extend(each.environments)
    failed = [each for each in every if each.asked and each.asked.has_errors]
    first = (failed or every)[0]
    return replace(
        first,
        profile=None if any(each.profile is None for each in every) else first.profile,
        findings=tuple(
            finding
            if len(places) == len(every)
            else replace(finding, message=f"For {_listed(places)}: {finding.message}")
            for finding, places in where.items()
        ),
        environments=tuple(place for each in every for place in each.environments),
        trials=tuple(trial for each in every for trial in each.trials),
    )


def _warned(
    checked: _Checked,
    known: Mapping[ProfileName, ProfileText],
    unread: Sequence[str],
) -> _Checked:
    """Add what is warned of where it is sound."""
    if checked.profile is None or checked.findings:
        return checked
    warnings = warn_of_signer(checked.profile, checked.name, known, unread)
    return replace(checked, findings=tuple(warnings))


def _listed(words: Sequence[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _above(
    profile: CertificateProfile | CrlProfile,
    known: Mapping[ProfileName, ProfileText],
    environment: str | None,
) -> tuple[CertificateProfile, ...]:
    """Find the profiles of the issuers: among those named, then the built-in ones.

    Args:
        profile: Whose issuers.
        known: Those named, by the names in them.
        environment: Whose policies; None where the profile is for each environment,
            so that one is taken which its issuers have.

    Raises:
        InputError: ``CLI-PROFILE-02``: the profiles sign one another in a ring;
            ``PKI-PROFILE-02``: an issuer lacks the environment; what else reading an
            issuer's file refuses.
    """
    from ceremony.pki.builtin import builtin_profiles
    from ceremony.pki.profile import SELF_SIGNED, CertificateProfile, ProfileName

    chain = [profile] if isinstance(profile, CertificateProfile) else []
    signer = ProfileName(profile.signed_by)
    while signer != SELF_SIGNED:
        if signer in {each.name for each in chain}:
            raise InputError(
                "CLI-PROFILE-02",
                f"The profile {profile.name} is signed by way of {signer} in a ring, "
                "and no certificate can be the first.",
                remedy="Let the topmost profile be signed by self.",
            )
        if signer not in known and signer not in builtin_profiles():
            break
        text = known.get(signer) or profile_text(signer)
        there = text.environments()
        if environment is None and there:
            environment = UNSAID if UNSAID in there else there[0]
        chain.append(text.decode(environment or UNSAID))
        signer = ProfileName(chain[-1].signed_by)
    return tuple(each for each in chain if each is not profile)


def _tell(every: Sequence[_Checked]) -> None:
    for each in every:
        for finding in each.findings:
            say(render_finding(finding))
    for each in every:
        say(_verdict(each))


def _verdict(checked: _Checked) -> str:
    count, name = len(checked.errors), shown(checked.name)
    warned = len(checked.findings) - count
    wrong = f"{count} finding{'' if count == 1 else 's'}"
    if checked.profile is None:
        return f"{name}: {mark('not a profile', good=False)}, {wrong}."
    what, tried = _words(checked.profile)
    if count:
        stale = all(each.rule == "SCRIPT-DEPART-01" for each in checked.errors)
        told = "it departs from nothing" if stale else _unmet(checked, what)
        return f"{name}: {mark(told, good=False)}, {wrong}."
    trials = len(checked.trials)
    orders = f"{trials} trial {tried}{'' if trials == 1 else 's'}"
    rules = checked.trials[0][1].report.rule_count
    warnings = f"{warned} warning{'' if warned == 1 else 's'}, " if warned else ""
    sound = mark("sound", good=True)
    lines = [f"{name}: {sound}, {warnings}{orders}, {rules} rules."]
    if len(checked.environments) > 1:
        lines.append(f"  It was tried for {_listed(checked.environments)}.")
    if checked.asked is not None:
        lines.append(f"  A trial request for it: {checked.asked.rule_count} rules.")
    lines += _tell_subject(checked.profile)
    lines += tell_signer((checked.profile, *checked.above)[-1])
    return "\n".join(lines)


def _tell_subject(profile: CertificateProfile | CrlProfile) -> Iterator[str]:
    """Say it where a set of requests would have but one that is good."""
    from ceremony.pki.profile import CertificateProfile
    from ceremony.pki.same_subject import has_one_subject

    if not isinstance(profile, CertificateProfile) or profile.is_ca:
        return
    if has_one_subject(profile):
        yield "  Each request for it names the same subject: of a set one is good."


def _words(profile: CertificateProfile | CrlProfile) -> tuple[str, str]:
    """Say what a profile is of, and what was made to try it."""
    from ceremony.pki.profile import CertificateProfile

    if isinstance(profile, CertificateProfile):
        return "certificate", "order"
    return "revocation list", "list"


def _unmet(checked: _Checked, what: str) -> str:
    """Say whether it is what the profile is of, or requests, that it is wrong for."""
    failed = any(trial.report.has_errors for _, trial in checked.trials)
    asked = checked.asked is not None and checked.asked.has_errors
    return f"no {'request' if asked and not failed else what} meets it"


def _record(checked: _Checked) -> dict[str, object]:
    return {
        "file": checked.name,
        "profile": checked.profile.name if checked.profile else None,
        "issuers": [each.name for each in checked.above],
        "findings": [finding_record(finding) for finding in checked.findings],
        "trials": [
            {
                "given": trial.given,
                "environment": place,
                "lint": trial.report.as_record(),
            }
            for place, trial in checked.trials
        ],
        "request": checked.asked.as_record() if checked.asked else None,
    }
