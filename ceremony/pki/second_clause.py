"""Which clause a finding of the second linter is about.

pkilint's ids name no clause. Those that can stop a signature in what profiles make have
theirs here; every other finding is told with its standard alone, as are the few of the
Baseline Requirements whose clause was not found. The clause is where the standard asks
for what the finding misses. A test holds those that pkilint names in its source; of the
others those of sections 4.2.2, 7.1.4.1 and 7.2 of the Baseline Requirements were
compared with their text, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

_STANDARDS: Final = {
    "pkix": "RFC 5280 and the RFCs that update it",
    "itu": "ITU-T X.509, X.520 and X.690",
    "iso": "ISO 3166",
    "cabf": "CA/Browser Forum TLS Baseline Requirements",
}
"""Which standard a finding is about, by the first word of its id."""

_RFC_5280: Final = {
    "section 4.1.1.2": "certificate_signature_algorithm_mismatch",
    "section 4.1.2.1": "certificate_version_is_not_v3",
    "section 4.1.2.2": "certificate_serial_number_out_of_range",
    "sections 4.1.2.4 and 5.1.2.3": "name_empty",
    "section 4.1.2.5": "certificate_negative_validity_period",
    "section 4.1.2.5.1": "utctime_incorrect_syntax",
    "section 4.1.2.5.2": "generalizedtime_incorrect_syntax",
    "sections 4.1.2.5 and 5.1.2.4 to 5.1.2.6": "invalid_time_syntax "
    "wrong_time_useful_type",
    "sections 4.1.2.5 and 5.1.2.5": "validity_period_end_value_missing",
    "section 4.1.2.8": "issuer_unique_id_present subject_unique_id_present",
    "section 4.2": "duplicate_extension",
    "section 4.2.1.1": "authority_key_identifier_critical "
    "authority_key_identifier_extension_absent authority_key_identifier_keyid_missing",
    "section 4.2.1.2": "certificate_skid_ca_missing "
    "certificate_skid_extension_critical",
    "section 4.2.1.3": "ca_certificate_keycertsign_keyusage_not_set "
    "ca_certificate_no_ku_extension no_ku_bits_set",
    "section 4.2.1.4": "duplicate_certificate_policy_oids",
    "section 4.2.1.6": "dnsname_domain_name_too_long invalid_domain_name_syntax "
    "invalid_email_address_syntax invalid_uri_syntax ip_address_wrong_length "
    "rfc822name_domain_part_too_long san_extension_not_critical_empty_subject "
    "uri_domain_name_too_long",
    "section 4.2.1.9": "basic_constraints_extension_not_critical "
    "basic_constraints_has_pathlen_for_non_ca ee_certificate_keycertsign_keyusage_set",
    "section 4.2.1.10": "certificate_name_constraints_extension_not_critical "
    "ip_address_name_constraint_invalid_cidr ip_address_name_constraint_wrong_length "
    "name_constraints_in_ee_certificate name_constraints_maximum_specified "
    "name_constraints_no_subtrees name_constraints_non_default_minimum",
    "section 4.2.1.13": "distribution_point_does_not_contain_name_or_issuer",
    "section 4.2.2.1": "authority_information_access_extension_critical",
    "section 5.1.1.2": "crl_signature_algorithm_match",
    "section 5.1.2.1": "crl_version_is_not_v2 crl_version_missing",
    "section 5.1.2.5": "crl_negative_validity_period",
    "section 5.1.2.6": "crl_revoked_certificates_empty",
    "section 5.2.1": "authority_key_identifier_missing",
    "section 5.2.3": "crl_number_extension_critical crl_number_missing "
    "crl_number_out_of_range",
    "section 5.3.1": "crl_reason_code_extension_critical",
    "appendix A.2": "aki_with_cert_issuer_but_serial_number_absent "
    "aki_with_serial_number_but_cert_issuer_absent",
}
"""By section, the ids that follow ``pkix.``."""

_OTHER_RFCS: Final = {
    "RFC 3161, section 2.3": ""
    "extended_key_usage_extension_with_timestamping_not_critical",
    "RFC 4055, section 1.2": "key_usage_value_prohibited_for_rsa",
    "RFC 8813, section 3": "key_usage_value_prohibited_for_ec",
    "RFC 9295, section 3": "key_usage_value_prohibited_for_edwards_curve "
    "key_usage_value_required_but_missing_for_edwards_curve",
}
"""The same, of RFCs that update or add to it."""

_TLS_BR: Final = {
    "section 4.2.2": "internal_domain_name",
    "section 6.1.5": "rsa_modulus_invalid_length",
    "section 6.1.6": "rsa_exponent_prohibited_value",
    "section 7.1.2.1": "serverauth.root_subject_issuer_name_encoding_not_equal",
    "section 7.1.2.1.1": "serverauth.root_validity_period_too_long "
    "serverauth.root_validity_period_too_short",
    "section 7.1.2.1.2": "serverauth.root.basic_constraints_extension_absent "
    "serverauth.root.extended_key_usage_extension_present "
    "serverauth.root.key_usage_extension_absent "
    "serverauth.root.subject_key_identifier_extension_absent",
    "sections 7.1.2.1.2, 7.1.2.2.3 and 7.1.2.6.1": ""
    "serverauth.ca.critical_authority_info_access_extension "
    "serverauth.ca.critical_authority_key_identifier_extension "
    "serverauth.ca.critical_certificate_policies_extension "
    "serverauth.ca.critical_crl_distribution_points_extension "
    "serverauth.ca.critical_extended_key_usage_extension "
    "serverauth.ca.critical_subject_key_identifier_extension "
    "serverauth.ca.non_critical_basic_constraints_extension "
    "serverauth.ca.non_critical_key_usage_extension",
    "section 7.1.2.1.3": "serverauth.root_aki_ski_not_equal",
    "section 7.1.2.1.4": "serverauth.root_basic_constraints_ca_not_present",
    "section 7.1.2.2.3": ""
    "serverauth.cross_ca.authority_key_identifier_extension_absent "
    "serverauth.cross_ca.basic_constraints_extension_absent "
    "serverauth.cross_ca.certificate_policies_extension_absent "
    "serverauth.cross_ca.crl_distribution_points_extension_absent "
    "serverauth.cross_ca.extended_key_usage_extension_absent "
    "serverauth.cross_ca.key_usage_extension_absent "
    "serverauth.cross_ca.name_constraints_extension_present "
    "serverauth.cross_ca.subject_key_identifier_extension_absent",
    "sections 7.1.2.2.4 and 7.1.2.2.5": "serverauth.cross_ca.codesigning_eku_present "
    "serverauth.cross_ca.emailprotection_eku_present "
    "serverauth.cross_ca.external_anyeku_present "
    "serverauth.cross_ca.internal_with_anyeku_and_other_eku "
    "serverauth.cross_ca.ocspsigning_eku_present "
    "serverauth.cross_ca.serverauth_eku_absent "
    "serverauth.cross_ca.timestamping_eku_present",
    "section 7.1.2.6.1": "serverauth.ca.authority_key_identifier_extension_absent "
    "serverauth.ca.basic_constraints_extension_absent "
    "serverauth.ca.certificate_policies_extension_absent "
    "serverauth.ca.crl_distribution_points_extension_absent "
    "serverauth.ca.extended_key_usage_extension_absent "
    "serverauth.ca.key_usage_extension_absent "
    "serverauth.ca.subject_key_identifier_extension_absent",
    "section 7.1.2.7.12": "serverauth.dnsname_contains_prohibited_reserved_label "
    "serverauth.invalid_dnsname_syntax serverauth.invalid_plabel_encoding",
    "section 7.1.2.8.2": ""
    "serverauth.ocsp_responder.authority_key_identifier_extension_absent "
    "serverauth.ocsp_responder.certificate_policies_extension_present "
    "serverauth.ocsp_responder.crl_distribution_points_extension_present "
    "serverauth.ocsp_responder.extended_key_usage_extension_absent "
    "serverauth.ocsp_responder.key_usage_extension_absent "
    "serverauth.ocsp_responder.name_constraints_extension_present "
    "serverauth.ocsp_responder.ocsp_nocheck_extension_absent "
    "serverauth.ocsp_responder.subject_altname_extension_present",
    "section 7.1.2.8.3": "serverauth.ocsp_responder.unknown_aia_access_method_present",
    "section 7.1.2.8.4": "serverauth.ocsp_responder.basic_constraints_ca_bit_set",
    "section 7.1.2.8.5": "serverauth.ocsp_responder.ocspsigning_eku_absent "
    "serverauth.ocsp_responder.unknown_eku_present",
    "section 7.1.2.8.7": "serverauth.ocsp_responder.digitalsignature_bit_missing "
    "serverauth.ocsp_responder.prohibited_ku_present",
    "section 7.1.2.10.2": "invalid_country_code "
    "serverauth.ca.common_name_attribute_absent serverauth.ca.country_attribute_absent "
    "serverauth.ca.organization_name_attribute_absent "
    "serverauth.ca.organizational_unit_name_attribute_present",
    "section 7.1.2.10.3": "serverauth.aia_duplicate_location "
    "serverauth.aia_location_not_uri serverauth.aia_location_uri_not_http "
    "serverauth.ca.unknown_aia_access_method_present",
    "section 7.1.2.10.4": "serverauth.ca_basic_constraints_ca_bit_not_set",
    "section 7.1.2.10.5": "serverauth.ca_anypolicy_with_other_policy_oid "
    "serverauth.ca_external_anypolicy serverauth.ca_missing_reserved_policy_oid "
    "serverauth.ca_multiple_reserved_policy_oids",
    "section 7.1.2.10.6": "serverauth.ca.anyeku_eku_present "
    "serverauth.ca.codesigning_eku_present serverauth.ca.emailprotection_eku_present "
    "serverauth.ca.ocspsigning_eku_present serverauth.ca.precertsigning_eku_present "
    "serverauth.ca.serverauth_eku_absent",
    "section 7.1.2.10.7": "ca_certificate_prohibited_ku_present "
    "ca_certificate_required_ku_missing",
    "section 7.1.2.11.1": "authority_key_identifier_has_issuer_cert",
    "section 7.1.2.11.2": "serverauth.crldp_dp_prohibited_field_present "
    "serverauth.crldp_dpname_prohibited_field_present "
    "serverauth.crldp_dpname_prohibited_generalname_type "
    "serverauth.crldp_dpname_prohibited_uri_scheme",
    "section 7.1.3.1": "serverauth.prohibited_subject_public_key_algorithm_encoding",
    "section 7.1.3.2": "serverauth.prohibited_signature_algorithm_encoding",
    "section 7.1.4.1": "serverauth.prohibited_duplicate_attribute_type "
    "serverauth.rdn_contains_multiple_atvs",
    "sections 7.1.4.1 and 7.1.4.2": "serverauth.invalid_rdn_order",
    "section 7.1.4.2": "serverauth.attribute_value_invalid_encoding_type "
    "serverauth.name_attribute_value_too_long",
    "section 7.2": "arl_invalid_validity_period crl_invalid_validity_period",
    "section 7.2.2": "crl_prohibited_reason_code",
}
"""By section of the TLS Baseline Requirements, the ids that follow ``cabf.``."""


def _clauses() -> Iterator[tuple[str, str]]:
    for first, standard, table in (
        ("pkix", "RFC 5280, ", _RFC_5280),
        ("pkix", "", _OTHER_RFCS),
        ("cabf", f"{_STANDARDS['cabf']}, ", _TLS_BR),
    ):
        for clause, ids in table.items():
            for each in ids.split():
                yield f"{first}.{each}", f"{standard}{clause}"


CLAUSES: Final[Mapping[str, str]] = dict(_clauses())
"""Standard and clause by the finding's id."""


def standard_of(finding: str) -> str:
    """Name the standard that a finding is about, by its id; empty where none is."""
    return _STANDARDS.get(finding.partition(".")[0], "")


def citation_of(finding: str) -> str:
    """Give standard and clause of a finding; the standard alone where none is known."""
    return CLAUSES.get(finding) or standard_of(finding)
