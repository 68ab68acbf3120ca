"""Names that a CA permits and excludes: made by openssl, and judged by it as well."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

import ceremony
from ceremony.pki.path import PathFault, find_path_fault
from ceremony.pki.path_names import is_address_within, is_host_within, odd_networks
from tests.fakes.outside_tool import run_tool
from tests.unit.pki.test_path import ROOT, chain

CA = "basicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign\n"
DAYS = {"root": "30", "ca": "20", "end": "10"}
DEVICE = "/C=GB/O=Example/CN=device"
HOST, OTHER_HOST = "/CN=www.example.org", "/CN=www.example.com"
ORGANISATION = "[name]\nC = GB\nO = Example\n"


@dataclass(frozen=True)
class Tool:
    """A folder in which openssl has a root and a key for everything else."""

    folder: Path

    def certify(self, name: str, subject: str, by: str, extensions: str) -> None:
        """Have a certificate made, and its request once before."""
        (self.folder / f"{name}.cnf").write_text(extensions)
        request = f"{subject.replace('/', '_')}.csr"
        if not (self.folder / request).exists():
            key = ("-key", "key.pem", "-sha256")
            self.run("req", "-new", *key, "-subj", subject, "-out", request)
        signer = ("-signkey", "key.pem")
        if by:
            signer = ("-CA", f"{by}.pem", "-CAkey", "key.pem")
        self.run(
            *("x509", "-req", "-in", request, *signer, "-days", DAYS[name]),
            *("-extfile", f"{name}.cnf", "-out", f"{name}.pem", "-set_serial", "7"),
        )

    def run(self, *arguments: str) -> None:
        told = run_tool(["openssl", *arguments], self.folder)
        assert told.returncode == 0, told.stderr

    def accepts(self) -> bool:
        above = ("-CAfile", "root.pem", "-untrusted", "ca.pem")
        told = run_tool(["openssl", "verify", *above, "end.pem"], self.folder)
        return told.returncode == 0

    def fault(self) -> PathFault | None:
        chain = [
            x509.load_pem_x509_certificate((self.folder / f"{name}.pem").read_bytes())
            for name in ("end", "ca", "root")
        ]
        return find_path_fault(chain)


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Tool:
    made = Tool(tmp_path_factory.mktemp("names"))
    made.run(
        *("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
        *("-out", "key.pem"),
    )
    made.certify("root", "/C=GB/O=Root", "", CA)
    return made


def judge(tool: Tool, constraints: str, subject: str, names: str) -> PathFault | None:
    """Have a CA with constraints certify a name; give what is wrong with the path."""
    told = f"{CA}nameConstraints = critical,{constraints}\n{ORGANISATION}"
    tool.certify("ca", "/C=GB/O=CA", "root", told)
    tool.certify("end", subject, "ca", f"subjectAltName = {names}\n" if names else "")
    return tool.fault()


PERMITTED = [
    ("permitted;dirName:name", DEVICE, ""),
    ("permitted;dirName:name", "/C=gb/O=EXAMPLE/CN=device", ""),
    ("excluded;dirName:name", "/C=GB/O=Other/CN=device", ""),
    ("excluded;dirName:name", "/C=GB/CN=Example", ""),
    ("permitted;IP:192.0.2.0/255.255.255.0", DEVICE, "IP:192.0.2.7"),
    ("permitted;IP:192.0.2.9/255.255.255.0", DEVICE, "IP:192.0.2.7"),
    ("permitted;IP:192.0.2.0/255.255.255.0", DEVICE, "DNS:example.com"),
    ("permitted;IP:0.0.0.0/0.0.0.0", DEVICE, "IP:198.51.100.1"),
    ("excluded;IP:192.0.2.0/255.255.255.0", DEVICE, "IP:198.51.100.1"),
    ("excluded;IP:192.0.2.0/255.255.255.0", DEVICE, "IP:2001:db8::1"),
    ("permitted;IP:2001:db8::/ffff:ffff::", DEVICE, "IP:2001:db8::1"),
    ("permitted;DNS:example.org", DEVICE, "DNS:example.org"),
    ("permitted;DNS:example.org", DEVICE, "DNS:www.EXAMPLE.org"),
    ("permitted;DNS:.example.org", DEVICE, "DNS:www.example.org"),
    ("excluded;DNS:.example.org", DEVICE, "DNS:example.org"),
    ("excluded;DNS:example.org", DEVICE, "DNS:anexample.org"),
    ("permitted;email:example.org", DEVICE, "email:a@example.org"),
    ("excluded;email:.example.org", DEVICE, "email:a@example.org"),
    ("permitted;URI:example.org", DEVICE, "URI:https://example.org/a"),
    ("permitted;RID:1.2.3.4", DEVICE, "DNS:example.com"),
    ("permitted;DNS:example.org", HOST, ""),
    ("permitted;DNS:example.org", OTHER_HOST, "DNS:www.example.org"),
    ("permitted;DNS:example.org", "/CN=-www.example.com", ""),
    ("permitted;DNS:example.org", "/CN=www..example.com", ""),
    ("excluded;DNS:example.com", HOST, ""),
    ("excluded;DNS:example", "/CN=example", ""),
    ("permitted;email:example.com", HOST, ""),
]
REFUSED = [
    ("permitted;dirName:name", "/C=GB/O=Other/CN=device", ""),
    ("permitted;dirName:name", "/O=Example/C=GB/CN=device", ""),
    ("excluded;dirName:name", DEVICE, ""),
    ("excluded;dirName:name", "/C=GB/O=Example", ""),
    ("permitted;IP:192.0.2.0/255.255.255.0", DEVICE, "IP:198.51.100.1"),
    ("permitted;IP:192.0.2.0/255.255.255.0", DEVICE, "IP:2001:db8::1"),
    ("permitted;IP:192.0.2.0/255.255.255.0", DEVICE, "IP:192.0.2.7,IP:10.0.0.1"),
    ("excluded;IP:192.0.2.0/255.255.255.0", DEVICE, "IP:192.0.2.7"),
    ("excluded;IP:0.0.0.0/0.0.0.0", DEVICE, "IP:198.51.100.1"),
    ("permitted;IP:2001:db8::/ffff:ffff::", DEVICE, "IP:2001:db9::1"),
    ("excluded;IP:2001:db8::/ffff:ffff::", DEVICE, "IP:2001:db8::1"),
    ("permitted;DNS:.example.org", DEVICE, "DNS:example.org"),
    ("excluded;DNS:.example.org", DEVICE, "DNS:www.example.org"),
    ("excluded;DNS:example.org", DEVICE, "DNS:www.example.org"),
    ("permitted;DNS:example.org", DEVICE, "DNS:anexample.org"),
    ("excluded;email:example.org", DEVICE, "email:a@example.org"),
    ("excluded;URI:example.org", DEVICE, "URI:https://example.org/a"),
    ("permitted;RID:1.2.3.4", DEVICE, "RID:1.2.3.4"),
    ("permitted;DNS:example.org", OTHER_HOST, ""),
    ("permitted;DNS:example.org", OTHER_HOST, "email:a@example.org"),
    ("permitted;DNS:example.org", "/CN=a_b.x-y.example.com", ""),
    ("excluded;DNS:example.com", OTHER_HOST, ""),
]


@pytest.mark.parametrize(("constraints", "subject", "names"), PERMITTED)
def test_a_name_within_what_is_permitted_is_valid_for_us_and_for_openssl(
    tool: Tool, constraints: str, subject: str, names: str
) -> None:
    assert judge(tool, constraints, subject, names) is None
    assert tool.accepts()


@pytest.mark.parametrize(("constraints", "subject", "names"), REFUSED)
def test_a_name_outside_of_it_is_refused_by_us_and_by_openssl(
    tool: Tool, constraints: str, subject: str, names: str
) -> None:
    fault = judge(tool, constraints, subject, names)
    assert fault is not None
    assert fault.rule == "PKI-PATH-06"
    assert not tool.accepts()


@pytest.mark.parametrize("mask", ["255.0.255.0", "0.255.255.0", "0.0.0.1"])
@pytest.mark.parametrize("part", ["permitted", "excluded"])
def test_a_mask_that_no_network_has_is_refused(
    tool: Tool, part: str, mask: str
) -> None:
    fault = judge(tool, f"{part};IP:10.0.2.0/{mask}", DEVICE, "IP:10.0.2.7")
    assert fault is not None
    assert fault.rule == "PKI-PATH-06"
    assert "no such mask" in fault.text


@pytest.mark.parametrize("part", ["permitted", "excluded"])
def test_a_constraint_on_a_kind_that_nobody_reads_is_refused(
    tool: Tool, part: str
) -> None:
    told = f"{part};otherName:1.2.3.4;UTF8:a"
    fault = judge(tool, told, DEVICE, "DNS:example.org")
    assert fault is not None
    assert (fault.rule, fault.text) == (
        "PKI-PATH-06",
        "A name constraint cannot be processed: other_name",
    )


# Subtrees of dNSName example.com: one with minimum 1, one with maximum 3 (RFC 5280,
# section 4.2.1.10).
BOUNDED = [("3014{}123010820b", "800101"), ("3014{}123010820b", "810103")]


@pytest.mark.parametrize("part", ["a0", "a1"])
@pytest.mark.parametrize(("head", "bound"), BOUNDED)
def test_a_constraint_with_a_bound_is_refused_as_openssl_does(
    tool: Tool, head: str, bound: str, part: str
) -> None:
    der = bytes.fromhex(head.format(part)) + b"example.com" + bytes.fromhex(bound)
    fault = judge(tool, f"DER:{der.hex(':')}", DEVICE, "DNS:www.example.com")
    assert fault is not None
    assert (fault.rule, fault.text) == (
        "PKI-PATH-06",
        "A name constraint on dns_name has a minimum or maximum.",
    )
    assert not tool.accepts()


@pytest.mark.parametrize("part", ["permitted", "excluded"])
@pytest.mark.parametrize("told", ["1.2.3.4", "1.2.3.5"])
def test_an_id_below_a_constraint_on_ids_is_refused_as_openssl_does(
    tool: Tool, part: str, told: str
) -> None:
    fault = judge(tool, f"{part};RID:1.2.3.4", DEVICE, f"RID:{told}")
    assert fault is not None
    assert (fault.rule, fault.text) == (
        "PKI-PATH-06",
        f"No rule has the id {told} in the namespace of a constraint.",
    )
    assert not tool.accepts()


def test_what_the_validator_says_of_a_name_is_no_line_on_the_terminal(
    tool: Tool,
) -> None:
    judge(tool, "permitted;URI:example.org", DEVICE, "URI:urn:x:y")
    script = (
        "from pathlib import Path; from cryptography import x509; "
        "from ceremony.pki.path import find_path_fault; "
        "read = lambda name: x509.load_pem_x509_certificate(Path(name).read_bytes()); "
        "print(find_path_fault([*map(read, ('end.pem', 'ca.pem', 'root.pem'))]).rule)"
    )
    here = {"PYTHONPATH": str(Path(ceremony.__file__).parents[1])}
    told = run_tool([sys.executable, "-c", script], tool.folder, here)
    assert (told.stdout, told.stderr) == (b"PKI-PATH-06\n", b"")


def test_every_host_is_within_the_empty_subtree() -> None:
    assert is_host_within("", "example.org")
    assert is_host_within("example.org.", "www.example.org")
    assert not is_host_within(".example.org", ".example.org")


def test_a_network_is_no_address_and_an_address_no_network() -> None:
    assert is_address_within("192.0.2.0/24", "192.0.2.7")
    assert not is_address_within("192.0.2.0/24", "192.0.2.0/24")
    assert not is_address_within("192.0.2.7", "192.0.2.7")


@pytest.mark.parametrize("octets", ["c0000200", "c0000200ffffff"])
def test_what_has_not_the_length_of_a_network_is_told(octets: str) -> None:
    subtree = asn1.GeneralSubtree(
        {
            "base": asn1.GeneralName(
                "ip_address", asn1.IPAddress(contents=bytes.fromhex(octets))
            )
        }
    )
    constraints = asn1.NameConstraints({"excluded_subtrees": [subtree]})
    (root,) = chain(ROOT)
    read = asn1.Certificate.load(root.public_bytes(Encoding.DER))
    read["tbs_certificate"]["extensions"].append(
        {"extn_id": "name_constraints", "extn_value": constraints}
    )
    assert list(odd_networks([read])) == [bytes.fromhex(octets)]
