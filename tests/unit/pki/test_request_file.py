"""Files with requests: read in each form that people use, and otherwise named."""

from __future__ import annotations

import base64
import os
import re
import textwrap
import tracemalloc
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from ceremony.pki.request_file import (
    LARGEST_REQUEST,
    LARGEST_SINGLE,
    Imported,
    read_requests,
)
from ceremony.pki.request_set import judge_requests
from tests.fakes.made_requests import KEY, ORGANISATION, organisation_request, sequence
from tests.fakes.outside_tool import run_tool

# Two octets short of a group of three, so that base64 has padding.
DER = next(
    der
    for size in range(1, 4)
    if len(der := organisation_request(name="N" * size)) % 3 == 1
)
TEXT = base64.b64encode(DER)
MARK = "\ufeff".encode()
LINES = "\n".join(textwrap.wrap(TEXT.decode(), 64)).encode()


def pem(text: bytes = LINES, label: bytes = b"CERTIFICATE REQUEST") -> bytes:
    return b"-----BEGIN %b-----\n%b\n-----END %b-----\n" % (label, text, label)


def read(folder: Path, raw: bytes, *, several: bool = False) -> list[Imported]:
    path = folder / "a.csr"
    path.write_bytes(raw)
    return list(read_requests(path, several=several))


def code(imported: Imported) -> str:
    return imported.fault.code if imported.fault else ""


GOOD = {
    "pem": pem(),
    "new": pem(label=b"NEW CERTIFICATE REQUEST"),
    "one line": pem(TEXT),
    "text around": b"Dear all,\n-- \n" + pem() + b"-----\nYours\n",
    "no last line end": pem().rstrip(),
    "der": DER,
    "base64 in lines": LINES + b"\n",
    "base64 in one line": TEXT,
    "a mark before": MARK + pem(),
    "a mark before base64": MARK + LINES + b"\n",
    "base64 with blanks": LINES.replace(b"\n", b" \t\n\t "),
    "base64 in lines apart": LINES.replace(b"\n", b"\n\n"),
}


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b"\r\r\n"])
def test_each_form_is_read(tmp_path: Path, name: str, end: bytes) -> None:
    raw = GOOD[name] if name == "der" else GOOD[name].replace(b"\n", end)
    for several in (False, True):
        assert read(tmp_path, raw, several=several) == [Imported("a.csr", 1, DER)]


def test_what_openssl_writes_with_text_is_read(tmp_path: Path) -> None:
    (tmp_path / "it.der").write_bytes(DER)
    command = ["openssl", "req", "-inform", "DER", "-in", "it.der", "-text"]
    done = run_tool([*command, "-out", "a.csr"], tmp_path)
    assert done.returncode == 0
    assert list(read_requests(tmp_path / "a.csr")) == [Imported("a.csr", 1, DER)]


def blanks(before: bytes, after: bytes) -> bytes:
    """Put blanks around what each line of base64 holds."""
    return pem(b"\n".join(before + line + after for line in LINES.split(b"\n")))


SAME, NONE = DER, b""
LOOSE = {
    "blanks after": (blanks(b"", b" \t"), SAME),
    "blanks before": (blanks(b"\t  ", b""), SAME),
    "blanks around": (blanks(b"  ", b" "), SAME),
    "another blank after": (blanks(b"", b"\v\f"), SAME),
    "another blank before": (blanks(b"\f", b""), NONE),
    "blanks after begin and end": (pem().replace(b"-----\n", b"----- \t\n"), SAME),
    "begin indented": (b"  " + pem(), NONE),
    "end indented": (pem().replace(b"-----END", b"  -----END"), NONE),
    "all indented": (b"  " + pem().replace(b"\n", b"\n  "), NONE),
    "empty line after begin": (pem(b"\n" + LINES), SAME),
    "empty lines after begin": (pem(b"\n \n" + LINES), NONE),
    "empty line before end": (pem(LINES + b"\n"), NONE),
    "one empty line": (pem(LINES.replace(b"\n", b"\n\n", 1)), NONE),
    "lines apart": (pem(LINES.replace(b"\n", b"\n\n")), NONE),
    "lines ended by CR": (pem().replace(b"\n", b"\r"), NONE),
    "lines ended by CR twice": (pem().replace(b"\n", b"\r\r\n"), SAME),
    "padding in lines of its own": (pem(LINES[:-1] + b"\n="), SAME),
}
"""What RFC 7468, section 3, has readers pass over, and what openssl reads there."""


@pytest.mark.parametrize("name", LOOSE)
def test_blanks_around_what_a_line_holds_are_passed_over(
    tmp_path: Path, name: str
) -> None:
    """Openssl reads the same request or none, and never another one."""
    raw, by_other = LOOSE[name]
    assert read(tmp_path, raw) == [Imported("a.csr", 1, DER)]
    assert by_openssl(tmp_path) == by_other
    two = [Imported("a.csr", number, DER) for number in (1, 2)]
    assert read(tmp_path, raw + raw, several=True) == two


def by_openssl(folder: Path) -> bytes:
    """Give the request that openssl reads: DER; empty where it reads none."""
    command = ["openssl", "req", "-in", "a.csr", "-outform", "DER"]
    return run_tool(command, folder).stdout


def test_what_is_above_an_empty_line_is_no_header_to_openssl_either(
    tmp_path: Path,
) -> None:
    """What is below it is a request by itself, and openssl does not read that one."""
    # 48 octets are before the request: its base64 begins with a line.
    outer = sequence(sequence(bytes(42), 0x04) + DER)
    assert outer[48:] == DER
    lines = textwrap.wrap(base64.b64encode(outer).decode(), 64)
    for empty in ("", " \t"):
        text = "\n".join([lines[0], empty, *lines[1:]]).encode()
        assert read(tmp_path, pem(text)) == [Imported("a.csr", 1, outer)]
        assert by_openssl(tmp_path) == b""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"Proc-Type: 4\n\n" + LINES, "line 2 holds U+002D HYPHEN-MINUS."),
        (LINES.replace(b"\n", b"\nAB CD\n", 1), "line 3 holds U+0020 SPACE."),
        (LINES.replace(b"\n", b"\n  A\tB\n", 1), "line 3 holds U+0009 "),
        (LINES + "\u00a0".encode(), "holds U+00A0 NO-BREAK SPACE."),
        (LINES + b"\xff", "holds the octet 0xFF."),
        (LINES + b"\nAAAA", 'goes on after "=", which ends base64.'),
        (b"A=AA\n" + LINES, 'line 2 goes on after "=", which ends base64.'),
        (
            TEXT[:-1],
            (
                f"line 2, its last, ends base64 of {len(TEXT) - 1} letters, "
                '"=" counted, and no whole groups of four.'
            ),
        ),
        (
            TEXT + b"=\n=",
            'line 3, its last, ends base64 with 4 times "=", and at most two may be.',
        ),
        (
            LINES[:-3] + bytes([LINES[-3] + 1]) + b"==",
            (
                f"line {len(LINES.split()) + 1}, its last, ends base64 of which the "
                f'last letter, "{chr(LINES[-3] + 1)}", has bits that belong to no '
                "octet."
            ),
        ),
    ],
)
def test_what_is_in_the_way_is_named_with_its_line(
    tmp_path: Path, text: bytes, told: str
) -> None:
    [imported] = read(tmp_path, pem(text))
    assert code(imported) == "PKI-IMPORT-04"
    assert told in str(imported.fault)
    [below] = read(tmp_path, b"Dear all,\n" + pem(text))
    later = re.sub("line ([0-9]+)", lambda at: f"line {int(at[1]) + 1}", told)
    assert later in str(below.fault)
    for end in (b"\r\n", b"\r", b"\r\r\n"):
        lines = (b"\nDear all,\n\n\n" + pem(text)).replace(b"\n", end)
        [elsewhere] = read(tmp_path, lines)
        later = re.sub("line ([0-9]+)", lambda at: f"line {int(at[1]) + 4}", told)
        assert later in str(elsewhere.fault), end


def test_a_line_that_is_no_blocks_is_named(tmp_path: Path) -> None:
    count = pem().count(b"\n")
    for raw, told in (
        (pem() + b"\n-----END X-----\n", f"line {count + 2} begins or ends a block"),
        (pem()[:-1] + b" X\n", f"line {count}, a block's end, does not name"),
        (b"\n" + pem()[:-40], "the block that begins in line 2 has no end."),
        (pem()[:-40] + b"\n" + pem(), f"a block begins in line {count}, and the one"),
    ):
        faults = [each.fault for each in read(tmp_path, raw, several=True)]
        assert any(told in str(fault) for fault in faults), faults


def test_how_a_request_is_written_does_not_make_it_another(tmp_path: Path) -> None:
    """What is kept, digested and compared is its DER."""
    forms = [*GOOD.values(), *(raw for raw, _ in LOOSE.values())]
    imported = [each for raw in forms for each in read(tmp_path, raw)]
    judged = list(judge_requests(imported, ORGANISATION))
    assert len({each.request_digest for each in judged}) == 1
    assert [each.is_good for each in judged] == [True, *[False] * (len(forms) - 1)]
    rules = {tuple(found.rule for found in each.findings) for each in judged[1:]}
    assert rules == {("PKI-CSR-06", "PKI-CSR-07")}


KEY_PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
BAD = {
    "empty": (b" \n", "PKI-IMPORT-02"),
    "two": (pem() + pem(), "PKI-IMPORT-02"),
    "a certificate": (pem(label=b"CERTIFICATE"), "PKI-IMPORT-03"),
    "a private key": (KEY_PEM, "PKI-IMPORT-03"),
    "no end": (pem()[:-30], "PKI-IMPORT-03"),
    "another end": (pem().replace(b"-END CERT", b"-END XERT"), "PKI-IMPORT-03"),
    "an end alone": (b"-----BEGIN\n", "PKI-IMPORT-03"),
    "a header": (pem(b"Proc-Type: 4\n\n" + LINES), "PKI-IMPORT-04"),
    "a stray letter": (pem(LINES.replace(b"A", b"*", 1)), "PKI-IMPORT-04"),
    "no padding": (pem(TEXT.rstrip(b"=")), "PKI-IMPORT-04"),
    "a blank inside": (pem(LINES.replace(b"A", b"A ", 1)), "PKI-IMPORT-04"),
    "words": (b"Dear all,\n", "PKI-IMPORT-04"),
    "a mark before DER": (MARK + DER, "PKI-IMPORT-05"),
    "a mark in the middle": (b"Dear all,\n" + MARK + pem(), "PKI-IMPORT-03"),
    "octets after": (DER + b"\0", "PKI-IMPORT-05"),
    "octets after in base64": (base64.b64encode(DER + b"\0"), "PKI-IMPORT-05"),
    "cut": (DER[:-1], "PKI-IMPORT-05"),
    "other octets": (b"\xff\xfe\x00", "PKI-IMPORT-05"),
    "indefinite": (b"\x30\x80" + DER[4:] + b"\0\0", "PKI-IMPORT-05"),
    "a long length": (b"\x30\x83\x00" + DER[2:], "PKI-IMPORT-05"),
    "octets before": (b"\x04" + DER, "PKI-IMPORT-05"),
    "oversized": (sequence(b"\x04" + bytes(LARGEST_REQUEST)), "PKI-IMPORT-01"),
    "oversized in PEM": (pem(b"A" * (LARGEST_REQUEST * 2)), "PKI-IMPORT-01"),
    "an oversized file": (b"a" * (LARGEST_SINGLE + 1) + pem(), "PKI-IMPORT-01"),
}


@pytest.mark.parametrize("name", BAD)
def test_each_other_is_named(tmp_path: Path, name: str) -> None:
    raw, wanted = BAD[name]
    [imported] = read(tmp_path, raw)
    assert imported.der == b""
    assert code(imported) == wanted
    assert imported.fault is not None
    assert "a.csr" in str(imported.fault)
    assert "PRIVATE KEY" not in str(imported.fault) or name == "a private key"


def test_padding_that_hides_bits_is_refused(tmp_path: Path) -> None:
    assert TEXT.endswith(b"==")
    hidden = TEXT[:-3] + bytes([TEXT[-3] + 1]) + b"=="
    assert base64.b64decode(hidden) == DER
    [imported] = read(tmp_path, hidden)
    assert code(imported) == "PKI-IMPORT-04"
    last = hidden[-3:-2].decode()
    assert f'the last letter, "{last}", has bits that' in str(imported.fault)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    [imported] = read_requests(tmp_path / "b.csr")
    assert code(imported) == "PKI-IMPORT-02"
    assert "in b.csr: there is no such file." in str(imported.fault)


def test_a_folder_and_a_pipe_are_named_and_keep_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    for path, told in (
        (Path(), "in .: it is a folder."),
        (Path("pipe"), "in pipe: it is a pipe, and no file."),
    ):
        [imported] = read_requests(path, several=True)
        assert code(imported) == "PKI-IMPORT-02"
        assert told in str(imported.fault)


@pytest.mark.parametrize("line", [b"A" * 64 + b"\n", b"A" * 64], ids=["lines", "line"])
def test_a_block_without_end_takes_no_more_memory_than_a_request(
    tmp_path: Path, line: bytes
) -> None:
    path = tmp_path / "it.pem"
    begin = b"-----BEGIN CERTIFICATE REQUEST-----\n"
    path.write_bytes(begin + line * (8 * 1024 * 1024 // len(line)))
    tracemalloc.start()
    try:
        found = [code(each) for each in read_requests(path, several=True)]
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == ["PKI-IMPORT-03"]
    # The file's beginning is looked at once, and a block is kept up to its limit.
    assert most < LARGEST_SINGLE + 8 * LARGEST_REQUEST


@pytest.mark.parametrize(("octets", "told"), [(65_536, ""), (65_537, "PKI-IMPORT-01")])
def test_a_request_has_at_most_65536_octets(
    tmp_path: Path, octets: int, told: str
) -> None:
    # Tag and length take four octets each, of the sequence and of what is in it.
    content = octets - 8
    der = sequence(b"\x04\x82" + content.to_bytes(2, "big") + bytes(content))
    assert len(der) == octets
    for raw in (der, base64.b64encode(der), pem(base64.b64encode(der))):
        for several in (False, True):
            assert [code(each) for each in read(tmp_path, raw, several=several)] == [
                told
            ]


def test_a_file_with_one_request_has_at_most_262144_octets(tmp_path: Path) -> None:
    most = b"\n" * (262_144 - len(pem())) + pem()
    assert read(tmp_path, most) == [Imported("a.csr", 1, DER)]
    [fault] = read(tmp_path, b"\n" + most)
    assert code(fault) == "PKI-IMPORT-01"
    assert read(tmp_path, b"\n" + most, several=True) == [Imported("a.csr", 1, DER)]


def test_a_file_with_several_has_at_most_268435456_octets(tmp_path: Path) -> None:
    path = tmp_path / "a.csr"
    path.write_bytes(pem())
    with path.open("r+b") as file:
        file.truncate(268_435_457)
    [fault] = read_requests(path, several=True)
    assert code(fault) == "PKI-IMPORT-01"
    assert "and at most 268435456 are read" in str(fault.fault)


def test_of_several_in_a_file_none_is_lost(tmp_path: Path) -> None:
    raw = b"".join(
        (
            pem(),
            b"-----END CERTIFICATE REQUEST-----\n",
            pem(LINES[:-4]),
            b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n",
            pem(b"A" * (LARGEST_REQUEST * 2)),
            KEY_PEM,
            pem(),
        )
    )
    found = read(tmp_path, raw, several=True)
    assert [(each.number, code(each)) for each in found] == [
        (1, ""),
        (2, "PKI-IMPORT-03"),
        (3, "PKI-IMPORT-05"),
        (4, "PKI-IMPORT-03"),
        (5, "PKI-IMPORT-01"),
        (6, "PKI-IMPORT-03"),
        (7, ""),
    ]
    assert found[0].der == found[6].der == DER


def test_a_long_text_before_the_first_request_is_passed_over(tmp_path: Path) -> None:
    raw = b"Dear all,\n" * (LARGEST_SINGLE // 10 + 1)
    assert read(tmp_path, raw + pem(), several=True) == [Imported("a.csr", 1, DER)]
    [nothing] = read(tmp_path, raw, several=True)
    assert code(nothing) == "PKI-IMPORT-02"
