"""A list that another ceremony has signed since is found in the register."""

from __future__ import annotations

from ceremony.identifiers import Digest
from ceremony.register.table import CEREMONIES, CRLS, Row
from ceremony.register.used_number import Issuer, last_number, listed_since

KEY, OTHER = Digest("a" * 64), Digest("b" * 64)
NAME = "CN=Root"


def tables(*lists: Row, mode: str = "rehearsal") -> dict[str, list[Row]]:
    names = sorted({str(row["ceremony"]) for row in lists})
    return {
        CEREMONIES.name: [{"ceremony": name, "mode": mode} for name in names],
        CRLS.name: list(lists),
    }


def signed(ceremony: str, seq: int, key: Digest = KEY) -> Row:
    return {
        "ceremony": ceremony,
        "seq": seq,
        "issuer": NAME,
        "issuer_key": key,
        "number": seq,
    }


def test_a_list_of_another_ceremony_since_the_opening_is_told() -> None:
    mine = Issuer(NAME, KEY, live=False)
    known = tables(signed("A", 5), signed("B", 20), signed("C", 30), signed("D", 40))
    assert listed_since(known, mine, "D", 15) == "C"
    assert listed_since(known, mine, "C", 15) == "D"
    assert listed_since(known, mine, "D", 30) == ""
    assert listed_since(tables(signed("A", 5)), mine, "D", 5) == ""
    assert last_number(known, mine) == 40


def test_another_keys_list_counts_for_a_live_ca_of_the_same_name_alone() -> None:
    by_other = (signed("A", 20, OTHER),)
    for live, mode, told in (
        (True, "live", "A"),
        (True, "rehearsal", ""),
        (False, "live", ""),
    ):
        issuer = Issuer(NAME, KEY, live=live)
        assert listed_since(tables(*by_other, mode=mode), issuer, "D", 10) == told
    beside = Issuer(NAME, KEY, live=False, beside=frozenset({OTHER}))
    assert listed_since(tables(*by_other), beside, "D", 10) == "A"
    assert last_number(tables(*by_other), beside) == 20
    elsewhere = Issuer("CN=Another", KEY, live=True)
    assert listed_since(tables(*by_other, mode="live"), elsewhere, "D", 10) == ""
