"""``ceremony pki profile check``: can a certificate meet a profile at all?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ceremony.cli.console import Exit, Format, mark, render_finding, say, write_json
from ceremony.cli.pki_options import EnvironmentOption, FormatOption, profile_text
from ceremony.errors import InputError, Place

if TYPE_CHECKING:
    from ceremony.check.findings import Finding
    from ceremony.pki.finding import LintReport
    from ceremony.pki.profile import CertificateProfile, ProfileName
    from ceremony.pki.trial import Trial

_REMEDY: Final = "Correct the facts that contradict the rule, here or in the issuer's."


@dataclass(frozen=True, slots=True)
class _Checked:
    """What became of one file.

    Attributes:
        name: The file, as it was named.
        profile: What it says; None where it cannot be read.
        findings: Its faults.
        trials: What came of trying it out.
        above: The profiles of its issuers, the nearest first, as far as known.
        asked: What came of a request for it; None where it says nothing of requests.
    """

    name: str
    profile: CertificateProfile | None
    findings: tuple[Finding, ...]
    trials: tuple[Trial, ...] = ()
    above: tuple[CertificateProfile, ...] = ()
    asked: LintReport | None = None


def add(app: typer.Typer) -> None:
    """Add the check."""
    app.command()(check)


def check(
    files: Annotated[
        list[str], typer.Argument(help="Profiles' files, or built-in ones' names.")
    ],
    *,
    environment: EnvironmentOption = "test",
    form: FormatOption = Format.TEXT,
) -> None:
    """Find every mistake of a profile, and try it out with a made-up order.

    Ends with status 2 where a file cannot be read as a profile, and with 1 where no
    certificate could ever meet one.
    """
    every = [_read(name, environment) for name in files]
    known = {each.profile.name: each.profile for each in every if each.profile}
    every = [_tried(each, known, environment) for each in every]
    if form is Format.JSON:
        say(write_json({"profiles": [_record(each) for each in every]}))
    else:
        _tell(every)
    if any(each.profile is None for each in every):
        raise typer.Exit(Exit.UNUSABLE)
    if any(each.findings for each in every):
        raise typer.Exit(Exit.REFUSED)


def _read(name: str, environment: str) -> _Checked:
    from ceremony.script.shape import ShapeError

    try:
        return _Checked(name, profile_text(name).decode(environment), ())
    except ShapeError as error:
        return _Checked(name, None, tuple(_fault(each, name) for each in error.faults))
    except InputError as error:
        return _Checked(name, None, (_fault(error, name),))


def _fault(error: InputError, name: str) -> Finding:
    from ceremony.check import findings

    place = error.place or Place(name)
    return findings.error(error.code, place, str(error), error.remedy)


def _tried(
    checked: _Checked, known: Mapping[ProfileName, CertificateProfile], environment: str
) -> _Checked:
    from ceremony.check import findings
    from ceremony.check.departure_rules import stale, stale_departures
    from ceremony.pki.trial import try_profile, try_request

    profile = checked.profile
    if profile is None:
        return checked
    try:
        above = _above(profile, known, environment)
        trials = try_profile(profile, above)
        asked = try_request(profile) if profile.request is not None else None
    except InputError as error:
        return _Checked(checked.name, profile, (_fault(error, checked.name),))
    # What both orders show is one fault of the profile.
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
    return _Checked(checked.name, profile, (*told, *unmet), trials, above, asked)


def _above(
    profile: CertificateProfile,
    known: Mapping[ProfileName, CertificateProfile],
    environment: str,
) -> tuple[CertificateProfile, ...]:
    """Find the profiles of the issuers: among those named, then the built-in ones.

    Raises:
        InputError: ``CLI-PROFILE-02``: the profiles sign one another in a ring.
    """
    from ceremony.pki.builtin import builtin_profiles, load_builtin_profile
    from ceremony.pki.profile import ProfileName

    chain = [profile]
    while not chain[-1].is_self_signed:
        name = ProfileName(chain[-1].signed_by)
        if name in {each.name for each in chain}:
            raise InputError(
                "CLI-PROFILE-02",
                f"The profile {profile.name} is signed by way of {name} in a ring, and "
                "no certificate can be the first.",
                remedy="Let the topmost profile be signed by self.",
            )
        if name in known:
            chain.append(known[name])
        elif name in builtin_profiles():
            chain.append(load_builtin_profile(name, environment=environment))
        else:
            break
    return tuple(chain[1:])


def _tell(every: Sequence[_Checked]) -> None:
    for each in every:
        for finding in each.findings:
            say(render_finding(finding))
    for each in every:
        say(_verdict(each))


def _verdict(checked: _Checked) -> str:
    count = len(checked.findings)
    wrong = f"{count} finding{'' if count == 1 else 's'}"
    if checked.profile is None:
        return f"{checked.name}: {mark('not a profile', good=False)}, {wrong}."
    if count:
        stale = all(each.rule == "SCRIPT-DEPART-01" for each in checked.findings)
        told = "it departs from nothing" if stale else _unmet(checked)
        return f"{checked.name}: {mark(told, good=False)}, {wrong}."
    orders = "1 trial order" if len(checked.trials) == 1 else "2 trial orders"
    rules = checked.trials[0].report.rule_count
    lines = [f"{checked.name}: {mark('sound', good=True)}, {orders}, {rules} rules."]
    if checked.asked is not None:
        lines.append(f"  A trial request for it: {checked.asked.rule_count} rules.")
    top = (checked.profile, *checked.above)[-1]
    if not top.is_self_signed:
        lines.append(
            f"  The profile {top.signed_by} is not known here, so that a made-up CA "
            "signed."
        )
    return "\n".join(lines)


def _unmet(checked: _Checked) -> str:
    """Say whether it is certificates or requests that the profile is wrong for."""
    failed = any(trial.report.has_errors for trial in checked.trials)
    asked = checked.asked is not None and checked.asked.has_errors
    what = "request" if asked and not failed else "certificate"
    return f"no {what} meets it"


def _record(checked: _Checked) -> dict[str, object]:
    return {
        "file": checked.name,
        "profile": checked.profile.name if checked.profile else None,
        "issuers": [each.name for each in checked.above],
        "findings": [
            {
                "rule": finding.rule,
                "severity": str(finding.severity),
                "place": str(finding.place),
                "message": finding.message,
                "remedy": finding.remedy,
            }
            for finding in checked.findings
        ],
        "trials": [
            {"given": trial.given, "lint": trial.report.as_record()}
            for trial in checked.trials
        ],
        "request": checked.asked.as_record() if checked.asked else None,
    }
