"""The makers' modules: what ships, how one is recognised, and a file with mistakes."""

from __future__ import annotations

import pytest

from ceremony.errors import InputError
from ceremony.hardware.vendor import (
    SOURCE_TRIED,
    Status,
    decode_vendors,
    firmware_key,
    load_vendors,
    recognise,
    weaknesses_of,
)
from ceremony.script.shape import ShapeError

SHIPPED = {
    "softhsm",
    "nss",
    "opencryptoki",
    "yubihsm-2",
    "luna",
    "nshield",
    "utimaco",
    "cloudhsm",
    "p11-kit-proxy",
}
TRIED = {"softhsm", "nss", "p11-kit-proxy", "opencryptoki"}

GOOD = """\
format: key-ceremony.vendors/1
vendors:
  - name: made-up
    title: Made-up
    source: https://example.org/manual
    files: [libmade.so]
    facts:
      - about: login
        text: It asks twice.
        tried: true
        version: "1.2"
        status: confirmed
        source: tried here
      - about: serial
        text: It has none.
        tried: false
        status: unverified
        source: https://example.org/manual
    vulnerable:
      - before: "1.3"
        text: It leaks.
        status: unverified
        source: https://example.org/advisory
"""


def test_every_maker_that_is_promised_ships() -> None:
    assert {vendor.name for vendor in load_vendors()} == SHIPPED


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_every_fact_has_a_source_and_says_whether_it_was_tried(name: str) -> None:
    (vendor,) = [each for each in load_vendors() if each.name == name]

    assert vendor.facts
    for fact in vendor.facts:
        assert fact.text.endswith(".")
        assert fact.tried == (fact.status is Status.CONFIRMED)
        if fact.tried:
            assert (fact.source, bool(fact.version)) == (SOURCE_TRIED, True)
            assert fact.tag == f"tried here, {fact.version}"
        else:
            assert fact.source.startswith(("https://", "manual page "))
            assert fact.tag == f"not tried here; {fact.source}"
    for weakness in vendor.vulnerable:
        assert weakness.source.startswith("https://")
    assert vendor.tried == (name in TRIED)


def test_a_module_is_recognised_by_its_words_before_its_name() -> None:
    vendors = load_vendors()

    by_file = recognise(vendors, files=["libsofthsm2.so"])
    by_words = recognise(
        vendors,
        files=["libsofthsm2.so"],
        manufacturer="Mozilla Foundation",
        description="NSS Internal Crypto Services",
    )
    half = recognise(vendors, files=["x.so"], manufacturer="Mozilla Foundation")

    assert by_file is not None
    assert by_file.name == "softhsm"
    assert by_words is not None
    assert by_words.name == "nss"
    assert half is None
    assert recognise(vendors, files=["libother.so"]) is None


def test_a_token_is_recognised_by_maker_and_model() -> None:
    (softhsm,) = [each for each in load_vendors() if each.name == "softhsm"]

    assert softhsm.made("SoftHSM project", "SoftHSM v2")
    assert not softhsm.made("SoftHSM project", "another")
    assert not softhsm.made("another", "SoftHSM v2")


def test_the_weak_firmware_of_a_device_is_found_by_its_own_words() -> None:
    (yubihsm,) = [each for each in load_vendors() if each.name == "yubihsm-2"]

    assert weaknesses_of("Yubico (www.yubico.com)", "YubiHSM") == yubihsm.vulnerable
    assert weaknesses_of("SoftHSM project", "SoftHSM v2") == ()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("vendors/1", "vendors/2", "VENDOR-FORMAT-01"),
        ("tried: true", "tried: false", "VENDOR-TRIED-01"),
        ("tried: false", "tried: true", "VENDOR-TRIED-01"),
        ('        version: "1.2"\n', "", "VENDOR-TRIED-01"),
        ("status: confirmed", "status: unverified", "VENDOR-TRIED-01"),
        ("source: tried here", "source: https://a.org", "VENDOR-SOURCE-01"),
        (
            "source: https://example.org/manual\n    vul",
            "source: a\n    vul",
            "VENDOR-",
        ),
        ("source: https://example.org/advisory", "source: heard", "VENDOR-SOURCE-01"),
        ("source: https://example.org/manual\n    fi", "source: a\n    fi", "VENDOR-"),
        ('before: "1.3"', 'before: "soon"', "VENDOR-VERSION-01"),
        ("about: login", "about: weather", "FILE-SHAPE-04"),
        ("        source: tried here\n", "", "FILE-SHAPE-02"),
        ("    title: Made-up\n", "    title: Made-up\n    colour: red\n", "FILE-SHAPE"),
    ],
)
def test_a_mistake_in_the_file_is_found(old: str, new: str, code: str) -> None:
    assert decode_vendors(GOOD.encode(), "v.yaml")[0].name == "made-up"
    assert old in GOOD

    with pytest.raises(ShapeError) as caught:
        decode_vendors(GOOD.replace(old, new, 1).encode(), "v.yaml")

    assert any(fault.code.startswith(code) for fault in caught.value.faults)


def test_a_name_that_stands_twice_is_found() -> None:
    entry = GOOD.split("vendors:\n")[1]

    with pytest.raises(InputError) as caught:
        decode_vendors((GOOD + entry).encode(), "v.yaml")

    assert caught.value.code == "VENDOR-NAME-01"


@pytest.mark.parametrize(
    ("older", "newer"),
    [("2.3.9", "2.4.0"), ("2.9", "2.10"), ("7.7.1", "7.7.1-20"), ("1", "1.0.1")],
)
def test_versions_are_put_in_order(older: str, newer: str) -> None:
    first, second = firmware_key(older), firmware_key(newer)

    assert first is not None
    assert second is not None
    assert first < second


def test_a_version_is_the_same_with_or_without_zeros_at_its_end() -> None:
    assert firmware_key("2.4") == firmware_key("2.4.0")
    assert firmware_key("2.4b") is None
    assert firmware_key("") is None
