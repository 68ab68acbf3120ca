"""Lies about a site's own profiles, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ceremony import canonical
from ceremony.pki.finding import SecondReport, Severity
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.profile_file import decode_profile
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.lint_lies import LIST as LINTED_LIST
from tests.fakes.lint_lies import with_second
from tests.fakes.own_profiles import (
    DEPARTING,
    IN_PLACES,
    ISSUING,
    LIST,
    OWN,
    PLACES_TEXT,
    own_script,
    script_for,
)
from tests.fakes.record_builder import BuiltRecord, build_record

_RECORDED: Final = {f"profile-{name}": raw for name, raw in OWN.items()}


def build_own(**changes: Any) -> BuiltRecord:
    """Make up the ceremony that issues by a site's own profiles, approved as it is."""
    told: dict[str, Any] = {
        "script": lambda _: own_script().encode(),
        "profiles": _RECORDED,
    }
    built = build_record(Forgery(**(told | changes)))
    approved = (built.builder.script.digest,)
    return replace(built, policy=replace(built.policy, scripts=approved))


def _lie(rule: str, place: str, **changes: Any) -> Lie:
    return Lie("12", rule, lambda: build_own(**changes), place)


def changed_profile(files: dict[str, bytes]) -> dict[str, bytes]:
    """Embed another text than the one whose SHA-256 the script names."""
    return files | {
        f"profile-{ISSUING}": files[f"profile-{ISSUING}"].replace(b"7", b"8")
    }


def build_environment(**changes: Any) -> BuiltRecord:
    """Make up the ceremony that issues for the environment that its script says."""
    told = {
        "script": lambda _: script_for("test").encode(),
        "profiles": {f"profile-{name}": raw for name, raw in IN_PLACES.items()},
    }
    return build_own(**(told | changes))


def build_departing(**changes: Any) -> BuiltRecord:
    """Make up the ceremony whose own profile of lists departs from an error."""
    told = {
        "script": lambda _: own_script(DEPARTING).encode(),
        "profiles": {f"profile-{name}": raw for name, raw in DEPARTING.items()},
        "lint": lambda _, report: report,
    }
    return build_own(**(told | changes))


def _departing(rule: str, **changes: Any) -> Lie:
    """Tell of what the profile departs from in another way than it was found."""

    def change(second: SecondReport) -> SecondReport:
        (found,) = second.findings
        return replace(second, findings=(replace(found, **changes),))

    lint = with_second(change, LINTED_LIST)
    return Lie("12", rule, lambda: build_departing(lint=lint), "step 2.17")


def for_production(profile: CertificateProfile) -> CertificateProfile:
    """Give the site's own profile as it is for the other environment."""
    if f"{profile.name}.yaml" != ISSUING:
        return profile
    text = PLACES_TEXT.decode()
    return decode_profile(text, ISSUING, environment="production")


def _without(name: str) -> Any:
    return lambda files: {each: raw for each, raw in files.items() if each != name}


def _as_another_name() -> dict[str, Any]:
    """Let the script name a file by another name than its profile's."""
    text = own_script().replace("northmoor-issuing.yaml", "northmoor-other.yaml")
    text = text.replace("profile: northmoor-issuing", "profile: northmoor-other")
    files = {"profile-northmoor-other.yaml": OWN[ISSUING], **_RECORDED}
    del files[f"profile-{ISSUING}"]
    return {"script": lambda _: text.encode(), "profiles": files}


def _that_cannot_be_read() -> dict[str, Any]:
    """Let the script name a file, rightly, in which there is no whole profile."""
    name = "northmoor-broken.yaml"
    files = {**OWN, name: OWN[ISSUING].replace(b"validity", b"validness")}
    return {
        "script": lambda _: own_script(files).encode(),
        "profiles": {f"profile-{each}": raw for each, raw in files.items()},
    }


def _as_a_built_in() -> dict[str, Any]:
    """Let the script call a profile of its own as one that ships."""
    own = OWN[ISSUING].replace(b"name: northmoor-issuing", b"name: smki-issuing-oca")
    text = own_script().replace("northmoor-issuing", "smki-issuing-oca")
    text = text.replace(canonical.digest(OWN[ISSUING]), canonical.digest(own))
    files = {"profile-smki-issuing-oca.yaml": own, **_RECORDED}
    del files[f"profile-{ISSUING}"]
    return {"script": lambda _: text.encode(), "profiles": files}


OWN_LIES: Final[Mapping[str, Lie]] = {
    "own-profile-changed": _lie(
        "VERIFY-PROFILE-01", f"profile-{ISSUING}", embedded=changed_profile
    ),
    "own-profile-left-out": _lie(
        "VERIFY-PROFILE-01",
        f"profile-{LIST}",
        embedded=_without(f"profile-{LIST}"),
    ),
    "own-profile-of-another-name": _lie(
        "VERIFY-PROFILE-02", "northmoor-other", **_as_another_name()
    ),
    "own-profile-that-cannot-be-read": _lie(
        "FILE-SHAPE-01", "profile-northmoor-broken.yaml", **_that_cannot_be_read()
    ),
    "own-profile-called-as-a-built-in": _lie(
        "VERIFY-PROFILE-02", "smki-issuing-oca", **_as_a_built_in()
    ),
    "departure-in-other-words": _departing("VERIFY-LINT-03", departs="So. [CPS]"),
    # Of a warning no reader would be told.
    "departure-told-as-a-warning": _departing(
        "VERIFY-LINT-04", severity=Severity.WARNING
    ),
    "issued-for-another-environment": Lie(
        "12",
        "PKI-POLICY-01",
        lambda: build_environment(profile=for_production),
        "step 2.15",
    ),
}
"""Every such lie, by a name that says what it is."""
