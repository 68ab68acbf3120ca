"""A name that no order may give is a finding too, in whosever certificate it stands."""

from __future__ import annotations

import pytest
from asn1crypto import core
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from ceremony.errors import InputError
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.lint import lint_certificate
from ceremony.pki.naming import subject_name
from tests.fakes.golden import FOLDER
from tests.unit.pki.certificates import changed, name, put

PROFILE = load_builtin_profile("web-subordinate")
COUNTRY, ORGANIZATION, COMMON_NAME = "2.5.4.6", "2.5.4.10", "2.5.4.3"


def golden(which: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((FOLDER / f"{which}.pem").read_bytes())


ROOT, SUBORDINATE = golden("web-root"), golden("web-subordinate")


def found(common_name: str, country: str = "GB") -> list[str]:
    """The findings on a certificate with that name, as rule and message."""
    subject = name(
        (COUNTRY, core.PrintableString, country),
        (ORGANIZATION, core.UTF8String, "Example Trust Services Ltd"),
        (COMMON_NAME, core.UTF8String, common_name),
    )
    certificate = changed(SUBORDINATE, put("subject", subject))
    findings = lint_certificate(certificate, PROFILE, ROOT)
    return [f"{each.rule} {each.message}" for each in findings]


def ordered(common_name: str) -> bool:
    """Whether the same profile takes that name in an order."""
    given_values = {
        "country": "GB",
        "organization": "Example Trust Services Ltd",
        "common-name": common_name,
    }
    try:
        subject_name(PROFILE, given_values)
    except InputError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("w\u0435b-sub", "w\\u0435b-sub", id="a_letter_of_another_script"),
        pytest.param("web\u202ebus-", "web\\u202ebus-", id="a_turn_of_direction"),
        pytest.param("web\u200bsub", "web\\u200bsub", id="a_letter_of_no_width"),
        pytest.param("web\nsub", "web\\nsub", id="a_line_feed"),
        pytest.param(" web", " web", id="a_blank_at_the_beginning"),
        pytest.param("web ", "web ", id="a_blank_at_the_end"),
        pytest.param("a" * 65, "a" * 65, id="more_letters_than_the_bound"),
    ],
)
def test_a_text_that_no_order_may_give_is_found_and_told_by_its_codes(
    text: str, told: str
) -> None:
    assert not ordered(text)
    (finding,) = found(text)
    assert finding.startswith("PKI-NAME-01 ")
    assert f"'{told}'" in finding
    assert finding.isascii()


def test_a_country_is_two_capitals_in_a_certificate_too() -> None:
    assert found("web-sub") == []
    (finding,) = found("web-sub", "gb")
    assert "the country is not two capital letters, but 'gb'" in finding


TEXTS = st.one_of(
    st.text("aB 9'()+,-./:=?", min_size=1, max_size=8),
    st.text(min_size=1, max_size=4),
    st.text("a", min_size=60, max_size=70),
)


@given(TEXTS)
def test_the_lint_and_the_order_take_the_same_names(text: str) -> None:
    assert (found(text) == []) == ordered(text)
