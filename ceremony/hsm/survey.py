"""Everything that a module tells without a login: its library, slots and tokens.

Plain facts for lists and for the doctor; decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from ceremony.hsm.token import TokenFacts


@dataclass(frozen=True, slots=True)
class LibraryFacts:
    """What a module says about itself.

    Attributes:
        manufacturer: Who made the library.
        description: The library's own text.
        version: ``major.minor``.
        standard: The version of PKCS#11 that it follows, ``major.minor``.
    """

    manufacturer: str
    description: str
    version: str
    standard: str


@dataclass(frozen=True, slots=True)
class TokenLimits:
    """What a token tells beyond what a ceremony's record keeps.

    Attributes:
        login_required: Whether anything but public objects needs a login.
        write_protected: Whether the token cannot be written to.
        officer_pin_low: Whether a wrong SO PIN was entered since the last login.
        officer_pin_final: Whether one more wrong SO PIN locks it.
        officer_pin_locked: Whether the SO PIN is locked.
        failed: Whether the token is in an error state (CKF_ERROR_STATE).
        shortest_pin: Bytes.
        longest_pin: Bytes.
        total_private: Bytes for private objects; None where the token does not tell;
            likewise ``free_private`` and, for public objects, the other two.
    """

    login_required: bool
    write_protected: bool
    officer_pin_low: bool
    officer_pin_final: bool
    officer_pin_locked: bool
    failed: bool
    shortest_pin: int
    longest_pin: int
    total_private: int | None
    free_private: int | None
    total_public: int | None
    free_public: int | None


@dataclass(frozen=True, slots=True)
class TokenSurvey:
    """One token in its slot.

    Attributes:
        slot: The slot's id as it is just now; it may change at any time.
        facts: What the token says about itself.
        limits: What it tells beyond that.
        mechanisms: The names of its mechanisms (``CKM_...``), sorted; one that the
            standard does not name stands as ``CKM_0x...``.
    """

    slot: int
    facts: TokenFacts
    limits: TokenLimits
    mechanisms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModuleSurvey:
    """One module, looked at once.

    Attributes:
        library: What the module says about itself.
        empty_slots: The texts of the slots that hold no token.
        tokens: The tokens, in the module's order.
        quorum_calls: Its maker's own calls for a login by several cards, beside the
            standard's; empty for none. They are only seen, and never made.
    """

    library: LibraryFacts
    empty_slots: tuple[str, ...]
    tokens: tuple[TokenSurvey, ...]
    quorum_calls: tuple[str, ...] = ()
