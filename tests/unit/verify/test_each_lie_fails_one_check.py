"""Each lie about a record is found by the check that is there for it, and by no other.

The lies are made by ``tests.fakes.forgeries``; who tells them holds every key that it
takes to make everything else right.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ceremony.verify.check import Status
from ceremony.verify.outcome import RecordWord
from ceremony.verify.verdict import judge_files
from tests.fakes.asked_lies import ASKED_LIES
from tests.fakes.batch_lies import BATCH_LIES
from tests.fakes.batch_output_lies import BATCH_OUTPUT_LIES, build_bound
from tests.fakes.beside_lies import BESIDE_LIES
from tests.fakes.binding_lies import BINDING_LIES
from tests.fakes.change_lies import CHANGE_LIES
from tests.fakes.contingency_lies import CONTINGENCY_LIES
from tests.fakes.crl_lies import CRL_LIES
from tests.fakes.day_lies import DAY_LIES
from tests.fakes.earlier_lies import EARLIER_LIES
from tests.fakes.forgeries import LIES
from tests.fakes.key_act_lies import KEY_ACT_LIES
from tests.fakes.key_acts import build_key_acts
from tests.fakes.lint_due_lies import LINT_DUE_LIES
from tests.fakes.lint_lies import (
    LINT_LIES,
    build_second_lint,
    build_second_lint_of_lists,
    build_waiver,
    build_waiver_of_list,
)
from tests.fakes.login_lies import LOGIN_LIES
from tests.fakes.logins import build_logins
from tests.fakes.manual_acts import build_manual_acts
from tests.fakes.manual_lies import MANUAL_LIES
from tests.fakes.missed_lies import MISSED_LIES, build_missed
from tests.fakes.name_lies import NAME_LIES
from tests.fakes.output_lies import OUTPUT_LIES, build_outputs
from tests.fakes.own_profile_lies import (
    OWN_LIES,
    build_departing,
    build_environment,
    build_own,
)
from tests.fakes.path_lies import PATH_LIES, build_paths
from tests.fakes.record_above import build_below
from tests.fakes.record_anew import (
    build_anew,
    build_anew_at_once,
    build_meter_anew,
    build_second_profile,
)
from tests.fakes.record_answered import build_answered
from tests.fakes.record_batch import build_batch
from tests.fakes.record_builder import BuiltRecord, build_record
from tests.fakes.record_change import build_change, build_looked, build_unseen
from tests.fakes.record_contingency import build_carried_on, build_contingency
from tests.fakes.record_crl import build_crls
from tests.fakes.record_earlier import build_earlier
from tests.fakes.record_renewal import (
    build_renewal,
    build_revoked,
    build_unbound,
)
from tests.fakes.record_replaced import (
    build_newest,
    build_replaced,
    build_replaced_elsewhere,
)
from tests.fakes.record_request import build_requests
from tests.fakes.refusal_lies import REFUSAL_LIES, build_refused
from tests.fakes.renewal_lies import RENEWAL_LIES
from tests.fakes.request_lies import REQUEST_LIES
from tests.fakes.serial_lies import (
    SERIAL_LIES,
    build_named_twice,
    build_one_of_them,
    build_single,
)
from tests.fakes.single_lies import SINGLE_LIES, build_twice
from tests.fakes.subject_lies import SUBJECT_LIES
from tests.fakes.two_sets import TWO_SETS_LIES, build_refused_beside
from tests.fakes.unlisted_lies import UNLISTED_LIES
from tests.fakes.unmeasured import unmeasured
from tests.fakes.unresolved_lies import UNRESOLVED_LIES
from tests.fakes.version_lies import VERSION_LIES
from tests.fakes.zeroise import build_zeroise
from tests.fakes.zeroise_lies import ZEROISE_LIES

EVERY_LIE = {
    **LIES,
    **ASKED_LIES,
    **KEY_ACT_LIES,
    **MANUAL_LIES,
    **MISSED_LIES,
    **CRL_LIES,
    **DAY_LIES,
    **BATCH_LIES,
    **BATCH_OUTPUT_LIES,
    **BESIDE_LIES,
    **BINDING_LIES,
    **CONTINGENCY_LIES,
    **LINT_LIES,
    **LINT_DUE_LIES,
    **LOGIN_LIES,
    **NAME_LIES,
    **OUTPUT_LIES,
    **PATH_LIES,
    **EARLIER_LIES,
    **OWN_LIES,
    **REFUSAL_LIES,
    **RENEWAL_LIES,
    **REQUEST_LIES,
    **SERIAL_LIES,
    **SINGLE_LIES,
    **SUBJECT_LIES,
    **TWO_SETS_LIES,
    **ZEROISE_LIES,
    **CHANGE_LIES,
    **UNLISTED_LIES,
    **UNRESOLVED_LIES,
    **VERSION_LIES,
}


@pytest.mark.parametrize(
    "build",
    [
        build_record,
        build_key_acts,
        build_manual_acts,
        build_missed,
        build_crls,
        build_batch,
        build_refused,
        build_twice,
        build_bound,
        build_contingency,
        build_carried_on,
        build_second_lint,
        build_second_lint_of_lists,
        build_logins,
        build_outputs,
        build_paths,
        build_earlier,
        build_renewal,
        build_revoked,
        build_unbound,
        build_replaced,
        build_newest,
        build_replaced_elsewhere,
        build_answered,
        build_below,
        build_single,
        build_one_of_them,
        build_named_twice,
        build_anew,
        build_anew_at_once,
        build_meter_anew,
        build_second_profile,
        build_refused_beside,
        build_own,
        build_environment,
        build_departing,
        build_waiver,
        build_waiver_of_list,
        build_requests,
        build_zeroise,
        build_change,
        build_looked,
        build_unseen,
    ],
)
def test_an_honest_record_passes_every_check_on_files(
    build: Callable[[], BuiltRecord],
) -> None:
    built = unmeasured(build)
    checks = judge_files(built.files, built.policy).checks
    assert [
        (check.number, check.status) for check in checks if check.number != "8"
    ] == [
        (number, Status.PASSED)
        for number in ("2", "3", "4", "5", "6", "7", "9", "10", "11", "12", "16")
    ]


@pytest.mark.parametrize("name", EVERY_LIE)
def test_a_lie_fails_exactly_its_own_check_and_names_the_place(name: str) -> None:
    lie = EVERY_LIE[name]
    built = unmeasured(lie.make)
    verdict = judge_files(built.files, built.policy)
    failed = [check for check in verdict.checks if check.status is Status.FAILED]
    assert [(check.number, check.rule) for check in failed] == [(lie.number, lie.rule)]
    assert lie.place in failed[0].reason
    assert verdict.record is RecordWord.NOT_VERIFIED
