"""What is known of a ceremony before it is opened, by its script, site and journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from cryptography import x509

from ceremony.conduct.brought import Brought
from ceremony.conduct.earlier import Found
from ceremony.conduct.list_along import LIST
from ceremony.conduct.renewable import state_told
from ceremony.conduct.replaced import Journal
from ceremony.engine.batch import ISSUE
from ceremony.engine.revocation import CROSS_SIGN, path_of_key
from ceremony.engine.state import State
from ceremony.engine.steps.certificate import SELF_SIGN
from ceremony.engine.succession import original_of
from ceremony.identifiers import Mode
from ceremony.pki.certificate import decode_certificate
from ceremony.script.model import Script, Step


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known.

    Attributes:
        script: The script; its own check found no error.
        found: What it says that earlier ceremonies have made.
        brought: What it says that other CAs have made.
        journal: The site's, of that mode.
        mode: Whose journal that is.
        day: On which the ceremony is, or would be, opened: UTC.
    """

    script: Script
    found: tuple[Found, ...]
    brought: tuple[Brought, ...]
    journal: Journal
    mode: Mode
    day: date

    @property
    def state(self) -> State:
        """Give the state of a ceremony that is told of all this, and nothing more."""
        return state_told(self.script, self.found, self.brought)

    def certificate(self, name: str) -> x509.Certificate:
        """Read a certificate that exists already.

        Args:
            name: Its name in the script.

        Raises:
            InputError: It cannot be read.
        """
        file = f"certificate-{name}.pem"
        told = [each.contents for each in self.found]
        told += [each.contents for each in self.brought]
        raw = next(contents[file] for contents in told if file in contents)
        return decode_certificate(raw, file)


@dataclass(frozen=True, slots=True)
class Signing:
    """A step that signs by a path of which each certificate exists already.

    Attributes:
        step: The step.
        key: The key that signs, or what that is a copy of.
        path: The certificates from the key's own up, by name; at least one.
        is_crossed: Whether a step before it has a CA certify another's key, by which
            there may be another path.
    """

    step: Step
    key: str
    path: tuple[str, ...]
    is_crossed: bool


def known_signings(state: State) -> Iterator[Signing]:
    """Find what issues or signs a list by a path that is known beforehand.

    A path with a key in it that is certified anew before the step is another one then.

    Args:
        state: That of a ceremony that is told of what exists, and nothing more.
    """
    script = state.script
    asking = {
        str(step.parameters["request"]): str(step.parameters["key"])
        for step in script.steps
        if step.verb == "csr.create"
    }
    anew: set[str] = set()
    is_crossed = False
    for step in script.steps:
        key = original_of(state, str(step.parameters.get("key")))
        if step.verb in (ISSUE, CROSS_SIGN, LIST):
            path = path_of_key(state, key)
            above = {state.certificates[it].issuer_thing for it in path}
            if path and not anew & {key, *above}:
                yield Signing(step, key, path, is_crossed)
        is_crossed = is_crossed or step.verb == CROSS_SIGN
        anew |= _certified_by(state, step, key, asking)


def _certified_by(
    state: State, step: Step, key: str, asking: Mapping[str, str]
) -> set[str]:
    """Name the key of the script that gets a certificate in a step, if one does.

    A request from elsewhere is by no key of the script.
    """
    if step.verb == SELF_SIGN:
        return {key}
    asked = asking.get(str(step.parameters.get("request")))
    return {original_of(state, asked)} if step.verb == ISSUE and asked else set()
