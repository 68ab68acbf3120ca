"""Every word that a script has for a key is one that the device layer has too."""

from __future__ import annotations

import pytest

from ceremony.conduct.key_view import algorithm_words
from ceremony.conduct.ordering import (
    CHECKS,
    METHODS,
    PAIRS,
    SECRETS,
    pair_order,
    secret_order,
)
from ceremony.hsm.generation import (
    private_template,
    public_template,
    secret_template,
)
from ceremony.hsm.mechanism import WrapMethod
from ceremony.hsm.order import (
    CheckValueKind,
    Copies,
    KeyAlgorithm,
    PairUse,
    SecretAlgorithm,
    SecretUse,
)
from ceremony.identifiers import OperationId
from ceremony.pack.key_policy import USAGES
from ceremony.script.key_kind import (
    Algorithm,
    CheckMethod,
    KeyCopies,
    KeyKind,
    KeyUse,
    WrapBy,
    usages_of,
)

OP = OperationId("0a" * 16)


def kind(algorithm: Algorithm, use: KeyUse, copies: KeyCopies) -> KeyKind:
    return KeyKind(algorithm, use, copies, CheckMethod.CMAC)


def test_each_algorithm_and_method_has_its_counterpart_and_none_is_left() -> None:
    assert {*PAIRS, *SECRETS} == set(Algorithm)
    assert set(PAIRS.values()) == set(KeyAlgorithm)
    assert set(SECRETS.values()) == set(SecretAlgorithm)
    assert set(METHODS) == set(WrapBy)
    assert set(METHODS.values()) == set(WrapMethod)
    assert set(CHECKS) == set(CheckMethod)
    assert set(CHECKS.values()) == set(CheckValueKind)
    for method, device in METHODS.items():
        assert method.is_rsa == device.is_rsa


@pytest.mark.parametrize("algorithm", PAIRS)
def test_a_pair_is_ordered_as_the_script_has_it(algorithm: Algorithm) -> None:
    told = kind(algorithm, KeyUse.SIGN, KeyCopies.WRAPPED)
    order = pair_order(told, "label", OP)
    assert (order.label, order.cka_id) == ("label", OP)
    assert (order.use, order.copies) == (PairUse.SIGN, Copies.WRAPPED)
    number = "".join(letter for letter in order.algorithm if letter.isdigit())
    assert number.endswith(str(algorithm.bits) if algorithm.bits != 256 else "")
    assert algorithm.is_rsa == order.algorithm.is_rsa


def test_a_wrapping_pair_and_a_wrapping_key_wrap_and_nothing_else() -> None:
    wraps = kind(Algorithm.RSA_2048, KeyUse.WRAP, KeyCopies.NEVER)
    assert pair_order(wraps, "label", OP).use is PairUse.WRAP
    assert pair_order(wraps, "label", OP).copies is Copies.NEVER
    secret = kind(Algorithm.AES_128, KeyUse.WRAP, KeyCopies.NEVER)
    order = secret_order(secret, "label", OP)
    assert (order.use, order.algorithm.bits) == (SecretUse.WRAP, 128)
    assert order.check_by is CheckValueKind.CMAC_ZEROS


def test_algorithms_read_as_people_say_them() -> None:
    told = {each: algorithm_words(each) for each in Algorithm}
    assert told[Algorithm.P_384] == "ECDSA on NIST P-384"
    assert told[Algorithm.ED25519] == "Ed25519"
    assert told[Algorithm.RSA_4096] == "RSA, 4096 bits"
    assert told[Algorithm.AES_128] == "AES, 128 bits"


ORDERABLE = (
    *((pair, KeyUse.SIGN) for pair in PAIRS),
    *((key, KeyUse.WRAP) for key in Algorithm if key.is_rsa or key.is_secret),
)


@pytest.mark.parametrize("check", CheckMethod)
@pytest.mark.parametrize(("algorithm", "use"), ORDERABLE)
def test_a_device_is_asked_for_the_usages_that_the_script_orders(
    algorithm: Algorithm, use: KeyUse, check: CheckMethod
) -> None:
    told = KeyKind(algorithm, use, KeyCopies.NEVER, check)
    if algorithm.is_secret:
        asked = secret_template(secret_order(told, "label", OP)).items()
    else:
        order = pair_order(told, "label", OP)
        asked = {*private_template(order).items(), *public_template(order).items()}
    usages = {f"CKA_{each.name}" for each, value in asked if value} & USAGES
    assert usages == usages_of(told)
