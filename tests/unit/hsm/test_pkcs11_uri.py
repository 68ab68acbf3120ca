"""URIs of tokens: RFC 7512's own examples, round trips, and what is refused."""

from __future__ import annotations

import dataclasses
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony.errors import InputError
from ceremony.hsm.uri import (
    TOKEN_ATTRIBUTES,
    Pkcs11URI,
    decode_uri,
    encode_uri,
    matches,
    uri_of,
    verify_token_uri,
)
from tests.fakes.token_facts import FACTS

EXAMPLES: dict[str, dict[str, bytes]] = {
    "pkcs11:": {},
    "pkcs11:object=my-pubkey;type=public": {
        "object": b"my-pubkey",
        "type": b"public",
    },
    "pkcs11:object=my-sign-key;type=private?module-name=mypkcs11": {
        "object": b"my-sign-key",
        "type": b"private",
        "module-name": b"mypkcs11",
    },
    "pkcs11:object=my-sign-key;type=private?module-path=/mnt/libmypkcs11.so.1": {
        "object": b"my-sign-key",
        "type": b"private",
        "module-path": b"/mnt/libmypkcs11.so.1",
    },
    "pkcs11:slot-description=Sun%20Metaslot": {"slot-description": b"Sun Metaslot"},
    "pkcs11:library-manufacturer=Snake%20Oil,%20Inc.;"
    "library-description=Soft%20Token%20Library;library-version=1.23": {
        "library-manufacturer": b"Snake Oil, Inc.",
        "library-description": b"Soft Token Library",
        "library-version": b"1.23",
    },
    "pkcs11:token=My%20token%25%20created%20by%20Joe;library-version=3;"
    "id=%01%02%03%Ba%dd%Ca%fe%04%05%06": {
        "token": b"My token% created by Joe",
        "library-version": b"3",
        "id": bytes.fromhex("010203baddcafe040506"),
    },
    "pkcs11:token=A%20name%20with%20a%20substring%20%25%3B;"
    "object=my-certificate;type=cert": {
        "token": b"A name with a substring %;",
        "object": b"my-certificate",
        "type": b"cert",
    },
    "pkcs11:token=Name%20with%20a%20small%20A%20with%20acute:%20%C3%A1;"
    "object=my-certificate;type=cert": {
        "token": "Name with a small A with acute: \u00e1".encode(),
        "object": b"my-certificate",
        "type": b"cert",
    },
}
"""RFC 7512, section 3, the examples without a PIN, with what its text says of them."""

WITH_A_PIN = (
    "pkcs11:object=my-key;type=private?pin-source=file:/etc/token",
    (
        "pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;"
        "manufacturer=Snake%20Oil,%20Inc.;model=1.0;object=my-certificate;type=cert;"
        "id=%69%95%3E%5C%F4%BD%EC%91;serial=?pin-source=file:/etc/token_pin"
    ),
    (
        "pkcs11:token=Software%20PKCS%2311%20softtoken;"
        "manufacturer=Snake%20Oil,%20Inc.?pin-value=the-pin"
    ),
    (
        "pkcs11:token=my-token;object=my-certificate;type=cert;vendor-aaa=value-a"
        "?pin-source=file:/etc/token_pin&vendor-bbb=value-b"
    ),
)
"""RFC 7512, section 3, the other four examples."""


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_examples_of_the_rfc_are_read(text: str) -> None:
    uri = decode_uri(text)

    assert dict((*uri.path, *uri.query)) == EXAMPLES[text]
    assert encode_uri(uri).lower() == text.lower()  # the RFC mixes %Ba and %fe


@pytest.mark.parametrize("text", WITH_A_PIN)
def test_the_examples_of_the_rfc_with_a_pin_are_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        decode_uri(text)

    assert caught.value.code == "HSM-URI-02"


@pytest.mark.parametrize(
    "text",
    [
        "pkcs11:serial=1?pin-value=sesame",
        "pkcs11:serial=1;pin-value=sesame",
        "pkcs11:serial=1?PIN-Value=sesame",
        "pkcs11:serial=1?pin%2Dvalue=sesame",
        "pkcs11:;;?&&pin-value=sesame",
        "pkcs11:bad part?vendor=1&pin-source=|sesame",
    ],
)
def test_a_pin_is_refused_wherever_it_stands_and_never_repeated(text: str) -> None:
    with pytest.raises(InputError) as caught:
        decode_uri(text)

    told = caught.value
    assert told.code == "HSM-URI-02"
    assert "sesame" not in f"{told}{told.meaning}{told.remedy}{told.__cause__!r}"


@pytest.mark.parametrize(
    "text",
    [
        "http://serial=1",
        "serial=1",
        "pkcs11:serial",
        "pkcs11:serial=1;",
        "pkcs11:serial=1;serial=1",
        "pkcs11:=1",
        "pkcs11:serial=a b",
        "pkcs11:serial=a/b",
        "pkcs11:serial=%4",
        "pkcs11:serial=%zz",
        "pkcs11:serial=\u00e1",
        "pkcs11:token=%FF",
        "pkcs11:type=key",
        "pkcs11:slot-id=one",
        "pkcs11:library-version=1.",
        "pkcs11:serial=1?a=1&",
        "pkcs11:?module-path=/a&module-path=/b",
    ],
)
def test_what_is_not_of_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        decode_uri(text)

    assert caught.value.code == "HSM-URI-01"


def test_an_unknown_attribute_is_refused_in_the_path_and_kept_in_the_query() -> None:
    with pytest.raises(InputError) as caught:
        decode_uri("pkcs11:serial=1;vendor-aaa=value-a")
    kept = decode_uri("pkcs11:serial=1?vendor-bbb=one&vendor-bbb=two")

    assert caught.value.code == "HSM-URI-03"
    assert kept.query == (("vendor-bbb", b"one"), ("vendor-bbb", b"two"))
    assert encode_uri(kept) == "pkcs11:serial=1?vendor-bbb=one&vendor-bbb=two"


TEXTS = st.text(max_size=40).map(str.encode)
PATHS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from((*TOKEN_ATTRIBUTES, "object", "slot-description")), TEXTS
        ),
        st.tuples(st.just("id"), st.binary(max_size=20)),
    ),
    max_size=6,
    unique_by=lambda each: each[0],
).map(tuple)
QUERIES = st.lists(
    st.tuples(st.sampled_from(("x-a", "module-path")), TEXTS),
    max_size=3,
    unique_by=lambda each: each[0],
).map(tuple)


@given(PATHS, QUERIES)
def test_what_is_printed_is_read_back(
    path: tuple[tuple[str, bytes], ...], query: tuple[tuple[str, bytes], ...]
) -> None:
    uri = Pkcs11URI(path, query)

    text = encode_uri(uri)

    assert text.isascii()
    assert decode_uri(text) == uri


@given(st.text("serialtokn=;?&%41-/ \u00e1", max_size=40))
def test_a_text_that_is_read_is_read_the_same_again(text: str) -> None:
    with suppress(InputError):
        uri = decode_uri("pkcs11:" + text)
        assert decode_uri(encode_uri(uri)) == uri


def test_a_token_matches_its_own_uri_and_no_other_token_does() -> None:
    uri = uri_of(FACTS)

    assert encode_uri(uri) == (
        "pkcs11:token=Root%3B%2050%25%20of%20it;serial=60f2a40bbdbae6b9;"
        "manufacturer=Snake%20Oil,%20Inc.;model=v1%2F2"
    )
    verify_token_uri(uri)
    assert matches(uri, FACTS)
    for name in ("serial", "label", "manufacturer", "model"):
        other = dataclasses.replace(FACTS, **{name: "another"})
        assert not matches(uri, other)
    assert matches(decode_uri("pkcs11:slot-description=Sun%20Metaslot"), FACTS)
    assert not matches(decode_uri("pkcs11:slot-description=Sun"), FACTS)


def test_what_a_token_does_not_tell_as_text_is_left_out_of_its_uri() -> None:
    bare = dataclasses.replace(FACTS, label="hex:ff", serial="", model="")

    assert uri_of(bare).path == (("manufacturer", b"Snake Oil, Inc."),)


@pytest.mark.parametrize(
    "text",
    [
        "pkcs11:",
        "pkcs11:serial=1;object=root",
        "pkcs11:slot-id=0",
        "pkcs11:library-version=1",
        "pkcs11:serial=1?module-path=/m.so",
    ],
)
def test_a_uri_that_does_not_name_a_token_alone_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        verify_token_uri(decode_uri(text))

    assert caught.value.code == "HSM-URI-04"
