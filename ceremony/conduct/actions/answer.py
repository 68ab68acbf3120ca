"""How what is imported will be answered, as far as the ceremony knows it by then.

A request that would not be answered is refused while another file can still be given:
once a step has taken a request in, it stands.
"""

from __future__ import annotations

from itertools import product

from ceremony.conduct.actions.output import certificates_of
from ceremony.conduct.conductor import Conductor
from ceremony.engine.batch import answering_step, is_set
from ceremony.engine.revocation import CROSS_SIGN
from ceremony.engine.steps.certificate import IssueParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.pki.issuer_subject import issuer_subjects
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_path import Answer, SingleAnswer
from ceremony.pki.script_profile import profiles_above
from ceremony.pki.signer import may_sign
from ceremony.script.model import Script, Step
from ceremony.script.waiver import waivers_on


def answer_to(
    conductor: Conductor, step: Step, request: str, profile: CertificateProfile
) -> Answer | None:
    """Tell how a request, or each of a set, is to be answered.

    Args:
        conductor: The ceremony.
        step: The step that takes it in.
        request: The request or the set, by name.
        profile: The profile of what answers it.

    Returns:
        None of what no step answers, and of a set whose issuer has no certificate. Of
        one request path and lint are asked about where its issuer has its certificate
        and no step makes another one for it, or above it, before the answer.
    """
    script = conductor.script
    answering = answering_step(script, request)
    if answering is None:
        return None
    wanted = read_parameters(IssueParameters, answering.parameters)
    thing = script.thing(wanted.certificate)
    day = conductor.clock.now().wall.date()
    if is_set(script, request):
        above = certificates_of(conductor, wanted.key)
        return Answer(profile, thing.given, above, day) if above else None
    anew = _is_certified_anew(script, step, answering, profile)
    above = () if anew else certificates_of(conductor, wanted.key)
    waivers = waivers_on(script.waivers, thing.name, day)
    return SingleAnswer(profile, thing.given, above, day, waivers)


def subjects_above(conductor: Conductor, request: str) -> frozenset[bytes]:
    """Give the names of the CA that answers a request, and of those above it.

    Args:
        conductor: The ceremony.
        request: The request or the set, by name.

    Returns:
        32 bytes each, as subjects are compared; none of what no step answers, and
        while that CA has no certificate.
    """
    answering = answering_step(conductor.script, request)
    if answering is None:
        return frozenset()
    wanted = read_parameters(IssueParameters, answering.parameters)
    return issuer_subjects(certificates_of(conductor, wanted.key))


def _is_certified_anew(
    script: Script, step: Step, answering: Step, profile: CertificateProfile
) -> bool:
    """Tell whether a CA above gets a certificate between a request and its answer."""
    issuers = [each.name for each in profiles_above(script, profile)]
    steps = script.steps
    between = steps[steps.index(step) : steps.index(answering)]
    made = [each for each in between if "certificate" in each.parameters]
    profiles = [script.thing(str(it.parameters["certificate"])).profile for it in made]
    return any(each.verb == CROSS_SIGN for each in made) or any(
        may_sign(script, *both) for both in product(issuers, profiles)
    )
